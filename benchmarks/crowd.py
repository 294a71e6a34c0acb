"""A crowd of learners with slots, plans and promises, written to a database file in bulk."""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table

from bot.app import engine_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.people import DAY_ENDS, DIGEST_WALL, DIGEST_WEEKDAY, HORIZON_DAYS, QUIET_END, QUIET_START
from bot.engine import Engine
from bot.store import migrate, schema
from bot.store.database import Database

MORNING: Final = datetime(2026, 6, 15, 6, tzinfo=UTC)  # a Monday, 07:00 in London
LONG_AGO: Final = MORNING - timedelta(days=30)
FIRST_ACCOUNT: Final = 5_000_000_001  # as the fake Telegram counts people up ...
FIRST_CHAT: Final = -1_002_000_000_002  # ... and groups down
TRACKS, MODULES, SOURCES = 3, 14, 2  # modules and sources per track: about as many as the story's plan has
GROUP_SIZE: Final = 20
SOON: Final = 20  # seconds, in which a bot has started and read what it needs
ZONE: Final = "Europe/London"
_WEEK: Final = frozenset(range(7))


def bot_on(path: str) -> Engine:
    """The bot on a database file, with nobody to talk to."""
    settings = {"database": {"url": f"sqlite+aiosqlite:///{path}"}, "telegram": {"token": "1:none"}}
    return engine_of(Settings.model_validate(settings), SystemClock())


async def write(url: str, learners: int, *, due_at: datetime, plans: bool, zone: str = ZONE, wall: time = time(7)) -> None:
    """Make the database, with so many learners in groups of twenty, whose slots fall due at `due_at`; every fifth promised."""
    await migrate.upgrade(url)
    database = Database(url)
    rows: list[tuple[Table, Iterable[dict[str, Any]]]] = [*_people(learners, due_at, zone, wall), *_promises(learners)]
    if plans:
        rows += _plans(learners)
    async with database.write() as tx:
        for table, made in rows:
            iterator = iter(made)
            while batch := list(islice(iterator, 20_000)):
                await tx.execute(table.insert(), batch)
    await database.close()


def _people(learners: int, due_at: datetime, zone: str, wall: time) -> list[tuple[Table, Iterable[dict[str, Any]]]]:
    ids = range(1, learners + 1)
    person = {
        "language": "en", "zone": zone, "day_ends": DAY_ENDS, "quiet_start": QUIET_START, "quiet_end": QUIET_END,
        "quiet_own": False, "heard_day": LONG_AGO.date(), "platform": "telegram", "onboarded": True, "created_at": LONG_AGO,
    }  # fmt: skip
    account = {"platform": "telegram", "username": None, "reachable": True}
    slot = {"kind": "main", "wall": wall, "weekdays": _WEEK, "zone": zone}
    return [
        (schema.learners, ({"id": one, "name": f"Learner {one}", **person} for one in ids)),
        (schema.identities, ({"learner_id": one, "account": str(FIRST_ACCOUNT + one - 1), **account} for one in ids)),
        (schema.slots, ({"id": one, "learner_id": one, **slot} for one in ids)),
        (schema.timers, ({"kind": "slot", "subject": one, "due_at": due_at, "data": {}} for one in ids)),
    ]


def _plans(learners: int) -> list[tuple[Table, Iterable[dict[str, Any]]]]:
    plans = (
        {"id": one, "learner_id": one, "title": "Plan", "active": True, "created_at": LONG_AGO} for one in range(1, learners + 1)
    )
    tracks = range(1, learners * TRACKS + 1)
    return [
        (schema.plans, plans),
        (
            schema.tracks,
            (
                {"id": one, "plan_id": -(-one // TRACKS), "position": one % TRACKS, "title": f"Track {one % TRACKS}"}
                for one in tracks
            ),
        ),
        (schema.modules, _modules(len(tracks))),
        (schema.sources, _sources(len(tracks))),
    ]


def _modules(tracks: int) -> Iterator[dict[str, Any]]:
    for track in range(1, tracks + 1):
        for place in range(MODULES):
            title = f"Module {track % TRACKS}.{place}"
            yield {"track_id": track, "position": place, "title": title, "estimate_minutes": 90}


def _sources(tracks: int) -> Iterator[dict[str, Any]]:
    for track in range(1, tracks + 1):
        for place in range(SOURCES):
            yield {"track_id": track, "position": place, "kind": ("primary", "second")[place], "title": f"Source {place}"}


def _promises(learners: int) -> list[tuple[Table, Iterable[dict[str, Any]]]]:
    groups = range(1, -(-learners // GROUP_SIZE) + 1)
    group = {
        "platform": "telegram", "language": "en", "zone": ZONE, "digest_weekday": DIGEST_WEEKDAY, "digest_wall": DIGEST_WALL,
        "horizon_days": HORIZON_DAYS, "quiet_start": QUIET_START, "quiet_end": QUIET_END, "rights": {}, "active": True,
        "created_at": LONG_AGO,
    }  # fmt: skip
    due_at = MORNING + timedelta(days=365)
    promise = {
        "text": "finish it all", "scope": {"kind": "free"}, "state": "open", "consent": "alert", "in_place": False,
        "due_at": due_at, "due_wall": due_at.replace(tzinfo=None), "zone": ZONE, "first_due_at": due_at,
        "created_at": LONG_AGO, "published_at": LONG_AGO,
    }  # fmt: skip
    member = {"consent": "alert", "joined_at": LONG_AGO}
    return [
        (
            schema.groups,
            (
                {"id": one, "chat": str(FIRST_CHAT + 1 - one), "title": f"Group {one}", "join_code": f"code-{one}", **group}
                for one in groups
            ),
        ),
        (
            schema.memberships,
            ({"learner_id": one, "group_id": -(-one // GROUP_SIZE), **member} for one in range(1, learners + 1)),
        ),
        (
            schema.commitments,
            (
                {"learner_id": one, "group_id": -(-one // GROUP_SIZE), "source": f"seed:{one}", **promise}
                for one in range(1, learners + 1, 5)
            ),
        ),
    ]


def main() -> None:
    """python -m benchmarks.crowd URL LEARNERS due|soon|later plans|bare."""
    url, learners, when, kind = sys.argv[1:]
    options: dict[str, Any] = {"due_at": MORNING if when == "due" else datetime(2100, 1, 1, tzinfo=UTC)}
    if when == "soon":  # somewhere on earth it is morning
        now = SystemClock().now()
        options = {
            "due_at": now + timedelta(seconds=SOON),
            "wall": time(9, now.minute),
            "zone": f"Etc/GMT{(now.hour + 2) % 24 - 11:+d}",
        }
    asyncio.run(write(url, int(learners), plans=kind == "plans", **options))
    print("{}")


if __name__ == "__main__":
    main()
