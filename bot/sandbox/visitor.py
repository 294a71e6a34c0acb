"""What whoever sits before the sandbox's page can do: be the third learner, push the clock, take the tour."""

from collections.abc import AsyncIterator
from typing import Final

from bot.platforms.sandbox import render
from bot.platforms.sandbox.updates import GROUP, YOU, Sent
from bot.sandbox import view
from bot.sandbox.view import Told
from bot.sandbox.world import World
from bot.store import sandbox
from bot.store.sandbox import Shown

_CHATS: Final = (YOU, GROUP)


class Visitor:
    """The page's side of the world. `act` is the page's own name for an act: sent twice, it is done once."""

    def __init__(self, world: World) -> None:
        self._world = world

    def watch(self, *, code: str, since: int) -> AsyncIterator[Told]:
        """What there is to see (view.watch)."""
        return view.watch(self._world, code=code, since=since)

    async def say(self, chat: str, words: str, *, act: str, reply_to: int | None = None) -> None:
        """Write to the "private" chat or to the "group", as a reply to the message with a number or to none."""
        answered = await self._seen(reply_to) if reply_to else None
        where = GROUP if chat == "group" else YOU
        await self._world.people.say(YOU, where, words, act=_own(act), reply_to=answered.ref if answered else None)
        self._world.wake()

    async def press(self, message: int, data: str, *, act: str) -> bool:
        """Press a button; False where there is no such message in the chats one sees. The toast's `press` is `act`."""
        seen = await self._seen(message)
        if seen is not None:
            await self._world.people.press(YOU, seen, data, act=act)
            self._world.wake()
        return seen is not None

    async def upload(self, name: str, content: bytes, *, words: str, photo: bool, act: str) -> None:
        """Send a file, or a photo, to the bot in private."""
        file_id = render.file_id(content)
        file = None if photo else {"id": file_id, "name": name, "size": len(content)}
        sent = Sent(words, file=file, photo=file_id if photo else None)
        await self._world.people.send(YOU, YOU, sent, act=_own(act), content=content)
        self._world.wake()

    async def locate(self, latitude: float, longitude: float, *, act: str) -> None:
        """Tell the bot in private where one is."""
        await self._world.people.send(YOU, YOU, Sent(location=(latitude, longitude)), act=_own(act))
        self._world.wake()

    async def file(self, file_id: str) -> tuple[str, bytes] | None:
        """The name and content of something that was sent."""
        async with self._world.engine.database.read() as tx:
            return await sandbox.file(tx, file_id)

    def turn_clock(self, to: str) -> bool:
        """Push the clock to a "quarter", "morning" or "week", "play" or "pause" it; False where that cannot be now."""
        match to:
            case "play":
                return self._world.play()
            case "pause":
                return self._world.pause()
            case _:
                return self._world.push(to)

    def tour(self, step: int) -> bool:
        """Go on to a step of the tour; False where it is not its turn."""
        return self._world.tour(step)

    def fresh(self, code: str) -> bool:
        """Begin anew, where the world is still the one called `code`."""
        return self._world.fresh(code)

    async def _seen(self, message: int) -> Shown | None:
        async with self._world.engine.database.read() as tx:
            found = await sandbox.by_id(tx, message)
        return found if found is not None and found.chat in _CHATS else None


def _own(act: str) -> str:
    return f"{YOU}:{act}"
