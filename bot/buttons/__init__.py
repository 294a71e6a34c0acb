"""Every button: what its press does, and how it fits into 64 bytes. Its whole state is in it, so it outlives restarts."""

from typing import Final

from bot.buttons import (
    buddies,
    cards,
    checkins,
    commitments,
    groups,
    links,
    pauses,
    people,
    plans,
    progress,
    reviews,
    slips,
)
from bot.buttons.table import Press
from bot.domain.notices.general import AdminsOnly, StaleButton
from bot.events import Pressed
from bot.turn import Turn
from bot.ui.message import Action

LIMIT: Final = 64  # bytes: Bot API, InlineKeyboardButton.callback_data; Discord's custom_id takes 100 characters
_BETWEEN: Final = "|"

BUTTONS: tuple[Press, ...] = (
    *people.BUTTONS,
    *plans.BUTTONS,
    *cards.BUTTONS,
    *checkins.BUTTONS,
    *commitments.BUTTONS,
    *progress.BUTTONS,
    *slips.BUTTONS,
    *groups.BUTTONS,
    *links.BUTTONS,
    *pauses.BUTTONS,
    *buddies.BUTTONS,
    *reviews.BUTTONS,
)
_BY_NAME = {button.name: button for button in BUTTONS}


def encode(action: Action) -> str:
    """An action as at most 64 bytes; ValueError where it does not fit or is not in the table (a defect)."""
    data = _BETWEEN.join((action.name, *action.args))
    if action.name not in _BY_NAME or len(data.encode()) > LIMIT or any(_BETWEEN in arg for arg in action.args):
        raise ValueError(f"not a button: {data!r}")
    return data


def decode(data: str) -> Action | None:
    """The action behind a button's data; None where this version knows no such button."""
    name, *args = data.split(_BETWEEN)
    return Action(name, tuple(args)) if name in _BY_NAME else None


def find(name: str) -> Press | None:
    """The button whose action is called `name`."""
    return _BY_NAME.get(name)


async def handle(turn: Turn, event: Pressed) -> None:
    """Do what a press asks for. Arguments that do not fit (an older version's button) are a stale button, not a crash."""
    button = _BY_NAME.get(event.action.name) if event.action else None
    if button is None or event.action is None or len(event.action.args) != button.arguments:
        await turn.toast(StaleButton(why="gone"))
    elif button.admins and not turn.is_admin:
        await turn.toast(AdminsOnly())
    else:
        await button.does(turn, *event.action.args)
