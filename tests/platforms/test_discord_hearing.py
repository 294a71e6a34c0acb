"""What Discord says, from the gateway to events: stored as it came, once, through broken connections and restarts."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import COMMANDS
from bot.events import BotMoved, Pressed, Said, Unheard
from bot.platforms.discord.adapter import Discord
from bot.platforms.discord.gateway import CannotConnect, TokenRefused
from bot.services.meeting import meet_group
from bot.store import groups
from bot.store.inbox import Raw
from bot.ui.message import Message, Span, press
from bot.ui.words import Words
from tests.fakes.discord import Group, Status
from tests.fakes.discord.people import PIXEL
from tests.platforms.discord_line import Line, line, settings
from tests.props import NOON, until


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Line]:
    async with line(tmp_path) as made, made.hearing():
        await made.new()
        made.dc.journal.clear()
        yield made
        assert not made.dc.refusals, made.dc.refusals


async def said(wire: Line) -> Said:
    event = await wire.event()
    assert isinstance(event, Said)
    return event


async def button(wire: Line, *, asks: str = "", asks_file: bool = False) -> None:
    message = Message((Span("here"),), ((press("Done", "promise.done", 1),),), asks=asks, asks_file=asks_file)
    await wire.bot.send(wire.to_group, message, reply_to=None, silent=False, nonce="1")


# --- words ----------------------------------------------------------------------------------------------------------------
async def test_words_in_private_are_heard_without_any_privilege(wire: Line) -> None:
    wire.ann.says("London\x00")
    event = await said(wire)
    assert (event.words, event.chat.private, event.person.name, event.at) == ("London", True, "Ann", NOON)


async def test_what_others_say_in_a_server_is_not_even_stored(wire: Line) -> None:
    wire.ann.says("good morning", chat=wire.group)
    assert await wire.new() == []


async def test_a_reply_to_the_bot_is_heard(wire: Line) -> None:
    await button(wire)
    [question] = wire.dc.chat(wire.group)
    wire.ann.says("5 June", chat=wire.group, reply_to=question)
    event = await said(wire)
    assert (event.words, event.reply_to, event.chat.title) == ("5 June", f"{wire.group.id}/{question.id}", "Study #study")
    wire.bob.says(f"<@{wire.dc.world.bot.id}> /board", chat=wire.group)
    assert (await said(wire)).words == "/board"


async def test_a_file_and_a_photo(wire: Line) -> None:
    wire.ann.sends_document("plan.md", b"# Calculus", caption="mine")
    event = await said(wire)
    assert event.file is not None
    assert (event.file.name, event.file.size, event.words) == ("plan.md", 10, "mine")
    assert await wire.bot.fetch(event.file.id) == b"# Calculus"
    wire.ann.sends_photo(PIXEL)
    assert (await said(wire)).photo is not None
    with pytest.raises(ValueError, match="not one of Discord's files"):
        await wire.bot.fetch("https://example.org/x")


# --- commands and buttons -------------------------------------------------------------------------------------------------
async def test_fields_become_the_words_that_the_command_is_given(wire: Line) -> None:
    for typed, words in (
        ("/checkin time:90m module:limits note:done, https://x.org", "/checkin 90m limits done, https://x.org"),
        ("/commit text:read by:5 June", "/commit read by 5 June"),
        ("/commit text:read", "/commit read"),
        ("/commit text:read by:by friday", "/commit read by friday"),
        ("/plan template:template story", "/plan template story"),
        ("/plan template:story", "/plan template story"),
        ("/slot time:07:00 days:mon-fri", "/slot 07:00 mon-fri"),
        ("/help", "/help"),
    ):
        wire.ann.says(typed)
        assert (await said(wire)).words == words


async def test_a_plan_file_comes_with_the_command(wire: Line) -> None:
    wire.ann.says("/plan", attach=("plan.md", b"# Calculus"))
    event = await said(wire)
    assert event.file is not None
    assert (event.file.name, event.words) == ("plan.md", "")


async def test_who_administers_the_server_administers_its_groups(wire: Line) -> None:
    wire.ann.says("/setup", chat=wire.group)
    event = await said(wire)
    assert (event.is_admin, event.chat.rights) == (True, {"post": True, "pin": False, "embed": True, "thread": True})
    wire.bob.says("/board", chat=wire.group)
    assert (await said(wire)).is_admin is False
    wire.dc.promotes(wire.group, wire.bob)
    wire.bob.says("/setup", chat=wire.group)
    event = await said(wire)
    assert event.is_admin is True
    assert await wire.bot.is_admin(event.chat, event.person)


async def test_a_button(wire: Line) -> None:
    await button(wire)
    wire.ann.presses(wire.dc.chat(wire.group)[0], "Done")
    event = await wire.event()
    assert isinstance(event, Pressed)
    assert event.action is not None
    assert (event.action.name, event.action.args, event.ref) == (
        "promise.done",
        ("1",),
        f"{wire.group.id}/{wire.dc.chat(wire.group)[0].id}",
    )
    wire.ann.presses(wire.dc.chat(wire.group)[0], data="of.old|1")
    event = await wire.event()
    assert isinstance(event, Pressed)
    assert event.action is None


async def test_a_form_asks_for_words_and_they_answer_its_message(wire: Line) -> None:
    await button(wire, asks="By when")
    [question] = wire.dc.chat(wire.group)
    wire.ann.presses(question, "✎ By when")
    await wire.dc.until(wire.ann.modals)
    [form] = wire.ann.modals()
    assert (form.title, form.fields[0].label, form.fields[0].long) == ("By when", "By when", True)
    wire.ann.submits(form, words="5 June")
    event = await said(wire)
    assert (event.words, event.reply_to) == ("5 June", f"{wire.group.id}/{question.id}")


async def test_a_button_that_asks_for_words_alone_opens_its_form_at_once(wire: Line) -> None:
    message = Message((Span("Logged"),), ((press("Edit", "checkin.edit", 1), press("Rename", "plan.ask", "rename", "t", 1)),))
    await wire.bot.send(wire.to_ann, message, reply_to=None, silent=False, nonce="1")
    [logged] = wire.dc.dm(wire.ann)
    wire.ann.presses(logged, "Edit")
    assert isinstance(await wire.event(), Pressed), "it is stored and handled all the same"
    wire.ann.presses(logged, "Rename")
    event = await wire.event()
    assert isinstance(event, Pressed)
    edit, form = wire.ann.modals()
    assert (edit.title, form.title) == ("What you did", "The name")
    await wire.bot.toast(event.answer_to, "Too late for that.")
    assert wire.dc.toasts(wire.ann)[-1] == ("Too late for that.", False)
    wire.ann.submits(form, words="Analysis")
    heard = await said(wire)
    assert (heard.words, heard.reply_to) == ("Analysis", f"{logged.chat_id}/{logged.id}")


async def test_a_press_of_an_unknown_shape_ends_nothing(wire: Line) -> None:
    await button(wire)
    asked = wire.ann.presses(wire.dc.chat(wire.group)[0], "Done")["d"]
    await wire.new()
    wire.dc.world.tell("INTERACTION_CREATE", {one: asked[one] for one in asked if one != "message"}, 0)
    wire.ann.says("after")
    told = [wire.bot.read(one.raw, received_at=NOON) for one in await wire.new() if one.raw["t"] == "MESSAGE_CREATE"]
    assert [one.words for one in told if isinstance(one, Said)] == ["after"]


async def test_the_settings_open_a_form_for_administrators_alone(wire: Line) -> None:
    message = Message((Span("Set up"),), ((press("City", "setup.ask", "zone"), press("Horizon", "setup.ask", "horizon")),))
    await wire.bot.send(wire.to_group, message, reply_to=None, silent=False, nonce="1")
    [checklist] = wire.dc.chat(wire.group)
    for person, label, forms in ((wire.bob, "City", 0), (wire.ann, "Horizon", 0), (wire.ann, "City", 1)):
        person.presses(checklist, label)
        assert isinstance(await wire.event(), Pressed)
        assert len(person.modals()) == forms
    assert wire.ann.modals()[0].title == "The group's city"


async def test_a_plan_can_be_written_into_a_form(wire: Line) -> None:
    await button(wire, asks="Your plan as text", asks_file=True)
    wire.ann.presses(wire.dc.chat(wire.group)[0], "✎ Your plan as text")
    await wire.dc.until(wire.ann.modals)
    wire.ann.submits(wire.ann.modals()[0], words="# Calculus\n- [ ] Limits")
    event = await said(wire)
    assert event.file is not None
    assert (event.file.name, event.file.data, event.words) == ("plan.md", b"# Calculus\n- [ ] Limits", "")


async def test_ones_own_message_is_logged_from_its_menu(wire: Line) -> None:
    message = wire.ann.says("90m limits, all exercises", chat=wire.group)
    wire.ann.uses_context_menu("Log as check-in", message)
    event = await said(wire)
    assert (event.words, event.author) == ("/checkin 90m limits, all exercises", event.person.account)
    wire.bob.uses_context_menu("Log as check-in", message)
    event = await said(wire)
    assert event.author != event.person.account


async def test_suggestions_come_while_one_types(wire: Line) -> None:
    assert (await wire.ann.autocompletes("plan", "template", ""))[0].startswith("From software engineering")
    assert await wire.ann.autocompletes("commit", "by", "end of June") == [], "nobody knows Ann's clock yet"
    assert (await wire.ann.autocompletes("timezone", "city", "lond"))[0] == "London, United Kingdom · 13:00"
    assert await wire.new() == [], "nothing of that is kept"


# --- at once, and in order ------------------------------------------------------------------------------------------------
async def test_everything_is_acknowledged_at_once_however_slow_the_disk_is(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        release = asyncio.Event()
        keep = wire.receive

        async def slowly(updates: Any, heard: Any) -> None:
            await release.wait()
            await keep(updates, heard)

        wire.receive = slowly  # type: ignore[method-assign]
        hearing = asyncio.get_running_loop().create_task(wire.bot.hear(slowly))
        await wire.dc.until(lambda: wire.dc.listening)
        for n in range(50):
            wire.ann.says(f"/checkin note:{n}")
        await wire.dc.until(lambda: not wire.dc.unanswered(wire.ann))
        assert wire.got == []
        release.set()
        await wire.caught_up()
        notes = [one.raw["d"]["data"]["options"][0]["value"] for one in wire.got if one.raw["t"] == "INTERACTION_CREATE"]
        assert notes == [str(n) for n in range(50)]
        hearing.cancel()
        await asyncio.wait([hearing])


async def test_what_came_too_late_is_not_done_and_said_to_be_so(wire: Line) -> None:
    await button(wire)
    wire.dc.drops_gateway()
    await wire.dc.until(lambda: not wire.dc.listening)
    wire.ann.presses(wire.dc.chat(wire.group)[0], "Done")
    wire.clock.passes(seconds=4)
    event = await wire.event()
    assert isinstance(event, Unheard)
    assert event.person.name == "Ann"


async def test_an_acknowledgement_that_is_lost_keeps_nothing_from_being_heard(wire: Line) -> None:
    wire.dc.fault("create_interaction_response", Status(503, performed=True))
    wire.ann.says("/today")
    event = await said(wire)
    await wire.bot.send(wire.to_ann, Message((Span("card"),)), reply_to=event.answer_to, silent=False, nonce="1")
    assert [one.text for one in wire.dc.dm(wire.ann)] == ["card"]


# --- broken connections ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["cut", "reconnect", "invalid but resumable"])
async def test_what_was_said_while_the_connection_was_down_is_had_after_it(wire: Line, how: str) -> None:
    match how:
        case "cut":
            wire.dc.drops_gateway()
        case "reconnect":
            wire.dc.reconnects()
        case _:
            wire.dc.invalidates_session(resumable=True)
    wire.ann.says("in between")
    assert (await said(wire)).words == "in between"
    wire.ann.says("after")
    assert (await said(wire)).words == "after"


async def test_a_session_that_is_lost_is_begun_anew(wire: Line) -> None:
    await known(wire)
    wire.dc.drops_gateway(resumable=False)
    await wire.dc.until(lambda: not wire.dc.listening)
    await wire.dc.until(lambda: wire.dc.listening)
    await wire.new()
    wire.ann.says("after")
    assert (await said(wire)).words == "after"


async def test_a_new_process_takes_up_the_session_of_the_last_and_hears_nothing_twice(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        async with wire.hearing():
            wire.ann.says("before")
            await wire.new()
        await wire.bot.stop()
        wire.ann.says("in between")
        wire.bot = Discord(settings(wire.dc), wire.clock, wire.database)
        await wire.bot.start()
        async with wire.hearing():
            assert (await said(wire)).words == "in between"
            assert wire.dc.gateway.identifies == 1, "resumed, not begun anew"


@pytest.mark.parametrize("proof", ["a later heartbeat", "a new connection"])
async def test_after_a_sleep_nothing_proves_that_all_was_heard_but_what_was_asked_since(wire: Line, proof: str) -> None:
    """What comes first when the machine wakes may be of before, with more behind it that is still on its way."""
    socket = wire.bot.hearing.gateway._socket
    assert socket is not None
    wire.ann.says("before")
    await wire.new()
    before = wire.heard[-1]
    await socket.send_heartbeat({"op": 1, "d": socket.sequence})
    wire.clock.sleeps(hours=1)  # and its acknowledgement lies there
    await until(lambda: socket.answered == socket.beats)
    wire.ann.says("during")
    assert [one.raw["d"]["content"] for one in await wire.new()] == ["during"], "it is stored all the same"
    assert wire.heard[-1] == before
    if proof == "a new connection":
        wire.dc.reconnects()
    else:
        await socket.send_heartbeat({"op": 1, "d": socket.sequence})
    await until(lambda: wire.heard[-1] == wire.clock.at - timedelta(seconds=1))


async def test_how_far_all_has_been_heard(wire: Line) -> None:
    wire.clock.passes(minutes=1)
    wire.ann.says("now")
    await wire.new()
    assert wire.heard[-1] == wire.clock.at - timedelta(seconds=1)


async def test_a_token_that_is_refused_ends_it(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        wrong = Discord(settings(wire.dc, token="wrong"), wire.clock, wire.database)
        with pytest.raises(TokenRefused):
            await wrong.start()
        await wrong.stop()


async def test_a_connection_broken_off_in_its_greeting_leaves_no_thread_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would knock at a loop that is closed, in the midst of some other test."""
    greeted = asyncio.Event()

    async def hang(_client: Any, _shard: Any, *, initial: bool = False) -> None:
        del initial
        greeted.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.platforms.discord.wire.Client.before_identify_hook", hang)
    async with line(tmp_path) as wire:
        hearing = asyncio.get_running_loop().create_task(wire.bot.hear(wire.receive))
        await greeted.wait()
        [thread] = [one for one in threading.enumerate() if one.name.startswith("keep-alive")]
        hearing.cancel()
        await asyncio.wait([hearing])
        thread.join(timeout=5)
        assert not thread.is_alive()


@pytest.mark.parametrize(("code", "error"), [(4004, TokenRefused), (4014, CannotConnect)])
async def test_a_connection_that_is_closed_for_good_ends_it(tmp_path: Path, code: int, error: type[Exception]) -> None:
    async with line(tmp_path) as wire:
        hearing = asyncio.get_running_loop().create_task(wire.bot.hear(wire.receive))
        await wire.caught_up()
        wire.dc.drops_gateway(code)
        with pytest.raises(ExceptionGroup) as caught:
            await hearing
        assert caught.group_contains(error)


async def test_discord_that_cannot_be_reached_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with line(tmp_path) as wire:
        sleep, pauses = asyncio.sleep, list[float]()

        async def counted(seconds: float) -> None:
            pauses.append(seconds)
            await sleep(0)

        wire.dc.fault("get_my_user", Status(503), times=2)
        other = Discord(settings(wire.dc), wire.clock, wire.database)
        with monkeypatch.context() as patch:
            patch.setattr("bot.platforms.discord.adapter.asyncio.sleep", counted)
            await other.start()
        assert [one for one in pauses if one] == [1, 2]
        await other.stop()


# --- servers --------------------------------------------------------------------------------------------------------------
async def moved(wire: Line) -> BotMoved:
    event = await wire.event()
    assert isinstance(event, BotMoved)
    return event


async def known(wire: Line) -> None:
    """The group is one of ours."""
    async with wire.database.write() as tx:
        await meet_group(
            tx,
            platform="discord",
            chat=str(wire.group.id),
            title="Study",
            server=str(wire.group.guild_id),
            rights={"post": True, "pin": False, "embed": True, "thread": True},
            at=NOON,
        )


async def test_a_server_that_the_bot_comes_into_is_greeted_where_it_may_write(wire: Line) -> None:
    other = wire.dc.group("Chess", members=[wire.bob])
    wire.dc.adds_bot(other, by=wire.bob)
    event = await moved(wire)
    assert (event.present, event.newly, event.chat.chat, event.chat.title) == (True, True, str(other.id), "Chess #chess")
    assert event.rights == {"post": True, "pin": False, "embed": True, "thread": True}


async def test_a_server_that_was_away_is_not_greeted_again(wire: Line) -> None:
    await known(wire)
    wire.dc.outage(wire.group)
    wire.dc.outage(wire.group, over=True)
    assert await wire.new() == []


async def test_rights_that_come_and_go_are_told_for_groups_alone(wire: Line) -> None:
    wire.dc.sets_bot_rights(wire.group, {"pin_messages": True})
    assert await wire.new() == []
    await known(wire)
    wire.dc.sets_bot_rights(wire.group, {"send_messages": False})
    events = await wire.new()
    last = wire.bot.read(events[-1].raw, received_at=NOON)
    assert isinstance(last, BotMoved)
    assert (last.present, last.newly, last.rights) == (True, False, {"post": False, "pin": True, "embed": False, "thread": True})


async def test_a_removal_is_told_for_each_group(wire: Line) -> None:
    await known(wire)
    wire.dc.removes_bot(wire.group, by=wire.ann)
    event = await moved(wire)
    assert (event.present, event.chat.chat) == (False, str(wire.group.id))


async def test_a_channel_that_is_deleted_is_a_removal(wire: Line) -> None:
    await known(wire)
    wire.dc.deletes_channel(wire.group)
    assert (await moved(wire)).present is False


# --- while nobody heard -----------------------------------------------------------------------------------------------------
async def away(wire: Line, meanwhile: Callable[[], object]) -> list[Raw]:
    """A session is lost, something happens, and another begins: what the greeting itself brings."""
    wire.dc.drops_gateway(resumable=False)
    await wire.dc.until(lambda: not wire.dc.listening)
    meanwhile()
    await wire.dc.until(lambda: wire.dc.listening)
    await wire.caught_up()
    return wire.got


async def found_out(wire: Line) -> BotMoved:
    """What the bot found out beside that, perhaps by asking."""
    async with asyncio.timeout(10):
        while not wire.got:  # noqa: ASYNC110 - two programs are waited for
            await asyncio.sleep(0.002)
    [one], wire.got = wire.got, []
    event = wire.bot.read(one.raw, received_at=wire.clock.at)
    assert isinstance(event, BotMoved)
    return event


async def test_a_removal_that_nobody_heard_is_noticed_at_the_next_greeting(wire: Line) -> None:
    await known(wire)
    await away(wire, lambda: wire.dc.removes_bot(wire.group, by=wire.ann))
    event = await found_out(wire)
    assert (event.present, event.chat.chat) == (False, str(wire.group.id))
    assert not wire.dc.calls("get_channel"), "the greeting says it"


@pytest.mark.parametrize("what", ["server", "channel"])
async def test_a_new_process_hears_of_what_went_before_it_although_its_memory_is_empty(tmp_path: Path, what: str) -> None:
    async with line(tmp_path) as wire:
        async with wire.hearing():
            await known(wire)
            await wire.new()
        await wire.bot.stop()
        if what == "server":
            wire.dc.removes_bot(wire.group, by=wire.ann)
        else:
            wire.dc.deletes_channel(wire.group)
        wire.bot = Discord(settings(wire.dc), wire.clock, wire.database)
        await wire.bot.start()
        async with wire.hearing():
            event = await moved(wire)
            assert (event.present, event.chat.chat) == (False, str(wire.group.id))
            assert wire.dc.gateway.identifies == 1, "resumed: no greeting names the servers"


async def test_a_server_that_discord_lost_for_a_while_is_no_removal(wire: Line) -> None:
    await known(wire)
    assert await away(wire, lambda: wire.dc.outage(wire.group)) == []
    wire.dc.outage(wire.group, over=True)
    wire.ann.says("after")
    assert (await said(wire)).words == "after"
    assert not wire.dc.calls("get_channel")


async def test_a_channel_deleted_or_hidden_while_nobody_heard_is_noticed(wire: Line) -> None:
    await known(wire)
    await away(wire, lambda: wire.dc.deletes_channel(wire.group))
    assert (await found_out(wire)).present is False


async def test_a_server_without_a_channel_has_nothing_to_tell(wire: Line) -> None:
    wire.dc.deletes_channel(wire.group)
    assert await wire.new() == []
    wire.dc.promotes(wire.group, wire.bob)
    wire.dc.sets_bot_rights(wire.group, {"pin_messages": True})
    wire.ann.says("after")
    assert (await said(wire)).words == "after"


async def test_rights_lost_while_nobody_heard_are_told(wire: Line) -> None:
    await known(wire)
    told = await away(wire, lambda: wire.dc.sets_bot_rights(wire.group, {"send_messages": False}))
    event = wire.bot.read(told[-1].raw, received_at=NOON)
    assert isinstance(event, BotMoved)
    assert (event.present, event.rights["post"]) == (True, False)


async def thread_of(wire: Line) -> Group:
    """A thread that is a group, beside the channel's."""
    await known(wire)
    thread = wire.dc.thread(wire.group, "Calculus")
    async with wire.database.write() as tx:
        chat, server = str(thread.id), str(wire.group.guild_id)
        made = await meet_group(tx, platform="discord", chat=chat, title="Calculus", server=server, at=NOON)
        await groups.change(tx, made.id, rights={"post": True, "pin": False, "embed": True, "thread": False})
    await wire.new()
    return thread


async def test_a_thread_put_away_while_nobody_heard_is_asked_for_and_is_still_there(wire: Line) -> None:
    thread = await thread_of(wire)
    assert await away(wire, lambda: wire.dc.archives(thread)) == []
    await wire.dc.until(lambda: wire.dc.calls("get_channel"))
    wire.ann.says("after")
    assert (await said(wire)).words == "after"


async def test_a_thread_deleted_while_nobody_heard_is_gone(wire: Line) -> None:
    thread = await thread_of(wire)
    await away(wire, lambda: wire.dc.deletes_channel(thread))
    event = await found_out(wire)
    assert (event.present, event.chat.chat) == (False, str(thread.id))


async def test_a_group_of_which_no_server_is_known_is_asked_for(wire: Line) -> None:
    """Rows from before servers were written down: of the living the server is learned, the dead are noticed."""
    async with wire.database.write() as tx:
        for chat in (str(wire.group.id), "1234"):
            await meet_group(tx, platform="discord", chat=chat, title="Study", at=NOON)
    await away(wire, lambda: None)
    async with asyncio.timeout(10):
        while len(wire.got) < 2:  # noqa: ASYNC110 - two programs are waited for
            await asyncio.sleep(0.002)
    told = [wire.bot.read(one.raw, received_at=NOON) for one in wire.got]
    [learned] = [one for one in told if isinstance(one, BotMoved) and one.present]
    [gone] = [one for one in told if isinstance(one, BotMoved) and not one.present]
    assert (learned.chat.chat, learned.chat.server) == (str(wire.group.id), str(wire.group.guild_id))
    assert gone.chat.chat == "1234"
    wire.dc.refusals.clear()  # the fake takes a channel that never was for a mistake


# --- acknowledged twice, or too late ----------------------------------------------------------------------------------------
async def test_what_the_process_before_acknowledged_is_done_all_the_same(tmp_path: Path) -> None:
    """40060: it answered, and died before it had stored anything. Discord tells the next process of it once more."""
    async with line(tmp_path) as wire:
        async with wire.hearing():
            await wire.new()
        stuck = asyncio.Event()

        async def never(_updates: Any, _heard: Any) -> None:
            await stuck.wait()

        dying = asyncio.get_running_loop().create_task(wire.bot.hear(never))
        await wire.dc.until(lambda: wire.dc.listening)
        wire.ann.says("/today")
        await wire.dc.until(lambda: not wire.dc.unanswered(wire.ann))
        dying.cancel()
        await asyncio.wait([dying])
        await wire.bot._gateway.close()
        await wire.bot._wire.client.close()
        wire.bot = Discord(settings(wire.dc), wire.clock, wire.database)
        await wire.bot.start()
        async with wire.hearing():
            event = await said(wire)
            assert event.words == "/today"
            assert [call.outcome[:9] for call in wire.dc.calls("create_interaction_response")] == ["ok", "400 40060"]
            await wire.bot.send(wire.to_ann, Message((Span("card"),)), reply_to=event.answer_to, silent=False, nonce="1")
            assert [one.text for one in wire.dc.dm(wire.ann)] == ["card"], "in the place of “thinking …”"


async def test_what_discord_no_longer_knows_is_not_done(wire: Line) -> None:
    """10062: three seconds have passed, and the person was told that it failed."""
    wire.dc.drops_gateway()
    await wire.dc.until(lambda: not wire.dc.listening)
    wire.ann.says("/today")
    wire.clock.passes(seconds=4)
    assert isinstance(await wire.event(), Unheard)
    assert [call.outcome[:9] for call in wire.dc.calls("create_interaction_response")] == ["404 10062"]


# --- commands -------------------------------------------------------------------------------------------------------------
async def test_commands_are_set_once_and_again_when_they_change(wire: Line) -> None:
    words = Words("en", "UTC", NOON)
    await wire.bot.register(COMMANDS, words)
    assert not wire.dc.calls("bulk_set_application_commands")
    await wire.bot.register(COMMANDS[:3], words)
    assert len(wire.dc.commands()) == 3


async def test_commands_of_a_test_server_are_set_there_alone(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        trying = Discord(settings(wire.dc, test_guild=wire.group.guild_id), wire.clock, wire.database)
        await trying.start()
        await trying.register(COMMANDS, Words("en", "UTC", NOON))
        assert len(wire.dc.commands(guild=wire.group)) == len(wire.dc.commands())
        await trying.stop()


async def test_commands_that_cannot_be_set_keep_nobody_from_running(wire: Line) -> None:
    wire.dc.fault("bulk_set_application_commands", Status(500))
    await wire.bot.register(COMMANDS[:3], Words("en", "UTC", NOON))
    assert len(wire.dc.commands()) > 3


async def test_only_administrators_are_offered_the_settings(wire: Line) -> None:
    offered = {one["name"]: one for one in wire.dc.commands()}
    assert offered["setup"]["default_member_permissions"] == "32"
    assert offered["join"]["default_member_permissions"] is None
    assert (offered["setup"]["contexts"], offered["today"]["contexts"], offered["commit"]["contexts"]) == ([0], [1], [0, 1])
