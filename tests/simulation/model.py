"""The judge: an independent reckoning of what should have been said and kept, from what people did and platforms delivered."""

from collections.abc import Callable, Iterator
from typing import Final

from tests.simulation import rules_cards, rules_promises, rules_sending
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.world import World

Rule = Callable[[Ledger], Iterator[Violation]]

RULES: Final[tuple[Rule, ...]] = (*rules_sending.RULES, *rules_cards.RULES, *rules_promises.RULES)


def judge(world: World) -> list[Violation]:
    """Every invariant that did not hold, in order of time."""
    ledger = Ledger(world)
    found = [*world.witness.seen, *(one for rule in RULES for one in rule(ledger))]
    return sorted(found, key=lambda one: (one.at, one.invariant, one.what))


def report(world: World, found: list[Violation]) -> str:
    """The first violation, the command that replays it, and what went on around it."""
    first, plan = found[0], world.plan
    kinds = f" --kinds {' '.join(plan.kinds)}" if plan.kinds else ""
    command = f"python -m tests.simulation {plan.seed} --weeks {plan.weeks} --people {plan.people} --faults {plan.faults:g}"
    command += f" --bustle {plan.bustle:g}{kinds}"
    lines = [
        f"{len(found)} violations in seed {plan.seed}; the first: {first.invariant}: {first.what}",
        f"replay: {command}",
        "",
        *world.journal.around(first.at, words=first.about),
    ]
    return "\n".join(lines)
