"""One small server in the bot's own loop."""

import asyncio
import hmac
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.sandbox import Sandbox

_MAX_UPDATE_BYTES = 1024 * 1024  # far above any update; a stranger's flood is not read into memory
_GRACE_SECONDS = 3  # for requests in progress when the bot stops
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What lives."""

    database: bool
    loops: bool
    platforms: Mapping[str, bool]

    @property
    def well(self) -> bool:
        """Whether everything does."""
        return self.database and self.loops and all(self.platforms.values())

    @property
    def told(self) -> dict[str, bool]:
        """As it is shown."""
        return {"database": self.database, "loops": self.loops, **self.platforms}


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram brings updates: the address it was told, the secret it shows, and what stores an update."""

    url: str
    secret: str
    store: Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Site:
    """What there is to serve: `measure` brings the metrics up to date before they are shown."""

    health: Callable[[], Awaitable[Health]]
    measure: Callable[[], Awaitable[None]]
    hook: Hook | None = None
    sandbox: Sandbox | None = None


def application(site: Site) -> Starlette:
    """The routes: /healthz, /metrics, the webhook's own path and the sandbox's page where there are such."""

    async def healthz(_request: Request) -> Response:
        state = await site.health()
        return JSONResponse(state.told, status_code=200 if state.well else 503)

    async def metrics(_request: Request) -> Response:
        await site.measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/metrics", metrics)]
    if site.sandbox is not None:
        routes += site.sandbox.routes()
    if site.hook is not None:
        path = urlsplit(site.hook.url).path or "/"
        routes.insert(0, Route(path, _receiver(site.hook), methods=["POST"], max_body_size=_MAX_UPDATE_BYTES))
    return Starlette(routes=routes)


def _receiver(hook: Hook) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode(), hook.secret.encode()):
            return PlainTextResponse("not for you", status_code=403)
        try:
            await hook.store(await request.json())
        except (ValueError, RecursionError):
            return PlainTextResponse("not an update", status_code=400)
        return PlainTextResponse("")  # only now: the update is on disk

    return receive


async def serve(*, host: str, port: int, site: Site, announce: Callable[[str], None] = lambda _address: None) -> None:
    """Serve until cancelled; `announce` is told the address to reach it at. OSError where the address cannot be had."""
    place = _listener(host, port)
    announce(_address(host, place))
    config = uvicorn.Config(application(site), log_config=None, access_log=False, lifespan="off")
    server = _Server(config)
    try:
        await server.serve(sockets=[place])
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_SECONDS):
                if server.started:
                    await server.shutdown()
        raise
    finally:
        place.close()


def _listener(host: str, port: int) -> socket.socket:
    """A socket to listen on; uvicorn, left to open one itself, would end the program where it cannot."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        number = error.errno or 0  # a name that cannot be looked up has numbers of its own, below 0
        why = os.strerror(number) if number > 0 else str(error.strerror)
        raise OSError(f"cannot listen on {host}:{port}: {why.lower()}") from error


def _address(host: str, place: socket.socket) -> str:
    """The server's address as a browser on this machine wants it."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - only named
    return f"http://{here}:{place.getsockname()[1]}"


class _Server(uvicorn.Server):
    """A server that leaves signals to the program."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone: SIGTERM stops the whole bot, not only its web server."""
        yield
