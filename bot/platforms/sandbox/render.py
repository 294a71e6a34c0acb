"""A Message as the sandbox's page shows it: plain values, which the page makes elements of and never interprets."""

import hashlib
from typing import Any, Final

from bot import buttons
from bot.ui.message import Button, Message, Span

Json = dict[str, Any]
FILES: Final = "/sandbox/files"  # where the page finds what was sent
_LINK_INTO_PRIVATE = "start:"  # ui's way to write a deep link


def shown(message: Message) -> Json:
    """What a message shows: `text`, spans; `rows`, buttons; `asks_location`; `photo` where its picture is drawn; its `file`."""
    message = message.unlisted
    photo = None
    if message.picture is not None and message.picture.png is not None:
        photo = {"url": f"{FILES}/{file_id(message.picture.png)}", "alt": message.picture.alt}
    made: Json = {
        "text": [_span(span) for span in message.text],
        "rows": [[_button(button) for button in row] for row in message.rows],
        "asks_location": message.asks_location,
        "photo": photo,
    }
    if message.file is not None:
        made["file"] = placed({"id": file_id(message.file.content), "name": message.file.name, "size": len(message.file.content)})
    return made


def file_id(content: bytes) -> str:
    """What a file is kept under: the same content is kept once."""
    return hashlib.sha256(content).hexdigest()[:32]


def placed(file: Json) -> Json:
    """A file (id, name, size in bytes) with the address at which the page finds it."""
    return file | {"url": f"{FILES}/{file['id']}"}


def typed(words: str, *, file: Json | None = None, photo: Json | None = None) -> Json:
    """What a person's message shows."""
    return shown(Message((Span(words),) if words else ())) | {"file": file, "photo": photo}


def _span(span: Span) -> Json:
    made: Json = {"text": span.text, "style": span.style.value}
    if span.at is not None:
        made["at"] = span.at.isoformat()
    elif span.url:
        made["url"] = span.url
    elif span.account:
        made["mention"] = True
    return made


def _button(button: Button) -> Json:
    made: Json = {"label": button.label, "tint": button.tint.value}
    if button.action is not None:
        return made | {"press": buttons.encode(button.action)}
    url = button.url or ""
    if url.startswith(_LINK_INTO_PRIVATE):
        return made | {"start": url.removeprefix(_LINK_INTO_PRIVATE)}
    return made | {"url": url}
