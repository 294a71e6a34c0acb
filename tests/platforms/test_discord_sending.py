"""What Discord's answers mean to the courier, and where answers go, over real HTTP with unmodified discord.py."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.charts.drawing import draw
from bot.clock import SystemClock
from bot.events import Pressed, Said
from bot.messenger import Gone, NotSent, Target, Uncertain
from bot.platforms.discord.adapter import Discord
from bot.platforms.discord.wire import Budget
from bot.ui.message import Attachment, Button, Message, Picture, Rows, Span, press
from tests.charts.samples import crowd
from tests.fakes.discord import Dropped, Garbage, Lost, RateLimits, Status, TooMany
from tests.platforms.discord_line import Line, line, settings
from tests.props import NOON


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, made.hearing():
        await made.new()
        made.dc.journal.clear()
        yield made
        assert not made.dc.refusals, made.dc.refusals


def say(text: str, rows: Rows = ()) -> Message:
    return Message((Span(text),), rows)


async def send(wire: Line, to: Target, message: Message, *, reply_to: str | None = None, nonce: str = "1") -> str:
    return await wire.bot.send(to, message, reply_to=reply_to, silent=False, nonce=nonce)


async def called(wire: Line, text: str, *, chat: bool = False) -> Said:
    """What a command that was just typed says."""
    wire.ann.says(text, chat=wire.group if chat else None)
    event = await wire.event()
    assert isinstance(event, Said)
    return event


async def pressed(wire: Line, label: str, *, chat: bool = False) -> Pressed:
    where = wire.ann.sees(wire.group) if chat else wire.dc.dm(wire.ann)
    wire.ann.presses(next(one for one in reversed(where) if label in one.labels), label)
    event = await wire.event()
    assert isinstance(event, Pressed)
    return event


# --- plain messages -----------------------------------------------------------------------------------------------------
async def test_a_file_goes_with_its_text(wire: Line) -> None:
    content = "# План\n".encode()
    told = Message((Span("Maths"),), file=Attachment("план.md", content))
    said = await called(wire, "/plan")
    await send(wire, wire.to_ann, told, reply_to=said.ref, nonce="2")
    seen = wire.dc.dm(wire.ann)[-1]
    assert (seen.text, [*seen.files]) == ("Maths", ["план.md"])
    await wire.bot.send(wire.to_ann, say("an answer"), reply_to=said.ref, silent=False, nonce="3")


async def test_a_message_in_private_and_its_change(wire: Line) -> None:
    ref = await send(wire, wire.to_ann, say("hello"))
    await wire.bot.edit(wire.to_ann, ref, say("changed", ((press("Done", "promise.done", 1),),)))
    [seen] = wire.dc.dm(wire.ann)
    assert (seen.text, seen.labels, seen.edits) == ("changed", ("Done",), ("hello",))
    assert ref == f"{seen.chat_id}/{seen.id}"


async def test_a_reply_in_a_group_and_a_silent_one(wire: Line) -> None:
    first = await send(wire, wire.to_group, say("first"))
    await send(wire, wire.to_group, say("second"), reply_to=first, nonce="2")
    await wire.bot.send(wire.to_group, say("third"), reply_to=None, silent=True, nonce="3")
    one, two, three = wire.dc.chat(wire.group)
    assert (two.reply_to, two.notified, three.silent) == (one.id, frozenset(), True)


async def test_the_same_thing_sent_twice_is_there_once(wire: Line) -> None:
    assert await send(wire, wire.to_group, say("once"), nonce="7") == await send(wire, wire.to_group, say("once"), nonce="7")
    assert len(wire.dc.chat(wire.group)) == 1


async def test_pinning_takes_the_right_to_pin(wire: Line) -> None:
    ref = await send(wire, wire.to_group, say("board"))
    with pytest.raises(Gone, match="no_rights"):
        await wire.bot.pin(wire.to_group, ref)
    wire.dc.sets_bot_rights(wire.group, {"pin_messages": True})
    await wire.bot.pin(wire.to_group, ref)
    assert wire.dc.chat(wire.group)[0].pinned


async def test_there_are_no_tags(wire: Line) -> None:
    with pytest.raises(Gone, match="refused"):
        await wire.bot.tag(wire.to_group, str(wire.ann.id), "3 days")


async def test_a_long_text_is_an_embed_and_without_the_right_to_one_it_is_cut(wire: Line) -> None:
    await send(wire, wire.to_group, say("x" * 3000))
    assert len(wire.dc.chat(wire.group)[0].text) == 3000
    wire.dc.sets_bot_rights(wire.group, {"embed_links": False})
    ref = await send(wire, wire.to_group, say("y" * 3000), nonce="2")
    await wire.bot.edit(wire.to_group, ref, say("short"))
    assert wire.dc.chat(wire.group)[1].text == "short"


# --- refusals -----------------------------------------------------------------------------------------------------------
async def test_who_lets_nobody_write_to_them_has_blocked_the_bot(wire: Line) -> None:
    wire.ann.closes_dms()
    with pytest.raises(Gone, match=r"blocked: 50007"):
        await send(wire, wire.to_ann, say("hello"))


async def test_who_shares_no_server_cannot_be_reached(wire: Line) -> None:
    stranger = wire.dc.person("Zoe")
    with pytest.raises(Gone, match="blocked: 50278"):
        await send(wire, Target(str(stranger.id)), say("hello"))


async def test_a_channel_that_is_gone_a_message_that_is_gone_and_a_right_that_is_gone(wire: Line) -> None:
    ref = await send(wire, wire.to_group, say("here"))
    wire.dc.deletes_message(wire.dc.chat(wire.group)[0], by=wire.ann)
    with pytest.raises(Gone, match="message_gone: 10008"):
        await wire.bot.edit(wire.to_group, ref, say("changed"))
    wire.dc.sets_bot_rights(wire.group, {"send_messages": False})
    with pytest.raises(Gone, match="no_rights: 50013"):
        await send(wire, wire.to_group, say("more"), nonce="2")
    wire.dc.sets_bot_rights(wire.group, {"view_channel": False})
    with pytest.raises(Gone, match="chat_gone: 50001"):
        await send(wire, wire.to_group, say("more"), nonce="3")
    wire.dc.deletes_channel(wire.group)
    with pytest.raises(Gone, match="chat_gone: 10003"):
        await send(wire, wire.to_group, say("more"), nonce="4")


async def test_after_removal_the_group_is_gone(wire: Line) -> None:
    wire.dc.removes_bot(wire.group, by=wire.ann)
    with pytest.raises(Gone, match="chat_gone"):
        await send(wire, wire.to_group, say("more"))


# --- silences -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", [Lost(), Garbage(), Status(502, performed=True), Status(500), Status(504, performed=True)])
async def test_what_may_have_arrived_is_uncertain_and_asked_once(wire: Line, fault: Lost | Garbage | Status) -> None:
    wire.dc.fault("create_message", fault)
    with pytest.raises(Uncertain):
        await send(wire, wire.to_group, say("once"))
    assert wire.dc.counts["create_message"] == 1


async def test_no_connection_is_not_sent(wire: Line) -> None:
    wire.bot._wire.client.http.base = "http://127.0.0.1:1"
    with pytest.raises(NotSent, match="ClientConnectorError"):
        await send(wire, wire.to_group, say("x"))


async def test_a_cut_before_the_answer_is_uncertain(wire: Line) -> None:
    wire.dc.fault("create_message", Dropped())
    with pytest.raises(Uncertain):
        await send(wire, wire.to_group, say("once"))


async def test_asked_to_wait_here_or_everywhere(wire: Line) -> None:
    for scope, here in (("user", True), ("shared", True), ("global", False)):
        wire.dc.fault("create_message", TooMany(7, scope))
        with pytest.raises(NotSent) as caught:
            await send(wire, wire.to_group, say("once"))
        assert (caught.value.retry_after, caught.value.here) == (7, here)
    assert wire.dc.counts["create_message"] == 3, "discord.py does not try again by itself"


async def test_limits_that_answers_tell_of_are_kept(tmp_path: Path) -> None:
    async with line(tmp_path, rates=RateLimits()) as wire, wire.hearing():
        wire.clock.passes(seconds=1)
        for n in range(5):
            await send(wire, wire.to_group, say(f"{n}"), nonce=f"{n}")
        assert not [call for call in wire.dc.calls("create_message") if call.outcome.startswith("429")]


def test_refused_calls_stop_the_bot_long_before_discord_bans_it() -> None:
    budget = Budget(most=3)
    for n in range(3):
        assert budget.wait(NOON + timedelta(seconds=n)) == timedelta()
        budget.spend(NOON + timedelta(seconds=n))
    assert budget.wait(NOON + timedelta(seconds=3)) == timedelta(minutes=10) - timedelta(seconds=3)
    assert budget.wait(NOON + timedelta(minutes=10)) == timedelta()


async def test_a_bot_that_was_refused_too_often_is_silent(wire: Line) -> None:
    for _ in range(5_000):
        wire.bot._wire._budget.spend(wire.clock.at)
    with pytest.raises(NotSent) as caught:
        await send(wire, wire.to_group, say("x"))
    assert caught.value.retry_after == 600
    assert not wire.dc.counts["create_message"]


# --- answers to interactions --------------------------------------------------------------------------------------------
async def test_a_command_in_private_is_answered_where_it_was_typed(wire: Line) -> None:
    event = await called(wire, "/today")
    ref = await send(wire, wire.to_ann, say("card"), reply_to=event.answer_to)
    await send(wire, wire.to_ann, say("more"), reply_to=event.answer_to, nonce="2")
    card, more = wire.dc.dm(wire.ann)
    assert (card.text, card.ephemeral, card.loading, more.text) == ("card", None, False, "more")
    await wire.bot.edit(wire.to_ann, ref, say("changed"))
    assert wire.dc.dm(wire.ann)[0].text == "changed"


async def test_a_personal_answer_in_a_group_is_for_the_person_alone(wire: Line) -> None:
    event = await called(wire, "/help", chat=True)
    ref = await send(wire, wire.to_group, say("list", ((press("Stay", "group.stay", 1),),)), reply_to=event.answer_to)
    assert [one.ephemeral for one in wire.ann.sees(wire.group)] == ["Ann"]
    assert not wire.dc.chat(wire.group)
    stay = await pressed(wire, "Stay", chat=True)
    assert stay.ref.split("/")[:2] == ref.split("/")[:2]
    await wire.bot.edit(wire.to_group, stay.ref, say("you stay"))
    assert [one.text for one in wire.ann.sees(wire.group)] == ["you stay"]


async def test_a_public_answer_is_for_all_and_lives_on_when_its_token_has_ended(wire: Line) -> None:
    event = await called(wire, "/commit text:read by:5 June", chat=True)
    ref = await send(wire, wire.to_group, say("preview"), reply_to=event.answer_to)
    wire.clock.passes(days=30)
    await wire.bot.edit(wire.to_group, ref, say("slipped"))
    assert [one.text for one in wire.dc.chat(wire.group)] == ["slipped"]


async def test_why_a_public_command_was_refused_is_for_who_gave_it(wire: Line) -> None:
    event = await called(wire, "/commit text:read by:5 June", chat=True)
    assert [one.loading for one in wire.dc.chat(wire.group)] == [True], "all see it thinking"
    no = replace(say("no"), alone=True)
    await send(wire, wire.to_group, no, reply_to=event.answer_to)
    assert [(one.text, one.ephemeral) for one in wire.ann.sees(wire.group) if not one.deleted] == [("no", "Ann")]
    assert not [one for one in wire.dc.chat(wire.group) if not one.deleted]


async def test_it_is_so_when_the_process_died_in_between_and_when_it_comes_late(wire: Line) -> None:
    no = replace(say("no"), alone=True)
    event = await called(wire, "/commit text:read by:5 June", chat=True)
    await wire.bot.toast(event.answer_to or "", "")  # "thinking …" was taken away, and nothing more
    other = Discord(settings(wire.dc), wire.clock, wire.database)
    await other.start()
    try:
        await other.send(wire.to_group, no, reply_to=event.answer_to, silent=False, nonce="1")
    finally:
        await other.stop()
    assert [(one.text, one.ephemeral) for one in wire.ann.sees(wire.group) if not one.deleted] == [("no", "Ann")]
    event = await called(wire, "/commit text:read by:5 June", chat=True)
    wire.clock.passes(minutes=16)
    await send(wire, wire.to_group, no, reply_to=event.answer_to, nonce="2")
    assert [one.text for one in wire.dc.dm(wire.ann)] == ["no"]


async def test_an_answer_that_is_late_goes_to_the_person_or_if_it_was_public_to_the_channel(wire: Line) -> None:
    private = await called(wire, "/help", chat=True)
    public = await called(wire, "/setup", chat=True)
    wire.clock.passes(minutes=16)
    await send(wire, wire.to_group, say("help"), reply_to=private.answer_to)
    await send(wire, wire.to_group, say("checklist"), reply_to=public.answer_to, nonce="2")
    assert [one.text for one in wire.dc.dm(wire.ann)] == ["help"]
    assert [one.text for one in wire.dc.chat(wire.group) if not one.loading] == ["checklist"]
    with pytest.raises(Gone, match="too_late"):
        await wire.bot.toast(private.answer_to or "", "too late")


async def test_an_answer_survives_a_restart(wire: Line) -> None:
    event = await called(wire, "/help", chat=True)
    other = Discord(settings(wire.dc), wire.clock, wire.database)
    await other.start()
    try:
        await other.send(wire.to_group, say("list"), reply_to=event.answer_to, silent=False, nonce="1")
        await other.send(wire.to_group, say("more"), reply_to=event.answer_to, silent=False, nonce="2")
    finally:
        await other.stop()
    assert [(one.text, one.loading) for one in wire.ann.sees(wire.group)] == [("list", False), ("more", False)]


async def test_a_call_that_needs_no_answer_stops_thinking(wire: Line) -> None:
    event = await called(wire, "/today")
    assert wire.dc.dm(wire.ann)[0].loading
    await wire.bot.toast(event.answer_to or "", "")
    assert [one for one in wire.dc.dm(wire.ann) if not one.deleted] == []


async def test_a_press_is_answered_by_a_line_for_the_presser(wire: Line) -> None:
    await send(wire, wire.to_group, say("alert", ((press("Cheer", "slip.cheer", 1),),)))
    event = await pressed(wire, "Cheer", chat=True)
    await wire.bot.toast(event.answer_to, "")
    await wire.bot.toast(event.answer_to, "That was *kind*.")
    assert wire.dc.toasts(wire.ann) == [("That was *kind*.", False)]
    with pytest.raises(Gone, match="too_late"):
        await wire.bot.toast("i1", "who?")


async def test_the_join_button_leads_into_private_and_says_so(wire: Line) -> None:
    await send(wire, wire.to_group, say("checklist", ((Button("Join", url="start:join_abc"),),)))
    wire.ann.presses(wire.dc.chat(wire.group)[0], "Join")
    event = await wire.event()
    assert isinstance(event, Said)
    assert (event.words, event.chat.private) == ("/start join_abc", True)
    await send(wire, wire.to_ann, say("Where are you?"), reply_to=event.answer_to, nonce="2")
    assert [one.text for one in wire.dc.dm(wire.ann)] == ["Where are you?"]
    assert [one.text for one in wire.ann.sees(wire.group) if one.ephemeral] == ["The answer is in our private chat."]


async def test_who_pressed_join_with_a_closed_door_is_told_how_to_open_it(wire: Line) -> None:
    await send(wire, wire.to_group, say("checklist", ((Button("Join", url="start:join_abc"),),)))
    wire.ann.closes_dms()
    wire.ann.presses(wire.dc.chat(wire.group)[0], "Join")
    event = await wire.event()
    assert isinstance(event, Said)
    with pytest.raises(Gone, match="blocked"):
        await send(wire, wire.to_ann, say("Where are you?"), reply_to=event.answer_to, nonce="2")
    [told] = [one for one in wire.ann.sees(wire.group) if one.ephemeral]
    assert "allow direct messages" in told.text


async def test_a_thread_is_a_group_like_any_other(wire: Line) -> None:
    thread = wire.dc.thread(wire.group, "Calculus")
    await send(wire, Target(str(thread.id), private=False), say("in the thread"))
    assert [one.text for one in wire.dc.chat(thread)] == ["in the thread"]
    wire.dc.archives(thread, locked=True)
    with pytest.raises(Gone, match="no_rights"):
        await send(wire, Target(str(thread.id), private=False), say("locked"), nonce="2")


async def test_a_post_in_a_forum_is_one_too(wire: Line) -> None:
    forum = wire.dc.forum(wire.group, "plans")
    post = wire.dc.thread(forum, "Calculus by June")
    await send(wire, Target(str(post.id), private=False), say("board"))
    assert [one.text for one in wire.dc.chat(post)] == ["board"]


async def test_the_name_of_the_bot_and_its_id(wire: Line) -> None:
    assert wire.bot.name == "Plan E"
    assert wire.bot.bot_id == "discord:800000000000000001"
    strange = Discord(settings(wire.dc, token="nonsense"), SystemClock(), wire.database)
    assert strange.bot_id == "discord:nonsense"
    await strange.stop()


# --- pictures -----------------------------------------------------------------------------------------------------------
CHART = crowd(3)
PNG = draw(CHART)


def pictured(text: str, *, alt: str = "Ann: 3 of 5 sessions.") -> Message:
    return Message((Span(text),), ((press("Done", "promise.done", 1),),), picture=Picture(CHART, alt, PNG))


def described(wire: Line) -> list[str | None]:
    """What stands with the pictures for those who do not see them."""
    return [one.description for one in wire.dc.world.files.values()]


@pytest.mark.parametrize("length", [10, 3000])
async def test_a_picture_is_an_attachment_with_a_description(wire: Line, length: int) -> None:
    ref = await send(wire, wire.to_group, pictured("x" * length))
    [seen] = wire.dc.chat(wire.group)
    assert (seen.text, seen.photo, described(wire)) == ("x" * length, PNG, ["Ann: 3 of 5 sessions."])
    await wire.bot.edit(wire.to_group, ref, say("changed"))
    [seen] = wire.dc.chat(wire.group)
    assert (seen.text, seen.photo, seen.labels) == ("changed", None, ())


async def test_a_long_description_is_cut(wire: Line) -> None:
    await send(wire, wire.to_ann, pictured("The week", alt="y" * 3000))
    assert described(wire) == ["y" * 1024]


async def test_a_picture_that_is_not_drawn_is_not_shown(wire: Line) -> None:
    await send(wire, wire.to_ann, replace(pictured("The week"), picture=Picture(CHART, "Ann")))
    [seen] = wire.dc.dm(wire.ann)
    assert (seen.text, seen.photo) == ("The week", None)


async def test_an_answer_may_bring_a_picture(wire: Line) -> None:
    private, public = await called(wire, "/today"), await called(wire, "/help", chat=True)
    for event, to in ((private, wire.to_ann), (public, wire.to_group)):
        await send(wire, to, pictured("So far"), reply_to=event.ref)
        await send(wire, to, pictured("And so on"), reply_to=event.ref, nonce="2")
    shown = [*wire.dc.dm(wire.ann), *wire.ann.sees(wire.group)]
    assert [(seen.text, seen.photo) for seen in shown] == [("So far", PNG), ("And so on", PNG)] * 2


async def test_where_files_are_not_allowed_that_is_said(wire: Line) -> None:
    wire.dc.sets_bot_rights(wire.group, {"attach_files": False})
    with pytest.raises(Gone) as refused:
        await send(wire, wire.to_group, pictured("The week"))
    assert refused.value.why == "no_rights"
    wire.dc.refusals.clear()


@pytest.mark.parametrize("fault", [Lost(), Garbage(), Status(500)])
async def test_with_a_picture_too_what_may_have_arrived_is_uncertain(wire: Line, fault: Lost | Garbage | Status) -> None:
    wire.dc.fault("create_message", fault)
    with pytest.raises(Uncertain):
        await send(wire, wire.to_group, pictured("The week"))
    assert wire.dc.counts["create_message"] == 1
