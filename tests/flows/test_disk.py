"""A disk that takes no more, under the real process: nothing is confirmed, nothing is lost, and it goes on when there is room."""

import asyncio
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.flows.processes import environment
from tests.flows.town import Town, eventually, town

CALM = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') UNION SELECT 1 FROM inbox WHERE state = 'new'"


async def test_a_disk_that_runs_full_costs_nothing_that_was_said(tmp_path: Path) -> None:
    """The limit on the size of a process's files stands for the disk: SQLite meets a failed write, as there."""
    async with living(tmp_path) as (t, health):
        resource.prlimit(t.bot.pid, resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
        await _says_while_nothing_can_be_written(t, health)
        resource.prlimit(t.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await _goes_on(t, health)


async def test_a_full_file_system_costs_nothing_that_was_said(tmp_path: Path) -> None:
    with a_file_system(tmp_path / "small") as place:
        async with living(place) as (t, health):
            _fill(place / "filler")
            await _says_while_nothing_can_be_written(t, health)
            (place / "filler").unlink()
            await _goes_on(t, health)


async def test_a_read_only_file_is_told_in_one_line_and_costs_nothing_that_was_said(tmp_path: Path) -> None:
    with a_file_system(tmp_path / "small") as place:
        async with living(place) as (t, health):
            await t.bot.kill(signal.SIGTERM)
            for person in t.people:
                t.checkin(person, f"said by {person.name} meanwhile")
            ended = await asyncio.to_thread(_run_on_read_only, place)
            assert (ended.returncode, ended.stdout) == (2, "")
            assert ended.stderr.startswith(f"the database cannot be used: {place}/plan-e.db: ")
            assert ended.stderr.count("\n") == 1
            await t.bot.start()
            await _goes_on(t, health)


def _run_on_read_only(place: Path) -> subprocess.CompletedProcess[str]:
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    command = (sys.executable, "-m", "bot", "run", "--config", "config.toml")
    ended = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    subprocess.run(["mount", "-o", "remount,rw", place], check=True)
    return ended


@contextmanager
def a_file_system(place: Path) -> Iterator[Path]:
    """A file system of 16 MB of our own, in memory."""
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting a file system takes root's rights")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@asynccontextmanager
async def living(folder: Path) -> AsyncIterator[tuple[Town, Callable[[], int]]]:
    """A town whose bot runs, and a way to ask for the status of its /healthz."""
    async with town(folder, "Ann", "Bob", seed=3) as t:
        with socket.create_server(("127.0.0.1", 0)) as place:
            port = place.getsockname()[1]
        config = folder / "config.toml"
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))

        def health() -> int:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code
            except httpx.ConnectError:
                return 0

        await t.until_hearing()
        await eventually(lambda: health() == 200 and not t.bot.rows(CALM))
        yield t, health


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


async def _says_while_nothing_can_be_written(t: Town, health: Callable[[], int]) -> None:
    """Check-ins that the bot hears and cannot store; Telegram keeps them, and the operator is told."""
    before = {person.name: len(t.tg.dm(person)) for person in t.people}
    for person in t.people:
        t.checkin(person, f"said by {person.name} meanwhile")
    await eventually(lambda: health() == 503)
    polls = t.tg.counts["getupdates"]
    await asyncio.sleep(1)
    assert t.tg.pending == len(t.people)
    assert t.tg.counts["getupdates"] - polls < 10, "it asks again and again"
    assert before == {person.name: len(t.tg.dm(person)) for person in t.people}


async def _goes_on(t: Town, health: Callable[[], int]) -> None:
    """There is room again: what was said is stored, answered, and nobody had to start anything."""
    await eventually(lambda: t.tg.pending == 0 and health() == 200)
    await t.until_said()
    query = "SELECT account, note FROM checkins JOIN identities USING (learner_id)"
    assert sorted(t.bot.rows(query)) == sorted((str(told.author.id), told.words) for told in t.checkins.values())
    for told in t.checkins.values():
        assert len([seen for seen in t.tg.dm(told.author) if told.words in seen.text]) == 1
