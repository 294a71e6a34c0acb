"""Text as Discord reads it: its markdown, in which nothing that a person wrote is ever interpreted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlsplit

from bot.ui.message import Span, Style, Text

_ELLIPSIS: Final = " …"
_MARKS: Final = {Style.BOLD: "**", Style.ITALIC: "_", Style.STRIKE: "~~"}
_URL: Final = re.compile(r"https?://[^\s<>]+")
_SPECIAL: Final = re.compile(r"([\\*_~|`\[\]<>@])|:(?=\w+:)")  # of one character, wherever it stands
_LINE: Final = re.compile(r"^(\s*)(#{1,3}(?=\s|$)|-|\+|\d+\.(?=\s|$))", re.MULTILINE)  # headings and lists
_GAP: Final = "\u200b"  # between two marks that would else be read as one


def markdown(text: Text, limit: int) -> str:
    """The text in Discord's markdown, at most `limit` characters long; "…" stands for the rest as a last resort."""
    room = limit
    while len(whole := _joined(within(text, room))) > limit:
        room -= len(whole) - limit
    return whole


def fits(text: Text, limit: int) -> bool:
    """Whether nothing has to be cut."""
    return len(_joined(text)) <= limit


def within(text: Text, limit: int) -> Text:
    """The text cut to `limit` characters, not counting marks."""
    if sum(len(span.text) for span in text) <= limit:
        return text
    kept: list[Span] = []
    room = max(0, limit - len(_ELLIPSIS))
    for span in text:
        part = span.text[:room]
        kept.append(replace(span, text=part))
        room -= len(part)
        if part != span.text:
            break
    return (*kept, Span(_ELLIPSIS))


def escape(text: str, *, line_start: bool = True) -> str:
    """Text as it is, whatever it looks like; a bare link stays one, without a preview."""
    parts: list[str] = []
    end = 0
    for link in _URL.finditer(text):
        before = text[end : link.start()]
        parts += [_plain(before, line_start=line_start and not end), f"<{link.group()}>"]
        end = link.end()
    return "".join([*parts, _plain(text[end:], line_start=line_start and not end)])


def _plain(text: str, *, line_start: bool) -> str:
    shielded = _SPECIAL.sub(lambda found: "\\" + found.group(), text)
    head, newline, rest = shielded.partition("\n")
    if line_start:
        return _LINE.sub(_shield, shielded)
    return head + newline + _LINE.sub(_shield, rest)


def _shield(found: re.Match[str]) -> str:
    mark = found.group(2)
    return f"{found.group(1)}{mark[:-1]}\\." if mark.endswith(".") else f"{found.group(1)}\\{mark}"


def _joined(text: Text) -> str:
    """All spans, those of one look under one pair of marks."""
    whole = ""
    for style, spans in groupby(text, key=lambda span: span.style):
        inner = ""
        for span in _merged(spans):
            inner += _span(span, line_start=_at_line_start(whole + inner))
        marked = _marked(inner, style, line_start=_at_line_start(whole))
        if whole and marked and whole[-1] in "*_~`" and marked[0] in "*_~`":
            whole += _GAP
        whole += marked
    return whole


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Bare runs of text as one, so that no mark comes to be where two of them meet."""
    for bare, run in groupby(spans, key=lambda span: span.bare):
        kept = list(run)
        yield from [Span("".join(span.text for span in kept), kept[0].style)] if bare else kept


def _at_line_start(before: str) -> bool:
    return not before or before.endswith("\n")


def _span(span: Span, *, line_start: bool) -> str:
    if span.style is Style.CODE:
        return span.text.replace("`", "ˋ")  # a letter that looks like the mark and is none
    text = escape(span.text, line_start=line_start)
    if span.at is not None:
        return f"{text} (<t:{int(span.at.timestamp())}:f>)"
    if span.account and span.account.isdigit():
        return f"<@{span.account}>"
    if span.channel and span.channel.isdigit():
        return f"<#{span.channel}>"
    if span.role and span.role.isdigit():
        return f"<@&{span.role}>"
    if span.url and urlsplit(span.url).scheme in {"http", "https"}:
        label = _SPECIAL.sub(lambda found: "\\" + found.group(), span.text)
        return f"[{label}](<{quote(span.url, safe=_IN_URLS)}>)"
    return text


_IN_URLS: Final = "!#$%&'()*+,/:;=?@[]~"  # what stands in URLs as it is


def _marked(inner: str, style: Style, *, line_start: bool) -> str:
    """The marks around a text, whose own blanks stand outside of them: "** a**" is no bold."""
    bare = inner.strip()
    if style is Style.PLAIN or not bare:
        return inner
    if style is Style.QUOTE:
        quoted = "\n".join(f"> {line}" for line in bare.split("\n"))
        return quoted if line_start else f"\n{quoted}"
    mark = "`" if style is Style.CODE else _MARKS[style]
    start = len(inner) - len(inner.lstrip())
    return f"{inner[:start]}{mark}{bare}{mark}{inner[start + len(bare) :]}"
