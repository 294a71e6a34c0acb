"""How fast a platform may be written to: GCRA buckets, evenly paced with a small burst, and a full stop after a 429.

One process keeps them in memory. Where several send they are rows, locked for as long as a batch is counted: what is read there
replaces what this process knew, and what it counts is written back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.store import pacing
from bot.store.database import Tx
from bot.store.outbox import Act, Item, Lane
from bot.store.pacing import Pace

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IDLE_SECONDS: Final = 1.0  # how long to sleep when nothing is known to come
_KEEP_CHATS: Final = 10_000
_AT_THE_DOOR: Final = 64  # more are never on their way at once (bot/courier.py)
# How far the clocks of machines may be apart. Within it all come to count by the one that is ahead: else a bucket that another
# machine has filled would look like one of before a clock went back. Further apart each counts for itself.
_APART: Final = timedelta(seconds=2)
_FOR_OTHERS: Final = timedelta(seconds=1)  # longer do other machines keep silent, whose clocks may be ahead of ours


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
    keeps to it. Of the overall burst two fifths are for answers: however many cards wait, an answer goes at once. `shared`: other
    processes send as well, and what is counted stands in the database.
    """

    per_second: dict[str, float]
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 18.0
    self_paced: frozenset[str] = frozenset()
    shared: bool = False
    _overall: dict[str, Bucket] = field(default_factory=dict)
    _chats: dict[str, Bucket] = field(default_factory=dict)
    _blocked: dict[str, datetime] = field(default_factory=dict)
    _doors: dict[str, datetime] = field(default_factory=dict)
    _ahead: dict[str, timedelta] = field(default_factory=dict)  # by platform, how far the clock that it is counted by is ahead
    _untold: dict[str, datetime] = field(default_factory=dict)  # blocks that the others have not been told of

    # --- with others --------------------------------------------------------------------------------------------------
    async def look(self, tx: Tx, *, at: datetime) -> None:
        """Learn what the others have counted, and whether a platform asked them for silence."""
        if self.shared:
            self._learn(await pacing.look(tx, self.per_second), at)

    async def take_all(self, tx: Tx, items: Sequence[Item], *, at: datetime) -> dict[int, timedelta]:
        """Count a batch in the transaction that claimed it; by item, how long it must wait instead (nothing: it may go)."""
        paced = [item for item in items if item.act is not Act.TOAST] if self.shared else []
        platforms = {item.platform: self._bucket(item.platform) for item in paced}
        chats = {item.line: self._chat_of(item, at=at) for item in paced if item.platform not in self.self_paced}
        if paced:
            for bucket in chats.values():
                bucket.full_at = _EPOCH
            self._learn(await pacing.lock(tx, platforms=[*platforms], lines=[*chats], at=at), at)
        waits = {
            item.id: self.take(item.platform, item.line, group=item.group_id is not None, act=item.act, lane=item.lane, at=at)
            for item in items
        }
        if paced:
            now = max(self._agreed(name, at) for name in platforms)
            await pacing.keep(tx, [Pace(name, bucket.full_at, now) for name, bucket in (platforms | chats).items()])
        return waits

    async def tell(self, tx: Tx, *, at: datetime) -> dict[str, datetime]:
        """Write down the blocks that the others do not know of, and return them: for `told`, once they are committed."""
        told = dict(self._untold)
        for platform, until in told.items():
            await pacing.block(tx, platform, until=until + _FOR_OTHERS, at=at)
        return told

    def told(self, blocks: dict[str, datetime]) -> None:
        """The others know of these."""
        self._untold = {name: until for name, until in self._untold.items() if blocks.get(name) != until}

    def _learn(self, paces: Iterable[Pace], at: datetime) -> None:
        for pace in paces:
            bucket = self._chats.get(pace.name) or self._bucket(pace.name)
            bucket.full_at = pace.full_at
            if pace.name in self._overall:
                behind = pace.seen_at - at
                self._ahead[pace.name] = max(behind, self._ahead.get(pace.name, behind)) if behind <= _APART else timedelta()
            if pace.blocked_until is not None:
                self._blocked[pace.name] = max(pace.blocked_until, self._blocked.get(pace.name, _EPOCH))

    def _agreed(self, platform: str, at: datetime) -> datetime:
        """The instant by which is counted: that of the machine whose clock is ahead."""
        return at + max(timedelta(), self._ahead.get(platform, timedelta()))

    def _chat_of(self, item: Item, *, at: datetime) -> Bucket:
        return self._chat(item.line, group=item.group_id is not None, at=at)

    # --- by itself ----------------------------------------------------------------------------------------------------
    def room(self, at: datetime, *, answers: bool = False) -> int:
        """How many items are worth claiming now, over all platforms; with `answers`, how many of those."""
        free = [(name, self._bucket(name)) for name in self.per_second if self._blocked_for(name, at) <= timedelta()]
        rooms = (one.room(self._agreed(name, at), keep=0 if answers else _kept(one)) for name, one in free)
        return max(rooms, default=0)

    def open(self, at: datetime) -> bool:
        """Whether any platform may be spoken to at all."""
        return any(self._blocked_for(name, at) <= timedelta() for name in self.per_second)

    def next_room(self, at: datetime) -> float:
        """Seconds worth sleeping when nothing could be claimed."""
        buckets = [(self._blocked_for(name, at), self._agreed(name, at), self._bucket(name)) for name in self.per_second]
        waits = [max(blocked, one.wait(now, keep=keep)) for blocked, now, one in buckets for keep in (0, _kept(one))]
        soonest = min((wait for wait in waits if wait > timedelta()), default=timedelta(seconds=_IDLE_SECONDS))
        return min(_IDLE_SECONDS, soonest.total_seconds())

    def take(self, platform: str, line: str, *, group: bool, act: Act, lane: Lane, at: datetime) -> timedelta:
        """Count one item against every limit it falls under; a positive answer is how long it must wait instead."""
        blocked = max(timedelta(), self._blocked_for(platform, at))
        if act is Act.TOAST:
            return blocked
        now = self._agreed(platform, at)
        overall, *chats = buckets = self._buckets(platform, line, group=group, at=at)
        keep = 0 if lane is Lane.ANSWER else _kept(overall)
        wait = max(blocked, overall.wait(now, keep=keep), *(chat.wait(now) for chat in chats))
        if wait <= timedelta():
            for bucket in buckets:
                bucket.take(now)
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
        if self.shared:
            self._untold[platform] = self._blocked[platform]

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
