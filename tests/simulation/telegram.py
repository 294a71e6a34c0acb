"""Telegram as a model: updates kept for a day, presses for 150 seconds, the offset that confirms, migrations, blocks."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.engine import Receive
from bot.events import Event
from bot.messenger import Gone, NotSent, Uncertain
from bot.platforms.telegram import updates
from tests.simulation.chats import Port, Room, Server
from tests.simulation.journal import Act, Call

_KEPT: Final = timedelta(hours=24)
_PRESS_KEPT: Final = timedelta(seconds=150)
_BATCH: Final = 100
_MARGIN: Final = timedelta(seconds=1)
_LONG_POLL: Final = 5.0

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Pending:
    id: int
    until: datetime
    update: Json
    act: Act


class Telegram(Server):
    """The server side."""

    platform = "telegram"
    bot_id = "telegram:1"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.pending: list[_Pending] = []

    # --- people -------------------------------------------------------------------------------------------------------
    def says(self, account: str, name: str, words: str, *, at: datetime, chat: str = "", token: str = "") -> Act:
        """Somebody writes: to the bot, or in a group."""
        private = not chat
        act = self.did(account, chat or account, "said", at=at, private=private, words=words, token=token)
        self.opened |= {account} if private else set()
        body = {
            "message_id": self.count(),
            "date": _stamp(at),
            "chat": self._chat(chat or account, private),
            "from": _user(account, name),
        }
        self._accept({"message": body | {"text": words}}, act)
        return act

    def presses(self, account: str, name: str, ref: str, data: str, *, at: datetime, token: str = "") -> Act:
        """Somebody presses a button."""
        chat, _, message = ref.rpartition("/")
        private = chat not in self.rooms
        act = self.did(account, chat, "pressed", at=at, private=private, words=data, ref=ref, token=token)
        under = {"message_id": int(message), "chat": self._chat(chat, private), "date": _stamp(at)}
        press = {"id": f"q{act.number}", "from": _user(account, name), "message": under, "data": data}
        self._accept({"callback_query": press}, act)
        return act

    def adds_bot(self, room: Room, name: str, *, at: datetime) -> None:
        act = self.did(room.admin, room.chat, "added", at=at, private=False)
        new = {"status": "administrator", "can_pin_messages": True}
        self._member("my_chat_member", room.admin, name, room.chat, {"status": "left"}, new, act)

    def leaves(self, account: str, name: str, room: Room, *, at: datetime) -> Act:
        room.members.discard(account)
        act = self.did(account, room.chat, "left", at=at, private=False)
        gone = {"status": "left", "user": _user(account, name)}
        self._member("chat_member", account, name, room.chat, {"status": "member"}, gone, act)
        return act

    def blocks(self, account: str, name: str, *, at: datetime, blocked: bool) -> Act:
        (self.blocked.add if blocked else self.blocked.discard)(account)
        act = self.did(account, account, "blocked" if blocked else "unblocked", at=at, private=True)
        states = [{"status": "kicked"}, {"status": "member"}]
        new, old = states if blocked else reversed(states)
        self._member("my_chat_member", account, name, account, old, new, act)
        return act

    def migrates(self, room: Room, *, at: datetime) -> Room:
        """A group becomes a supergroup: the old chat refuses, the new one goes on."""
        new = Room(f"-100{self.count()}", room.title, room.admin, room.members, zone=room.zone)
        room.successor = new.chat
        self.rooms[new.chat] = new
        act = self.did(room.admin, room.chat, "migrated", at=at, private=False, words=new.chat)
        body = {
            "message_id": self.count(),
            "date": _stamp(at),
            "chat": self._chat(room.chat, False),
            "migrate_to_chat_id": int(new.chat),
        }
        self._accept({"message": body}, act)
        return new

    def _member(self, kind: str, account: str, name: str, chat: str, old: Json, new: Json, act: Act) -> None:
        body = {"chat": self._chat(chat, chat not in self.rooms), "from": _user(account, name), "date": _stamp(act.at)}
        self._accept({kind: body | {"old_chat_member": old, "new_chat_member": new}}, act)

    def _chat(self, chat: str, private: bool) -> Json:
        return (
            {"id": int(chat), "type": "private"}
            if private
            else {"id": int(chat), "type": "supergroup", "title": self.rooms[chat].title}
        )

    def _accept(self, update: Json, act: Act) -> None:
        kept = _PRESS_KEPT if "callback_query" in update else _KEPT
        number = self.count()
        self.pending.append(_Pending(number, act.at + kept, {"update_id": number} | update, act))
        self.news.set()

    # --- the bot ------------------------------------------------------------------------------------------------------
    def get_updates(self, offset: int) -> list[Json]:
        """Forget what the offset confirms and what nobody fetched in time, and give what is left."""
        at = self.clock.true()
        kept = []
        for one in self.pending:
            if one.id < offset:
                one.act.confirmed = one.act.confirmed or at
            elif one.until <= at:
                one.act.lost = "kept no longer"
            else:
                kept.append(one)
        self.pending = kept
        self.news.clear()
        batch = kept[:_BATCH]
        for one in batch:
            one.act.handed = one.act.handed or at
        return [one.update for one in batch]

    def limits_of(self, call: Call) -> Iterable[tuple[str, int, float]]:
        yield "all", 30, 1.0
        if call.what == "send":
            yield (call.chat, 8, 4.0) if call.private else (call.chat, 20, 60.0)

    def add(self, call: Call) -> str:
        self._reachable(call)
        return self.show(call, call.chat)

    def change(self, call: Call) -> None:
        self._reachable(call)
        shown = self._find(call)
        if (shown.text, shown.presses, shown.links) == (call.text, call.presses, call.links):
            raise Gone("not_modified")
        super().change(call)

    def toasted(self, call: Call) -> None:
        pressed = next((one for one in reversed(self.journal.acts) if f"q{one.number}" == call.reply_to), None)
        if pressed is None or self.clock.true() - pressed.at > timedelta(minutes=10):
            raise Gone("too_late")

    def _reachable(self, call: Call) -> None:
        room = self.rooms.get(call.chat)
        if call.private and (call.chat in self.blocked or call.chat not in self.opened):
            raise Gone("blocked")
        if room is not None and room.successor is not None:
            raise Gone("moved", successor=room.successor)
        if not call.private and (room is None or not room.present):
            raise Gone("chat_gone")


class TelegramPort(Port):
    """The bot's side: polls as the adapter does, and confirms by asking for what comes next once all is stored."""

    server: Telegram

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._offset = 0

    async def hear(self, receive: Receive) -> None:
        """Poll until cancelled."""
        while True:
            asked_at = self.clock.now()
            try:
                batch = await self._poll()
            except (NotSent, Uncertain):
                await asyncio.sleep(5)
                continue
            at = self.clock.now()
            heard_until = asked_at - _MARGIN if len(batch) < _BATCH else None
            if batch or not self._nothing_new(at):
                await receive([updates.raw(one, bot=self.bot_id, received_at=at) for one in batch], heard_until)
            self._offset = max((one["update_id"] + 1 for one in batch), default=self._offset)
            if not batch:
                try:
                    async with asyncio.timeout(_LONG_POLL):
                        await self.server.news.wait()
                except TimeoutError:
                    continue
            await asyncio.sleep(0.04)

    async def _poll(self) -> Sequence[Json]:
        await self._notices()
        self.process.step("a poll")
        await asyncio.sleep(0.05)
        weather = self.server.weather
        if weather.outage in {"refused", "silent"}:
            raise NotSent("no connection")
        batch = self.server.get_updates(self._offset)
        self.process.step("a batch")
        if weather.outage == "mute" or self.server.rng.random() < weather.answers_lost:
            raise Uncertain("the answer was lost")
        return batch

    def read(self, raw: Json, *, received_at: datetime) -> Event | None:
        return updates.read(raw, received_at=received_at)

    @property
    def unheard(self) -> bool:
        """Whether something waits to be confirmed."""
        return bool(self.server.pending)


def _stamp(at: datetime) -> int:
    return int(at.timestamp())


def _user(account: str, name: str) -> Json:
    return {"id": int(account), "is_bot": False, "first_name": name, "username": name.lower(), "language_code": "en"}
