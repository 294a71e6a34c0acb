"""Quiet hours as people type them."""

import re
from datetime import time
from typing import Final

from bot.domain.checkin_words import parse_wall

OFF: Final = (time(0), time(0))  # hours that end when they begin are none
_NONE: Final = frozenset({"off", "none", "no", "never", "нет", "выкл", "никогда"})
_LONGEST: Final = 60
_PREFIX: Final = re.compile(r"^(?:from|between|с|со|от)\s+")
_BETWEEN: Final = re.compile(r"\s*(?:[-–—]|\b(?:to|till|until|and|до|по|и)\b)\s*")


def parse_quiet(words: str) -> tuple[time, time] | None:
    """Read "21:00-07:00", "9pm to 7am", "с 22 до 8" or "off" as a start and an end; None if it is anything else."""
    text = " ".join(words.casefold().split())
    if len(text) > _LONGEST:
        return None
    if text in _NONE:
        return OFF
    parts = _BETWEEN.split(_PREFIX.sub("", text))
    if len(parts) != 2:
        return None
    start, end = parse_wall(parts[0]), parse_wall(parts[1])
    return (start, end) if start is not None and end is not None and start != end else None
