"""Telegram's HTML: tags in, plain text and entities out, with the refusals the real parser gives (tdlib's parse_html).

Two deliberate differences: an attribute that means nothing is refused here (Telegram ignores it), because it is
always a mistake of the bot; and Markdown is not spoken at all.
"""

import re
from dataclasses import dataclass, field

from .errors import Json, Refused, bad_request

STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "code": {"class"}, "span": {"class"}, "tg-emoji": {"emoji-id"}, "tg-time": {"unix", "format"},
    "blockquote": {"expandable"},
}  # fmt: skip
ESCAPES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LINK = re.compile(r"(?:https?|tg|ton|tonsite|mailto|tel):\S+", re.IGNORECASE)
DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")

_STOP = re.compile(r"[&<]")
_ESCAPE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"([^\s=>]*)(\s*=\s*)?")
_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(source: str) -> tuple[str, list[Json]]:
    """The plain text and the entities of `source`; raises `Refused` with "can't parse entities: …"."""
    if not _STOP.search(source):
        return source, []
    return _Reader(source).read()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int
    piece: int


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    length: int = 0
    pieces: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while stop := _STOP.search(self.source, self.at):
            self._add(self.source[self.at : stop.start()])
            self.at = stop.start()
            if self.source[self.at] == "&":
                self._escape()
            elif self.source.startswith("</", self.at):
                self._end()
            else:
                self._start()
        self._add(self.source[self.at :])
        if self.open:
            raise _unparsable(f"Can't find end tag corresponding to start tag {self.open[-1].tag}")
        return "".join(self.pieces), sorted(self.entities, key=lambda one: (one["offset"], -one["length"]))

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += units(text)

    def _refuse(self, text: str, begin: int, tail: str = "") -> Refused:
        return _unparsable(f"{text} at byte offset {len(self.source[:begin].encode())}{tail}")

    def _escape(self) -> None:
        character, self.at = _unescape(self.source, self.at)
        self._add(character)

    def _start(self) -> None:
        begin, name = self.at, _NAME.match(self.source, self.at + 1)
        assert name is not None
        self.at, tag = name.end(), name[0].lower()
        if self.at == len(self.source):
            raise self._refuse("Unclosed start tag", begin)
        if tag not in STYLES:
            raise self._refuse(f'Unsupported start tag "{tag}"', begin)
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refuse('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, attributes, self.length, len(self.pieces)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._skip_space()
            if self.at >= len(self.source):
                raise self._refuse("Unclosed start tag", begin)
            if self.source[self.at] == ">":
                self.at += 1
                return found
            name, value = self._attribute(tag, begin)
            if name not in ATTRIBUTES.get(tag, ()):
                raise self._refuse(f'Unsupported attribute "{name}" in the tag "{tag}"', begin)
            found[name] = value

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        declared = _ATTRIBUTE.match(self.source, self.at)
        assert declared is not None
        name, self.at = declared[1], declared.end()
        if not name:
            raise self._refuse(f'Empty attribute name in the tag "{tag}"', begin)
        if declared[2] is None:
            if tag == "blockquote":
                return name, ""
            raise self._refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        return name, self._value(begin)

    def _value(self, begin: int) -> str:
        if self.at >= len(self.source):
            raise self._refuse("Unclosed start tag", begin)
        if (quote := self.source[self.at]) in "\"'":
            end = self.source.find(quote, self.at + 1)
            if end < 0:
                raise self._refuse("Unclosed start tag", begin)
            raw, self.at = self.source[self.at + 1 : end], end + 1
            return _ESCAPE.sub(lambda found: _unescape(found[0], 0)[0], raw)
        token = _TOKEN.match(self.source, self.at)
        assert token is not None
        token_begin, self.at = self.at, token.end()
        if self.at < len(self.source) and not (self.source[self.at].isspace() or self.source[self.at] == ">"):
            raise self._refuse("Unexpected end of name token", token_begin)
        return token[0].lower()

    def _end(self) -> None:
        begin, name = self.at, _NAME.match(self.source, self.at + 2)
        assert name is not None
        if not self.open:
            raise self._refuse("Unexpected end tag", begin)
        self.at, tag = name.end(), name[0].lower()
        self._skip_space()
        if not self.source.startswith(">", self.at):
            raise self._refuse("Unclosed end tag", begin)
        self.at += 1
        opened = self.open[-1]
        if tag and tag != opened.tag:
            raise self._refuse("Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{tag}>"')
        self.open.pop()
        if self.length > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {"type": STYLES[opened.tag], "offset": opened.start, "length": self.length - opened.start}
        match opened.tag:
            case "a":
                entity["url"] = opened.attributes.get("href") or "".join(self.pieces[opened.piece :])
                if not LINK.fullmatch(entity["url"]):
                    return  # Telegram drops a link it cannot follow and keeps the words
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
                if not entity["custom_emoji_id"].isdigit():
                    raise _unparsable("Invalid custom emoji identifier specified")
            case "tg-time":
                entity |= _date_time(opened.attributes)
            case "blockquote" if "expandable" in opened.attributes:
                entity["type"] = "expandable_blockquote"
            case "code":
                entity["language"] = opened.attributes.get("class", "").removeprefix("language-")
        self._nest(entity)

    def _nest(self, entity: Json) -> None:
        """`<pre><code class="language-x">` is one entity; a language outside `<pre>` means nothing."""
        inner = self.entities[-1] if self.entities else {}
        span = (entity["offset"], entity["length"])
        if entity["type"] == "pre" and inner.get("type") == "code" and (inner["offset"], inner["length"]) == span:
            self.entities.pop()
            entity["language"] = inner.get("language", "")
        if entity["type"] == "pre" and not entity.get("language"):
            entity.pop("language", None)
        if entity["type"] == "code" and not any(one.tag == "pre" for one in self.open):
            entity.pop("language", None)
        self.entities.append(entity)

    def _skip_space(self) -> None:
        space = _SPACE.match(self.source, self.at)
        assert space is not None
        self.at = space.end()


def _unescape(source: str, at: int) -> tuple[str, int]:
    """The character at an ampersand and where it ends; an unknown name stays as written, as Telegram leaves it."""
    found = _ESCAPE.match(source, at)
    if found is None:
        return "&", at + 1
    if found[3] is not None:
        return (ESCAPES[found[3]], found.end()) if found[3] in ESCAPES else ("&", at + 1)
    code = int(found[1], 16) if found[1] else int(found[2])
    if 0xD800 <= code <= 0xDFFF:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
        )
    return (chr(code), found.end()) if 0 < code < 0x10FFFF else ("&", at + 1)


def _date_time(attributes: dict[str, str]) -> Json:
    unix, style = attributes.get("unix", ""), attributes.get("format", "")
    if not re.fullmatch(r"-?\d{1,12}", unix):
        raise _unparsable("Invalid Unix time specified")
    if not DATE_TIME_FORMAT.fullmatch(style):
        raise _unparsable("Invalid date-time format specified")
    return {"unix_time": int(unix), "date_time_format": style}


def _unparsable(text: str) -> Refused:
    return bad_request(f"can't parse entities: {text}")
