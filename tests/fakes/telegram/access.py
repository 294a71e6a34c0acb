"""Which chat and which message a call means, and whether the bot may do that there."""

from typing import Literal

from .errors import bad_request, forbidden
from .params import Params
from .state import Chat, Message, World

GENERAL_TOPIC = 1


def chat_of(world: World, params: Params, *, write: bool = True) -> Chat:
    """The chat named by `chat_id`; with `write`, one the bot can post to just now. Raises Telegram's refusal otherwise."""
    given = params.values.get("chat_id")
    if given in (None, "", 0):
        raise bad_request("chat_id is empty")
    chat = world.chats.get(given) if isinstance(given, int) else None  # this Telegram has no public names
    if chat is None:
        raise bad_request("chat not found", defect=not isinstance(given, int))
    if chat.account is not None:
        _check_person(chat, write=write)
    else:
        _check_group(world, chat, write=write)
    return chat


def _check_person(chat: Chat, *, write: bool) -> None:
    account = chat.account
    assert account is not None
    if not write:
        return
    if account.deactivated:
        raise forbidden("user is deactivated")
    if account.blocked:
        raise forbidden("bot was blocked by the user")
    if not account.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_group(world: World, chat: Chat, *, write: bool) -> None:
    if chat.migrated_to is not None and write:
        parameters = {"migrate_to_chat_id": chat.migrated_to}
        raise bad_request("group chat was upgraded to a supergroup chat", defect=False, parameters=parameters)
    status = world.bot_in(chat).status
    if status == "kicked" and (write or chat.kind == "supergroup"):
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if status == "left" and (write or chat.kind == "supergroup"):
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def thread_of(world: World, chat: Chat, params: Params) -> int | None:
    """The open topic named by `message_thread_id`; None in chats without topics, where Telegram ignores it."""
    thread = params.integer("message_thread_id")
    if not thread or not chat.forum:
        return None
    if thread == GENERAL_TOPIC or thread not in chat.topics:
        raise bad_request("message thread not found", defect=False)
    if chat.topics[thread].closed and not world.bot_in(chat).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED", defect=False)
    return thread


def check_may_send(world: World, chat: Chat, right: str, what: str) -> None:
    """A bot restricted in a group may not post."""
    if not chat.private and not (member := world.bot_in(chat)).rights.get(right, True) and member.status == "restricted":
        raise bad_request(f"not enough rights to send {what} to the chat", defect=False)


def message_of(chat: Chat, number: int, *, purpose: Literal["edit", "delete", "pin", "unpin", "react"]) -> Message:
    """The live message with this id; "message to edit not found" and so on otherwise."""
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise bad_request(f"message to {purpose} not found", defect=False)
    return message


def reply_of(world: World, chat: Chat, params: Params) -> Message | None:
    """The message that `reply_parameters` quotes, None where none is asked for or a missing one is tolerated."""
    wanted = params.values.get("reply_parameters")
    if wanted in (None, ""):
        return None
    if not isinstance(wanted, dict):
        raise bad_request("can't parse reply parameters JSON object")
    there = world.chats.get(wanted.get("chat_id", chat.id), chat)
    message = there.messages.get(wanted.get("message_id", 0))
    if message is not None and not message.deleted:
        return message
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found", defect=False)
