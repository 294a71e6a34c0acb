"""Which letters there are fonts for: what none of them has is left out, so that no picture shows a box."""

import unicodedata
from functools import cache
from typing import Final

from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

_OURS: Final = "DejaVu Sans"  # comes with matplotlib: Latin, Cyrillic, Greek, Arabic, Hebrew, Armenian, Georgian
# Used for other scripts where the machine has them (on Debian: fonts-noto-cjk, fonts-noto-core).
_OTHERS: Final = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Noto Sans SC",
    "Noto Sans JP",
    "Noto Sans KR",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Noto Sans Ethiopic",
)
_MISSING: Final = "·"  # stands for a run of letters that no font has
_MOST_MARKS: Final = 2  # accents on one letter; more are a joke that would run over the lines above and below
_JOINERS: Final = "\u200c\u200d"  # how Persian and Hindi letters join is part of the spelling


@cache
def families() -> list[str]:
    """The fonts to draw with, in the order in which a letter is looked for."""
    known = {entry.name for entry in fontManager.ttflist}
    return [_OURS, *(name for name in _OTHERS if name in known)]


@cache
def _fonts(weight: str) -> list[FT2Font]:
    return [FT2Font(fontManager.findfont(FontProperties(family=[name], weight=weight))) for name in families()]


@cache
def _has(character: str) -> bool:
    """Whether a letter can be drawn in either weight."""
    return all(any(font.get_char_index(ord(character)) for font in _fonts(weight)) for weight in ("normal", "bold"))


def legible(text: str) -> str:
    """What of `text` can be drawn, on one line: emoji and signs without a font are dropped, unknown letters become a dot.

    Fancy letters (𝓐) are drawn as the plain ones that they stand for.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        drawn = _drawn(character) if marks <= _MOST_MARKS else ""
        if drawn != _MISSING or kept[-1:] != [_MISSING]:
            kept.append(drawn)
    return " ".join("".join(kept).split()).strip(_JOINERS + " ")


def is_word(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(unicodedata.category(one)[0] in "LN" for one in text)


def _drawn(character: str) -> str:
    """What is drawn for a character: itself, what it stands for, a dot, a space, or nothing."""
    kind = unicodedata.category(character)
    if kind.startswith("Z") or kind == "Cc":
        return " "
    if character in _JOINERS:
        return character if _has(character) else ""
    if kind.startswith("C") or "\ufe00" <= character <= "\ufe0f":
        return ""  # turns of direction, halves of pairs, what is not assigned, which look a sign should have
    if _has(character):
        return character
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(map(_has, plain)):
        return plain
    return _MISSING if kind[0] in "LN" else ""
