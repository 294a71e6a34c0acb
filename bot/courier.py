"""Delivery of the outbox: what goes when, what became of it, and what follows from that."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.domain.notices import Notice
from bot.limits import Limits
from bot.metrics import SENDS
from bot.services import delivery, facts
from bot.services.delivery import Addressee
from bot.services.live import LOADERS
from bot.store import outbox
from bot.store.database import Database, Tx, is_passing
from bot.store.outbox import Act, Item, State, Verdict
from bot.ui import notices
from bot.ui.message import Message
from bot.ui.words import Words

_LEASE: Final = timedelta(seconds=90)  # longer than a send can take with its time-outs
_IN_FLIGHT: Final = 8  # ARCHITECTURE.md: a pool of 8 connections is the fastest for httpx
_SECOND_TRY: Final = timedelta(seconds=60)  # an uncertain private message is sent once more after this
_BACK_OFF: Final = (1, 2, 5, 15, 30, 60)  # seconds before the next try of something certainly not sent
_log = structlog.get_logger(__name__)


# --- the port ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Target:
    """A chat, and the topic in it where there is one."""

    chat: str
    topic: str | None = None
    private: bool = True


class NotSent(Exception):
    """Certainly not sent: no connection, or the platform asked to wait `retry_after` seconds (then nobody may send)."""

    def __init__(self, why: str, *, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Uncertain(Exception):
    """The platform did not tell whether it arrived."""


class Gone(Exception):
    """It will never arrive. `why`: blocked, chat_gone, no_rights, message_gone, not_modified, malformed, refused, moved."""

    def __init__(self, why: str, detail: str = "", *, successor: str | None = None) -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why
        self.successor = successor


class Messenger(Protocol):
    """What the courier needs of a platform. Each method raises NotSent, Uncertain or Gone."""

    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        """Show a new message; return its ref."""

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        """Change a message shown before."""

    async def toast(self, answer_to: str, text: str) -> None:
        """Answer a tap."""

    async def pin(self, to: Target, ref: str) -> None:
        """Pin a message without a notification."""

    async def tag(self, to: Target, account: str, text: str) -> None:
        """Set the tag beside a member's name; empty takes it away."""


# --- the courier ------------------------------------------------------------------------------------------------------
class Courier:
    """Claims what is due, words it, hands it to its platform and records the outcome."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        limits: Limits,
        clock: Clock,
        *,
        in_flight: int = _IN_FLIGHT,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._limits = limits
        self._clock = clock
        self._owner = uuid4().hex[:12]
        self._slots = in_flight
        self._flying = 0
        self._verdicts: list[Verdict] = []
        self._wake = asyncio.Event()
        self.on_told: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Look at once: something was put into the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                await self._settle()
                items = await self._claim()
                for item in items:
                    self._flying += 1
                    tasks.create_task(self._fly(item))
                if not items:
                    await self._pause()

    async def drain(self) -> int:
        """Deliver everything that may go now, and return how many items were tried; for tests and for the sandbox's clock."""
        tried = 0
        while items := await self._claim():
            self._flying += len(items)
            async with asyncio.TaskGroup() as tasks:
                for item in items:
                    tasks.create_task(self._fly(item))
            await self._settle()
            tried += len(items)
        return tried

    async def review(self) -> None:
        """Close what expired, decide what is uncertain, and give second tries their turn."""
        at = self._clock.now()
        async with self._database.write() as tx:
            expired, doubtful = await outbox.lapse(tx, at=at)
            for item in expired:
                await delivery.not_delivered(tx, item, why="expired", at=at)
            for item in doubtful:
                await self._decide(tx, item, at=at)
            await outbox.try_again(tx, at=at)
        self._wake.set()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._limits.next_room(self._clock.now())):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _claim(self) -> list[Item]:
        at = self._clock.now()
        free = min(self._slots - self._flying, self._limits.room(at))
        if free <= 0:
            return []
        async with self._database.read() as tx:
            if not await outbox.any_due(tx, at=at):
                return []
        async with self._database.write() as tx:
            return await outbox.claim(tx, at=at, owner=self._owner, lease=_LEASE, limit=free)

    async def _fly(self, item: Item) -> None:
        try:
            verdict = await self._deliver(item)
        except Exception as error:  # noqa: BLE001 - a defect in wording one message must not stop the others
            _log.exception("delivery broke", key=item.key, kind=item.kind)
            verdict = self._later(item, f"defect: {error!r}") if is_passing(error) else Verdict(item, State.DEAD, repr(error))
        finally:
            self._flying -= 1
        SENDS.labels(item.platform, item.act, verdict.state).inc()
        self._verdicts.append(verdict)
        self._wake.set()

    async def _deliver(self, item: Item) -> Verdict:
        at = self._clock.now()
        messenger = self._messengers.get(item.platform)
        if messenger is None:
            return Verdict(item, State.HELD, "platform not configured")
        wait = self._limits.take(item.platform, item.line, group=item.group_id is not None, act=item.act, at=at)
        if wait > timedelta():
            return Verdict(item, State.READY, "paced", retry_at=at + wait)
        async with self._database.read() as tx:
            to = await delivery.addressee(tx, item)
            notice = await self._facts(tx, item, at=at)
            ref, digest = await delivery.message_of(tx, item)
        if to is None or notice is None:
            return Verdict(item, State.CANCELLED, "no longer to be said")
        try:
            return await self._act(messenger, item, to, notice, ref=ref, digest=digest, at=at)
        except NotSent as error:
            if error.retry_after is not None:
                self._limits.block(item.platform, until=at + timedelta(seconds=error.retry_after))
                return Verdict(item, State.READY, str(error), retry_at=at + timedelta(seconds=error.retry_after))
            return self._later(item, str(error))
        except Uncertain as error:
            return Verdict(item, State.UNCERTAIN, str(error), doubtful=True)
        except Gone as error:
            return self._gone(item, error)

    async def _facts(self, tx: Tx, item: Item, *, at: datetime) -> Notice | None:
        if facts.knows(item.kind):
            return facts.unpack(item.kind, item.facts)
        return await LOADERS[item.kind](tx, item.facts, at)

    async def _act(
        self, messenger: Messenger, item: Item, to: Addressee, notice: Notice, *, ref: str | None, digest: str, at: datetime
    ) -> Verdict:
        words = Words(language=to.language, zone=to.zone, at=at)
        message = notices.word(notice, words)
        target = Target(to.chat, item.topic if item.topic is not None else to.topic, private=item.group_id is None)
        looks = hashlib.sha256(repr(message).encode()).hexdigest()[:32]
        match item.act:
            case Act.SEND:
                if item.doubts:
                    message = notices.again(message, words)
                reply_to = item.ref if item.group_id is not None else None
                made = await messenger.send(target, message, reply_to=reply_to, silent=item.silent, nonce=f"{item.id}")
                return Verdict(item, State.SENT, "sent", shown_ref=made, shown_digest=looks)
            case Act.EDIT if ref is None:
                return Verdict(item, State.CANCELLED, "nothing is shown yet")
            case Act.EDIT if looks == digest:
                return Verdict(item, State.SENT, "shows this already")
            case Act.EDIT:
                await messenger.edit(target, ref or "", message)
                return Verdict(item, State.SENT, "edited", shown_ref=ref, shown_digest=looks)
            case Act.TOAST:
                await messenger.toast(item.ref or "", message.plain)
            case Act.PIN if ref is not None:
                await messenger.pin(target, ref)
            case Act.TAG:
                await messenger.tag(target, item.ref or "", message.plain)
            case _:
                return Verdict(item, State.CANCELLED, "nothing is shown yet")
        return Verdict(item, State.SENT, item.act)

    def _later(self, item: Item, why: str) -> Verdict:
        pause = _BACK_OFF[min(item.attempt, len(_BACK_OFF)) - 1]
        return Verdict(item, State.READY, why, retry_at=self._clock.now() + timedelta(seconds=pause))

    def _gone(self, item: Item, error: Gone) -> Verdict:
        if error.why == "not_modified":
            return Verdict(item, State.SENT, "showed this already")
        if error.why == "moved" and error.successor:
            return Verdict(item, State.READY, f"moved: {error.successor}", retry_at=self._clock.now())
        return Verdict(item, State.DEAD, str(error))

    async def _settle(self) -> None:
        """Record outcomes, and what follows from them, in one transaction."""
        verdicts, self._verdicts = self._verdicts, []
        if not verdicts:
            return
        at = self._clock.now()
        try:
            async with self._database.write() as tx:
                for verdict in await outbox.settle(tx, verdicts, at=at, owner=self._owner):
                    await self._follow(tx, verdict, at=at)
        except Exception as error:
            if not is_passing(error):
                raise
            _log.warning("database busy, outcomes are recorded later", error=str(error))
            self._verdicts = verdicts + self._verdicts
            await asyncio.sleep(0.2)
            return
        self.on_told()

    async def _follow(self, tx: Tx, verdict: Verdict, *, at: datetime) -> None:
        item, why = verdict.item, verdict.outcome.split(":", 1)[0]
        match verdict.state:
            case State.READY if why == "moved":
                await delivery.chat_moved(tx, item, successor=verdict.outcome.split(": ", 1)[1])
            case State.DEAD:
                _log.warning("not delivered", key=item.key, kind=item.kind, why=verdict.outcome)
                await delivery.not_delivered(tx, item, why=why, at=at)
            case State.UNCERTAIN:
                await self._decide(tx, item, at=at)
            case State.SENT:
                await delivery.delivered(tx, item, at=at)
            case _:
                return

    async def _decide(self, tx: Tx, item: Item, *, at: datetime) -> None:
        """What to do where nobody knows whether it arrived (ARCHITECTURE.md, "Policy when uncertain")."""
        if item.act in {Act.EDIT, Act.PIN, Act.TAG}:  # the same again does no harm
            await outbox.decide(
                tx, item.id, state=State.UNCERTAIN, outcome="done again", at=at, retry_at=at + timedelta(seconds=2)
            )
        elif item.act is Act.SEND and not item.public and item.doubts == 0:
            await outbox.decide(tx, item.id, state=State.UNCERTAIN, outcome="sent once more", at=at, retry_at=at + _SECOND_TRY)
        else:
            await outbox.decide(tx, item.id, state=State.ABANDONED, outcome="perhaps it arrived", at=at)
            await delivery.not_delivered(tx, item, why="uncertain", at=at)
