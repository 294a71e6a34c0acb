"""From raw updates to handled ones: stored before they are confirmed, each handled in one transaction, in order per person."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

import structlog

from bot import lookups
from bot.clock import Clock
from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.general import Apology, LookUpFailed
from bot.events import ChatMoved, Event, Pressed, Said
from bot.lookups import Asker, Found, Reader
from bot.metrics import DATABASE_ERRORS, HANDLED, HANDLING_CRASHES, RECEIVED
from bot.services import evidence, silence
from bot.services.meeting import meet_group, meet_person
from bot.store import inbox, parties
from bot.store.database import Database, Tx, apart, is_passing
from bot.store.inbox import LEASE, POISON_AT, Raw, Waiting
from bot.store.outbox import group_line, private_line
from bot.store.parties import Speakers
from bot.turn import Turn

_BATCH: Final = 50  # updates a transaction: amortises the commit, keeps the writer free for the courier
_BUSY_SECONDS: Final = (0.1, 0.1, 0.2, 0.5, 1, 2, 5)  # between tries: a writer beside us is soon done, a full disk is not
_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Router(Asker, Protocol):
    """Who handles events: commands, buttons, dialogues and what happens to chats, wired together in `bot/router.py`."""

    async def turn(self, turn: Turn) -> None:
        """Handle what a person said or pressed."""

    async def happening(self, tx: Tx, event: Event, *, at: datetime, source: str) -> None:
        """Handle what happened to a chat."""


Spawn = Callable[[Coroutine[Any, Any, None]], object]
_Read = tuple[Waiting, Event | None]  # a stored update and what it says


class Inbox:
    """Updates on their way from the platforms to the commands.

    `readers` maps a bot's name (as in the stored rows) to its platform. Answers go to the outbox in the same transaction;
    nothing here touches the network inside of one. Where several processes handle updates, each claims lines for itself.
    """

    def __init__(self, database: Database, readers: Mapping[str, Reader], router: Router, clock: Clock) -> None:
        self._database = database
        self._readers = readers
        self._router = router
        self._clock = clock
        self._owner = uuid4().hex[:12]
        self._busy: set[str] = set()
        self._wake = asyncio.Event()
        self.on_received: Callable[[], None] = lambda: None
        self.on_handled: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """Look at once: something was stored."""
        self._wake.set()

    async def receive(self, updates: Sequence[Raw], *, heard: Callable[[Tx], Awaitable[None]] | None = None) -> None:
        """Store updates; when this returns they are on disk and may be confirmed.

        `heard` writes along with them how far the platform has been heard (services/pulse.py).
        """
        at = self._clock.now()

        async def write() -> None:
            async with self._database.write() as tx:
                await inbox.store(tx, updates, at=at)
                if heard is not None:
                    await heard(tx)

        await self._patiently(write)
        RECEIVED.inc(len(updates))
        if updates:
            self._wake.set()
            self.on_received()

    async def run(self) -> None:
        """Handle what comes in until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                if not await self.work(spawn=tasks.create_task):
                    try:
                        async with asyncio.timeout(1):
                            await self._wake.wait()
                    except TimeoutError:
                        continue

    async def work(self, *, spawn: Spawn | None = None) -> int:
        """Handle one batch of waiting updates and return how many were begun.

        What needs the platform first (is this an administrator? what is in the file?) goes to `spawn`, and its line waits
        for it; without `spawn` it is handled here and now.
        """
        begun = await self._patiently(self._begin)
        read = [(one, self._read(one)) for one in begun]
        slow = {one.line for one, event in read if one.attempts <= POISON_AT and lookups.needed(self._router, event)}
        quick = [pair for pair in read if pair[0].line not in slow]
        if quick:
            await self._handle(quick)
        for line in sorted(slow, key=[one.line for one in begun].index):
            self._busy.add(line)
            job = self._in_order(line, [pair for pair in read if pair[0].line == line])
            if spawn is None:
                await job
            else:
                spawn(job)
        return len(begun)

    async def _begin(self) -> list[Waiting]:
        async with self._database.write() as tx:
            busy = tuple(self._busy)
            return await inbox.begin(tx, limit=_BATCH, busy=busy, at=self._clock.now(), owner=self._owner)

    async def let_go(self) -> None:
        """Leave what was begun and not handled to the other processes, which need not wait for the lease then."""
        if self._database.is_sqlite:
            return
        async with self._database.write() as tx:
            await inbox.put_back_all(tx, owner=self._owner)

    async def _in_order(self, line: str, pairs: list[_Read]) -> None:
        try:
            while pairs:
                one, event = pairs[0]
                if not await self._keep([waiting for waiting, _ in pairs]):
                    return
                if not await self._handle(pairs[:1], found=await self._ask(one, event)):
                    await self._put_back([waiting for waiting, _ in pairs[1:]])
                    return
                pairs = pairs[1:]
        finally:
            self._busy.discard(line)
            self._wake.set()

    async def _keep(self, waiting: list[Waiting]) -> bool:
        """Keep updates claimed through another look-up; False where another process has taken the first over."""

        async def write() -> set[int]:
            async with self._database.write() as tx:
                ids = [one.id for one in waiting]
                return await inbox.extend(tx, ids, owner=self._owner, until=self._clock.now() + LEASE)

        return self._database.is_sqlite or waiting[0].id in await self._patiently(write)

    async def _put_back(self, waiting: list[Waiting]) -> None:
        async def write() -> None:
            async with self._database.write() as tx:
                await inbox.put_back(tx, [one.id for one in waiting], owner=self._owner)

        await self._patiently(write)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it; where the database takes nothing, again and again: an update that was begun is nobody else's to handle."""
        for seconds in chain(_BUSY_SECONDS, repeat(_BUSY_SECONDS[-1])):
            try:
                return await work()
            except Exception as error:
                if not is_passing(error):
                    raise
                DATABASE_ERRORS.labels("inbox").inc()
                _log.warning("the database takes nothing, tried again", error=str(error), seconds=seconds)
                await asyncio.sleep(seconds)
        raise AssertionError("tries never end")

    def _read(self, one: Waiting) -> Event | None:
        try:
            reader = self._readers.get(one.bot)
            return reader.read(one.raw, received_at=one.received_at) if reader else None
        except Exception:  # noqa: BLE001 - a shape unheard of may break anything, but only itself
            _log.exception("update of an unknown shape left out", update=one.update, bot=one.bot)
            return None

    async def _ask(self, one: Waiting, event: Event | None) -> Found:
        reader = self._readers.get(one.bot)
        return await lookups.look_up(reader, self._router, event, update=one.update) if reader else Found()

    # --- the one transaction --------------------------------------------------------------------------------------------
    async def _handle(self, pairs: list[_Read], *, found: Found | None = None) -> bool:
        """Handle updates in one transaction; False where one of them broke and is left for another attempt."""
        ended = await self._patiently(lambda: self._transact(pairs, found or Found()))
        HANDLED.inc(ended)
        self.on_handled()
        return ended == len(pairs)

    async def _transact(self, pairs: list[_Read], found: Found) -> int:
        ends: dict[str, list[int]] = {"done": [], "poison": []}
        broken: set[str] = set()  # lines whose order would be turned round
        async with self._database.write() as tx:
            mine = await inbox.hold(tx, [one.id for one, _ in pairs], owner=self._owner)
            await parties.hold_speakers(tx, _speakers(event for one, event in pairs if one.id in mine))
            for one, event in pairs:
                if one.id not in mine:
                    continue
                if one.line in broken:
                    await inbox.put_back(tx, [one.id], owner=self._owner)
                elif state := await self._handle_one(tx, one, event, found):
                    ends[state].append(one.id)
                else:
                    broken.add(one.line)
                    await inbox.leave(tx, [one.id])
            for state, ids in ends.items():
                await inbox.end(tx, ids, state=state)
        return sum(map(len, ends.values()))

    async def _handle_one(self, tx: Tx, one: Waiting, event: Event | None, found: Found) -> str | None:
        """Handle one update inside its own savepoint: how it ended, or None to leave it for another attempt."""
        source = f"{one.bot}:{one.update}"
        if one.attempts > POISON_AT:
            _log.error("update given up: the process died each time it was handled", update=one.update, bot=one.bot)
            return await self._give_up(tx, one, event, source=source)
        try:
            await self._act_or_refuse(tx, event, source=source, found=found)
        except Exception as error:
            if is_passing(error):
                raise
            HANDLING_CRASHES.inc()
            _log.exception("handling failed", update=one.update, bot=one.bot, attempt=one.attempts)
            return None if one.attempts < POISON_AT else await self._give_up(tx, one, event, source=source)
        return "done"

    async def _give_up(self, tx: Tx, one: Waiting, event: Event | None, *, source: str) -> str:
        """Apologise and go on; where even that breaks, only go on."""
        try:
            async with apart(tx):
                await self._answer(tx, event, Apology(update=one.update), source=source)
        except Exception as error:
            if is_passing(error):
                raise
            _log.exception("not even the apology", update=one.update, bot=one.bot)
        return "poison"

    async def _act_or_refuse(self, tx: Tx, event: Event | None, *, source: str, found: Found) -> None:
        try:
            async with apart(tx):
                await self._act(tx, event, source=source, found=found)
        except Refused as refused:
            async with apart(tx):
                await self._answer(tx, event, refused.notice, source=source)

    async def _act(self, tx: Tx, event: Event | None, *, source: str, found: Found) -> None:
        match event:
            case None:
                return
            case Said() | Pressed():
                turn = await self._meet(tx, event, source=source)
                if found.unreachable:
                    raise Refused(LookUpFailed())
                turn.is_admin = event.is_admin if event.is_admin is not None else found.is_admin
                turn.is_admin = turn.is_admin or (turn.group is not None and turn.group.admin_role in event.person.roles)
                turn.chosen = found.chosen
                turn.draft = found.draft
                await self._router.turn(turn)
                await turn.close()
            case _:
                await self._router.happening(tx, event, at=event.at, source=source)

    async def _answer(self, tx: Tx, event: Event | None, notice: Notice, *, source: str) -> None:
        if isinstance(event, Said | Pressed):
            turn = await self._meet(tx, event, source=source)
            await turn.toast(notice)

    async def _meet(self, tx: Tx, event: Said | Pressed, *, source: str) -> Turn:
        person, chat = event.person, event.chat
        learner = await meet_person(
            tx,
            platform=person.platform,
            account=person.account,
            name=person.name,
            username=person.username,
            language=person.language,
            private=chat.private,
            at=event.at,
        )
        if isinstance(event, Pressed) or chat.private or event.words.startswith("/"):  # what is said to others is no word to us
            await silence.heard(tx, learner, at=event.at)
        group = None
        if not chat.private:
            group = await meet_group(
                tx,
                platform=chat.platform,
                chat=chat.chat,
                title=chat.title,
                rights=chat.rights,
                server=chat.server,
                at=event.at,
            )
            if group.chat != chat.chat:  # said where its posts go: answers stay there
                event = replace(event, chat=replace(chat, chat=group.chat, topic=chat.chat))
        ref, args = _answered(event)
        if ref is not None:
            line = group_line(group.id) if group else private_line(learner.id, person.platform)
            await evidence.take(tx, platform=person.platform, line=line, ref=ref, args=args, at=event.at)
        return Turn(tx=tx, at=event.at, event=event, source=source, learner=learner, group=group)


def _speakers(events: Iterable[Event | None]) -> Speakers:
    """Whom these events are about, as far as they say."""
    found = Speakers()
    for event in events:
        if event is None:
            continue
        chat = event.chat
        if not chat.private:
            found.chats.add((chat.platform, chat.chat))
        if isinstance(event, ChatMoved):
            found.chats.add((chat.platform, event.successor))
        else:
            found.accounts.add((event.person.platform, event.person.account))
    return found


def _answered(event: Said | Pressed) -> tuple[str | None, tuple[str, ...]]:
    """The message of ours that was pressed or replied to, and what its button says it is about."""
    if isinstance(event, Pressed):
        return event.ref, event.action.args if event.action else ()
    return (event.reply_to if event.to_bot else None), ()
