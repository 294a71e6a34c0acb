"""How fast a platform may be written to: GCRA buckets, evenly paced with a small burst, and a full stop after a 429."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.store.outbox import Act, Lane

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IDLE_SECONDS: Final = 1.0  # how long to sleep when nothing is known to come
_KEEP_CHATS: Final = 10_000
_AT_THE_DOOR: Final = 64  # more are never on their way at once (bot/courier.py)


@dataclass(slots=True)
class Bucket:
    """A generic cell rate: one per `every`, `burst` at once. `full_at` is the theoretical arrival time (ITU-T I.371).

    Further ahead than a full bucket takes to drain it lies only after the clock went back: then what was counted counts no more.
    """

    every: timedelta
    burst: int
    full_at: datetime = _EPOCH

    def wait(self, at: datetime, *, keep: int = 0) -> timedelta:
        """How long until one more fits, and `keep` after it."""
        return max(timedelta(), self._full_at(at) - self.every * (self.burst - keep - 1) - at)

    def take(self, at: datetime) -> None:
        """Count one."""
        self.full_at = self._full_at(at) + self.every

    def give_back(self) -> None:
        """Count one less: it was not needed after all."""
        self.full_at -= self.every

    def room(self, at: datetime, *, keep: int = 0) -> int:
        """How many fit right now, and `keep` after them."""
        return max(0, self.burst - keep - -(-(self._full_at(at) - at) // self.every))

    def _full_at(self, at: datetime) -> datetime:
        return at if self.full_at > at + self.every * self.burst else max(self.full_at, at)


@dataclass(slots=True)
class Limits:
    """The limits of all platforms of one process.

    `per_second` overall per platform; a private chat takes `chat_per_second` with a burst; a group `group_per_minute`.
    Taps are answered outside of the pacing, the platforms do not count those; but a platform that asked for silence gets it.
    The chats of platforms in `self_paced` are not paced: each answer there tells how much more its chat bears, and the client
    keeps to it. Of the overall burst two fifths are for answers: however many cards wait, an answer goes at once.
    """

    per_second: dict[str, float]
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 18.0
    self_paced: frozenset[str] = frozenset()
    _overall: dict[str, Bucket] = field(default_factory=dict)
    _chats: dict[str, Bucket] = field(default_factory=dict)
    _blocked: dict[str, datetime] = field(default_factory=dict)
    _doors: dict[str, datetime] = field(default_factory=dict)

    def room(self, at: datetime, *, answers: bool = False) -> int:
        """How many items are worth claiming now, over all platforms; with `answers`, how many of those."""
        buckets = [self._bucket(name) for name in self.per_second if self._blocked_for(name, at) <= timedelta()]
        return max((bucket.room(at, keep=0 if answers else _kept(bucket)) for bucket in buckets), default=0)

    def open(self, at: datetime) -> bool:
        """Whether any platform may be spoken to at all."""
        return any(self._blocked_for(name, at) <= timedelta() for name in self.per_second)

    def next_room(self, at: datetime) -> float:
        """Seconds worth sleeping when nothing could be claimed."""
        buckets = [(self._blocked_for(name, at), self._bucket(name)) for name in self.per_second]
        waits = [max(blocked, one.wait(at, keep=keep)) for blocked, one in buckets for keep in (0, _kept(one))]
        soonest = min((wait for wait in waits if wait > timedelta()), default=timedelta(seconds=_IDLE_SECONDS))
        return min(_IDLE_SECONDS, soonest.total_seconds())

    def take(self, platform: str, line: str, *, group: bool, act: Act, lane: Lane, at: datetime) -> timedelta:
        """Count one item against every limit it falls under; a positive answer is how long it must wait instead."""
        blocked = max(timedelta(), self._blocked_for(platform, at))
        if act is Act.TOAST:
            return blocked
        overall, *chats = buckets = self._buckets(platform, line, group=group, at=at)
        keep = 0 if lane is Lane.ANSWER else _kept(overall)
        wait = max(blocked, overall.wait(at, keep=keep), *(chat.wait(at) for chat in chats))
        if wait <= timedelta():
            for bucket in buckets:
                bucket.take(at)
        return wait

    def door(self, platform: str, *, act: Act, lane: Lane, at: datetime) -> timedelta:
        """How long an item that was taken waits for its turn to leave: what was held up together does not leave together.

        An answer never waits there.
        """
        if act is Act.TOAST:
            return timedelta()
        overall = self._bucket(platform)
        full_at = max(at, self._doors.get(platform, at))
        if full_at - at > overall.every * _AT_THE_DOOR:  # the clock went back
            full_at = at
        self._doors[platform] = full_at + overall.every
        wait = full_at - at - overall.every * (overall.burst - 1)
        return timedelta() if lane is Lane.ANSWER else max(timedelta(), wait)

    def give_back(self, platform: str, line: str, *, group: bool, act: Act, at: datetime) -> None:
        """Count an item no more that was taken and came to nothing: another may go in its place."""
        if act is not Act.TOAST:
            for bucket in self._buckets(platform, line, group=group, at=at):
                bucket.give_back()

    def block(self, platform: str, *, until: datetime) -> None:
        """Send nothing on a platform until then: it said so."""
        self._blocked[platform] = max(until, self._blocked.get(platform, _EPOCH))

    def _blocked_for(self, platform: str, at: datetime) -> timedelta:
        return self._blocked.get(platform, _EPOCH) - at

    def _buckets(self, platform: str, line: str, *, group: bool, at: datetime) -> list[Bucket]:
        """Those that an item falls under, the overall one first."""
        chats = [] if platform in self.self_paced else [self._chat(line, group=group, at=at)]
        return [self._bucket(platform), *chats]

    def _bucket(self, platform: str) -> Bucket:
        if platform not in self._overall:
            rate = self.per_second.get(platform, 25.0)
            self._overall[platform] = Bucket(timedelta(seconds=1 / rate), burst=max(1, round(rate / 5)))
        return self._overall[platform]

    def _chat(self, line: str, *, group: bool, at: datetime) -> Bucket:
        if line not in self._chats:
            if len(self._chats) >= _KEEP_CHATS:  # one that is full again says nothing a new one would not
                self._chats = {line: bucket for line, bucket in self._chats.items() if bucket.full_at > at}
            every = timedelta(seconds=60 / self.group_per_minute if group else 1 / self.chat_per_second)
            self._chats[line] = Bucket(every, burst=self.chat_burst)
        return self._chats[line]


def _kept(bucket: Bucket) -> int:
    """How much of an overall bucket is for answers."""
    return bucket.burst * 2 // 5
