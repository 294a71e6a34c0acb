"""Reading a stranger's plan file in a child process of limited time and memory, without our environment or directory."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from bot.services import plan_files, plan_wire
from bot.services.plan_draft import Draft, PlanFileRefused, Refusal

SECONDS: Final = 5.0  # of waiting; an honest file of 256 KiB takes well under one
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-P", "-s", "-m", "bot.services.plan_reader")
_ENVIRONMENT: Final = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}  # nothing of ours: it holds the tokens


async def parse_safely(data: bytes, *, name: str, seconds: float = SECONDS) -> Draft:
    """Read the plan file `data` named `name` in a child process; raises PlanFileRefused for what yields no draft.

    Format and size are looked at before a process is started; it is killed after `seconds`, or when we are cancelled.
    """
    plan_files.format_of(name)
    plan_files.check_size(data)
    try:
        async with asyncio.timeout(seconds):
            packed = await _run(data, name=name)
    except TimeoutError:
        raise PlanFileRefused(Refusal.TOO_SLOW) from None
    if not packed:  # it died: of memory, most likely
        raise PlanFileRefused(Refusal.TOO_COMPLEX)
    return plan_wire.unpack(packed)


async def _run(data: bytes, *, name: str) -> bytes:
    """Return what the child answered, or nothing if it died. However we leave, it is dead and waited for."""
    child = await asyncio.create_subprocess_exec(
        *_COMMAND,
        name.replace("\0", ""),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
    )
    try:
        answer, _ = await child.communicate(data)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return answer if child.returncode == 0 else b""
