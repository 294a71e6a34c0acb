"""Buttons about commitments."""

from datetime import UTC, datetime
from typing import Final

from bot.buttons.table import Press, number
from bot.domain.errors import Refused
from bot.domain.notices.commitments import DraftDropped, PostedAgain, PromiseFinished, PromiseReopened, Purpose
from bot.domain.notices.general import StaleButton
from bot.domain.people import Consent
from bot.services import commitments, drafts, moves, promise_dates, promise_facts, promise_lists, splits
from bot.store import people
from bot.turn import Turn

_LATEST: Final = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())


def instant(text: str) -> datetime:
    """The instant a button carries, in seconds since 1970; Refused where it is none."""
    seconds = number(text)
    if not 0 < seconds < _LATEST:
        raise Refused(StaleButton(why="gone"))
    return datetime.fromtimestamp(seconds, UTC)


# --- a draft ----------------------------------------------------------------------------------------------------------
async def choose_level(turn: Turn, commitment: str, level: str) -> None:
    """Choose who sees the promise."""
    if level not in set(Consent):
        raise Refused(StaleButton(why="gone"))
    await turn.show(await drafts.choose_level(turn.tx, turn.learner, number(commitment), Consent(level), at=turn.at))


async def choose_group(turn: Turn, commitment: str, group: str) -> None:
    """Choose the group it is made in."""
    await turn.show(await drafts.choose_group(turn.tx, turn.learner, number(commitment), number(group), at=turn.at))


async def publish(turn: Turn, commitment: str) -> None:
    """Make it a promise. In the group the preview becomes the post by itself."""
    published = await drafts.publish(turn.tx, turn.learner, number(commitment), ref=turn.event.ref, at=turn.at)
    if turn.group is None:
        await turn.show(published)


async def redate(turn: Turn, commitment: str) -> None:
    """Ask for another date."""
    draft = await drafts.draft_of(turn.tx, turn.learner, number(commitment), at=turn.at)
    asked = await drafts.ask_date(
        turn.tx,
        turn.learner,
        Purpose.DRAFT,
        draft.id,
        text=draft.text,
        parsed=None,
        at=turn.at,
        data={"group": turn.group.id if turn.group else None},
        message=turn.event.ref,
    )
    await turn.show(asked)


async def back(turn: Turn, commitment: str) -> None:
    """Show the preview again."""
    draft = await drafts.draft_of(turn.tx, turn.learner, number(commitment), at=turn.at)
    await people.end_dialogue(turn.tx, turn.learner.id)
    await turn.show(await drafts.preview(turn.tx, draft))


async def cancel(turn: Turn, commitment: str) -> None:
    """Drop the draft."""
    await drafts.drop(turn.tx, turn.learner, number(commitment))
    await turn.show(DraftDropped())


async def stop(turn: Turn, learner: str) -> None:
    """Leave the question for the date of a new promise."""
    if number(learner) != turn.learner.id:
        raise Refused(StaleButton(why="other"))
    await people.end_dialogue(turn.tx, turn.learner.id)
    await turn.show(DraftDropped())


async def pick_date(turn: Turn, purpose: str, subject: str, seconds: str) -> None:
    """A date was picked."""
    if purpose not in set(Purpose):
        raise Refused(StaleButton(why="gone"))
    due_at = instant(seconds)
    await turn.show(await promise_dates.pick(turn.tx, turn.learner, Purpose(purpose), number(subject), due_at, at=turn.at))


# --- the list ---------------------------------------------------------------------------------------------------------
async def listed(turn: Turn, page: str) -> None:
    """Another page of the list."""
    await turn.show(await promise_lists.listed(turn.tx, turn.learner, page=number(page), at=turn.at))


async def opened(turn: Turn, commitment: str) -> None:
    """One promise; a question for its date is left."""
    shown = await promise_lists.detail(turn.tx, turn.learner, number(commitment), at=turn.at)
    state = await people.dialogue(turn.tx, turn.learner.id)
    if state is not None and state.name in {drafts.DIALOGUE, splits.DIALOGUE}:
        await people.end_dialogue(turn.tx, turn.learner.id)
    await turn.show(shown)


async def history(turn: Turn, commitment: str) -> None:
    """Its history."""
    await turn.show(await promise_lists.history(turn.tx, turn.learner, number(commitment)))


# --- moving, withdrawing, keeping -------------------------------------------------------------------------------------
async def move(turn: Turn, commitment: str) -> None:
    """Ask for a new date."""
    await turn.show(await moves.ask(turn.tx, turn.learner, number(commitment), at=turn.at))


async def moved(turn: Turn, commitment: str, seconds: str, kind: str) -> None:
    """Move it as was said."""
    new_due = instant(seconds)
    await turn.show(await moves.move(turn.tx, turn.learner, number(commitment), new_due, kind=kind, at=turn.at))


async def withdraw(turn: Turn, commitment: str) -> None:
    """Say what withdrawing would be."""
    await turn.show(await moves.judge_withdrawing(turn.tx, turn.learner, number(commitment), at=turn.at))


async def withdrawn(turn: Turn, commitment: str, kind: str) -> None:
    """Withdraw it as was said."""
    await turn.show(await moves.withdraw(turn.tx, turn.learner, number(commitment), kind=kind, at=turn.at))


async def split(turn: Turn, commitment: str) -> None:
    """Ask into which two."""
    await turn.show(await splits.ask(turn.tx, turn.learner, number(commitment), at=turn.at))


async def cut(turn: Turn, commitment: str, code: str) -> None:
    """Cut it here; by when the rest?"""
    await turn.show(await splits.cut(turn.tx, turn.learner, number(commitment), code, at=turn.at))


async def divided(turn: Turn, commitment: str, seconds: str, kind: str, code: str) -> None:
    """Split it as was said."""
    due_at = instant(seconds)
    shown = await splits.split(
        turn.tx, turn.learner, number(commitment), due_at, kind=kind, code=code, source=turn.source, at=turn.at
    )
    await turn.show(shown)


async def done(turn: Turn, commitment: str) -> None:
    """It is kept."""
    closed = await commitments.finish(turn.tx, turn.learner, number(commitment), turn.at)
    await turn.show(PromiseFinished(await promise_facts.tell_one(turn.tx, closed), undo=True))


async def undone(turn: Turn, commitment: str) -> None:
    """It is not."""
    reopened = await commitments.unfinish(turn.tx, turn.learner, number(commitment), turn.at)
    await turn.show(PromiseReopened(await promise_facts.tell_one(turn.tx, reopened)))


async def post_again(turn: Turn, commitment: str) -> None:
    """Post it once more."""
    await commitments.post_again(turn.tx, turn.learner, number(commitment), at=turn.at)
    await turn.show(PostedAgain())


BUTTONS: tuple[Press, ...] = (
    Press("promise.level", choose_level, arguments=2),
    Press("promise.group", choose_group, arguments=2),
    Press("promise.publish", publish, arguments=1),
    Press("promise.redate", redate, arguments=1),
    Press("promise.back", back, arguments=1),
    Press("promise.cancel", cancel, arguments=1),
    Press("promise.stop", stop, arguments=1),
    Press("promise.when", pick_date, arguments=3),
    Press("promise.list", listed, arguments=1),
    Press("promise.open", opened, arguments=1),
    Press("promise.history", history, arguments=1),
    Press("promise.move", move, arguments=1),
    Press("promise.moved", moved, arguments=3),
    Press("promise.withdraw", withdraw, arguments=1),
    Press("promise.withdrawn", withdrawn, arguments=2),
    Press("promise.split", split, arguments=1),
    Press("promise.cut", cut, arguments=2),
    Press("promise.divided", divided, arguments=4),
    Press("promise.done", done, arguments=1),
    Press("promise.undone", undone, arguments=1),
    Press("promise.again", post_again, arguments=1),
)
