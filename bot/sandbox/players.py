"""The two learners whom the sandbox plays: when they do what. A diligent one, and one that is lazy and knows it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.calendar import local, resolve
from bot.platforms.sandbox.updates import GROUP, LEO, NORA
from bot.sandbox.people import People

ZONE: Final = "Europe/London"  # where the origin story happens
_MON, _TUE, _WED, _THU, _FRI, _SAT, _SUN = range(7)
_WEEKDAYS: Final = frozenset(range(_MON, _SAT))
_AHEAD: Final = timedelta(days=8)  # every act comes round within a week

Does = Callable[[People, str, date, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something a player does on these weekdays at this time of their day."""

    who: str
    weekdays: frozenset[int]
    wall: time
    does: Does


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time an act falls due: `name` is its own, so that done again after a restart it is done once."""

    at: datetime
    act: Act
    day: date
    name: str


def _on(*weekdays: int) -> frozenset[int]:
    return frozenset(weekdays)


# --- what they can do -------------------------------------------------------------------------------------------------
def _says(chat: str, *by_week: str) -> Does:
    """Write one of these, week by week, to the group or in private."""

    async def does(people: People, who: str, day: date, name: str) -> None:
        words = by_week[day.toordinal() // 7 % len(by_week)]
        await people.say(who, GROUP if chat == GROUP else who, words, act=name)

    return does


def _presses(chat: str, button: str, ending: str = "") -> Does:
    """Press the newest button of a kind."""

    async def does(people: People, who: str, _day: date, name: str) -> None:
        where = GROUP if chat == GROUP else who
        await people.press_newest(who, where, lambda data: data.startswith(f"{button}|") and data.endswith(ending), act=name)

    return does


async def _answers_the_card(people: People, who: str, day: date, name: str) -> None:
    """Done, on the card of the day."""
    await people.press_newest(who, who, lambda data: _is_on(data, "card.answer", day) and data.endswith("|done"), act=name)


async def _not_today(people: People, who: str, day: date, name: str) -> None:
    """An honest word, on the card of the day."""
    await people.press_newest(who, who, lambda data: _is_on(data, "card.answer", day) and data.endswith("|skipped"), act=name)


async def _finishes_the_module(people: People, who: str, day: date, name: str) -> None:
    await people.press_newest(who, who, lambda data: _is_on(data, "card.finish", day), act=name)


async def _reviews(people: People, who: str, day: date, name: str) -> None:
    await people.press_newest(who, who, lambda data: _is_on(data, "card.reviewed", day), act=name)


def _is_on(data: str, button: str, day: date) -> bool:
    """Whether a button is of a kind, and on the card of a day (bot/ui/card_buttons.py: learner, day, slot, ...)."""
    parts = data.split("|")
    return parts[0] == button and parts[2:3] == [f"{day}"]


_PRIVATE: Final = "private"
ACTS: Final = (
    # Nora takes the morning slot for what it is, and promises what she can keep.
    Act(NORA, _WEEKDAYS, time(7, 55), _answers_the_card),
    Act(NORA, _on(_MON, _TUE, _THU, _FRI), time(7, 56), _finishes_the_module),
    Act(NORA, _WEEKDAYS, time(7, 57), _reviews),
    Act(NORA, _WEEKDAYS, time(7, 58), _reviews),
    Act(NORA, _on(_MON), time(8, 5), _says(GROUP, "/commit the next 3 modules by Friday")),
    Act(NORA, _on(_MON), time(8, 6), _presses(GROUP, "promise.publish")),
    Act(NORA, _on(_WED), time(20, 30), _says(_PRIVATE, "/checkin 40m practice problems, the odd-numbered ones")),
    # Leo means well on Mondays.
    Act(LEO, _on(_MON), time(8, 20), _answers_the_card),
    Act(LEO, _on(_MON), time(12, 10), _says(GROUP, "/commit the next 2 modules by Wednesday", "/commit 3 modules by Wednesday")),
    Act(LEO, _on(_MON), time(12, 11), _presses(GROUP, "promise.publish")),
    Act(LEO, _on(_TUE), time(9, 15), _not_today),
    Act(LEO, _on(_THU), time(8, 40), _says(GROUP, "Busy week. Tomorrow, surely.", "I said Wednesday. I never said which one.")),
    Act(NORA, _on(_THU), time(8, 50), _presses(GROUP, "slip.cheer")),
    Act(LEO, _on(_FRI), time(19, 30), _answers_the_card),
    Act(LEO, _on(_SAT), time(11, 0), _says(_PRIVATE, "/commitments")),
    Act(LEO, _on(_SAT), time(11, 1), _presses(_PRIVATE, "promise.done")),
)


# --- when -------------------------------------------------------------------------------------------------------------
def occasions(*, after: datetime, until: datetime, acts: tuple[Act, ...] = ACTS) -> list[Occasion]:
    """What falls due after one instant and up to another, in order."""
    day, last = local(after, ZONE).date(), local(until, ZONE).date()
    found = []
    while day <= last:
        for number, act in enumerate(acts):
            at = resolve(datetime.combine(day, act.wall), ZONE)
            if day.weekday() in act.weekdays and after < at <= until:
                found.append(Occasion(at, act, day, f"{act.who}:{day}:{number}"))
        day += timedelta(days=1)
    return sorted(found, key=lambda one: one.at)


def next_at(after: datetime) -> datetime:
    """When the next act falls due."""
    return occasions(after=after, until=after + _AHEAD)[0].at


async def act(people: People, *, after: datetime, until: datetime) -> bool:
    """Do what fell due after one instant and up to another; whether there was anything."""
    due = occasions(after=after, until=until)
    for one in due:
        await one.act.does(people, one.act.who, one.day, one.name)
    return bool(due)
