"""Migrations lead from nothing to the tables of the code and back, whole or not at all."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url

from bot.store import migrate, timers
from bot.store.database import Database
from bot.store.migrate import NotYet, Unusable
from bot.store.schema import metadata

REVISIONS = [one.revision for one in ScriptDirectory.from_config(migrate.config()).walk_revisions()][::-1]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/plan-e.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either engine."""
    found: str = request.getfixturevalue("url" if request.param == "sqlite" else "empty_postgres_url")
    return found


def tables(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "plan-e.db")) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def tables_of(url: str) -> set[str]:
    made = Database(url)
    async with made.read() as tx:
        found = set(await tx.run_sync(lambda connection: inspect(connection).get_table_names()))
    await made.close()
    return found


async def test_from_nothing_to_what_the_code_expects(either_url: str) -> None:
    assert await migrate.current(either_url) is None
    await migrate.upgrade(either_url)
    assert await migrate.current(either_url) == migrate.head() == REVISIONS[-1]
    assert await migrate.differences(either_url) == []
    assert await tables_of(either_url) == set(metadata.tables) | {"alembic_version"}


async def test_every_step_up_and_down_and_up(either_url: str) -> None:
    for before, revision in zip(["base", *REVISIONS], REVISIONS, strict=False):
        await migrate.upgrade(either_url, to=revision)
        await migrate.downgrade(either_url, to=before)
        assert await migrate.current(either_url) == (None if before == "base" else before)
        await migrate.upgrade(either_url, to=revision)
    await migrate.downgrade(either_url, to="base")
    assert await tables_of(either_url) == {"alembic_version"}


async def test_two_processes_that_start_at_once_migrate_once(either_url: str) -> None:
    await asyncio.gather(*(migrate.upgrade(either_url) for _ in range(3)))
    assert await migrate.differences(either_url) == []


async def test_a_migration_that_breaks_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    """Table by table, a half-made migration could neither be repeated nor undone."""
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
        database.execute("CREATE TABLE shown (in_the_way INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        await migrate.upgrade(url)
    assert tables(tmp_path) == {"shown"}


async def test_rows_without_their_parents_are_found(url: str, tmp_path: Path) -> None:
    await migrate.upgrade(url, to=REVISIONS[-2])
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
        database.execute("INSERT INTO tracks (plan_id, position, title) VALUES (99, 0, 'Calculus')")
        database.commit()
    with pytest.raises(RuntimeError, match="without their parents"):
        await migrate.upgrade(url)
    assert await migrate.current(url) == REVISIONS[-2]


async def test_a_difference_would_be_noticed(url: str, tmp_path: Path) -> None:
    await migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
        database.execute("ALTER TABLE learners ADD COLUMN shoe_size INTEGER")
        database.execute("DROP INDEX ix_timers_due_at")
    assert {difference[0] for difference in await migrate.differences(url)} == {"remove_column", "add_index"}


async def test_a_server_that_is_not_there_may_come_yet_and_one_that_refuses_us_will_not(empty_postgres_url: str) -> None:
    with pytest.raises(NotYet, match="cannot be used"):
        await migrate.upgrade("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    unknown = make_url(empty_postgres_url).set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(Unusable, match="does not exist") as error:
        await migrate.upgrade(unknown)
    assert not isinstance(error.value, NotYet)


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:////nowhere/at/all.db", "sqlite+aiosqlite:////"])
async def test_a_database_that_cannot_be_opened_is_said_plainly(url: str) -> None:
    with pytest.raises(Unusable, match="cannot be used"):
        await migrate.upgrade(url)


async def test_promises_that_are_open_already_are_watched_as_well(url: str, tmp_path: Path) -> None:
    await migrate.upgrade(url, to="0003")
    promise = "(id, learner_id, source, text, scope, state, in_place, due_at, due_wall, zone, first_due_at, created_at)"
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
        learner = "(id, name, language, day_ends, quiet_start, quiet_end, platform, onboarded, created_at)"
        database.execute(
            f"INSERT INTO learners {learner} VALUES (1, 'Ann', 'en', '03:00', '22:00', '08:00', 'telegram', 1, '2026-06-01')"  # noqa: S608
        )
        for number, state in enumerate(("open", "done", "draft"), start=1):
            values = f"({number}, 1, 's{number}', 'swim', '{{}}', '{state}', 0, '2026', '2026', 'UTC', '2026', '2026')"
            database.execute(f"INSERT INTO commitments {promise} VALUES {values}")  # noqa: S608 - no input
        database.commit()
    await migrate.upgrade(url)
    made = Database(url)
    async with made.read() as tx:
        (timer,) = (await timers.find_many(tx, kind="pace", subjects=[1, 2, 3])).values()
    await made.close()
    assert (timer.subject, timer.data) == (1, {})
    assert timer.due_at.tzinfo is not None


async def test_learners_and_their_accounts_outlive_the_tables_that_are_built_anew(url: str, tmp_path: Path) -> None:
    await migrate.upgrade(url, to="0002")
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
        values = "(1, 'Ann', 'en', '03:00', '22:00', '08:00', 'telegram', 1, '2026-06-01')"
        columns = "(id, name, language, day_ends, quiet_start, quiet_end, platform, onboarded, created_at)"
        database.execute(f"INSERT INTO learners {columns} VALUES {values}")  # noqa: S608 - no input
        database.execute("INSERT INTO identities (learner_id, platform, account, reachable) VALUES (1, 'telegram', '501', 1)")
        database.execute("INSERT INTO plans (learner_id, title, active, created_at) VALUES (1, 'Maths', 1, '2026-06-01')")
        database.commit()
    for to in ("head", "0002", "head"):
        await (migrate.upgrade(url) if to == "head" else migrate.downgrade(url, to=to))
        with closing(sqlite3.connect(tmp_path / "plan-e.db")) as database:
            counts = [database.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("learners", "identities", "plans")]  # noqa: S608
            assert counts == [(1,)] * 3
