"""Commands about plans: seeing, choosing and changing one, and marking what is done."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices import Notice
from bot.domain.notices.plan_edits import EditUsage
from bot.domain.notices.plans import FileHint, NoPlan
from bot.domain.plan_edits import Part, Target
from bot.services import choosing, done, exports, plan_asking, plan_orders, plan_screens, plan_shelf, plan_views, plans
from bot.services.plan_lines import split_verb
from bot.services.plan_names import clearly
from bot.turn import Turn

_SAID = 200  # characters of words looked up: no title is longer
_PLAN = {"plan", "план"}
_LINE = 8_000  # of a line that adds modules, many at once perhaps; no platform lets one type more


async def plan(turn: Turn, words: str) -> None:
    """Show the plan, or what a name in it stands for; see, change, keep, send plans by a verb: add, rename, export …"""
    await plan_asking.leave(turn.tx, turn.learner, at=turn.at)
    notice = await _asked(turn, words.strip()[:_LINE])
    await turn.say(notice)


async def _asked(turn: Turn, words: str) -> Notice:
    present = await plans.active_plan(turn.tx, turn.learner.id)
    verb, rest = split_verb(words)
    if verb and not (present is not None and clearly(present, words)):
        does = _VERBS.get(verb)
        return await (does(turn, rest) if does else plan_orders.obey(turn.tx, turn.learner, verb, rest, at=turn.at))
    if words and present is not None:
        return await plan_orders.obey(turn.tx, turn.learner, "show", words[:_SAID], at=turn.at)
    return plan_views.plan_shown(present)


async def _template(turn: Turn, words: str) -> Notice:
    return await choosing.look(turn.tx, turn.learner, words[:_SAID]) if words else plan_views.templates()


async def _kept(turn: Turn, _words: str) -> Notice:
    return await plan_shelf.listed(turn.tx, turn.learner)


async def _use(turn: Turn, words: str) -> Notice:
    """Put the plan of that name to use; the list where it names none, or several."""
    found = await plan_shelf.called(turn.tx, turn.learner, _named(words)) if words else []
    if len(found) != 1:
        return await plan_shelf.listed(turn.tx, turn.learner)
    return await plan_shelf.use(turn.tx, turn.learner, found[0].id, at=turn.at)


async def _new(turn: Turn, words: str) -> Notice:
    title = _named(words)
    if title.casefold() in {"", "plan", "empty", "план", "пустой"}:
        return await plan_asking.ask(turn.tx, turn.learner, "plan", Target(Part.PLAN, 0), at=turn.at)
    return await plan_shelf.make(turn.tx, turn.learner, title, at=turn.at)


def _named(words: str) -> str:
    """A plan's name without "plan" before it."""
    first, _, rest = words.partition(" ")
    return rest.strip() if first.casefold() in _PLAN and rest else words


async def _add(turn: Turn, words: str) -> Notice:
    first, _, rest = words.casefold().partition(" ")
    if first in _PLAN and rest and not any(into in f" {rest}" for into in (" to ", " в ")):
        return await _new(turn, words)
    return await plan_orders.obey(turn.tx, turn.learner, "add", words, at=turn.at)


async def _edit(turn: Turn, words: str) -> Notice:
    if words:
        return await plan_orders.obey(turn.tx, turn.learner, "edit", words, at=turn.at)
    present = await plans.active_plan(turn.tx, turn.learner.id)
    return plan_screens.edit_shown(present, Target(Part.PLAN, present.id or 0)) if present else NoPlan()


async def _export(turn: Turn, words: str) -> Notice:
    here = replace(turn.learner, platform=turn.platform)
    if not words:
        return await exports.choose(turn.tx, here)
    return await exports.send(turn.tx, here, words, source=turn.source, at=turn.at)


async def _import(turn: Turn, _words: str) -> Notice:
    return FileHint(starting=await choosing.starting(turn.tx, turn.learner))


async def _help(_turn: Turn, _words: str) -> Notice:
    return EditUsage("")


_VERBS: Final[dict[str, Callable[[Turn, str], Awaitable[Notice]]]] = {
    "template": _template,
    "plans": _kept,
    "use": _use,
    "new": _new,
    "add": _add,
    "edit": _edit,
    "export": _export,
    "import": _import,
    "help": _help,
}


async def done_(turn: Turn, words: str) -> None:
    """Mark a module or a promise as done, by its words."""
    await turn.say(await done.finish_named(turn.tx, turn.learner, words, at=turn.at))


COMMANDS: tuple[Command, ...] = (
    Command(
        "plan",
        "Your plan: see it, change it, take a template, send or get a file",
        plan,
        Where.PRIVATE,
        usage="help",
        options=(
            Option("template", "A plan to begin with", Kind.TEMPLATE, shape="template {}"),
            Option("track", "One track of your plan", Kind.TRACK),
            Option("change", "A change in one line: add Limits (90m) to Calculus, rename, move, drop, estimate, source"),
            Option("export", "The plan as a file: markdown, yaml, toml or csv", shape="export {}"),
            Option("file", "Your own plan: Markdown, YAML, TOML or CSV", Kind.FILE),
        ),
    ),
    Command(
        "done",
        "A module or a promise is finished",
        done_,
        Where.PRIVATE,
        usage="limits",
        options=(Option("what", "The module or the promise", Kind.OPEN),),
    ),
)
