"""A Message as Discord shows it: text, an embed where it is long, and rows of buttons."""

import re
from collections.abc import Iterable
from typing import Any, Final

from bot import buttons
from bot.platforms.discord.markdown import fits, markdown
from bot.ui.message import Among, Attachment, Button, Message, Select, Tint

CONTENT_LIMIT: Final = 2000  # characters: Create Message, content
EMBED_LIMIT: Final = 4096  # characters: an embed's description
LABEL_LIMIT: Final = 80
DESCRIPTION_LIMIT: Final = 1024  # characters: of an attachment
PICTURE_NAME: Final = "plan-e.png"
_URL_LIMIT: Final = 512
_IN_A_ROW: Final = 5
_ROWS: Final = 5
_LISTS: Final = {None: 3, Among.ROLES: 6, Among.CHANNELS: 8}  # Component Types
_DEFAULTS: Final = {Among.ROLES: "role", Among.CHANNELS: "channel"}
_WRITABLE: Final = [0, 5, 10, 11, 12]  # Channel Types with messages: text, announcements, threads
_OPTIONS: Final = 25
_OPTION_LIMIT: Final = 100  # characters
_PLACEHOLDER_LIMIT: Final = 150
_STYLES: Final = {Tint.PLAIN: 2, Tint.PRIMARY: 1, Tint.SUCCESS: 3, Tint.DANGER: 4}
_LINK: Final = 5
SUPPRESS_EMBEDS: Final = 1 << 2  # no previews of links
EPHEMERAL: Final = 1 << 6
SILENT: Final = 1 << 12

# Buttons that are Discord's own, beside those of the table.
START: Final = "start"  # start|payload: a link into the private chat, which Discord does not have
WORDS: Final = "words"  # opens a form for the words that the message asks for
WORDS_FILE: Final = "words|file"  # the same, for what would stand in a file

Json = dict[str, Any]


def payload(message: Message, *, embeds: bool = True) -> Json:
    """The body of a call that makes or changes a message. Each part is there, so that a change leaves nothing of before."""
    long = embeds and not fits(message.text, CONTENT_LIMIT)
    return {
        "content": "" if long else markdown(message.text, CONTENT_LIMIT),
        "embeds": [{"description": markdown(message.text, EMBED_LIMIT)}] if long else [],
        "components": components(message),
        "allowed_mentions": {"parse": [], "users": named(message)},
        "flags": 0 if long else SUPPRESS_EMBEDS,
        "attachments": _attached(message),
    }


def file_of(message: Message) -> Attachment | None:
    """The file that goes with a message, or its picture once it is drawn."""
    if message.file is None and message.picture is not None and message.picture.png is not None:
        return Attachment(PICTURE_NAME, message.picture.png)
    return message.file


def _attached(message: Message) -> list[Json]:
    file = file_of(message)
    if file is None:
        return []
    described = {"description": message.picture.alt[:DESCRIPTION_LIMIT]} if message.picture and message.file is None else {}
    return [{"id": 0, "filename": file.name, **described}]


def named(message: Message) -> list[str]:
    """The one person a message names, who may be notified; where it names several, nobody is."""
    accounts = sorted({span.account for span in message.text if span.account and span.account.isdigit()})
    return accounts if len(accounts) == 1 else []


def components(message: Message) -> list[Json]:
    """The lists to choose from, each a row of its own, and the rows of buttons, the form for words last."""
    rows = [[one for one in row if _fit_here(one)] for row in message.rows]
    lists = [[_list(one)] for one in message.selects[:_ROWS]]
    made = lists + [[_button(button) for button in row] for row in _flowed(rows, most=_ROWS - len(lists))]
    if message.asks:
        form = _component(f"✎ {message.asks}", WORDS_FILE if message.asks_file else WORDS, Tint.PLAIN)
        if len(made) > len(lists) and len(made[-1]) < _IN_A_ROW:
            made[-1].append(form)
        elif len(made) < _ROWS:
            made.append([form])
    _tell_apart(one for row in made for one in row)
    return [{"type": 1, "components": row} for row in made]


def _fit_here(button: Button) -> bool:
    found = buttons.find(button.action.name) if button.action else None
    return found is None or not found.needs


def _flowed(rows: Iterable[Iterable[Button]], *, most: int) -> list[list[Button]]:
    """Rows of at most five buttons, as even as can be; where that makes more rows than `most`, all are packed."""
    flowed: list[list[Button]] = []
    for row in map(list, rows):
        count = -(-len(row) // _IN_A_ROW)
        width = -(-len(row) // count) if count else 1
        flowed += [row[index : index + width] for index in range(0, len(row), width)]
    if len(flowed) <= most:
        return flowed
    packed = [button for row in flowed for button in row][: most * _IN_A_ROW]
    return [packed[index : index + _IN_A_ROW] for index in range(0, len(packed), _IN_A_ROW)]


def _button(button: Button) -> Json:
    if button.action is not None:
        return _component(button.label, buttons.encode(button.action), button.tint)
    url = button.url or ""
    if url.startswith("start:"):
        return _component(button.label, f"{START}|{url.removeprefix('start:')}", button.tint)
    return {"type": 2, "style": _LINK, "label": _label(button.label), "url": url[:_URL_LIMIT]}


def _list(select: Select) -> Json:
    """A list: of options, or of what the server has."""
    made: Json = {
        "type": _LISTS[select.among],
        "custom_id": buttons.encode(select.action),
        "placeholder": select.label[:_PLACEHOLDER_LIMIT],
        "min_values": 0 if select.clears else 1,
        "max_values": 1,
    }
    if select.among is Among.CHANNELS:
        made["channel_types"] = _WRITABLE
    if select.among is None:
        made["options"] = [
            {"label": _cut(one.label, _OPTION_LIMIT), "value": one.value, "default": one.value == select.chosen}
            for one in select.options[:_OPTIONS]
        ]
    elif select.chosen.isdigit():
        made["default_values"] = [{"id": select.chosen, "type": _DEFAULTS[select.among]}]
    return made


def _component(label: str, custom_id: str, tint: Tint) -> Json:
    return {"type": 2, "style": _STYLES[tint], "label": _label(label), "custom_id": custom_id}


def _label(text: str) -> str:
    return _cut(text, LABEL_LIMIT)


def _cut(text: str, limit: int) -> str:
    return (text if len(text) <= limit else text[: limit - 1] + "…") or "…"


def _tell_apart(made: Iterable[Json]) -> None:
    """Discord refuses two buttons with one id; the second of them gets a number, which `action_id` takes off again."""
    seen: dict[str, int] = {}
    for one in made:
        if key := one.get("custom_id"):
            seen[key] = seen.get(key, 0) + 1
            one["custom_id"] = key if seen[key] == 1 else f"{key}#{seen[key]}"


def action_id(custom_id: str) -> str:
    """A button's id without the number that tells it from its like."""
    return re.sub(r"#\d+$", "", custom_id)
