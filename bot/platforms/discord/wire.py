"""What goes to Discord over HTTP: one try for each call, told apart by whether it was done, and never too many refused ones."""

import asyncio
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from mimetypes import guess_type
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.clock import Clock
from bot.messenger import NotSent, Uncertain
from bot.platforms.discord.errors import AskedToWait, ServerFailed, meaning
from bot.ui.message import Attachment

INTENTS: Final = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)  # none of them privileged
_TIME_OUT: Final = 30  # seconds for one call with its turn in the queue; the courier's lease is longer
_REFUSED_MOST: Final = 5_000  # Discord bans for 10,000 refused calls (401, 403, 429) in ten minutes
_REFUSED_WINDOW: Final = timedelta(minutes=10)
_SHORTEST_WAIT: Final = 0.5  # seconds after a 429 that names none
_RESET: Final = frozenset({54, 10054})  # connection reset, where discord.py would silently try again


@dataclass(slots=True)
class _Progress:
    """How far one call has come."""

    out: bool = False


_PROGRESS: ContextVar[_Progress | None] = ContextVar("progress", default=None)


class Budget:
    """Refused calls of the last ten minutes; when half of what Discord bears is spent, nothing more is said for a while."""

    def __init__(self, most: int = _REFUSED_MOST) -> None:
        self._most = most
        self._refused: deque[datetime] = deque()

    def spend(self, at: datetime) -> None:
        """Count one."""
        self._refused.append(at)

    def wait(self, at: datetime) -> timedelta:
        """How long until a call may be made."""
        while self._refused and self._refused[0] <= at - _REFUSED_WINDOW:
            self._refused.popleft()
        spent = len(self._refused) - self._most
        return self._refused[spent] + _REFUSED_WINDOW - at if spent >= 0 else timedelta()


class _Http(HTTPClient):
    """discord.py's client before another server."""

    base: str = Route.BASE

    async def request(self, route: Route, **options: Any) -> Any:
        route.url = self.base + route.url.removeprefix(Route.BASE)
        return await super().request(route, **options)

    async def forget(self) -> None:
        """Close what an attempt to log in has opened, so that another may be made."""
        await self.close()
        self.connector = discord.utils.MISSING


class Client(discord.Client):
    """discord.py's client with our HTTP in it; it keeps servers and their channels in memory, nobody's messages."""

    def __init__(self, base: str, trace: aiohttp.TraceConfig) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody here wants to speak
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.1,
            http_trace=trace,
        )
        self.http: _Http = _Http(self.loop, http_trace=trace)
        self.http.base = base
        self._connection.http = self.http


class Wire:
    """Calls to Discord. Each raises what the courier understands: NotSent, Uncertain or Gone."""

    def __init__(self, base: str, clock: Clock) -> None:
        self._clock = clock
        self._budget = Budget()
        self.client = Client(base, self._trace())

    async def call(self, method: str, path: str, *, json: Any = None, file: Attachment | None = None, **parameters: Any) -> Any:
        """Make a call once; `parameters` fill the path and, by their names, tell discord.py whose limits it falls under.

        A `file` is the first of the attachments that the body names.
        """
        wait = self._budget.wait(self._clock.now())
        if wait > timedelta():
            raise NotSent("too many refused calls; silent for a while", retry_after=wait.total_seconds())
        progress = _Progress()
        before = _PROGRESS.set(progress)
        try:
            async with asyncio.timeout(_TIME_OUT):
                return await self.client.http.request(Route(method, path, **parameters), **_body(json, file))
        except discord.HTTPException as error:
            raise meaning(error) from error
        except AskedToWait as error:
            raise NotSent(str(error), retry_after=error.seconds, here=not error.everyone) from error
        except (OSError, aiohttp.ClientError, ServerFailed, ValueError, RuntimeError) as error:  # a time-out is an OSError
            raise (Uncertain if progress.out else NotSent)(repr(error)) from error
        finally:
            _PROGRESS.reset(before)

    def _trace(self) -> aiohttp.TraceConfig:
        """Look at each answer before discord.py does: it would ask again by itself after 5xx and 429."""
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(self._went_out)
        trace.on_request_end.append(self._ended)
        trace.on_request_exception.append(self._broke)
        return trace

    async def _went_out(self, _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
        progress = _PROGRESS.get()
        if progress is not None:
            progress.out = True

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        answer = params.response
        scope = answer.headers.get("X-RateLimit-Scope", "")
        if answer.status in {401, 403} or (answer.status == 429 and scope != "shared"):
            self._budget.spend(self._clock.now())
        if answer.status == 429:
            answer.release()
            everyone = scope == "global" or "X-RateLimit-Global" in answer.headers or not scope
            raise AskedToWait(_seconds(answer), everyone=everyone)
        if answer.status >= 500:
            answer.release()
            raise ServerFailed(f"{answer.status} {answer.reason}")

    async def _broke(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if isinstance(params.exception, OSError) and params.exception.errno in _RESET:
            raise ServerFailed(repr(params.exception)) from params.exception


def _body(json: Any, file: Attachment | None) -> dict[str, Any]:
    """A body as discord.py takes it: JSON, or a form with a file."""
    if file is None:
        return {} if json is None else {"json": json}
    words = {"name": "payload_json", "value": dumps(json), "content_type": "application/json"}
    kind = guess_type(file.name)[0] or "application/octet-stream"
    return {"form": [words, {"name": "files[0]", "value": file.content, "filename": file.name, "content_type": kind}]}


def _seconds(answer: aiohttp.ClientResponse) -> float:
    """How long Discord asks to wait."""
    for header in ("X-RateLimit-Reset-After", "Retry-After"):
        try:
            return max(_SHORTEST_WAIT, float(answer.headers[header]))
        except (KeyError, ValueError):
            continue
    return _SHORTEST_WAIT
