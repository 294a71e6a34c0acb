"""The limits of texts, buttons and commands, each refused in Telegram's words (docs of Bot API 10.1)."""

import re
from typing import Any
from urllib.parse import urlsplit

from . import html
from .errors import Json, bad_request

TEXT_UNITS, CAPTION_UNITS, TEXT_BYTES = 4096, 1024, 1 << 15
ENTITIES = 100
BUTTONS, DATA_BYTES = 100, 64
TOAST_LETTERS = 200
COMMANDS, COMMAND_LETTERS = 100, 256
TAG_LETTERS = 16
ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
           "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay")  # fmt: skip
STYLES = ("danger", "success", "primary")

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TAG_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55]")


def formatted(source: str, *, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """Plain text and entities of what the bot sent, trimmed at both ends as Telegram does; no lengths are judged here."""
    if len(source.encode()) > TEXT_BYTES:
        raise bad_request("text is too long")
    if parse_mode.lower() == "html":
        plain, found = html.parse(source)
    elif parse_mode and parse_mode.lower() != "none":
        raise bad_request("unsupported parse_mode")
    else:
        plain, found = source, _given(entities, source)
    return _trimmed(plain, found)


def text_of(source: str, *, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """A message's text: never empty, at most 4096 UTF-16 units once parsed."""
    if not source:
        raise bad_request("message text is empty")
    plain, found = formatted(source, parse_mode=parse_mode, entities=entities)
    if not plain:
        raise bad_request("text must be non-empty")
    if html.units(plain) > TEXT_UNITS:
        raise bad_request("message is too long")
    return plain, found


def caption_of(source: str, *, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """A caption: may be empty, at most 1024 UTF-16 units once parsed."""
    plain, found = formatted(source, parse_mode=parse_mode, entities=entities)
    if html.units(plain) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return plain, found


def _given(entities: Any, text: str) -> list[Json]:
    if not entities:
        return []
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise bad_request("can't parse entities JSON object")
    for one in entities:
        begin, length = one.get("offset"), one.get("length")
        if not (
            isinstance(begin, int)
            and isinstance(length, int)
            and begin >= 0
            and length > 0
            and begin + length <= html.units(text)
        ):
            raise bad_request(
                f"entity beginning at UTF-16 offset {begin} ends after the end of the text at UTF-16 offset {html.units(text)}"
            )
    return [dict(one) for one in entities]


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    plain = text.strip()
    if plain == text:
        return text, entities[:ENTITIES]
    cut, end = html.units(text[: len(text) - len(text.lstrip())]), html.units(plain)
    kept = []
    for one in entities:
        begin = max(one["offset"] - cut, 0)
        length = min(one["offset"] - cut + one["length"], end) - begin
        if length > 0:
            kept.append(one | {"offset": begin, "length": length})
    return plain, kept[:ENTITIES]


def keyboard_of(markup: Any) -> Json | None:
    """The inline keyboard in `reply_markup`, or None for none, an empty one, or a keyboard of another kind."""
    if markup is None or markup == "":
        return None
    if isinstance(markup, str):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(len(row) for row in rows) > BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [[_button(one) for one in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    fault = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{fault}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(f'{fault}Can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request(f"{fault}Inline keyboard button text must be non-empty")  # Telegram silently drops it
    if button.get("style", "primary") not in STYLES:
        raise bad_request(f"{fault}Invalid button style specified")
    actions = [name for name in ACTIONS if button.get(name) not in (None, "")]
    if not actions and "callback_data" not in button:
        raise bad_request(f"{fault}Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")  # Telegram takes the first; two are always a mistake
    _check_data(button)
    _check_url(button.get("url"))
    return dict(button)


def _check_data(button: Json) -> None:
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str | None) -> None:
    if not url:
        return
    fault = f"inline keyboard button URL '{url}' is invalid"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        raise bad_request(f"{fault}: Wrong HTTP URL") from None
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https"):
        raise bad_request(f"{fault}: Unsupported URL protocol")
    if "." not in host or any(letter.isspace() for letter in url):
        raise bad_request(f"{fault}: Wrong HTTP URL")


def commands_of(commands: Any) -> list[Json]:
    """The command list of `setMyCommands`: at most 100, names of [a-z0-9_]{1,32}, descriptions of 1 to 256 letters."""
    if commands in (None, "") or isinstance(commands, str):
        raise bad_request("can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not isinstance(one, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        if not _COMMAND.fullmatch(str(one.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= COMMAND_LETTERS:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return [{"command": one["command"].removeprefix("/"), "description": one["description"]} for one in commands]


def tag_of(tag: str) -> str:
    """A member tag: 0 to 16 letters, no emoji."""
    if len(tag) > TAG_LETTERS:
        raise bad_request("TAG_INVALID")
    if _TAG_PICTURE.search(tag):
        raise bad_request("TAG_EMOJI_NOT_ALLOWED")
    return tag
