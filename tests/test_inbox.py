"""The inbox: nothing confirmed is lost, nothing is handled twice, and what breaks stays alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.domain.errors import Refused
from bot.domain.notices.general import AdminsOnly, UnknownCommand
from bot.domain.plans import MAX_FILE_BYTES
from bot.events import Chat, ChatMoved, Chosen, Event, File, Person, Pressed, Said
from bot.inbox import Inbox
from bot.services.facts import unpack
from bot.services.plan_draft import PlanFileRefused, Refusal
from bot.store import inbox, people
from bot.store.database import Database, Tx
from bot.store.inbox import Raw
from bot.store.people import Dialogue
from bot.store.schema import dialogues, learners, outbox
from bot.store.schema import inbox as table
from bot.turn import Turn
from bot.ui.message import Among
from tests.props import NOON, Hand, until

pytestmark = pytest.mark.both_engines

BOT = "telegram:1"


class Speaker:
    """A platform as the inbox knows it: updates are small words, and what it is asked it answers when told."""

    def __init__(self) -> None:
        self.answering = asyncio.Event()
        self.answering.set()
        self.asked: list[str] = []
        self.file: bytes | Exception = b"- [ ] Limits\n"
        self.admin: bool | Exception = True

    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        chat = Chat("telegram", raw.get("chat", raw["who"]), private="chat" not in raw, title="Study")
        who = Person("telegram", raw["who"], raw["who"])
        match raw:
            case {"moved": successor}:
                return ChatMoved(chat, NOON, successor)
            case {"press": _}:
                return Pressed(who, chat, received_at, "1/1", None, "tap")
            case {"size": size}:
                return Said(who, chat, NOON, "1/2", words=raw["words"], file=File("f", "plan.md", size))
            case {"words": words}:
                return Said(who, chat, NOON, "1/3", words=words)
            case _:
                return None

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        self.asked.append(f"admin {person.account}")
        await self.answering.wait()
        if isinstance(self.admin, Exception):
            raise self.admin
        return self.admin

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        self.asked.append(f"{among} {value}")
        return Chosen(value)

    async def fetch(self, file_id: str) -> bytes:
        self.asked.append(f"file {file_id}")
        await self.answering.wait()
        if isinstance(self.file, Exception):
            raise self.file
        return self.file


class Deeds:
    """A router that remembers, in the database and beside it; "refuse", "crash" and "die" do as they say."""

    def __init__(self) -> None:
        self.did: list[tuple[str, str]] = []
        self.turns: list[Turn] = []
        self.happened: list[Event] = []
        self.crashes = 99

    def needs_admin(self, event: Said | Pressed) -> bool:
        return isinstance(event, Said) and event.words.startswith("admins")

    def chooses(self, event: Said | Pressed) -> tuple[Among, str] | None:
        return None

    async def turn(self, turn: Turn) -> None:
        words = turn.event.words if isinstance(turn.event, Said) else "press"
        self.turns.append(turn)
        before = await people.dialogue(turn.tx, turn.learner.id)
        log = [*(before.data["log"] if before else []), words]
        await people.set_dialogue(turn.tx, turn.learner.id, Dialogue("log", "", {"log": log}), at=turn.at)
        match words.split()[0]:
            case "refuse":
                raise Refused(AdminsOnly())
            case "crash" if self.crashes > 0:
                self.crashes -= 1
                raise ZeroDivisionError
            case "die":
                raise asyncio.CancelledError
        self.did.append((turn.event.person.account, words))
        await turn.say(UnknownCommand(name=words.split()[0], nearest=None))

    async def happening(self, tx: Tx, event: Event, *, at: datetime, source: str) -> None:
        self.happened.append(event)


class Desk:
    """An inbox at work."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.speaker, self.deeds = database, Hand(), Speaker(), Deeds()
        self.inbox = self.made()
        self._number = 0

    def made(self) -> Inbox:
        return Inbox(self.database, {BOT: self.speaker}, self.deeds, self.clock)

    async def hears(self, who: str, words: str = "", *, update: str | None = None, **more: Any) -> None:
        self._number += 1
        raw = {"who": who, "words": words, **more}
        await self.inbox.receive([Raw(BOT, update or str(self._number), f"telegram:{who}", NOON, raw)])

    async def works(self) -> None:
        while await self.inbox.work():
            pass

    async def states(self) -> list[str]:
        async with self.database.read() as tx:
            return list((await tx.execute(select(table.c.state).order_by(table.c.id))).scalars())

    async def attempts(self) -> list[int]:
        async with self.database.read() as tx:
            return list((await tx.execute(select(table.c.attempts).order_by(table.c.id))).scalars())

    async def answers(self) -> list[Any]:
        async with self.database.read() as tx:
            rows = await tx.execute(select(outbox.c.kind, outbox.c.facts).order_by(outbox.c.id))
            return [unpack(row.kind, row.facts) for row in rows]

    async def kinds(self) -> list[str]:
        return [type(answer).__name__ for answer in await self.answers()]

    async def kept(self) -> dict[str, list[str]]:
        """What handling wrote, by name."""
        written = select(learners.c.name, dialogues.c.data).join(dialogues)
        async with self.database.read() as tx:
            return {row.name: row.data["log"] for row in await tx.execute(written)}


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    """What breaks here is meant to, and drawing its traceback takes longer than the test."""
    with capture_logs():
        yield


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# --- heard once, handled once


async def test_what_was_received_is_on_disk_before_it_is_confirmed(desk: Desk) -> None:
    await desk.hears("ann", "log one")
    assert await desk.states() == ["new"]
    assert desk.deeds.did == []


async def test_the_same_update_twice_is_handled_once(desk: Desk) -> None:
    await desk.hears("ann", "log one", update="7")
    await desk.hears("ann", "log one", update="7")
    await desk.works()
    await desk.hears("ann", "log one", update="7")
    await desk.works()
    assert desk.deeds.did == [("ann", "log one")]
    assert await desk.kinds() == ["UnknownCommand"]


async def test_how_far_was_heard_is_stored_with_what_was_heard(desk: Desk) -> None:
    async def breaks(_tx: Tx) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await desk.inbox.receive([Raw(BOT, "1", "telegram:ann", NOON, {})], heard=breaks)
    assert await desk.states() == []


async def test_everybody_is_handled_in_order(desk: Desk) -> None:
    for n in range(60):
        await desk.hears(f"p{n % 3}", f"log {n}")
    await desk.works()
    for who in ("p0", "p1", "p2"):
        own = [int(words.split()[1]) for account, words in desk.deeds.did if account == who]
        assert own == sorted(own)
        assert len(own) == 20


async def test_what_says_nothing_and_what_cannot_be_read_is_done_with(desk: Desk) -> None:
    await desk.inbox.receive([Raw(BOT, "1", "telegram:0", NOON, {"who": "ann"}), Raw(BOT, "2", "telegram:0", NOON, {})])
    await desk.inbox.receive([Raw("gone:9", "3", "gone:0", NOON, {"who": "ann", "words": "log"})])
    await desk.works()
    assert await desk.states() == ["done"] * 3
    assert desk.deeds.did == []


async def test_what_happens_to_chats_goes_its_own_way(desk: Desk) -> None:
    await desk.hears("ann", moved="-100", chat="-1")
    await desk.works()
    assert [type(event) for event in desk.deeds.happened] == [ChatMoved]


async def test_a_tap_is_always_answered(desk: Desk) -> None:
    await desk.hears("ann", press=True)
    await desk.works()
    assert await desk.kinds() == ["UnknownCommand", "Noted"]


# --- refusals and crashes


async def test_a_refusal_rolls_back_and_is_worded(desk: Desk) -> None:
    await desk.hears("ann", "refuse")
    await desk.works()
    assert await desk.kept() == {}
    assert await desk.kinds() == ["AdminsOnly"]
    assert await desk.states() == ["done"]


async def test_a_crash_rolls_back_is_tried_again_and_given_up_at_the_third(desk: Desk) -> None:
    await desk.hears("ann", "log before")
    await desk.hears("ann", "crash")
    await desk.hears("ann", "log after")
    await desk.hears("bob", "log bob")
    await desk.works()
    assert await desk.states() == ["done", "poison", "done", "done"]
    assert await desk.kept() == {"ann": ["log before", "log after"], "bob": ["log bob"]}
    assert sorted(await desk.kinds()) == ["Apology", "UnknownCommand", "UnknownCommand", "UnknownCommand"]
    assert len(desk.deeds.turns) == 3 + 3


async def test_a_crash_that_passes_is_made_good_in_order(desk: Desk) -> None:
    desk.deeds.crashes = 2
    for words in ("log a", "crash b", "log c"):
        await desk.hears("ann", words)
    await desk.works()
    assert [words for _, words in desk.deeds.did] == ["log a", "crash b", "log c"]
    assert await desk.kinds() == ["UnknownCommand"] * 3


async def test_who_stood_behind_a_crash_is_not_counted_as_one(desk: Desk) -> None:
    await desk.hears("ann", "crash")
    await desk.hears("ann", "log after")
    await desk.inbox.work()
    assert await desk.attempts() == [1, 0]


async def test_where_even_the_apology_breaks_the_others_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(self: Turn, notice: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Turn, "toast", breaks)
    await desk.hears("ann", "refuse")
    await desk.hears("bob", "log")
    await desk.works()
    assert await desk.states() == ["poison", "done"]


# --- the process dies


async def test_a_death_in_mid_batch_loses_nothing_and_is_traced_to_its_cause(desk: Desk) -> None:
    for n in range(3):
        await desk.hears("ann", f"log {n}")
    await desk.hears("bob", "die")
    for n in range(2):
        await desk.hears("cat", f"log {n}")
    for _ in range(30):
        try:
            if not await desk.inbox.work():
                break
        except asyncio.CancelledError:
            desk.inbox = desk.made()  # as after a restart, ...
            desk.clock.at += inbox.LEASE  # ... or by another process, once the claim of the one that died has run out
    assert await desk.states() == ["done", "done", "done", "poison", "done", "done"]
    assert desk.deeds.did.count(("ann", "log 0")) >= 1
    assert await desk.kept() == {"ann": ["log 0", "log 1", "log 2"], "cat": ["log 0", "log 1"]}
    assert sorted(await desk.kinds()) == ["Apology"] + ["UnknownCommand"] * 5


async def test_suspects_are_handled_alone(tx: Tx) -> None:
    await inbox.store(tx, [Raw(BOT, str(n), f"l{n % 2}", NOON, {}) for n in range(4)], at=NOON)
    moments = (NOON + lives * inbox.LEASE for lives in range(9))
    assert [one.update for one in await inbox.begin(tx, limit=2, at=next(moments))] == ["0", "1"]  # and then the process dies
    assert [one.update for one in await inbox.begin(tx, limit=9, at=next(moments))] == ["0"]
    await inbox.end(tx, [1])
    [suspect] = await inbox.begin(tx, limit=9, at=next(moments))
    assert (suspect.update, suspect.attempts) == ("1", 2)
    await inbox.end(tx, [suspect.id], state="poison")
    assert [one.update for one in await inbox.begin(tx, limit=9, busy=("l0",), at=next(moments))] == ["3"]
    assert [one.update for one in await inbox.begin(tx, limit=9, busy=("l1",), at=next(moments))] == ["2"]
    assert await inbox.oldest_waiting(tx) == NOON


async def test_only_what_was_handled_long_ago_is_forgotten(tx: Tx) -> None:
    await inbox.store(tx, [Raw(BOT, str(n), "l", NOON, {}) for n in range(3)], at=NOON)
    rows = await inbox.begin(tx, limit=2, at=NOON)
    await inbox.end(tx, [rows[0].id])
    await inbox.end(tx, [rows[1].id], state="poison")
    assert await inbox.forget_old(tx, at=NOON + inbox.KEEP) == 0
    assert await inbox.forget_old(tx, at=NOON + 2 * inbox.KEEP) == 1


# --- what must be asked first


async def test_a_question_to_the_platform_holds_no_transaction_and_only_its_line_waits(desk: Desk) -> None:
    desk.speaker.answering.clear()
    await desk.hears("ann", "admins only", chat="-1")
    await desk.hears("ann", "log after", chat="-1")
    await desk.hears("bob", "log", chat="-1")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(desk.inbox.run())
        await until(lambda: desk.speaker.asked and desk.deeds.did)
        async with asyncio.timeout(5), desk.database.write():
            assert desk.deeds.did == [("bob", "log")]
        await desk.hears("ann", "log last")
        desk.speaker.answering.set()
        await until(lambda: len(desk.deeds.did) == 4)
        running.cancel()
    assert [words for who, words in desk.deeds.did if who == "ann"] == ["admins only", "log after", "log last"]
    assert next(turn.is_admin for turn in desk.deeds.turns if turn.event.person.account == "ann")


async def test_a_plan_file_is_read_before_the_transaction(desk: Desk) -> None:
    desk.speaker.file = b"# Calculus\n- [ ] Limits\n"
    await desk.hears("ann", "import", size=30)
    await desk.works()
    [turn] = desk.deeds.turns
    assert turn.draft is not None
    assert not isinstance(turn.draft, PlanFileRefused)


async def test_a_file_too_large_is_not_even_fetched(desk: Desk) -> None:
    await desk.hears("ann", "import", size=MAX_FILE_BYTES + 1)
    await desk.works()
    [turn] = desk.deeds.turns
    assert isinstance(turn.draft, PlanFileRefused)
    assert turn.draft.code is Refusal.TOO_LARGE
    assert desk.speaker.asked == []


async def test_a_file_in_a_group_is_nobodys_plan(desk: Desk) -> None:
    await desk.hears("ann", "look at this", size=30, chat="-1")
    await desk.works()
    assert desk.speaker.asked == []


@pytest.mark.parametrize("how", ["admin", "file", "silence"])
async def test_a_platform_that_does_not_answer_is_said_to_the_person(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.speaker.admin = desk.speaker.file = ConnectionError("no")
    if how == "silence":
        monkeypatch.setattr("bot.lookups._SECONDS", 0.01)
        desk.speaker.answering.clear()
    if how == "file":
        await desk.hears("ann", "import", size=30)
    else:
        await desk.hears("ann", "admins only", chat="-1")
    await desk.works()
    assert await desk.kinds() == ["LookUpFailed"]
    assert await desk.states() == ["done"]
    assert desk.deeds.turns == []


async def test_a_crash_after_a_question_keeps_the_order_too(desk: Desk) -> None:
    desk.deeds.crashes = 0
    broken = [True]
    real = desk.deeds.turn

    async def once(turn: Turn) -> None:
        if broken:
            broken.pop()
            raise ZeroDivisionError
        await real(turn)

    desk.deeds.turn = once  # type: ignore[method-assign] # the first turn breaks
    await desk.hears("ann", "admins only", chat="-1")
    await desk.hears("ann", "log after", chat="-1")
    await desk.works()
    assert [words for _, words in desk.deeds.did] == ["admins only", "log after"]


# --- a busy database


class Busy:
    """A database that is locked the first few times somebody wants to write."""

    def __init__(self, database: Database, times: int) -> None:
        self._write, self.times = database.write, times
        database.write = self.write  # type: ignore[method-assign] # that is the point

    def write(self) -> Any:
        if self.times > 0:
            self.times -= 1
            raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
        return self._write()


async def test_a_busy_database_costs_no_update_an_attempt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbox._BUSY_SECONDS", (0,))
    for when in _steps(desk):
        busy = Busy(desk.database, 5)
        await when()
        assert busy.times == 0
    assert desk.deeds.did == [("ann", "log")]
    assert await desk.attempts() == [1]
    assert await desk.states() == ["done"]


def _steps(desk: Desk) -> list[Callable[[], Awaitable[object]]]:
    return [lambda: desk.hears("ann", "log"), desk.works]


# --- several processes


async def test_what_another_process_has_taken_over_is_left_to_it(clean_postgres_url: str) -> None:
    database = Database(clean_postgres_url)
    slow, other = Desk(database), Desk(database)
    slow.speaker.answering.clear()
    await slow.hears("ann", "admins only", chat="-1")
    await slow.hears("ann", "log after", chat="-1")
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(slow.inbox.run())
        await until(lambda: slow.speaker.asked)
        await other.works()
        assert other.deeds.did == []  # claimed
        other.clock.at += 2 * inbox.LEASE
        await other.works()
        slow.speaker.answering.set()
        await until(lambda: not slow.inbox._busy)
        running.cancel()
    assert (slow.deeds.did, other.deeds.did) == ([], [("ann", "admins only"), ("ann", "log after")])
    assert await slow.states() == ["done", "done"]
    assert await slow.kinds() == ["UnknownCommand"] * 2
    await database.close()
