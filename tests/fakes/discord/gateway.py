"""The gateway: WebSockets that identify, resume, beat, and are told what happens (docs: Gateway)."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from . import shapes
from .errors import Json
from .guilds import members_chunk
from .sessions import ACK, HEARTBEAT, HELLO, INVALID, RECONNECT, Close, Session, Socket
from .world import World

PRIVILEGED = {1 << 1: "GUILD_MEMBERS", 1 << 8: "GUILD_PRESENCES", 1 << 15: "MESSAGE_CONTENT"}
KNOWN_INTENTS = (1 << 26) - 1
GUILDS = 1 << 0
UNKNOWN_OP, BROKEN, NOT_IN, BAD_TOKEN, IN_ALREADY, BAD_SEQ, TIMED_OUT, BAD_INTENTS, NOT_ALLOWED = (
    4001, 4002, 4003, 4004, 4005, 4007, 4009, 4013, 4014,
)  # fmt: skip
WORDS = {
    UNKNOWN_OP: "Unknown opcode.", BROKEN: "Error while decoding payload.", NOT_IN: "Not authenticated.",
    BAD_TOKEN: "Authentication failed.", IN_ALREADY: "Already authenticated.", BAD_SEQ: "Invalid seq.",
    TIMED_OUT: "Session timed out.", BAD_INTENTS: "Invalid intent(s).", NOT_ALLOWED: "Disallowed intent(s).",
}  # fmt: skip


class Gateway:
    """All sessions, and the sockets they have. `silent` stops acknowledging heartbeats; `resumable` lets sessions resume."""

    def __init__(
        self, world: World, token: str, *, heartbeat: float, stirred: Callable[[], None], wrong: Callable[[str], None]
    ) -> None:
        self.world, self.token, self.heartbeat = world, token, heartbeat
        self.sessions: list[Session] = []
        self.stirred, self.wrong = stirred, wrong
        self.silent, self.resumable, self.identifies, self.resumes = False, True, 0, 0
        self.closes: list[int | None] = []  # the codes that sockets ended with
        self._sockets: list[Socket] = []

    # --- what the world tells

    def tell(self, event: str, data: Json, intent: int) -> Json:
        """To every session that asked for it; the newest one's payload, with `s` where there was one."""
        payload: Json = {"t": event, "d": data}
        for session in self.live:
            if not intent or session.intents & intent:
                payload = session.tell(event, data)
        self.stirred()
        return payload

    @property
    def live(self) -> list[Session]:
        """Sessions that are connected, or might come back."""
        return [one for one in self.sessions if not one.ended]

    @property
    def connected(self) -> list[Session]:
        return [one for one in self.live if one.socket is not None]

    # --- what a test does

    def close(self, code: int | None, *, ends: bool) -> None:
        """Close every socket: with a code, or by cutting the line; `ends` forgets the sessions too."""
        for session in self.live:
            session.ended = session.ended or ends
        for socket in self._sockets:
            socket.put(Close(code))

    def ask_to_reconnect(self) -> None:
        for session in self.connected:
            assert session.socket is not None
            session.socket.put({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """INVALID_SESSION; forgotten unless resumable."""
        for session in self.connected:
            assert session.socket is not None
            session.ended = not resumable
            session.socket.put({"op": INVALID, "d": resumable})

    def ask_for_heartbeat(self) -> None:
        """A HEARTBEAT from our side: the answer names the last payload the bot has seen."""
        for session in self.connected:
            assert session.socket is not None
            session.socket.put({"op": HEARTBEAT, "d": None})

    # --- a socket's life

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from HELLO to its close."""
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        asked = request.query.get("compress")
        if asked not in (None, "zlib-stream") or request.query.get("encoding", "json") != "json":
            self.wrong(f"gateway: {dict(request.query)} is not known to this fake (zlib-stream and json are)")
            await ws.close(code=BROKEN)
            return ws
        socket = Socket(compressed=asked is not None)
        self._sockets.append(socket)
        connection = Connection(self, ws, socket)
        socket.put({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []}})
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(connection.write(request))
                await connection.read()
                writer.cancel()
        finally:
            self._sockets.remove(socket)
            connection.leave()
            self.stirred()
        return ws

    def hello(self, session: Session) -> None:
        """READY, and the guilds after it."""
        mine = [one for one in self.world.guilds.values() if self.world.bot.id in one.members]
        user = shapes.user(self.world.bot) | {"verified": True, "mfa_enabled": True, "email": None}
        ready: Json = {"v": 10, "user": user, "session_id": session.id, "session_type": "normal", "private_channels": []}
        ready |= {"guilds": [{"id": str(one.id), "unavailable": True} for one in mine], "relationships": [], "presences": []}
        ready |= {"resume_gateway_url": self.world.url.replace("http", "ws", 1) + "/resume", "shard": [0, 1], "_trace": []}
        session.tell("READY", ready | {"application": {"id": str(self.world.app_id), "flags": 0}})
        for guild in mine if session.intents & GUILDS else ():
            if not guild.unavailable:
                session.tell("GUILD_CREATE", shapes.guild_create(self.world, guild))


class Connection:
    """One socket and the session it speaks for."""

    def __init__(self, gateway: Gateway, ws: web.WebSocketResponse, socket: Socket) -> None:
        self.gateway, self.ws, self.socket = gateway, ws, socket
        self.session: Session | None = None
        self._deadline = 0.0
        self._left_with: int | None = None  # the code of the bot
        self._told: int | None = None  # or ours

    async def write(self, request: web.Request) -> None:
        """Send what is queued until told to close."""
        while True:
            payload = await self.socket.queue.get()
            if isinstance(payload, Close):
                await self._close(request, payload)
                return
            packed = self.socket.packed(payload)
            try:
                await (self.ws.send_bytes(packed) if isinstance(packed, bytes) else self.ws.send_str(packed))
            except (ConnectionError, RuntimeError):
                return  # the other side is gone; the reader notices

    async def _close(self, request: web.Request, order: Close) -> None:
        self._told = order.code
        if order.code is None:
            if request.transport is not None:
                request.transport.abort()
            return
        await self.ws.close(code=order.code, message=(order.reason or WORDS.get(order.code, "")).encode())

    async def read(self) -> None:
        """Take what the bot sends; without a heartbeat in time, the session is over."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + self.gateway.heartbeat * 1.5
        while not self.ws.closed:
            try:
                async with asyncio.timeout_at(self._deadline):
                    message = await self.ws.receive()
            except TimeoutError:
                await self._end(TIMED_OUT)
                return
            if message.type is not WSMsgType.TEXT:
                self._left_with = message.data if message.type is WSMsgType.CLOSE else None
                return
            code = self._take(message.data)
            self.gateway.stirred()
            if code is not None:
                await self._end(code)
                return

    async def _end(self, code: int) -> None:
        self._told = code
        if self.session is not None and code in (TIMED_OUT, BAD_TOKEN, BAD_SEQ):
            self.session.ended = True
        if code != TIMED_OUT:
            self.gateway.wrong(f"gateway: {code} {WORDS[code]}")
        await self.ws.close(code=code, message=WORDS[code].encode())

    def _take(self, text: str) -> int | None:
        """Act on one payload; the code to close with, if it was wrong."""
        try:
            payload: Any = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            return BROKEN
        match op:  # docs: Gateway Opcodes
            case 1:
                self._beat(data)
                return None
            case 2:
                return self._identify(data)
            case 6:
                return self._resume(data)
            case 3 | 4 | 8 if self.session is None:
                return NOT_IN
            case 3:
                assert self.session is not None
                self.session.presence = data
                return None
            case 8:
                return self._members(data)
            case _:
                return UNKNOWN_OP

    def _beat(self, seq: Any) -> None:
        self._deadline = asyncio.get_running_loop().time() + self.gateway.heartbeat * 1.5
        if self.session is not None and isinstance(seq, int):
            self.session.acknowledged = max(self.session.acknowledged, seq)
        if not self.gateway.silent:
            self.socket.put({"op": ACK, "d": None})

    def _identify(self, data: Json) -> int | None:
        if self.session is not None:
            return IN_ALREADY
        if data.get("token") != self.gateway.token:
            return BAD_TOKEN
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return BAD_INTENTS
        if any(intents & bit for bit in PRIVILEGED):
            return NOT_ALLOWED
        if not isinstance(data.get("properties"), dict):
            return BROKEN
        self.gateway.identifies += 1
        for old in self.gateway.live:
            old.ended = old.ended or old.socket is None  # nobody knows its id any more
        self.session = Session(secrets.token_hex(16), intents, self.socket, presence=data.get("presence"))
        self.gateway.sessions.append(self.session)
        self.gateway.hello(self.session)
        return None

    def _resume(self, data: Json) -> int | None:
        if data.get("token") != self.gateway.token:
            return BAD_TOKEN
        found = [one for one in self.gateway.live if one.id == data.get("session_id")]
        if not found or not self.gateway.resumable:
            self.socket.put({"op": INVALID, "d": False})
            return None
        session, seq = found[0], data.get("seq") or 0
        if seq > session.seq:
            session.ended = True
            return BAD_SEQ
        if session.socket is not None:
            session.socket.put(Close(4000, "Resumed elsewhere."))
        session.socket, self.session = self.socket, session
        if not session.replay(seq):
            session.ended = True
            self.socket.put({"op": INVALID, "d": False})
            return None
        self.gateway.resumes += 1
        session.tell("RESUMED", {"_trace": []})
        return None

    def _members(self, data: Json) -> int | None:
        assert self.session is not None
        whole_list = not data.get("user_ids") and not data.get("query")
        if whole_list:
            self.gateway.wrong("gateway: the whole list of members needs the privileged intent GUILD_MEMBERS")
            return None
        self.session.tell("GUILD_MEMBERS_CHUNK", members_chunk(self.gateway.world, data))
        return None

    def leave(self) -> None:
        """The socket is gone; closed with 1000 or 1001 the session is over, otherwise it may be resumed."""
        self.gateway.closes.append(self._left_with or self._told)
        if self.session is not None and self.session.socket is self.socket:
            self.session.socket = None
            if self._left_with in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                self.session.ended = True
