"""Logging: structlog and the standard library through one handler, which lets no secret pass."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, TextIO

import structlog
from structlog.typing import Processor

from bot.config import Settings
from bot.redaction import redactor

# Chatty, and with more in their lines than is ours to tell: URLs with the token, every query's parameters, secret links.
_QUIET: Final = (
    "httpx",
    "httpcore",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "sqlalchemy",
    "uvicorn",
    "telegram",
    "discord",
)


def setup(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send everything that is logged, warned or raised uncaught to `stream` (default: stderr).

    In the shape and from the level of `[log]`; the libraries from WARNING. May be called again with other settings.
    """
    level = logging.getLevelNamesMapping()[settings.log.level.upper()]
    stamp: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    output = stream or sys.stderr
    redact = redactor(settings.secrets())
    render = _json() if settings.log.format == "json" else _console(colors=output.isatty())
    _install(_Handler(output, redact, stamp, render), level=level)
    structlog.configure(
        processors=[*stamp, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    _catch_uncaught()


def _json() -> list[Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _console(*, colors: bool) -> list[Processor]:
    # plain tracebacks: the pretty ones print local variables, and break lines in the middle of a token
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished text, so that it does not matter by which way a secret came into it."""

    def __init__(self, redact: Callable[[str], str], stamp: list[Processor], render: list[Processor]) -> None:
        super().__init__(
            foreign_pre_chain=[*stamp, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to the stream; a record that cannot be written is named, never printed."""

    def __init__(self, stream: TextIO, redact: Callable[[str], str], stamp: list[Processor], render: list[Processor]) -> None:
        super().__init__(stream)
        self.setFormatter(_Formatter(redact, stamp, render))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        # logging's own answer is to print the record's arguments as they are
        reason = type(sys.exception()).__name__
        try:
            self.stream.write(f"a log record of {record.name} ({record.filename}:{record.lineno}) was lost: {reason}\n")
        except (OSError, ValueError):
            return  # the stream itself is gone; nobody is left to tell


def _install(handler: logging.Handler, *, level: int) -> None:
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _catch_uncaught() -> None:
    """Log what would otherwise be printed unredacted: uncaught exceptions, in threads and in destructors too."""
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, error or kind(), traceback))
