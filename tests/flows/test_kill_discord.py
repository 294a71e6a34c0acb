"""Killed with SIGKILL again and again, the bot does what it acknowledged on Discord once, and nothing that failed there."""

import asyncio
import random
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import COMMAND
from tests.flows.processes import Program, program
from tests.flows.town import eventually, now

KILLS, CALLS = 12, 96


async def test_what_was_acknowledged_is_done_once(tmp_path: Path) -> None:
    dice = random.Random(5)  # the same kills each time
    async with FakeDiscord(now=now) as dc, program(tmp_path, dc) as bot:
        ann = dc.person("Ann")
        dc.adds_bot(dc.group("Study", members=[ann]), by=ann)
        await bot.start_cold()
        await dc.until(lambda: dc.listening, within=30)
        await dc.until(dc.commands, within=30)
        notes = iter(range(CALLS))
        for _ in range(KILLS):
            for _ in range(CALLS // KILLS):
                ann.says(f"/checkin note:n{next(notes)}")
                await asyncio.sleep(dice.uniform(0, 0.05))
            await asyncio.sleep(dice.uniform(0, 0.1))
            assert await bot.kill() == -signal.SIGKILL, bot.log[-3000:]
            bot.write("UPDATE inbox SET attempts = 0 WHERE state = 'new'")  # three deaths in a row are not what is tried here
            await bot.start()
            if dice.random() < 0.7:
                await dc.until(lambda: dc.listening, within=30)
        calls = [one for one in dc.world.interactions.values() if one.kind == COMMAND]
        await eventually(lambda: not bot.rows("SELECT 1 FROM inbox WHERE state = 'new'"))
        await _answer_all(bot, calls)
        logged = [note for (note,) in bot.rows("SELECT note FROM checkins ORDER BY id")]
        acknowledged = [one.data["options"][0]["value"] for one in calls if one.answered]
        assert len(acknowledged) > CALLS / 2
        assert sorted(logged) == sorted(acknowledged)
        assert [note for note in acknowledged if note in logged] == sorted(acknowledged, key=lambda note: int(note[1:]))


async def _answer_all(bot: Program, calls: list[Any]) -> None:
    """What a dead process was sending is doubted when its lease runs out, and a minute later sent once more: here at once."""
    for _ in range(30):
        if all(_ended(one) for one in calls):
            return
        await bot.kill()
        bot.write("UPDATE outbox SET lease_until = '2020-01-01 00:00:00.000000' WHERE state = 'sending'")
        bot.write("UPDATE outbox SET next_try_at = '2020-01-01 00:00:00.000000' WHERE state IN ('ready', 'uncertain')")
        await bot.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(6):
                while not all(_ended(one) for one in calls):  # noqa: ASYNC110 - another process sets no event
                    await asyncio.sleep(0.05)
    raise AssertionError([one.data for one in calls if not _ended(one)])


def _ended(one: Any) -> bool:
    """Answered, or too late for that."""
    if not one.answered:
        return bool((now() - one.at).total_seconds() > 3)
    return one.original is not None and not one.original.loading
