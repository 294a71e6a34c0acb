"""Statements built once: the same rows as a plain expression gives, on both engines, whatever the values."""

import threading
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database, Tx, apart, insert_for, is_passing
from bot.store.kept import inline_of
from bot.store.many import LONG
from bot.store.outbox import Lane, is_open
from bot.store.prepared import Prepared
from bot.store.schema import checkins, outbox, slots, timers
from tests.props import NOON, learner
from tests.tables import make_tables

BY_KIND = Prepared(
    select(timers.c.subject, timers.c.due_at, timers.c.data)
    .where(timers.c.kind == bindparam("kind"), timers.c.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(timers.c.subject)
)
PUT = Prepared(
    lambda dialect: insert_for(dialect, timers).on_conflict_do_nothing(index_elements=["kind", "subject"]),
    columns=["kind", "subject", "due_at", "data"],
)
DELAY = Prepared(update(timers).where(timers.c.kind == bindparam("which")).values(due_at=bindparam("until")))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database on either engine."""
    return "sqlite+aiosqlite://" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def either(url: str) -> AsyncIterator[Tx]:
    """An open transaction on either engine."""
    database = Database(url)
    async with database.write() as tx:
        if database.is_sqlite:
            await make_tables(tx)
        yield tx
    await database.close()


def timer(subject: int, **data: Any) -> dict[str, Any]:
    return {"kind": "slot", "subject": subject, "due_at": NOON + timedelta(minutes=subject), "data": data}


async def test_rows_are_written_and_read_with_what_their_types_make_of_values(either: Tx) -> None:
    await PUT.change_each(either, [timer(1, said=1), timer(2, said=None)])
    await PUT.change_each(either, [])
    found = await BY_KIND.rows(either, kind="slot", subjects=[1, 2])
    assert found == [(1, NOON + timedelta(minutes=1), {"said": 1}), (2, NOON + timedelta(minutes=2), {"said": None})]
    assert all(row[1].utcoffset() == timedelta() for row in found)
    plain = await either.execute(select(timers.c.subject, timers.c.due_at, timers.c.data).order_by(timers.c.subject))
    assert [tuple(row) for row in plain] == found


@pytest.mark.parametrize("subjects", [[], [2], [1, 2, 3], [3, 9], list(range(40))])
async def test_lists_may_be_of_any_length(either: Tx, subjects: list[int]) -> None:
    await PUT.change_each(either, [timer(number) for number in (1, 2, 3)])
    for kind in ("slot", "day"):
        found = await BY_KIND.rows(either, kind=kind, subjects=subjects)
        assert [row[0] for row in found] == [one for one in subjects if kind == "slot" and one in {1, 2, 3}]


async def test_a_value_may_be_missing(either: Tx) -> None:
    who = await learner(either)
    add = Prepared(
        lambda dialect: insert_for(dialect, checkins).returning(checkins.c.minutes, checkins.c.links, checkins.c.day),
        columns=["learner_id", "source", "day", "outcome", "minutes", "note", "links", "late", "at"],
    )
    values = {"learner_id": who.id, "day": date(2026, 5, 4), "outcome": "done", "note": "", "late": False, "at": NOON}
    for source, minutes, links in (("1", None, []), ("2", 30, ["https://x.example"])):
        row = await add.first(either, source=source, minutes=minutes, links=links, **values)
        assert row == (minutes, links, date(2026, 5, 4))


async def test_what_was_changed_is_counted(either: Tx) -> None:
    await PUT.change_each(either, [timer(1), timer(2)])
    later = datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert await DELAY.change(either, which="slot", until=later) == 2
    assert await DELAY.change(either, which="nothing", until=later) == 0
    assert [row[1] for row in await BY_KIND.rows(either, kind="slot", subjects=[1, 2])] == [later, later]
    assert await PUT.change(either, **timer(2)) == 0


async def test_lists_and_values_that_stand_in_the_statement_stay_as_they_are(either: Tx) -> None:
    urgent = Prepared(select(outbox.c.id).where(is_open(outbox), outbox.c.lane.in_([Lane.ANSWER, Lane.ALERT])).limit(3))
    assert await urgent.rows(either) == []
    assert await urgent.first(either) is None
    assert await urgent.value(either) is None


async def test_many_rows_are_written_at_once(either: Tx) -> None:
    await PUT.change_each(either, [timer(number) for number in range(500)])
    count = await BY_KIND.rows(either, kind="slot", subjects=[*range(1000)])
    assert [row[0] for row in count] == [*range(500)]


async def test_sets_are_read_as_sets(either: Tx) -> None:
    who = await learner(either)
    query = Prepared(select(slots.c.weekdays).where(slots.c.learner_id == bindparam("learner")))
    plain = await either.execute(select(slots.c.weekdays).where(slots.c.learner_id == who.id))
    assert await query.value(either, learner=who.id) == plain.scalar_one_or_none()


async def test_other_names_than_the_statements_own_are_refused(either: Tx) -> None:
    with pytest.raises(TypeError, match="kind"):
        await BY_KIND.rows(either, sort="slot", subjects=[1] * 77)


async def test_naive_instants_are_refused(either: Tx) -> None:
    with pytest.raises(ValueError, match="naive"):
        await PUT.change(either, **{**timer(1), "due_at": datetime(2026, 5, 4, 9)})  # noqa: DTZ001


async def test_an_error_comes_as_from_a_plain_expression(either: Tx) -> None:
    with pytest.raises(DBAPIError):
        async with apart(either):
            await PUT.change(either, **{**timer(1), "kind": None})
    await PUT.change(either, **timer(1))
    assert len(await BY_KIND.rows(either, kind="slot", subjects=[1])) == 1


async def test_what_is_set_apart_is_taken_back_alone(either: Tx) -> None:
    async def breaks() -> None:
        async with apart(either):
            await PUT.change(either, **timer(2))
            async with apart(either):
                await PUT.change(either, **timer(3))
            raise ZeroDivisionError

    await PUT.change(either, **timer(1))
    with pytest.raises(ZeroDivisionError):
        await breaks()
    async with apart(either):
        await PUT.change(either, **timer(4))
    assert [row[0] for row in await BY_KIND.rows(either, kind="slot", subjects=[1, 2, 3, 4])] == [1, 4]


async def test_a_session_that_ends_meanwhile_is_trouble_that_passes(clean_postgres_url: str) -> None:
    database = Database(clean_postgres_url)

    async def ends() -> None:
        async with database.write() as tx, apart(tx), apart(tx):
            await PUT.change(tx, **timer(1))
            await tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DBAPIError) as ended:
        await ends()
    assert is_passing(ended.value)
    async with database.read() as tx:
        assert await BY_KIND.rows(tx, kind="slot", subjects=[1]) == []
    await database.close()


@pytest.mark.parametrize("is_long", [False, True])
async def test_what_is_long_leaves_the_loop_to_others(is_long: bool) -> None:
    """On SQLite: the function called by the statement tells in which thread it runs."""
    query = select(func.where_am_i())
    asks = Prepared(query.prefix_with(LONG) if is_long else query)
    database = Database("sqlite+aiosqlite://")
    async with database.write() as tx:
        connection = inline_of(tx)
        assert connection is not None
        await connection.create_function("where_am_i", 0, threading.get_ident)
        there = await asks.value(tx)
    await database.close()
    assert (there != threading.get_ident()) is is_long


async def test_nothing_is_written_outside_a_transaction() -> None:
    """Of SQLite, whose connection is spoken to without SQLAlchemy between."""
    database = Database("sqlite+aiosqlite://")
    async with database.write() as tx:
        await make_tables(tx)
    async with database.write() as tx:
        connection = inline_of(tx)
        await tx.rollback()
        assert connection is not None
        with pytest.raises(Exception, match="no transaction is open"):
            connection.run("DELETE FROM timers")
        with pytest.raises(Exception, match="no transaction is open"):
            await connection.run_many("DELETE FROM timers WHERE subject = ?", [(1,)])
    await database.close()
