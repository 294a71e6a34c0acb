"""What goes to Telegram over HTTP: python-telegram-bot's requests over aiohttp, told apart by whether they went out."""

import os
import select
from io import BytesIO
from typing import Any, Final
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.proxies import proxy_for

_IDLE_SECONDS: Final = 30  # then a connection is not used again: Telegram was seen to close its end after some 39 s
_LARGEST: Final = 32 << 20  # bytes of an answer; Telegram gives files of up to 20 MB
_UNSET: Final = BaseRequest.DEFAULT_NONE
_HEADERS: Final = {"User-Agent": BaseRequest.USER_AGENT}
_JSON_HEADERS: Final = {**_HEADERS, "Content-Type": "application/json"}


class NotOut(Exception):
    """No connection was had, so nothing of the request went out."""


class Cut(Exception):
    """The request went out, or a part of it, and no whole answer came back."""


class _NoConnection(aiohttp.ClientError):
    """What went wrong before there was a connection to send on."""


class _Connector(aiohttp.TCPConnector):
    """Connections of which none is handed out that the server has closed already: what is sent on such a one is nowhere."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit, keepalive_timeout=_IDLE_SECONDS)
        self._handed_out: WeakSet[object] = WeakSet()

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Connection:  # noqa: ASYNC109 - aiohttp's, not ours
        """A connection; _NoConnection whatever stands in the way of one."""
        try:
            while self._is_over(connection := await super().connect(req, traces, timeout)):
                connection.close()
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise _NoConnection(_describe(error)) from error
        return connection

    def _is_over(self, connection: Connection) -> bool:
        """Whether an old connection has something to read: on one that waits for a request, that is its end."""
        protocol, transport = connection.protocol, connection.transport
        if transport is None or protocol not in self._handed_out:
            self._handed_out.add(protocol)
            return False
        look = select.poll()
        look.register(transport.get_extra_info("socket"), select.POLLIN)
        return bool(look.poll(0))


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API at `base_url`, each tried once.

    TelegramError comes out of a try without an answer; its cause is NotOut or Cut, which name no address: the token is in it.
    """

    def __init__(self, base_url: str, *, connections: int, connect: float = 10, write: float = 20, read: float = 20) -> None:
        """`connections` at most. Seconds: `connect` for a connection, `read` for silence; for all together also `write`.

        Whoever finds all connections taken waits for one three times as long as for a new one.
        """
        self._connections = connections
        queue = 3 * connect
        self._timeout = aiohttp.ClientTimeout(
            total=queue + connect + write + read, connect=queue + connect, sock_connect=connect, sock_read=read
        )
        self._proxy = proxy_for(base_url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds of silence after which an answer is given up."""
        return self._timeout.sock_read

    async def initialize(self) -> None:
        """Connections are made when they are needed."""

    async def shutdown(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - BaseRequest's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = _UNSET,
        write_timeout: Any = _UNSET,
        connect_timeout: Any = _UNSET,
        pool_timeout: Any = _UNSET,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer. Redirections are answers like others; the time-outs are the instance's."""
        del read_timeout, write_timeout, connect_timeout, pool_timeout  # nobody here passes any
        data, headers = _body(request_data)
        request = self._open().request(
            method, url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False, proxy=self._proxy
        )
        try:
            async with request as answer:
                return answer.status, await _read(answer)
        except _NoConnection as error:
            raise NetworkError(f"no connection: {error}") from NotOut(str(error))
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise NetworkError(f"no answer: {_describe(error)}") from Cut(_describe(error))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = _Connector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """The body and its headers: JSON, which costs the least, or a form where there are files."""
    if data is None:
        return None, _HEADERS
    if not data.contains_files:
        return data.json_payload, _JSON_HEADERS
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes a file's name as it is
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        file = BytesIO(content) if isinstance(content, bytes) else content  # which is written piece by piece, unlike bytes
        form.add_field(name, file, filename=filename, content_type=kind)
    return form, _HEADERS


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > _LARGEST:
            raise aiohttp.ClientPayloadError("the answer is too large")
    return bytes(content)


def _describe(error: BaseException) -> str:
    """What went wrong, without an address in it."""
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number is not None and number > 0 else type(error).__name__
