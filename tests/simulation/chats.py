"""What both chat programs have in common: people, groups, messages, outages, lost answers; and the bot's port to one."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Protocol

from bot import buttons
from bot.clock import Clock
from bot.commands.table import Command
from bot.engine import Receive
from bot.events import Chat, Chosen, Event, Person
from bot.messenger import Gone, NotSent, Target, Uncertain
from bot.ui.message import Among, Message
from bot.ui.words import Words
from tests.simulation.clock import WorldClock
from tests.simulation.journal import Act, Call, Journal

NAME: Final = "plan_e_bot"
_FROZEN: Final = 330.0  # seconds: longer than a lease, and than it takes until a second try has gone out


@dataclass(slots=True)
class Shown:
    """A message as it stands in a chat."""

    chat: str
    ref: str
    text: str
    presses: tuple[str, ...]
    links: tuple[str, ...]
    at: datetime
    pinned: bool = False


@dataclass(slots=True)
class Room:
    """A group chat."""

    chat: str
    title: str
    admin: str
    members: set[str] = field(default_factory=set)
    present: bool = True  # whether the bot is in it
    successor: str | None = None
    zone: str = ""


@dataclass(slots=True)
class Weather:
    """How a platform is to be reached: chances of trouble per call, and an outage while there is one."""

    answers_lost: float = 0.0
    never_came: float = 0.0
    refused: float = 0.0
    asks_to_wait: float = 0.0
    outage: str = ""  # "", refused (no connection), silent (nothing arrives), mute (it arrives, no answer comes)


class Process(Protocol):
    """The process that a port belongs to."""

    life: int

    @property
    def dead(self) -> bool: ...

    def step(self, where: str) -> None: ...


class Server(ABC):
    """A chat program: what is in it, and what it tells the bot of."""

    platform = ""
    bot_id = ""

    def __init__(self, clock: WorldClock, journal: Journal, seed: str) -> None:
        self.clock = clock
        self.journal = journal
        self.rng = Random(f"{seed}:{self.platform}")
        self.weather = Weather()
        self.rooms: dict[str, Room] = {}
        self.blocked: set[str] = set()
        self.opened: set[str] = set()  # who has written to the bot in private: before that it may not write to them
        self.messages: dict[str, dict[str, Shown]] = {}
        self.quiet_until: datetime | None = None  # it asked for silence until then
        self.news = asyncio.Event()
        self.witness: Callable[[Call], None] = lambda _call: None  # sees what arrives, the moment it does
        self._counted = 100
        self._recent: dict[str, list[datetime]] = {}
        self._waiting: dict[int, tuple[Call, asyncio.Future[Any]]] = {}
        self._by_ref: dict[str, Shown] = {}

    # --- people -------------------------------------------------------------------------------------------------------
    def did(self, account: str, chat: str, kind: str, *, at: datetime, private: bool, **facts: Any) -> Act:
        """Note that somebody did something."""
        act = Act(self.journal.number(), at, self.platform, account, chat, private, kind, **facts)
        self.journal.acts.append(act)
        return act

    def count(self) -> int:
        self._counted += 1
        return self._counted

    def newest(self, chat: str, prefix: str, *, words: str = "", back: int = 40) -> tuple[Shown, str] | None:
        """The newest message in a chat that has a button whose data begins so, and that data."""
        for shown in list(reversed(self.messages.get(chat, {}).values()))[:back]:
            for data in shown.presses:
                if data.startswith(prefix) and words in shown.text:
                    return shown, data
        return None

    # --- the bot's calls ----------------------------------------------------------------------------------------------
    async def carry(self, call: Call, effect: Callable[[Call], Any]) -> Any:
        """Carry a call to the platform and its answer back; either may be lost, the bot may be dead before it comes."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        there, back = self.rng.uniform(0.02, 0.4), self.rng.uniform(0.02, 0.4)
        luck = self.rng.random()
        self._waiting[call.number] = (call, answer)
        loop.call_later(there, self._arrive, call, effect, answer, luck, back)
        try:
            return await answer
        finally:
            self._waiting.pop(call.number, None)

    def _arrive(self, call: Call, effect: Callable[[Call], Any], answer: "asyncio.Future[Any]", luck: float, back: float) -> None:
        weather, loop = self.weather, asyncio.get_running_loop()
        if weather.outage == "refused" or luck < weather.refused:
            loop.call_later(back, self._answer, call, answer, NotSent("no connection"))
            return
        luck -= weather.refused
        if weather.outage == "silent" or luck < weather.never_came:
            loop.call_later(20, self._answer, call, answer, Uncertain("no answer"))
            return
        luck -= weather.never_came
        try:
            self.limit(call)
            made = effect(call)
        except (NotSent, Gone) as refusal:
            loop.call_later(back, self._answer, call, answer, refusal)
            return
        call.reached, call.at = True, self.clock.true()
        self.witness(call)
        lost = weather.outage == "mute" or luck < weather.answers_lost
        outcome = Uncertain("the answer was lost") if lost else made
        loop.call_later(20 if lost else back, self._answer, call, answer, outcome)

    def _answer(self, call: Call, answer: "asyncio.Future[Any]", outcome: Any) -> None:
        if answer.done():
            return
        call.told_at = self.clock.true()
        if not isinstance(outcome, Exception):
            call.told = "ok"
            answer.set_result(outcome)
            return
        match outcome:
            case NotSent(retry_after=float() | int() as wait):
                call.told = f"wait {wait:g}"
            case NotSent():
                call.told = "not sent"
            case Gone(why=why):
                call.told = f"gone: {why}"
            case _:
                call.told = "uncertain"
        answer.set_exception(outcome)

    def break_off(self) -> None:
        """All connections break: nobody hears what became of what was on its way."""
        for call, answer in list(self._waiting.values()):
            self._answer(call, answer, Uncertain("the connection broke"))

    def limit(self, call: Call) -> None:
        """Refuse what comes too fast."""
        at = self.clock.true()
        if self.quiet_until is not None and at < self.quiet_until:
            raise NotSent("asked to wait", retry_after=(self.quiet_until - at).total_seconds())
        if call.what == "toast":
            return
        if self.rng.random() < self.weather.asks_to_wait:
            self._be_quiet(self.rng.choice((1.0, 3.0, 30.0)))
        for name, most, seconds in self.limits_of(call):
            recent = self._recent.setdefault(name, [])
            while recent and (at - recent[0]).total_seconds() >= seconds:
                recent.pop(0)
            if len(recent) >= most:
                self._be_quiet(seconds - (at - recent[0]).total_seconds())
            recent.append(at)

    def _be_quiet(self, seconds: float) -> None:
        self.quiet_until = self.clock.true() + timedelta(seconds=seconds)
        raise NotSent("asked to wait", retry_after=seconds)

    @abstractmethod
    def limits_of(self, call: Call) -> Iterable[tuple[str, int, float]]:
        """What a call counts against: a name, how many, in how many seconds."""

    @abstractmethod
    def add(self, call: Call) -> str:
        """Show a new message."""

    def show(self, call: Call, place: str) -> str:
        """Put a message up; a `place` "chat~person" is seen by that person alone."""
        ref = f"{place.partition('~')[0]}/{self.count()}"
        shown = Shown(place, ref, call.text, call.presses, call.links, self.clock.true())
        self.messages.setdefault(place, {})[ref] = self._by_ref[ref] = shown
        call.ref = ref
        return ref

    def change(self, call: Call) -> None:
        """Change a message."""
        shown = self._find(call)
        shown.text, shown.presses, shown.links = call.text, call.presses, call.links

    def pin(self, call: Call) -> None:
        self._find(call).pinned = True

    @abstractmethod
    def toasted(self, call: Call) -> None:
        """Answer a tap."""

    def _find(self, call: Call) -> Shown:
        shown = self._by_ref.get("/".join(call.ref.split("/")[:2]))
        if shown is None:
            raise Gone("message_gone")
        return shown


class Port(ABC):
    """The bot's way to a platform, in one life of the process: a Platform of the engine."""

    alive = True

    def __init__(self, server: Server, process: Process, clock: WorldClock) -> None:
        self.server = server
        self._unnoticed = 0.0  # seconds until it is noticed that nothing comes any more
        self.process = process
        self.clock: Clock = clock
        self._true = clock
        self.frozen: Callable[[], bool] = lambda: False  # whether this process stands still after a call
        self.heard_at: datetime | None = None  # all the polls up to then came back empty, and that is written down

    @property
    def platform(self) -> str:
        return self.server.platform

    @property
    def bot_id(self) -> str:
        return self.server.bot_id

    @property
    def name(self) -> str:
        return NAME

    @property
    def hears(self) -> bool:
        """Whether all that is said there comes to the bot."""
        return not self.server.weather.outage

    @property
    @abstractmethod
    def unheard(self) -> bool:
        """Whether something waits there to be heard, or to be confirmed."""

    @abstractmethod
    async def hear(self, receive: Receive) -> None:
        """See the Platform of the engine."""

    @abstractmethod
    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        """See the Platform of the engine."""

    def _nothing_new(self, at: datetime) -> bool:
        """Whether an empty poll says nothing that is not known."""
        return self.heard_at is not None and timedelta() <= at - self.heard_at < timedelta(seconds=5)

    def drop(self) -> None:
        """The connection by which it hears is dead, as it is after a sleep."""
        self._unnoticed = self.server.rng.choice((0.0, 3.0, 15.0, 40.0))

    async def _notices(self) -> None:
        """A dead connection is noticed at once or late."""
        unnoticed, self._unnoticed = self._unnoticed, 0.0
        await asyncio.sleep(unnoticed)

    async def start(self) -> None:
        """Wait until the platform can be reached."""
        while self.server.weather.outage in {"refused", "silent"}:
            await asyncio.sleep(60)
            self.process.step("waiting for a platform")

    async def stop(self) -> None:
        return

    async def register(self, commands: Iterable[Command], words: Words) -> None:
        return

    async def fetch(self, file_id: str) -> bytes:
        raise LookupError(file_id)

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        """Whether a person administers a group."""
        self.process.step("asked who administers a group")
        await asyncio.sleep(0.1)
        if self.server.weather.outage:
            raise NotSent("no connection")
        room = self.server.rooms.get(chat.chat)
        return room is not None and room.admin == person.account

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        """Nobody here sets up a channel or a role."""
        return None

    # --- Messenger ----------------------------------------------------------------------------------------------------
    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        call = self._call("send", to.chat, message, private=to.private, nonce=nonce, reply_to=reply_to or "")
        return str(await self._make(call, self.server.add))

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        await self._make(self._call("edit", to.chat, message, private=to.private, ref=ref), self.server.change)

    async def toast(self, answer_to: str, text: str) -> None:
        call = self._call("toast", "", None, private=True, reply_to=answer_to)
        call.text = text
        await self._make(call, self.server.toasted)

    async def pin(self, to: Target, ref: str) -> None:
        await self._make(self._call("pin", to.chat, None, private=to.private, ref=ref), self.server.pin)

    async def thread(self, to: Target, ref: str, name: str) -> str:
        raise Gone("refused", "no threads here")

    async def tag(self, to: Target, account: str, text: str) -> None:
        raise Gone("refused", "no tags here")

    def _call(self, what: str, chat: str, message: Message | None, *, private: bool, **facts: Any) -> Call:
        call = Call(
            self.server.journal.number(), self.process.life, self._true.true(), self.platform, what, chat, private, **facts
        )
        call.skew = self._true.skew.total_seconds()
        if message is not None:
            call.text = message.plain
            pressed = [button for row in message.rows for button in row]
            call.presses = tuple(buttons.encode(one.action) for one in pressed if one.action is not None)
            call.links = tuple(one.url for one in pressed if one.url is not None)
        return call

    async def _make(self, call: Call, effect: Callable[[Call], Any]) -> Any:
        self.process.step("a call")
        self.server.journal.calls.append(call)
        frozen = self.frozen()
        made = await self.server.carry(call, effect)
        if frozen:  # the process does not run for a while; the clock goes on, and the connection does not outlast it
            call.told = "frozen"
            await asyncio.sleep(_FROZEN)
            raise Uncertain("the connection broke meanwhile")
        self.process.step("its answer")
        return made
