"""A group and its people on the real tables: what each chat shows after sends and edits, buttons pressed, time passing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from bot import buttons
from bot.domain.commitments import Commitment
from bot.domain.errors import Refused
from bot.domain.people import Consent, Group, Learner
from bot.events import Chat, Person, Pressed, Said
from bot.router import Router
from bot.services import crossings, delivery, slips
from bot.services.cards import slots_due
from bot.services.days import days_due
from bot.services.facts import knows, unpack
from bot.services.live import LOADERS
from bot.services.meeting import meet_group, meet_person
from bot.store import commitments, groups, outbox, people, timers
from bot.store.database import Tx, insert
from bot.store.outbox import Act, Item, Lane, State
from bot.store.schema import commitments as table
from bot.store.schema import outbox as outbox_table
from bot.store.schema import shown
from bot.turn import Turn
from bot.ui.message import Message
from bot.ui.notices import word
from bot.ui.words import Words

MONDAY = datetime(2026, 6, 1, 6, 12, tzinfo=UTC)  # 07:12 in London
GROUP = Chat("telegram", "-100", private=False, title="Study group")


@dataclass(slots=True)
class Shown:
    """One message as it stands in a chat."""

    ref: str
    message: Message

    @property
    def text(self) -> str:
        return self.message.plain

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.message.rows for button in row]


class Street:
    """Everybody and the time. `at` is now; `chats` maps a person's account, or "group", to what stands there."""

    def __init__(self, tx: Tx, *, at: datetime = MONDAY) -> None:
        self.tx = tx
        self.at = at
        self.chats: dict[str, list[Shown]] = {}
        self.toasts: list[str] = []
        self.edits = 0
        self._router = Router({"telegram": "plan_e_bot"})
        self._updates = 0
        self._names: dict[str, str] = {}

    # --- people -------------------------------------------------------------------------------------------------------
    async def person(self, account: str, name: str, *, consent: Consent | None = Consent.ALERT, joined: bool = True) -> Learner:
        """Somebody in London with a private chat, a member of the group."""
        learner = await self._meet(Person("telegram", account, name), private=True)
        await people.change(self.tx, learner.id, zone="Europe/London")
        if joined:
            group = await self.group()
            await people.join(self.tx, learner_id=learner.id, group_id=group.id, at=self.at)
            if consent is not None:
                await people.set_consent(self.tx, learner_id=learner.id, group_id=group.id, consent=consent)
        self._names[account] = name
        return await people.get(self.tx, learner.id)

    async def group(self) -> Group:
        """The group, in London as well."""
        found = await meet_group(self.tx, platform="telegram", chat=GROUP.chat, title=GROUP.title, at=self.at)
        if found.zone is None:
            await groups.change(self.tx, found.id, zone="Europe/London")
        return await groups.get(self.tx, found.id)

    # --- talking ------------------------------------------------------------------------------------------------------
    async def say(self, account: str, words: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        """Type words; returns the latest message of that chat afterwards."""
        event = Said(self._who(account), self._where(account, in_group), self.at, self._next(), words, reply_to=reply_to)
        await self._turn(event)
        return self.last(account, in_group=in_group).text

    async def press(self, account: str, label: str, *, in_group: bool = False, at_message: Shown | None = None) -> str:
        """Press a button, of the latest message that has it unless told; returns the message's text afterwards."""
        line = self.chats["group" if in_group else account]
        messages = [at_message] if at_message else list(reversed(line))
        target, button = next(
            (one, button) for one in messages for row in one.message.rows for button in row if button.label.startswith(label)
        )
        assert button.action is not None
        action = buttons.decode(buttons.encode(button.action))
        event = Pressed(self._who(account), self._where(account, in_group), self.at, target.ref, action, self._next())
        await self._turn(event)
        return target.text

    def last(self, account: str = "", *, in_group: bool = False) -> Shown:
        return self.chats["group" if in_group else account][-1]

    @property
    def group_texts(self) -> list[str]:
        return [one.text for one in self.chats.get("group", []) if not one.text.startswith("Board")]

    def _who(self, account: str) -> Person:
        return Person("telegram", account, self._names[account])

    def _where(self, account: str, in_group: bool) -> Chat:
        return GROUP if in_group else Chat("telegram", account, private=True)

    def _next(self) -> str:
        self._updates += 1
        return f"u{self._updates}"

    async def _meet(self, who: Person, *, private: bool) -> Learner:
        return await meet_person(
            self.tx,
            platform="telegram",
            account=who.account,
            name=who.name,
            username=None,
            language="en",
            private=private,
            at=self.at,
        )

    async def _turn(self, event: Said | Pressed) -> None:
        learner = await self._meet(event.person, private=event.chat.private)
        group = None if event.chat.private else await self.group()
        turn = Turn(self.tx, self.at, event, f"test:{self._updates}", learner, group)
        try:
            async with self.tx.begin_nested():
                await self._router.turn(turn)
        except Refused as refused:
            turn = replace(turn, answers=0, toasted=False)
            await turn.toast(refused.notice)
        await turn.close()
        await self.deliver()

    # --- time ---------------------------------------------------------------------------------------------------------
    async def until(self, at: datetime) -> None:
        """Let promises fall due and messages go out until `at`, everything in its turn."""
        await self.deliver()
        while (when := await self._next_event()) is not None and when <= at:
            self.at = max(self.at, when)
            await self.fire()
            await self.deliver()
        self.at = at

    async def _next_event(self) -> datetime | None:
        waiting = select(outbox_table.c.due_at).where(outbox_table.c.state == State.READY).order_by(outbox_table.c.due_at)
        queued = (await self.tx.execute(waiting.limit(1))).scalar_one_or_none()
        return min((one for one in (await timers.next_due(self.tx), queued) if one is not None), default=None)

    async def fire(self) -> None:
        """Handle the timers due now."""
        while taken := await timers.take(self.tx, at=self.at, limit=500):
            await slots_due(self.tx, [one for one in taken if one.kind == "slot"], self.at)
            await days_due(self.tx, [one for one in taken if one.kind == "day"], self.at)
            await slips.promises_due(self.tx, [one for one in taken if one.kind == "promise"], self.at)
            await crossings.looks_due(self.tx, [one for one in taken if one.kind == "pace"], self.at)

    # --- what arrives -------------------------------------------------------------------------------------------------
    async def deliver(self) -> None:
        """Let everything that waits arrive, urgent lanes first, as the courier would."""
        while (row := await self._head()) is not None:
            message = await self._worded(row)
            state = State.CANCELLED if message is None else State.SENT
            await self.tx.execute(update(outbox_table).where(outbox_table.c.id == row["id"]).values(state=state))
            if message is not None and row["kind"] not in {"board", "card"}:
                await self._arrive(row, message)

    async def _head(self) -> dict[str, Any] | None:
        query = select(outbox_table).where(outbox_table.c.state == State.READY, outbox_table.c.due_at <= self.at)
        found = (await self.tx.execute(query.order_by(outbox_table.c.lane, outbox_table.c.id).limit(1))).mappings().one_or_none()
        return None if found is None else dict(found)

    async def _worded(self, row: dict[str, Any]) -> Message | None:
        if row["kind"] in {"board", "card"}:
            return Message(())
        known = knows(row["kind"])
        notice = unpack(row["kind"], row["facts"]) if known else await LOADERS[row["kind"]](self.tx, row["facts"], self.at)
        return None if notice is None else word(notice, Words("en", "Europe/London", self.at))

    async def _arrive(self, row: dict[str, Any], message: Message) -> None:
        line = await self._line(row)
        match row["act"]:
            case Act.TOAST:
                self.toasts += [message.plain] if message.plain else []
            case Act.SEND:
                ref = f"m{row['id']}"
                self.chats.setdefault(line, []).append(Shown(ref, message))
                await self._remember(row, ref)
                item = Item(**{name: row[name] for name in Item.__dataclass_fields__})
                await delivery.delivered(self.tx, replace(item, act=Act(row["act"]), lane=Lane(row["lane"])), at=self.at)
            case Act.EDIT:
                found = await outbox.shown_as(self.tx, row["shows"]) if row["shows"] else None
                edited = row["ref"] or (found[0] if found else None)
                for one in self.chats.get(line, []):
                    if one.ref == edited:
                        self.edits += one.message != message
                        one.message = message
                        await self._remember(row, one.ref)
            case _:
                return

    async def _line(self, row: dict[str, Any]) -> str:
        if row["group_id"] is not None:
            return "group"
        accounts = await people.accounts(self.tx, [row["learner_id"]], platform="telegram")
        return accounts[row["learner_id"]].account

    async def _remember(self, row: dict[str, Any], ref: str) -> None:
        if row["shows"]:
            look = {"platform": row["platform"], "ref": ref, "digest": "", "at": self.at}
            statement = insert(self.tx, shown).values(key=row["shows"], **look)
            await self.tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_=look))

    # --- looking in the tables ----------------------------------------------------------------------------------------
    async def promises(self, learner: Learner) -> list[Commitment]:
        """All commitments of a learner, drafts included, oldest first."""
        rows = (await self.tx.execute(select(table.c.id).order_by(table.c.id))).all()
        found = await commitments.get_many(self.tx, [row.id for row in rows])
        return [found[row.id] for row in rows if found[row.id].learner_id == learner.id]
