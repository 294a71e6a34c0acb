"""The command about reviews as a whole."""

from bot.commands.table import Command, Option, Where
from bot.domain.errors import Refused
from bot.domain.notices.reviews import ReviewsUsage
from bot.domain.reviews import MOST_A_DAY
from bot.services import review_outlook
from bot.turn import Turn

_SAID = 60  # characters shown back


async def reviews(turn: Turn, words: str) -> None:
    """Show what comes again; "2" sets how many a day, "long on" and "long off" whether they go on for long-term memory."""
    match words.casefold().split():
        case []:
            await turn.say(await review_outlook.show(turn.tx, turn.learner, at=turn.at))
        case [number] if number.isascii() and number.isdecimal() and len(number) < 4:
            await turn.say(await review_outlook.set_most(turn.tx, turn.learner, int(number), at=turn.at))
        case ["long", "on" | "off" as which]:
            await turn.say(await review_outlook.set_long(turn.tx, turn.learner, on=which == "on", at=turn.at))
        case _:
            raise Refused(ReviewsUsage(said=words[:_SAID], most=MOST_A_DAY))


COMMANDS: tuple[Command, ...] = (
    Command(
        "reviews",
        "What comes again, and how often",
        reviews,
        Where.PRIVATE,
        usage="2 | long on",
        options=(Option("set", "How many a day (2), or long-term memory: long on, long off"),),
    ),
)
