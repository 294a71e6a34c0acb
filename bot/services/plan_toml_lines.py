"""Where in a TOML file a thing stands: the standard library's reader does not tell, and people need lines to mend a file."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from bot.services.plan_draft import PlanFileRefused, Refusal

MAX_DEPTH: Final = 12  # a plan needs four levels; tomllib's time and memory grow with the square of a key's parts
_PART: Final = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY: Final = re.compile(rf"""^[ \t]*\[*[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MAX_DEPTH},}}""", re.MULTILINE)
_HEADER: Final = re.compile(r"\s*\[\[?\s*tracks\s*(?:\.\s*(?P<of>modules|sources)\s*)?(?P<deeper>\.[^\]]*)?\]")
_OPEN: Final = re.compile(rf"[\[{{](?:\s*[\[{{]){{{MAX_DEPTH},}}")


def refuse_traps(text: str) -> None:
    """Raise PlanFileRefused for towers of keys or brackets, before they are given to a reader that would climb them."""
    found = _DEEP_KEY.search(text) or _OPEN.search(text)
    if found:
        raise PlanFileRefused(Refusal.TOO_DEEP, line=text.count("\n", 0, found.start()) + 1)


@dataclass(frozen=True, slots=True)
class Where:
    """The line (from 1) on which something begins, and the lines after it up to the next thing of its kind."""

    line: int
    text: tuple[str, ...] = ()

    def line_of(self, key: str, *, holding: Any = None, after: int = 0) -> int:
        """The line of a key of it, or in the value of that key of what `holding` is; its own line where neither is seen.

        What is held stands after the line `after`, if anywhere.
        """
        start = next((number for number, line in enumerate(self.text) if _begins(line, key)), None)
        wanted = _forms_of(holding)
        if wanted:
            inside = range(max(start or 0, after - self.line + 1), len(self.text))
            start = next((number for number in inside if _holds(self.text[number], wanted)), start)
        return self.line if start is None else self.line + start


@dataclass(slots=True)
class Lines:
    """The lines of a file, asked in the order in which its tables are walked."""

    source: str
    _lines: list[str] = field(init=False)
    _tracks: list[int] = field(init=False)
    _modules: list[int] = field(init=False)
    _heads: list[int] = field(default_factory=list, init=False)  # of the modules of the track asked for last
    _at: int = field(default=0, init=False)  # how far it has been walked
    _end: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._lines = self.source.split("\n")
        found = [(number, _HEADER.match(line)) for number, line in enumerate(self._lines)]
        heads = [(number, match) for number, match in found if match and not match["deeper"]]
        self._tracks = [number for number, match in heads if not match["of"]]
        self._modules = [number for number, match in heads if match["of"] == "modules"]

    def top(self) -> Where:
        """The lines before the first track."""
        return self._where(0, self._tracks[0] if self._tracks else len(self._lines))

    def track(self, number: int, value: Any) -> Where:
        """The track of a number (from 0)."""
        if number < len(self._tracks):
            self._at = self._tracks[number]
            self._end = self._tracks[number + 1] if number + 1 < len(self._tracks) else len(self._lines)
        else:  # an inline table, or something that is no track
            self._at = self._seek(value, self._at, len(self._lines))
            self._end = len(self._lines)
        self._heads = [one for one in self._modules if self._at <= one < self._end]
        return self._where(self._at, next((one for one in self._modules if one > self._at), self._end))

    def module(self, number: int, value: Any) -> Where:
        """The module of a number (from 0) in the track that was asked for last."""
        if number < len(self._heads):
            end = self._heads[number + 1] if number + 1 < len(self._heads) else self._end
            return self._where(self._heads[number], end)
        self._at = self._seek(value, self._at, self._end)
        return self._where(self._at, self._at + 1)

    def _seek(self, value: Any, start: int, end: int) -> int:
        """The first line from `start` on with the words of `value` in it; `start` where there is none."""
        wanted = _forms_of(value)
        return next((number for number in range(start, end) if _holds(self._lines[number], wanted)), start)

    def _where(self, start: int, end: int) -> Where:
        return Where(start + 1, tuple(self._lines[start:end]))


def _begins(line: str, key: str) -> bool:
    name = line.strip().strip("{").strip()
    quoted = name[:1] in {'"', "'"}
    rest = name[1:] if quoted else name
    return rest.startswith(key) and rest[len(key) :].lstrip("\"' \t").startswith(("=", "."))


def _holds(line: str, forms: tuple[str, ...]) -> bool:
    return any(form in line for form in forms)


def _forms_of(value: Any) -> tuple[str, ...]:
    """How what of a value can be found, its title or its only string, may stand in the text."""
    if isinstance(value, dict):
        value = value.get("title") or next((one for one in value.values() if isinstance(one, str)), None)
    if isinstance(value, str):
        return (json.dumps(value, ensure_ascii=False), f"'{value}'")
    return () if value is None or isinstance(value, bool | list) else (str(value),)
