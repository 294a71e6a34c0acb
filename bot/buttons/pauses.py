"""Buttons about being away. Those that set something carry whose they are: a forwarded message does nothing for others."""

from datetime import date, datetime, time

from bot.buttons.table import Press, number
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.pauses import NoPause, PauseLeft
from bot.services import cards, pauses, quiet, sick_days
from bot.services.sessions import today
from bot.store import sessions
from bot.turn import Turn


async def open_(turn: Turn) -> None:
    """Ask which days, in a message of its own: the one pressed may be a card."""
    await turn.say(await pauses.view(turn.tx, turn.learner, at=turn.at))


async def look(turn: Turn, learner: str, first: str, last: str) -> None:
    """Look at a break."""
    span = _span(turn, learner, first, last)
    await turn.show(await pauses.look(turn.tx, turn.learner, *span, at=turn.at))


async def set_(turn: Turn, learner: str, first: str, last: str, announce: str) -> None:
    """Set it, and tell groups or not."""
    span = _span(turn, learner, first, last)
    await turn.show(await pauses.begin(turn.tx, turn.learner, *span, announce=announce == "1", at=turn.at))


async def end(turn: Turn, pause: str) -> None:
    """Call one off, or end it."""
    ended = await pauses.end(turn.tx, turn.learner, pause_id=number(pause), at=turn.at)
    if isinstance(ended, NoPause):
        raise Refused(StaleButton(why="over"))
    await turn.show(ended)


async def back(turn: Turn) -> None:
    """Be back: whatever the learner is in ends, and today's card comes where its slot has passed."""
    ended = await pauses.back(turn.tx, turn.learner, at=turn.at)
    if isinstance(ended, NoPause):
        raise Refused(StaleButton(why="over"))
    await turn.say(ended)
    day = today(turn.learner, at=turn.at)
    if await sessions.of_day(turn.tx, learner_id=turn.learner.id, day=day):
        await cards.show_again(turn.tx, turn.learner, platform=turn.platform, source=turn.source, at=turn.at)


async def leave(turn: Turn) -> None:
    """Leave it as it is."""
    await pauses.leave(turn.tx, turn.learner)
    await turn.show(PauseLeft())


async def sick(turn: Turn, learner: str, day: str) -> None:
    """Make today a sick day, if it is still the day on which that was offered."""
    if _span(turn, learner, day, day)[0] != today(turn.learner, at=turn.at):
        raise Refused(StaleButton(why="over"))
    await turn.show(await pauses.be_sick(turn.tx, turn.learner, at=turn.at))


async def well(turn: Turn, pause: str) -> None:
    """No sick day after all; said beneath, for the button may be the card's."""
    await turn.say(await sick_days.undo(turn.tx, turn.learner, number(pause), at=turn.at))


async def hours(turn: Turn, start: str, end_: str) -> None:
    """Choose quiet hours."""
    chosen = (_wall(start), _wall(end_))
    await turn.show(await quiet.choose(turn.tx, turn.learner, chosen))


def _wall(text: str) -> time:
    try:
        return datetime.strptime(text, "%H%M").time()  # noqa: DTZ007 - a wall-clock time has no zone
    except ValueError as error:
        raise Refused(StaleButton(why="gone")) from error


def _span(turn: Turn, learner: str, first: str, last: str) -> tuple[date, date]:
    _own(turn, learner)
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise Refused(StaleButton(why="gone")) from error


def _own(turn: Turn, learner: str) -> None:
    if number(learner) != turn.learner.id:
        raise Refused(StaleButton(why="other"))


BUTTONS: tuple[Press, ...] = (
    Press("pause.open", open_),
    Press("pause.look", look, arguments=3),
    Press("pause.set", set_, arguments=4),
    Press("pause.end", end, arguments=1),
    Press("pause.back", back),
    Press("pause.leave", leave),
    Press("pause.sick", sick, arguments=2),
    Press("pause.well", well, arguments=1),
    Press("quiet.set", hours, arguments=2),
)
