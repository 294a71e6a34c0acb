"""The weekly digest of a group: outcome first, nobody named who is private."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.domain.calendar import iso_week, local, next_weekly, resolve
from bot.domain.commitments import Commitment, State
from bot.domain.credit import credit_of, reliability
from bot.domain.digest import count_lines, most_parts, split
from bot.domain.notices import Notice
from bot.domain.notices.digests import Digest, DigestHead, MemberWeek
from bot.domain.people import WEEKLY, Group, Learner
from bot.domain.rest import Pause
from bot.domain.streaks import WeekStats
from bot.services import boards, promise_facts, rest
from bot.services.streaks import week_stats
from bot.store import commitments, groups, outbox, pauses, people, timers
from bot.store import digests as rows_of
from bot.store.database import Tx
from bot.store.outbox import WINDOW, Act, Lane, Outgoing
from bot.store.timers import Timer

_WEEK: Final = timedelta(days=7)
_MOST: Final = timedelta(weeks=4)  # a digest merged after a long outage does not grow without end
_NEW: Final = timedelta(hours=6)  # a group that was set up so short a time ago is not told that its week was quiet
_NOON: Final = time(12)  # a digest before noon tells of the days up to yesterday


@dataclass(frozen=True, slots=True)
class Span:
    """What a digest tells of: promises closed after `since` until `until`, and the study days that ended in between.

    It begins where the last digest that went out ended, so that nothing is told twice or never: normally seven days.
    """

    since: datetime
    until: datetime
    upto: date | None = None  # the last study day, where the time of day of `until` does not decide it

    @property
    def weeks(self) -> int:
        """How many weeks it spans, at least one."""
        return max(1, round((self.until - self.since) / _WEEK))


# --- when -------------------------------------------------------------------------------------------------------------
async def schedule(tx: Tx, group: Group, *, at: datetime) -> None:
    """Set the timers of a group's next digest and board day; where the last digest ended is kept."""
    found = await timers.find(tx, kind="digest", subject=group.id)
    data = found.data if found else {"set_up": at.isoformat()}
    digest = Timer("digest", group.id, next_digest(group, after=at), data)
    await timers.put(tx, [digest, boards.next_day(group, after=at)])


async def ensure_scheduled(tx: Tx, group: Group, *, at: datetime) -> None:
    """Schedule a group that never was: the bot may be spoken to in a group it was never told to be in."""
    if await timers.find(tx, kind="digest", subject=group.id) is None:
        await schedule(tx, group, at=at)


def next_digest(group: Group, *, after: datetime) -> datetime:
    """When a group's next digest comes: its weekday and wall time on its own clock."""
    return next_weekly(after, weekday=group.digest_weekday, wall=group.digest_wall, zone=group.clock_zone)


async def digests_due(tx: Tx, rows: list[Timer], at: datetime) -> None:
    """Timer "digest" (subject: group id): queue the week's parts and set the next.

    One more than 24 hours late is not sent any more, one that never arrived was none: the next tells of both weeks.
    `data` of a timer: `since`, where the last digest ended; `before`, where that one began; `key` of its first part; before
    there was any, when the group was `set_up`.
    """
    places = await groups.get_many(tx, [row.subject for row in rows])
    due = [row for row in rows if row.subject in places]
    lost = await rows_of.lost(tx, [row.data["key"] for row in due if "key" in row.data])
    weights = await rows_of.weights(tx, list(places), since=min((row.due_at for row in due), default=at) - _MOST - _WEEK)
    items: list[Outgoing] = []
    following: list[Timer] = []
    for row in due:
        group, data = places[row.subject], _told(row, lost)
        span = _span(group, data, until=row.due_at)
        data = {**data, "since": span.since.isoformat()}
        if group.active and at - row.due_at <= WINDOW[Lane.DIGEST] and not _told_this_week(group, data, row.due_at):
            new = _is_new(data, row.due_at)
            parts = _parts(group, span, count=most_parts(weights[group.id]), new=new)
            items += [*_threaded(group, span, parts=len(parts), new=new), *parts]
            data = {"since": row.due_at.isoformat(), "before": span.since.isoformat(), "key": parts[0].key if parts else ""}
        following.append(Timer("digest", group.id, next_digest(group, after=max(at, row.due_at)), data))
    await outbox.put(tx, items, at=at)
    await timers.put(tx, following)


def _told(row: Timer, lost: set[str]) -> dict[str, Any]:
    """A timer's data, gone back to where the last digest began if that never arrived."""
    return {"since": row.data["before"]} if row.data.get("key") in lost else row.data


def _told_this_week(group: Group, data: dict[str, Any], due_at: datetime) -> bool:
    """Whether there was a digest this ISO week: it was asked to come on another day since."""
    if "key" not in data:
        return False
    return iso_week(datetime.fromisoformat(data["since"]), group.clock_zone) == iso_week(due_at, group.clock_zone)


def _is_new(data: dict[str, Any], due_at: datetime) -> bool:
    return "set_up" in data and due_at - datetime.fromisoformat(data["set_up"]) < _NEW


def _span(group: Group, data: dict[str, Any], *, until: datetime) -> Span:
    if "since" in data:
        return Span(max(until - _MOST, datetime.fromisoformat(data["since"])), until)
    return Span(resolve(local(until, group.clock_zone) - _WEEK, group.clock_zone), until)


def _parts(group: Group, span: Span, *, count: int, new: bool) -> list[Outgoing]:
    """As many parts as there may be; those that turn out empty when they are sent are not."""
    facts = {**_facts(group, span, new=new), "parts": count}
    apart = None if group.digest_topic == WEEKLY else group.digest_topic
    return [
        Outgoing(
            key=f"{_key(group, span)}:{part}",
            act=Act.SEND,
            lane=Lane.DIGEST,
            kind="digest",
            facts={**facts, "part": part},
            due_at=span.until,
            platform=group.platform,
            group_id=group.id,
            topic=apart or group.topic,
            silent=part > 0 or group.digest_topic == WEEKLY,
            expires_at=span.until + WINDOW[Lane.DIGEST],
        )
        for part in range(count)
    ]


def _threaded(group: Group, span: Span, *, parts: int, new: bool) -> list[Outgoing]:
    """What goes before the parts where each week has a thread: the message it stands under, and that it is opened there.

    The parts wait for that in the chat's line. Where no thread comes of it they go to the channel, below that message.
    """
    if group.digest_topic != WEEKLY:
        return []
    key = _key(group, span)
    return [
        Outgoing(
            key=f"{key}:{name}",
            act=act,
            lane=Lane.DIGEST,
            kind="digest_head",
            facts={**_facts(group, span, new=new), "key": key, "parts": parts},
            due_at=span.until,
            platform=group.platform,
            group_id=group.id,
            topic=group.topic,
            shows=key,
            expires_at=span.until + WINDOW[Lane.DIGEST],
        )
        for name, act in (("head", Act.SEND), ("thread", Act.THREAD))
    ]


def _key(group: Group, span: Span) -> str:
    year, week = iso_week(span.until, group.clock_zone)
    return f"digest:{group.id}:{year}-W{week:02}"


def _facts(group: Group, span: Span, *, new: bool) -> dict[str, Any]:
    return {"group": group.id, "since": span.since.isoformat(), "until": span.until.isoformat(), "new": new}


async def go_on_in(tx: Tx, facts: dict[str, Any], topic: str) -> None:
    """The week's thread is open: the parts go there. `facts` are those of the message it stands under."""
    await outbox.place(tx, keys=[f"{facts['key']}:{part}" for part in range(facts["parts"])], topic=topic)


# --- what -------------------------------------------------------------------------------------------------------------
async def load_digest(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "digest" {group, since, until, part, parts, new}: one part with the facts and the consent of this moment.

    None where there is no such part, and for a new group in which nothing has happened yet.
    """
    del at  # a digest tells of the time up to its due instant, whenever it is sent
    group = await groups.get(tx, facts["group"])
    span = Span(datetime.fromisoformat(facts["since"]), datetime.fromisoformat(facts["until"]))
    digest = await compose(tx, group, span)
    parts = split(digest) if digest else ()
    part, queued = int(facts["part"]), int(facts["parts"])
    if part >= len(parts) or (facts.get("new") and digest is not None and digest.is_quiet):
        return None
    left_out = sum(count_lines(one) for one in parts[queued:]) if part == queued - 1 else 0
    return replace(parts[part], more=left_out)


async def load_head(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "digest_head" {group, since, until, key, parts, new}: what stands in the channel over the thread of a digest."""
    del at
    group = await groups.get(tx, facts["group"])
    span = Span(datetime.fromisoformat(facts["since"]), datetime.fromisoformat(facts["until"]))
    digest = await compose(tx, group, span)
    if digest is None or (facts.get("new") and digest.is_quiet):
        return None
    return DigestHead(digest.first, digest.last, digest.weeks, kept=len(digest.kept), slipped=len(digest.slipped))


async def preview(tx: Tx, group: Group, *, at: datetime) -> tuple[Digest, ...]:
    """The digest of the last seven days as it would be now, part by part; none where there would be nothing to say."""
    today = local(at, group.clock_zone).date()
    upto = today if group.digest_wall >= _NOON else today - timedelta(days=1)
    digest = await compose(tx, group, replace(_span(group, {}, until=at), upto=upto))
    return tuple(replace(part, preview=True) for part in split(digest)) if digest else ()


async def compose(tx: Tx, group: Group, span: Span) -> Digest | None:
    """The whole digest of a span, with the consent of this moment; None where nobody's study is public."""
    members = await people.members_of(tx, group.id)
    named = [learner for learner, membership in members if membership.consent is not None and membership.consent.public]
    if not named:
        return None
    rows = await _public(tx, group, since=span.since - boards.SLIPS_SHOWN)
    told = await promise_facts.tell(tx, rows)
    first, last = _days(group, span)
    kept, slipped = [row for row in rows if _kept(row, span)], [row for row in rows if _slipped(row, span)]
    kept_by, slipped_by = (Counter(row.learner_id for row in of_kind) for of_kind in (kept, slipped))
    weeks = await _weeks(tx, named, first=first, last=last, at=span.until)
    told_of = tuple(
        replace(week, kept=kept_by[one.id], slipped=slipped_by[one.id]) for one, week in zip(named, weeks, strict=True)
    )
    return Digest(
        first=first,
        last=last,
        weeks=span.weeks,
        part=0,
        parts=1,
        kept=tuple(told[row.id] for row in kept),
        slipped=tuple(told[row.id] for row in slipped),
        ahead=tuple(told[row.id] for row in rows if _ahead(row, span) and row not in slipped),
        members=told_of,
        unnamed=len(members) - len(named),
        pictured=told_of,
    )


async def _public(tx: Tx, group: Group, *, since: datetime) -> list[Commitment]:
    rows = await commitments.of_group(tx, group.id, since=since)
    levels = await commitments.consents(tx, [row.id for row in rows])
    return [row for row in rows if levels[row.id].public]


def _kept(row: Commitment, span: Span) -> bool:
    return row.state is State.DONE and row.done_at is not None and span.since < row.done_at <= span.until


def _slipped(row: Commitment, span: Span) -> bool:
    """Late and still open, for 30 days; moved inside the horizon, given up or withdrawn late, in the week it happened."""
    if row.slipped_at is None or row.state is State.DONE:
        return False
    if row.state is State.OPEN and row.due_at <= span.until:
        return span.until - boards.SLIPS_SHOWN < row.due_at
    return span.since < row.slipped_at <= span.until


def _ahead(row: Commitment, span: Span) -> bool:
    return row.state is State.OPEN and span.until < row.due_at <= span.until + _WEEK


def _days(group: Group, span: Span) -> tuple[date, date]:
    """The study days told of: those after the last digest's, up to this one's; the seven up to `upto`."""
    if span.upto is not None:
        return span.upto - timedelta(days=6), span.upto
    last = _told_until(span.until, group.clock_zone)
    return min(last, _told_until(span.since, group.clock_zone) + timedelta(days=1)), last


def _told_until(at: datetime, zone: str) -> date:
    wall = local(at, zone)
    return wall.date() if wall.time() >= _NOON else wall.date() - timedelta(days=1)


async def _weeks(tx: Tx, named: list[Learner], *, first: date, last: date, at: datetime) -> tuple[MemberWeek, ...]:
    ids = [learner.id for learner in named]
    stats = await week_stats(tx, ids, first=first, last=last)
    history = await commitments.due_history(tx, ids, at=at)
    now = await rest.pauses_now(tx, named, at=at)
    over = await pauses.not_over(tx, ids, since=first)
    away = {one: now.get(one) or _last_in(over.get(one, ()), first=first, last=last, stats=stats[one]) for one in ids}
    told = {one: pause for one, pause in away.items() if pause is not None and boards.may_tell(pause)}
    return tuple(_week(one, stats[one.id], history.get(one.id, []), told.get(one.id), at=at) for one in named)


def _last_in(breaks: Sequence[Pause], *, first: date, last: date, stats: WeekStats) -> Pause | None:
    """The break that took the whole of these days from somebody who is back from it by now: nothing was asked of them."""
    if stats.planned or stats.done:
        return None
    return next((one for one in reversed(breaks) if one.first <= last and one.last is not None and one.last >= first), None)


def _week(learner: Learner, stats: WeekStats, history: list[Commitment], away: Pause | None, *, at: datetime) -> MemberWeek:
    credits_ = [credit for one in history if (credit := credit_of(one, at=at)) is not None]
    return MemberWeek(
        name=learner.name,
        done=stats.done,
        planned=stats.planned,
        minutes=stats.minutes,
        modules=stats.modules,
        streak=stats.streak,
        reliability=reliability(credits_),
        away=away is not None,
        away_until=away.last if away else None,
    )
