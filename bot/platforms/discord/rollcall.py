"""Where the bot still is: after each greeting of Discord's, the groups whose server or channel is gone since."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from bot.events import Chat
from bot.messenger import Gone, NotSent, Uncertain
from bot.platforms.discord.wire import Wire

_PACE_SECONDS: Final = 0.1  # between two questions: a fifth of what Discord bears goes into them
_ASK_AGAIN_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a channel: its server, and what the bot may do there; None where it is no longer.

    `home`: posts of its group go there; else people only talk there.
    """

    server: str | None
    rights: dict[str, bool] | None
    home: bool = True


KnownChats = Callable[[], Awaitable[dict[str, Known]]]


class Told(Protocol):
    """What is done with what was found out."""

    def __call__(self, place: str, chats: dict[str, Chat], /, *, gone: bool) -> None:
        """Channels that are gone, or still there; `place` is a name for when that was found out."""


class RollCall:
    """Compares the groups with what Discord says there is. What cannot be told from that is asked, one channel after another."""

    def __init__(self, wire: Wire, known: KnownChats, tell: Told) -> None:
        self._wire = wire
        self._known = known
        self._tell = tell
        self._entered: dict[str, tuple[frozenset[str], str]] = {}
        self._comparing = False

    async def greeted(self, ready: dict[str, Any], place: str) -> None:
        """READY named every server that the bot is in, those that Discord has lost for a while among them."""
        servers = {str(one["id"]) for one in ready.get("guilds", ())}
        here = {chat: one for chat, one in (await self._known()).items() if one.rights is not None}
        gone = {chat: Chat("discord", chat, False) for chat, one in here.items() if one.server and one.server not in servers}
        if gone:
            self._tell(place, gone, gone=True)
        await self._ask({chat: one for chat, one in here.items() if one.server is None}, place)

    def enter(self, server: str, there: Iterable[str], place: str) -> None:
        """GUILD_CREATE named the channels of a server and its open threads; `compare` looks at that."""
        self._entered[server] = (frozenset(there), place)

    async def compare(self) -> None:
        """Look at the servers entered, many at a time: of their groups, what is missing is gone, hidden or put away."""
        if self._comparing:
            return  # whoever is at it takes these, too
        self._comparing = True
        try:
            while self._entered:
                entered, self._entered = self._entered, {}
                for chat, one in (await self._known()).items():
                    there, place = entered.get(one.server or "", (frozenset({chat}), ""))
                    if one.rights is not None and chat not in there:
                        await self._ask({chat: one}, place)
        finally:
            self._comparing = False

    async def _ask(self, chats: dict[str, Known], place: str) -> None:
        for chat, known in chats.items():
            found = await self._look_up(chat)
            if found is None:
                self._tell(f"{place}:{chat}", {chat: Chat("discord", chat, False)}, gone=True)
            elif known.server is None and found.get("guild_id") and self._wire.client.get_channel(int(chat)) is None:
                there = Chat("discord", chat, False, rights=known.rights, server=str(found["guild_id"]))
                self._tell(f"{place}:{chat}", {chat: there}, gone=False)
            await asyncio.sleep(_PACE_SECONDS)

    async def _look_up(self, chat: str) -> dict[str, Any] | None:
        """A channel as it is now, {} where Discord does not tell, None where it is gone or closed to the bot."""
        while True:
            try:
                found: dict[str, Any] = await self._wire.call("GET", "/channels/{channel_id}", channel_id=int(chat))
            except NotSent as error:
                await asyncio.sleep(error.retry_after or _ASK_AGAIN_SECONDS)
            except (Gone, Uncertain) as error:
                if isinstance(error, Gone) and error.why == "chat_gone":
                    return None
                _log.warning("whether a group is still there was not told", chat=chat, error=str(error))
                return {}
            else:
                return found
