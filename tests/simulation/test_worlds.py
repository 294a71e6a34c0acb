"""Worlds from seeds: people, platforms and a machine that fail, and nothing that the bot promises is broken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.model import judge, report
from tests.simulation.world import Plan, simulate

QUIET = [Plan(seed, weeks=52, people=30, faults=0.7) for seed in range(1000, 1010)]  # 299 learner-years
HARSH = [Plan(seed, weeks=3, people=6, faults=12) for seed in range(2000, 2012)]
LONG = 669  # worlds of 30 learner-years


def holds(plan: Plan) -> None:
    world = simulate(plan)
    found = judge(world)
    assert not found, report(world, found)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("plan", QUIET, ids=lambda plan: f"seed {plan.seed}")
def test_a_year(plan: Plan) -> None:
    """Many people, for long, and what goes wrong in a usual year."""
    holds(plan)


@pytest.mark.parametrize("plan", HARSH, ids=lambda plan: f"seed {plan.seed}")
def test_bad_weeks(plan: Plan) -> None:
    """Few people, and something breaks nearly twice a day."""
    holds(plan)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(10_000, 10_000 + LONG))
def test_twenty_thousand_learner_years(seed: int) -> None:
    holds(Plan(seed, weeks=52, people=30, faults=0.7 if seed % 4 else 4.0))


def test_the_same_seed_is_the_same_world() -> None:
    """To the letter, in another process too, where strings hash otherwise."""
    plan = HARSH[0]
    first, again = simulate(plan).journal, simulate(plan).journal
    assert [line for _, line in first.lines()] == [line for _, line in again.lines()]
    command = [sys.executable, "-m", "tests.simulation", str(plan.seed), "--weeks", str(plan.weeks), "--people", str(plan.people)]
    told = subprocess.run(
        [*command, "--faults", str(plan.faults)],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7"},
    ).stdout
    assert f"trace {first.digest()}" in told


def test_another_seed_is_another_world() -> None:
    plans = [Plan(seed, weeks=1, people=2, faults=0) for seed in (1, 2)]
    assert len({simulate(plan).journal.digest() for plan in plans}) == 2
