"""No secret reaches the log, by whatever way it tries."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log
from bot.config import Settings
from bot.redaction import redactor

TOKEN = "7463217412:AAGxXy-J3yL2ccEkJjm0_HP8lp7Mztuv9qs"
HOOK = "hook-secret_2026"
PASSWORD = 'p"ss wörd/42'
SECRETS = (TOKEN, HOOK, PASSWORD, quote(PASSWORD, safe=""))


def settings(shape: str = "console", level: str = "info") -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": TOKEN, "webhook_secret": HOOK},
            "database": {"url": f"postgresql+asyncpg://plan_e:{quote(PASSWORD, safe='')}@db/plan_e"},
            "log": {"format": shape, "level": level},
        }
    )


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Put back what setup() changes for the whole process."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level = list(root.handlers), root.level
    shown = warnings.showwarning
    yield
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    structlog.reset_defaults()


@pytest.fixture(params=["console", "json"])
def output(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    log.setup(settings(request.param), stream=stream)
    return stream


def _raise(secret: str) -> None:
    raise RuntimeError(f"around {secret}") from ValueError(secret)


def _structlog_exception(secret: str) -> None:
    try:
        _raise(secret)
    except RuntimeError:
        structlog.get_logger("bot.courier").exception("failed", note=secret)


def _stdlib_exception(secret: str) -> None:
    try:
        _raise(secret)
    except RuntimeError:
        logging.getLogger("lib").exception("failed for %s", secret)


def _misfit(secret: str) -> None:
    root = logging.getLogger()  # pytest's own handlers raise where a record cannot be formatted
    root.handlers[:] = [handler for handler in root.handlers if type(handler).__module__ == log.__name__]
    logging.getLogger("lib").warning("got %d", secret)


def _uncaught(secret: str) -> None:
    try:
        _raise(secret)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _in_a_thread(secret: str) -> None:
    thread = threading.Thread(target=_raise, args=(secret,), name=secret)
    thread.start()
    thread.join()


def _in_the_loop(secret: str) -> None:
    async def main() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": f"lost {secret}", "exception": ValueError(secret)})

    asyncio.run(main())


WAYS: dict[str, Callable[[str], object]] = {
    "event": lambda s: structlog.get_logger("bot").info(f"got {s}"),
    "field": lambda s: structlog.get_logger("bot").info("got", url=s),
    "nested field": lambda s: structlog.get_logger("bot").info("got", headers={"a": [s, (s,)]}, raw=s.encode()),
    "bound field": lambda s: structlog.get_logger("bot").bind(token=s).warning("got"),
    "logger name": lambda s: structlog.get_logger(f"bot.{s}").warning("got"),
    "structlog exception": _structlog_exception,
    "message": lambda s: logging.getLogger("lib").warning(f"got {s}"),  # noqa: G004 - as libraries do it
    "args": lambda s: logging.getLogger("lib").warning("got %s and %r", s, {"key": s}),
    "extra": lambda s: logging.getLogger("lib").warning("got", extra={"url": s, "more": {"token": s}}),
    "stdlib exception": _stdlib_exception,
    "stack": lambda s: logging.getLogger(s).warning("got", stack_info=True),
    "args that do not fit": _misfit,
    "an object as the message": lambda s: logging.getLogger("lib").warning(ValueError(s)),
    "warning": lambda s: warnings.showwarning(UserWarning(s), UserWarning, "lib.py", 1),
    "uncaught": _uncaught,
    "thread": _in_a_thread,
    "event loop": _in_the_loop,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", [*SECRETS, f"https://api.telegram.org/bot{TOKEN}/getMe", quote(TOKEN, safe="")])
def test_a_secret_never_comes_out(output: io.StringIO, capfd: pytest.CaptureFixture[str], way: str, secret: str) -> None:
    WAYS[way](secret)
    written = output.getvalue() + "".join(capfd.readouterr())
    assert written
    for hidden in (*SECRETS, quote(TOKEN, safe=""), json.dumps(PASSWORD)[1:-1], repr(PASSWORD)[1:-1]):
        assert hidden not in written


async def test_httpx_does_not_log_urls() -> None:
    stream = io.StringIO()
    log.setup(settings(level="debug"), stream=stream)
    transport = httpx.MockTransport(lambda _request: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get(f"https://api.telegram.org/bot{TOKEN}/getMe")
    assert "api.telegram.org" not in stream.getvalue()


def test_libraries_keep_their_warnings(output: io.StringIO) -> None:
    logging.getLogger("httpx").info("quiet")
    logging.getLogger("httpx").warning("loud")
    assert "quiet" not in output.getvalue()
    assert "loud" in output.getvalue()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("GET https://api.telegram.org/bot987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/getMe", "AAHdqTcv"),
        ("GET http://127.0.0.1:9000/bot1:abc/getMe", ":abc"),
        ("token 987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1 refused", "AAHdqTcv"),
        ("Authorization: Bot MTA.abc.def", "MTA.abc"),
        ("{'Authorization': 'Bearer abcdef'}", "abcdef"),
        ('{"headers": "{\\"authorization\\": \\"Basic dXNlcg==\\"}"}', "dXNl"),
        ("[(b'Authorization', b'Bot MTA.abc')]", "MTA"),
        ("X-Telegram-Bot-Api-Secret-Token: other", "other"),
        ("setWebhook?url=x&secret_token=other&max=1", "other"),
        ("postgresql+asyncpg://plan_e:hunter2@db:5432/plan_e", "hunter2"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_too(text: str, gone: str) -> None:
    assert gone not in redactor(())(text)


@pytest.mark.parametrize(
    "text",
    [
        "card sent to 123456789 at 07:00:00",
        "2026-06-30T23:59:59.000001Z sqlite+aiosqlite:///plan-e.db",
        "GET https://api.telegram.org:443/ in 0.2 s",
        "no token is set, the authorization of admins is looked up live",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert redactor({TOKEN})(text) == text


@given(st.text(min_size=4), st.text(), st.text())
def test_a_known_secret_is_found_anywhere(secret: str, before: str, after: str) -> None:
    text = redactor({secret})(f"{before}{secret}{after}")
    assert secret not in text.replace("[hidden]", "\x00" if "\x00" not in secret else "\x01")


def test_json_is_one_object_a_line() -> None:
    stream = io.StringIO()
    log.setup(settings("json"), stream=stream)
    structlog.get_logger("bot.jobs").info("tick", due=3)
    logging.getLogger("lib").warning("two\nlines")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["due"], first["logger"], first["level"]) == ("tick", 3, "bot.jobs", "info")
    assert second["event"] == "two\nlines"


def test_the_level_is_kept() -> None:
    stream = io.StringIO()
    log.setup(settings(level="warning"), stream=stream)
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("lib").info("quiet")
    structlog.get_logger("bot").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


def test_setting_up_twice_does_not_write_twice(output: io.StringIO) -> None:
    log.setup(settings(), stream=output)
    structlog.get_logger("bot").warning("once")
    assert output.getvalue().count("once") == 1


def test_ctrl_c_is_not_news(output: io.StringIO) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert output.getvalue() == ""
