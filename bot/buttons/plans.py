"""Buttons about plans: turning pages, choosing a template, applying a file, finishing a module."""

from bot.buttons.table import Press, number
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plans import FileHint, ImportDiscarded
from bot.services import choosing, done, imports, onboarding, plan_asking, plan_views, plans
from bot.turn import Turn


# --- showing --------------------------------------------------------------------------------------------------------------
async def show(turn: Turn, page: str) -> None:
    """Show a page of the overview."""
    await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
    plan = await plans.active_plan(turn.tx, turn.learner.id)
    await turn.show(plan_views.plan_shown(plan, page=_page(page)))


async def track(turn: Turn, track_id: str, page: str) -> None:
    """Show a page of a track."""
    await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
    plan = await plans.active_plan(turn.tx, turn.learner.id)
    shown = plan_views.track_shown(plan, number(track_id), page=_page(page))
    await (turn.show(shown) if shown else turn.toast(StaleButton(why="over")))


def _page(text: str) -> int | None:
    """A page carried by a button; None, where the present one is meant, for "-1"."""
    return None if text == "-1" else number(text)


# --- choosing -------------------------------------------------------------------------------------------------------------
async def templates(turn: Turn) -> None:
    """Show the shipped plans."""
    await turn.show(plan_views.templates())


async def look(turn: Turn, key: str) -> None:
    """Show one of them before it is used."""
    await turn.show(await choosing.look(turn.tx, turn.learner, key))


async def use(turn: Turn, key: str) -> None:
    """Use it."""
    await turn.show(await choosing.use(turn.tx, turn.learner, key, at=turn.at))


async def file(turn: Turn) -> None:
    """Say how to send one's own."""
    await turn.show(FileHint(starting=await choosing.starting(turn.tx, turn.learner)))


async def append(turn: Turn, key: str) -> None:
    """Add a shipped plan to the present one."""
    await turn.show(await choosing.append(turn.tx, turn.learner, key, at=turn.at))


async def apply(turn: Turn, token: str) -> None:
    """Use the plan of a file, once, as a new one."""
    await _apply(turn, token, "new")


async def replace(turn: Turn, token: str) -> None:
    """Put the plan of a file in the place of the present one."""
    await _apply(turn, token, "replace")


async def add(turn: Turn, token: str) -> None:
    """Add the plan of a file to the present one."""
    await _apply(turn, token, "append")


async def _apply(turn: Turn, token: str, how: str) -> None:
    """Take the file's plan; in /start the next question follows."""
    used = await imports.apply(turn.tx, turn.learner, token, how, at=turn.at)
    if used is None:
        await turn.toast(StaleButton(why="over"))
        return
    await turn.show(used)
    following = await onboarding.plan_chosen(turn.tx, turn.learner, at=turn.at)
    if following is not None:
        await turn.say(following, shows=onboarding.message_key(turn.learner))


async def discard(turn: Turn, token: str) -> None:
    """Forget a file."""
    gone = await imports.discard(turn.tx, turn.learner, token, at=turn.at)
    await (turn.show(ImportDiscarded()) if gone else turn.toast(StaleButton(why="over")))


# --- finishing ------------------------------------------------------------------------------------------------------------
async def finish(turn: Turn, module_id: str) -> None:
    """A module is done."""
    await turn.show(await done.finish(turn.tx, turn.learner, number(module_id), at=turn.at))


async def undo(turn: Turn, module_id: str) -> None:
    """It is not, after all."""
    undone = await done.undo(turn.tx, turn.learner, number(module_id), at=turn.at)
    await (turn.show(undone) if undone else turn.toast(StaleButton(why="over")))


async def kept(turn: Turn, commitment_id: str) -> None:
    """A promise is kept."""
    await turn.show(await done.finish_promise(turn.tx, turn.learner, number(commitment_id), at=turn.at))


BUTTONS: tuple[Press, ...] = (
    Press("plan.show", show, arguments=1),
    Press("plan.track", track, arguments=2),
    Press("plan.templates", templates),
    Press("plan.look", look, arguments=1),
    Press("plan.use", use, arguments=1),
    Press("plan.file", file),
    Press("plan.done", finish, arguments=1),
    Press("plan.undo", undo, arguments=1),
    Press("plan.kept", kept, arguments=1),
    Press("plan.append", append, arguments=1),
    Press("import.apply", apply, arguments=1),
    Press("import.replace", replace, arguments=1),
    Press("import.append", add, arguments=1),
    Press("import.discard", discard, arguments=1),
)
