"""Each defect that can be put into the bot is caught by a seed; the table in docs/reliability.md says by which."""

import pytest

from tests.simulation import hunting
from tests.simulation.model import judge
from tests.simulation.mutations import MUTATIONS
from tests.simulation.patching import Mutation
from tests.simulation.world import simulate

KNOWN = hunting.known()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name)
def test_a_seed_catches_it(mutation: Mutation) -> None:
    """The seed of the page; `python -m tests.simulation.mutations` looks for another where the bot has changed."""
    assert mutation.name in KNOWN, "not hunted since the page was written: python -m tests.simulation.mutations"
    seed = KNOWN[mutation.name]
    assert hunting.breaks(mutation, seed), f"seed {seed} does not catch {mutation.name!r} any more"


@pytest.mark.parametrize("seeds", [slice(3), pytest.param(slice(3, None), marks=pytest.mark.long)])
def test_the_healthy_bot_is_not_accused(seeds: slice) -> None:
    """What catches a mutation is the mutation, not the seed."""
    for seed in sorted(set(KNOWN.values()))[seeds]:
        assert not judge(simulate(hunting.plan_of(seed)))


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name)
def test_it_is_caught_within_200_seeds(mutation: Mutation) -> None:
    assert hunting.hunt(mutation).seed
