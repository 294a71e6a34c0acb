"""The buttons under /reviews."""

from bot.buttons.table import Press, number
from bot.services import review_outlook
from bot.turn import Turn


async def most(turn: Turn, count: str) -> None:
    """So many a day."""
    await turn.show(await review_outlook.set_most(turn.tx, turn.learner, number(count), at=turn.at))


async def long(turn: Turn, which: str) -> None:
    """Long-term memory on or off."""
    await turn.show(await review_outlook.set_long(turn.tx, turn.learner, on=which == "on", at=turn.at))


BUTTONS: tuple[Press, ...] = (
    Press("reviews.most", most, arguments=1),
    Press("reviews.long", long, arguments=1),
)
