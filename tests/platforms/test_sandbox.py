"""The sandbox as a platform: what is said there is written down once, and what people do there says what it should."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import buttons
from bot.commands import COMMANDS
from bot.events import BotMoved, Chat, File, Person, Pressed, Said
from bot.messenger import Gone, Target
from bot.platforms.sandbox import render, updates
from bot.platforms.sandbox.adapter import Sandbox
from bot.platforms.sandbox.updates import GROUP, LEO, YOU, Sent
from bot.store import sandbox
from bot.store.database import Database
from bot.store.sandbox import Shown
from bot.ui.message import Action, Attachment, Button, Message, Picture, Span, Style, Tint, press
from bot.ui.words import Words
from tests.charts.samples import crowd
from tests.props import NOON, Hand, database_file

HOSTILE = "<b>bold</b> *not* [link](javascript:alert(1)) & \u202eback"
PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PRIVATE, PUBLIC = Target(YOU), Target(GROUP, private=False)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = await database_file(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def chats(database: Database) -> Sandbox:
    return Sandbox(database, Hand())


async def shown(database: Database, ref: str) -> Shown:
    async with database.read() as tx:
        found = await sandbox.find(tx, ref)
    assert found is not None
    return found


# --- showing


def test_a_message_becomes_plain_values_and_nothing_in_it_is_interpreted() -> None:
    text = (Span(HOSTILE, Style.BOLD), Span("here", url="https://e.org"), Span("noon", at=NOON), Span("Ann", account="you"))
    row = (press("Done", "card.back", 1, "2026-06-01", "main", tint=Tint.SUCCESS), Button("Join", url="start:join_x"))
    made = render.shown(Message(text, (row, (Button("Site", url="https://e.org"),)), asks_location=True))
    assert made["text"] == [
        {"text": HOSTILE, "style": "bold"},
        {"text": "here", "style": "plain", "url": "https://e.org"},
        {"text": "noon", "style": "plain", "at": NOON.isoformat()},
        {"text": "Ann", "style": "plain", "mention": True},
    ]
    assert made["rows"] == [
        [
            {"label": "Done", "tint": "success", "press": "card.back|1|2026-06-01|main"},
            {"label": "Join", "tint": "plain", "start": "join_x"},
        ],
        [{"label": "Site", "tint": "plain", "url": "https://e.org"}],
    ]
    assert made["asks_location"]


async def test_a_message_is_written_down_once_however_often_it_is_sent(chats: Sandbox, database: Database) -> None:
    changed = chats.changed
    first = await chats.send(PRIVATE, Message((Span("one"),)), reply_to=None, silent=False, nonce="7")
    assert changed.is_set()
    again = await chats.send(PRIVATE, Message((Span("once more"),)), reply_to=None, silent=False, nonce="7")
    reply = await chats.send(PUBLIC, Message((Span("two"),)), reply_to=first, silent=True, nonce="8")
    assert again == first
    one, two = await shown(database, first), await shown(database, reply)
    assert (one.shows["text"][0]["text"], one.reply_to, one.silent) == ("one", None, False)
    assert (two.chat, two.reply_to, two.silent, two.revision) == (GROUP, one.id, True, one.revision + 1)


async def test_a_file_is_kept_for_the_page_to_fetch(chats: Sandbox, database: Database) -> None:
    content = "# План\n".encode()
    told = Message((Span("Maths"),), file=Attachment("план.md", content))
    refs = [await chats.send(PRIVATE, told, reply_to=None, silent=False, nonce=nonce) for nonce in ("7", "8")]
    one, other = [(await shown(database, ref)).shows["file"] for ref in refs]
    assert one == other == {"id": one["id"], "name": "план.md", "size": len(content), "url": f"/sandbox/files/{one['id']}"}
    assert await chats.fetch(one["id"]) == content


async def test_edits_and_pins_are_seen_as_changes(chats: Sandbox, database: Database) -> None:
    ref = await chats.send(PUBLIC, Message((Span("one"),)), reply_to=None, silent=False, nonce="7")
    before = await shown(database, ref)
    await chats.edit(PUBLIC, ref, Message((Span("two"),)))
    await chats.pin(PUBLIC, ref)
    after = await shown(database, ref)
    assert (after.shows["text"][0]["text"], after.pinned, after.edited_at) == ("two", True, NOON)
    assert after.revision == before.revision + 2
    async with database.read() as tx:
        assert [one.id for one in await sandbox.changed_since(tx, before.revision, chats=(GROUP,), limit=9)] == [after.id]


@pytest.mark.parametrize("where", [PRIVATE, PUBLIC])
async def test_a_message_that_is_not_there_is_gone(chats: Sandbox, where: Target) -> None:
    elsewhere = PUBLIC if where is PRIVATE else PRIVATE
    ref = await chats.send(elsewhere, Message((Span("one"),)), reply_to=None, silent=False, nonce="7")
    for wrong in (ref, "bot:8"):
        with pytest.raises(Gone) as gone:
            await chats.edit(where, wrong, Message((Span("two"),)))
        assert gone.value.why == "message_gone"
    with pytest.raises(Gone):
        await chats.tag(where, LEO, "late")


async def test_toasts_are_told_and_not_kept_for_ever(chats: Sandbox) -> None:
    for number in range(150):
        await chats.toast(f"press{number}", "Noted")
    assert [toast.press for toast in chats.toasts][-1] == "press149"
    assert len(chats.toasts) == 100


async def test_the_menu_is_the_commands_table(chats: Sandbox) -> None:
    await chats.register(COMMANDS, Words("en", "UTC", NOON))
    assert [entry.name for entry in chats.menu] == [one.name for one in COMMANDS]
    setup = next(entry for entry in chats.menu if entry.name == "setup")
    assert (setup.private, setup.group, setup.admins) == (False, True, True)


# --- reading


def test_what_people_do_is_read_as_it_was_written() -> None:
    file = {"id": "f1", "name": "plan.md", "size": 12}
    raw = updates.said(YOU, YOU, Sent("my plan", file=file), ref="you:1", reply_to=None, at=NOON)
    assert (raw.bot, raw.update, raw.line, raw.sent_at) == ("sandbox:1", "you:1", "sandbox:you", NOON)
    you, private = Person("sandbox", "you", "You", "you"), Chat("sandbox", "you", private=True)
    assert updates.read(raw.raw, received_at=NOON) == Said(
        you, private, NOON, "you:1", "my plan", file=File("f1", "plan.md", 12), reply_to=None
    )
    raw = updates.said(YOU, GROUP, Sent(location=(51.5, -0.1)), ref="you:2", reply_to="bot:3", at=NOON)
    read = updates.read(raw.raw, received_at=NOON)
    assert isinstance(read, Said)
    assert (read.location, read.reply_to, read.chat.private, read.chat.title) == ((51.5, -0.1), "bot:3", False, "Morning study")
    pressed = updates.pressed(LEO, GROUP, ref="bot:3", data=buttons.encode(Action("start.skip")), press="x", at=NOON)
    read = updates.read(pressed.raw, received_at=NOON)
    assert isinstance(read, Pressed)
    assert (read.person.name, read.action, read.answer_to) == ("Leo", Action("start.skip"), "x")
    forged = updates.pressed(LEO, GROUP, ref="bot:3", data="no.such|1", press="y", at=NOON)
    assert isinstance(read := updates.read(forged.raw, received_at=NOON), Pressed)
    assert read.action is None
    added = updates.read(updates.added(LEO, update="z", at=NOON).raw, received_at=NOON + timedelta(hours=1))
    assert isinstance(added, BotMoved)
    assert (added.newly, added.at, added.rights["pin"]) == (True, NOON, True)


async def test_who_may_set_up_the_group(chats: Sandbox) -> None:
    group, private = Chat("sandbox", GROUP, private=False), Chat("sandbox", "you", private=True)
    asked = [(group, "you"), (group, "nora"), (group, "leo"), (private, "you")]
    assert [await chats.is_admin(chat, Person("sandbox", who, who)) for chat, who in asked] == [True, True, False, False]


async def test_files_are_fetched_as_they_were_sent(chats: Sandbox, database: Database) -> None:
    async with database.write() as tx:
        await sandbox.keep_file(tx, file_id="f1", name="plan.md", content=b"# Plan")
        await sandbox.keep_file(tx, file_id="f1", name="plan.md", content=b"another")
    assert await chats.fetch("f1") == b"# Plan"
    with pytest.raises(LookupError):
        await chats.fetch("f2")


# --- pictures


async def test_a_picture_is_kept_as_a_file_and_told_in_words(chats: Sandbox, database: Database) -> None:
    message = Message((Span("The week"),), picture=Picture(crowd(2), "Ann: 3 of 5 sessions.", PIXEL))
    ref = await chats.send(PUBLIC, message, reply_to=None, silent=False, nonce="7")
    photo = (await shown(database, ref)).shows["photo"]
    assert photo["alt"] == "Ann: 3 of 5 sessions."
    file_id = photo["url"].removeprefix("/sandbox/files/")
    assert await chats.fetch(file_id) == PIXEL
    await chats.edit(PUBLIC, ref, Message((Span("Changed"),)))
    after = (await shown(database, ref)).shows
    assert (after["photo"], after["text"][0]["text"]) == (None, "Changed")


async def test_a_picture_that_is_not_drawn_is_none(chats: Sandbox, database: Database) -> None:
    message = Message((Span("The week"),), picture=Picture(crowd(2), "Ann"))
    ref = await chats.send(PUBLIC, message, reply_to=None, silent=False, nonce="8")
    assert (await shown(database, ref)).shows["photo"] is None
