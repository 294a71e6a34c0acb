"""The methods that make and change messages: send, edit, delete, pin, react, and answer a press."""

from datetime import timedelta

from . import limits
from .access import chat_of, check_may_send, message_of, reply_of, thread_of
from .errors import Json, bad_request
from .params import Params
from .state import Chat, Message, World

DELETABLE = timedelta(hours=48)
QUERY_LIFE = timedelta(seconds=15)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
           "choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel"}  # fmt: skip
_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 "
    "💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 "
    "😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(_EMOJI.split())  # ReactionTypeEmoji.emoji, Bot API 10.1


def words(field: str, source: str, params: Params) -> Json:
    """`text` or `caption` with its entities, judged by its own limits."""
    judge, entities = (limits.text_of, "entities") if field == "text" else (limits.caption_of, "caption_entities")
    plain, found = judge(source, parse_mode=params.text("parse_mode"), entities=params.values.get(entities))
    return ({field: plain} if plain else {}) | ({entities: found} if found else {})


def post(world: World, chat: Chat, params: Params, body: Json, *, source: str, markup: Json | None) -> Json:
    """Put the bot's message into `chat`, with reply, topic and keyboard; the `Message` Telegram answers with."""
    thread, reply_to = thread_of(world, chat, params), reply_of(world, chat, params)
    if thread is None and reply_to is not None and chat.forum:
        thread = reply_to.thread  # a reply lands in the topic of what it answers
    message = world.post(chat, world.bot, body, reply_to=reply_to, thread=thread)
    message.source, message.markup, message.silent = source, markup, params.flag("disable_notification")
    return message.as_json()


def send_message(world: World, params: Params) -> Json:
    source = params.text("text")
    body, markup = words("text", source, params), limits.keyboard_of(params.values.get("reply_markup"))
    chat = chat_of(world, params)
    check_may_send(world, chat, "can_send_messages", "text messages")
    return post(world, chat, params, body, source=source, markup=markup)


def own_message(world: World, params: Params) -> Message:
    """The bot's own message that an edit names."""
    message = message_of(chat_of(world, params), params.integer("message_id"), purpose="edit")
    if message.sender is not world.bot:
        raise bad_request("message can't be edited")
    return message


def change(world: World, message: Message, body: Json, *, source: str, markup: Json | None) -> Json:
    """Replace content and keyboard; refused where neither would differ (a circumstance, if an earlier answer was lost)."""
    if message.body == body and message.markup == markup:
        raise bad_request(NOT_MODIFIED, defect=not message.unsure)
    if message.body != body:
        message.edits.append(message.words)
        message.body, message.source = body, source
    message.markup, message.edited_at = markup, world.now()
    return message.as_json()


def edit_message_text(world: World, params: Params) -> Json:
    source = params.text("text")
    body, markup = words("text", source, params), limits.keyboard_of(params.values.get("reply_markup"))
    message = own_message(world, params)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return change(world, message, body, source=source, markup=markup)


def edit_message_caption(world: World, params: Params) -> Json:
    source = params.text("caption")
    caption, markup = words("caption", source, params), limits.keyboard_of(params.values.get("reply_markup"))
    message = own_message(world, params)
    if "text" in message.body:
        raise bad_request("there is no caption in the message to edit")
    media = {name: value for name, value in message.body.items() if not name.startswith("caption")}
    return change(world, message, media | caption, source=source, markup=markup)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    markup = limits.keyboard_of(params.values.get("reply_markup"))
    message = own_message(world, params)
    return change(world, message, message.body, source=message.source, markup=markup)


def delete_message(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    message = message_of(chat, params.integer("message_id"), purpose="delete")
    if message.sender is not world.bot and not chat.private and not world.bot_in(chat).may("can_delete_messages"):
        raise bad_request("message can't be deleted")
    if world.now() - message.at > DELETABLE:
        raise bad_request("message can't be deleted for everyone", defect=False)
    message.deleted, message.pinned = True, False
    chat.pins = [pin for pin in chat.pins if pin != message.id]
    return True


def _check_may_pin(world: World, chat: Chat) -> None:
    if not chat.private and not world.bot_in(chat).may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat", defect=False)


def pin_chat_message(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    message = message_of(chat, params.integer("message_id"), purpose="pin")
    _check_may_pin(world, chat)
    if not message.pinned:
        chat.new_id()  # the service message "pinned …", which the bot itself is not told about
    message.pinned = True
    chat.pins = [pin for pin in chat.pins if pin != message.id] + [message.id]
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    _check_may_pin(world, chat)
    number = params.integer("message_id", max(chat.pins, default=0))
    message = message_of(chat, number, purpose="unpin")
    if not message.pinned:
        raise bad_request("message to unpin not found", defect=False)
    message.pinned = False
    chat.pins.remove(number)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    text = params.text("text")
    if len(text) > limits.TOAST_LETTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    query = world.queries.get(params.text("callback_query_id"))
    if query is None or query.answered or world.now() - query.at > QUERY_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid", defect=query is None)
    query.answered = True
    if text:
        world.toasts.setdefault(query.account.id, []).append((text, params.flag("show_alert")))
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    message = message_of(chat_of(world, params), params.integer("message_id"), purpose="react")
    wanted = params.values.get("reaction") or []
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise bad_request("can't parse reaction types JSON object")
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji") not in REACTIONS for one in wanted):
        raise bad_request("REACTION_INVALID")
    message.reactions[str(world.bot.id)] = [one["emoji"] for one in wanted]
    return True


def send_chat_action(world: World, params: Params) -> bool:
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat_of(world, params)
    return True
