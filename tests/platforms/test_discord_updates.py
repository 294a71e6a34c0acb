"""Raw events of shapes that ours were not made for: kept, read where they can be, and never in the way of others."""

from typing import Any

import pytest

from bot.events import BotMoved, Pressed, Said
from bot.platforms.discord import updates
from bot.platforms.discord.interactions import form_words, sent_at
from bot.platforms.discord.rights import administers, rights
from tests.props import NOON

ID = str((int((NOON - sent_at(0)).total_seconds() * 1000)) << 22)
USER = {"id": "7", "username": "ann", "global_name": "Ann"}


def interaction(**more: Any) -> dict[str, Any]:
    made = {"id": ID, "token": "t", "type": 2, "channel_id": "5", "user": USER, "locale": "ru", "data": {"name": "today"}}
    return {"t": "INTERACTION_CREATE", "d": made | more}


def test_a_command_of_an_older_version_is_heard_by_its_name() -> None:
    said = updates.read(interaction(data={"name": "olden", "options": [{"name": "x", "value": "y"}]}), received_at=NOON)
    assert isinstance(said, Said)
    assert (said.words, said.person.language, said.at) == ("/olden", "ru", NOON)


def test_a_form_may_wrap_its_field_in_the_old_way_and_the_new() -> None:
    field = {"type": 4, "custom_id": "words", "value": "5 June"}
    for row in ({"type": 1, "components": [field]}, {"type": 18, "component": field}):
        assert form_words({"data": {"components": [row]}}) == "5 June"


def test_a_press_on_a_message_for_the_person_alone_names_the_press() -> None:
    message = {"id": "9", "channel_id": "5", "flags": 64}
    pressed = updates.read(interaction(type=3, message=message, data={"custom_id": "plan.file#2"}), received_at=NOON)
    assert isinstance(pressed, Pressed)
    assert pressed.ref == f"5/9/{ID}"
    assert len(pressed.ref) <= 64
    assert pressed.action is not None


def test_a_clock_behind_discords_makes_nobody_wait() -> None:
    later = str(int(ID) + (60_000 << 22))
    said = updates.read(interaction(id=later), received_at=NOON)
    assert isinstance(said, Said)
    assert said.at == NOON


@pytest.mark.parametrize("kind", [1, 99])
def test_kinds_of_interaction_that_were_never_offered_are_nothing(kind: int) -> None:
    assert updates.read(interaction(type=kind), received_at=NOON) is None


def test_other_bots_hooks_and_notices_of_discord_are_nobody() -> None:
    message = {"author": USER, "type": 0, "channel_id": "5"}
    assert updates.concerns(message, bot="1")
    for more in ({"author": USER | {"bot": True}}, {"webhook_id": "3"}, {"type": 6}, {"guild_id": "4"}):
        assert not updates.concerns(message | more, bot="1")
    assert updates.concerns(message | {"guild_id": "4", "mentions": [{"id": "1"}]}, bot="1")


def test_what_cannot_be_read_is_kept_all_the_same() -> None:
    kept = updates.raw("INTERACTION_CREATE", {"id": "x"}, bot="discord:1", update="ix", received_at=NOON)
    assert (kept.line, kept.sent_at, kept.raw["d"]) == ("discord:?", NOON, {"id": "x"})
    with pytest.raises(ValueError, match="invalid literal"):
        updates.read(kept.raw, received_at=NOON)
    assert updates.read({"t": "TYPING_START", "d": {}}, received_at=NOON) is None


def test_a_change_of_the_server_is_told_for_a_channel() -> None:
    spot = {"chat": "5", "title": "Study #study", "rights": {"post": True}, "newly": True, "by": "7"}
    moved = updates.read({"t": "GUILD_CREATE", "d": {}, "spot": spot}, received_at=NOON)
    assert isinstance(moved, BotMoved)
    assert (moved.present, moved.newly, moved.rights, moved.person.account) == (True, True, {"post": True}, "7")
    gone = updates.read({"t": "GUILD_DELETE", "d": {}, "spot": {"chat": "5", "rights": None}}, received_at=NOON)
    assert isinstance(gone, BotMoved)
    assert not gone.present


def test_rights_in_channels_and_threads() -> None:
    see, send, open_threads, in_threads, pin = 1 << 10, 1 << 11, 1 << 35, 1 << 38, 1 << 51
    assert rights(see | send) == {"post": True, "pin": False, "embed": False, "thread": False}
    assert rights(open_threads | in_threads)["thread"] is True
    assert rights(open_threads | in_threads, thread=True)["thread"] is False
    assert rights(1 << 3, thread=True)["thread"] is False
    assert rights(send)["post"] is False
    assert rights(see | send, thread=True)["post"] is False
    assert rights(see | in_threads | pin, thread=True) == {"post": True, "pin": True, "embed": False, "thread": False}
    assert rights(1 << 3) == {"post": True, "pin": True, "embed": True, "thread": True}
    assert (administers(1 << 5), administers(1 << 3), administers(send)) == (True, True, False)
