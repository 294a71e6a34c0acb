"""A plan file: shown as understood first, kept in the dialogue's row, applied once when told to, in one of three ways."""

from datetime import datetime
from typing import Any, Final

from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.plan_edits import DropRefused
from bot.domain.notices.plans import ImportEmpty, ImportPreview, ImportRefused, ImportUpdate, News, ProblemLine
from bot.domain.people import Learner
from bot.domain.plan_cuts import gone_from
from bot.domain.plan_edits import merge, overfull
from bot.domain.plans import Plan, count_plan
from bot.services import plan_asking, plan_cuts, plan_shelf, plan_updates, plan_views, plan_wire, plans, resuming
from bot.services.plan_draft import Draft, PlanFileRefused
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

IMPORT: Final = "import"
LISTED: Final = 10  # problems told one by one; more than a person mends before sending the file again
_TRACKS_LISTED: Final = 12
_GONE_LISTED: Final = 5


async def propose(tx: Tx, learner: Learner, draft: Draft, *, token: str, at: datetime) -> ImportPreview | ImportEmpty:
    """Keep a draft until it is applied or discarded, and return what was understood; nothing is changed yet.

    `token` names this file, so that the buttons of an earlier one do not apply it. A draft without a module is not kept.
    """
    problems = tuple(ProblemLine(one.line, one.text, one.reason_code) for one in draft.problems[:LISTED])
    more = len(draft.problems) - len(problems) + draft.unlisted
    count = count_plan(draft.plan)
    if not count.total:
        return ImportEmpty(problems, more)
    kept = {"token": token, "draft": plan_wire.pack_draft(draft).decode()}
    await resuming.begin(tx, learner, Dialogue(IMPORT, "confirm", kept), at=at)
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
        update=await _update(tx, learner, before, draft.plan) if before else None,
    )


async def _update(tx: Tx, learner: Learner, before: Plan, plan: Plan) -> ImportUpdate:
    """What would go if the file replaced the plan in use, and what would come if it were added to it."""
    after, together = plan_updates.replaced(before, plan), merge(before, plan)
    gone = gone_from(before, after)
    blocked: tuple[tuple[int, str], ...] = ()
    loss = None
    try:
        loss = await plan_cuts.loss(tx, learner, before, after)
    except Refused as refused:
        if isinstance(refused.notice, DropRefused):
            blocked = refused.notice.promises
    return ImportUpdate(
        stays=count_plan(before).total - len(gone),
        gone=tuple(module.title for module in gone[:_GONE_LISTED]),
        gone_count=len(gone),
        gone_done=sum(module.done for module in gone),
        reviews=loss.reviews if loss else 0,
        promises=tuple((one.text, one.taken) for one in loss.promises) if loss else (),
        blocked=tuple(text for _, text in blocked),
        comes=count_plan(together).total - count_plan(before).total,
        too_much=overfull(together) is not None,
    )


async def apply(tx: Tx, learner: Learner, token: str, how: str, *, at: datetime) -> Notice | None:
    """Take the file's plan: as a "new" one, or to "replace" or be "append"ed to the one in use.

    None where that file waits no more (applied, discarded, another one came).
    """
    draft = await _take(tx, learner, token, at=at)
    if draft is None:
        return None
    before = await plans.active_plan(tx, learner.id)
    match how:
        case "replace":
            return plan_views.plan_used(await plan_updates.replace_plan(tx, learner, draft.plan, at=at), aside=None)
        case "append":
            after = await plan_updates.append_plan(tx, learner, draft.plan, at=at)
            came = count_plan(after).total - (count_plan(before).total if before else 0)
            return plan_views.plan_shown(after, news=News("merged", draft.plan.title, came))
        case _:
            await plan_shelf.refuse_too_many(tx, learner)
            return plan_views.plan_used(await plans.use_plan(tx, learner, draft.plan, at=at), aside=before)


async def discard(tx: Tx, learner: Learner, token: str, *, at: datetime) -> bool:
    """Forget the file; False where it waits no more."""
    return await _take(tx, learner, token, at=at) is not None


def refusal(refused: PlanFileRefused) -> ImportRefused:
    """Why a file cannot be read, as facts."""
    details: dict[str, Any] = refused.details
    return ImportRefused(refused.code, **{name: details.get(name) for name in ("line", "limit", "suffix", "format")})


async def _take(tx: Tx, learner: Learner, token: str, *, at: datetime) -> Draft | None:
    """Take the draft out of the dialogue's row, which goes back to the dialogue before."""
    await plan_asking.leave(tx, learner, at=at)
    state = await people.dialogue(tx, learner.id)
    if state is None or state.name != IMPORT or state.data["token"] != token:
        return None
    await resuming.end(tx, learner, IMPORT, at=at)
    return plan_wire.unpack(state.data["draft"].encode())
