"""The wire to Telegram: what went out and what did not, before servers that do as servers do."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

import pytest
from telegram import InputFile
from telegram.error import NetworkError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.platforms.telegram import wire
from bot.platforms.telegram.wire import AiohttpRequest, Cut, NotOut
from bot.proxies import proxy_for

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
TOKEN = "7000000001:AAF-a-secret-of-thirty-letters-0000"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    """A server on a free port; its address."""

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError, asyncio.IncompleteReadError):
            await serve(reader, writer)

    listening = await asyncio.start_server(quietly, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def request_to(url: str, **options: Any) -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(url, **{"connections": 4} | options)
    try:
        yield request
    finally:
        await request.shutdown()


def data(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def send(request: AiohttpRequest, url: str, method: str = "POST") -> tuple[int, bytes]:
    return await request.do_request(f"{url}/bot{TOKEN}/sendMessage", method, data(text="hello") if method == "POST" else None)


async def trouble(request: AiohttpRequest, url: str) -> BaseException | None:
    """What a send comes to where no answer comes; it names no address."""
    with pytest.raises(NetworkError) as error:
        await send(request, url)
    cause = error.value.__cause__
    assert TOKEN not in f"{error.value!r} {cause!r}"
    return cause


async def heard(reader: asyncio.StreamReader) -> bytes:
    """One whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
    return head + await reader.readexactly(length)


# --- certainly not sent


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with request_to(url) as request:
            assert isinstance(await trouble(request, url), NotOut)


async def test_there_is_no_such_host() -> None:
    async with request_to("http://nowhere.invalid") as request:
        assert isinstance(await trouble(request, "http://nowhere.invalid"), NotOut)


async def test_the_other_side_is_not_who_it_should_be() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")  # no TLS

    async with server(serve) as url:
        secure = url.replace("http", "https")
        async with request_to(secure) as request:
            assert isinstance(await trouble(request, secure), NotOut)


async def test_the_handshake_is_never_answered() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(serve) as url:
        secure = url.replace("http", "https")
        async with request_to(secure, connect=0.05) as request:
            assert isinstance(await trouble(request, secure), NotOut)


async def test_all_connections_are_taken() -> None:
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        asked.set()
        await reader.read()

    async with server(serve) as url, request_to(url, connections=1, connect=0.02) as request:
        first = asyncio.ensure_future(send(request, url))
        await asked.wait()
        assert isinstance(await trouble(request, url), NotOut)
        first.cancel()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", b""])
async def test_a_proxy_does_not_let_us_through(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await heard(reader))
        writer.write(answer)

    async with server(proxy) as url:
        monkeypatch.setenv("HTTPS_PROXY", url.replace("//", "//ann:secret@"))
        async with request_to("https://api.telegram.org") as request:
            assert isinstance(await trouble(request, "https://api.telegram.org"), NotOut)
    assert asked[0].startswith(b"CONNECT api.telegram.org:443 ")
    assert b"\r\nProxy-Authorization: Basic YW5uOnNlY3JldA==\r\n" in asked[0]


# --- perhaps sent


async def test_the_answer_never_comes() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(serve) as url, request_to(url, read=0.05) as request:
        assert isinstance(await trouble(request, url), Cut)


async def test_what_is_sent_is_never_taken() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with server(serve) as url, request_to(url, connect=0.01, write=0.05, read=0.01) as request:
        with pytest.raises(NetworkError) as error:
            await request.do_request(url, "POST", data(document=InputFile(b"x" * (20 << 20), filename="large")))
        assert isinstance(error.value.__cause__, Cut)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nConte", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"!\r\n"]
)
@pytest.mark.parametrize("abrupt", [False, True])
async def test_the_connection_breaks_off(answer: bytes, abrupt: bool) -> None:
    calls = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await heard(reader)
        writer.write(answer)
        await writer.drain()
        if abrupt:
            writer.transport.abort()

    async with server(serve) as url, request_to(url) as request:
        assert isinstance(await trouble(request, url), Cut)
    assert calls == 1


async def test_an_answer_beyond_all_measure_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"a\r\n0123456789\r\n" * 20)
        await reader.read()

    monkeypatch.setattr(wire, "_LARGEST", 100)
    async with server(serve) as url, request_to(url) as request:
        assert isinstance(await trouble(request, url), Cut)


# --- answers


async def test_a_redirection_is_an_answer_and_is_not_followed() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await heard(reader))
        writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

    async with server(serve) as url, request_to(url) as request:
        assert await send(request, url) == (307, b"")
    assert len(asked) == 1


async def test_words_go_as_json_and_files_as_a_form() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked.append(await heard(reader))
            writer.write(OK)

    async with server(serve) as url, request_to(url) as request:
        await request.do_request(url, "POST", data(chat_id=5, text="Привет <b>", reply_markup={"a": [1]}))
        plan = InputFile("план".encode(), filename='мой "план".yaml')
        await request.do_request(url, "POST", data(chat_id=5, caption="Вот", document=plan))
    words, form = asked
    assert b"\r\nContent-Type: application/json\r\n" in words
    assert json.loads(words.partition(b"\r\n\r\n")[2]) == {"chat_id": "5", "text": "Привет <b>", "reply_markup": '{"a": [1]}'}
    assert b"\r\nContent-Type: multipart/form-data; boundary=" in form
    assert 'name="document"; filename="мой \\"план\\".yaml"\r\n'.encode() in form
    assert (
        form.count(b'name="chat_id"\r\n')
        == form.count("\r\n\r\nВот\r\n".encode())
        == form.count("\r\n\r\nплан\r\n".encode())
        == 1
    )


# --- connections that are kept


class Lazy:
    """A server that counts connections and closes one when told to, seen or unseen by the event loop."""

    def __init__(self) -> None:
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        while True:
            await heard(reader)
            writer.write(OK)

    def hang_up(self) -> None:
        """Close it in the kernel at once: the bot's event loop gets no turn to notice."""
        self.writers[-1].get_extra_info("socket")._sock.shutdown(socket.SHUT_RDWR)


async def test_a_connection_is_used_again() -> None:
    lazy = Lazy()
    async with server(lazy) as url, request_to(url) as request:
        for _ in range(3):
            assert await send(request, url) == (200, b'{"ok":true}')
        assert lazy.connections == 1


async def test_a_connection_idle_for_long_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_IDLE_SECONDS", 0)
    lazy = Lazy()
    async with server(lazy) as url, request_to(url) as request:
        for _ in range(2):
            await send(request, url)
            await asyncio.sleep(0.01)
        assert lazy.connections == 2


async def test_nothing_is_sent_on_a_connection_that_was_closed_unnoticed() -> None:
    lazy = Lazy()
    async with server(lazy) as url, request_to(url) as request:
        await send(request, url)
        lazy.hang_up()
        assert await send(request, url) == (200, b'{"ok":true}')
        assert lazy.connections == 2


async def test_one_closed_just_as_we_send_leaves_it_unknown_and_is_not_tried_again() -> None:
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await heard(reader)
        writer.write(OK)
        await reader.read(1)  # the next request has come: is it done or not?
        asked += 1

    async with server(serve) as url, request_to(url) as request:
        await send(request, url)
        assert isinstance(await trouble(request, url), Cut)
    assert asked == 1


async def test_a_poll_is_asked_again_at_once_for_it_does_no_harm() -> None:
    lives = [1, 9]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(lives.pop(0)):
            await heard(reader)
            writer.write(OK)
        await reader.read(1)

    async with server(serve) as url, request_to(url) as request:
        for _ in range(2):
            assert await send(request, url, "GET") == (200, b'{"ok":true}')
    assert lives == []


async def test_it_can_be_closed_unused_and_opened_anew() -> None:
    lazy = Lazy()
    async with server(lazy) as url, request_to(url) as request:
        await request.shutdown()
        await request.initialize()
        await send(request, url)
        await request.shutdown()
        await send(request, url)
        assert request.read_timeout == 20


# --- proxies


async def test_plain_requests_go_to_the_proxy_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await heard(reader))
        writer.write(OK)

    async with server(proxy) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        async with request_to("http://bot-api.example") as request:
            assert await send(request, "http://bot-api.example") == (200, b'{"ok":true}')
    assert asked[0].startswith(b"POST http://bot-api.example/bot")


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://api.telegram.org", None),
        ({"HTTPS_PROXY": "http://a:1"}, "https://api.telegram.org", "http://a:1"),
        ({"https_proxy": "a:1"}, "https://api.telegram.org/bot1:x/getMe", "http://a:1"),
        ({"HTTP_PROXY": "http://a:1"}, "https://api.telegram.org", None),
        ({"ALL_PROXY": "http://a:1"}, "https://api.telegram.org", "http://a:1"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "https://b:2"}, "https://api.telegram.org", "https://b:2"),
        ({"ALL_PROXY": "http://a:1", "NO_PROXY": "telegram.org"}, "https://api.telegram.org", None),
        ({"ALL_PROXY": "http://a:1", "NO_PROXY": "127.0.0.1,localhost"}, "http://127.0.0.1:8081", None),
        ({"ALL_PROXY": "http://a:1", "NO_PROXY": "*"}, "https://api.telegram.org", None),
        ({"HTTPS_PROXY": "http://a:1"}, "nonsense", None),
    ],
)
def test_which_proxy(environment: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


def test_a_proxy_that_cannot_be_used_is_not_gone_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://a:1")
    with pytest.raises(ValueError, match="speaks socks5"):
        AiohttpRequest("https://api.telegram.org", connections=1)
