"""How a world begins: on a Monday Nora sets up the group, and she and Leo move in."""

from datetime import datetime, time, timedelta
from typing import Final

from bot.domain.calendar import next_weekly
from bot.platforms.sandbox.updates import GROUP, LEO, NORA
from bot.sandbox.passage import Passage
from bot.sandbox.people import People
from bot.sandbox.players import ZONE

_WEEK: Final = timedelta(weeks=1)
_EVENING: Final = time(18, 30)  # somebody who tries this out tries it in the evening
_DAWN: Final = time(6)


def first_evening(real: datetime) -> datetime:
    """When a world is handed over: the last Thursday evening, so that a tour reaches the Sunday's digest in three days."""
    return next_weekly(real - _WEEK, weekday=3, wall=_EVENING, zone=ZONE)


def begins_at(real: datetime) -> datetime:
    """When its first day begins: the Monday ten days earlier."""
    return next_weekly(first_evening(real) - 2 * _WEEK, weekday=0, wall=_DAWN, zone=ZONE)


async def settle_in(people: People, passage: Passage) -> None:
    """Set up the group and the two of them, by what they type and press."""
    await people.add_bot(NORA, act="begin:added")
    await passage.settle()
    question = await people.press_newest(NORA, GROUP, lambda data: data == "setup.ask|zone", act="begin:city")
    await passage.settle()
    await people.say(NORA, GROUP, "London", reply_to=question, act="begin:London")
    await passage.settle()
    await people.press_newest(NORA, GROUP, lambda data: data.startswith("setup.set|zone|"), act="begin:zone")
    for who, slot, plan in ((NORA, "07:00", "story"), (LEO, "07:30", "algorithms")):
        await move_in(people, passage, who, slot=slot, plan=plan, act=f"begin:{who}")


async def move_in(people: People, passage: Passage, who: str, *, slot: str, plan: str, act: str) -> None:
    """Somebody says where they are and when they study, takes a plan, and joins the group with alerts."""
    for number, words in enumerate((f"/timezone {ZONE}", f"/slot {slot} mon-fri", f"/plan template {plan}")):
        await people.say(who, who, words, act=f"{act}:{number}")
        await passage.settle()
    await people.press_newest(who, who, lambda data: data.startswith("plan.use|"), act=f"{act}:use")
    await people.say(who, GROUP, "/join", act=f"{act}:join")
    await passage.settle()
    await people.press_newest(
        who, who, lambda data: data.startswith("privacy.choose|") and data.endswith("|alert"), act=f"{act}:level"
    )
    await passage.settle()
