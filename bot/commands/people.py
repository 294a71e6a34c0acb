"""Commands about people: the home, the slot, the zone, and what is public where."""

from datetime import time

from bot.commands import buddies, links
from bot.commands.table import Command, Kind, Option, Where
from bot.domain.calendar import canonical_zone
from bot.domain.checkin_words import MAX_SLOT_LENGTH, parse_slot, parse_weekdays
from bot.domain.notices import Notice
from bot.domain.notices.people import AskConsent, LinkDead, NotMember, Privacy, PrivatelyAnswered, SlotUnclear
from bot.domain.people import Group
from bot.services import onboarding, second_slots
from bot.services.homes import groups_seen, main_slot
from bot.services.setup import WORKING_DAYS, Step
from bot.store import groups, people
from bot.turn import Turn

_JOIN = "join_"  # what a Join link carries before the group's code
_LINK = "link_"  # before a code that links accounts
_SECOND = {"second", "второй"}
_OFF = {"off", "no", "none", "нет", "выкл"}
_BUDDY = "buddy_"  # before the code of an invitation
_PRIVACY = "privacy"  # the link under a group's "/privacy"


async def start(turn: Turn, words: str) -> None:
    """Ask what is not known yet, or show the home. `words` are what a deep link carries; unknown ones are harmless."""
    if words == _PRIVACY:
        await privacy(turn, "")
        return
    if words.startswith(_LINK):
        await links.link(turn, words.removeprefix(_LINK))
        return
    if words.startswith(_BUDDY):
        await buddies.buddy(turn, words.removeprefix(_BUDDY))
        return
    group = await groups.by_join_code(turn.tx, words.removeprefix(_JOIN)) if words.startswith(_JOIN) else None
    if words.startswith(_JOIN) and (group is None or not group.active):
        group = None
        await turn.say(LinkDead())
    await _say(turn, await onboarding.begin(turn.tx, turn.learner, group=group, at=turn.at))


async def slot(turn: Turn, words: str) -> None:
    """Set when one studies, as typed ("07:00 mon-fri", a time alone, days alone); without words ask."""
    if not words:
        await _say(turn, await onboarding.ask(turn.tx, turn.learner, Step.SLOT, at=turn.at))
        return
    first, _, rest = words.strip().partition(" ")
    if first.casefold() in _SECOND:
        await turn.say(await _second(turn, rest.strip()))
        return
    meant = await _slot_meant(turn, words)
    if meant is None:
        await turn.say(SlotUnclear(words[:MAX_SLOT_LENGTH]))
        return
    wall, days = meant
    await _say(turn, await onboarding.choose_slot(turn.tx, turn.learner, wall, days, at=turn.at))


async def _second(turn: Turn, words: str) -> Notice:
    """The second slot: shown, set as typed, or "off"."""
    if not words:
        return await second_slots.show(turn.tx, turn.learner, at=turn.at)
    if words.casefold() in _OFF:
        return await second_slots.drop(turn.tx, turn.learner, at=turn.at)
    wall, days = parse_slot(words) or (None, None)
    if wall is None and len(words) <= MAX_SLOT_LENGTH:
        days = parse_weekdays(words)
    chosen = None
    if wall is not None or days:
        chosen = await second_slots.choose(turn.tx, turn.learner, wall, days, at=turn.at)
    return chosen or SlotUnclear(words[:MAX_SLOT_LENGTH])


async def timezone(turn: Turn, words: str) -> None:
    """Set where one is: a zone's own name at once, a city after a look at the time there; without words ask."""
    zone = canonical_zone(words)
    if not words:
        await _say(turn, await onboarding.ask(turn.tx, turn.learner, Step.ZONE, at=turn.at))
    elif zone is not None:
        await _say(turn, await onboarding.choose_zone(turn.tx, turn.learner, zone, at=turn.at))
    else:
        await turn.say(onboarding.find_places(words))


async def privacy(turn: Turn, _words: str) -> None:
    """Show what is public where; in a group, what that group sees, and not before its eyes."""
    if turn.group is not None:
        await _group_privacy(turn, turn.group)
        return
    await turn.say(Privacy(await groups_seen(turn.tx, turn.learner)))


async def _group_privacy(turn: Turn, group: Group) -> None:
    member = await people.membership(turn.tx, learner_id=turn.learner.id, group_id=group.id)
    if member is None:
        await turn.say(NotMember())
        return
    account = (await people.accounts(turn.tx, [turn.learner.id], platform=turn.platform)).get(turn.learner.id)
    reachable = account is not None and account.reachable
    if reachable:
        await turn.tell(AskConsent(group.id, group.title, member.consent))
    await turn.say(PrivatelyAnswered(reachable))


async def _slot_meant(turn: Turn, words: str) -> tuple[time, frozenset[int]] | None:
    """The time and days that words mean; what they leave out stays as it is, or is Mon-Fri."""
    if len(words) > MAX_SLOT_LENGTH:
        return None
    before = await main_slot(turn.tx, turn.learner)
    if parsed := parse_slot(words):
        wall, days = parsed
        return wall, days or (before.weekdays if before else WORKING_DAYS)
    weekdays = parse_weekdays(words)
    return (before.wall, weekdays) if before and weekdays else None


async def _say(turn: Turn, notice: Notice) -> None:
    """Say it in a message that the questions go on in."""
    await turn.say(notice, shows=onboarding.message_key(turn.learner))


COMMANDS: tuple[Command, ...] = (
    Command("start", "Set things up, or see how they are", start, Where.PRIVATE),
    Command(
        "slot",
        "When you study",
        slot,
        Where.PRIVATE,
        usage="07:00 mon-fri",
        options=(
            Option("time", "The time: 07:00"),
            Option("days", "The days: mon-fri, every day, tue thu sat"),
            Option("second", "A second slot, with nothing else filled in: 18:30 mon wed, or off", shape="second {}"),
        ),
    ),
    Command(
        "timezone",
        "Where you are",
        timezone,
        Where.PRIVATE,
        usage="London",
        options=(Option("city", "Your city, or a larger one near it", Kind.PLACE),),
    ),
    Command("privacy", "Who sees what of you", privacy, Where.BOTH),
)
