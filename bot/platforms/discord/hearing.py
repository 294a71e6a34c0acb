"""What Discord says, on its way to the inbox: interactions are acknowledged at once, and all is stored in the order it came."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import discord
import structlog

from bot.clock import Clock
from bot.events import Chat
from bot.messenger import Gone, NotSent, Uncertain
from bot.platforms.discord import updates
from bot.platforms.discord.answers import Answers
from bot.platforms.discord.errors import answered_before
from bot.platforms.discord.gateway import Gateway, Session
from bot.platforms.discord.interactions import Asked, Json, Way, acknowledgement, asked_of, way_of
from bot.platforms.discord.rights import spots, welcome
from bot.platforms.discord.rollcall import Known, KnownChats, RollCall
from bot.platforms.discord.wire import Wire
from bot.store.inbox import Raw

_CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"  # named so, each falls under limits of its own
_ACK_SECONDS: Final = 5
_PULSE_SECONDS: Final = 5
_HEARD_MARGIN: Final = timedelta(seconds=1)
_JUST_JOINED: Final = timedelta(days=1)
_log = structlog.get_logger(__name__)

Receive = Callable[[Sequence[Raw], datetime | None], Awaitable[None]]
Suggest = Callable[[Json], Awaitable[Json]]


@dataclass(slots=True)
class _Heard:
    """One event in the queue; `ack` ends when its interaction has been acknowledged, or could not be."""

    kind: str
    data: Json
    at: datetime
    update: str
    ack: asyncio.Task[bool] | None = None  # whether it came too late
    spots: dict[str, Chat] = field(default_factory=dict)  # a server's channels and the bot's rights there; None where gone
    gone: bool = False
    welcome: Chat | None = None


class Hearing:
    """Takes events from the gateway, and gives them to `receive` stored-to-be, with how far all has been heard."""

    def __init__(self, wire: Wire, answers: Answers, clock: Clock, *, suggest: Suggest, known: KnownChats, bot: str) -> None:
        self._wire = wire
        self._answers = answers
        self._suggest = suggest
        self._known = known
        self._clock = clock
        self._bot = bot
        self.gateway = Gateway(wire, self.event, self.heard, clock)
        self._roll = RollCall(wire, known, self._found_out)
        self._tasks: asyncio.TaskGroup | None = None
        self._queue: deque[_Heard] = deque()
        self._wake = asyncio.Event()
        self._heard_at: datetime | None = None
        self._names: dict[str, str] = {}
        self.stored: Session | None = None  # everything up to there is on disk
        self._came: Session | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """While it hears: what has to be answered at once runs in a group of its own."""
        self._queue.clear()  # what another turn left here comes again, from where it was stored
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                yield
            finally:
                self._tasks = None

    # --- from the gateway, which does not wait ----------------------------------------------------------------------------
    def heard(self, everything: bool) -> None:
        """Something came; where `everything`, so has all that was said before it."""
        if everything:
            self._heard_at = self._clock.now()
        self._came = self.gateway.session
        self._wake.set()

    def event(self, kind: str, data: Json, *, cached: bool) -> None:
        """An event, before and after the cache knows of it."""
        try:
            self._event(kind, data, cached=cached)
        except Exception:  # noqa: BLE001 - a shape unheard of may break anything, but only itself
            _log.exception("event of an unknown shape left out", kind=kind)

    def _event(self, kind: str, data: Json, *, cached: bool) -> None:
        match kind:
            case "INTERACTION_CREATE":
                self._interaction(data)
            case "MESSAGE_CREATE" if updates.concerns(data, bot=str(self._wire.client.application_id)):
                self._put(kind, data, f"m{data['id']}")
            case "GUILD_DELETE" | "CHANNEL_DELETE" | "THREAD_DELETE" if not cached and not data.get("unavailable"):
                self._put(kind, data, self.gateway.place, gone=True, spots=self._lost(data))
            case "GUILD_CREATE" if cached:
                guild = self._guild(data["id"])
                greeting = welcome(guild) if guild and self._joined_now(data) else None
                self._changed(kind, data, guild, greeting=greeting)
                self._roll.enter(str(data["id"]), spots(guild) if guild else (), self.gateway.place)
                self._compare(self._roll.compare())
            case "READY" if not cached:
                self._compare(self._roll.greeted(data, self.gateway.place))
            case "CHANNEL_UPDATE" | "GUILD_ROLE_UPDATE" | "GUILD_ROLE_DELETE" | "GUILD_MEMBER_UPDATE" if cached:
                self._changed(kind, data, self._guild(data["guild_id"]))
            case _:
                return

    def _interaction(self, data: Json) -> None:
        way = way_of(data)
        if self._tasks is None or way is None:
            return
        if way is Way.SUGGEST:
            self._tasks.create_task(self._suggested(data))
        elif way is Way.OPEN:
            self._tasks.create_task(self._acknowledge(asked_of(data, way), data))
        else:
            asked = asked_of(data, way)
            asked.waits = way in {Way.CALL, Way.LINK}
            self._answers.remember(asked)
            self._put("INTERACTION_CREATE", data, f"i{data['id']}", ack=self._tasks.create_task(self._acknowledge(asked, data)))

    def _changed(self, kind: str, data: Json, guild: discord.Guild | None, *, greeting: Chat | None = None) -> None:
        there = spots(guild) if guild is not None else {}
        if there:  # a server without a channel has nothing to tell
            self._put(kind, data, self.gateway.place, spots=there, welcome=greeting)

    def _compare(self, comparing: Coroutine[Any, Any, None]) -> None:
        """Find out what is gone, beside the hearing: it may take questions."""
        if self._tasks is None:
            comparing.close()
        else:
            self._tasks.create_task(self._safely(comparing))

    async def _safely(self, comparing: Coroutine[Any, Any, None]) -> None:
        try:
            await comparing
        except Exception:  # noqa: BLE001 - a defect here, or a busy database, must not end the hearing
            _log.exception("what is gone could not be found out")

    def _found_out(self, place: str, chats: dict[str, Chat], /, *, gone: bool) -> None:
        self._put("GUILD_UPDATE", {"id": next(iter(chats))}, f"{place}:roll", gone=gone, spots=chats)

    def _put(self, kind: str, data: Json, update: str, **more: Any) -> None:
        self._queue.append(_Heard(kind, data, self._clock.now(), update, **more))
        self._wake.set()

    def _guild(self, guild_id: str | int) -> discord.Guild | None:
        return self._wire.client.get_guild(int(guild_id))

    def _lost(self, data: Json) -> dict[str, Chat]:
        """The channels that go with a server, or the one channel or thread."""
        guild = self._guild(data.get("guild_id") or data["id"])
        everywhere = spots(guild) if guild else {}
        if "guild_id" not in data:
            return everywhere
        gone = (
            {str(data["id"])} | {str(one.id) for one in guild.threads if str(one.parent_id) == str(data["id"])}
            if guild
            else set()
        )
        return {chat: spot for chat, spot in everywhere.items() if chat in gone}

    def _joined_now(self, data: Json) -> bool:
        joined = datetime.fromisoformat(data["joined_at"]) if data.get("joined_at") else None
        return joined is None or self._clock.now() - joined < _JUST_JOINED

    # --- at once --------------------------------------------------------------------------------------------------------
    async def _acknowledge(self, asked: Asked, data: Json) -> bool:
        """Tell Discord that the interaction was heard; return whether it was too late for that."""
        try:
            async with asyncio.timeout(_ACK_SECONDS):
                await self._callback(data, acknowledgement(data, asked.way))
        except Gone as gone:
            if answered_before(gone):  # by the process before this one, which may have said more
                asked.waits = None
                return False
            _log.warning("an interaction came too late", why=str(gone))
            return gone.why == "too_late"
        except (NotSent, Uncertain, TimeoutError) as error:
            _log.warning("an interaction was perhaps not acknowledged", error=str(error))
        except Exception:  # noqa: BLE001 - a shape unheard of may break anything, but only itself
            _log.exception("an interaction of an unknown shape was not acknowledged")
        return False

    async def _suggested(self, data: Json) -> None:
        try:
            await self._callback(data, await self._suggest(data))
        except (Gone, NotSent, Uncertain) as error:
            _log.info("suggestions came too late", error=str(error))
        except Exception:  # noqa: BLE001 - a defect in a suggestion must not end the hearing
            _log.exception("suggestions broke")

    async def _callback(self, data: Json, answer: Json) -> None:
        await self._wire.call("POST", _CALLBACK, json=answer, webhook_id=int(data["id"]), webhook_token=data["token"])

    # --- to the inbox -----------------------------------------------------------------------------------------------------
    async def store(self, receive: Receive, stored: Callable[[], Awaitable[None]]) -> None:
        """Store until cancelled: whatever came, and now and then that all was heard."""
        while True:
            self._wake.clear()
            await self.store_once(receive)
            await stored()
            try:
                async with asyncio.timeout(_PULSE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def store_once(self, receive: Receive) -> None:
        """Store what has come up to now, in order."""
        until, came = self._heard_at, self._came
        batch = [self._queue.popleft() for _ in range(len(self._queue))]
        kept = [raw for one in batch for raw in await self._kept(one)]
        if kept or until is not None:
            await receive(kept, until - _HEARD_MARGIN if until else None)
        self.stored = came

    async def _kept(self, one: _Heard) -> list[Raw]:
        if one.spots or one.gone or one.welcome:
            return await self._moved(one)
        late = await one.ack if one.ack else False
        guild = await self._guild_name(one.data.get("guild_id"))
        channel = self._wire.client.get_channel(int(one.data["channel_id"])) if "guild_id" in one.data else None
        return [self._raw(one, one.update, late=late, guild=guild, channel=getattr(channel, "name", ""))]

    async def _moved(self, one: _Heard) -> list[Raw]:
        """A change of a server's, once for each group in it that it concerns."""
        known = await self._known()
        greeted = one.welcome
        if greeted is not None and greeted.chat in known and known[greeted.chat].rights is not None:
            greeted = None
        made: list[Raw] = []
        if greeted is not None:
            told: Json = {"chat": greeted.chat, "title": greeted.title, "rights": greeted.rights, "newly": True}
            told["server"] = greeted.server
            made.append(self._raw(one, _key(one.update, "welcome"), spot=told | {"by": str(one.data.get("owner_id", ""))}))
        for chat, spot in {**_forgotten(one, known), **one.spots}.items():
            if chat in known and spot != greeted and _is_news(spot, known[chat], gone=one.gone):
                told = {"chat": chat, "title": spot.title, "rights": None if one.gone else spot.rights, "server": spot.server}
                made.append(self._raw(one, _key(one.update, chat), spot=told))
        return made

    def _raw(self, one: _Heard, update: str, **notes: Any) -> Raw:
        data = one.data if "spot" not in notes else {"id": one.data.get("id"), "guild_id": one.data.get("guild_id")}
        return updates.raw(one.kind, data, bot=self._bot, update=update, received_at=one.at, **notes)

    async def _guild_name(self, guild_id: str | None) -> str:
        """A server's name: from the cache, else asked for once; nothing where Discord does not tell."""
        if guild_id is None:
            return ""
        guild = self._guild(guild_id)
        if guild is not None:
            return guild.name
        if guild_id not in self._names:
            try:
                self._names[guild_id] = str((await self._wire.call("GET", "/guilds/{guild_id}", guild_id=int(guild_id)))["name"])
            except (Gone, NotSent, Uncertain, KeyError):
                return ""
        return self._names[guild_id]


def _forgotten(one: _Heard, known: Mapping[str, Known]) -> dict[str, Chat]:
    """The groups in what is gone where memory does not have it: this process took up the session of the last."""
    if not one.gone:
        return {}
    gone, server = str(one.data["id"]), one.kind == "GUILD_DELETE"
    return {chat: Chat("discord", chat, False) for chat, was in known.items() if (was.server if server else chat) == gone}


def _key(place: str, about: str) -> str:
    """The name of an update that is one of several made of one event: short, and the same when the event comes again."""
    return f"g{hashlib.sha256(f'{place}:{about}'.encode()).hexdigest()[:24]}"


def _is_news(spot: Chat, before: Known, *, gone: bool) -> bool:
    """Whether a group should hear of its rights as they are now; one that was left, only when it can be written in again."""
    rights = spot.rights or {}
    if before.rights is None:
        return not gone and rights.get("post", False)
    return gone or before.server is None or (before.home and rights != before.rights)
