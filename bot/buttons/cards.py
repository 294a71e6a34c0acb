"""The buttons of the card and of reminders. Each carries whose day it is, so that a forwarded card does nothing for others."""

from datetime import date

from bot.buttons.table import Press, number
from bot.domain.checkins import Checkin, Outcome
from bot.domain.days import Later
from bot.domain.errors import Refused
from bot.domain.notices.cards import Answered, ModuleFinished
from bot.domain.notices.general import StaleButton
from bot.domain.plans import find_module
from bot.domain.reviews import Rating
from bot.services import cards, plans, reviews, sessions
from bot.services.card_facts import describe, tap_of
from bot.services.card_keys import card_key
from bot.store import outbox
from bot.turn import Turn


async def start(turn: Turn, learner: str, day: str, slot: str) -> None:
    """Note that studying has begun."""
    when = _own_day(turn, learner, day)
    await sessions.start(turn.tx, turn.learner, day=when, slot=slot, at=turn.at)
    await _show(turn, when, slot)


async def answer(turn: Turn, learner: str, day: str, slot: str, outcome: str) -> None:
    """Check in with one tap."""
    when = _own_day(turn, learner, day)
    if outcome not in set(Outcome):
        raise Refused(StaleButton(why="gone"))
    made = await sessions.answer(turn.tx, turn.learner, Outcome(outcome), day=when, slot=slot, at=turn.at)
    await _show(turn, when, slot, made=made)


async def later(turn: Turn, learner: str, day: str, slot: str) -> None:
    """Show what Later offers in place of the other buttons."""
    when = _own_day(turn, learner, day)
    card = await describe(turn.tx, turn.learner, day=when, slot=slot, at=turn.at, choosing=True)
    if not card.choices or not card.due or card.state.answered:
        raise Refused(StaleButton(why="over"))
    await turn.show(card)


async def until(turn: Turn, learner: str, day: str, slot: str, choice: str) -> None:
    """Put the day off until the moment chosen."""
    when = _own_day(turn, learner, day)
    if choice not in set(Later):
        raise Refused(StaleButton(why="gone"))
    await sessions.postpone(turn.tx, turn.learner, Later(choice), day=when, slot=slot, at=turn.at)
    await _show(turn, when, slot)


async def back(turn: Turn, learner: str, day: str, slot: str) -> None:
    """Show the card as it is."""
    when = _own_day(turn, learner, day)
    await turn.show(await describe(turn.tx, turn.learner, day=when, slot=slot, at=turn.at))


async def reviewed(turn: Turn, learner: str, day: str, slot: str, review: str) -> None:
    """Mark a review as done."""
    when = _own_day(turn, learner, day)
    await reviews.settle(turn.tx, turn.learner, number(review), day=when)
    await _reviewed(turn, when, slot)


async def skip(turn: Turn, learner: str, day: str, slot: str, review: str) -> None:
    """Let a review go."""
    when = _own_day(turn, learner, day)
    await reviews.settle(turn.tx, turn.learner, number(review), day=when, skipped=True)
    await _reviewed(turn, when, slot)


async def unreviewed(turn: Turn, learner: str, day: str, slot: str, review: str) -> None:
    """Take back what became of a review."""
    when = _own_day(turn, learner, day)
    await reviews.unsettle(turn.tx, turn.learner, number(review), day=when)
    await _reviewed(turn, when, slot)


async def recall(turn: Turn, learner: str, day: str, slot: str, review: str) -> None:
    """Show the ratings of a review in place of the other buttons."""
    when = _own_day(turn, learner, day)
    await reviews.own(turn.tx, turn.learner, number(review))
    card = await describe(turn.tx, turn.learner, day=when, slot=slot, at=turn.at, recalling=number(review))
    if card.recall is None:
        raise Refused(StaleButton(why="over"))
    await turn.show(card)


async def rate(turn: Turn, learner: str, day: str, slot: str, rated: str) -> None:
    """Say how well a module was still known: `rated` is the review and the rating, with a colon between."""
    when = _own_day(turn, learner, day)
    review, _, rating = rated.partition(":")
    if number(rating) not in set(Rating):
        raise Refused(StaleButton(why="gone"))
    await reviews.settle(turn.tx, turn.learner, number(review), day=when, rating=Rating(number(rating)))
    await _reviewed(turn, when, slot)


async def finish(turn: Turn, learner: str, day: str, slot: str, module: str) -> None:
    """Mark the module studied as finished."""
    when = _own_day(turn, learner, day)
    place = await plans.finish_module(turn.tx, turn.learner, number(module), day=when, at=turn.at)
    coming = await reviews.coming(turn.tx, turn.learner, place.module.id or 0, after=when)
    back_on = coming[0][1] if coming else None
    await turn.toast(ModuleFinished(title=place.module.title, undone=False, day=when, back_on=back_on))
    await _show(turn, when, slot)


async def unfinish(turn: Turn, learner: str, day: str, slot: str, module: str) -> None:
    """Take the finish of a module back."""
    when = _own_day(turn, learner, day)
    place = await plans.unfinish_module(turn.tx, turn.learner, number(module), at=turn.at)
    await turn.toast(ModuleFinished(title=place.module.title, undone=True, day=when))
    await _show(turn, when, slot)


async def _reviewed(turn: Turn, day: date, slot: str) -> None:
    await cards.refresh(turn.tx, turn.learner, day=day, at=turn.at)
    await _show(turn, day, slot)


def _own_day(turn: Turn, learner: str, day: str) -> date:
    """The study day a button is about; refused where the card is another's, or of a day that is over."""
    if number(learner) != turn.learner.id:
        raise Refused(StaleButton(why="other"))
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise Refused(StaleButton(why="gone")) from error
    if when != sessions.today(turn.learner, at=turn.at):
        raise Refused(StaleButton(why="over"))
    return when


async def _show(turn: Turn, day: date, slot: str, *, made: Checkin | None = None) -> None:
    """Show in the pressed message what the press did: the card itself is refreshed by its key, a reminder says it briefly."""
    key = card_key(turn.learner.id, day=day, slot=slot)
    if await outbox.shown_by(turn.tx, platform=turn.platform, ref=turn.event.ref) == key:
        return
    if made is None:
        await turn.show(await describe(turn.tx, turn.learner, day=day, slot=slot, at=turn.at))
        return
    plan = await plans.active_plan(turn.tx, turn.learner.id)
    place = find_module(plan, made.module_id) if plan and made.module_id else None
    title = place.module.title if place else None
    tap = tap_of(made, at=turn.at)
    await turn.show(Answered(day=day, outcome=made.outcome, minutes=made.minutes, module=title, tap=tap))


BUTTONS: tuple[Press, ...] = (
    Press("card.start", start, arguments=3),
    Press("card.answer", answer, arguments=4),
    Press("card.later", later, arguments=3),
    Press("card.until", until, arguments=4),
    Press("card.back", back, arguments=3),
    Press("card.reviewed", reviewed, arguments=4),
    Press("card.unreviewed", unreviewed, arguments=4),
    Press("card.skip", skip, arguments=4),
    Press("card.recall", recall, arguments=4),
    Press("card.rate", rate, arguments=4),
    Press("card.finish", finish, arguments=4),
    Press("card.unfinish", unfinish, arguments=4),
)
