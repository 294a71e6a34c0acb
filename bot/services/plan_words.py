"""Words made comparable: how a title and what a person typed are cut into the same tokens."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r"\d+\s?[-–—]\s?\d+|\d+(?:[.,]\d+)?|(?:[^\W\d_]|[\u0300-\u036f])+")
_RANGE: Final = re.compile(r"(\d+)\s?[-–—]\s?(\d+)")
_CYRILLIC: Final = re.compile(r"[а-я]")
_ENDING: Final = re.compile(r"(?:[оеяаыи][вмхй]|[яа]ми|[аеиоуыэюяь]{1,2})$")  # of what `_plain` leaves: й is и, ё is е
_ARTICLES: Final = {"the", "a", "an"}
# What people shorten; both sides are spelled out, so that `math for ml` and `Mathematics for ML` are the same words.
_LONG: Final = {
    "math": ("mathematics",),
    "maths": ("mathematics",),
    "calc": ("calculus",),
    "ml": ("machine", "learning"),
    "nlp": ("natural", "language", "processing"),
    "cv": ("computer", "vision"),
    "матан": ("математический", "анализ"),
    "линал": ("линейная", "алгебра"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable word and where it stood in what was typed."""

    word: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int] | None:
        """The numbers of a range such as `1-3`, or None."""
        found = _RANGE.fullmatch(self.word)
        return (int(found[1]), int(found[2])) if found else None


def tokens(text: str) -> list[Token]:
    """Cut `text` into tokens: case, accents, punctuation and articles gone, common abbreviations spelled out."""
    found: list[Token] = []
    article: int | None = None  # where one began: it belongs to the word after it
    for match in _TOKEN.finditer(text):
        word = _plain(match[0])
        start, article = match.start() if article is None else article, None
        if word in _ARTICLES:
            article = start
        elif word:
            found += [Token(part, start, match.end()) for part in _LONG.get(word, (word,))]
    return found


@lru_cache(maxsize=8192)  # the titles of a few large plans
def comparable(title: str) -> tuple[str, ...]:
    """Return the words of `title` as they are compared."""
    return tuple(token.word for token in tokens(title))


@lru_cache(maxsize=8192)
def stems(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without the endings that Russian cases give them: `алгебру` and `алгебра` are the same; others stay."""
    return tuple(_ENDING.sub("", word) if len(word) > 4 and _CYRILLIC.match(word) else word for word in words)


def numbers(words: str) -> list[str]:
    """Return the numbers in `words`: they are never a matter of spelling, chapter 5 is not a typo of chapter 7."""
    return re.findall(r"\d+", words)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
