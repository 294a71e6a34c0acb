"""Answers to interactions, through the token each brings: for fifteen minutes, to the person alone or to all."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.clock import Clock
from bot.messenger import Gone
from bot.platforms.discord import render
from bot.platforms.discord.interactions import TOKEN_LIVES, Asked, Json, Way, asked_of, way_of
from bot.platforms.discord.markdown import escape
from bot.platforms.discord.updates import ref
from bot.platforms.discord.wire import Wire
from bot.ui.message import Attachment, Message

_KEEP: Final = 5_000  # of the latest: older ones are looked up among what was stored
_LOADING: Final = 1 << 7  # Message Flags: "thinking …"
_HOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"

LookUp = Callable[[str], Awaitable[Json | None]]  # from the name of an update to its raw form, as it was stored


class Answers:
    """Who may be answered by which token. Calls raise NotSent, Uncertain or Gone; `too_late` where the token has ended."""

    def __init__(self, wire: Wire, look_up: LookUp, clock: Clock) -> None:
        self._wire = wire
        self._look_up = look_up
        self._clock = clock
        self._known: OrderedDict[str, Asked] = OrderedDict()

    def remember(self, asked: Asked) -> None:
        """An interaction has just come."""
        self._known[f"i{asked.id}"] = asked
        while len(self._known) > _KEEP:
            self._known.popitem(last=False)

    async def find(self, named: str | None) -> Asked | None:
        """The interaction called so ("i123"), if it is one: from memory, or from before a restart."""
        if named is None or not named.startswith("i"):
            return None
        if named not in self._known:
            kept = await self._look_up(named)
            way = way_of(kept["d"]) if kept else None
            if kept is None or way is None:
                return None
            self.remember(asked_of(kept["d"], way))
        return self._known[named]

    async def give(self, asked: Asked, message: Message) -> str:
        """Answer with a message, where "thinking …" stands if it still does; return its ref."""
        self._check(asked)
        file = render.file_of(message)
        alone = asked.hidden or (message.alone and asked.in_guild)
        waits = asked.way in {Way.CALL, Way.LINK} and await self._waits(asked)
        if waits and alone and not asked.hidden:  # all see it thinking, and would see whatever takes the place of that
            await self._think_no_more(asked)
            waits = False
        if waits:
            made = await self._call("PATCH", "/messages/@original", asked, json=render.payload(message), file=file)
            asked.waits = False  # not before: what was not sent, or perhaps, may be put there once more
        else:
            body = render.payload(message)
            body["flags"] |= render.EPHEMERAL if alone else 0
            made = await self._call("POST", "", asked, json=body, file=file)
        plain = ref(str(made["channel_id"]), str(made["id"]))
        return f"{plain}/{asked.id}" if int(made.get("flags", 0)) & render.EPHEMERAL else plain

    async def whisper(self, asked: Asked, text: str) -> None:
        """Answer with a line for the person alone; without text take away what still shows that an answer is awaited."""
        self._check(asked)
        if text:
            body = {"content": escape(text)[: render.CONTENT_LIMIT], "allowed_mentions": {"parse": []}, "flags": render.EPHEMERAL}
            await self._call("POST", "", asked, json=body)
        elif asked.way in {Way.CALL, Way.LINK} and await self._waits(asked):
            await self._think_no_more(asked)

    async def _think_no_more(self, asked: Asked) -> None:
        try:
            await self._call("DELETE", "/messages/@original", asked)
        except Gone as gone:
            if gone.why != "message_gone":
                raise
        asked.waits = False

    async def change(self, asked: Asked, message_id: str, message: Message) -> None:
        """Change a message that only the person sees."""
        self._check(asked)
        which = "@original" if asked.way in {Way.PRESS, Way.FORM} else message_id
        await self._call("PATCH", f"/messages/{which}", asked, json=render.payload(message))

    def _check(self, asked: Asked) -> None:
        if self._clock.now() - asked.at > TOKEN_LIVES:
            raise Gone("too_late", "the interaction's token has ended")

    async def _waits(self, asked: Asked) -> bool:
        """Whether "thinking …" still stands there; after a restart only Discord knows."""
        if asked.waits is None:
            try:
                shown = await self._call("GET", "/messages/@original", asked)
            except Gone as gone:
                if gone.why != "message_gone":
                    raise
                shown = {}
            asked.waits = bool(int(shown.get("flags", 0)) & _LOADING)
        return asked.waits

    async def _call(self, method: str, path: str, asked: Asked, *, json: Any = None, file: Attachment | None = None) -> Any:
        whose = {"webhook_id": self._wire.client.application_id, "webhook_token": asked.token}
        return await self._wire.call(method, f"{_HOOK}{path}", json=json, file=file, **whose)
