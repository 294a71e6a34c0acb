"""Transactions: what is whole, who waits for whom, and what passes by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, StatementError

from bot.domain.people import Learner
from bot.store import files, people
from bot.store.database import Database, is_passing
from bot.store.files import UnsafePlace
from bot.store.schema import learners, memberships
from tests.props import NOON, database_file, learner


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    made = await database_file(tmp_path)
    yield made
    await made.close()


async def count(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(learners))).scalar_one())


async def test_sqlite_is_set_up_to_lose_nothing(file: Database) -> None:
    async with file.write() as tx:
        found = {
            name: (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}


async def test_a_transaction_is_whole_or_nothing(file: Database) -> None:
    async def breaks() -> None:
        async with file.write() as tx:
            await learner(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await breaks()
    assert await count(file) == 0


async def test_a_reader_sees_one_moment_and_writes_nothing(file: Database) -> None:
    async with file.read() as reader:
        before = (await reader.execute(select(func.count()).select_from(learners))).scalar_one()
        async with file.write() as tx:
            await learner(tx)
        assert (await reader.execute(select(func.count()).select_from(learners))).scalar_one() == before
    assert await count(file) == 1


async def test_read_modify_writes_of_two_connections_are_not_lost(file: Database) -> None:
    """With the driver's own transactions 154 of 200 were (ARCHITECTURE.md, Database)."""
    other = Database(str(file.url))
    async with file.write() as tx:
        ann = await learner(tx, name="0")

    async def add(database: Database) -> None:
        for _ in range(25):
            async with database.write() as tx:
                name = (await people.get(tx, ann.id)).name
                await people.change(tx, ann.id, name=str(int(name) + 1))

    await asyncio.gather(add(file), add(other))
    async with file.read() as tx:
        assert (await people.get(tx, ann.id)).name == "50"
    await other.close()


async def test_a_writer_that_is_cut_off_leaves_nothing_and_is_in_nobodys_way(file: Database) -> None:
    began = asyncio.Event()

    async def write() -> Learner:
        async with file.write() as tx:
            made = await learner(tx)
            began.set()
            await asyncio.Event().wait()
            return made

    async with asyncio.TaskGroup() as tasks:
        writer = tasks.create_task(write())
        await began.wait()
        writer.cancel()
    async with file.write() as tx:
        await learner(tx, 502)
    assert await count(file) == 1


async def test_a_busy_database_passes_and_a_broken_rule_does_not(file: Database) -> None:
    with closing(sqlite3.connect(str(file.url.database), timeout=0)) as impatient:
        async with file.write():
            with pytest.raises(sqlite3.OperationalError) as busy:
                impatient.execute("BEGIN IMMEDIATE")
    assert is_passing(DBAPIError("BEGIN IMMEDIATE", None, busy.value))
    assert not is_passing(busy.value)
    with pytest.raises(DBAPIError) as broken:
        async with file.write() as tx:
            await tx.execute(memberships.insert().values(learner_id=1, group_id=99, joined_at=NOON))
    assert not is_passing(broken.value)


async def test_a_full_disk_passes_and_is_known_until_there_is_room_again(file: Database) -> None:
    await _limit(file, pages="page_count")
    takes = [file.takes_writes]
    with pytest.raises(DBAPIError, match="full") as full:
        await _crowd(file)
    assert is_passing(full.value)
    takes.append(file.takes_writes)
    assert await count(file) == 0
    async with file.write() as tx:
        await tx.execute(select(1))
    takes.append(file.takes_writes)  # an empty transaction proves nothing
    await _limit(file, pages="1000000")
    await _crowd(file)
    takes.append(file.takes_writes)
    assert takes == [True, False, False, True]
    assert await count(file) == 100


async def _crowd(database: Database) -> None:
    async with database.write() as tx:
        for account in range(500, 600):
            await learner(tx, account, name="x" * 400)


async def _limit(database: Database, *, pages: str) -> None:
    """Let the writer's file grow to so many pages and no further."""
    async with database.write() as tx:
        most = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one() if pages == "page_count" else pages
        await tx.exec_driver_sql(f"PRAGMA max_page_count={most}")


async def test_an_instant_without_a_zone_is_refused(file: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with file.write() as tx:
            await learner(tx, at=datetime(2026, 6, 1))  # noqa: DTZ001 - that is the point


# --- where the file lies

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv/share nfs4 rw 0 0
/dev/sdb1 /srv/share/local\\040disk ext4 rw 0 0
garbage
"""


def test_a_network_file_system_is_refused() -> None:
    files.refuse_network(Path("/var/lib/plan-e.db"), mounts=MOUNTS)
    files.refuse_network(Path("/srv/share/local disk/plan-e.db"), mounts=MOUNTS)
    with pytest.raises(UnsafePlace, match="nfs4"):
        files.refuse_network(Path("/srv/share/plan-e.db"), mounts=MOUNTS)


def test_the_wal_reset_bug_is_known_by_version() -> None:
    assert files.has_wal_reset_bug((3, 40, 1))
    assert files.has_wal_reset_bug((3, 51, 2))
    assert not files.has_wal_reset_bug((3, 51, 3))
    assert not files.has_wal_reset_bug((3, 50, 7))
    assert not files.has_wal_reset_bug((3, 44, 6))


def test_the_file_of_a_url() -> None:
    assert files.path_of("sqlite+aiosqlite://") is None
    assert files.path_of("postgresql+asyncpg://db/plan_e") is None
    assert files.path_of("sqlite+aiosqlite:////var/x.db") == Path("/var/x.db")
