"""Several processes on one PostgreSQL, one of which is killed every second: together they lose and double nothing."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from tests.flows.outside import Outside
from tests.flows.processes import Program
from tests.flows.test_kill import NAMES, check_answers, check_group, check_rows, live_on
from tests.flows.town import Town, eventually, town

WORKERS, HEARERS = 3, 2
A_SECOND = 6  # things said
HEARER_EACH = 4  # every so many kills it is not a worker


@pytest.mark.parametrize(
    ("outside", "kills"),
    [("postgresql", 8), pytest.param("postgresql", 120, marks=[pytest.mark.long, pytest.mark.timeout(600)])],
    indirect=["outside"],
)
async def test_a_process_killed_each_second_costs_nothing_that_was_said(tmp_path: Path, outside: Outside, kills: int) -> None:
    async with town(tmp_path, *NAMES, seed=13, outside=outside) as t:
        workers = [t.bot.beside("work") for _ in range(WORKERS)]
        hearers = [t.bot.beside("receive") for _ in range(HEARERS)]
        everybody = (*workers, *hearers)
        try:
            for one in everybody:
                await one.start()
            for kill in range(kills):
                await _talk_for_a_second(t)
                victim = t.dice.choice(workers if kill % HEARER_EACH else hearers)
                assert await victim.kill() == -signal.SIGKILL, t.bot.log[-5000:]
                await victim.start()
            await eventually(lambda: t.tg.pending == 0 and all(map(_minds_signals, everybody)))
            for one in everybody:
                assert await one.kill(signal.SIGTERM) == 0, one.log[-5000:]
        finally:
            for one in everybody:
                if one.pid:
                    await one.kill()
        await live_on(t)  # what a dead one had in hand waits for its lease
        assert t.updates == kills * A_SECOND
        check_rows(t, tried=kills // 2)
        check_group(t)
        check_answers(t)


async def _talk_for_a_second(t: Town) -> None:
    for _ in range(A_SECOND):
        t.act()
        await asyncio.sleep(t.dice.uniform(0, 2 / A_SECOND))


def _minds_signals(one: Program) -> bool:
    """Whether it has come as far as to catch SIGTERM."""
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{one.pid}/status").read_text())
    return caught is not None and bool(int(caught[1], 16) >> signal.SIGTERM - 1 & 1)
