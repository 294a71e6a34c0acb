"""The fake Telegram, used as a bot uses it: through the real client library."""

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from .stage import NOON, Stage
from .telegram.people import PIXEL


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label.lower())] for label in labels])


async def test_a_conversation_through_the_real_client(stage: Stage) -> None:
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    ann.says("/start join_7")
    [update] = await bot.get_updates(allowed_updates=["message", "callback_query"])
    assert update.message is not None
    assert update.message.from_user is not None
    assert (update.message.from_user.id, update.message.date) == (ann.id, NOON)
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}
    assert ann.id > 1 << 32
    sent = await bot.send_message(
        ann.id, "<b>Hi</b> &amp; welcome", parse_mode="HTML", reply_markup=keyboard("Done", "Not today")
    )
    assert sent.text == "Hi & welcome"
    assert tg.pending == 1
    press = ann.presses(tg.dm(ann)[-1], "Not")
    [update] = await bot.get_updates(offset=update.update_id + 1)
    assert update.update_id == press["update_id"]
    assert update.callback_query is not None
    assert update.callback_query.data == "not today"
    assert tg.unanswered(ann) == [update.callback_query.id]
    await update.callback_query.answer("Noted.", show_alert=True)
    await update.callback_query.edit_message_text("Another day.")
    [card] = tg.dm(ann)
    assert (card.text, card.edits, card.buttons) == ("Another day.", ("Hi & welcome",), ())
    assert tg.toasts(ann) == [("Noted.", True)]
    assert not tg.unanswered(ann)
    assert not tg.refusals
    assert [one.method for one in tg.journal] == [
        "getUpdates",
        "sendMessage",
        "getUpdates",
        "answerCallbackQuery",
        "editMessageText",
    ]
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(update.callback_query.id)


async def test_files_go_both_ways(stage: Stage) -> None:
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    ann.sends_document("plan.md", b"- [ ] Limits", caption="my plan")
    ann.sends_location(51.5, -0.1)
    ann.sends_photo(PIXEL, caption="proof /today")
    document, place, photo = [one.message for one in await bot.get_updates()]
    assert document is not None
    assert document.document is not None
    assert place is not None
    assert photo is not None
    file = await document.document.get_file()
    assert (bytes(await file.download_as_bytearray()), document.caption) == (b"- [ ] Limits", "my plan")
    assert place.location is not None
    assert place.location.latitude == 51.5
    assert len(photo.photo) == 2
    sent = await bot.send_photo(ann.id, PIXEL, caption="<i>week</i>", parse_mode="HTML", reply_markup=keyboard("More"))
    await sent.edit_caption("the week")
    await sent.edit_media(InputMediaPhoto(PIXEL + b"2", caption="again"))
    await bot.send_document(ann.id, b"a,b", filename="data.csv", disable_notification=True)
    await bot.send_photo(ann.id, sent.photo[-1].file_id)
    picture, table, same = tg.dm(ann)
    assert (picture.photo, picture.text, picture.edits) == (PIXEL + b"2", "again", ("week", "the week"))
    assert (table.document, table.silent, same.photo) == (("data.csv", b"a,b"), True, PIXEL)
    assert not tg.refusals


async def test_the_rest_of_the_methods_answer_as_the_library_expects(stage: Stage) -> None:
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    group = stage.group_with_bot({"can_pin_messages": True, "can_manage_tags": True})
    assert (await bot.get_me()).username == "plan_e_bot"
    assert (await bot.get_chat(group.id)).title == "Study"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
    assert [one.status for one in await bot.get_chat_administrators(group.id)] == ["administrator", "creator"]
    message = await bot.send_message(group.id, "The board")
    await message.pin(disable_notification=True)
    pinned = (await bot.get_chat(group.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == message.message_id
    await message.unpin()
    await message.set_reaction(ReactionTypeEmoji("👍"))
    await bot.send_chat_action(group.id, "typing")
    await bot.set_my_commands([BotCommand("today", "The card again")], scope=BotCommandScopeChat(group.id), language_code="ru")
    scope = {"type": "chat", "chat_id": group.id}
    assert tg.commands(scope=scope, language="ru") == [{"command": "today", "description": "The card again"}]
    assert (await bot.get_my_commands()) == ()
    await bot.set_my_description("d")
    await bot.set_my_short_description("s")
    assert (await stage.call("setChatMemberTag", chat_id=group.id, user_id=stage.bob.id, tag="2 days late"))["ok"]
    [shown] = tg.chat(group)
    assert (shown.pinned, shown.reactions) == (False, ("👍",))
    await message.delete()
    assert tg.chat(group)[0].deleted
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match=r"(?i)not a member of the supergroup"):
        await bot.send_message(group.id, "still here?")
    assert not tg.refusals
    assert (await stage.call("getWebhookInfo"))["result"]["url"] == ""
    ann.says("/start")


async def test_groups_tell_their_story_in_updates(stage: Stage) -> None:
    tg, bot, ann, bob = stage.tg, stage.bot, stage.ann, stage.bob
    await bot.get_updates(allowed_updates=["message", "my_chat_member", "chat_member", "message_reaction"])
    group = stage.group_with_bot(supergroup=False)
    tg.sets_bot_rights(group, {"can_pin_messages": True})
    tg.promotes(group, bob)
    tg.leaves(group, bob)
    tg.joins(group, bob)
    updates = await bot.get_updates()
    kinds = [next(iter(one.to_dict().keys() - {"update_id"})) for one in updates]
    assert kinds == [
        "my_chat_member",
        "message",
        "my_chat_member",
        "chat_member",
        "chat_member",
        "message",
        "chat_member",
        "message",
    ]
    promoted = updates[2].my_chat_member
    assert promoted is not None
    assert (promoted.old_chat_member.status, promoted.new_chat_member.status) == ("member", "administrator")
    assert promoted.new_chat_member.to_dict()["can_pin_messages"] is True
    new = tg.upgrades(group)
    moved, came = await bot.get_updates(offset=updates[-1].update_id + 1)
    assert moved.message is not None
    assert came.message is not None
    assert (moved.message.chat.id, moved.message.migrate_to_chat_id) == (group.id, new.id)
    assert (came.message.chat.id, came.message.migrate_from_chat_id) == (new.id, group.id)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(group.id, "anyone?")
    assert migrated.value.new_chat_id == new.id
    sent = await bot.send_message(new.id, "Here we are")
    assert "update_id" in ann.reacts(tg.chat(new)[0], "🔥")
    tg.removes_bot(new, by=ann)
    with pytest.raises(Forbidden, match=r"(?i)bot was kicked from the supergroup chat"):
        await sent.edit_text("gone")
    assert not tg.refusals


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(stage: Stage) -> None:
    tg, bot, ann = stage.tg, stage.bot, stage.ann
    group = stage.group_with_bot()
    sent = await bot.send_message(group.id, "Who studies today?")
    hidden = [ann.says("morning all", chat=group), ann.says("/x@other_bot", chat=group), ann.sends_location(1, 2, chat=group)]
    heard = [
        ann.says("/commit x by Friday", chat=group),
        ann.says("/x@Plan_E_Bot", chat=group),
        ann.says("me", chat=group, reply_to=sent.to_dict()),
    ]
    assert all("update_id" not in one for one in hidden)
    assert all("update_id" in one for one in heard)
    assert "update_id" in ann.edits(heard[0], "/commit y by Friday")
    reply = (await bot.get_updates())[-2].message
    assert reply is not None
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == sent.message_id
    tg.sets_bot_rights(group, {"can_pin_messages": True})
    assert "update_id" in ann.says("now everything", chat=group)


async def test_topics(stage: Stage) -> None:
    tg, bot = stage.tg, stage.bot
    group = stage.group_with_bot(forum=True)
    thread = tg.topic(group, "Maths")
    sent = await bot.send_message(group.id, "in the topic", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message, tg.chat(group)[0].thread) == (thread, True, thread)
    await bot.send_message(group.id, "a reply follows", reply_parameters=ReplyParameters(sent.message_id))
    assert (tg.chat(group)[1].thread, tg.chat(group)[1].reply_to) == (thread, sent.message_id)
    tg.closes_topic(group, thread)
    assert await stage.refusal("sendMessage", chat_id=group.id, text="x", message_thread_id=thread) == "Bad Request: TOPIC_CLOSED"
    missing = await stage.refusal("sendMessage", chat_id=group.id, text="x", message_thread_id=99)
    assert missing == "Bad Request: message thread not found"


async def test_people_press_only_what_is_there(stage: Stage) -> None:
    tg, ann, bob = stage.tg, stage.ann, stage.bob
    ann.says("/start")
    link = {"text": "Join", "url": "https://t.me/plan_e_bot?start=g7"}
    buttons = [[{"text": "Done", "callback_data": "d"}, {"text": "Done late", "callback_data": "l"}], [link]]
    await stage.call("sendMessage", chat_id=ann.id, text="x", reply_markup={"inline_keyboard": buttons})
    card = tg.dm(ann)[0]
    assert (card.buttons, card.links) == ((("Done", "Done late"), ("Join",)), {"Join": link["url"]})
    assert ann.presses(card, "Done")["callback_query"]["data"] == "d"
    assert ann.presses(card, data="old")["callback_query"]["data"] == "old"
    assert ann.presses(card, "Jo")["message"]["text"] == "/start g7"
    with pytest.raises(AssertionError, match=r"(?i)Done late"):
        ann.presses(card, "Later")
    with pytest.raises(AssertionError, match=r"(?i)not in"):
        bob.presses(card, "Done")
