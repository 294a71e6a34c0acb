"""A session of the gateway: what it was told, in order, so that it can be told again after a break."""

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .errors import Json

DISPATCH, HEARTBEAT, RECONNECT, INVALID, HELLO, ACK = 0, 1, 7, 9, 10, 11
KEPT = 1000  # payloads that can be replayed
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Close:
    """An order to close the socket: with a code, or (None) by cutting the connection."""

    code: int | None
    reason: str = ""


class Socket:
    """One WebSocket's outgoing side: payloads in a queue, compressed as the client asked."""

    def __init__(self, *, compressed: bool) -> None:
        self.queue: asyncio.Queue[Json | Close] = asyncio.Queue()
        self.deflater = zlib.compressobj() if compressed else None

    def put(self, payload: Json | Close) -> None:
        self.queue.put_nowait(payload)

    def packed(self, payload: Json) -> bytes | str:
        """The payload as it goes over the wire."""
        text = ENCODE(payload)
        if self.deflater is None:
            return text
        return self.deflater.compress(text.encode()) + self.deflater.flush(zlib.Z_SYNC_FLUSH)


@dataclass(slots=True, eq=False, repr=False)
class Session:
    """What one IDENTIFY began; it outlives its sockets, until it is closed with 1000 or 1001 or invalidated."""

    id: str
    intents: int
    socket: Socket | None = None
    seq: int = 0
    acknowledged: int = 0  # the highest number the bot named in a heartbeat
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))
    ended: bool = False
    presence: Any = None

    def tell(self, event: str, data: Json) -> Json:
        """One more dispatch, kept for a resume."""
        self.seq += 1
        payload: Json = {"op": DISPATCH, "t": event, "s": self.seq, "d": data}
        self.sent.append(payload)
        if self.socket is not None:
            self.socket.put(payload)
        return payload

    def replay(self, after: int) -> bool:
        """Send again what came after that number; False where that is more than is kept."""
        missed = [one for one in self.sent if one["s"] > after]
        if after + len(missed) < self.seq or self.socket is None:
            return False
        for one in missed:
            self.socket.put(one)
        return True
