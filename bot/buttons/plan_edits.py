"""Buttons that edit plans: screens of a module, of moves and of sources, questions, drops, several plans, export."""

from dataclasses import replace

from bot.buttons.table import Press, number
from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.general import StaleButton
from bot.domain.plan_edits import Part, Target
from bot.domain.plans import SourceKind
from bot.services import (
    exports,
    plan_asking,
    plan_drops,
    plan_editing,
    plan_orders,
    plan_screens,
    plan_shelf,
    plan_sources,
)
from bot.services.plan_changes import in_use
from bot.turn import Turn


def _target(part: str, target_id: str) -> Target:
    if part not in set(Part):
        raise Refused(StaleButton(why="gone"))
    return Target(Part(part), number(target_id))


async def _show(turn: Turn, notice: Notice) -> None:
    """Show a screen; a question asked from another one is asked no more."""
    await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
    await turn.show(notice)


# --- looking ----------------------------------------------------------------------------------------------------------
async def module(turn: Turn, module_id: str) -> None:
    """Show a module."""
    await _show(turn, plan_screens.module_shown(await in_use(turn.tx, turn.learner), number(module_id)))


async def edit(turn: Turn, part: str, target_id: str) -> None:
    """Show what can be done to the plan or a track."""
    plan = await in_use(turn.tx, turn.learner)
    target = Target(Part.PLAN, plan.id or 0) if part == Part.PLAN else _target(part, target_id)
    await _show(turn, plan_screens.edit_shown(plan, target))


# --- words ------------------------------------------------------------------------------------------------------------
async def ask(turn: Turn, what: str, part: str, target_id: str) -> None:
    """Ask for words."""
    await turn.show(await plan_asking.ask(turn.tx, turn.learner, what, _target(part, target_id), at=turn.at))


async def leave(turn: Turn, part: str, target_id: str) -> None:
    """Leave a question."""
    await turn.show(await plan_asking.left(turn.tx, turn.learner, _target(part, target_id), at=turn.at))


async def this(turn: Turn, part: str, target_id: str) -> None:
    """Say which was meant."""
    await turn.show(await plan_orders.choose(turn.tx, turn.learner, part, number(target_id), at=turn.at))


async def minutes(turn: Turn, module_id: str, length: str) -> None:
    """Say how long a module takes, in minutes; 0 takes the estimate away."""
    words = f"{number(length)}m" if number(length) else ""
    await _show(turn, await plan_editing.estimate(turn.tx, turn.learner, number(module_id), words, at=turn.at))


# --- moving -----------------------------------------------------------------------------------------------------------
async def move(turn: Turn, part: str, target_id: str) -> None:
    """Show a track or module among its neighbours."""
    await _show(turn, plan_screens.move_shown(await in_use(turn.tx, turn.learner), _target(part, target_id)))


async def step(turn: Turn, part: str, target_id: str, which: str) -> None:
    """Move it up, down, or to an end."""
    await _show(turn, await plan_editing.step(turn.tx, turn.learner, _target(part, target_id), which, at=turn.at))


async def where(turn: Turn, module_id: str, page: str) -> None:
    """Show the tracks a module can move to."""
    await _show(turn, plan_screens.move_where(await in_use(turn.tx, turn.learner), number(module_id), page=number(page)))


async def goes(turn: Turn, module_id: str, track_id: str, index: str, sure: str) -> None:
    """Move a module into a track, at a position or ("") its end; `sure` that promises lose it by that."""
    at_index = number(index) if index else None
    moved = await plan_editing.move_module_to(
        turn.tx, turn.learner, number(module_id), number(track_id), at=turn.at, index=at_index, sure=sure == "1"
    )
    await _show(turn, moved)


# --- sources ----------------------------------------------------------------------------------------------------------
async def sources(turn: Turn, part: str, owner_id: str, page: str) -> None:
    """Show a page of the sources of a track or module."""
    plan = await in_use(turn.tx, turn.learner)
    await _show(turn, plan_screens.sources_shown(plan, plan_sources.owner(part, number(owner_id)), page=number(page)))


async def source(turn: Turn, source_id: str) -> None:
    """Show a source."""
    await _show(turn, plan_screens.source_shown(await in_use(turn.tx, turn.learner), number(source_id)))


async def kind(turn: Turn, source_id: str, name: str) -> None:
    """Say what a source is for."""
    if name not in set(SourceKind):
        raise Refused(StaleButton(why="gone"))
    await _show(turn, await plan_sources.set_kind(turn.tx, turn.learner, number(source_id), SourceKind(name), at=turn.at))


async def source_up(turn: Turn, source_id: str) -> None:
    """Move a source up."""
    await _show(turn, await plan_sources.move_up(turn.tx, turn.learner, number(source_id), at=turn.at))


# --- dropping ---------------------------------------------------------------------------------------------------------
async def drop(turn: Turn, part: str, target_id: str) -> None:
    """Say what would go with it."""
    await _show(turn, await plan_drops.ask(turn.tx, turn.learner, _target(part, target_id)))


async def dropped(turn: Turn, part: str, target_id: str) -> None:
    """Drop it."""
    await _show(turn, await plan_drops.drop(turn.tx, turn.learner, _target(part, target_id), at=turn.at))


# --- several plans, and files -----------------------------------------------------------------------------------------
async def plans(turn: Turn, page: str) -> None:
    """Show the plans that are kept."""
    await _show(turn, await plan_shelf.listed(turn.tx, turn.learner, page=number(page)))


async def aside(turn: Turn, plan_id: str) -> None:
    """Show a plan that is kept aside."""
    await _show(turn, await plan_shelf.look(turn.tx, turn.learner, number(plan_id)))


async def take(turn: Turn, plan_id: str) -> None:
    """Put a plan to use."""
    await _show(turn, await plan_shelf.use(turn.tx, turn.learner, number(plan_id), at=turn.at))


async def export(turn: Turn) -> None:
    """Ask for the format."""
    await _show(turn, await exports.choose(turn.tx, turn.learner))


async def send(turn: Turn, name: str) -> None:
    """Send the plan as a file."""
    here = replace(turn.learner, platform=turn.platform)
    await turn.show(await exports.send(turn.tx, here, name, source=turn.source, at=turn.at))


BUTTONS: tuple[Press, ...] = (
    Press("plan.module", module, arguments=1),
    Press("plan.edit", edit, arguments=2),
    Press("plan.ask", ask, arguments=3),
    Press("plan.leave", leave, arguments=2),
    Press("plan.this", this, arguments=2),
    Press("plan.minutes", minutes, arguments=2),
    Press("plan.move", move, arguments=2),
    Press("plan.step", step, arguments=3),
    Press("plan.where", where, arguments=2),
    Press("plan.goes", goes, arguments=4),
    Press("plan.sources", sources, arguments=3),
    Press("plan.source", source, arguments=1),
    Press("plan.kind", kind, arguments=2),
    Press("plan.source-up", source_up, arguments=1),
    Press("plan.drop", drop, arguments=2),
    Press("plan.dropped", dropped, arguments=2),
    Press("plan.plans", plans, arguments=1),
    Press("plan.aside", aside, arguments=1),
    Press("plan.take", take, arguments=1),
    Press("plan.export", export),
    Press("plan.send", send, arguments=1),
)
