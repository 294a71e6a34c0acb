"""Discord as a model: a gateway that can be resumed for a while, interactions with three seconds and fifteen minutes, nonces."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.commands import find
from bot.commands.table import Kind
from bot.engine import Receive
from bot.events import Event
from bot.messenger import Gone, NotSent
from bot.platforms.discord import updates
from bot.store import marks
from bot.store.database import Database
from tests.simulation.chats import Port, Room, Server
from tests.simulation.journal import Act, Call

_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
_ACK_WITHIN: Final = timedelta(seconds=3)
_TOKEN_LIVES: Final = timedelta(minutes=15)
_NONCE_KEPT: Final = timedelta(minutes=5)
_RESUMABLE: Final = timedelta(minutes=4)
_MARGIN: Final = timedelta(seconds=1)
_RIGHTS: Final = str((1 << 10) | (1 << 11) | (1 << 13) | (1 << 14))

Json = dict[str, Any]


@dataclass(slots=True)
class _Happened:
    """An event of the gateway. `acked`: its interaction was acknowledged in time."""

    sequence: int
    kind: str
    data: Json
    update: str
    act: Act
    notes: Json = field(default_factory=dict)
    acked: bool = False


@dataclass(slots=True)
class _Asked:
    user: str
    chat: str  # where an answer shows
    at: datetime
    hidden: bool


class Discord(Server):
    """The server side."""

    platform = "discord"
    bot_id = "discord:1"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.events: list[_Happened] = []
        self.sequence = 0
        self.session = 1
        self.away_since: datetime | None = self.clock.true()  # nobody is connected since then
        self._nonces: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.asked: dict[str, _Asked] = {}

    # --- people -------------------------------------------------------------------------------------------------------
    def says(self, account: str, name: str, words: str, *, at: datetime, chat: str = "", token: str = "") -> Act:
        """Somebody calls a command, or writes to the bot in private."""
        private = not chat
        act = self.did(account, chat or account, "said", at=at, private=private, words=words, token=token)
        called = find(words[1:].split(" ", 1)[0]) if words.startswith("/") else None
        if called is None:
            self.opened.add(account)
            data = {"id": self._snowflake(at), "channel_id": account, "author": _user(account, name), "content": words}
            self._happen("MESSAGE_CREATE", data, f"m{data['id']}", act)
            return act
        self.opened |= {account} if private else set()
        _, _, rest = words.partition(" ")
        fields = [one for one in called.options if one.kind is not Kind.FILE]
        options = [{"name": fields[0].name, "value": rest}] if rest and fields else []
        made = {"type": 2, "data": {"name": called.name, "type": 1, "options": options}}
        self._interact(account, name, chat, made, act, hidden=not called.public)
        return act

    def presses(self, account: str, name: str, ref: str, data: str, *, at: datetime, token: str = "") -> Act:
        """Somebody presses a button."""
        chat, _, message = ref.partition("/")
        private = chat not in self.rooms
        act = self.did(account, chat, "pressed", at=at, private=private, words=data, ref=ref, token=token)
        flags = 64 if "~" in self._by_ref[ref].chat else 0
        made = {
            "type": 3,
            "data": {"custom_id": data},
            "message": {"id": message.partition("/")[0], "channel_id": chat, "flags": flags},
        }
        self._interact(account, name, "" if private else chat, made, act, hidden=True)
        return act

    def adds_bot(self, room: Room, name: str, *, at: datetime) -> None:
        act = self.did(room.admin, room.chat, "added", at=at, private=False)
        rights = {"post": True, "pin": True, "embed": True}
        spot = {"chat": room.chat, "title": room.title, "rights": rights, "newly": True, "by": room.admin}
        self._happen("GUILD_CREATE", {"id": room.chat, "guild_id": room.chat}, f"g{act.number}", act, spot=spot)

    def blocks(self, account: str, name: str, *, at: datetime, blocked: bool) -> Act:
        """Somebody closes their private messages, or opens them; Discord tells nobody."""
        (self.blocked.add if blocked else self.blocked.discard)(account)
        return self.did(account, account, "blocked" if blocked else "unblocked", at=at, private=True)

    def _interact(self, account: str, name: str, chat: str, made: Json, act: Act, *, hidden: bool) -> None:
        number = self._snowflake(act.at)
        data = made | {"id": number, "token": f"t{number}", "locale": "en-US", "channel_id": chat or account}
        if chat:
            data |= {"guild_id": chat, "member": {"user": _user(account, name), "permissions": self._bits(chat, account)}}
            data |= {"channel": {"type": 0, "name": self.rooms[chat].title}, "app_permissions": _RIGHTS}
        else:
            data |= {"user": _user(account, name)}
        self.asked[f"i{number}"] = _Asked(account, chat or account, act.at, bool(chat) and hidden)
        self._happen("INTERACTION_CREATE", data, f"i{number}", act)

    def _bits(self, chat: str, account: str) -> str:
        return str(1 << 5) if self.rooms[chat].admin == account else "0"

    def _happen(self, kind: str, data: Json, update: str, act: Act, **notes: Any) -> None:
        self.sequence += 1
        self.events.append(_Happened(self.sequence, kind, data, update, act, notes))
        self.news.set()

    def _snowflake(self, at: datetime) -> str:
        return str((int((at - _EPOCH).total_seconds() * 1000) << 22) | (self.count() & 0x3FFFFF))

    # --- the bot ------------------------------------------------------------------------------------------------------
    def identify(self, session: int, sequence: int) -> int:
        """Resume a session where it broke off, or begin another, in which nobody is told of what was missed."""
        at = self.clock.true()
        if session == self.session and self.away_since is not None and at - self.away_since > _RESUMABLE:
            self.session += 1
        if session != self.session:
            for one in self.events:
                if one.act.handed is None or one.sequence > sequence:
                    one.act.lost = one.act.lost or "missed"
            self.events.clear()
        self.events = [one for one in self.events if one.sequence > sequence]
        self.away_since = None
        return self.session

    def lose(self, at: datetime) -> None:
        """The connection to the bot is gone."""
        self.away_since = self.away_since or at

    def limits_of(self, call: Call) -> Iterable[tuple[str, int, float]]:
        yield "all", 50, 1.0
        if call.what in {"send", "edit"}:
            yield f"{call.what} {call.chat}", 5, 5.0

    def add(self, call: Call) -> str:
        asked = self.asked.get(call.reply_to)
        if asked is not None and self.clock.true() - asked.at <= _TOKEN_LIVES:
            call.chat, call.private = asked.chat, asked.hidden or asked.chat not in self.rooms
            ref = self.show(call, f"{asked.chat}~{asked.user}" if asked.hidden else asked.chat)
            return f"{ref}/{call.reply_to[1:]}" if asked.hidden else ref
        if asked is not None and asked.hidden:
            call.chat, call.private = asked.user, True
        if call.private and call.chat in self.blocked:
            raise Gone("blocked")
        if not call.private and not self.rooms[call.chat].present:
            raise Gone("chat_gone")
        at, key = self.clock.true(), (call.chat, call.nonce)
        before = self._nonces.get(key)
        if before is not None and at - before[1] < _NONCE_KEPT:
            call.ref = before[0]
            call.text = f"(the same nonce: {before[0]})"
            return before[0]
        ref = self.show(call, call.chat)
        self._nonces[key] = (ref, at)
        return ref

    def toasted(self, call: Call) -> None:
        asked = self.asked.get(call.reply_to)
        if asked is None or self.clock.true() - asked.at > _TOKEN_LIVES:
            raise Gone("too_late")


class DiscordPort(Port):
    """The bot's side: acknowledges at once, stores in order, and keeps on disk up to where it has stored."""

    server: Discord
    database: Database

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sequence = 0
        self._session = 0
        self._connected = False

    async def hear(self, receive: Receive) -> None:
        """Take events until cancelled."""
        while True:
            try:
                await self._connect()
            except NotSent:
                self._connected = False
                self.server.lose(self.server.clock.true())
                await asyncio.sleep(5)
                continue
            events = [one for one in self.server.events if one.sequence > self._sequence]
            at = self.clock.now()
            for one in events:
                await self._acknowledge(one)
            raws = [self._raw(one, at) for one in events]
            self.server.news.clear()
            if raws or not self._nothing_new(at):
                await receive(raws, at - _MARGIN)
            if events:
                await self._keep(events)
                continue
            try:
                async with asyncio.timeout(5):
                    await self.server.news.wait()
            except TimeoutError:
                continue

    async def _connect(self) -> None:
        await self._notices()
        self.process.step("a gateway")
        if self.server.weather.outage in {"refused", "silent"}:
            raise NotSent("no connection")
        if self._connected:
            return
        async with self.database.read() as tx:
            kept = await marks.get(tx, bot=self.bot_id, name="session") or {"session": 0, "sequence": 0}
        await asyncio.sleep(0.2)
        self._sequence = kept["sequence"]
        self._session = self.server.identify(kept["session"], self._sequence)
        self._connected = True

    async def _acknowledge(self, one: _Happened) -> None:
        one.act.handed = one.act.handed or self.server.clock.true()
        if one.kind == "INTERACTION_CREATE" and not one.acked:
            self.process.step("an acknowledgement")
            one.acked = self.server.clock.true() - one.act.at <= _ACK_WITHIN
            if not one.acked:
                one.act.lost = "acknowledged too late"

    def _raw(self, one: _Happened, at: datetime) -> Any:
        late = one.kind == "INTERACTION_CREATE" and not one.acked
        return updates.raw(one.kind, one.data, bot=self.bot_id, update=one.update, received_at=at, late=late, **one.notes)

    async def _keep(self, events: list[_Happened]) -> None:
        """All of it is on disk: from there a session is resumed."""
        self._sequence = events[-1].sequence
        async with self.database.write() as tx:
            await marks.put(tx, {"session": self._session, "sequence": self._sequence}, bot=self.bot_id, name="session")
        at = self.server.clock.true()
        for one in events:
            one.act.confirmed = one.act.confirmed or at
        self.server.events = [one for one in self.server.events if one.sequence > self._sequence]

    def read(self, raw: Json, *, received_at: datetime) -> Event | None:
        return updates.read(raw, received_at=received_at)

    async def edit(self, to: Any, ref: str, message: Any) -> None:
        pressed = ref.split("/")[2:]
        asked = self.server.asked.get(f"i{pressed[0]}") if pressed else None
        if pressed and (asked is None or self.server.clock.true() - asked.at > _TOKEN_LIVES):
            raise Gone("too_late")
        await super().edit(to, ref, message)

    @property
    def hears(self) -> bool:
        return self._connected and super().hears

    def drop(self) -> None:
        """The connection broke, and what is said meanwhile is to be had when it is resumed."""
        super().drop()
        self._connected = False

    @property
    def unheard(self) -> bool:
        """Whether something waits to be stored."""
        return bool(self.server.events)


def _user(account: str, name: str) -> Json:
    return {"id": account, "username": name.lower(), "global_name": name}
