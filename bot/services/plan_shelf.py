"""Several plans kept, one in use: the list, another one put to use, a new empty one, one deleted."""

from datetime import datetime

from rapidfuzz import fuzz

from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import DropAsked, PlanAside, PlanFull, PlanLine, PlanList
from bot.domain.notices.plans import News, NoPlan, PlanShown
from bot.domain.people import Learner
from bot.domain.plan_edits import Part
from bot.domain.plans import MAX_PLANS, Plan, count_track
from bot.services import commitments, plan_cuts, plan_views, plans
from bot.services.plan_changes import fit_title
from bot.store import plan_changes
from bot.store import plans as plan_rows
from bot.store.database import Tx
from bot.store.plan_changes import PlanRow

PLANS_A_PAGE = 4
_TRACKS_LISTED = 10
_ALIKE = 80.0  # of 100: a slip of the finger in a plan's title


async def listed(tx: Tx, learner: Learner, *, page: int = 0, news: News | None = None) -> PlanList:
    """A page of the plans a learner keeps, the one in use first."""
    shown, page, pages = plan_views.page_of(await plan_changes.kept(tx, learner.id), page, PLANS_A_PAGE)
    return PlanList(tuple(map(_line, shown)), page, pages, news)


async def look(tx: Tx, learner: Learner, plan_id: int) -> PlanAside | PlanShown | NoPlan:
    """A plan that is kept; the one in use as /plan shows it. Refused (StaleButton) where it is gone."""
    row, plan = await _own(tx, learner, plan_id)
    if row.active:
        return plan_views.plan_shown(plan)
    counts = [(track.title, count_track(track)) for track in plan.tracks[:_TRACKS_LISTED]]
    tracks = tuple((title, count.done, count.total) for title, count in counts)
    return PlanAside(_line(row), tracks, len(plan.tracks))


async def use(tx: Tx, learner: Learner, plan_id: int, *, at: datetime) -> PlanShown | NoPlan:
    """Put a plan that is kept to use; the one before is kept aside."""
    row, plan = await _own(tx, learner, plan_id)
    if not row.active:
        await plan_changes.activate(tx, learner.id, plan_id)
        await plans.follow(tx, learner, at=at)
    return plan_views.plan_shown(plan, news=News("used", plan.title))


async def make(tx: Tx, learner: Learner, words: str, *, at: datetime) -> PlanShown | NoPlan:
    """Begin a new empty plan, in use from now on. Refused (PlanFull) where too many are kept."""
    title = fit_title(words)
    await refuse_too_many(tx, learner)
    before = await plans.active_plan(tx, learner.id)
    await plan_changes.add_empty(tx, learner.id, title, at=at)
    await plans.follow(tx, learner, at=at)
    return plan_views.plan_shown(await plans.active_plan(tx, learner.id), news=News("made", before.title if before else ""))


async def ask_drop(tx: Tx, learner: Learner, plan_id: int) -> DropAsked:
    """What would go with a plan. Refused (DropRefused) where a promise would cover nothing any more."""
    row, plan = await _own(tx, learner, plan_id)
    loss = await plan_cuts.loss(tx, learner, plan, Plan(plan.title, (), plan.id))
    return DropAsked(Part.PLAN, plan_id, row.title, None, loss, active=row.active)


async def drop(tx: Tx, learner: Learner, plan_id: int, *, at: datetime) -> PlanList:
    """Delete a plan with everything in it; promises lose what they covered of it, in the open."""
    row, plan = await _own(tx, learner, plan_id)
    cuts = await plan_cuts.find(tx, learner, plan.tracks, ())
    plan_cuts.refuse_empty(cuts)
    await plan_changes.drop(tx, plan_id)
    await plan_cuts.make(tx, learner, plan.tracks, (), cuts, at=at)
    await commitments.stand(tx, learner, at=at)
    await plans.follow(tx, learner, at=at)
    return await listed(tx, learner, news=News("erased", row.title))


async def called(tx: Tx, learner: Learner, words: str) -> list[PlanRow]:
    """The plans that `words` may name: one of that title, else those that contain it, else those spelled almost so."""
    wanted = " ".join(words.casefold().split())
    kept = await plan_changes.kept(tx, learner.id)
    exact = [one for one in kept if one.title.casefold() == wanted]
    part = [one for one in kept if wanted and wanted in one.title.casefold()]
    alike = [one for one in kept if fuzz.ratio(wanted, one.title.casefold()) >= _ALIKE]
    return exact or part or alike


async def refuse_too_many(tx: Tx, learner: Learner) -> None:
    """Raise Refused (PlanFull) where no further plan can be kept."""
    if len(await plan_changes.kept(tx, learner.id)) >= MAX_PLANS:
        raise Refused(PlanFull("plans", MAX_PLANS))


async def _own(tx: Tx, learner: Learner, plan_id: int) -> tuple[PlanRow, Plan]:
    row = next((one for one in await plan_changes.kept(tx, learner.id) if one.id == plan_id), None)
    plan = next((one for one in await plan_rows.of_learner(tx, learner.id) if one.id == plan_id), None) if row else None
    if row is None or plan is None:
        raise Refused(StaleButton(why="over"))
    return row, plan


def _line(row: PlanRow) -> PlanLine:
    return PlanLine(row.id, row.title, row.active, row.done, row.total)
