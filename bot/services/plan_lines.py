"""Changes of a plan as they are typed after /plan: which verb, and every way in which the words after it can be parted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

VERBS: Final = {
    "add": "add",
    "insert": "add",
    "rename": "rename",
    "call": "rename",
    "move": "move",
    "put": "move",
    "drop": "drop",
    "remove": "drop",
    "delete": "drop",
    "rm": "drop",
    "estimate": "estimate",
    "est": "estimate",
    "source": "source",
    "sources": "source",
    "edit": "edit",
    "change": "edit",
    "plans": "plans",
    "list": "plans",
    "use": "use",
    "switch": "use",
    "new": "new",
    "export": "export",
    "save": "export",
    "import": "import",
    "template": "template",
    "templates": "template",
    "help": "help",
}
# In Russian by what begins the imperative and the infinitive: добавь, добавьте, добавить. Nouns that a title may begin with
# ("новый", "оценка") are no verbs.
_RUSSIAN: Final = re.compile(
    r"(?P<add>добав(?:ь|ьте|ить)|встав(?:ь|ьте|ить))|(?P<rename>переимен(?:уй|уйте|овать)|назов(?:и|ите)|назвать)"
    r"|(?P<move>перемест(?:и|ите|ить)|передвин(?:ь|ьте|уть)|перенес(?:и|ите|ти)|постав(?:ь|ьте|ить))"
    r"|(?P<drop>удал(?:и|ите|ить)|убер(?:и|ите)|убрать|вычеркн(?:и|ите|уть))|(?P<estimate>оцен(?:и|ите|ить))"
    r"|(?P<source>источники?)|(?P<edit>измен(?:и|ите|ить)|правь|правьте|править)|(?P<plans>планы)"
    r"|(?P<use>использ(?:уй|уйте|овать)|переключ(?:и|ите|ить|ись|итесь))|(?P<new>созда(?:й|йте|ть))"
    r"|(?P<export>экспорт|выгруз(?:и|ите|ить)|сохран(?:и|ите|ить))|(?P<import>импорт|загруз(?:и|ите|ить))"
    r"|(?P<template>шаблоны?)|(?P<help>помощь|справка)"
)
_LINKS: Final = {
    "rename": re.compile(r"\s+(?:to|as|на|в)\s+|\s*(?:->|→|=>)\s*"),
    "into": re.compile(r"\s+(?:to|in|into|under|в|во|к)\s+|\s*(?:->|→|=>)\s*"),
    "beside": re.compile(r"\s+(?P<side>after|before|behind|below|above|под|после|перед|над)\s+"),
    "of": re.compile(r"\s+(?:of|from|in|из|у)\s+"),
}
_BEFORE: Final = {"before", "above", "перед", "над"}
_STEPS: Final = {
    "up": "up",
    "down": "down",
    "first": "first",
    "top": "first",
    "start": "first",
    "beginning": "first",
    "last": "last",
    "bottom": "last",
    "end": "last",
    "вверх": "up",
    "выше": "up",
    "вниз": "down",
    "ниже": "down",
    "начало": "first",
    "наверх": "first",
    "конец": "last",
}


@dataclass(frozen=True, slots=True)
class Parted:
    """A line parted at a word: what stood before it and after it; `before`: that word puts one before the other."""

    left: str
    right: str
    before: bool = False


def split_verb(words: str) -> tuple[str, str]:
    """The verb of a line, "" for none of ours, and the rest of it; lines after the first belong to the rest."""
    words = words.strip()
    first, _, rest = words.partition("\n")
    head, _, tail = first.partition(" ")
    verb = _verb(head.casefold().rstrip(":"))
    return (verb, f"{tail}\n{rest}".strip() if rest else tail.strip()) if verb else ("", words)


def _verb(word: str) -> str:
    russian = _RUSSIAN.fullmatch(word)
    return VERBS.get(word) or (russian.lastgroup if russian else None) or ""


def part(line: str, link: str) -> Iterator[Parted]:
    """Every way to part a line at a `link` ("rename", "into", "beside", "of"), the longest left side first."""
    found = list(_LINKS[link].finditer(line.casefold() if len(line.casefold()) == len(line) else line))
    for match in reversed(found):
        left, right = line[: match.start()].strip(), line[match.end() :].strip()
        side = match.groupdict().get("side")
        if left and right:
            yield Parted(left, right, before=side in _BEFORE)


def split_step(line: str) -> tuple[str, str] | None:
    """A name and where it moves in its line: "limits up", "limits to the top"; None where no such word ends it."""
    name, _, last = line.rpartition(" ")
    step = _STEPS.get(last.casefold())
    if step is None or not name:
        return None
    shorter = re.sub(r"\s+(?:to|at|to the|at the|в|на)$", "", name.strip(), flags=re.IGNORECASE)
    return (shorter or name).strip(), step


def prefixes(line: str) -> Iterator[tuple[str, str]]:
    """Every way to part a line between two words, the longest beginning first."""
    gaps = [match.span() for match in re.finditer(r"\s+", line)]
    return ((line[:start], line[end:]) for start, end in reversed(gaps))
