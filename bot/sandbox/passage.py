"""How time passes in the sandbox when its clock is pushed: through every instant at which something happens, in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.engine import Engine
from bot.platforms.sandbox.adapter import Sandbox
from bot.sandbox import players
from bot.sandbox.clock import PushedClock
from bot.sandbox.people import People
from bot.store import pulses, sandbox

_A_LITTLE: Final = timedelta(seconds=1)  # what should have happened by now and has not is waited for no longer than this


class Passage:
    """Turns the clock. Nothing is skipped: a push of a week is what a week would have been, with everybody who acts in it."""

    def __init__(
        self, engine: Engine, chats: Sandbox, clock: PushedClock, people: People, *, halted: Callable[[], bool] = lambda: False
    ) -> None:
        """`halted` is asked before each step whether to go on."""
        self._engine = engine
        self._chats = chats
        self._clock = clock
        self._people = people
        self._halted = halted

    async def settle(self) -> None:
        """Let the bot handle and say everything there is to handle and say at this moment."""
        while await self._engine.inbox.work() + await self._engine.courier.drain():
            pass
        await self._engine.courier.review()

    async def until(self, target: datetime) -> None:
        """Let time pass until an instant, or until somebody halts it; then the clock goes on by itself."""
        self._clock.hold(self._clock.now())
        try:
            await self.settle()
            while self._clock.now() < target and not self._halted():
                await self._step(target)
        finally:
            self._clock.go_on()

    async def _step(self, target: datetime) -> None:
        """Go to the next instant at which something happens, and let it happen."""
        before = self._clock.now()
        due = await self._engine.next_due()
        moments = [target, players.next_at(before), max(due, before + _A_LITTLE) if due else target]
        await self._turn_to(min(moments))
        await self._engine.tick()
        await self.settle()
        if await players.act(self._people, after=before, until=self._clock.now()):
            await self.settle()
        self._chats.ring()

    async def _turn_to(self, at: datetime) -> None:
        """Turn the clock. Nobody could speak in between, so the bot has heard everything up to then."""
        async with self._engine.database.write() as tx:
            await pulses.beat(tx, self._chats.bot_id, at=at)
            await sandbox.change_world(tx, ahead_seconds=self._clock.ahead_at(at).total_seconds())
        self._clock.hold(at)
