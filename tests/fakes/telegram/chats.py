"""The methods about chats and their members, and about the bot itself."""

import json
from urllib.parse import urlsplit

from . import limits
from .access import chat_of
from .errors import Json, bad_request
from .params import Params
from .state import Chat, Member, World

SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)
SECRET_LETTERS, DESCRIPTION_LETTERS, SHORT_LETTERS = 256, 512, 120


def get_me(world: World, params: Params) -> Json:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": not world.privacy, "supports_inline_queries": False}
    return world.bot.as_user() | abilities | {"can_connect_to_business": False, "has_main_web_app": False}


def get_chat(world: World, params: Params) -> Json:
    chat = chat_of(world, params, write=False)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    whole = chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if not chat.private:
        whole["permissions"] = {"can_send_messages": True, "can_pin_messages": False}
    if chat.pins:
        whole["pinned_message"] = chat.messages[chat.pins[-1]].as_json()
    return whole


def _member(world: World, chat: Chat, user_id: int) -> Member:
    if user_id not in world.accounts:
        raise bad_request("user not found", defect=False)
    return chat.members.get(user_id) or Member(world.accounts[user_id], "member" if chat.id == user_id else "left")


def get_chat_member(world: World, params: Params) -> Json:
    return _member(world, chat_of(world, params, write=False), params.integer("user_id")).as_json()


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = chat_of(world, params, write=False)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [one.as_json() for one in chat.members.values() if one.status in ("creator", "administrator")]


def set_chat_member_tag(world: World, params: Params) -> bool:
    chat, tag = chat_of(world, params), limits.tag_of(params.text("tag"))
    if chat.private or not world.bot_in(chat).may("can_manage_tags"):
        raise bad_request("CHAT_ADMIN_REQUIRED", defect=False)
    member = _member(world, chat, params.integer("user_id"))
    if not member.present:
        raise bad_request("USER_NOT_PARTICIPANT", defect=False)
    if member.status in ("creator", "administrator"):
        raise bad_request("TAG_CHANGE_FORBIDDEN", defect=False)
    member.tag = tag or None
    return True


def leave_chat(world: World, params: Params) -> bool:
    chat = chat_of(world, params)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    before, member = world.bot_in(chat).as_json(), world.bot_in(chat)
    member.status, member.rights = "left", {}
    change = {"old_chat_member": before, "new_chat_member": member.as_json(), "date": int(world.now().timestamp())}
    world.updates.put("my_chat_member", {"chat": chat.as_json(), "from": world.bot.as_user()} | change)
    return True


def _scope(params: Params) -> str:
    scope = params.values.get("scope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope JSON object")
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return json.dumps(scope, sort_keys=True)


def set_my_commands(world: World, params: Params) -> bool:
    commands = limits.commands_of(params.values.get("commands"))
    world.commands[_scope(params), params.text("language_code")] = commands
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get((_scope(params), params.text("language_code")), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop((_scope(params), params.text("language_code")), None)
    return True


def set_my_description(world: World, params: Params) -> bool:
    return _describe(world, params, "description", DESCRIPTION_LETTERS)


def set_my_short_description(world: World, params: Params) -> bool:
    return _describe(world, params, "short_description", SHORT_LETTERS)


def _describe(world: World, params: Params, name: str, most: int) -> bool:
    text = params.text(name)
    if len(text) > most:
        raise bad_request(f"{name.upper()}_TOO_LONG")
    world.texts[name, params.text("language_code")] = text
    return True


def set_webhook(world: World, params: Params) -> bool:
    url, secret = params.text("url"), params.text("secret_token")
    if url:
        _check_webhook(url, secret)
    world.updates.subscribe(params.values.get("allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.set_webhook({"url": url, "secret_token": secret} if url else {})
    return True


def _check_webhook(url: str, secret: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):  # tests have no certificates
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > SECRET_LETTERS:
        raise bad_request("secret token is too long")
    if not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret):
        raise bad_request("secret token contains unallowed characters")


def delete_webhook(world: World, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.updates.set_webhook({})
    return True


def get_webhook_info(world: World, params: Params) -> Json:
    updates = world.updates
    info: Json = {
        "url": updates.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting),
    }
    return info | updates.last_error | ({"allowed_updates": updates.allowed} if updates.allowed else {})
