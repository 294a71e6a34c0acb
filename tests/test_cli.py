"""The command line: one plain line and status 2 for what the operator can mend."""

import asyncio
import logging
import signal
import socket
import sqlite3
import sys
import threading
import warnings
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from typer.testing import CliRunner, Result

from bot import checkup
from bot.checkup import Finding
from bot.cli import app
from bot.clock import SystemClock
from bot.config import Settings
from bot.store import migrate
from bot.store.database import Database
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram, Garbage, Status
from tests.flows.processes import environment
from tests.props import Hand, learner


@pytest.fixture(autouse=True)
def _as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to stand in; and what setting up the log changes for the whole process is put back."""
    monkeypatch.chdir(tmp_path)
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level, shown = list(root.handlers), root.level, warnings.showwarning
    yield
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    structlog.reset_defaults()


TOKEN = "1:abc"


def config(folder: Path, *, token: str = TOKEN, url: str = "http://127.0.0.1:1", database: str = "", port: int = 0) -> Path:
    file = folder / "config.toml"
    file.write_text(
        f'[telegram]\ntoken = "{token}"\napi_base_url = "{url}"\n[web]\nport = {port}\n'
        f'[database]\nurl = "{database or f"sqlite+aiosqlite:///{folder}/plan-e.db"}"\n'
    )
    return file


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def one_line(result: Result) -> str:
    assert result.exit_code == 2, result.output
    [line] = result.stderr.splitlines()
    return line


# --- what the operator can mend


def test_a_bad_setting_is_named_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[web]\nport = 99999\n")
    assert "port" in one_line(call("run", "--config", str(file)))
    file.write_text("[web\n")
    assert "TOML" in one_line(call("run", "--config", str(file)))
    assert "no such file" in one_line(call("run", "--config", str(tmp_path / "nowhere.toml")))


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("these are notes and no database, whatever the name may say" * 20)
    for url, says in (
        (f"sqlite+aiosqlite:///{tmp_path}", "unable to open"),
        (f"sqlite+aiosqlite:///{tmp_path}/notes.txt", "not a database"),
        (f"sqlite+aiosqlite:///{tmp_path}/notes.txt/x/plan-e.db", "Not a directory"),
    ):
        assert says in one_line(call(command, "--config", str(config(tmp_path, database=url))))


async def run(file: Path) -> tuple[int | None, list[str]]:
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--config", str(file), stdout=PIPE, stderr=PIPE, cwd=Path(__file__).parent.parent
    )
    async with asyncio.timeout(30):
        _, told = await bot.communicate()
    return bot.returncode, told.decode().splitlines()


async def test_a_token_telegram_does_not_know_is_one_line(tmp_path: Path) -> None:
    async with FakeTelegram(now=SystemClock().now) as tg:
        status, told = await run(config(tmp_path, url=tg.url))
    assert (status, told) == (2, ["Telegram does not know this bot token; take the one from @BotFather"])


async def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
        async with FakeTelegram(now=SystemClock().now) as tg:
            status, told = await run(config(tmp_path, url=tg.url, token=tg.token, port=port))
    assert (status, told) == (2, [f"cannot listen on 127.0.0.1:{port}: address already in use"])


# --- what there is to say


def test_without_a_token_and_a_sandbox_three_lines_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_E_SANDBOX__ENABLED", "false")
    result = call("run")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert "@BotFather" in result.stdout


@pytest.mark.parametrize("key", ["PLAN_E_WEB__HOST", "PLAN_E_WEB__PUBLIC_URL"])
def test_a_sandbox_is_not_opened_to_everybody(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(key, "0.0.0.0" if key.endswith("HOST") else "https://plan-e.example.org")
    assert "[sandbox] password" in one_line(call("run"))
    assert not Path("sandbox.db").exists()


def test_only_a_sandbox_is_started_anew(tmp_path: Path) -> None:
    assert "--sandbox" in one_line(call("run", "--fresh", "--config", str(config(tmp_path))))


async def test_without_a_token_the_sandbox_is_opened_and_says_where(tmp_path: Path) -> None:
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=PIPE, stderr=PIPE, cwd=tmp_path,
        env={**environment(), "PLAN_E_WEB__PORT": "0", "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert bot.stdout is not None
    async with asyncio.timeout(30):
        line = (await bot.stdout.readline()).decode()
        async with httpx.AsyncClient() as client:
            page = await client.get(line.split()[-1])
        bot.send_signal(signal.SIGTERM)
        await bot.communicate()
    assert line.startswith("The sandbox is open: http://127.0.0.1:")
    assert page.status_code == 200
    assert "Plan E" in page.text
    assert bot.returncode == 0
    assert (tmp_path / "sandbox.db").exists()
    assert not (tmp_path / "plan-e.db").exists()


async def test_a_bots_database_is_never_taken_for_a_sandboxs(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/plan-e.db"
    await migrate.upgrade(url)
    database = Database(url)
    async with database.write() as tx:
        await learner(tx)
    await database.close()
    file = tmp_path / "config.toml"
    file.write_text(f'[sandbox]\nfile = "{tmp_path}/plan-e.db"\n[web]\nport = 0\n')
    status, told = await run(file)
    assert status == 2
    assert "no sandbox's" in told[-1]
    with closing(sqlite3.connect(tmp_path / "plan-e.db")) as kept:
        assert kept.execute("SELECT count(*) FROM learners").fetchone() == (1,)


def test_migrate_makes_the_database_and_says_so(tmp_path: Path) -> None:
    file = config(tmp_path, database=f"sqlite+aiosqlite:///{tmp_path}/new/folder/plan-e.db")
    for _ in range(2):
        assert call("migrate", "--config", str(file)).stdout == f"The database is at revision {migrate.head()}.\n"
    with closing(sqlite3.connect(tmp_path / "new/folder/plan-e.db")) as database:
        assert database.execute("SELECT count(*) FROM learners").fetchone() == (0,)


def test_check_says_what_is_wrong_and_fails(tmp_path: Path) -> None:
    result = call("check", "--config", str(config(tmp_path)))
    assert result.exit_code == 1
    assert "ok   configuration: read" in result.stdout
    assert "FAIL Telegram: cannot be reached: ClientConnectorError" in result.stdout


# --- what the check-up finds


def test_without_a_token_the_sandbox_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("check")
    assert result.exit_code == 0, result.output
    assert "ok   Telegram: no token; run opens the sandbox instead" in result.stdout
    assert "ok   sandbox: on port 8080" in result.stdout
    assert "plan-e.db" not in result.stdout
    monkeypatch.setenv("PLAN_E_WEB__HOST", "0.0.0.0")
    result = call("check")
    assert result.exit_code == 1
    assert "FAIL sandbox: would be open to everybody" in result.stdout


def settings(folder: Path, tg: FakeTelegram, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "database": {"url": f"sqlite+aiosqlite:///{folder}/plan-e.db"},
            "telegram": {"token": tg.token, "api_base_url": tg.url, **more},
        }
    )


def found(findings: list[Finding], what: str) -> Finding:
    return next(one for one in findings if one.what == what)


async def test_all_is_well(tmp_path: Path) -> None:
    async with FakeTelegram(now=SystemClock().now) as tg:
        fresh = await checkup.check_up(settings(tmp_path, tg), SystemClock())
        await migrate.upgrade(f"sqlite+aiosqlite:///{tmp_path}/plan-e.db")
        findings = await checkup.check_up(settings(tmp_path, tg), SystemClock())
    assert found(fresh, "migrations").says == "no database yet; run makes it"
    assert all(one.fine for one in [*fresh, *findings])
    assert found(findings, "Telegram").says == "the bot is @plan_e_bot"
    assert found(findings, "clock").says == "agrees with Telegram's"
    assert found(findings, "migrations").says == f"at revision {migrate.head()}"


async def test_a_clock_that_is_off_is_found(tmp_path: Path) -> None:
    async with FakeTelegram(now=SystemClock().now) as tg:
        findings = await checkup.check_up(settings(tmp_path, tg), Hand(SystemClock().now() + timedelta(minutes=5)))
    clock = found(findings, "clock")
    assert not clock.fine
    assert "s off Telegram's" in clock.says


async def test_an_unmigrated_database_and_a_strange_one_are_found(tmp_path: Path) -> None:
    file = tmp_path / "plan-e.db"
    async with FakeTelegram(now=SystemClock().now) as tg:
        with closing(sqlite3.connect(file)) as database:
            database.execute("CREATE TABLE x (y)")
        findings = await checkup.check_up(settings(tmp_path, tg), SystemClock())
        assert "plan-e migrate" in found(findings, "migrations").says
        file.write_text("no database at all, by any means of telling" * 30)
        findings = await checkup.check_up(settings(tmp_path, tg), SystemClock())
        assert "not a database" in found(findings, "database").says
        assert found(findings, "Telegram").fine


async def test_what_is_wrong_with_telegram_is_found(tmp_path: Path) -> None:
    async with FakeTelegram(now=SystemClock().now) as tg:
        for trouble, says in (
            (Garbage(), "cannot be reached: JSONDecodeError"),
            (Status(502), "cannot be reached: JSONDecodeError"),
        ):
            tg.fault("getMe", trouble)
            assert found(await checkup.check_up(settings(tmp_path, tg), SystemClock()), "Telegram").says == says
        wrong = await checkup.check_up(settings(tmp_path, tg, token="1:wrong"), SystemClock())
        elsewhere = await checkup.check_up(settings(tmp_path, tg, api_base_url=f"{tg.url}/file"), SystemClock())
    assert found(wrong, "Telegram").says == "refuses the token: Unauthorized"
    assert not found(elsewhere, "Telegram").fine


async def test_check_looks_at_the_discord_token_and_says_how_to_invite_the_bot(tmp_path: Path) -> None:
    async with FakeDiscord(now=SystemClock().now) as dc:
        right, wrong = (
            Settings.model_validate(
                {
                    "database": {"url": f"sqlite+aiosqlite:///{tmp_path}/plan-e.db"},
                    "discord": {"token": token, "api_base_url": dc.url},
                }
            )
            for token in (dc.token, "wrong")
        )
        findings = await checkup.check_up(right, SystemClock())
        assert found(findings, "Discord").says.startswith("the bot is Plan E; to invite it: https://discord.com/oauth2/authorize")
        assert "client_id=800000000000000001&scope=bot+applications.commands" in found(findings, "Discord").says
        assert found(findings, "Telegram") == Finding("Telegram", fine=True, says="off: no token is set")
        assert not found(await checkup.check_up(wrong, SystemClock()), "Discord").fine
    assert found(await checkup.check_up(right, SystemClock()), "Discord").says.startswith("cannot be reached")
