"""What Telegram's updates say, in no platform's terms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import BUTTONS, encode
from bot.events import BotMoved, ChatMoved, File, MemberLeft, Pressed, Reach, Said
from bot.messenger import Target
from bot.platforms.telegram import updates
from bot.ui.message import Action, Message, Span, press
from tests.platforms.conftest import Wire
from tests.props import NOON


async def test_words_in_private(wire: Wire) -> None:
    sent = wire.ann.says("/checkin 90m")
    event = await wire.event()
    assert isinstance(event, Said)
    assert (event.person.account, event.person.name, event.person.username, event.person.language) == (
        str(wire.ann.id), "Ann", "ann", "en",
    )  # fmt: skip
    assert (event.chat.chat, event.chat.private, event.chat.topic) == (str(wire.ann.id), True, None)
    assert (event.words, event.at) == ("/checkin 90m", NOON)
    assert event.ref == f"{wire.ann.id}/{sent['message']['message_id']}"
    assert wire.got[0].line == f"telegram:{wire.ann.id}"


async def test_a_name_of_two_parts(wire: Wire) -> None:
    wire.bob.says("привет")
    event = await wire.event()
    assert isinstance(event, Said)
    assert (event.person.name, event.words) == ("Боб Ё", "привет")


async def test_files_photos_and_places(wire: Wire) -> None:
    wire.ann.sends_document("plan.md", b"# Calculus", caption="my plan")
    event = await wire.event()
    assert isinstance(event, Said)
    assert isinstance(event.file, File)
    assert (event.file.name, event.file.size, event.words) == ("plan.md", 10, "my plan")
    assert await wire.bot.fetch(event.file.id) == b"# Calculus"
    wire.ann.sends_photo(caption="/checkin 30m")
    event = await wire.event()
    assert isinstance(event, Said)
    assert (event.photo is not None, event.file, event.words) == (True, None, "/checkin 30m")
    wire.ann.sends_location(51.5, -0.12)
    event = await wire.event()
    assert isinstance(event, Said)
    assert event.location == (51.5, -0.12)


async def test_a_topic_and_a_reply(wire: Wire) -> None:
    group = wire.group(forum=True)
    topic = wire.tg.topic(group, "Deadlines")
    await wire.poll()
    first = wire.bob.says("/board", chat=group, thread=topic)
    wire.ann.says("/commit", chat=group, thread=topic, reply_to=first)
    before = len(wire.got)
    await wire.poll()
    event = wire.bot.read(wire.got[before + 1].raw, received_at=NOON)
    assert isinstance(event, Said)
    assert (event.chat.topic, event.chat.private, event.chat.title) == (str(topic), False, "Study")
    assert event.reply_to == f"{group.id}/{first['message']['message_id']}"


async def test_a_press_comes_with_its_message_and_when_we_got_it(wire: Wire) -> None:
    wire.ann.says("/start")
    await wire.poll()
    name = BUTTONS[0].name
    to = Target(str(wire.ann.id))
    ref = await wire.bot.send(to, Message((Span("?"),), ((press("Go", name, 1),),)), reply_to=None, silent=False, nonce="1")
    wire.clock.passes(minutes=3)
    wire.ann.presses(wire.tg.dm(wire.ann)[-1], "Go")
    event = await wire.event()
    assert isinstance(event, Pressed)
    assert (event.ref, event.at, event.action) == (ref, NOON + timedelta(minutes=3), Action(name, ("1",)))
    wire.ann.presses(wire.tg.dm(wire.ann)[-1], data="of.an.older|version")
    event = await wire.event()
    assert isinstance(event, Pressed)
    assert event.action is None
    assert encode(Action(name, ("1",))) == f"{name}|1"


async def test_the_bot_comes_is_promoted_restricted_and_goes(wire: Wire) -> None:
    group = wire.tg.group("Study", members=[wire.ann])
    seen: list[tuple[bool, bool, dict[str, bool]]] = []

    async def note() -> None:
        for one in await wire.poll():
            event = wire.bot.read(one.raw, received_at=NOON)
            if isinstance(event, BotMoved):
                seen.append((event.present, event.newly, event.rights))

    wire.tg.adds_bot(group, by=wire.ann)
    await note()
    wire.tg.sets_bot_rights(group, {"can_pin_messages": True})
    await note()
    wire.tg.sets_bot_rights(group, {"can_manage_tags": True})
    await note()
    wire.tg.sets_bot_rights(group, {"can_send_messages": False})
    await note()
    wire.tg.removes_bot(group, by=wire.ann)
    await note()
    wire.tg.adds_bot(group, by=wire.ann, rights={"can_pin_messages": True})
    await note()
    member = {"admin": False, "post": True, "pin": False, "tag": False}
    assert seen == [
        (True, True, member),
        (True, False, {"admin": True, "post": True, "pin": True, "tag": False}),
        (True, False, {"admin": True, "post": True, "pin": False, "tag": True}),
        (True, False, {"admin": False, "post": False, "pin": True, "tag": False}),
        (False, False, {"admin": False, "post": False, "pin": False, "tag": False}),
        (True, True, {"admin": True, "post": True, "pin": True, "tag": False}),
    ]


@pytest.mark.parametrize(
    ("member", "present"),
    [
        ({"status": "creator"}, True),
        ({"status": "restricted", "is_member": True}, True),
        ({"status": "restricted", "is_member": False}, False),
        ({"status": "left"}, False),
        ({"status": "kicked", "until_date": 0}, False),
    ],
)
def test_who_is_present(member: dict[str, Any], present: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Plan E"}
    moved = {
        "chat": {"id": -1, "type": "supergroup", "title": "Study"},
        "from": {"id": 5, "is_bot": False, "first_name": "Ann"},
        "date": int(NOON.timestamp()),
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, **member},
    }
    event = updates.read({"update_id": 1, "my_chat_member": moved}, received_at=NOON)
    assert isinstance(event, BotMoved)
    assert (event.present, event.newly) == (present, present)


async def test_blocked_and_unblocked_in_private(wire: Wire) -> None:
    wire.ann.says("/start")
    await wire.poll()
    wire.ann.blocks_bot()
    event = await wire.event()
    assert isinstance(event, Reach)
    assert not event.reachable
    wire.ann.unblocks_bot()
    event = await wire.event()
    assert isinstance(event, Reach)
    assert event.reachable


async def test_members_leave_by_either_update(wire: Wire) -> None:
    group = wire.group({"can_pin_messages": True})
    await wire.poll()
    wire.tg.leaves(group, wire.bob)
    events = [wire.bot.read(one.raw, received_at=NOON) for one in await wire.poll()]
    assert [type(event) for event in events] == [MemberLeft, MemberLeft]
    assert {event.person.account for event in events if isinstance(event, MemberLeft)} == {str(wire.bob.id)}
    wire.tg.joins(group, wire.bob)
    assert [wire.bot.read(one.raw, received_at=NOON) for one in await wire.poll()] == [None, None]


async def test_an_upgraded_group(wire: Wire) -> None:
    group = wire.group(supergroup=False)
    await wire.poll()
    new = wire.tg.upgrades(group)
    events = [wire.bot.read(one.raw, received_at=NOON) for one in await wire.poll()]
    assert isinstance(events[0], ChatMoved)
    assert (events[0].chat.chat, events[0].successor) == (str(group.id), str(new.id))
    assert events[1:] == [None]


# --- what is nothing to us

ANN = {"id": 5, "is_bot": False, "first_name": "Ann"}
CHAT = {"id": -1, "type": "supergroup", "title": "Study"}
HELLO = {"message_id": 3, "date": int(NOON.timestamp()), "chat": CHAT, "text": "/checkin"}


@pytest.mark.parametrize(
    "update",
    [
        {"message": {**HELLO, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": CHAT}},
        {"message": {**HELLO, "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "sender_chat": {"id": -7}}},
        {"message": {**HELLO, "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}, "sender_chat": {"id": -7}}},
        {"message": {**HELLO, "chat": {"id": -7, "type": "channel", "title": "News"}}},
        {"channel_post": HELLO},
        {"edited_message": {**HELLO, "from": ANN}},
        {"message": {**{key: HELLO[key] for key in ("message_id", "date", "chat")}, "from": ANN, "sticker": {}}},
        {"callback_query": {"id": "1", "from": ANN, "inline_message_id": "x", "data": "y"}},
        {"a_kind_of_tomorrow": {}},
        {},
    ],
)
def test_what_says_nothing_to_us(update: dict[str, Any]) -> None:
    assert updates.read({"update_id": 1, **update}, received_at=NOON) is None


def test_a_button_under_a_message_too_old_to_be_shown() -> None:
    gone = {"message_id": 3, "date": 0, "chat": CHAT}
    event = updates.read(
        {"update_id": 1, "callback_query": {"id": "1", "from": ANN, "message": gone, "data": "x"}}, received_at=NOON
    )
    assert isinstance(event, Pressed)
    assert event.ref == "-1/3"


def test_a_clock_behind_telegrams_makes_no_answer_wait() -> None:
    said = {**HELLO, "from": ANN, "date": int(NOON.timestamp()) + 20}
    event = updates.read({"update_id": 1, "message": said}, received_at=NOON)
    assert isinstance(event, Said)
    assert event.at == NOON
    assert updates.raw({"update_id": 1, "message": said}, bot="b", received_at=NOON).sent_at == NOON


def test_text_that_no_database_takes_is_tamed() -> None:
    said = {**HELLO, "from": ANN, "text": "/note a\0b\ud800c"}
    event = updates.read({"update_id": 1, "message": said}, received_at=NOON)
    assert isinstance(event, Said)
    assert event.words == "/note ab?c"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "from", "chat", "date", "id", "text", "callback_query", "type"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*updates.ALLOWED, "poll"]), JSON))
def test_whatever_comes_can_be_kept(body: dict[str, Any]) -> None:
    kept = updates.raw({**body, "update_id": 7}, bot="telegram:1", received_at=NOON)
    assert (kept.update, kept.raw["update_id"]) == ("7", 7)
    assert kept.sent_at <= NOON
    assert kept.sent_at.tzinfo is UTC
    assert len(kept.line) <= 64
    assert isinstance(kept.sent_at, datetime)
