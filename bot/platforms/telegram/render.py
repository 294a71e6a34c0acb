"""A Message as Telegram shows it: HTML, escaped here and nowhere else, and an inline keyboard."""

from dataclasses import replace
from html import escape
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot import buttons
from bot.ui.message import Button, Message, Rows, Span, Style, Text

TEXT_LIMIT: Final = 4096  # UTF-16 units after parsing (Bot API, sendMessage)
CAPTION_LIMIT: Final = 1024  # UTF-16 units after parsing (Bot API, sendPhoto, sendDocument)
TOAST_LIMIT: Final = 200  # Bot API, answerCallbackQuery
TAG_LIMIT: Final = 16  # Bot API, setChatMemberTag: characters, none of them emoji
_ELLIPSIS: Final = " …"
_TAGS: Final = {
    Style.BOLD: "b",
    Style.ITALIC: "i",
    Style.STRIKE: "s",
    Style.CODE: "code",
    Style.QUOTE: "blockquote",
}


def html(text: Text, *, limit: int = TEXT_LIMIT) -> str:
    """The text as Telegram's HTML, at most `limit` units long once parsed; "…" stands for the rest as a last resort."""
    return "".join(_span(span) for span in within(text, limit))


def within(text: Text, limit: int) -> Text:
    """The text cut to `limit` UTF-16 units."""
    if sum(units(span.text) for span in text) <= limit:
        return text
    kept: list[Span] = []
    room = limit - units(_ELLIPSIS)
    for span in text:
        part = first_units(span.text, room)
        kept.append(replace(span, text=part))
        room -= units(part)
        if part != span.text:
            break
    return (*kept, Span(_ELLIPSIS))


def units(text: str) -> int:
    """The length of text as Telegram counts it: characters beyond the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def first_units(text: str, room: int) -> str:
    """The longest beginning of `text` that takes at most `room` units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > room:
            return text[:index]
    return text


def toast(text: str) -> str:
    """A toast's text, cut to what Telegram shows."""
    return text if units(text) <= TOAST_LIMIT else first_units(text, TOAST_LIMIT - 1) + "…"


def tag(text: str) -> str:
    """A member's tag, cut to what Telegram shows."""
    return first_units(text, TAG_LIMIT).strip()


def keyboard(rows: Rows, *, bot_name: str) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None for none."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button, bot_name=bot_name) for button in row] for row in rows])


def reply_markup(
    message: Message, *, private: bool, bot_name: str, location_label: str
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """What goes under a new message: its buttons, or, where it asks for a location and has none, the button to share one."""
    if message.asks_location and private and not message.rows:
        share = KeyboardButton(location_label, request_location=True)
        return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)
    return keyboard(message.rows, bot_name=bot_name)


def _button(button: Button, *, bot_name: str) -> InlineKeyboardButton:
    style = None if button.tint.value == "plain" else button.tint.value
    extra = {"style": style} if style else None
    if button.action is not None:
        return InlineKeyboardButton(button.label, callback_data=buttons.encode(button.action), api_kwargs=extra)
    url = button.url or ""
    if url.startswith("start:"):
        url = f"https://t.me/{bot_name}?start={url.removeprefix('start:')}"
    return InlineKeyboardButton(button.label, url=url, api_kwargs=extra)


def _span(span: Span) -> str:
    text = escape(span.text, quote=False)
    if span.at is not None:
        # without a format the words stay as they are; a tap shows the moment in the reader's own zone
        text = f'<tg-time unix="{int(span.at.timestamp())}">{text}</tg-time>'
    elif span.url:
        text = f'<a href="{escape(span.url)}">{text}</a>'
    elif span.account:
        text = f'<a href="tg://user?id={escape(span.account)}">{text}</a>'
    tag = _TAGS.get(span.style)
    return f"<{tag}>{text}</{tag}>" if tag and span.text else text
