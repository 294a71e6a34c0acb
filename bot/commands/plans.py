"""Commands about plans: seeing and choosing one, and marking what is done."""

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices import Notice
from bot.domain.notices.plans import NoPlan, TrackUnknown
from bot.services import choosing, done, plan_views, plans
from bot.turn import Turn

_SAID = 200  # characters of words looked up: no title is longer


async def plan(turn: Turn, words: str) -> None:
    """Show the plan; "templates" lists the shipped ones, "template story" shows one, a track's name that track."""
    await turn.say(await _asked(turn, words))


async def _asked(turn: Turn, words: str) -> Notice:
    first, _, rest = words.strip().partition(" ")
    match first.casefold(), rest.strip():
        case "template" | "templates", "":
            return plan_views.templates()
        case "template" | "templates", key:
            return await choosing.look(turn.tx, turn.learner, key[:_SAID])
        case _:
            return await _track(turn, words.strip()[:_SAID])


async def _track(turn: Turn, named: str) -> Notice:
    present = await plans.active_plan(turn.tx, turn.learner.id)
    if present is None:
        return NoPlan()
    if not named:
        return plan_views.plan_shown(present)
    track = plan_views.track_called(present, named)
    shown = plan_views.track_shown(present, track.id or 0) if track else None
    return shown or TrackUnknown(named)


async def done_(turn: Turn, words: str) -> None:
    """Mark a module or a promise as done, by its words."""
    await turn.say(await done.finish_named(turn.tx, turn.learner, words, at=turn.at))


COMMANDS: tuple[Command, ...] = (
    Command(
        "plan",
        "Your plan: see it, take a template, send a file",
        plan,
        Where.PRIVATE,
        usage="template story",
        options=(
            Option("template", "A plan to begin with", Kind.TEMPLATE, shape="template {}"),
            Option("track", "One track of your plan", Kind.TRACK),
            Option("file", "Your own plan: Markdown or YAML", Kind.FILE),
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
