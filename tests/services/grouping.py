"""A group chat before the real courier and timers: what happens to it, what is said in it, what stands there afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot import buttons, chats
from bot.courier import Courier
from bot.domain.calendar import study_day
from bot.domain.charts import Chart
from bot.domain.checkins import Outcome, SessionState
from bot.domain.errors import Refused
from bot.domain.people import MAIN, Consent, Group, Learner
from bot.domain.plans import FreeScope
from bot.events import BotMoved, Chat, Event, Person, Pressed, Said
from bot.limits import Limits
from bot.messenger import Gone, Target
from bot.router import Router
from bot.services import digests
from bot.services import groups as joining
from bot.services.meeting import meet_group, meet_person
from bot.store import checkins, commitments, groups, outbox, people, sessions, slots, timers
from bot.store.database import Database, Tx
from bot.store.sessions import Planned
from bot.timers import run_due
from bot.turn import Turn
from bot.ui.message import Action, Message

SUNDAY = datetime(2026, 6, 14, 9, tzinfo=UTC)  # 10:00 in London, ISO week 24
CHAT = Chat("telegram", "-100", private=False, title="Study group")
_A_MOMENT = timedelta(seconds=1)
ALL_RIGHTS = {"admin": True, "post": True, "pin": True, "tag": True}


@dataclass(slots=True)
class Standing:
    """One message as it stands in a chat."""

    ref: str
    message: Message
    topic: str | None
    reply_to: str | None
    silent: bool
    pinned: bool = False
    thread: str = ""

    @property
    def text(self) -> str:
        return self.message.plain

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.message.rows for button in row]

    @property
    def actions(self) -> dict[str, Action]:
        return {button.label: button.action for row in self.message.rows for button in row if button.action}


class Walls:
    """The messenger: it remembers what stands in each chat, and how often each message was edited."""

    def __init__(self) -> None:
        self.chats: dict[str, list[Standing]] = {}
        self.toasts: list[str] = []
        self.edits = 0
        self.trouble: Exception | None = None
        self.closed: str | None = None  # a topic in which nobody may write
        self._made = 0

    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        if self.trouble is not None:
            raise self.trouble
        if to.topic is not None and to.topic == self.closed:
            raise Gone("topic_gone")
        self._made += 1
        self.chats.setdefault(to.chat, []).append(Standing(f"m{self._made}", message.unlisted, to.topic, reply_to, silent))
        return f"m{self._made}"

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        self.edits += 1
        self._find(to, ref).message = message.unlisted

    async def toast(self, answer_to: str, text: str) -> None:
        self.toasts += [text] if text else []

    async def pin(self, to: Target, ref: str) -> None:
        self._find(to, ref).pinned = True

    async def thread(self, to: Target, ref: str, name: str) -> str:
        self._find(to, ref).thread = name
        return f"t{ref}"

    async def tag(self, to: Target, account: str, text: str) -> None:
        raise Gone("refused")

    def _find(self, to: Target, ref: str) -> Standing:
        for one in self.chats.get(to.chat, []):
            if one.ref == ref:
                return one
        raise Gone("message_gone")


class Hall:
    """The group and the time. `at` is now; `walls` is what everybody sees."""

    def __init__(self, database: Database, *, at: datetime = SUNDAY, zone: str | None = "Europe/London") -> None:
        self.database = database
        self.at = at
        self.zone = zone
        self.walls = Walls()
        limits = Limits(per_second={"telegram": 1000}, chat_per_second=1000, group_per_minute=100_000)
        self.courier = Courier(database, {"telegram": self.walls}, limits, self, draw=self._draw)
        self.drawn: list[Chart] = []
        self._router = Router({"telegram": "plan_e_bot"})
        self._updates = 0

    async def _draw(self, chart: Chart) -> bytes:
        self.drawn.append(chart)
        return b"png"

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    # --- the group ----------------------------------------------------------------------------------------------------
    async def opens(self, chat: Chat = CHAT, *, rights: dict[str, bool] | None = None) -> None:
        """The bot is added to the group, which is in London unless told otherwise."""
        await self.happens(BotMoved(_admin(), chat, self.at, present=True, newly=True, rights=rights or ALL_RIGHTS))
        if self.zone is not None:
            async with self.database.write() as tx:
                await groups.change(tx, (await self.group(tx)).id, zone=self.zone)
                await digests.schedule(tx, await self.group(tx), at=self.at)

    async def group(self, tx: Tx, chat: Chat = CHAT) -> Group:
        found = await groups.by_chat(tx, platform=chat.platform, chat=chat.chat)
        assert found is not None
        return found

    async def happens(self, event: Event) -> None:
        """Something happens to the chat."""
        self._updates += 1
        async with self.database.write() as tx:
            await chats.handle(tx, event, at=self.at, source=f"h{self._updates}")
        await self.settle()

    # --- people -------------------------------------------------------------------------------------------------------
    async def person(
        self,
        account: str,
        name: str,
        *,
        consent: Consent | None = Consent.GROUP,
        joined: bool = True,
        private: bool = True,
        zone: str = "Europe/London",
        wall: time | None = None,
    ) -> Learner:
        """Somebody, a member of the group unless told otherwise; with a slot every day at `wall`."""
        async with self.database.write() as tx:
            learner = await self._meet(tx, Person("telegram", account, name), private=private)
            await people.change(tx, learner.id, zone=zone)
            learner = await people.get(tx, learner.id)
            if wall is not None:
                await slots.set_slot(tx, learner_id=learner.id, kind=MAIN, wall=wall, weekdays=frozenset(range(7)), zone=zone)
            if joined:
                group = await self.group(tx)
                await joining.join(tx, learner, group, at=self.at)
                if consent is not None:
                    await joining.choose_consent(tx, learner, group, consent, at=self.at)
        await self.settle()
        return learner

    async def crowd(self, names: Sequence[str], *, wall: time = time(7)) -> list[Learner]:
        """Many members at once whom the group sees, with a slot every day at `wall`."""
        made = []
        async with self.database.write() as tx:
            for number, name in enumerate(names):
                learner = await self._meet(tx, Person("telegram", str(1000 + number), name), private=True)
                await slots.set_slot(
                    tx, learner_id=learner.id, kind=MAIN, wall=wall, weekdays=frozenset(range(7)), zone="Europe/London"
                )
                await people.join(tx, learner_id=learner.id, group_id=1, at=self.at)
                await people.set_consent(tx, learner_id=learner.id, group_id=1, consent=Consent.GROUP)
                made.append(learner)
        return made

    async def promises(
        self, learner: Learner, text: str, *, due_at: datetime, consent: Consent | None = Consent.GROUP, **changes: Any
    ) -> int:
        """A published promise, with whatever became of it in `changes`."""
        self._updates += 1
        async with self.database.write() as tx:
            made = await commitments.add_draft(
                tx,
                learner_id=learner.id,
                group_id=(await self.group(tx)).id,
                source=f"p{self._updates}",
                text=text,
                scope=FreeScope(),
                consent=consent,
                in_place=False,
                due_at=due_at,
                due_wall=due_at.replace(tzinfo=None),
                zone="Europe/London",
                at=due_at - timedelta(days=20),
            )
            values = {"state": "open", "published_at": due_at - timedelta(days=20), **changes}
            await commitments.change(tx, made.id, **values)
        return made.id

    async def studied(
        self, learner: Learner, day: date, state: SessionState = SessionState.DONE, *, minutes: int | None = 45
    ) -> None:
        """A session of a study day that has become something."""
        self._updates += 1
        due_at = datetime.combine(day, time(7), UTC)
        async with self.database.write() as tx:
            await sessions.add_many(tx, [Planned(learner.id, MAIN, day, due_at, state)])
            if state in {SessionState.DONE, SessionState.PARTLY}:
                await checkins.add(
                    tx,
                    learner_id=learner.id,
                    source=f"c{self._updates}",
                    day=day,
                    outcome=Outcome(state.value),
                    minutes=minutes,
                    module_id=None,
                    note="",
                    links=(),
                    photo=None,
                    late=False,
                    at=due_at,
                )

    def today(self) -> date:
        return study_day(self.at, zone="Europe/London")

    # --- talking ------------------------------------------------------------------------------------------------------
    async def says(
        self, account: str, words: str, *, topic: str | None = None, reply_to: str | None = None, admin: bool = False
    ) -> None:
        """Words are typed in the group."""
        self._updates += 1
        where = replace(CHAT, topic=topic)
        person = Person("telegram", account, f"P{account}")
        await self._turn(Said(person, where, self.at, f"u{self._updates}", words, reply_to=reply_to), admin=admin)

    async def presses(self, account: str, label: str, *, on: Standing | None = None, admin: bool = False) -> None:
        """A button of a message in the group is pressed: of the latest that has it, unless told."""
        self._updates += 1
        target = on or next(one for one in reversed(self.here) if any(have.startswith(label) for have in one.labels))
        action = next(action for have, action in target.actions.items() if have.startswith(label))
        known = buttons.decode(buttons.encode(action))
        person = Person("telegram", account, f"P{account}")
        await self._turn(Pressed(person, CHAT, self.at, target.ref, known, f"t{self._updates}"), admin=admin)

    async def writes(self, account: str, words: str) -> str:
        """Words are typed in private; returns the latest message there."""
        self._updates += 1
        chat = Chat("telegram", account, private=True)
        event = Said(Person("telegram", account, f"P{account}"), chat, self.at, f"u{self._updates}", words)
        await self._turn(event, admin=False)
        return self.private(account)[-1].text

    async def taps(self, account: str, label: str, *, on: Standing | None = None) -> str:
        """A button in private is pressed: of the latest message that has it, unless told; returns that message afterwards."""
        self._updates += 1
        shown = [on] if on else reversed(self.private(account))
        target = next(one for one in shown if any(have.startswith(label) for have in one.labels))
        action = next(action for have, action in target.actions.items() if have.startswith(label))
        known = buttons.decode(buttons.encode(action))
        chat, person = Chat("telegram", account, private=True), Person("telegram", account, f"P{account}")
        await self._turn(Pressed(person, chat, self.at, target.ref, known, f"t{self._updates}"), admin=False)
        return target.text

    async def _turn(self, event: Said | Pressed, *, admin: bool) -> None:
        async with self.database.write() as tx:
            group = None
            if not event.chat.private:
                group = await meet_group(tx, platform="telegram", chat=event.chat.chat, title=event.chat.title, at=self.at)
            found = await people.by_account(tx, platform="telegram", account=event.person.account)
            learner = found[0] if found else await self._meet(tx, event.person, private=event.chat.private)
            turn = Turn(tx, self.at, event, f"s{self._updates}", learner, group, is_admin=admin)
            try:
                async with tx.begin_nested():
                    await self._router.turn(turn)
            except Refused as refused:
                await turn.toast(refused.notice)
            await turn.close()
        await self.settle()

    async def _meet(self, tx: Tx, who: Person, *, private: bool) -> Learner:
        return await meet_person(
            tx,
            platform=who.platform,
            account=who.account,
            name=who.name,
            username=who.username,
            language=who.language,
            private=private,
            at=self.at,
        )

    # --- time ---------------------------------------------------------------------------------------------------------
    async def until(self, at: datetime) -> None:
        """Time passes: every timer in its turn, what is due goes out."""
        await self.settle()
        while (due := await self._next_due()) is not None and due <= at:
            self.at = max(self.at, due)
            await self.wakes()
        self.at = at
        await self.wakes()

    async def wakes(self) -> None:
        """Everything due now has its turn at once, as after an outage that ends now."""
        await run_due(self.database, at=self.at)
        await self.courier.review()
        await self.settle()

    async def settle(self) -> None:
        """Let out what may go now; the courier's own pacing takes a moment."""
        while True:
            await self.courier.drain()
            async with self.database.read() as tx:
                soon = await outbox.next_due(tx, after=self.at)
            if soon is None or soon - self.at > _A_MOMENT:
                return
            self.at = soon

    async def _next_due(self) -> datetime | None:
        async with self.database.read() as tx:
            return await timers.next_due(tx)

    # --- looking ------------------------------------------------------------------------------------------------------
    @property
    def here(self) -> list[Standing]:
        return self.walls.chats.get(CHAT.chat, [])

    def private(self, account: str) -> list[Standing]:
        return self.walls.chats.get(account, [])

    @property
    def board(self) -> Standing:
        return next(one for one in reversed(self.here) if one.text.startswith("Board"))

    @property
    def digests(self) -> list[str]:
        return [one.text for one in self.here if one.text.startswith(("The week", "2 weeks", "3 weeks", "4 weeks"))]


def _admin() -> Person:
    return Person("telegram", "1", "Root")
