"""How far the questions of /start are: the state of the dialogue as a value, and as the JSON of its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Final

from bot.domain.notices.people import Frame
from bot.domain.people import Learner
from bot.store import people
from bot.store.database import Tx

START: Final = "start"
WORKING_DAYS: Final = frozenset(range(5))  # what a new slot stands on until told otherwise


class Step(StrEnum):
    """The questions, in the order they are asked."""

    ZONE = "zone"
    SLOT = "slot"
    DAYS = "days"
    PLAN = "plan"
    CONSENT = "consent"


_NUMBERED: Final = (Step.ZONE, Step.SLOT, Step.PLAN, Step.CONSENT)  # slot and days count as one question


@dataclass(frozen=True, slots=True)
class Setup:
    """How far the questions are: `steps` are those asked this time, `step` the present one.

    `alone`: a single question from /slot, /timezone or the home. `wall` and `days` are chosen but not set yet.
    """

    steps: tuple[Step, ...]
    step: Step
    alone: bool = False
    group: int | None = None
    wall: time | None = None
    days: frozenset[int] = WORKING_DAYS

    def reachable(self, learner: Learner) -> tuple[Step, ...]:
        """The steps that make sense by now: no slot without a zone, no days without a time."""
        missing = {Step.SLOT, Step.DAYS} if learner.zone is None else set()
        missing |= {Step.DAYS} if self.wall is None else set()
        return tuple(step for step in self.steps if step not in missing or step is self.step)

    def frame(self, learner: Learner) -> Frame:
        """Where the present question stands."""
        numbered = [step for step in self.steps if step in _NUMBERED]
        shown = Step.SLOT if self.step is Step.DAYS else self.step
        first = self.reachable(learner)[0] is self.step
        return Frame(number=numbered.index(shown) + 1, total=len(numbered), alone=self.alone, back=not first)


async def present(tx: Tx, learner: Learner) -> Setup | None:
    """Where the questions stand, None outside of them."""
    state = await people.dialogue(tx, learner.id)
    return unpack(state.step, state.data) if state is not None and state.name == START else None


def pack(setup: Setup) -> dict[str, Any]:
    """The state for a dialogue's row."""
    return {
        "steps": list(setup.steps),
        "alone": setup.alone,
        "group": setup.group,
        "wall": setup.wall.isoformat() if setup.wall else None,
        "days": sorted(setup.days),
    }


def unpack(step: str, data: Mapping[str, Any]) -> Setup:
    """The state from a dialogue's row."""
    return Setup(
        steps=tuple(Step(one) for one in data["steps"]),
        step=Step(step),
        alone=data["alone"],
        group=data["group"],
        wall=time.fromisoformat(data["wall"]) if data["wall"] else None,
        days=frozenset(data["days"]),
    )
