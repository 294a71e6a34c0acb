"""Commands about being away: /pause and /quiet."""

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices.people import QuietUnclear
from bot.domain.quiet import parse_quiet
from bot.services import pauses, quiet
from bot.turn import Turn

_SAID = 60  # characters of what was not understood


async def pause(turn: Turn, words: str) -> None:
    """Look at a break as typed; "today" is a sick day at once, "off" comes back. Without words ask."""
    await turn.say(await pauses.answer(turn.tx, turn.learner, words, at=turn.at))


async def quiet_(turn: Turn, words: str) -> None:
    """Set one's own quiet hours ("21:00-07:00", "off"); without words show them."""
    if not words.strip():
        await turn.say(quiet.view(turn.learner))
        return
    hours = parse_quiet(words)
    if hours is None:
        await turn.say(QuietUnclear(words.strip()[:_SAID]))
        return
    await turn.say(await quiet.choose(turn.tx, turn.learner, hours))


COMMANDS: tuple[Command, ...] = (
    Command(
        "pause",
        "Days off; today off, if you are ill",
        pause,
        Where.PRIVATE,
        usage="3 Jun to 10 Jun",
        options=(Option("days", "3 Jun to 10 Jun, until Monday, 1 week; today if you are ill; off to be back", Kind.SPAN),),
    ),
    Command(
        "quiet",
        "Hours in which I hold my tongue",
        quiet_,
        Where.PRIVATE,
        usage="21:00-07:00",
        options=(Option("hours", "From when to when: 21:00-07:00; off for none"),),
    ),
)
