"""Buttons about linked accounts."""

from bot.buttons.table import Press, number
from bot.domain.notices.general import StaleButton
from bot.domain.notices.links import LinkLeft, LinkPreview, Links, LinkWrong, NotLinked
from bot.services import links
from bot.store import people
from bot.turn import Turn


async def look(turn: Turn, code: str, wanted: str) -> None:
    """Show what linking would mean with this one's plan in use."""
    found = await links.look(turn.tx, turn.learner, code, wanted=number(wanted), at=turn.at)
    await (turn.show(found) if isinstance(found, LinkPreview) else turn.toast(found))


async def confirm(turn: Turn, code: str, wanted: str) -> None:
    """Link. From here on the turn is that of the learner both are now."""
    turn.learner, found = await links.confirm(turn.tx, turn.learner, code, wanted=number(wanted), at=turn.at)
    match found:
        case Links():
            await turn.show(found)
        case LinkWrong() if await _linked(turn):  # pressed twice: the code has done its work
            await turn.toast(StaleButton(why="over"))
        case _:
            await turn.toast(found)


async def leave(turn: Turn) -> None:
    """Change nothing."""
    await turn.show(LinkLeft(linked=await _linked(turn)))


async def cards(turn: Turn, platform: str) -> None:
    """Let cards go there."""
    await turn.show(await links.prefer(turn.tx, turn.learner, platform))


async def show(turn: Turn) -> None:
    """Show how things stand."""
    await turn.show(await links.view(turn.tx, turn.learner))


async def off(turn: Turn) -> None:
    """Ask whether to unlink."""
    asked = await links.ask_unlink(turn.tx, turn.learner)
    await (turn.toast(asked) if isinstance(asked, NotLinked) else turn.show(asked))


async def unlink(turn: Turn, dormant: str) -> None:
    """Unlink. From here on the turn is that of whoever this account belongs to again."""
    turn.learner, told = await links.unlink(turn.tx, turn.learner, number(dormant), platform=turn.platform, at=turn.at)
    await turn.show(told)


async def _linked(turn: Turn) -> bool:
    return len(await people.accounts_of(turn.tx, turn.learner.id)) > 1


BUTTONS: tuple[Press, ...] = (
    Press("link.look", look, arguments=2),
    Press("link.confirm", confirm, arguments=2),
    Press("link.leave", leave),
    Press("link.cards", cards, arguments=1),
    Press("link.show", show),
    Press("link.off", off),
    Press("link.unlink", unlink, arguments=1),
)
