"""The gateway: one connection that is resumed where it broke off, and what came over it, as Discord sent it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.clock import Clock
from bot.messenger import Gone, NotSent, Uncertain, Unwelcome
from bot.platforms.discord.wire import Wire

_CONNECT_SECONDS: Final = 60
_LONGEST_PAUSE: Final = 30.0
_SLEPT: Final = 2.0  # seconds: less than that is a clock that is being set right
_RESUMES: Final = 3  # then the address of the session is taken to be gone, and a new one is begun
_TOKEN_REFUSED: Final = 4004  # Gateway Close Event Codes
_NOT_OURS: Final = {
    4010: "invalid shard",
    4011: "this bot is in so many servers that it has to be split into shards",
    4012: "invalid API version",
    4013: "invalid intents",
    4014: "intents that are switched off for this bot",
}
_log = structlog.get_logger(__name__)


class TokenRefused(Unwelcome):
    """Discord does not know the bot token."""


class CannotConnect(Unwelcome):
    """Discord refuses the connection for good."""


@dataclass(frozen=True, slots=True)
class Session:
    """Where a connection broke off, so that what was missed can be had."""

    id: str
    url: str
    sequence: int


class _Socket(DiscordWebSocket):
    """discord.py's connection, which says whenever anything was heard, and is closed however it ends.

    Broken off in its greeting, it would stay open, and so would the thread with which the library keeps it alive.
    """

    on_heard: Callable[[], None] = staticmethod(lambda: None)
    beats = 0  # heartbeats sent ...
    answered = 0  # ... and acknowledged: each of them is, in order

    async def send_heartbeat(self, data: Any) -> None:
        self.beats += 1
        await super().send_heartbeat(data)

    async def send_as_json(self, data: Any) -> None:
        self.beats += data["op"] == self.HEARTBEAT  # the first, and those that Discord asks for
        await super().send_as_json(data)

    async def received_message(self, msg: Any, /) -> None:
        alive, before = self._keep_alive, self._acknowledged_at
        await super().received_message(msg)
        self.answered += alive is not None and self._acknowledged_at != before
        self.on_heard()

    @property
    def _acknowledged_at(self) -> float:
        return self._keep_alive._last_ack if self._keep_alive else 0.0  # noqa: SLF001 - it tells of it nowhere else

    async def poll_event(self) -> None:
        await self._or_close(super().poll_event())

    async def identify(self) -> None:
        await self._or_close(super().identify())

    async def resume(self) -> None:
        await self._or_close(super().resume())

    async def _or_close(self, step: Awaitable[None]) -> None:
        try:
            await step
        except BaseException:
            await self.close()
            raise


class OnEvent(Protocol):
    """What is done with an event."""

    def __call__(self, kind: str, data: dict[str, Any], /, *, cached: bool) -> None:
        """An event, before and after discord.py's cache knows of it."""


class Gateway:
    """Hears until cancelled. `on_event` gets each event's name and data, once before and once after the cache has it.

    `on_heard` is called whenever anything came, and told whether all that was said before has come too. That is not so while
    what was missed is still being brought; nor after the machine slept, until a later heartbeat is answered or a connection begun
    since has caught up: what comes at first may have lain there for hours, and more is behind it.
    """

    def __init__(self, wire: Wire, on_event: OnEvent, on_heard: Callable[[bool], None], clock: Clock) -> None:
        self._wire = wire
        self._on_heard = on_heard
        self._clock = clock
        self._socket: _Socket | None = None
        self._ahead = self._how_far_ahead()
        self._doubted: int | None = None  # heartbeats that had been sent when it was noticed that the machine had slept
        self.connected = False
        parsers = wire.client._connection.parsers  # noqa: SLF001 - docs/decisions/0011: what is stored is what Discord sent
        for name in ("INTERACTION_CREATE", "MESSAGE_CREATE"):  # the library is to make nothing of these
            parsers[name] = partial(on_event, name, cached=True)
        for name in ("GUILD_CREATE", "GUILD_DELETE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE",
                     "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_DELETE", "READY", "RESUMED"):  # fmt: skip
            parsers[name] = partial(self._around, name, parsers[name], on_event)

    def _around(self, name: str, parse: Callable[[Any], None], on_event: OnEvent, data: dict[str, Any]) -> None:
        on_event(name, data, cached=False)
        try:
            parse(data)
        except Exception:  # noqa: BLE001 - a shape that discord.py does not know must not end the hearing
            _log.exception("an event of an unknown shape", kind=name)
        if name in {"READY", "RESUMED"}:
            self.connected = True
        on_event(name, data, cached=True)

    @property
    def sequence(self) -> int:
        """The number of the last event that came."""
        return (self._socket.sequence or 0) if self._socket else 0

    @property
    def place(self) -> str:
        """What names the last event that came, for ever."""
        return f"{self._socket.session_id if self._socket else ''}:{self.sequence}"

    @property
    def session(self) -> Session | None:
        """Where the connection stands."""
        socket = self._socket
        if socket is None or socket.session_id is None or socket.sequence is None:
            return None
        return Session(socket.session_id, str(socket.gateway), socket.sequence)

    async def hear(self, session: Session | None) -> None:
        """Hear until cancelled, from where `session` broke off. Raises TokenRefused or CannotConnect."""
        pause, failures = 0.0, 0
        while True:
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, max(1.0, pause * 2))
            try:
                url = session.url if session else await self._address()
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await self._connect(url, session)
                while True:
                    await self._poll()
                    if self.connected:
                        pause, failures = 0.0, 0
            except ReconnectWebSocket as again:
                session = self.session if again.resume else None
            except discord.ConnectionClosed as closed:
                session = self._after(closed)
            except (Gone, NotSent, Uncertain, OSError, aiohttp.ClientError) as error:
                failures += 1
                session = (self.session or session) if failures < _RESUMES else None
                _log.warning("Discord cannot be heard, trying again", error=repr(error), seconds=pause)
            finally:
                self.connected = False

    async def _address(self) -> str:
        """Where to connect; waits where Discord allows no more connections for now."""
        answer = await self._wire.call("GET", "/gateway/bot")
        limit = answer.get("session_start_limit") or {}
        if limit.get("remaining") == 0:
            seconds = float(limit.get("reset_after", 0)) / 1000
            _log.error("Discord allows no more connections for now", seconds=seconds)
            await asyncio.sleep(seconds)
        return str(answer["url"])

    async def _connect(self, url: str, session: Session | None) -> None:
        client = self._wire.client
        self._ahead, self._doubted = self._how_far_ahead(), None
        broken = {"session": session.id, "sequence": session.sequence, "resume": True} if session else {}
        self._socket = await _Socket.from_client(client, initial=True, gateway=yarl.URL(url), **broken)  # type: ignore[arg-type]
        self._socket.on_heard = partial(self._came, self._socket)
        client.ws = self._socket

    def _came(self, socket: _Socket) -> None:
        """Something came; say so, and whether that tells that nothing is missing."""
        before, self._ahead = self._ahead, self._how_far_ahead()
        if self._ahead - before > _SLEPT:
            self._doubted = socket.beats
        elif self._doubted is not None and socket.answered > self._doubted:
            self._doubted = None
        self._on_heard(self.connected and self._doubted is None)

    def _how_far_ahead(self) -> float:
        """Seconds that the time is ahead of the monotonic clock: more, once the machine slept or its clock was set."""
        return self._clock.now().timestamp() - self._clock.monotonic()

    async def _poll(self) -> None:
        if self._socket is not None:
            await self._socket.poll_event()

    def _after(self, closed: discord.ConnectionClosed) -> Session | None:
        """Where to go on after the connection was closed for good."""
        if closed.code == _TOKEN_REFUSED:
            raise TokenRefused("Discord does not know this bot token; take the one from the developer portal, Bot") from closed
        if closed.code in _NOT_OURS:
            raise CannotConnect(f"Discord closed the connection: {_NOT_OURS[closed.code]}") from closed
        _log.warning("Discord closed the connection, trying again", code=closed.code)
        return self.session

    async def close(self) -> None:
        """Leave without saying goodbye: the session is kept for a while and can be resumed."""
        if self._socket is not None:
            await self._socket.close(code=4000)
