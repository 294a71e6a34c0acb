"""The process that draws: started late, ended when idle, limited in time; whatever befalls it, the loop goes on."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.charts.drawing import draw
from bot.charts.grounds import Form, Ground
from bot.charts.painter import Painter
from bot.domain.charts import Chart, HeatChart
from tests.charts.samples import HEAT, SAMPLES

GROUP = SAMPLES["group"]
BROKEN: Chart = HeatChart("", "", (), HEAT)  # a heat map has a last day
ROOT = Path(__file__).parents[2]
HEAD = "import sys, time; from bot.charts.wire import framed, HEAD; out = sys.stdout.buffer\n"


def stub(code: str) -> tuple[str, ...]:
    """A worker of the test's own."""
    return (sys.executable, "-c", HEAD + code)


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    made = Painter()
    yield made
    await made.close()


def alive(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()


async def until(condition: Callable[[], object], *, within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - the process table has no event to wait for
            await asyncio.sleep(0.01)


async def test_it_draws_what_is_drawn_in_process(painter: Painter) -> None:
    assert painter.pid is None
    assert await painter.draw(GROUP) == draw(GROUP)
    worker = painter.pid
    svg = await painter.draw(GROUP, form=Form.SVG, ground=Ground.LIGHT)
    assert svg == draw(GROUP, form=Form.SVG, ground=Ground.LIGHT)
    assert painter.pid == worker


async def test_many_at_once_are_drawn_one_after_the_other(painter: Painter) -> None:
    drawn = await asyncio.gather(*(painter.draw(chart) for chart in (GROUP, SAMPLES["progress"], GROUP)))
    assert drawn == [draw(GROUP), draw(SAMPLES["progress"]), draw(GROUP)]


async def test_the_loop_goes_on_meanwhile(painter: Painter) -> None:
    drawing = asyncio.ensure_future(painter.draw(SAMPLES["group-of-forty"]))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20


async def test_what_cannot_be_drawn_costs_only_itself(painter: Painter) -> None:
    assert await painter.draw(GROUP) is not None
    worker = painter.pid
    with capture_logs() as logs:
        assert await painter.draw(BROKEN) is None
    assert [one["event"] for one in logs] == ["a picture was not drawn"]
    assert await painter.draw(GROUP) is not None
    assert painter.pid == worker


async def test_a_worker_that_was_killed_is_replaced(painter: Painter) -> None:
    await painter.draw(GROUP)
    worker = painter.pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    await until(lambda: not alive(worker))
    with capture_logs() as logs:
        assert await painter.draw(GROUP) is None
    assert [one["event"] for one in logs] == ["the process that draws is gone"]
    assert await painter.draw(GROUP) is not None


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(3)",
        "out.write(framed(b'ready')); out.flush(); sys.exit(3)",
        "out.write(b'nonsense'); out.flush(); sys.exit(0)",
    ],
)
async def test_a_worker_that_dies_costs_a_picture(code: str) -> None:
    painter = Painter(command=stub(code))
    with capture_logs():
        assert await painter.draw(GROUP) is None
    await painter.close()


async def test_no_worker_at_all_costs_a_picture() -> None:
    painter = Painter(command=("/nowhere/python",))
    with capture_logs():
        assert await painter.draw(GROUP) is None
    await painter.close()


async def is_ended_in_time(begins: str, seconds: float) -> bool:
    """Have a worker that hangs draw, and see it ended; False where the time was over before it had started."""
    painter = Painter(seconds=seconds, command=stub(f"{begins}time.sleep(600)"))
    with capture_logs() as logs:
        drawing = asyncio.ensure_future(painter.draw(GROUP))
        await until(lambda: painter.pid or drawing.done())
        worker = painter.pid
        assert await drawing is None
    assert [one["event"] for one in logs] == ["a picture took too long"]
    await until(lambda: not alive(worker))
    await painter.close()
    return worker is not None


@pytest.mark.parametrize("begins", ["", "out.write(framed(b'ready')); out.flush(); "])
async def test_a_worker_that_hangs_is_ended_in_time(begins: str) -> None:
    # A process may take a busy machine longer than the shortest of these times to start.
    assert await is_ended_in_time(begins, 0.4) or await is_ended_in_time(begins, 2) or await is_ended_in_time(begins, 8)


async def test_whoever_waits_behind_one_that_hangs_waits_no_longer_than_it_does() -> None:
    painter = Painter(seconds=0.4, command=stub("time.sleep(600)"))
    begun = asyncio.get_running_loop().time()
    with capture_logs():
        assert await asyncio.gather(*(painter.draw(GROUP) for _ in range(5))) == [None] * 5
    assert asyncio.get_running_loop().time() - begun < 3
    await painter.close()


async def test_an_idle_worker_gives_its_memory_back() -> None:
    painter = Painter(idle_seconds=0.1)
    assert await painter.draw(GROUP) is not None
    worker = painter.pid
    await until(lambda: not alive(worker))
    assert painter.pid is None
    assert await painter.draw(GROUP) is not None
    await painter.close()


async def test_closing_ends_what_is_being_drawn() -> None:
    painter = Painter(command=stub("out.write(framed(b'ready')); out.flush(); time.sleep(600)"))
    drawing = asyncio.ensure_future(painter.draw(GROUP))
    await until(lambda: painter.pid)
    worker = painter.pid
    with capture_logs():
        await painter.close()
        assert await drawing is None
    assert not alive(worker)
    assert await painter.draw(GROUP) is None


async def test_a_cancelled_drawing_leaves_no_process() -> None:
    painter = Painter(command=stub("out.write(framed(b'ready')); out.flush(); time.sleep(600)"))
    drawing = asyncio.ensure_future(painter.draw(GROUP))
    await until(lambda: painter.pid)
    worker = painter.pid
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    await until(lambda: not alive(worker))
    await painter.close()


async def test_the_worker_knows_none_of_our_secrets(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_E_TELEGRAM__TOKEN", "1:secret")
    await painter.draw(GROUP)
    assert b"secret" not in Path(f"/proc/{painter.pid}/environ").read_bytes()


async def test_it_draws_where_no_home_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    painter = Painter()
    assert await painter.draw(GROUP) == draw(GROUP)
    await painter.close()


def test_the_bot_starts_without_matplotlib() -> None:
    code = "import sys, bot.app; sys.exit(any(name.partition('.')[0] in {'matplotlib', 'numpy'} for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
