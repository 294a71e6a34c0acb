"""The command line: plan-e run | check | migrate."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final

import structlog
import typer

from bot import log
from bot.app import App
from bot.checkup import Finding, check_up
from bot.clock import SystemClock
from bot.config import ConfigError, Settings, load
from bot.platforms.telegram.adapter import TokenRefused
from bot.store import files, migrate
from bot.store.files import UnsafePlace
from bot.store.migrate import Unusable

EXIT_CONFIG: Final = 2  # ARCHITECTURE.md, Configuration: status 2 and one plain line
_FIRST_STEPS: Final = """\
Plan E has no bot token yet. Get one from @BotFather on Telegram (/newbot, two minutes), then either
  PLAN_E_TELEGRAM__TOKEN=123456:ABC… make run
or copy config.example.toml to config.toml, put it there, and run this again."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Plan E: deadlines of your own, set in public.")
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: config.toml, if there is one).")]


@app.command()
def run(config: ConfigFile = None) -> None:
    """Run the bot until SIGTERM or Ctrl-C."""
    settings = _settings(config)
    if settings.telegram.token is None:
        typer.echo(_FIRST_STEPS)
        return
    _guarded(lambda: _run(settings))


@app.command()
def check(config: ConfigFile = None) -> None:
    """Look at configuration, database, token and clock, and say what is wrong with them."""
    settings = _settings(config)
    findings: list[Finding] = []

    async def look() -> None:
        findings.extend(await check_up(settings, SystemClock()))

    _guarded(look)
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.fine else 'FAIL'} {finding.what}: {finding.says}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


@app.command("migrate")
def migrate_(config: ConfigFile = None) -> None:
    """Bring the database to the shape this version expects (run does it by itself)."""
    settings = _settings(config)
    _guarded(lambda: _migrate(settings))
    typer.echo(f"The database is at revision {migrate.head()}.")


async def _migrate(settings: Settings) -> None:
    path = files.path_of(settings.database.url)
    if path is not None:
        files.refuse_network(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    await migrate.upgrade(settings.database.url)


async def _run(settings: Settings) -> None:
    await _migrate(settings)
    bot = App(settings, SystemClock())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await bot.run(stop)
    finally:
        await bot.close()


def _settings(config: Path | None) -> Settings:
    try:
        settings = load(config)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_CONFIG) from None
    log.setup(settings)
    return settings


def _guarded(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it; what the operator can mend is one plain line and status 2, anything else a logged error and status 1."""
    try:
        asyncio.run(work())
    except Exception as error:  # noqa: BLE001 - the last stop: told, and the process ends
        broken = _leaves(error)
        if all(isinstance(leaf, TokenRefused | UnsafePlace | Unusable | OSError) for leaf in broken):
            typer.echo("; ".join(str(leaf) for leaf in broken), err=True)
            raise SystemExit(EXIT_CONFIG) from None
        for leaf in broken:
            structlog.get_logger(__name__).critical("a loop died, the process ends", exc_info=leaf)
        raise SystemExit(1) from None


def _leaves(error: BaseException) -> list[BaseException]:
    """The errors themselves, out of whatever groups they came in."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def main() -> None:
    """The console script."""
    app(prog_name="plan-e")
