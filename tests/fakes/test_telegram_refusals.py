"""The fake Telegram refuses what the real one refuses, in its words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden

from .stage import Stage
from .telegram import spec as api
from .telegram.errors import Refused
from .telegram.html import parse, units


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("ёж <x>", 'Unsupported start tag "x" at byte offset 5'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<b class="x">y</b>', 'Unsupported attribute "class" in the tag "b" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<tg-time unix="1" format="x">y</tg-time>', "Invalid date-time format specified"),
        ("<tg-time>y</tg-time>", "Invalid Unix time specified"),
    ],
)
async def test_html_that_telegram_cannot_parse(stage: Stage, html: str, reason: str) -> None:
    stage.ann.says("/start")
    refusal = await stage.refusal("sendMessage", chat_id=stage.ann.id, text=html, parse_mode="HTML")
    assert refusal == f"Bad Request: can't parse entities: {reason}"
    assert [one.method for one in stage.tg.refusals] == ["sendMessage"]


def test_html_that_it_can() -> None:
    html = (
        '🎓<b>a<i>b</i></b> <a href="https://x.org/?a=1&amp;b=2">l</a> <tg-time unix="1647531900" format="wDT">Thu</tg-time> '
        '<pre><code class="language-py">x &lt; 1</code></pre> <blockquote expandable>q</blockquote>'
        '<span class="tg-spoiler">s</span>'
        "&nbsp;&#128512;&quot; & <u></u><s>z</s>"
    )
    text, entities = parse(html)
    assert text == '🎓ab l Thu x < 1 qs&nbsp;😀" & z'
    found = [(one["type"], one["offset"], one["length"]) for one in entities]
    assert found == [
        ("bold", 2, 2), ("italic", 3, 1), ("text_link", 5, 1), ("date_time", 7, 3), ("pre", 11, 5),
        ("expandable_blockquote", 17, 1), ("spoiler", 18, 1), ("strikethrough", 31, 1),
    ]  # fmt: skip
    assert entities[2]["url"] == "https://x.org/?a=1&b=2"
    assert (entities[3]["unix_time"], entities[3]["date_time_format"], entities[4]["language"]) == (1647531900, "wDT", "py")


@given(st.text())
def test_escaped_text_is_always_harmless(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain, [entity] = parse(f"<b>{escaped}</b>") if text else ("", [{"length": 0}])
    assert (plain, entity["length"]) == (text, units(text))


@given(st.text(alphabet="<>/&;=\"' abi#x1", max_size=30))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(Refused):
        plain, entities = parse(text)
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= units(plain) for one in entities)


async def test_lengths(stage: Stage) -> None:
    ann = stage.ann.id
    stage.ann.says("/start")
    too_long = "Bad Request: message is too long"
    assert await stage.refusal("sendMessage", chat_id=ann, text="") == "Bad Request: message text is empty"
    assert (
        await stage.refusal("sendMessage", chat_id=ann, text=" <b> </b>", parse_mode="HTML")
        == "Bad Request: text must be non-empty"
    )
    assert await stage.refusal("sendMessage", chat_id=ann, text="x" * 4097) == too_long
    assert await stage.refusal("sendMessage", chat_id=ann, text="🎓" * 2049) == too_long
    assert (await stage.call("sendMessage", chat_id=ann, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML"))["ok"]
    caption = await stage.refusal("sendPhoto", chat_id=ann, photo="x", caption="c" * 1025)
    assert caption == "Bad Request: message caption is too long"
    assert await stage.refusal("answerCallbackQuery", callback_query_id="1", text="x" * 201) == "Bad Request: MESSAGE_TOO_LONG"
    for commands, reason in (
        ([{"command": "Today", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "today", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{number}", "description": "x"} for number in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ):
        assert await stage.refusal("setMyCommands", commands=commands) == f"Bad Request: {reason}"
    assert len(stage.tg.refusals) == 9


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "ё" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": " ", "callback_data": "d"},
            "can't parse inline keyboard button: Inline keyboard button text must be non-empty",
        ),
        ({"callback_data": "d"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": "x", "url": "http://localhost"}, "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
        ({"text": "x", "url": "ftp://x.org"}, "inline keyboard button URL 'ftp://x.org' is invalid: Unsupported URL protocol"),
    ],
)
async def test_buttons(stage: Stage, button: dict[str, str], reason: str) -> None:
    stage.ann.says("/start")
    markup = {"inline_keyboard": [[button]]}
    assert await stage.refusal("sendMessage", chat_id=stage.ann.id, text="x", reply_markup=markup) == f"Bad Request: {reason}"


async def test_keyboards_and_edits(stage: Stage) -> None:
    ann, bob = stage.ann.id, stage.bob
    own = stage.ann.says("/start")["message"]["message_id"]
    button = {"text": "x", "callback_data": "d"}
    assert (await stage.call("sendMessage", chat_id=ann, text="x", reply_markup={"inline_keyboard": [[button] * 9] * 11}))["ok"]
    many = await stage.refusal("sendMessage", chat_id=ann, text="x", reply_markup={"inline_keyboard": [[button]] * 101})
    assert many == "Bad Request: reply markup is too long"
    sent = (await stage.call("sendMessage", chat_id=ann, text="a"))["result"]["message_id"]
    for method, params, reason in (
        ("editMessageText", {"message_id": sent, "text": " <b></b>a", "parse_mode": "HTML"}, "message is not modified"),
        ("editMessageReplyMarkup", {"message_id": sent}, "message is not modified"),
        ("editMessageCaption", {"message_id": sent, "caption": "b"}, "there is no caption in the message to edit"),
        ("editMessageText", {"message_id": own, "text": "b"}, "message can't be edited"),
        ("editMessageText", {"message_id": 99, "text": "b"}, "message to edit not found"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("sendMessage", {"text": "b", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ("sendMessage", {"text": "b", "teext": "b"}, "unknown parameter teext in sendmessage"),
    ):
        if reason.startswith("unknown") and not api.SPEC.exists():
            continue
        assert (await stage.refusal(method, chat_id=ann, **params)).startswith(f"Bad Request: {reason}")
    group = stage.group_with_bot()
    pinned = (await stage.call("sendMessage", chat_id=group.id, text="a"))["result"]["message_id"]
    reason = await stage.refusal("pinChatMessage", chat_id=group.id, message_id=pinned)
    assert reason == "Bad Request: not enough rights to manage pinned messages in the chat"
    late = bob.says("/x", chat=group)["message"]["message_id"]
    assert await stage.refusal("deleteMessage", chat_id=group.id, message_id=late) == "Bad Request: message can't be deleted"


async def test_people_who_cannot_be_written_to(stage: Stage) -> None:
    bot, ann, bob = stage.bot, stage.ann, stage.bob
    with pytest.raises(Forbidden, match=r"(?i)bot can't initiate conversation with a user"):
        await bot.send_message(ann.id, "hello?")
    ann.says("/start")
    ann.blocks_bot()
    with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
        await bot.send_message(ann.id, "hello?")
    change = (await bot.get_updates())[-1].my_chat_member
    assert change is not None
    assert change.new_chat_member.status == "kicked"
    ann.unblocks_bot()
    await bot.send_message(ann.id, "hello again")
    bob.says("/start")
    bob.deletes_account()
    with pytest.raises(Forbidden, match=r"(?i)user is deactivated"):
        await bot.send_message(bob.id, "hello?")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(12345, "hello?")
    assert not stage.tg.refusals


async def test_tokens_and_methods(stage: Stage) -> None:
    answer = await stage.raw.get(f"{stage.tg.url}/bot123:wrong/getMe")
    assert (answer.status_code, answer.json()) == (401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
    assert await stage.refusal("sendCarrierPigeon") == "Not Found: method not found"
    assert (await stage.raw.get(f"{stage.tg.url}/bot{stage.tg.token}/GETME")).json()["ok"]
    assert len(stage.tg.refusals) == 2
