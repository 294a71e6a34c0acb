"""Moving a bot to PostgreSQL and back: everything arrives or nothing does, and what differs is named."""

import asyncio
import hashlib
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Table, insert, select
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.store import migrate, moving
from bot.store.database import Database
from bot.store.move_ends import Unmovable
from bot.store.rows import late_columns
from bot.store.schema import learners, metadata
from tests.flows.stage import stage
from tests.flows.test_story import EVENING, join, promises, set_up
from tests.postgres import run_on, sqlalchemy_url
from tests.props import NOON, learner
from tests.store.strange_rows import fill

_NUMBERS: Final = count(1)
_ROOT: Final = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def empty_url(postgres: str) -> AsyncIterator[str]:
    """A database with nothing in it, not even tables."""
    name = f"plan_e_move_{os.getpid()}_{next(_NUMBERS)}"
    await run_on(postgres, f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield sqlalchemy_url(postgres, name)
    await run_on(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def source(tmp_path: Path) -> str:
    """The address of a bot's database with all tables."""
    url = f"sqlite+aiosqlite:///{tmp_path}/plan-e.db"
    asyncio.run(migrate.upgrade(url))
    return url


async def filled(url: str, *, seed: int = 1) -> dict[str, int]:
    database = Database(url)
    async with database.write() as tx:
        counts = await fill(tx, seed=seed)
    await database.close()
    return counts


async def tell(url: str, text: str) -> None:
    """Something is changed behind the back of both."""
    database = Database(url)
    async with database.write() as tx:
        await tx.exec_driver_sql(text)
    await database.close()


async def everything(url: str, *, change: Callable[[Any], Any] = lambda value: value) -> dict[str, list[str]]:
    """All rows as text, in an order of the test's own; JSON spelt out, so that 1 is not true."""
    database = Database(url)
    async with database.read() as tx:
        found = {table.name: await _rows(tx, table, change) for table in metadata.sorted_tables}
    await database.close()
    return found


async def _rows(tx: Any, table: Table, change: Callable[[Any], Any]) -> list[str]:
    rows = (await tx.execute(select(table))).mappings()
    return sorted(repr({name: _spelt(change(value)) for name, value in row.items()}) for row in rows)


def _spelt(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def without_nul(value: Any) -> Any:
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def digest(url: str) -> str:
    return hashlib.sha256(Path(url.partition(":///")[2]).read_bytes()).hexdigest()


async def move(source: str, target: str) -> tuple[moving.Moved, list[str]]:
    said: list[str] = []
    return await moving.move(source, target, say=said.append), said


# --- everything arrives


def test_whatever_refers_to_what_comes_later_may_be_empty_meanwhile() -> None:
    assert {table.name: late_columns(table) for table in metadata.sorted_tables if late_columns(table)} == {
        "learners": ["linked_to"],
        "commitments": ["part_of"],
    }
    for table in metadata.sorted_tables:
        assert list(table.primary_key), f"{table.name} has no key to be compared by"
        assert all(table.c[name].nullable for name in late_columns(table))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_rows_of_every_table_arrive_and_come_back(source: str, empty_url: str, tmp_path: Path, seed: int) -> None:
    counts = await filled(source, seed=seed)
    assert all(counts.values()), counts
    before = digest(source)
    moved, said = await move(source, empty_url)
    assert (moved.rows, moved.before, moved.differences) == (sum(counts.values()), False, ())
    assert any("U+FFFD" in line for line in said)
    assert await everything(empty_url) == await everything(source, change=without_nul)
    assert digest(source) == before
    back = f"sqlite+aiosqlite:///{tmp_path}/back.db"
    moved, _ = await move(empty_url, back)
    assert moved.rows == sum(counts.values())
    assert await everything(back) == await everything(empty_url)
    assert await migrate.current(back) == await migrate.current(empty_url) == migrate.head()
    assert await migrate.differences(empty_url) == []


async def test_a_bot_that_was_lived_with_arrives_and_goes_on(empty_url: str, tmp_path: Path) -> None:
    source = f"sqlite+aiosqlite:///{tmp_path}/plan-e.db"
    async with stage(EVENING, folder=tmp_path) as s:
        ann, bob = s.fake.person("Ann", username="ann"), s.fake.person("Bob & <Sons>")
        group = s.fake.group("Study", members=[ann, bob])
        s.fake.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann, city="London", time="07:00")
        await join(s, ann, group, "Group + alert")
        await set_up(s, bob, city="Berlin", time="06:30")
        await promises(s, ann, group)
        await s.after(hours=14)
        with pytest.raises(Unmovable, match="stop the bot first"):
            await move(source, empty_url)
    moved, _ = await move(source, empty_url)
    assert moved.differences == ()
    assert await everything(empty_url) == await everything(source)
    database = Database(empty_url)
    async with database.write() as tx:  # the next ids follow those that were there
        known = (await tx.execute(select(learners.c.id))).scalars().all()
        assert (await learner(tx, 9001)).id == max(known) + 1
    await database.close()


async def test_tables_of_nobody_knows_which_version_are_left_alone(source: str, postgres_url: str) -> None:
    with pytest.raises(Unmovable, match="holds something else"):
        await move(source, postgres_url)


async def test_a_target_that_was_migrated_before_is_as_good(source: str, empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    assert (await move(source, empty_url))[0].rows == 0
    counts = await filled(source)
    assert (await move(source, empty_url))[0].rows == sum(counts.values())


# --- or nothing does


async def test_what_was_moved_before_is_recognised(source: str, empty_url: str) -> None:
    counts = await filled(source)
    await move(source, empty_url)
    moved, said = await move(source, empty_url)
    assert (moved.before, moved.rows, moved.differences) == (True, sum(counts.values()), ())
    assert said == ["the database to move to is not empty; comparing"]


async def test_a_target_in_use_by_others_is_refused(source: str, empty_url: str) -> None:
    await filled(source)
    await move(source, empty_url)
    await tell(source, "DELETE FROM timers")
    with pytest.raises(Unmovable, match=r"not empty .*learners: .*not a copy of this one"):
        await move(source, empty_url)


async def test_differences_are_named_by_table_and_key(source: str, empty_url: str) -> None:
    await filled(source)
    await move(source, empty_url)
    await tell(empty_url, "UPDATE learners SET name = 'Eve', language = 'xx' WHERE id = (SELECT min(id) FROM learners)")
    await tell(empty_url, "UPDATE marks SET value = '{\"other\": 1}' WHERE name = (SELECT min(name) FROM marks)")
    await tell(empty_url, "UPDATE pulses SET name = 'another' WHERE name = (SELECT min(name) FROM pulses)")
    moved, _ = await move(source, empty_url)
    assert moved.before
    assert len(moved.differences) == 4
    assert sum("differs in name, language" in line for line in moved.differences) == 1
    assert sum("marks" in line and "differs in value" in line for line in moved.differences) == 1
    assert sum("pulses" in line and line.endswith("is missing") for line in moved.differences) == 1
    assert "pulses another is one too many" in moved.differences


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "UPDATE learners SET name = printf('%.*c', 65, 'x') WHERE id = 1",
            "learners 1: name has 65 characters, and 64 is the most",
        ),
        ("UPDATE learners SET reviews_a_day = 3000000000 WHERE id = 1", "learners 1: reviews_a_day is 3000000000, too large"),
        ("UPDATE learners SET linked_to = 77 WHERE id = 1", "row 1 of learners refers to a row of learners that is gone"),
        ("UPDATE alembic_version SET version_num = '0003'", "is at revision 0003, this version expects .*plan-e migrate"),
    ],
)
async def test_what_the_other_side_cannot_hold_is_named_and_nothing_kept(
    source: str, empty_url: str, change: str, says: str
) -> None:
    database = Database(source)
    async with database.write() as tx:
        await learner(tx)
    await database.close()
    with closing(sqlite3.connect(source.partition(":///")[2])) as file:
        file.execute(change)
        file.commit()
    with pytest.raises(Unmovable, match=says):
        await move(source, empty_url)
    assert await tables(empty_url) == []


async def tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [str(row["tablename"]) for row in found]
    finally:
        await connection.close()


async def test_neither_side_may_be_in_use(source: str, empty_url: str, tmp_path: Path) -> None:
    await filled(source)
    bot = Database(source)
    async with bot.read() as tx:
        await tx.execute(select(learners.c.id))
    with pytest.raises(Unmovable, match="stop the bot first"):  # it is idle, and yet there
        await move(source, empty_url)
    await bot.close()
    await move(source, empty_url)
    bot = Database(empty_url)
    async with bot.read() as tx:
        await tx.execute(select(learners.c.id))
    with pytest.raises(Unmovable, match="in use by 1 other session"):
        await move(empty_url, f"sqlite+aiosqlite:///{tmp_path}/back.db")
    await bot.close()


async def test_killed_in_the_middle_it_leaves_nothing_and_the_source_as_it_was(source: str, empty_url: str) -> None:
    database = Database(source)
    async with database.write() as tx:
        await learner(tx)
        update = {
            "bot": "b",
            "line": "l",
            "raw": {"text": "x" * 200},
            "sent_at": NOON,
            "received_at": NOON,
            "state": "done",
            "attempts": 1,
        }
        await tx.execute(insert(metadata.tables["inbox"]), [{**update, "update": str(n)} for n in range(30_000)])
    await database.close()
    before = digest(source)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "migrate-data", "--from", source, "--to", empty_url, stdout=PIPE, stderr=PIPE, cwd=_ROOT
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"inbox" not in (line := await process.stdout.readline()):  # all of it is there, but not committed
            assert line, (await process.communicate())[1].decode()
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
        assert await tables(empty_url) == []
        while await _sessions(empty_url):  # noqa: ASYNC110 - until PostgreSQL has noticed as well
            await asyncio.sleep(0.05)
    assert digest(source) == before
    moved, _ = await move(source, empty_url)
    assert (moved.rows, moved.differences) == (30_002, ())


async def _sessions(url: str) -> int:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return int(await connection.fetchval(others))
    finally:
        await connection.close()


# --- the command


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["migrate-data", *arguments])


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("sqlite+aiosqlite:////nowhere/plan-e.db", "postgresql://u:secret@127.0.0.1:1/x", "there is no /nowhere/plan-e.db"),
        ("sqlite:///a.db", "sqlite:///b.db", "leads from SQLite to PostgreSQL, or back"),
        ("sqlite://", "postgresql://u:secret@h/x", "--from is a database's address like"),
        ("sqlite:///a.db", "postgresql://u:secret@h:port/x", "--to is a database's address like"),
        ("sqlite:///a.db", "mysql://u:secret@h/x", "--to is a database's address like"),
    ],
)
def test_what_cannot_be_moved_is_one_plain_line(source: str, target: str, says: str) -> None:
    result = call("--from", source, "--to", target)
    [line] = result.stderr.splitlines()
    assert (result.exit_code, says in line, "secret" in result.output) == (2, True, False), line


def test_a_server_that_is_not_there_is_one_plain_line_without_the_password(source: str) -> None:
    result = call("--from", source, "--to", "postgresql://ann:secret@127.0.0.1:1/x")
    [line] = result.stderr.splitlines()
    assert result.exit_code == 2
    assert line.startswith("postgresql+asyncpg://ann:***@127.0.0.1:1/x: ")
    assert "secret" not in result.output


async def test_the_command_says_how_it_went(source: str, empty_url: str) -> None:
    counts = await filled(source)
    for happened in ("is there now", "was there already, from an earlier move"):
        result = await asyncio.to_thread(call, "--from", source, "--to", empty_url)
        assert result.exit_code == 0, result.output
        said = f"Everything {happened}: {sum(counts.values())} rows, each compared."
        assert result.stdout.splitlines()[-1].startswith(said)
    await tell(empty_url, "UPDATE pulses SET name = 'another' WHERE name = (SELECT min(name) FROM pulses)")
    result = await asyncio.to_thread(call, "--from", source, "--to", empty_url)
    assert result.exit_code == 1
    assert "pulses another is one too many" in result.stderr.splitlines()
    assert result.stderr.splitlines()[-1] == "The two are not the same. Nothing was changed."
