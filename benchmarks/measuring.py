"""What is measured, and how: durations, memory, the longest stop of an event loop, and processes to measure in."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MIB = 1024  # KiB, in which Linux tells memory


def in_child(module: str, *arguments: str) -> Any:
    """Run `python -m module arguments…` and return the JSON on the last line it prints."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


def memory(pid: int | str = "self") -> tuple[float, float]:
    """What a process holds now, and held at most, in MiB (proc(5), status: VmRSS, VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kept = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return int(kept["VmRSS"].split()[0]) / MIB, int(kept["VmHWM"].split()[0]) / MIB


@dataclass(slots=True)
class Stop:
    """The longest time in which the event loop did nothing else, in seconds."""

    longest: float = 0.0


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
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        stop.longest = max(stop.longest, time.perf_counter() - begun - 0.001)
