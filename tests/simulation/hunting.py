"""The hunt for mutations: seed after seed until an invariant breaks; the table of that stands in docs/reliability.md."""

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulation.model import judge
from tests.simulation.patching import Mutation
from tests.simulation.world import Plan, simulate

PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
MOST: Final = 200  # seeds
_LAPTOPS: Final = 45  # of them, the last: few promises fall due where it matters, while the machine sleeps
_ROW: Final = re.compile(r"^\| (?P<name>[^|]+) \| [^|]+ \| (?P<seeds>\d+) \| (?P<invariants>[^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Caught:
    """By which seed a mutation was caught, and which invariants broke; 0 where none did."""

    mutation: Mutation
    seed: int
    invariants: tuple[str, ...]

    @property
    def line(self) -> str:
        by = ", ".join(self.invariants) or "not caught"
        return f"| {self.mutation.name} | {self.mutation.breaks} | {self.seed or '-'} | {by} |"


def plan_of(seed: int) -> Plan:
    """The world in which mutations are hunted: short, busy, and full of trouble; fair weather shows what is left undone.

    In the last of them the machine is a laptop that is closed every day: what was said meanwhile is heard after it wakes.
    """
    if seed > MOST - _LAPTOPS:
        return Plan(seed, weeks=2, people=6, faults=14, kinds=("suspended",), bustle=3)
    return Plan(seed, weeks=2, people=6, faults=8 if seed <= MOST // 2 else 0.5, bustle=3)


def breaks(mutation: Mutation, seed: int) -> tuple[str, ...]:
    """The invariants that a mutation breaks in the world of a seed."""
    with mutation.made():
        return tuple(sorted({one.invariant for one in judge(simulate(plan_of(seed)))}))


def hunt(mutation: Mutation, *, most: int = MOST) -> Caught:
    """Try seed after seed; one of which the healthy bot is accused as well says nothing."""
    for seed in range(1, most + 1):
        if (found := breaks(mutation, seed)) and not judge(simulate(plan_of(seed))):
            return Caught(mutation, seed, found)
    return Caught(mutation, 0, ())


def known() -> dict[str, int]:
    """By mutation, the seed that the page says it was caught by."""
    return {row["name"]: int(row["seeds"]) for row in _ROW.finditer(PAGE.read_text(encoding="utf-8"))}


def write_page(rows: Sequence[str]) -> None:
    """Put the table of this hunt between the page's marks."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- mutations -->\n", "<!-- end -->"
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    table = ["| mutation | what it breaks | seeds until caught | caught by |", "|---|---|---|---|", *rows]
    PAGE.write_text(f"{head}{begin}{chr(10).join(table)}\n{end}{tail}", encoding="utf-8")


def main(mutations: Sequence[Mutation]) -> int:
    """Hunt all, or those named, and write the page; 1 where one got away."""
    wanted = argparse.ArgumentParser(prog="python -m tests.simulation.mutations")
    wanted.add_argument("names", nargs="*", help="only those whose name has one of these words in it; then no page is written")
    wanted.add_argument("--most", type=int, default=MOST, help="seeds to try for each")
    told = wanted.parse_args()
    names = told.names
    rows = list(_hunt_all([one for one in mutations if not names or any(name in one.name for name in names)], most=told.most))
    if not names:
        write_page([one.line for one in rows])
    return 0 if all(one.seed for one in rows) else 1


def _hunt_all(mutations: Sequence[Mutation], *, most: int) -> Iterator[Caught]:
    for one in mutations:
        begun = time.perf_counter()
        caught = hunt(one, most=most)
        sys.stdout.write(f"{caught.line}  {time.perf_counter() - begun:.0f} s\n")
        sys.stdout.flush()
        yield caught
