"""The term as it is read afterwards: what stood in a chat, in order, as Markdown."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from tests.fakes.telegram import Call
from tests.term.acts import Did

_MARKS = {"b": "**", "i": "_", "s": "~~", "code": "`"}
_CODE = re.compile(r"(?<=/buddy )[\w-]{6,}|(?<=start=)[\w-]+")  # made by chance
_PLAIN = re.compile(r"[*_~`]+")
_ABOUT = 60  # characters
_PROGRESS = re.compile(r"[\dhmin ]+(?:modules? |sessions? )?left\.")  # an alert's, which follows each step in silence
_DIGITS = re.compile(r"\d+")
BOT = "Plan E"


@dataclass(slots=True)
class Line:
    """One thing that stood in the chat, or changed there."""

    at: datetime
    who: str
    text: str
    buttons: tuple[str, ...] = ()
    ref: int | None = None
    edit: bool = False
    extras: list[str] = field(default_factory=list)
    about: str = ""  # how a changed message begins, where its beginning is not what changed


def lines_of(chat: int, journal: Iterable[Call], deeds: Iterable[Did]) -> Iterator[Line]:
    """Everything said in a chat, people's and the bot's, in the order it happened."""
    mine = [one for one in deeds if one.chat == chat]
    for told, call in enumerate(journal):
        while mine and mine[0].told <= told:
            yield _deed(mine.pop(0))
        line = _said(call, chat)
        if line is not None:
            yield line
    yield from map(_deed, mine)


def _deed(did: Did) -> Line:
    return Line(did.at, did.who, did.what, ref=did.on)


def _said(call: Call, chat: int) -> Line | None:
    method = call.method.lower()
    if call.outcome != "ok" or int(call.params.get("chat_id") or 0) != chat or not method.startswith(("send", "edit", "pin")):
        return None
    if method.startswith("pin"):
        return Line(call.at, BOT, "(pins it)", ref=int(call.params["message_id"]), edit=True)
    source = call.params.get("text") or call.params.get("caption") or ""
    if method == "editmessagemedia":
        source = json.loads(call.params["media"]).get("caption", "")
    markup = call.params.get("reply_markup")
    rows = (json.loads(markup) if isinstance(markup, str) else markup or {}).get("inline_keyboard", [])
    labels = tuple(button["text"] for row in rows for button in row)
    extras = ["a picture"] if method == "sendphoto" else ["a file"] if method == "senddocument" else []
    edit = method.startswith("edit")
    ref = int(call.params["message_id"]) if edit else int(call.result["message_id"])
    return Line(call.at, BOT, _CODE.sub("…", markdown(source)), labels, ref, edit, extras)


# --- Markdown ---------------------------------------------------------------------------------------------------------
class _Reader(HTMLParser):
    """Telegram's HTML as Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.made.append("[" if self._links[-1].startswith("http") else "")
        elif tag == "blockquote":
            self.made.append("“")
        elif self.made and self.made[-1] == _MARKS.get(tag):  # one bold span after the other is one
            self.made.pop()
        else:
            self.made.append(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            link = self._links.pop()
            self.made.append(f"]({link})" if link.startswith("http") else "")
        elif tag == "blockquote":
            self.made.append("”")
        else:
            self.made.append(_MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.made.append(data)


def markdown(source: str) -> str:
    """Telegram's HTML as Markdown."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return "".join(reader.made)


# --- what is worth reading ----------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Chat:
    """Writes a chat down: an edit as the lines it brought, the board once a week, the same thing once."""

    title: str
    zone: str
    opening: str
    boards: frozenset[int] = frozenset()
    _shown: dict[int, Line] = field(default_factory=dict)

    def write(self, lines: Iterable[Line]) -> str:
        """The whole document."""
        made = [f"# {self.title}", "", self.opening, ""]
        day: date | None = None
        last: Line | None = None
        for line in self._told(list(lines)):
            if line.edit and line.about and last is not None and last.ref == line.ref:
                line.about = ""  # it is plain what is meant
            last = line
            here = line.at.astimezone(ZoneInfo(self.zone))
            if here.date() != day:
                day = here.date()
                made += [f"## {day:%a} {day.day} {day:%b %Y}", ""]
            made += [self._entry(line, f"{here:%H:%M}"), ""]
        return "\n".join(made).rstrip() + "\n"

    def _told(self, lines: list[Line]) -> Iterator[Line]:
        for number, line in enumerate(lines):
            if line.ref is None or line.who != BOT:
                yield line
            elif not line.edit:
                self._shown[line.ref] = line
                yield line
            elif line.text == "(pins it)":
                yield line
            elif not self._soon_again(line, lines[number + 1 :]):
                news = self._news(line)
                self._shown[line.ref] = line
                if news is not None:
                    yield news

    def _soon_again(self, line: Line, later: list[Line]) -> bool:
        """Whether the same message changes again before anybody does anything about it, or before the day ends."""
        for other in later:
            if self._day(other.at) != self._day(line.at):
                return False
            if other.ref == line.ref and other.text != "(pins it)":
                return other.edit
            if other.who != BOT and line.ref not in self.boards:
                return False
        return False

    def _day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def _news(self, line: Line) -> Line | None:
        before = self._shown[line.ref or 0]
        if line.ref in self.boards:
            return line if self._day(line.at).weekday() == 6 else None
        old = {_DIGITS.sub("", one) for one in before.text.split("\n")}
        fresh = [one for one in line.text.split("\n") if one and _DIGITS.sub("", one) not in old]
        fresh = [one for one in fresh if not _PROGRESS.match(one)]
        buttons = line.buttons if set(line.buttons) - set(before.buttons) else ()
        if not fresh and not buttons:
            return None
        first = line.text.split("\n")[0]
        about = "" if first in fresh else _PLAIN.sub("", first)[:_ABOUT].strip()
        return Line(line.at, BOT, "\n".join(fresh), buttons, line.ref, edit=True, about=about)

    def _entry(self, line: Line, clock: str) -> str:
        if line.who != BOT:
            return f"**{clock} {line.who}**: {line.text}".replace("\n", "<br>")
        sign = "✎ " if line.edit else ""
        text = "  \n".join(f"> {one}" if one else ">" for one in line.text.split("\n")) if line.text else ""
        tail = [f"_({one})_" for one in line.extras]
        if line.buttons:
            tail.append(" ".join(f"`{one}`" for one in line.buttons))
        head = f"{clock} {sign}{BOT}" + (f", on “{line.about}”" if line.about else "")
        return "\n".join([head, "", text, *([">", *(f"> {one}" for one in tail)] if tail else [])])


def boards_in(chat: int, journal: Iterable[Call]) -> frozenset[int]:
    """The messages that were pinned."""
    pins: list[Mapping[str, object]] = [one.params for one in journal if one.method.lower() == "pinchatmessage"]
    return frozenset(int(str(one["message_id"])) for one in pins if int(str(one["chat_id"])) == chat)
