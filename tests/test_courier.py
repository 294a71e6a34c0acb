"""The courier: each outcome of ARCHITECTURE.md's list, and what follows from it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.domain.checkins import SessionState
from bot.domain.notices import Notice
from bot.domain.notices.general import UnknownCommand
from bot.domain.people import MAIN, Group, Learner
from bot.limits import Limits
from bot.messenger import Gone, Messenger, NotSent, Uncertain
from bot.services import delivery, live
from bot.store import groups, outbox, people, schema, sessions
from bot.store.database import Database, Tx, add
from bot.store.outbox import Act, Item, Lane, Outgoing, State
from bot.store.schema import outbox as outbox_rows
from tests.props import NOON, Hand, Recorder, group, learner, outgoing, said, until

pytestmark = pytest.mark.both_engines

AGAIN = "Again, in case the first got lost."


class Post:
    """A courier at work, and what it is given to deliver."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.told = database, Hand(), Recorder()
        self.limits = Limits(per_second={"telegram": 1000.0}, chat_per_second=1000.0, chat_burst=1000, group_per_minute=60000.0)
        self.courier = self.made()

    def made(self, **options: Any) -> Courier:
        messengers: dict[str, Messenger] = {"telegram": self.told}
        return Courier(self.database, messengers, self.limits, self.clock, **options)

    async def put(self, *items: Outgoing) -> None:
        async with self.database.write() as tx:
            await outbox.put(tx, items, at=self.clock.at)

    async def refresh(self, item: Outgoing) -> None:
        async with self.database.write() as tx:
            await outbox.put_again(tx, item, at=self.clock.at)

    async def deliver(self, **after: float) -> None:
        self.clock.passes(**after)
        await self.courier.review()
        await self.courier.drain()

    async def state(self, key: str) -> State | None:
        async with self.database.read() as tx:
            return await outbox.state_of(tx, key)

    async def ask(self, question: Callable[[Tx], Awaitable[Any]]) -> Any:
        async with self.database.read() as tx:
            return await question(tx)


@pytest.fixture(autouse=True)
def _quietly() -> Iterator[None]:
    """What breaks here is meant to, and drawing its traceback takes longer than the test."""
    with capture_logs():
        yield


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


@pytest.fixture
async def ann(database: Database) -> Learner:
    async with database.write() as tx:
        return await learner(tx)


@pytest.fixture
async def bob(database: Database) -> Learner:
    async with database.write() as tx:
        return await learner(tx, 502, name="Bob")


@pytest.fixture
async def study(database: Database) -> Group:
    async with database.write() as tx:
        return await group(tx)


# --- what goes well


async def test_everything_waiting_is_said_in_order(post: Post, ann: Learner, study: Group) -> None:
    await post.put(outgoing("one", ann), outgoing("two", ann), outgoing("three", study))
    await post.deliver()
    assert [chat for _, chat, _ in post.told.did].count("501") == 2
    assert [text for text in post.told.texts if "three" not in text] == [
        "There is no /one. /help lists what there is.",
        "There is no /two. /help lists what there is.",
    ]


async def test_a_shown_message_is_edited_only_where_it_would_change(post: Post, ann: Learner) -> None:
    await post.put(outgoing("card", ann, shows="card:1", **said("same")))
    await post.deliver()
    edit = outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("same"))
    await post.refresh(edit)
    await post.deliver()
    assert len(post.told.did) == 1
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("new")))
    await post.deliver()
    assert post.told.did[-1] == ("edit", "501/1", "There is no /new. /help lists what there is.")


async def test_an_edit_of_what_was_never_shown_is_dropped(post: Post, ann: Learner) -> None:
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1"))
    await post.put(outgoing("pin", ann, act=Act.PIN, shows="card:1"))
    await post.deliver()
    assert (await post.state("edit:card:1"), await post.state("pin"), post.told.did) == (State.CANCELLED, State.CANCELLED, [])


async def test_taps_pins_and_tags(post: Post, ann: Learner, study: Group) -> None:
    await post.put(
        outgoing("tap", ann, act=Act.TOAST, ref="t1"),
        outgoing("pin", study, act=Act.PIN, ref="-9001/4"),
    )
    await post.deliver()
    await post.put(outgoing("tag", study, act=Act.TAG, ref="501"))
    await post.deliver()
    assert sorted((act, to) for act, to, _ in post.told.did) == [("pin", "-9001/4"), ("tag", "501"), ("toast", "t1")]


async def test_answers_stay_in_their_topic_and_posts_go_to_the_groups(post: Post, study: Group) -> None:
    async with post.database.write() as tx:
        await groups.change(tx, study.id, topic="7")
    await post.put(outgoing("answer", study), outgoing("there", study, topic="9"), outgoing("post", study, lane=Lane.DIGEST))
    await post.deliver()
    assert post.told.topics == [None, "9", "7"]


# --- consent and facts are looked at again


async def test_what_need_not_be_said_any_more_is_not(post: Post, study: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    consents = [True, False]

    async def load(_tx: Tx, facts: dict[str, Any], _at: datetime) -> Notice | None:
        return UnknownCommand(name=str(facts["n"]), nearest=None) if consents.pop(0) else None

    monkeypatch.setattr("bot.items.LOADERS", {**live.LOADERS, "alert": load})
    for n in range(2):
        await post.put(outgoing(f"alert:{n}", study, lane=Lane.DIGEST, kind="alert", facts={"n": n}))

    async def arrived(*_: Any, **__: Any) -> None:
        return

    monkeypatch.setattr(delivery, "delivered", arrived)
    await post.deliver()
    assert post.told.texts == ["There is no /0. /help lists what there is."]
    assert await post.state("alert:1") is State.CANCELLED


async def test_nobody_who_left_is_written_to(post: Post, ann: Learner, study: Group) -> None:
    async with post.database.write() as tx:
        await people.change_identity(tx, platform="telegram", account="501", reachable=False)
        await groups.change(tx, study.id, active=False)
    await post.put(outgoing("a", ann), outgoing("b", study))
    await post.deliver()
    assert (await post.state("a"), await post.state("b"), post.told.did) == (State.CANCELLED, State.CANCELLED, [])


async def test_a_group_that_moved_is_written_to_where_it_is(post: Post, study: Group) -> None:
    await post.put(outgoing("b", study))
    async with post.database.write() as tx:
        await groups.change(tx, study.id, chat="-100200")
    await post.deliver()
    assert post.told.did[0][1] == "-100200"


# --- certainly not sent


async def test_what_was_not_sent_is_tried_again_a_little_later_each_time(post: Post, ann: Learner) -> None:
    post.told.troubles = [NotSent("no connection")] * 3
    await post.put(outgoing("a", ann))
    await post.deliver()
    for wait in (1, 2, 5):
        await post.deliver(seconds=wait - 0.5)
        assert post.told.did == []
        await post.deliver(seconds=0.5)
    assert post.told.texts == ["There is no /a. /help lists what there is."]


async def test_a_429_stops_the_whole_platform_and_nobody_else_is_refused(post: Post, ann: Learner, bob: Learner) -> None:
    post.courier = post.made(in_flight=1)
    post.told.troubles = [NotSent("asked to wait", retry_after=30)]
    await post.put(outgoing("a", ann), outgoing("b", bob), outgoing("tap", bob, act=Act.TOAST, ref="t"))
    await post.deliver()
    await post.deliver(seconds=29)
    assert post.told.did == []
    assert post.told.troubles == []
    await post.deliver(seconds=1)
    assert len(post.told.did) == 3


async def test_the_wait_of_a_429_counts_from_when_it_came(post: Post, ann: Learner) -> None:
    async def slowly() -> None:
        post.clock.passes(seconds=10)
        raise NotSent("asked to wait", retry_after=30)

    post.told.troubles = [slowly]
    await post.put(outgoing("a", ann))
    await post.deliver()
    assert post.clock.at == NOON + timedelta(seconds=10)
    await post.deliver(seconds=29)
    assert post.told.did == []
    await post.deliver(seconds=1)
    assert len(post.told.did) == 1


# --- perhaps sent


async def test_a_private_message_in_doubt_is_sent_once_more_and_says_so(post: Post, ann: Learner) -> None:
    post.told.troubles = [Uncertain("no answer")]
    await post.put(outgoing("a", ann), outgoing("b", ann))
    await post.deliver()
    await post.deliver(seconds=59)
    assert post.told.did == []
    await post.deliver(seconds=1)
    assert post.told.texts[0].startswith(AGAIN)
    assert not post.told.texts[1].startswith(AGAIN)
    assert await post.state("a") is State.SENT


async def test_a_private_message_twice_in_doubt_is_given_up(post: Post, ann: Learner) -> None:
    post.told.troubles = [Uncertain("no answer"), Uncertain("no answer")]
    await post.put(outgoing("a", ann))
    await post.deliver()
    await post.deliver(seconds=60)
    assert await post.state("a") is State.ABANDONED
    await post.deliver(hours=1)
    assert post.told.did == []


async def test_a_public_message_in_doubt_is_never_sent_again(post: Post, study: Group) -> None:
    post.told.troubles = [Uncertain("no answer")]
    await post.put(outgoing("a", study))
    await post.deliver()
    assert await post.state("a") is State.ABANDONED
    await post.deliver(hours=1)
    assert post.told.did == []


@pytest.mark.parametrize("public", [False, True])
async def test_what_a_dead_process_was_sending_is_in_doubt(post: Post, ann: Learner, study: Group, public: bool) -> None:
    await post.put(outgoing("a", study if public else ann))
    dead = post.made()
    assert len(await dead._claim()) == 1
    await post.deliver(seconds=120)
    assert await post.state("a") is State.SENDING
    await post.deliver(seconds=1)
    assert await post.state("a") is (State.ABANDONED if public else State.UNCERTAIN)
    await post.deliver(seconds=60)
    assert [text.startswith(AGAIN) for text in post.told.texts] == ([] if public else [True])


async def test_what_was_taken_in_hand_before_the_machine_slept_keeps_to_its_window(post: Post, ann: Learner) -> None:
    """Found by the simulation (seed 11): a card that was claimed went out when the machine woke, hours after its window."""
    await post.put(replace(outgoing("card", ann), expires_at=NOON + timedelta(hours=2)))
    items = await post.courier._claim()
    post.clock.passes(hours=3)
    async with asyncio.TaskGroup() as tasks:
        await post.courier._begin(items, tasks)
    await post.courier._settle()
    await post.deliver()
    assert post.told.did == []
    assert await post.state("card") is State.EXPIRED


async def test_what_was_looked_up_before_the_machine_slept_is_looked_up_again(
    post: Post, ann: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the simulation (seed 10040): a reminder within its window, but of a day that had ended meanwhile."""
    looked_up: list[datetime] = []

    async def load(_tx: Tx, _facts: dict[str, Any], at: datetime) -> Notice | None:
        looked_up.append(at)
        post.clock.passes(minutes=50 if len(looked_up) == 1 else 0)
        return UnknownCommand(name="a", nearest=None) if len(looked_up) == 1 else None

    monkeypatch.setattr("bot.items.LOADERS", {**live.LOADERS, "nudge": load})
    await post.put(outgoing("a", ann, kind="nudge", facts={}))
    await post.deliver()
    await post.deliver()
    assert len(looked_up) == 2
    assert post.told.did == []
    assert await post.state("a") is State.CANCELLED


async def test_what_was_claimed_before_the_machine_slept_is_claimed_again(post: Post, study: Group) -> None:
    """Its lease is over: it was doubted and given up by the time the send was made, though it arrived."""
    await post.put(outgoing("digest", study))
    items = await post.courier._claim()
    post.clock.passes(minutes=3)
    async with asyncio.TaskGroup() as tasks:
        await post.courier._begin(items, tasks)
    assert post.told.did == []
    await post.courier._settle()
    await post.deliver()
    assert len(post.told.did) == 1
    assert await post.state("digest") is State.SENT


async def test_an_edit_in_doubt_is_made_again(post: Post, study: Group) -> None:
    await post.put(outgoing("promise", study, shows="promise:1", **said("v1")))
    await post.deliver()
    post.told.troubles = [Uncertain("no answer")]
    await post.refresh(outgoing("edit:promise:1", study, act=Act.EDIT, shows="promise:1", **said("v2")))
    await post.deliver()
    await post.deliver(seconds=2)
    assert post.told.did[-1][0] == "edit"
    assert await post.state("edit:promise:1") is State.SENT


async def test_after_an_edit_in_doubt_even_the_old_look_is_brought_back(post: Post, ann: Learner) -> None:
    """The edit may have been made: what was shown before it must not pass for what is shown."""
    await post.put(outgoing("card", ann, shows="card:1", **said("v1")))
    await post.deliver()
    post.told.troubles = [Uncertain("no answer")]
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("v2")))
    await post.deliver()
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("v1")))
    await post.deliver(seconds=2)
    assert post.told.did[-1] == ("edit", "501/1", "There is no /v1. /help lists what there is.")


# --- never to arrive as it is


async def test_who_blocked_the_bot_is_not_written_to_any_more(post: Post, ann: Learner) -> None:
    post.told.troubles = [Gone("blocked", "Forbidden: bot was blocked by the user")]
    await post.put(outgoing("a", ann), outgoing("b", ann))
    await post.deliver()
    assert (await post.state("a"), await post.state("b")) == (State.DEAD, State.CANCELLED)
    account = (await post.ask(lambda tx: people.accounts(tx, [ann.id], platform="telegram")))[ann.id]
    assert not account.reachable


async def test_a_group_that_is_gone_is_left_in_peace(post: Post, study: Group) -> None:
    post.told.troubles = [Gone("chat_gone")]
    await post.put(outgoing("a", study), outgoing("b", study))
    await post.deliver()
    assert (await post.state("a"), await post.state("b")) == (State.DEAD, State.CANCELLED)
    assert not (await post.ask(lambda tx: groups.get(tx, study.id))).active


async def test_a_group_that_was_upgraded_gets_it_at_its_new_address(post: Post, study: Group) -> None:
    post.told.troubles = [Gone("moved", successor="-100777")]
    await post.put(outgoing("a", study))
    await post.deliver()
    await post.deliver(seconds=1)
    assert post.told.did == [("send", "-100777", "There is no /a. /help lists what there is.")]
    assert (await post.ask(lambda tx: groups.get(tx, study.id))).chat == "-100777"


async def test_an_upgraded_group_that_was_met_anew_meanwhile_is_one_group(post: Post, study: Group) -> None:
    async with post.database.write() as tx:
        await group(tx, -100777)
    post.told.troubles = [Gone("moved", successor="-100777")]
    await post.put(outgoing("a", study))
    await post.deliver()
    await post.deliver(seconds=1)
    assert await post.state("a") is State.SENT
    assert (await post.ask(lambda tx: groups.by_chat(tx, platform="telegram", chat="-100777"))).id == study.id


async def test_where_the_topic_is_gone_the_whole_chat_hears_it(post: Post, study: Group) -> None:
    async with post.database.write() as tx:
        await groups.change(tx, study.id, topic="7")
    post.told.troubles = [Gone("topic_gone")]
    await post.put(outgoing("a", study, lane=Lane.DIGEST, topic="7"))
    await post.deliver()
    await post.deliver(seconds=1)
    assert post.told.topics == ["7", None]
    assert await post.state("a") is State.SENT
    assert (await post.ask(lambda tx: groups.get(tx, study.id))).topic is None


async def test_a_closed_chat_without_topics_is_not_tried_for_ever(post: Post, study: Group) -> None:
    post.told.troubles = [Gone("topic_gone")]
    await post.put(outgoing("a", study))
    await post.deliver()
    assert await post.state("a") is State.DEAD


async def test_a_deleted_board_is_put_up_and_pinned_again(post: Post, study: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    async def load(_tx: Tx, facts: dict[str, Any], _at: datetime) -> Notice:
        return UnknownCommand(name="board", nearest=None)

    monkeypatch.setattr("bot.items.LOADERS", {**live.LOADERS, "board": load})
    shows = f"board:{study.id}"
    await post.put(outgoing("board", study, kind="board", facts={"group": study.id}, shows=shows))
    await post.deliver()
    async with post.database.write() as tx:
        await outbox.shown_as(tx, shows)
    post.told.troubles = [Gone("message_gone")]
    again = outgoing(f"edit:{shows}", study, act=Act.EDIT, kind="board", facts={"group": study.id}, shows=shows)
    async with post.database.write() as tx:  # it shows something else by now
        await outbox.put_again(tx, again, at=NOON)
        await tx.exec_driver_sql("UPDATE shown SET digest = ''")
    await post.deliver()
    await post.deliver(seconds=1)
    assert [act for act, _, _ in post.told.did] == ["send", "send", "pin"]


async def test_other_deleted_messages_are_forgotten(post: Post, ann: Learner) -> None:
    await post.put(outgoing("card", ann, shows="card:1"))
    await post.deliver()
    post.told.troubles = [Gone("message_gone")]
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("new")))
    await post.deliver()
    assert await post.state("edit:card:1") is State.DEAD
    assert await post.ask(lambda tx: outbox.shown_as(tx, "card:1")) is None


async def test_an_edit_without_change_is_as_good_as_made(post: Post, ann: Learner) -> None:
    await post.put(outgoing("card", ann, shows="card:1"))
    await post.deliver()
    post.told.troubles = [Gone("not_modified")]
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("new")))
    await post.deliver()
    assert await post.state("edit:card:1") is State.SENT
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1", **said("new")))
    await post.deliver()
    assert len(post.told.did) == 1  # its look was remembered: nobody was asked again


async def test_what_is_marked_up_wrongly_is_said_without_marks(post: Post, ann: Learner) -> None:
    post.told.troubles = [Gone("malformed", "can't parse entities")]
    await post.put(outgoing("a", ann))
    await post.deliver()
    assert post.told.texts == ["There is no /a. /help lists what there is."]
    assert await post.state("a") is State.SENT


@pytest.mark.parametrize("why", ["no_rights", "refused", "too_late"])
async def test_what_is_refused_is_not_asked_twice(post: Post, study: Group, why: str) -> None:
    post.told.troubles = [Gone(why)]
    await post.put(outgoing("a", study), outgoing("b", study))
    await post.deliver()
    await post.deliver(hours=1)
    assert (await post.state("a"), await post.state("b")) == (State.DEAD, State.SENT)


async def test_without_its_platform_a_message_waits(post: Post, ann: Learner) -> None:
    post.courier = Courier(post.database, {}, post.limits, post.clock)
    await post.put(outgoing("a", ann))
    await post.deliver()
    assert await post.state("a") is State.HELD
    post.courier = post.made()
    await post.deliver()
    assert await post.state("a") is State.SENT


async def test_what_is_due_while_nobody_can_be_reached_is_said_when_they_can_be_within_its_window(
    post: Post, ann: Learner, study: Group
) -> None:
    async with post.database.write() as tx:
        await people.change_identity(tx, platform="telegram", account="501", reachable=False)
        await groups.change(tx, study.id, active=False)
    kept = [
        outgoing("ask", ann, lane=Lane.ALERT),
        outgoing("post", study, lane=Lane.DIGEST),
        outgoing("card", ann, lane=Lane.CARD),
    ]
    await post.put(*kept, outgoing("answer", ann))
    await post.deliver()
    assert [await post.state(key) for key in ("ask", "post", "card", "answer")] == [State.HELD] * 3 + [State.CANCELLED]
    await post.deliver(hours=3)
    assert [await post.state(key) for key in ("ask", "post", "card")] == [State.HELD, State.HELD, State.EXPIRED]
    async with post.database.write() as tx:
        await learner(tx)  # she writes to the bot, and it is back in the group
        await group(tx)
    await post.deliver()
    assert sorted(post.told.texts) == [
        "There is no /ask. /help lists what there is.",
        "There is no /post. /help lists what there is.",
    ]


async def test_a_card_that_nobody_could_be_shown_excuses_its_session(post: Post, ann: Learner) -> None:
    async with post.database.write() as tx:
        await people.change_identity(tx, platform="telegram", account="501", reachable=False)
        await add(tx, schema.sessions, learner_id=ann.id, slot=MAIN, day=NOON.date(), state=SessionState.PLANNED, due_at=NOON)
    facts = {"learner": ann.id, "day": NOON.date().isoformat(), "slot": MAIN, "due": NOON.isoformat()}
    await post.put(outgoing("card", ann, lane=Lane.CARD, kind="card", facts=facts))
    await post.deliver()
    await post.deliver(hours=2)
    found = await post.ask(lambda tx: sessions.find(tx, learner_id=ann.id, day=NOON.date(), slot=MAIN))
    assert (await post.state("card"), found.state) == (State.EXPIRED, SessionState.EXCUSED)


# --- what breaks stays alone


async def test_a_message_that_cannot_be_worded_stops_no_other(post: Post, ann: Learner, bob: Learner) -> None:
    await post.put(outgoing("a", ann, kind="no such kind", facts={}), outgoing("b", bob))
    await post.deliver()
    assert (await post.state("a"), await post.state("b")) == (State.DEAD, State.SENT)


async def test_a_broken_consequence_leaves_the_outcome(post: Post, ann: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(tx: Tx, item: Item, *, at: datetime) -> None:
        await people.change(tx, ann.id, name="half done")
        raise ZeroDivisionError

    monkeypatch.setattr(delivery, "delivered", breaks)
    await post.put(outgoing("a", ann))
    await post.deliver()
    assert await post.state("a") is State.SENT
    assert (await post.ask(lambda tx: people.get(tx, ann.id))).name == "Ann"


# --- many at once


async def test_cards_never_take_every_place(post: Post, ann: Learner) -> None:
    """While six cards hang at the platform an answer goes out."""
    post.courier, hang = post.made(in_flight=8), asyncio.Event()
    async with post.database.write() as tx:
        crowd = [await learner(tx, 800 + n) for n in range(20)]
    await post.put(*(outgoing(f"card:{who.id}", who, lane=Lane.CARD) for who in crowd))
    post.told.troubles = [_wait(hang) for _ in range(6)]
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(post.courier.run())
        await until(lambda: not post.told.troubles)
        await post.put(outgoing("answer", ann))
        post.courier.wake()
        await until(lambda: post.told.did)
        assert post.told.texts == ["There is no /answer. /help lists what there is."]
        hang.set()
        post.courier.finish()
        await running


async def test_cards_leave_room_for_an_answer_and_none_is_claimed_in_vain(post: Post, ann: Learner) -> None:
    post.limits = Limits(per_second={"telegram": 25.0})
    post.courier = post.made()
    async with post.database.write() as tx:
        crowd = [await learner(tx, 800 + n) for n in range(6)]
    await post.put(*(outgoing(f"card:{who.id}", who, lane=Lane.CARD) for who in crowd))
    await post.deliver()
    assert sorted(to for _, to, _ in post.told.did) == ["800", "801", "802"]
    await post.put(outgoing("answer", ann))
    await post.deliver()
    assert [to for _, to, _ in post.told.did[3:]] == ["501"]
    await post.deliver(seconds=0.08)
    assert [to for _, to, _ in post.told.did[4:]] == ["803"]
    attempts = select(outbox_rows.c.attempt).order_by(outbox_rows.c.id)
    assert list(await post.ask(lambda tx: tx.scalars(attempts))) == [1, 1, 1, 1, 0, 0, 1]


async def test_what_comes_to_nothing_leaves_its_place_to_another(post: Post, ann: Learner, bob: Learner) -> None:
    post.limits = Limits(per_second={"telegram": 1.0})
    post.courier = post.made()
    await post.refresh(outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1"))
    await post.put(outgoing("a", bob), outgoing("b", ann))
    await post.deliver()
    assert post.told.texts == ["There is no /a. /help lists what there is."]
    assert (await post.state("edit:card:1"), await post.state("b")) == (State.CANCELLED, State.READY)


async def test_who_was_written_to_too_often_waits_and_the_others_do_not(post: Post, ann: Learner, bob: Learner) -> None:
    post.limits = Limits(per_second={"telegram": 1000.0})
    post.courier = post.made()
    await post.put(*(outgoing(f"a{n}", ann) for n in range(5)), outgoing("b", bob))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(post.courier.run())
        await until(lambda: len(post.told.did) == 4)
        post.courier.finish()
        await running
    assert [to for _, to, _ in post.told.did].count("501") == 3
    assert await post.state("a3") is State.READY


async def test_finishing_records_what_was_on_its_way_and_begins_nothing(post: Post, ann: Learner) -> None:
    hang = asyncio.Event()
    post.told.troubles = [_wait(hang)]
    await post.put(outgoing("a", ann), outgoing("b", ann))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(post.courier.run())
        await until(lambda: not post.told.troubles)
        post.courier.finish()
        hang.set()
        await running
    assert (await post.state("a"), await post.state("b")) == (State.SENT, State.READY)


async def test_the_pace_of_a_chat_is_kept_and_others_are_not_held_up(post: Post, ann: Learner, bob: Learner) -> None:
    post.limits = Limits(per_second={"telegram": 25.0})
    post.courier = post.made()
    await post.put(*(outgoing(f"a{n}", ann) for n in range(5)))
    await post.put(outgoing("b", bob))
    for tenth in range(25):
        await post.deliver(seconds=0.1)
        if tenth == 9:
            assert ("send", "502", "There is no /b. /help lists what there is.") in post.told.did
            assert [chat for _, chat, _ in post.told.did].count("501") in {3, 4}
    assert len(post.told.did) == 6


def _wait(until: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        await until.wait()

    return wait
