"""What the adapter does, and what each refusal and each silence of Telegram's means."""

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.charts.drawing import draw
from bot.commands import COMMANDS
from bot.config import TelegramSettings
from bot.courier import Courier
from bot.events import Chat, Person
from bot.limits import Limits
from bot.messenger import Gone, NotSent, Target, Uncertain
from bot.platforms.telegram.adapter import Telegram
from bot.platforms.telegram.errors import meaning, seconds
from bot.platforms.telegram.wire import AiohttpRequest, Cut, NotOut
from bot.store import outbox
from bot.store.database import Database
from bot.store.outbox import Lane
from bot.ui.message import Attachment, Button, Message, Picture, Span, Style, press
from bot.ui.words import Words
from tests.charts.samples import crowd
from tests.fakes.telegram import Dropped, Fault, Garbage, Group, Lost, RateLimits, Status, TooMany
from tests.platforms.conftest import Wire
from tests.props import NOON, group, learner, outgoing

HELLO = Message((Span("Good morning, "), Span("Ann", Style.BOLD), Span(" <3")))


async def say(wire: Wire, where: Target, message: Message = HELLO, *, reply_to: str | None = None) -> str:
    return await wire.bot.send(where, message, reply_to=reply_to, silent=False, nonce="1")


@pytest.fixture
def dm(wire: Wire) -> Target:
    wire.ann.says("/start")
    return Target(str(wire.ann.id))


# --- what it does


async def test_a_message_is_sent_edited_and_pinned(wire: Wire, dm: Target) -> None:
    ref = await say(wire, dm)
    await wire.bot.edit(dm, ref, Message((Span("Changed"),)))
    await wire.bot.pin(dm, ref)
    [seen] = wire.tg.dm(wire.ann)
    assert (seen.text, seen.edits, seen.pinned) == ("Changed", ("Good morning, Ann <3",), True)
    assert not wire.tg.refusals


async def test_a_file_goes_with_the_text_under_it(wire: Wire, dm: Target) -> None:
    content = "# План\n".encode()
    told = Message(
        (Span("Maths ", Style.BOLD), Span("x" * 2000)), ((press("Back", "plan.show", -1),),), file=Attachment("план.md", content)
    )
    ref = await say(wire, dm, told)
    [seen] = wire.tg.dm(wire.ann)
    assert seen.document == ("план.md", content)
    assert len(seen.text) == 1024
    assert seen.text.startswith("Maths xxx")
    assert seen.text.endswith("…")
    assert ref.endswith(f"/{seen.id}")
    assert not wire.tg.refusals


async def test_a_reply_in_a_topic_goes_there_silently(wire: Wire) -> None:
    forum = wire.group(forum=True)
    topic = wire.tg.topic(forum, "Deadlines")
    asked = wire.ann.says("/board", chat=forum, thread=topic)["message"]["message_id"]
    to = Target(str(forum.id), str(topic), private=False)
    await wire.bot.send(to, HELLO, reply_to=f"{forum.id}/{asked}", silent=True, nonce="1")
    [seen] = wire.tg.chat(forum)
    assert (seen.thread, seen.reply_to, seen.silent) == (topic, asked, True)


async def test_a_reply_to_what_was_deleted_is_sent_all_the_same(wire: Wire, dm: Target) -> None:
    await say(wire, dm, reply_to=f"{dm.chat}/999")
    assert len(wire.tg.dm(wire.ann)) == 1


async def test_a_tap_is_answered_with_words_or_none(wire: Wire, dm: Target) -> None:
    await say(wire, dm)
    message = wire.tg.dm(wire.ann)[0]
    for words in ("Noted.", "", "x" * 300):
        press = wire.ann.presses(message, data="anything")["callback_query"]["id"]
        await wire.bot.toast(press, words)
    assert wire.tg.toasts(wire.ann) == [("Noted.", False), ("x" * 199 + "…", False)]
    assert wire.tg.unanswered(wire.ann) == []


async def test_a_tap_answered_too_late_is_no_trouble_worth_telling(wire: Wire, dm: Target) -> None:
    await say(wire, dm)
    press = wire.ann.presses(wire.tg.dm(wire.ann)[0], data="anything")["callback_query"]["id"]
    wire.clock.passes(minutes=5)
    with pytest.raises(Gone) as gone:
        await wire.bot.toast(press, "Noted.")
    assert gone.value.why == "too_late"


async def test_a_member_is_tagged_in_sixteen_letters(wire: Wire) -> None:
    study = wire.group({"can_manage_tags": True})
    to = Target(str(study.id), private=False)
    await wire.bot.tag(to, str(wire.bob.id), "finished two days late")
    assert wire.tg.world.chats[study.id].members[wire.bob.id].tag == "finished two day"
    await wire.bot.tag(to, str(wire.bob.id), "")
    assert wire.tg.world.chats[study.id].members[wire.bob.id].tag is None
    with pytest.raises(Gone):
        await wire.bot.tag(Target(str(wire.ann.id)), str(wire.ann.id), "x")


async def test_who_administers_a_group_is_asked_live(wire: Wire) -> None:
    study = wire.group()
    chat = Chat("telegram", str(study.id), private=False)
    ann, bob = (Person("telegram", str(who.id), who.name) for who in (wire.ann, wire.bob))
    assert await wire.bot.is_admin(chat, ann)
    assert not await wire.bot.is_admin(chat, bob)
    wire.tg.promotes(study, wire.bob)
    assert await wire.bot.is_admin(chat, bob)
    assert not await wire.bot.is_admin(chat, Person("telegram", "12345", "nobody"))


async def test_the_command_menu_is_set_per_scope(wire: Wire) -> None:
    await wire.bot.register(COMMANDS, Words("en", "UTC", NOON))
    menus = {
        scope: [one["command"] for one in wire.tg.commands(scope={"type": scope})]
        for scope in ("all_private_chats", "all_group_chats", "all_chat_administrators")
    }
    in_group = [one for one in COMMANDS if one.where.covers(in_group=True)]
    assert menus == {
        "all_private_chats": [one.name for one in COMMANDS if one.where.covers(in_group=False)],
        "all_group_chats": [one.name for one in in_group if not one.admins],
        "all_chat_administrators": [one.name for one in in_group],
    }
    assert not wire.tg.refusals


async def test_a_menu_that_cannot_be_set_is_no_reason_not_to_run(wire: Wire) -> None:
    wire.tg.fault("setMyCommands", Status(502), times=3)
    await wire.bot.register(COMMANDS, Words("en", "UTC", NOON))


# --- what silence means


@pytest.mark.parametrize(
    "fault", [Lost(), Dropped(), Garbage(), Status(500), Status(502, performed=True), Status(403), Status(404)]
)
async def test_nobody_knows_what_became_of_it(wire: Wire, dm: Target, fault: Fault) -> None:
    wire.tg.fault("sendMessage", fault)
    with pytest.raises(Uncertain):
        await say(wire, dm)


@pytest.mark.parametrize("body", [b'{"ok":true}', b"[]", b'{"ok":true,"result":5}', b'{"ok":true,"result":{}}'])
async def test_a_200_of_another_shape_leaves_it_unknown(
    wire: Wire, dm: Target, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(*_: object, **__: object) -> tuple[int, bytes]:
        return 200, body

    monkeypatch.setattr(AiohttpRequest, "do_request", odd)
    with pytest.raises(Uncertain):
        await say(wire, dm)


async def test_without_a_connection_it_was_certainly_not_sent(wire: Wire) -> None:
    settings = TelegramSettings.model_validate({"token": wire.tg.token, "api_base_url": "http://127.0.0.1:1"})
    nowhere = Telegram(settings, wire.clock)
    nowhere._bot._bot_user = wire.bot._bot._bot_user
    with pytest.raises(NotSent) as trouble:
        await nowhere.send(Target("5"), HELLO, reply_to=None, silent=False, nonce="1")
    assert trouble.value.retry_after is None
    await nowhere.stop()


@pytest.mark.parametrize(("cause", "expected"), [(NotOut("refused"), NotSent), (Cut("slow"), Uncertain), (None, Uncertain)])
def test_the_cause_tells_whether_it_was_sent(cause: Exception | None, expected: type[Exception]) -> None:
    error = NetworkError("no answer")
    error.__cause__ = cause
    assert isinstance(meaning(error), expected)


async def test_a_429_says_for_how_long(wire: Wire, dm: Target) -> None:
    wire.tg.fault("sendMessage", TooMany(7))
    with pytest.raises(NotSent) as trouble:
        await say(wire, dm)
    assert trouble.value.retry_after == 7


async def test_a_429_of_a_proxy_does_not(wire: Wire, dm: Target) -> None:
    wire.tg.fault("sendMessage", Status(429))
    with pytest.raises(NotSent) as trouble:
        await say(wire, dm)
    assert trouble.value.retry_after == 5


@pytest.mark.parametrize("order", ["telegram.error, bot.platforms.telegram", "bot.platforms.telegram, telegram.error"])
def test_a_wait_is_read_without_a_warning_in_any_order_of_imports(order: str) -> None:
    """PTB asks the environment each time it is asked for a wait."""
    code = (
        f"import {order}\nfrom bot.platforms.telegram.errors import seconds\n"
        "from telegram.error import RetryAfter\nassert seconds(RetryAfter(7)) == 7.0"
    )
    env = {key: value for key, value in os.environ.items() if key != "PTB_TIMEDELTA"}
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env=env)
    assert seconds(RetryAfter(9)) == 9.0


# --- what refusals mean

Act = Callable[[Wire, Group], Awaitable[object]]


def _to(where: Group, *, topic: int | None = None) -> Target:
    return Target(str(where.id), None if topic is None else str(topic), private=False)


async def _upgraded(wire: Wire, study: Group) -> object:
    old = wire.group(supergroup=False)
    wire.tg.upgrades(old)
    return await say(wire, _to(old))


async def _kicked(wire: Wire, study: Group) -> object:
    wire.tg.removes_bot(study, by=wire.ann)
    return await say(wire, _to(study))


async def _muted(wire: Wire, study: Group) -> object:
    wire.tg.sets_bot_rights(study, {"can_send_messages": False})
    return await say(wire, _to(study))


async def _closed(wire: Wire, study: Group) -> object:
    forum = wire.group(forum=True)
    topic = wire.tg.topic(forum, "Deadlines")
    wire.tg.closes_topic(forum, topic)
    return await say(wire, _to(forum, topic=topic))


async def _no_topic(wire: Wire, study: Group) -> object:
    return await say(wire, _to(wire.group(forum=True), topic=77))


async def _blocked(wire: Wire, study: Group) -> object:
    wire.ann.says("/start")
    wire.ann.blocks_bot()
    return await say(wire, Target(str(wire.ann.id)))


async def _never_started(wire: Wire, study: Group) -> object:
    return await say(wire, Target(str(wire.bob.id)))


async def _deleted_account(wire: Wire, study: Group) -> object:
    wire.bob.says("/start")
    wire.bob.deletes_account()
    return await say(wire, Target(str(wire.bob.id)))


async def _unknown_chat(wire: Wire, study: Group) -> object:
    return await say(wire, Target("424242"))


async def _no_such_message(wire: Wire, study: Group) -> None:
    await wire.bot.edit(_to(study), f"{study.id}/999", HELLO)


async def _same_again(wire: Wire, study: Group) -> None:
    ref = await say(wire, _to(study))
    await wire.bot.edit(_to(study), ref, HELLO)


async def _may_not_pin(wire: Wire, study: Group) -> None:
    await wire.bot.pin(_to(study), await say(wire, _to(study)))


async def _may_not_tag(wire: Wire, study: Group) -> None:
    await wire.bot.tag(_to(study), str(wire.bob.id), "late")


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (_upgraded, "moved"),
        (_kicked, "chat_gone"),
        (_muted, "no_rights"),
        (_closed, "topic_gone"),
        (_no_topic, "topic_gone"),
        (_blocked, "blocked"),
        (_never_started, "blocked"),
        (_deleted_account, "blocked"),
        (_unknown_chat, "chat_gone"),
        (_no_such_message, "message_gone"),
        (_same_again, "not_modified"),
        (_may_not_pin, "no_rights"),
        (_may_not_tag, "no_rights"),
    ],
)
async def test_each_refusal_is_its_own_case(wire: Wire, act: Act, why: str) -> None:
    study = wire.group()
    with pytest.raises(Gone) as gone:
        await act(wire, study)
    assert gone.value.why == why
    if why == "moved":
        assert (gone.value.successor or "").startswith("-100")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Bad Request: can't parse entities: Unclosed start tag at byte offset 1", "malformed"),
        ("Bad Request: message text is empty", "refused"),
        ("Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", "no_rights"),
        ("Forbidden: the group chat was deleted", "chat_gone"),
        ("Bad Request: message can't be edited", "message_gone"),
    ],
)
def test_telegrams_other_words(words: str, why: str) -> None:
    told = meaning(BadRequest(words))
    assert isinstance(told, Gone)
    assert told.why == why


# --- with the courier


async def test_a_crowd_is_written_to_at_telegrams_pace_without_one_429(wire: Wire, database: Database) -> None:
    wire.tg.rates = RateLimits()
    people = [wire.tg.person(f"P{n}") for n in range(25)]
    study = wire.group()
    async with database.write() as tx:
        place = await group(tx, study.id)
        for who in people:
            who.says("/start")
            one = await learner(tx, who.id)
            cards = [outgoing(f"card:{who.id}:{n}", one, lane=Lane.CARD) for n in range(2)]
            await outbox.put(tx, cards, at=NOON)
        await outbox.put(tx, [outgoing(f"post:{n}", place, lane=Lane.DIGEST) for n in range(6)], at=NOON)
        ann = await learner(tx, people[0].id)
    courier = Courier(database, {"telegram": wire.bot}, Limits(per_second={"telegram": 25.0}), wire.clock)
    for tenth in range(130):
        if tenth == 5:
            async with database.write() as tx:
                await outbox.put(tx, [outgoing("answer", ann)], at=wire.clock.at)
        await courier.drain()
        if tenth == 15:
            assert any("/answer" in seen.text for seen in wire.tg.dm(people[0]))
        wire.clock.passes(seconds=0.1)
    assert sum(len(wire.tg.dm(who)) for who in people) == 51
    assert len(wire.tg.chat(study)) == 6
    assert not wire.tg.refusals


# --- pictures

CHART = crowd(3)
PNG = draw(CHART)


def pictured(text: str, *rows: tuple[Button, ...]) -> Message:
    return Message((Span(text, Style.BOLD),), rows, picture=Picture(CHART, "Ann: 3 of 5 sessions.", PNG))


async def test_a_picture_carries_the_text_as_its_caption(wire: Wire, dm: Target) -> None:
    asked = wire.ann.says("/progress")["message"]["message_id"]
    ref = await say(wire, dm, pictured("The week <3"), reply_to=f"{dm.chat}/{asked}")
    [seen] = wire.tg.dm(wire.ann)
    assert (seen.text, seen.html, seen.photo) == ("The week <3", "<b>The week &lt;3</b>", PNG)
    assert (seen.reply_to, ref) == (asked, f"{dm.chat}/{seen.id}")
    assert not wire.tg.refusals


async def test_a_text_with_buttons_may_be_edited_so_its_picture_follows(wire: Wire, dm: Target) -> None:
    ref = await say(wire, dm, pictured("So far", (Button("Site", url="https://example.org"),)))
    words, picture = wire.tg.dm(wire.ann)
    assert (words.text, words.labels, words.photo, ref) == ("So far", ("Site",), None, f"{dm.chat}/{words.id}")
    assert (picture.text, picture.photo) == ("", PNG)


async def test_a_picture_that_is_not_drawn_is_not_shown(wire: Wire, dm: Target) -> None:
    message = pictured("The week")
    await say(wire, dm, replace(message, picture=Picture(CHART, "")))
    [seen] = wire.tg.dm(wire.ann)
    assert (seen.text, seen.photo) == ("The week", None)


@pytest.mark.parametrize(("length", "messages"), [(1024, 1), (1025, 2)])
async def test_a_text_too_long_for_a_caption_goes_first(wire: Wire, dm: Target, length: int, messages: int) -> None:
    text = "🚀" + "x" * (length - 2)  # the rocket counts as two
    ref = await say(wire, dm, pictured(text))
    seen = wire.tg.dm(wire.ann)
    assert len(seen) == messages
    assert (seen[0].text, ref) == (text, f"{dm.chat}/{seen[0].id}")
    assert (seen[-1].photo, seen[-1].text) == (PNG, text if messages == 1 else "")
    assert seen[-1].silent is (messages == 2)


async def test_a_picture_that_follows_goes_to_the_same_topic(wire: Wire) -> None:
    forum = wire.group(forum=True)
    topic = wire.tg.topic(forum, "Deadlines")
    await say(wire, Target(str(forum.id), str(topic), private=False), pictured("x" * 2000))
    assert [seen.thread for seen in wire.tg.chat(forum)] == [topic, topic]


@pytest.mark.parametrize("fault", [Dropped(), Lost(), TooMany(3), Status(500), Garbage()])
async def test_what_becomes_of_a_picture_that_follows_does_not_matter(wire: Wire, dm: Target, fault: Fault) -> None:
    wire.tg.fault("sendPhoto", fault)
    with capture_logs() as logs:
        ref = await say(wire, dm, pictured("x" * 2000))
    assert [one["event"] for one in logs] == ["a picture did not follow its message"]
    assert ref == f"{dm.chat}/{wire.tg.dm(wire.ann)[0].id}"


@pytest.mark.parametrize(("fault", "why"), [(Dropped(), Uncertain), (Lost(), Uncertain), (TooMany(3), NotSent)])
async def test_what_becomes_of_a_caption_is_what_became_of_the_message(
    wire: Wire, dm: Target, fault: Fault, why: type[Exception]
) -> None:
    wire.tg.fault("sendPhoto", fault)
    with pytest.raises(why):
        await say(wire, dm, pictured("The week"))


async def test_where_photos_are_not_allowed_that_is_said(wire: Wire) -> None:
    study = wire.group()
    wire.tg.sets_bot_rights(study, {"can_send_messages": True, "can_send_photos": False})
    with pytest.raises(Gone) as refused:
        await say(wire, Target(str(study.id), private=False), pictured("The week"))
    assert refused.value.why == "no_rights"


async def test_an_edit_changes_the_caption_and_leaves_the_picture(wire: Wire, dm: Target) -> None:
    ref = await say(wire, dm, pictured("Before"))
    await wire.bot.edit(dm, ref, Message((Span("After"),), ((Button("Site", url="https://example.org"),),)))
    await wire.bot.edit(dm, ref, Message((Span("y" * 3000),)))
    [seen] = wire.tg.dm(wire.ann)
    assert seen.edits == ("Before", "After")
    assert (seen.photo, len(seen.text), seen.text[-2:]) == (PNG, 1024, " …")
    with pytest.raises(Gone) as unchanged:
        await wire.bot.edit(dm, ref, Message((Span("y" * 3000),)))
    assert unchanged.value.why == "not_modified"
