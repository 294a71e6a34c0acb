"""The weekly digest of a group: outcome first, nobody named who is private."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.domain.calendar import iso_week, local, next_weekly
from bot.domain.commitments import Commitment, State
from bot.domain.credit import credit_of, reliability
from bot.domain.digest import count_lines, split
from bot.domain.notices import Notice
from bot.domain.notices.digests import Digest, MemberWeek
from bot.domain.people import Consent, Group
from bot.services import boards, posts, promise_facts
from bot.services.streaks import week_stats
from bot.store import commitments, groups, people, timers
from bot.store.database import Tx
from bot.store.outbox import WINDOW, Lane
from bot.store.timers import Timer

_WEEK: Final = timedelta(days=7)
_SLIPS_SHOWN: Final = timedelta(days=30)  # PRODUCT.md, Slip alert: gone from digests after 30 days
_MOST_WEEKS: Final = 4  # a digest merged after a long outage does not grow without end
_NOON: Final = time(12)  # a digest before noon tells of the days up to yesterday


async def schedule(tx: Tx, group: Group, *, at: datetime) -> None:
    """Set the timer of a group's next digest and board day."""
    await timers.put(tx, [Timer("digest", group.id, next_digest(group, after=at)), boards.next_day(group, after=at)])


def next_digest(group: Group, *, after: datetime) -> datetime:
    """When a group's next digest comes: its weekday and wall time on its own clock."""
    return next_weekly(after, weekday=group.digest_weekday, wall=group.digest_wall, zone=group.clock_zone)


async def digests_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "digest" (subject: group id): queue the week's parts and set the next.

    One more than 24 hours late is not sent any more: its week is merged into the next.
    """
    places = await groups.get_many(tx, [row.subject for row in rows])
    following: list[Timer] = []
    for row in rows:
        group = places.get(row.subject)
        if group is None or not group.active:
            continue
        weeks = int(row.data.get("weeks", 1))
        too_late = at - row.due_at > WINDOW[Lane.DIGEST]
        if not too_late:
            await _queue(tx, group, due_at=row.due_at, weeks=weeks, at=at)
        merged = {"weeks": min(_MOST_WEEKS, weeks + 1)} if too_late else {}
        following.append(Timer("digest", group.id, next_digest(group, after=max(at, row.due_at)), merged))
    await timers.put(tx, following)


async def _queue(tx: Tx, group: Group, *, due_at: datetime, weeks: int, at: datetime) -> None:
    digest = await compose(tx, group, due_at=due_at, weeks=weeks)
    parts = len(split(digest)) if digest else 0
    year, week = iso_week(due_at, group.clock_zone)
    for part in range(parts):
        facts = {"group": group.id, "due": due_at.isoformat(), "weeks": weeks, "part": part, "parts": parts}
        key = f"digest:{group.id}:{year}-W{week:02}:{part}"
        await posts.post(
            tx, group, "digest", facts, key=key, at=at, lane=Lane.DIGEST, expires_at=due_at + WINDOW[Lane.DIGEST], silent=part > 0
        )


async def load_digest(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "digest" {group, due, weeks, part, parts}: one part with the facts and the consent of this moment."""
    del at  # a digest tells of the time up to its due instant, whenever it is sent
    group = await groups.get(tx, facts["group"])
    digest = await compose(tx, group, due_at=datetime.fromisoformat(facts["due"]), weeks=facts["weeks"])
    parts = split(digest) if digest else ()
    index, queued = int(facts["part"]), int(facts["parts"])
    if index >= len(parts):
        return None
    beyond = parts[queued:] if index == queued - 1 else ()
    return replace(parts[index], more=sum(count_lines(one) for one in beyond))


async def preview(tx: Tx, group: Group, *, at: datetime) -> tuple[Digest, ...]:
    """The digest as it would be now, part by part; none where there would be nothing to say."""
    digest = await compose(tx, group, due_at=at, weeks=1)
    return tuple(replace(part, preview=True) for part in split(digest)) if digest else ()


async def compose(tx: Tx, group: Group, *, due_at: datetime, weeks: int) -> Digest | None:
    """The whole digest of the weeks before `due_at`; None where nobody's study is public."""
    members = await people.members_of(tx, group.id)
    named = [learner for learner, membership in members if membership.consent in {Consent.GROUP, Consent.ALERT}]
    rows = await _public(tx, group, since=due_at - max(_SLIPS_SHOWN, weeks * _WEEK))
    if not named and not rows:
        return None
    first, last = _days(group, due_at=due_at, weeks=weeks)
    stats = await week_stats(tx, [learner.id for learner in named], first=first, last=last)
    credits_ = await commitments.due_history(tx, [learner.id for learner in named], at=due_at)
    told = await promise_facts.tell(tx, rows)
    since = due_at - weeks * _WEEK
    return Digest(
        first=first,
        last=last,
        weeks=weeks,
        part=0,
        parts=1,
        kept=tuple(told[row.id] for row in rows if _kept(row, since=since)),
        slipped=tuple(told[row.id] for row in rows if _slipped(row, since=since, due_at=due_at)),
        ahead=tuple(told[row.id] for row in rows if _ahead(row, due_at=due_at)),
        members=tuple(
            MemberWeek(
                name=learner.name,
                done=stats[learner.id].done,
                planned=stats[learner.id].planned,
                minutes=stats[learner.id].minutes,
                modules=stats[learner.id].modules,
                streak=stats[learner.id].streak,
                reliability=_reliability(credits_.get(learner.id, []), at=due_at),
                links=stats[learner.id].links[:3],
            )
            for learner in named
        ),
        unnamed=len(members) - len(named),
    )


async def _public(tx: Tx, group: Group, *, since: datetime) -> list[Commitment]:
    rows = await commitments.of_group(tx, group.id, since=since)
    levels = await commitments.consents(tx, [row.id for row in rows])
    return [row for row in rows if levels[row.id].public]


def _kept(row: Commitment, *, since: datetime) -> bool:
    return row.state is State.DONE and row.done_at is not None and row.done_at > since


def _slipped(row: Commitment, *, since: datetime, due_at: datetime) -> bool:
    """Still open and late, for 30 days; given up or withdrawn inside the horizon, in the week it happened."""
    if row.slipped_at is None or row.state is State.DONE:
        return False
    if row.state is State.OPEN:
        return due_at - _SLIPS_SHOWN < row.slipped_at and row.due_at <= due_at
    return row.slipped_at > since


def _ahead(row: Commitment, *, due_at: datetime) -> bool:
    return row.state is State.OPEN and due_at < row.due_at <= due_at + _WEEK


def _days(group: Group, *, due_at: datetime, weeks: int) -> tuple[date, date]:
    wall = local(due_at, group.clock_zone)
    last = wall.date() if wall.time() >= _NOON else wall.date() - timedelta(days=1)
    return last - timedelta(days=7 * weeks - 1), last


def _reliability(history: list[Commitment], *, at: datetime) -> float | None:
    found = [credit_of(one, at=at) for one in history]
    return reliability([credit for credit in found if credit is not None])
