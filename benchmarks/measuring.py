"""What is measured, and how: durations, memory, the longest stop of an event loop, and processes to measure in."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

MIB = 1024  # KiB, in which Linux tells memory


def in_child(module: str, *arguments: str) -> Any:
    """Run `python -m module arguments…` and return the JSON on the last line it prints."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def running(command: list[str], *, said: bool = False) -> Iterator[subprocess.Popen[str]]:
    """Run a process for as long as the block; with `said` what it prints can be read."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=subprocess.PIPE if said else quiet, stderr=quiet, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def fake_telegram(*options: str, latency: float = 0.0) -> Iterator[str]:
    """A Bot API server in a process of its own, `latency` seconds before each answer; its address."""
    with fake_telegram_process(*options, latency=latency) as (url, _):
        yield url


@contextmanager
def fake_telegram_process(*options: str, latency: float = 0.0) -> Iterator[tuple[str, int]]:
    """The same; its address and its process' id."""
    command = [sys.executable, "-m", "tests.fakes.telegram", f"--latency={latency}", *options]
    with running(command, said=True) as fake:
        assert fake.stdout is not None
        yield fake.stdout.readline().strip(), fake.pid


def steer(url: str, order: dict[str, Any]) -> Any:
    """Have people at the server do something (tests/fakes/telegram/control.py)."""
    answer = httpx.post(f"{url}/control", json=order, timeout=60)
    assert answer.is_success, answer.text
    return answer.json()


def stats(url: str) -> dict[str, Any]:
    """What the server has counted."""
    found: dict[str, Any] = httpx.get(f"{url}/control/stats", timeout=60).json()
    return found


def memory(pid: int | str = "self") -> tuple[float, float]:
    """What a process holds now, and held at most, in MiB (proc(5), status: VmRSS, VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kept = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return int(kept["VmRSS"].split()[0]) / MIB, int(kept["VmHWM"].split()[0]) / MIB


@dataclass(slots=True)
class Stop:
    """The longest time in which the event loop did nothing else, in seconds, and the most processor time that it took at once.

    On a machine that others use as well the first also holds what they took.
    """

    longest: float = 0.0
    busy: float = 0.0


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Stop]:
    """See how long at most the event loop leaves a task waiting that wants to run every millisecond."""
    stop = Stop()
    watch = asyncio.get_running_loop().create_task(_watch(stop))
    try:
        yield stop
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(stop: Stop) -> None:
    while True:
        begun, taken = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.001)
        stop.longest = max(stop.longest, time.perf_counter() - begun - 0.001)
        stop.busy = max(stop.busy, time.thread_time() - taken)
