"""Plays the term: ten people's days through the bot, by a clock in the hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.domain.calendar import resolve
from bot.domain.charts import Chart
from tests.fakes.telegram import Call, Group
from tests.flows.stage import Stage, stage
from tests.term import habits, script
from tests.term.acts import Act, Actor, Did, presses
from tests.term.cast import ALEXEI_FILE, CAST, ZANELE_FILE, Learner

FIRST: Final = date(2026, 2, 2)  # a Monday
WEEKS: Final = 16
_EVE: Final = datetime(2026, 2, 1, 15, tzinfo=UTC)  # the Sunday before: the group is set up
_PIXEL: Final = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
GROUP_TITLE: Final = "Five more minutes"


@dataclass(frozen=True, slots=True)
class Term:
    """What was played: everything that went over the wire, and what people did."""

    journal: list[Call]
    deeds: list[Did]
    group: int
    private: dict[str, int]


async def play(weeks: int = WEEKS) -> Term:
    """Play so many weeks of the term."""
    async with stage(_EVE) as s:
        _draw_nothing(s)
        log: list[Did] = []
        people = {one.key: s.tg.person(one.name, language=one.language) for one in CAST}
        group = s.tg.group(GROUP_TITLE, members=[people["ingrid"], *(people[key] for key in people if key != "ingrid")])
        actors = {one.key: Actor(s, people[one.key], group, log, one.zone) for one in CAST}
        for actor in actors.values():
            actor.friends = actors
        await _begin(s, actors, group)
        for day in (FIRST + timedelta(days=n) for n in range(7 * weeks)):
            await _live(s, actors, day)
        await s.until(_at(FIRST + timedelta(days=7 * weeks), time(12), "Europe/London"))
        return Term(list(s.tg.journal), log, group.id, {key: person.id for key, person in people.items()})


def _draw_nothing(s: Stage) -> None:
    """A picture costs a second and is not read here: the same pixel each time says that there was one."""

    async def draw(_chart: Chart) -> bytes:
        return _PIXEL

    s.bot.courier._draw = draw


async def _begin(s: Stage, actors: dict[str, Actor], group: Group) -> None:
    """The evening before: the group, and everybody's home."""
    s.tg.adds_bot(group, by=actors["ingrid"].person, rights={"can_pin_messages": True})
    await s.settle()
    ingrid = actors["ingrid"]
    await ingrid.presses("City", "group")
    await ingrid.says("London", "group", reply_to=s.last(group))
    await ingrid.presses("London", "group")
    for one in CAST:
        await s.after(minutes=7)
        await _move_in(actors[one.key], one)
    await s.after(minutes=5)


async def _move_in(actor: Actor, one: Learner) -> None:
    for line in (f"/timezone {one.zone}", f"/slot {one.slot}"):
        await actor.says(line)
    if one.second:
        await actor.says(f"/slot second {one.second}")
    if one.plan:
        await actor.says(f"/plan template {one.plan}")
        await presses("Use it")(actor)
    elif one.key == "alexei":
        await actor.sends("теория-вероятностей.md", ALEXEI_FILE)
        await presses("Apply")(actor)
    else:
        await actor.sends("exam.yaml", ZANELE_FILE)
        await presses("Apply")(actor)
    await actor.says("/join", "group")
    await presses(one.level)(actor)


# --- a day ------------------------------------------------------------------------------------------------------------
async def _live(s: Stage, actors: dict[str, Actor], day: date) -> None:
    """Everybody's day, in the order things happen."""
    agenda: list[tuple[datetime, int, Actor, Act]] = []
    for actor in actors.values():
        actor.day = day
    for key, actor in actors.items():
        plain = () if script.is_special(key, day, FIRST) else habits.of(key, actor, day)
        for wall, act in (*plain, *script.of(key, day, FIRST)):
            agenda.append((_at(day, wall, actor.zone), len(agenda), actor, act))
    for at, _, actor, act in sorted(agenda, key=lambda one: one[:2]):
        await s.until(at)
        actor.day = day
        await act(actor)


def _at(day: date, wall: time, zone: str) -> datetime:
    return resolve(datetime.combine(day, wall), zone).astimezone(UTC)
