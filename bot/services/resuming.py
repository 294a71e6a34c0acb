"""A short question in the midst of a longer one: the dialogue that was interrupted goes on afterwards."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from bot.domain.people import Learner
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

SHORT: Final = {"import", "plan-which", "plan-edit"}  # of several one after the other only the latest counts


async def begin(tx: Tx, learner: Learner, state: Dialogue, *, at: datetime) -> None:
    """Begin a short dialogue and remember the longer one it interrupts. A file that waits to be applied is not forgotten."""
    before = await people.dialogue(tx, learner.id)
    resume: dict[str, Any] | None = asdict(before) if before else None
    if before is not None and before.name in SHORT and (before.name == state.name or before.name != "import"):
        resume = before.data["resume"]
    await people.set_dialogue(tx, learner.id, Dialogue(state.name, state.step, state.data | {"resume": resume}), at=at)


async def end(tx: Tx, learner: Learner, name: str, *, at: datetime) -> bool:
    """Leave the short dialogue called `name` for the one it interrupted; False where the learner is in another, or none."""
    state = await people.dialogue(tx, learner.id)
    if state is None or state.name != name:
        return False
    resume = state.data["resume"]
    if resume:
        await people.set_dialogue(tx, learner.id, Dialogue(**resume), at=at)
    else:
        await people.end_dialogue(tx, learner.id)
    return True
