"""Pictures drawn in another process, so that the loop never waits; whatever goes wrong there costs a picture and no more."""

import asyncio
import os
import pickle
import sys
from pathlib import Path
from typing import Final

import structlog

from bot.charts.grounds import Form, Ground
from bot.charts.wire import HEAD, framed
from bot.domain.charts import Chart

SECONDS: Final = 15.0  # for a picture, with the waiting and the worker's start; a drawing takes a tenth to half a second
IDLE_SECONDS: Final = 600.0  # then the worker ends and gives its memory back
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-P", "-s", "-m", "bot.charts.worker")
_PASSED_ON: Final = ("HOME", "LANG", "MPLCONFIGDIR", "PATH", "TMPDIR", "XDG_CACHE_HOME")  # where fonts are listed and cached
_OURS: Final = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
_log = structlog.get_logger(__name__)


class Painter:
    """Draws one picture at a time. Its worker is started for the first one and ends when there was none for a while."""

    def __init__(
        self, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS, command: tuple[str, ...] = _COMMAND
    ) -> None:
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._command = command
        self._worker: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._rest: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The worker's process, while there is one."""
        return self._worker.pid if self._worker is not None else None

    async def draw(self, chart: Chart, *, form: Form = Form.PNG, ground: Ground = Ground.CHAT) -> bytes | None:
        """The picture; None where it could not be drawn, or not in time."""
        order = pickle.dumps((chart, form, ground))
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                return await self._ask(order) if not self._closed else None
        except TimeoutError:
            _log.warning("a picture took too long", chart=type(chart).__name__)
            return None

    async def close(self) -> None:
        """End the worker; whoever waits for a picture goes without."""
        self._closed = True
        if self._rest is not None:
            self._rest.cancel()
        await self._part()

    async def _ask(self, order: bytes) -> bytes | None:
        """Have the worker draw. However we leave, it is idle or gone."""
        if self._rest is not None:
            self._rest.cancel()
        answer: tuple[bool, bytes] | None = None
        try:
            worker = self._worker or await self._hire()
            if worker.stdin is None or worker.stdout is None or self._closed:
                return None
            worker.stdin.write(framed(order))
            answer = await _answer(worker.stdout)
        except (OSError, asyncio.IncompleteReadError) as error:
            _log.warning("the process that draws is gone", error=repr(error))
        finally:
            if answer is None:
                await self._part()
            else:
                self._rest = asyncio.get_running_loop().call_later(self._idle_seconds, self._dismiss)
        return _picture(answer)

    async def _hire(self) -> asyncio.subprocess.Process:
        """Start a worker, and wait until it has read its fonts."""
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}  # nothing of ours: it holds the tokens
        worker = self._worker = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=kept | _OURS,
            cwd="/",
        )
        if worker.stdout is not None:
            await _answer(worker.stdout)
        return worker

    async def _part(self) -> None:
        """End the worker, and wait until it is gone."""
        worker = self._dismiss()
        if worker is not None:
            await worker.wait()

    def _dismiss(self) -> asyncio.subprocess.Process | None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None and worker.returncode is None:
            worker.kill()
        return worker


async def _answer(stdout: asyncio.StreamReader) -> tuple[bool, bytes]:
    well, length = HEAD.unpack(await stdout.readexactly(HEAD.size))
    return well, await stdout.readexactly(length)


def _picture(answer: tuple[bool, bytes] | None) -> bytes | None:
    if answer is not None and not answer[0]:
        _log.error("a picture was not drawn", error=answer[1].decode(errors="replace"))
        return None
    return answer[1] if answer is not None else None
