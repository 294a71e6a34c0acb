"""Buttons about people: the questions of /start, and what is public where."""

from bot.buttons.table import Press, number
from bot.domain.checkin_words import parse_wall
from bot.domain.notices import Notice
from bot.domain.notices.general import StaleButton
from bot.domain.notices.people import AskConsent, AskLocation, Privacy
from bot.domain.people import Consent, Group
from bot.services import onboarding, second_slots
from bot.services.homes import groups_seen
from bot.services.setup import Step, present
from bot.store import groups, people
from bot.turn import Turn

_RANGES = {"0-4": frozenset(range(5)), "0-6": frozenset(range(7))}


# --- the questions --------------------------------------------------------------------------------------------------------
async def skip(turn: Turn) -> None:
    """Go on without an answer."""
    await turn.show(await onboarding.skip(turn.tx, turn.learner, at=turn.at))


async def back(turn: Turn) -> None:
    """Go to the question before."""
    await turn.show(await onboarding.back(turn.tx, turn.learner, at=turn.at))


async def stop(turn: Turn) -> None:
    """Leave it as it is."""
    await turn.show(await onboarding.stop(turn.tx, turn.learner, at=turn.at))


async def return_(turn: Turn) -> None:
    """Come back to the question from a look aside."""
    await turn.show(await onboarding.repeat(turn.tx, turn.learner, at=turn.at))


async def change(turn: Turn, what: str) -> None:
    """Change one thing from the home."""
    step = Step.SLOT if what == Step.SLOT else Step.ZONE
    await turn.show(await onboarding.ask(turn.tx, turn.learner, step, at=turn.at))


async def again(turn: Turn) -> None:
    """None of these places: ask for the city again."""
    await turn.show(await _zone_question(turn))


async def location(turn: Turn) -> None:
    """Offer the platform's own button to share a location, in a message of its own."""
    await _zone_question(turn)
    await turn.say(AskLocation())


async def zone(turn: Turn, key: str) -> None:
    """This is the place."""
    await turn.show(await onboarding.choose_zone(turn.tx, turn.learner, key, at=turn.at))


async def wall(turn: Turn, text: str) -> None:
    """This is the time."""
    chosen = parse_wall(text)
    if chosen is None:
        await turn.toast(StaleButton(why="gone"))
    else:
        await turn.show(await onboarding.choose_wall(turn.tx, turn.learner, chosen, at=turn.at))


async def day(turn: Turn, which: str) -> None:
    """Tick or untick a day."""
    ticked = frozenset({int(which)}) if which in set("0123456") else frozenset()
    await _show(turn, await onboarding.tick_days(turn.tx, turn.learner, ticked, at=turn.at))


async def days(turn: Turn, span: str) -> None:
    """Tick exactly the days of a range."""
    setup = await present(turn.tx, turn.learner)
    changed = (setup.days if setup else frozenset()) ^ _RANGES.get(span, frozenset())
    await _show(turn, await onboarding.tick_days(turn.tx, turn.learner, changed, at=turn.at))


async def days_chosen(turn: Turn) -> None:
    """These are the days."""
    await _show(turn, await onboarding.choose_days(turn.tx, turn.learner, at=turn.at))


async def _show(turn: Turn, notice: Notice | None) -> None:
    await (turn.toast(StaleButton(why="over")) if notice is None else turn.show(notice))


async def _zone_question(turn: Turn) -> Notice:
    setup = await present(turn.tx, turn.learner)
    if setup is not None and setup.step is Step.ZONE:
        return await onboarding.question(turn.tx, turn.learner, setup)
    return await onboarding.ask(turn.tx, turn.learner, Step.ZONE, at=turn.at)


# --- the second slot ------------------------------------------------------------------------------------------------------
async def second(turn: Turn) -> None:
    """Show the second slot, in a message of its own: what led here still stands."""
    await turn.say(await second_slots.show(turn.tx, turn.learner, at=turn.at))


async def second_at(turn: Turn, text: str) -> None:
    """Set it to a time, on the days it has or those of the first."""
    wall = parse_wall(text)
    chosen = await second_slots.choose(turn.tx, turn.learner, wall, None, at=turn.at) if wall else None
    await (turn.show(chosen) if chosen else turn.toast(StaleButton(why="gone")))


async def second_off(turn: Turn) -> None:
    """Do without it."""
    await turn.show(await second_slots.drop(turn.tx, turn.learner, at=turn.at))


# --- what is public where -------------------------------------------------------------------------------------------------
async def privacy(turn: Turn) -> None:
    """Show all groups and what each sees."""
    await turn.show(Privacy(await groups_seen(turn.tx, turn.learner)))


async def open_(turn: Turn, group_id: str) -> None:
    """Show what one group sees, and offer the levels."""
    group = await _own_group(turn, group_id)
    member = group and await people.membership(turn.tx, learner_id=turn.learner.id, group_id=group.id)
    if group and member:
        await turn.show(AskConsent(group.id, group.title, member.consent))


async def choose(turn: Turn, group_id: str, level: str) -> None:
    """Set what one group sees."""
    group = await _own_group(turn, group_id)
    if group and level in set(Consent):
        await turn.show(await onboarding.choose_consent(turn.tx, turn.learner, group, Consent(level), at=turn.at))


async def _own_group(turn: Turn, group_id: str) -> Group | None:
    """The group if the presser is in it; a button of a group left meanwhile is stale, and so told."""
    if await people.membership(turn.tx, learner_id=turn.learner.id, group_id=number(group_id)) is None:
        await turn.toast(StaleButton(why="over"))
        return None
    return await groups.get(turn.tx, number(group_id))


BUTTONS: tuple[Press, ...] = (
    Press("start.skip", skip),
    Press("start.back", back),
    Press("start.stop", stop),
    Press("start.return", return_),
    Press("start.change", change, arguments=1),
    Press("start.again", again),
    Press("start.location", location, needs="location"),
    Press("start.zone", zone, arguments=1),
    Press("start.wall", wall, arguments=1),
    Press("start.day", day, arguments=1),
    Press("start.days", days, arguments=1),
    Press("start.days_chosen", days_chosen),
    Press("slot.second", second),
    Press("slot.at", second_at, arguments=1),
    Press("slot.off", second_off),
    Press("privacy.show", privacy),
    Press("privacy.open", open_, arguments=1),
    Press("privacy.choose", choose, arguments=2),
)
