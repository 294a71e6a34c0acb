"""What the ten do on a day on which nothing special happens, by their characters."""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Final

from tests.term.acts import WEEKDAYS, Act, Actor, answers, says

Timed = tuple[time, Act]
Habit = Callable[[Actor, date], Sequence[Timed]]
_FIRST: Final = date(2026, 2, 2)


def of(key: str, actor: Actor, day: date) -> Sequence[Timed]:
    """The day's acts of somebody."""
    return _HABITS[key](actor, day)


def week(day: date) -> int:
    """The term's week, from 1."""
    return (day - _FIRST).days // 7 + 1


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _ilya(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() > 4:
        return ()
    chance = actor.dice.random()
    finish = 1 if day.weekday() in (1, 4) else 2
    if chance < 0.1:
        return ((time(8, 20), answers("Not today")),)
    if chance < 0.18:
        return ((time(7, 5), answers("Later")), (time(21, 40), answers("Partly")))
    if chance < 0.26:
        return ()
    if chance < 0.45:
        return ((time(8, 10), answers("Done", finish_every=finish)),)
    return ((time(7, 4), answers("Start")), (time(7, 58), answers("Done", finish_every=finish)))


def _ingrid(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() > 4:
        return ()
    acts: list[Timed] = [(time(6, 31), answers("Start")), (time(7, 25), answers("Done", finish_every=1))]
    if _weekday(day) in ("tue", "thu"):
        acts.append((time(19, 50), answers("Done", finish_every=3)))
    return acts


def _mateo(actor: Actor, day: date) -> Sequence[Timed]:
    now, dice = week(day), actor.dice
    if now <= 4:
        return ((time(8, 30), answers("Done", finish_every=1)), (time(22, 10), says("/checkin 90m another one, could not stop")))
    if now <= 5:
        return ((time(9, 30), answers("Not today" if dice.random() < 0.5 else "Partly")),)
    if now <= 8:
        return ()
    return ((time(8, 0), answers("Done", finish_every=3)),) if day.weekday() < 5 and dice.random() < 0.9 else ()


def _misaki(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() == 6:
        return ()
    chance = actor.dice.random()
    if chance < 0.5:
        return ((time(6, 20), answers("Done", finish_every=4, reviews=0.7)),)
    if chance < 0.7:
        return ((time(13, 10), answers("Partly", reviews=0.3)),)
    if chance < 0.85:
        return ((time(22, 0), answers("Not today")),)
    return ()


def _alexei(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() > 3:
        return ()
    if actor.dice.random() < 0.6:
        return ((time(22, 5), answers("Partly", reviews=0.5)),)
    return ((time(22, 30), answers("Done", finish_every=4)),)


def _priya(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() > 4:
        return ()
    if actor.dice.random() < 0.12:
        return ((time(9, 0), answers("Not today")),)
    return ((time(7, 40), answers("Done", finish_every=2)),)


def _tomasz(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() > 4 or 6 <= week(day) <= 8:
        return ()
    if actor.dice.random() < 0.25:
        return ()
    return ((time(20, 40), answers("Done", finish_every=6, reviews=0.5)),)


def _chloe(actor: Actor, day: date) -> Sequence[Timed]:
    if day.weekday() < 5:
        return ()
    return ((time(12, 15), answers("Done", finish_every=2)),)


def _omar(actor: Actor, day: date) -> Sequence[Timed]:
    if _weekday(day) in ("fri", "sat"):
        return ()
    if actor.dice.random() < 0.15:
        return ((time(9, 10), answers("Not today")),)
    return ((time(9, 5), answers("Done", finish_every=3)),)


def _zanele(actor: Actor, day: date) -> Sequence[Timed]:
    if _weekday(day) not in ("mon", "wed", "fri") or week(day) > 8:
        return ()
    return ((time(19, 30), answers("Done", finish_every=3)),)


_HABITS: Final[dict[str, Habit]] = {
    "ilya": _ilya,
    "ingrid": _ingrid,
    "mateo": _mateo,
    "misaki": _misaki,
    "alexei": _alexei,
    "priya": _priya,
    "tomasz": _tomasz,
    "chloe": _chloe,
    "omar": _omar,
    "zanele": _zanele,
}
