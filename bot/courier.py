"""Delivery of the outbox: what goes when, what became of it, and what follows from that."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import structlog

from bot import items
from bot.clock import Clock
from bot.domain.notices import Notice
from bot.items import Ready
from bot.limits import Limits
from bot.messenger import Draw, Gone, Messenger, NotSent, Target, Uncertain, drawn, edit, send_at_best, undrawn
from bot.metrics import CARD_LATENESS, SENDS
from bot.services import delivery
from bot.services.delivery import Addressee
from bot.store import parties, sending
from bot.store.database import Database, Tx, apart, is_passing
from bot.store.outbox import Act, Item, Lane, Look, State
from bot.store.sending import Verdict
from bot.ui import notices
from bot.ui.words import Words

_LEASE: Final = timedelta(seconds=120)  # longer than a drawing and a send can take with their time-outs
_TO_SEND: Final = timedelta(seconds=60)  # what is left of it at least where a send begins
_IN_FLIGHT: Final = 32  # 25 a second where an answer takes a second; pacing is what limits, not this
_FOR_ANSWERS: Final = 2  # of those are kept for answers: slow cards do not hold up a tap
_SECOND_TRY: Final = timedelta(seconds=60)  # an uncertain private message is sent once more after this
_BACK_OFF: Final = (1, 2, 5, 15, 30, 60)  # seconds before the next try of something that may be tried again
_BUSY_SECONDS: Final = 0.5  # before outcomes are recorded that the database did not take
_SAME: Final = "shows this already"
_NOBODY: Final = ("blocked", "chat_gone")  # nobody is to be reached in that chat any more
_log = structlog.get_logger(__name__)


class Courier:
    """Claims what is due, words it, hands it to its platform and records the outcome."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        limits: Limits,
        clock: Clock,
        *,
        draw: Draw = undrawn,
        in_flight: int = _IN_FLIGHT,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._limits = limits
        self._clock = clock
        self._draw = draw
        self._owner = uuid4().hex[:12]
        self._slots = in_flight
        self._flying = 0
        self._verdicts: list[Verdict] = []
        self._failures: dict[int, int] = {}
        self._wake = asyncio.Event()
        self._finishing = False
        self.on_told: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Look at once: something was put into the outbox."""
        self._wake.set()

    def finish(self) -> None:
        """Begin nothing more; `run` returns when what is on its way has landed and is recorded."""
        self._finishing = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled or told to finish."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                await self._settle()
                if self._finishing and not self._flying and not self._verdicts:
                    return
                claimed = [] if self._finishing else await self._claim()
                await self._begin(claimed, tasks)
                if not claimed and not self._verdicts:
                    await self._pause()

    async def drain(self) -> int:
        """Deliver everything that may go now, and return how many items were tried; for tests and for the sandbox's clock."""
        tried = 0
        while (claimed := await self._claim()) or self._verdicts:
            async with asyncio.TaskGroup() as tasks:
                await self._begin(claimed, tasks)
            await self._settle()
            tried += len(claimed)
        return tried

    async def review(self) -> None:
        """Close what expired, decide what is uncertain, and give second tries their turn."""
        at = self._clock.now()
        async with self._database.write() as tx:
            if not await parties.alone(tx, "review"):
                return
            await sending.hold_lapsing(tx, at=at)
            await sending.release(tx, platforms=[*self._messengers])
            expired, doubtful = await sending.lapse(tx, at=at)
            for item in expired:
                await self._aside(tx, item, delivery.not_delivered(tx, item, why="expired", at=at))
            for item in doubtful:
                await self._decide(tx, item, at=at)
            await sending.try_again(tx, at=at)
        self._wake.set()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._limits.next_room(self._clock.now())):
                await self._wake.wait()
        except TimeoutError:
            return

    # --- what goes now --------------------------------------------------------------------------------------------------
    async def _claim(self) -> list[Item]:
        at = self._clock.now()
        limit, lanes, acts = self._room(at)
        if limit <= 0:
            return []
        try:
            async with self._database.read() as tx:
                if not await sending.any_due(tx, at=at, lanes=lanes, acts=acts):
                    return []
                await self._limits.look(tx, at=at)
            return await self._take(at)
        except Exception as error:
            if not is_passing(error):
                raise
            _log.warning("the database takes nothing, nothing was claimed", error=str(error))
            return []

    async def _take(self, at: datetime) -> list[Item]:
        """Claim what may go by the limits; what must wait is put back in the same transaction, and others take its place."""
        while True:
            limit, lanes, acts = self._room(at)
            if limit <= 0:
                return []
            async with self._database.write() as tx:
                claimed = await sending.claim(tx, at=at, owner=self._owner, lease=_LEASE, limit=limit, lanes=lanes, acts=acts)
                sent = [item for item in claimed if item.platform in self._messengers]
                waits = await self._limits.take_all(tx, sent, at=at)
                later = [(item, at + waits[item.id]) for item in sent if waits[item.id] > timedelta()]
                await sending.put_back(tx, later, outcome="paced")
            if not claimed or len(later) < len(claimed):
                put_back = {item.id for item, _ in later}
                return [item for item in claimed if item.id not in put_back]

    def _room(self, at: datetime) -> tuple[int, tuple[Lane, ...] | None, tuple[Act, ...] | None]:
        """How many items may be begun, of which lanes and acts (None: of all)."""
        free = self._slots - self._flying
        for_all = min(free - min(_FOR_ANSWERS, self._slots // 4), self._limits.room(at))
        if for_all > 0:
            return for_all, None, None
        room = self._limits.room(at, answers=True)
        if room > 0:
            return min(free, room), (Lane.ANSWER,), None
        return free if self._limits.open(at) else 0, (Lane.ANSWER,), (Act.TOAST,)

    async def _begin(self, claimed: list[Item], tasks: asyncio.TaskGroup) -> None:
        """Look up what items say as of now, all in one read, and let each fly as soon as that is known."""
        self._flying += len(claimed)
        left = deque(claimed)
        while left:
            try:
                async with self._database.read() as tx:
                    while left:
                        item, at = left[0], self._clock.now()
                        found = await items.look_up(tx, item, self._messengers.get(item.platform), at=at)
                        tasks.create_task(self._fly(item, found))
                        left.popleft()
                        await asyncio.sleep(0)  # a tap need not wait until forty cards are looked up
            except Exception as error:  # noqa: BLE001 - a defect in the facts of one message must not stop the others
                if left:
                    item = left.popleft()
                    tasks.create_task(self._fly(item, self._broken(item, error)))

    async def _fly(self, item: Item, found: Ready | Verdict) -> None:
        try:
            verdict = found if isinstance(found, Verdict) else await self._deliver(item, found)
        except Exception as error:  # noqa: BLE001 - a defect in wording one message must not stop the others
            verdict = self._broken(item, error)
        finally:
            self._flying -= 1
        if _came_to_nothing(verdict):
            self._limits.give_back(item.platform, item.line, group=item.group_id is not None, act=item.act, at=self._clock.now())
        if verdict.state is not State.READY:
            self._failures.pop(item.id, None)
        SENDS.labels(item.platform, item.act, verdict.state).inc()
        self._verdicts.append(verdict)
        self._wake.set()

    def _broken(self, item: Item, error: Exception) -> Verdict:
        if is_passing(error):
            return self._later(item, f"database busy: {error}")
        _log.error("delivery broke", key=item.key, kind=item.kind, exc_info=error)
        return Verdict(item, State.DEAD, f"defect: {error!r}")

    async def _deliver(self, item: Item, found: Ready) -> Verdict:
        try:
            return await self._act(found.messenger, item, found.to, found.notice, found.look, at=found.at)
        except NotSent as error:
            return self._not_sent(item, error)
        except Uncertain as error:
            return Verdict(item, State.UNCERTAIN, str(error))
        except Gone as error:
            return self._gone(item, error, found.to)

    async def _act(self, messenger: Messenger, item: Item, to: Addressee, notice: Notice, look: Look, *, at: datetime) -> Verdict:
        words = Words(language=to.language, zone=to.zone, at=at)
        message = notices.word(notice, words)
        target = Target(to.chat, items.topic(item, to), private=item.group_id is None)
        looks = items.looks(message) if item.shows is not None or item.act is Act.EDIT else None
        if item.act is Act.EDIT and looks == look.digest:
            return Verdict(item, State.SENT, _SAME)
        if item.act is Act.SEND:
            message = await drawn(notices.again(message, words) if item.doubts else message, self._draw)
        now = self._clock.now()
        await asyncio.sleep(self._limits.door(item.platform, act=item.act, lane=item.lane, at=now).total_seconds())
        now = self._clock.now()
        if now >= min(item.expires_at, (item.lease_until or now) - _TO_SEND):  # the machine slept since this was taken in hand
            return Verdict(item, State.READY, "too late", retry_at=now)
        match item.act:
            case Act.SEND:
                made = await send_at_best(
                    lambda shown: messenger.send(target, shown, reply_to=item.ref, silent=item.silent, nonce=f"{item.id}"),
                    message,
                )
                return Verdict(item, State.SENT, "sent", shown_ref=made, shown_digest=looks)
            case Act.EDIT:
                await edit(messenger, target, look.ref, message)
                return Verdict(item, State.SENT, "edited", shown_ref=look.ref, shown_digest=looks)
            case Act.TOAST:
                await messenger.toast(item.ref or "", message.plain)
            case Act.PIN if look.ref:
                await messenger.pin(target, look.ref)
            case Act.THREAD if look.ref:
                opened = await messenger.thread(target, look.ref, message.plain.partition("\n")[0])
                return Verdict(item, State.SENT, item.act, topic=opened)
            case Act.TAG:
                await messenger.tag(target, item.ref or "", message.plain)
            case _:
                return Verdict(item, State.CANCELLED, "nothing is shown yet")
        return Verdict(item, State.SENT, item.act)

    # --- what became of it ----------------------------------------------------------------------------------------------
    def _not_sent(self, item: Item, error: NotSent) -> Verdict:
        if error.retry_after is None:
            return self._later(item, str(error))
        until = self._clock.now() + timedelta(seconds=error.retry_after)
        if not error.here:
            self._limits.block(item.platform, until=until)
        return Verdict(item, State.READY, str(error), retry_at=until)

    def _later(self, item: Item, why: str) -> Verdict:
        failures = self._failures[item.id] = self._failures.get(item.id, 0) + 1
        return Verdict(item, State.READY, why, retry_at=self._clock.now() + _after(failures))

    def _gone(self, item: Item, error: Gone, to: Addressee) -> Verdict:
        if error.why == "moved" and error.successor:
            return self._later(item, f"moved: {error.successor}")
        if (error.why == "topic_gone" and items.topic(item, to) is not None) or (error.why in _NOBODY and to.spare):
            return self._later(item, str(error))
        return Verdict(item, State.DEAD, str(error))

    async def _settle(self) -> None:
        """Record outcomes, and what follows from them, in one transaction."""
        verdicts, self._verdicts = self._verdicts, []
        if not verdicts:
            return
        at = self._clock.now()
        try:
            async with self._database.write() as tx:
                await sending.hold_settled(tx, verdicts)
                for verdict in await sending.settle(tx, verdicts, at=at, owner=self._owner):
                    await self._follow(tx, verdict, at=at)
                blocks = await self._limits.tell(tx, at=at)  # last: who claims has locked items, too, before the limits
        except Exception as error:
            if not is_passing(error):
                raise
            _log.warning("the database takes nothing, outcomes are recorded later", error=str(error))
            self._verdicts = verdicts + self._verdicts
            await asyncio.sleep(_BUSY_SECONDS)
            return
        self._limits.told(blocks)
        self.on_told()

    async def _follow(self, tx: Tx, verdict: Verdict, *, at: datetime) -> None:
        item, why = verdict.item, verdict.outcome.split(":", 1)[0]
        match verdict.state:
            case State.READY if why == "moved":
                successor = verdict.outcome.removeprefix("moved: ")
                await self._aside(tx, item, delivery.chat_moved(tx, item, successor=successor))
            case State.READY if why == "topic_gone":
                await self._aside(tx, item, delivery.topic_gone(tx, item))
            case State.READY if why == "elsewhere":
                platform = verdict.outcome.removeprefix("elsewhere: ")
                await self._aside(tx, item, delivery.goes_elsewhere(tx, item, platform=platform))
            case State.READY if why in _NOBODY:
                await self._aside(tx, item, delivery.unreachable(tx, item))
            case State.DEAD:
                _log.warning("not delivered", key=item.key, kind=item.kind, why=verdict.outcome)
                await self._aside(tx, item, delivery.not_delivered(tx, item, why=why, at=at))
            case State.UNCERTAIN:
                await self._decide(tx, item, at=at)
            case State.SENT if verdict.topic is not None:
                await self._aside(tx, item, delivery.thread_opened(tx, item, topic=verdict.topic))
            case State.SENT:
                if item.kind == "card" and item.act is Act.SEND and item.lane is Lane.CARD:
                    CARD_LATENESS.labels(item.platform).observe((at - item.due_at).total_seconds())
                await self._aside(tx, item, delivery.delivered(tx, item, at=at))
            case _:
                return

    async def _decide(self, tx: Tx, item: Item, *, at: datetime) -> None:
        """What to do where nobody knows whether it arrived (ARCHITECTURE.md, "Policy when uncertain")."""
        if item.act in {Act.EDIT, Act.PIN, Act.THREAD, Act.TAG}:  # the same again does no harm
            again_at = at + _after(item.doubts + 2)
            await sending.decide(tx, item.id, state=State.UNCERTAIN, outcome="done again", at=at, retry_at=again_at)
        elif item.act is Act.SEND and not item.public and item.doubts == 0:
            await sending.decide(tx, item.id, state=State.UNCERTAIN, outcome="sent once more", at=at, retry_at=at + _SECOND_TRY)
        else:
            await sending.decide(tx, item.id, state=State.ABANDONED, outcome="perhaps it arrived", at=at)
            await self._aside(tx, item, delivery.not_delivered(tx, item, why="uncertain", at=at))

    async def _aside(self, tx: Tx, item: Item, consequence: Coroutine[Any, Any, None]) -> None:
        """What follows from an outcome, set apart: where it breaks, the outcome stands and the courier goes on."""
        try:
            async with apart(tx):
                await consequence
        except Exception as error:
            if is_passing(error):
                raise
            _log.exception("what follows from a delivery broke", key=item.key, kind=item.kind)
        finally:
            consequence.close()  # where the database took nothing it was not even begun


def _came_to_nothing(verdict: Verdict) -> bool:
    """Whether the platform was not asked for anything."""
    return verdict.state is State.CANCELLED or verdict.outcome.startswith((_SAME, "elsewhere"))


def _after(failures: int) -> timedelta:
    """How long to wait after so many failures of the same thing."""
    return timedelta(seconds=_BACK_OFF[min(failures, len(_BACK_OFF)) - 1])
