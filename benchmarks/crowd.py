"""A crowd of learners with slots, plans and promises, written to a database by statements that make all rows of a table."""

import asyncio
import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Insert, Integer, String, Table, case, cast, literal, make_url, select, true

from bot.app import engine_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.domain.people import DAY_ENDS, DIGEST_WALL, DIGEST_WEEKDAY, HORIZON_DAYS, QUIET_END, QUIET_START
from bot.engine import Engine
from bot.store import migrate, schema
from bot.store.database import Database
from tests.postgres import run_on

MORNING: Final = datetime(2026, 6, 15, 6, tzinfo=UTC)  # a Monday, 07:00 in London
LONG_AGO: Final = MORNING - timedelta(days=30)
FIRST_ACCOUNT: Final = 5_000_000_001  # as the fake Telegram counts people up ...
FIRST_CHAT: Final = -1_002_000_000_002  # ... and groups down
TRACKS, MODULES, SOURCES = 3, 14, 2  # modules and sources per track: about as many as the story's plan has
GROUP_SIZE: Final = 20
PROMISED: Final = 5  # every fifth learner
SOON: Final = 20  # seconds, in which a bot has started and read what it needs
ZONE: Final = "Europe/London"
_WEEK: Final = frozenset(range(7))


def bot_on(url: str) -> Engine:
    """The bot on a database, with nobody to talk to."""
    settings = {"database": {"url": url}, "telegram": {"token": "1:none"}}
    return engine_of(Settings.model_validate(settings), SystemClock())


async def write(url: str, learners: int, *, due_at: datetime, plans: bool, zone: str = ZONE, wall: time = time(7)) -> None:
    """Make the database, with so many learners in groups of twenty, whose slots fall due at `due_at`; every fifth promised."""
    await migrate.upgrade(url)
    database = Database(url)
    statements = [*_people(learners, due_at, zone, wall), *_promises(learners), *(_plans(learners) if plans else ())]
    async with database.write() as tx:
        for statement in statements:
            await tx.execute(statement)
    if not database.is_sqlite:  # autovacuum does that, but not at once
        await run_on(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), "VACUUM (ANALYZE)")
    await database.close()


def _fill(table: Table, over: FromClause, /, **columns: Any) -> Insert:
    """A row for each row of `over`; columns are given as expressions of it, or as one value for all."""
    made = {
        name: value if isinstance(value, ColumnElement) else literal(value, table.c[name].type) for name, value in columns.items()
    }
    return table.insert().from_select(list(made), select(*made.values()).select_from(over))


def _numbers(last: int, *, first: int = 1) -> tuple[FromClause, ColumnElement[int]]:
    """The numbers from `first` to `last` as a source of rows."""
    begin = select(literal(first, Integer).label("number")).cte(f"numbers_{first}_{last}", recursive=True)
    numbers = begin.union_all(select(begin.c.number + 1).where(begin.c.number < last))
    return numbers, numbers.c.number


def _named(words: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(words, String) + cast(number, String)


def _people(learners: int, due_at: datetime, zone: str, wall: time) -> list[Insert]:
    everybody, one = _numbers(learners)
    account = cast(literal(FIRST_ACCOUNT - 1, schema.learners.c.id.type) + one, String)
    return [
        _fill(
            schema.learners, everybody, id=one, name=_named("Learner ", one), language="en", zone=zone, day_ends=DAY_ENDS,
            quiet_start=QUIET_START, quiet_end=QUIET_END, quiet_own=False, heard_day=LONG_AGO.date(), platform="telegram",
            onboarded=True, created_at=LONG_AGO,
        ),
        _fill(schema.identities, everybody, learner_id=one, platform="telegram", account=account, reachable=True),
        _fill(schema.slots, everybody, id=one, learner_id=one, kind="main", wall=wall, weekdays=_WEEK, zone=zone),
        _fill(schema.timers, everybody, kind="slot", subject=one, due_at=due_at, data={}),
    ]  # fmt: skip


def _plans(learners: int) -> list[Insert]:
    everybody, one = _numbers(learners)
    tracks, track = _numbers(learners * TRACKS)
    places, place = _numbers(MODULES - 1, first=0)
    several, which = _numbers(SOURCES - 1, first=0)
    number = track % TRACKS
    return [
        _fill(schema.plans, everybody, id=one, learner_id=one, title="Plan", active=True, created_at=LONG_AGO),
        _fill(
            schema.tracks, tracks, id=track, plan_id=(track + TRACKS - 1) // TRACKS, position=number,
            title=_named("Track ", number),
        ),
        _fill(
            schema.modules, tracks.join(places, true()), track_id=track, position=place,
            title=_named("Module ", number) + _named(".", place), estimate_minutes=90,
        ),
        _fill(
            schema.sources, tracks.join(several, true()), track_id=track, position=which,
            kind=case((which == 0, "primary"), else_="second"), title=_named("Source ", which),
        ),
    ]  # fmt: skip


def _promises(learners: int) -> list[Insert]:
    groups, group = _numbers(-(-learners // GROUP_SIZE))
    everybody, one = _numbers(learners)
    promises, fifth = _numbers(-(-learners // PROMISED))
    promised = (fifth - 1) * PROMISED + 1
    due_at = MORNING + timedelta(days=365)
    return [
        _fill(
            schema.groups, groups, id=group, chat=cast(literal(FIRST_CHAT + 1, schema.groups.c.id.type) - group, String),
            title=_named("Group ", group), join_code=_named("code-", group), platform="telegram", language="en", zone=ZONE,
            digest_weekday=DIGEST_WEEKDAY, digest_wall=DIGEST_WALL, horizon_days=HORIZON_DAYS, quiet_start=QUIET_START,
            quiet_end=QUIET_END, rights={}, active=True, created_at=LONG_AGO,
        ),
        _fill(
            schema.memberships, everybody, learner_id=one, group_id=_group_of(one), consent="alert", joined_at=LONG_AGO,
        ),
        _fill(
            schema.commitments, promises, learner_id=promised, group_id=_group_of(promised), source=_named("seed:", promised),
            text="finish it all", scope={"kind": "free"}, state="open", consent="alert", in_place=False, due_at=due_at,
            due_wall=due_at.replace(tzinfo=None), zone=ZONE, first_due_at=due_at, created_at=LONG_AGO, published_at=LONG_AGO,
        ),
    ]  # fmt: skip


def _group_of(learner: ColumnElement[int]) -> ColumnElement[int]:
    return (learner + GROUP_SIZE - 1) // GROUP_SIZE


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
