"""The sandbox on a database file, its real clock in the test's hand: no test here waits for time."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

from bot.app import world_of
from bot.config import Settings
from bot.sandbox.visitor import Visitor
from bot.sandbox.world import World
from bot.store import depths, migrate, sandbox
from bot.store.sandbox import Shown
from tests.props import Hand, until

REAL = datetime(2026, 6, 20, 12, tzinfo=UTC)  # a Saturday; the Thursday evening before is the 18th
EVENING = datetime(2026, 6, 18, 17, 30, tzinfo=UTC)  # 18:30 in London


def settings_in(folder: Path) -> Settings:
    return Settings.model_validate({"sandbox": {"file": f"{folder}/sandbox.db"}, "scheduler": {"tick_seconds": 0.01}})


@asynccontextmanager
async def ground(folder: Path, *, real: Hand | None = None, fresh: bool = False) -> AsyncIterator[World]:
    """The world in `folder`, at work."""
    settings = settings_in(folder)
    await migrate.upgrade(settings.sandbox.url)
    world = world_of(settings, real or Hand(REAL), fresh=fresh)
    stop = asyncio.Event()
    try:
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(world.run(stop, settings.scheduler))
            try:
                await until(lambda: world.row.ready, within=50)
                yield world
            finally:
                stop.set()
    finally:
        await world.engine.close()


async def made_once(folder: Path) -> None:
    """A world whose first days are played."""
    async with ground(folder):
        pass
    with closing(connect(folder / "sandbox.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copied(source: Path, target: Path) -> Path:
    """A copy of a world that was made once."""
    shutil.copy(source / "sandbox.db", target / "sandbox.db")
    return target


async def quiet(world: World) -> None:
    """Wait until nothing moves, and everything that was said is handled and answered."""
    async with asyncio.timeout(50):
        while True:
            await asyncio.sleep(0)
            if world.moving or world._errands:
                continue
            async with world.engine.database.read() as tx:
                found = await depths.measure(tx, at=world.clock.now())
            if not found.waiting and found.ready_since is None and not found.open.get(("sending", "answer")):
                return


async def does(world: World, visit: Callable[[Visitor], Any]) -> None:
    """Let the visitor do something, and wait until it is over."""
    done = visit(Visitor(world))
    if asyncio.iscoroutine(done):
        await done
    await quiet(world)


async def seen(world: World, chat: str) -> list[Shown]:
    """A chat's messages, oldest first."""
    async with world.engine.database.read() as tx:
        return await sandbox.recent(tx, chat, limit=1000)


def words(message: Shown) -> str:
    return "".join(span["text"] for span in message.shows["text"])


def labels(message: Shown) -> list[str]:
    return [button["label"] for row in message.shows["rows"] for button in row]


def local(world: World) -> str:
    """What the clock shows in London in June."""
    return f"{world.clock.now() + timedelta(hours=1):%a %d %H:%M}"
