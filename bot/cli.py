"""The command line: plan-e run | check | migrate | migrate-data."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import structlog
import typer

from bot import log
from bot.app import App, leave_in_peace
from bot.checkup import Finding, check_up
from bot.clock import SystemClock
from bot.config import ConfigError, Settings, load
from bot.messenger import Unwelcome
from bot.roles import ALL, Role, read_roles
from bot.store import files, migrate
from bot.store.files import UnsafePlace
from bot.store.migrate import NotYet, Unusable

EXIT_CONFIG: Final = 2  # ARCHITECTURE.md, Configuration: status 2 and one plain line
_MENDABLE: Final = (Unwelcome, UnsafePlace, Unusable, OSError)  # by the operator
_SERVER_SECONDS: Final = 2  # between two looks for a database server that is not there yet
_FIRST_STEPS: Final = """\
Plan E has no bot token yet. Get one from @BotFather on Telegram (/newbot, two minutes), then either
  PLAN_E_TELEGRAM__TOKEN=123456:ABC… make run
or copy config.example.toml to config.toml, put it there, and run this again."""
_SANDBOX_IS_OPEN: Final = """\
The sandbox is open: {address}/sandbox
Everything in it happens on this machine. Ctrl-C ends it, and the next start takes it up again."""
_PUBLIC_SANDBOX: Final = (
    'The sandbox would be open to everybody who reaches this machine: set [sandbox] password, or [web] host = "127.0.0.1", '
    "or a bot token"
)

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Plan E: deadlines of your own, set in public.")
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: config.toml, if there is one).")]


@app.command()
def run(
    config: ConfigFile = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Only the sandbox, whatever tokens are set.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was done in the sandbox, and start it anew.")] = False,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="all, receive, work, web: what this process does of several (PostgreSQL).")
    ] = None,
) -> None:
    """Run the bot until SIGTERM or Ctrl-C; without a token, the sandbox: a page in the browser to try it on."""
    roles = _roles(role or ())
    settings = _settings(config)
    if sandbox:
        settings = settings.only_sandbox()
    if roles != ALL and settings.sandbox_enabled:
        _refuse("the sandbox is one process that does everything; --role is for a bot")
    if roles != ALL and not settings.database.url.startswith("postgresql"):
        _refuse("with SQLite one process does everything; --role is for several on PostgreSQL ([database] url)")
    if not settings.has_token and not settings.sandbox_enabled:
        typer.echo(_FIRST_STEPS)
        return
    if settings.sandbox_enabled and settings.sandbox_is_public and settings.sandbox.password is None:
        _refuse(_PUBLIC_SANDBOX)
    if fresh and not settings.sandbox_enabled:
        _refuse("--fresh starts the sandbox anew; it goes with --sandbox")
    _guarded(lambda: _run(settings, roles, fresh=fresh))


@app.command()
def check(config: ConfigFile = None) -> None:
    """Look at configuration, database, token, sandbox and clock, and say what is wrong with them."""
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
    _guarded(lambda: _migrate(settings.database.url))
    typer.echo(f"The database is at revision {migrate.head()}.")


async def _migrate(url: str) -> None:
    path = files.path_of(url)
    if path is not None:
        files.refuse_network(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    await migrate.upgrade(url)


@app.command("migrate-data")
def migrate_data(
    source: Annotated[str, typer.Option("--from", help="Where everything is: sqlite+aiosqlite:///plan-e.db")],
    target: Annotated[str, typer.Option("--to", help="An empty database: postgresql+asyncpg://user:password@host/name")],
) -> None:
    """Move a stopped bot from SQLite to PostgreSQL, or back: every row is copied and compared, and the source left as it is."""
    from bot.store import moving  # noqa: PLC0415 - with alembic, which nothing else here needs

    ends: list[moving.Moved] = []

    async def work() -> None:
        ends.append(await moving.move(source, target, say=typer.echo))

    _guarded(work)
    for line in ends[0].differences:
        typer.echo(line, err=True)
    if ends[0].differences:
        typer.echo("The two are not the same. Nothing was changed.", err=True)
        raise typer.Exit(1)
    done = "was there already, from an earlier move" if ends[0].before else "is there now"
    typer.echo(f"Everything {done}: {ends[0].rows:,} rows, each compared. Set [database] url to it and start the bot.")


async def _migrate_patiently(url: str) -> None:
    """Migrate; a server that comes up later than we do is waited for."""
    while True:
        try:
            return await _migrate(url)
        except NotYet as error:
            structlog.get_logger(__name__).warning("waiting for the database", error=str(error), seconds=_SERVER_SECONDS)
            await asyncio.sleep(_SERVER_SECONDS)


async def _run(settings: Settings, roles: frozenset[Role], *, fresh: bool) -> None:
    if settings.has_token:
        await _migrate_patiently(settings.database.url)
    if settings.sandbox_enabled:
        await _migrate(settings.sandbox.url)
    bot = App(settings, SystemClock(), roles=roles, fresh=fresh, announce=lambda address: _announce(settings, address))
    leave_in_peace()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await bot.run(stop)
    finally:
        await bot.close()


def _announce(settings: Settings, address: str) -> None:
    if settings.sandbox_enabled:
        typer.echo(_SANDBOX_IS_OPEN.format(address=address))


def _refuse(line: str) -> NoReturn:
    typer.echo(line, err=True)
    raise typer.Exit(EXIT_CONFIG)


def _roles(said: Iterable[str]) -> frozenset[Role]:
    try:
        return read_roles(said)
    except ValueError as error:
        _refuse(str(error))


def _settings(config: Path | None) -> Settings:
    try:
        settings = load(config)
    except ConfigError as error:
        _refuse(str(error))
    log.setup(settings)
    return settings


def _guarded(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it; what the operator can mend is one plain line and status 2, anything else a logged error and status 1."""
    try:
        asyncio.run(work())
    except Exception as error:  # noqa: BLE001 - the last stop: told, and the process ends
        broken = _leaves(error)
        if all(isinstance(leaf, _MENDABLE) for leaf in broken):
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
