"""The bot dies before each statement that writes, one after the other: nothing is lost, nothing is said in public twice."""

import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.telegram import Person
from tests.flows.outside import Outside
from tests.flows.test_kill import check_answers, check_group, check_rows, set_alert, set_slot
from tests.flows.town import Town, eventually, now, town

ALL = ("falls due", "checks in", "promises", "publishes")  # in this order: who has checked in gets no card
EACH = [pytest.mark.long, pytest.mark.timeout(3600)]


@pytest.mark.parametrize(
    ("outside", "deeds", "first", "stride"),
    [  # in the quick runs so-manieth boundaries, other ones of them with each deed
        ("sqlite", ALL, 1, 23),
        ("postgresql", ("falls due", "checks in", "publishes"), 7, 60),
        pytest.param("sqlite", ALL, 1, 1, marks=EACH),
        pytest.param("postgresql", ALL, 1, 1, marks=EACH),
    ],
    indirect=["outside"],
    ids=["sqlite", "postgresql", "sqlite-each", "postgresql-each"],
)
async def test_a_death_before_each_statement_loses_and_doubles_nothing(
    tmp_path: Path, outside: Outside, deeds: Sequence[str], first: int, stride: int
) -> None:
    async with town(tmp_path, "Ann", "Bob", "Cem", seed=11, outside=outside) as t:
        died = {}
        for number, deed in enumerate(deeds):
            shift = number if stride > 1 else 0
            died[deed] = await _die_at_each(t, DEEDS[deed], first=first + shift, stride=stride)
        await _settle(t)
        check_rows(t, tried=min(died.values()))
        check_group(t)
        check_answers(t)
        assert min(died.values()) * stride >= 20, died


async def _die_at_each(t: Town, deed: Callable[[Town], None], *, first: int, stride: int) -> int:
    """Do the deed anew for each boundary until a life gets through it; return how many lives did not."""
    boundary = first
    while True:
        if deed in {_publishes, _falls_due}:
            _promises(t)
            await _settle(t)
        if deed is _falls_due:
            _publishes(t)
            await _settle(t)
        before = {person.name: len(t.tg.dm(person)) for person in t.people}
        deed(t)
        t.updates += 1
        await t.bot.start(fuse=boundary)
        await eventually(lambda: not t.bot.lives or _calm(t))
        lived = t.bot.lives
        assert await t.bot.kill() == -signal.SIGKILL, t.bot.log[-5000:]
        await _settle(t)
        if deed is _falls_due:
            _check_due(t, before)
        if lived:
            return (boundary - first) // stride
        boundary += stride


def _checks_in(t: Town) -> None:
    t.checkin(t.dice.choice(t.people), f"item {t.updates:03}")


def _promises(t: Town) -> None:
    t.promise(t.dice.choice(t.people), f"item {t.updates:03}", chat=t.dice.choice((t.group, None)))
    t.updates += 1


def _publishes(t: Town) -> None:
    t.publish(*next((one, seen) for one in t.people for seen in t.previews(one)))


def _falls_due(t: Town) -> None:
    """Everybody's card, as if the day had had none, and the alert of the promise that was published last."""
    t.bot.write("DELETE FROM sessions")
    t.bot.write("DELETE FROM outbox WHERE kind = 'card'")
    t.bot.write("DELETE FROM shown WHERE key LIKE 'card:%'")
    for person in t.people:
        set_slot(t, person, ago=timedelta(seconds=1))
    set_alert(t, _author_of_last(t))


def _author_of_last(t: Town) -> Person:
    query = "SELECT account FROM commitments JOIN identities USING (learner_id) WHERE state = 'open' ORDER BY commitments.id DESC"
    return next(one for one in t.people if str(one.id) == t.bot.rows(query)[0][0])


def _check_due(t: Town, before: dict[str, int]) -> None:
    """Each has one card, or two where nobody knew whether the first arrived."""
    for person in t.people:
        cards = [seen for seen in t.tg.dm(person)[before[person.name] :] if "Start" in seen.labels]
        assert 1 <= len(cards) <= 2, [seen.text for seen in t.tg.dm(person)[before[person.name] :]]


def _calm(t: Town) -> bool:
    """Whether what was said is handled and answered.

    Not waited for is a board that is edited a little later, and what stands behind something uncertain.
    """
    behind = "EXISTS (SELECT 1 FROM outbox AS head WHERE head.line = outbox.line AND head.state = 'uncertain')"
    due = f"state = 'sending' OR (state = 'ready' AND next_try_at <= ? AND NOT {behind})"
    waiting = f"SELECT 1 FROM outbox WHERE {due} UNION SELECT 1 FROM inbox WHERE state = 'new'"  # noqa: S608 - our own words
    ahead = t.bot.rows("SELECT 1 FROM timers WHERE kind IN ('slot', 'promise') AND due_at <= ?", now())
    return t.tg.pending == 0 and not ahead and not t.bot.rows(waiting, now())


def _open(t: Town) -> list[Any]:
    """What is not at its end, for whoever wonders."""
    columns = "key, line, state, attempt, doubts, outcome, next_try_at"
    outbox = f"SELECT {columns} FROM outbox WHERE state IN ('ready', 'sending', 'uncertain')"  # noqa: S608 - our own words
    inbox = "SELECT id, line, state, attempts FROM inbox WHERE state = 'new'"
    return [t.tg.pending, *t.bot.rows(outbox), *t.bot.rows(inbox), *t.bot.rows("SELECT kind, subject, due_at FROM timers")]


async def _settle(t: Town) -> None:
    """Live without a fuse until everything is handled and said; ten minutes pass before, for leases and second tries."""
    for _ in range(3):
        t.pass_time()
        await t.until_hearing()
        try:
            await eventually(lambda: _calm(t))
            await t.until_said()
        except TimeoutError:
            raise AssertionError(_open(t)) from None
        await t.bot.kill()
        open_ = "state IN ('sending', 'uncertain') OR (state = 'ready' AND next_try_at <= ?)"
        if not t.bot.rows(f"SELECT 1 FROM outbox WHERE {open_}", now()):  # noqa: S608 - our own words
            return


DEEDS = dict(zip(ALL, (_falls_due, _checks_in, _promises, _publishes), strict=True))
