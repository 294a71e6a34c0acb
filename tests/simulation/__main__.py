"""Runs one seed and says what it found: `python -m tests.simulation SEED [--weeks N] [--people N] [--faults N] [--trace]`."""

import argparse
import sys

from tests.simulation.model import judge, report
from tests.simulation.world import Plan, simulate


def main() -> int:
    """Run it; 1 where an invariant did not hold."""
    wanted = argparse.ArgumentParser(prog="python -m tests.simulation")
    wanted.add_argument("seed", type=int)
    wanted.add_argument("--weeks", type=int, default=4)
    wanted.add_argument("--people", type=int, default=6)
    wanted.add_argument("--faults", type=float, default=4.0)
    wanted.add_argument("--bustle", type=float, default=1.0)
    wanted.add_argument("--kinds", nargs="*", default=())
    wanted.add_argument("--trace", action="store_true")
    told = wanted.parse_args()
    plan = Plan(told.seed, weeks=told.weeks, people=told.people, faults=told.faults, bustle=told.bustle, kinds=tuple(told.kinds))
    world = simulate(plan)
    found = judge(world)
    write = sys.stdout.write
    if told.trace:
        write("\n".join(line for _, line in world.journal.lines()) + "\n")
    write(
        f"{len(world.journal.acts)} acts, {len(world.journal.calls)} calls, {len(world.bots)} lives,"
        f" trace {world.journal.digest()}\n"
    )
    if found:
        write("\n".join(f"{one.invariant}: {one.what}" for one in found[:20]) + "\n\n" + report(world, found) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
