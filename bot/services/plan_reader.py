"""The child process that reads one plan file: its bytes on stdin, its name as argument, the draft as JSON on stdout.

Started by `plan_child.parse_safely` with `python -m bot.services.plan_reader NAME`. It imports little, so that it starts fast.
"""

import resource
import sys
from typing import Final

from bot.domain.plans import MAX_FILE_BYTES
from bot.services import plan_files, plan_wire
from bot.services.plan_draft import PlanFileRefused, Refusal

MEMORY_BYTES: Final = 256 * 1024 * 1024  # of address space; the largest honest file needs about an eighth of it
CPU_SECONDS: Final = 5  # in case the parent is gone and nobody kills us


def main() -> None:
    """Limit this process, read, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read(MAX_FILE_BYTES + 1), name=sys.argv[1]))


def _answer(data: bytes, *, name: str) -> bytes:
    try:
        return plan_wire.pack_draft(plan_files.parse(data, name=name))
    except PlanFileRefused as refused:
        return plan_wire.pack_refusal(refused)
    except (MemoryError, RecursionError):
        return plan_wire.pack_refusal(PlanFileRefused(Refusal.TOO_COMPLEX))


if __name__ == "__main__":
    main()
