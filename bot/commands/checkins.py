"""The commands of a study day: /today and /checkin."""

from dataclasses import replace

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices.cards import CardInPrivate
from bot.services import cards, checkins
from bot.store import people
from bot.turn import Turn


async def today(turn: Turn, _words: str) -> None:
    """Send the card anew."""
    await cards.show_again(turn.tx, turn.learner, platform=turn.platform, source=turn.source, at=turn.at)


async def checkin(turn: Turn, words: str) -> None:
    """Log what was studied; without words, show the card."""
    if words:
        await _log(turn, words)
        return
    await today(turn, words)
    if turn.group is not None:
        account = (await people.accounts(turn.tx, [turn.learner.id], platform=turn.platform)).get(turn.learner.id)
        await turn.say(CardInPrivate(reachable=account is not None and account.reachable))


async def _log(turn: Turn, words: str) -> None:
    """Log, and echo what was understood; in a group only minutes, and the module where the group may know it."""
    logged = await checkins.log(turn.tx, turn.learner, words, source=turn.source, at=turn.at)
    if turn.group is None:
        await turn.say(logged)
        return
    member = await people.membership(turn.tx, learner_id=turn.learner.id, group_id=turn.group.id)
    public = member is not None and member.consent is not None and member.consent.public
    await turn.say(
        replace(
            logged,
            brief=True,
            module=logged.module if public else None,
            note="",
            candidates=(),
            finish=None,
            finished=False,
            review=None,
        )
    )
    if logged.candidates:
        await turn.tell(logged)


COMMANDS: tuple[Command, ...] = (
    Command("today", "Today's module, reviews and buttons", today, Where.PRIVATE),
    Command(
        "checkin",
        "Log what you studied",
        checkin,
        Where.BOTH,
        usage="90m limits finished exercises",
        options=(
            Option("time", "How long: 90m, 1h30, 1.5h"),
            Option("module", "What of your plan", Kind.MODULE),
            Option("note", "What you did, with links if you like"),
        ),
        menu="Log as check-in",
    ),
)
