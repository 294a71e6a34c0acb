"""A plan file: shown as understood first, kept in the dialogue's row, applied once when told to."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from bot.domain.notices.plans import ImportEmpty, ImportPreview, ImportRefused, PlanUsed, ProblemLine
from bot.domain.people import Learner
from bot.domain.plans import count_plan
from bot.services import plan_views, plan_wire, plans
from bot.services.plan_draft import Draft, PlanFileRefused
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

IMPORT: Final = "import"
LISTED: Final = 10  # problems told one by one; more than a person mends before sending the file again
_TRACKS_LISTED: Final = 12


async def propose(tx: Tx, learner: Learner, draft: Draft, *, token: str, at: datetime) -> ImportPreview | ImportEmpty:
    """Keep a draft until it is applied or discarded, and return what was understood; nothing is changed yet.

    `token` names this file, so that the buttons of an earlier one do not apply it. A draft without a module is not kept.
    """
    problems = tuple(ProblemLine(one.line, one.text, one.reason_code) for one in draft.problems[:LISTED])
    more = len(draft.problems) - len(problems) + draft.unlisted
    count = count_plan(draft.plan)
    if not count.total:
        return ImportEmpty(problems, more)
    await people.set_dialogue(tx, learner.id, await _kept(tx, learner, draft, token), at=at)
    before = await plans.active_plan(tx, learner.id)
    return ImportPreview(
        token=token,
        title=draft.plan.title,
        tracks=plan_views.sizes(draft.plan)[:_TRACKS_LISTED],
        track_count=len(draft.plan.tracks),
        modules=count.total,
        done=count.done,
        problems=problems,
        more=more,
        replaces=before.title if before else None,
        known=await plans.known_done(tx, learner, draft.plan),
    )


async def apply(tx: Tx, learner: Learner, token: str, *, at: datetime) -> PlanUsed | None:
    """Make the file's plan the learner's; None where that file waits no more (applied, discarded, another one came)."""
    draft = await _take(tx, learner, token, at=at)
    if draft is None:
        return None
    before = await plans.active_plan(tx, learner.id)
    return plan_views.plan_used(await plans.use_plan(tx, learner, draft.plan, at=at), aside=before)


async def discard(tx: Tx, learner: Learner, token: str, *, at: datetime) -> bool:
    """Forget the file; False where it waits no more."""
    return await _take(tx, learner, token, at=at) is not None


def refusal(refused: PlanFileRefused) -> ImportRefused:
    """Why a file cannot be read, as facts."""
    details: dict[str, Any] = refused.details
    return ImportRefused(refused.code, line=details.get("line"), limit=details.get("limit"), suffix=details.get("suffix"))


async def _kept(tx: Tx, learner: Learner, draft: Draft, token: str) -> Dialogue:
    """The row that keeps the draft, and the dialogue that the file came into: it goes on afterwards."""
    before = await people.dialogue(tx, learner.id)
    resume = asdict(before) if before else None
    if before is not None and before.name == IMPORT:  # a second file: it takes the place of the first
        resume = before.data["resume"]
    return Dialogue(IMPORT, "confirm", {"token": token, "draft": plan_wire.pack_draft(draft).decode(), "resume": resume})


async def _take(tx: Tx, learner: Learner, token: str, *, at: datetime) -> Draft | None:
    """Take the draft out of the dialogue's row, which goes back to the dialogue before."""
    state = await people.dialogue(tx, learner.id)
    if state is None or state.name != IMPORT or state.data["token"] != token:
        return None
    resume = state.data["resume"]
    if resume:
        await people.set_dialogue(tx, learner.id, Dialogue(**resume), at=at)
    else:
        await people.end_dialogue(tx, learner.id)
    return plan_wire.unpack(state.data["draft"].encode())
