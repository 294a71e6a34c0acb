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
_LINKS: Final = {
    "rename": re.compile(r"\s+(?:to|as|на|в)\s+|\s*(?:->|→|=>)\s*"),
    "into": re.compile(r"\s+(?:to|in|into|under|в)\s+|\s*(?:->|→|=>)\s*"),
    "beside": re.compile(r"\s+(?P<side>after|before|behind|below|above|под|после|перед)\s+"),
    "of": re.compile(r"\s+(?:of|from|in|из)\s+"),
}
_BEFORE: Final = {"before", "above", "перед"}
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
    verb = VERBS.get(head.casefold().rstrip(":"), "")
    return (verb, f"{tail}\n{rest}".strip() if rest else tail.strip()) if verb else ("", words)


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
    shorter = re.sub(r"\s+(?:to|at|to the|at the)$", "", name.strip(), flags=re.IGNORECASE)
    return (shorter or name).strip(), step


def prefixes(line: str) -> Iterator[tuple[str, str]]:
    """Every way to part a line between two words, the longest beginning first."""
    gaps = [match.span() for match in re.finditer(r"\s+", line)]
    return ((line[:start], line[end:]) for start, end in reversed(gaps))
