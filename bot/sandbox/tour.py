"""The guided first run: five steps, each of which does to the newcomer what the bot would do to them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.domain.calendar import next_weekly
from bot.platforms.sandbox.updates import GROUP, YOU
from bot.sandbox.beginning import move_in
from bot.sandbox.passage import Passage
from bot.sandbox.people import People
from bot.sandbox.players import ZONE
from bot.store import sandbox
from bot.store.database import Database

_PROMISE: Final = "/commit the first 2 modules of Calculus 1 by Saturday"
_A_MOMENT: Final = timedelta(minutes=1)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_LOOKED_AT: Final = 60


@dataclass(frozen=True, slots=True)
class Guide:
    """What a step works with."""

    database: Database
    people: People
    passage: Passage
    now: Callable[[], datetime]

    async def until(self, weekday: int, wall: time) -> None:
        """Go to the next time it is this on the clock in London."""
        await self.passage.until(next_weekly(self.now(), weekday=weekday, wall=wall, zone=ZONE) + _A_MOMENT)

    async def newest(self, chat: str, button: str) -> list[int]:
        """The number of the newest message in a chat that has a button of this kind; none where there is none."""
        async with self.database.read() as tx:
            seen = await sandbox.newest(tx, chat, limit=_LOOKED_AT)
        return [one.id for one in seen if any(data.startswith(button) for data in one.presses)][:1]


async def _promise(guide: Guide) -> list[int]:
    """Move in, and promise before the group."""
    await move_in(guide.people, guide.passage, YOU, slot="07:00", plan="story", act="tour:home")
    await guide.people.say(YOU, GROUP, _PROMISE, act="tour:commit")
    await guide.passage.settle()
    preview = await guide.newest(GROUP, "promise.publish|")
    await guide.people.press_newest(YOU, GROUP, lambda data: data.startswith("promise.publish|"), act="tour:publish")
    await guide.passage.settle()
    return preview


async def _card(guide: Guide) -> list[int]:
    """Friday, seven in the morning."""
    await guide.until(_FRIDAY, time(7))
    return await guide.newest(YOU, "card.answer|")


async def _silence(guide: Guide) -> list[int]:
    """Say nothing all day."""
    card = await guide.newest(YOU, "card.start|")
    await guide.until(_SATURDAY, time(3))
    return card


async def _slip(guide: Guide) -> list[int]:
    """Let Saturday pass, the question at midnight, and the night."""
    await guide.until(_SUNDAY, time(8))
    return [*await guide.newest(YOU, "slip.done|"), *await guide.newest(GROUP, "slip.cheer|")]


async def _repair(guide: Guide) -> list[int]:
    """Sunday's digest; then the thing is done after all."""
    alert = await guide.newest(GROUP, "slip.cheer|")
    await guide.until(_SUNDAY, time(18))
    async with guide.database.read() as tx:
        digest = [(await sandbox.newest(tx, GROUP, limit=1))[0].id]
    await guide.people.press_newest(YOU, YOU, lambda data: data.startswith("slip.done|"), act="tour:done")
    await guide.passage.until(guide.now() + _A_MOMENT)
    return [*digest, *alert]


STEPS: Final[tuple[Callable[[Guide], Awaitable[list[int]]], ...]] = (_promise, _card, _silence, _slip, _repair)
