"""One learner with two years of daily check-ins and 500 modules beside one who begins: what each costs to answer."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Table

from benchmarks.crowd import FIRST_ACCOUNT, MORNING, ZONE
from benchmarks.measuring import in_child
from benchmarks.table import show
from bot.events import Chat, Person, Said
from bot.router import Router
from bot.services import cards
from bot.services.meeting import meet_person
from bot.store import schema
from bot.store.database import Database, Tx
from bot.store.timers import Timer
from bot.turn import Turn
from bot.ui.notices import word
from bot.ui.words import Words

DAYS, TRACKS, MODULES, DONE = 730, 20, 25, 300  # tracks, and modules in each
OLD, NEW = 1, 2  # learners
ROUNDS = 60
NOW = MORNING + timedelta(minutes=5)
LONG_AGO = MORNING - timedelta(days=DAYS)
STEPS = ("/today", "the card, when sent", "/progress", "/commitments", "the card, decided")


def measure() -> None:
    """Both learners in one database and one process, by turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "plan-e.db")
        in_child("benchmarks.crowd", f"sqlite+aiosqlite:///{path}", "2", "due", "plans")
        found = in_child("benchmarks.years", path)
    rows = [
        (step, *(f"{one * 1000:.1f}" for one in pair), f"{pair[0] / pair[1]:.2f}")
        for step, pair in zip(STEPS, found, strict=True)
    ]
    show("Two years and 500 modules beside a beginner: milliseconds", ("", "two years", "beginner", "ratio"), rows)


# --- two years --------------------------------------------------------------------------------------------------------
async def _live(tx: Tx) -> None:
    """Give the first learner two years: check-ins each day, a plan of 500 modules, promises kept and open."""
    rng = Random(1)
    await tx.execute(schema.plans.update().where(schema.plans.c.learner_id == OLD).values(active=False))
    plan = await _one(tx, schema.plans, learner_id=OLD, title="All of it", active=True, created_at=LONG_AGO)
    days = [(LONG_AGO + timedelta(days=number)) for number in range(DAYS)]
    made = 0
    for track in range(TRACKS):
        track_id = await _one(tx, schema.tracks, plan_id=plan, position=track, title=f"Subject {track}")
        await _many(tx, schema.sources, [_source(kind, track_id=track_id) for kind in ("primary", "second", "practice")])
        for position in range(MODULES):
            at = days[made * DAYS // DONE] if made < DONE else None
            module = await _one(
                tx, schema.modules, track_id=track_id, position=position, title=f"Chapter {position} of {track}",
                estimate_minutes=rng.randrange(45, 120), done_day=at.date() if at else None, done_at=at,
            )  # fmt: skip
            await _many(tx, schema.sources, [_source("primary", module_id=module)])
            if at:
                await _many(
                    tx, schema.reviews, [_review(module, step, at + timedelta(days=after)) for step, after in ((1, 1), (2, 7))]
                )
            made += 1
    await _many(tx, schema.sessions, [_session(at, rng) for at in days])
    await _many(tx, schema.checkins, [_checkin(at, rng) for at in days])
    await _promise(tx)


def _source(kind: str, **owner: int) -> dict[str, Any]:
    return {"track_id": None, "module_id": None, **owner, "position": 0, "kind": kind, "title": f"A {kind} book", "url": None}


def _review(module: int, step: int, at: datetime) -> dict[str, Any]:
    done_day = at.date() if at.date() < NOW.date() else None
    return {"learner_id": OLD, "module_id": module, "step": step, "due_day": at.date(), "done_day": done_day}


def _session(at: datetime, rng: Random) -> dict[str, Any]:
    state = rng.choice(("done", "done", "done", "partly", "skipped", "missed"))
    return {"learner_id": OLD, "slot": "main", "day": at.date(), "state": state, "due_at": at}


def _checkin(at: datetime, rng: Random) -> dict[str, Any]:
    return {
        "learner_id": OLD, "source": f"seed:{at.date()}", "day": at.date(), "outcome": "done", "minutes": rng.randrange(20, 90),
        "note": "exercises", "links": [], "late": False, "at": at,
    }  # fmt: skip


async def _promise(tx: Tx) -> None:
    """Twenty-five kept, three open: of tracks, of sessions, of modules."""
    tracks = [row.id for row in await tx.execute(schema.tracks.select().order_by(schema.tracks.c.id.desc()).limit(8))]
    scopes = (
        {"kind": "tracks", "ids": tracks[-2:], "names": ["Subject 12", "Subject 13"]},
        {"kind": "count", "unit": "sessions", "count": 60},
        {"kind": "count", "unit": "modules", "count": 20},
    )
    for number in range(28):
        due_at = MORNING + timedelta(days=40 + number if number < len(scopes) else -20 * number)
        begun = due_at - timedelta(days=60)
        row = {
            "learner_id": OLD, "group_id": 1, "source": f"old:{number}", "text": f"promise {number}", "consent": "alert",
            "scope": scopes[number] if number < len(scopes) else {"kind": "free"}, "in_place": False, "zone": ZONE,
            "state": "open" if number < len(scopes) else "done", "done_at": None if number < len(scopes) else due_at,
            "due_at": due_at, "due_wall": due_at.replace(tzinfo=None), "first_due_at": due_at, "created_at": begun,
            "published_at": begun,
        }  # fmt: skip
        made = await _one(tx, schema.commitments, **row)
        await _many(tx, schema.commitment_events, [{"commitment_id": made, "kind": "published", "facts": {}, "at": begun}])


async def _one(tx: Tx, table: Table, **values: Any) -> int:
    return int((await tx.execute(table.insert().values(**values).returning(table.c.id))).scalar_one())


async def _many(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> None:
    await tx.execute(table.insert(), rows)


# --- what it costs ----------------------------------------------------------------------------------------------------
class _Bench:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._router = Router({"telegram": "plan_e_bot"})
        self._number = 0

    async def says(self, learner: int, words: str) -> None:
        """What the inbox does with an update: the person met, the command handled, the answer stored and worded."""
        self._number += 1
        account = str(FIRST_ACCOUNT + learner - 1)
        person, chat = Person("telegram", account, f"Learner {learner}"), Chat("telegram", account, private=True)
        said = Said(person, chat, NOW, str(self._number), words)
        async with self._database.write() as tx:
            who = await meet_person(
                tx, platform="telegram", account=account, name=person.name, username=None, language="en", private=True, at=NOW
            )
            turn = Turn(tx, NOW, said, f"bench:{self._number}", who)
            await self._router.turn(turn)
            await turn.close()

    async def card(self, learner: int) -> None:
        """What the courier does with a card: its facts of this moment, and their words."""
        async with self._database.read() as tx:
            facts = {"learner": learner, "day": NOW.date().isoformat(), "slot": "main"}
            notice = await cards.load_card(tx, facts, NOW)
            assert notice is not None
            word(notice, Words("en", ZONE, NOW))

    async def decided(self, learner: int) -> None:
        """What the tick does with a slot that falls due."""
        async with self._database.write() as tx:
            taken_back = await tx.begin_nested()  # the next round finds what this one found
            await cards.slots_due(tx, [Timer("slot", learner, MORNING)], NOW)
            await taken_back.rollback()


async def _compare(path: str) -> list[list[float]]:
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.write() as tx:
        await _live(tx)
    bench = _Bench(database)
    steps: list[Callable[[int], Awaitable[None]]] = [
        lambda who: bench.says(who, "/today"),
        bench.card,
        lambda who: bench.says(who, "/progress"),
        lambda who: bench.says(who, "/commitments"),
        bench.decided,
    ]
    taken: list[dict[int, list[float]]] = [{OLD: [], NEW: []} for _ in steps]
    for _ in range(ROUNDS):
        for step, spans in zip(steps, taken, strict=True):
            for who in (OLD, NEW):
                begun = time.perf_counter()
                await step(who)
                spans[who].append(time.perf_counter() - begun)
    await database.close()
    return [[statistics.median(spans[who]) for who in (OLD, NEW)] for spans in taken]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_compare(sys.argv[1]))))
