"""The short-hand of check-ins and slots: minutes, links and yesterday; wall times and weekdays, English and Russian."""

import re
from dataclasses import dataclass
from datetime import time

from bot.domain.date_words import WEEKDAYS

MAX_MINUTES = 960
"""Nobody studies more than sixteen hours of a day; more is a slip of the finger."""

MAX_SLOT_LENGTH = 100
"""No description of a slot is longer."""


class MinutesOutOfRange(ValueError):
    """A length of study that is nothing, or more than MAX_MINUTES."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"{minutes} minutes is not between 1 and {MAX_MINUTES}")
        self.minutes = minutes


@dataclass(frozen=True, slots=True)
class CheckinWords:
    """What the words of a check-in say: minutes if named, links in their order, the other words, whether for yesterday."""

    minutes: int | None
    links: tuple[str, ...]
    rest: str
    yesterday: bool


def parse_checkin(words: str) -> CheckinWords:
    """Read "90m limits finished exercises https://…" (PRODUCT.md, /checkin); MinutesOutOfRange if the minutes are.

    Minutes stand first as a bare number, or anywhere with a unit: 90, 90m, 1h30, 1.5h, 90 мин, 1ч30. The first such
    length counts, any other is left in the rest.
    """
    links = tuple(_trimmed(link) for link in _LINK.findall(words))
    text = _LINK.sub(lambda found: found[0].removeprefix(_trimmed(found[0])), words).strip()
    yesterday = _YESTERDAY.match(text)
    text = text[yesterday.end() :] if yesterday else text
    length = _LENGTH.match(text) or _BARE.match(text) or _LENGTH.search(text)
    minutes = _minutes(length) if length else None
    if length:
        text = text[: length.start()] + " " + text[length.end() :]
    return CheckinWords(minutes, links, _tidy(text), yesterday is not None)


def parse_wall(words: str) -> time | None:
    """Read a wall-clock time: 7, 07:00, 0700, 7am, 7:30 pm, 19.30, 7 вечера; None if it is none."""
    found = _WALL.fullmatch(words.strip().casefold())
    if not found:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or found["glued"] or 0), found["half"]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        late = half[0] in "pдв" or (half == "ночи" and 6 <= hour < 12)
        hour = hour % 12 + (12 if late else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def parse_weekdays(words: str) -> frozenset[int] | None:
    """Read days of the week (0 = Monday): mon-fri, weekdays, every day, tue and thu, пн-пт; None if it is anything else."""
    text = _RANGE.sub("-", words.strip().casefold())
    if text in _SETS:
        return _SETS[text]
    days: set[int] = set()
    for word in _BETWEEN.split(text):
        first, dash, last = word.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            return None
        start, end = _DAYS[first], _DAYS[last or first]
        days.update((start + ahead) % 7 for ahead in range((end - start) % 7 + 1))
    return frozenset(days)


def parse_slot(words: str) -> tuple[time, frozenset[int] | None] | None:
    """Read "07:00 mon-fri", "weekdays at 7am" or a time alone (its weekdays are None); None if it is no slot."""
    if len(words) > MAX_SLOT_LENGTH:
        return None
    parts = words.replace(",", " , ").split()
    if wall := parse_wall(" ".join(parts)):
        return wall, None
    for cut in range(1, len(parts)):
        first, second = (" ".join(part).strip(" ,") for part in (parts[:cut], parts[cut:]))
        for clock, days in ((first, second), (second, first)):
            wall, weekdays = parse_wall(clock), parse_weekdays(days)
            if wall is not None and weekdays is not None:
                return wall, weekdays
    return None


_LINK = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_LEFT_OVER = frozenset({".", ",", ";", ":", "()", "(", ")"})
_YESTERDAY = re.compile(r"(?:yesterday|вчера)(?!\w)[\s,:]*", re.IGNORECASE)

_COUNTED = (
    r"exercis|problem|task|page|chapter|section|lecture|video|module|card|задач|упражн|стран|стр|глав|лекц|видео|модул|карт"
)
_BARE = re.compile(rf"(?P<minutes>\d{{1,300}})(?=$|(?:[\s;:]|,(?!\d))\s*(?!{_COUNTED}))", re.IGNORECASE)

_HOUR = r"(?:hours?|hrs?|h|час(?:ов|а)?|ч)"
_MINUTE = r"(?:minutes?|mins?|m|минут[аы]?|мин|м)"
_LENGTH = re.compile(
    rf"(?<![\w.,:/+-])(?:(?P<hours>\d{{1,300}}(?:[.,]\d{{1,2}})?)\s?{_HOUR}(?:(?P<glued>\d{{1,2}}){_MINUTE}?|"
    rf"\s(?:and |и )?(?P<more>\d{{1,2}})\s?{_MINUTE})?|(?P<minutes>\d{{1,300}})\s?{_MINUTE})(?!\w)\.?",
    re.IGNORECASE,
)

_WALL = re.compile(
    r"(?:at |в )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})|(?<=\d\d)(?P<glued>\d{2}))?"
    r" ?(?P<half>[ap]\.?m\.?|утра|дня|вечера|ночи)?"
)

_RANGE = re.compile(r"\s*[-–—]\s*|\s+(?:to|through)\s+")
_BETWEEN = re.compile(r"\s*[,;/+&]\s*(?:and\s+|и\s+)?|\s+(?:and\s+|и\s+)?")

_ALL, _WORKING, _FREE = frozenset(range(7)), frozenset(range(5)), frozenset({5, 6})
_SETS = {
    **dict.fromkeys(("every day", "everyday", "daily", "all days", "каждый день", "ежедневно", "все дни"), _ALL),
    **dict.fromkeys(("weekdays", "workdays", "working days", "будни", "по будням", "рабочие дни"), _WORKING),
    **dict.fromkeys(("weekends", "weekend", "выходные", "по выходным"), _FREE),
}
_PLURALS = ("понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям")
_DAYS = {word: day for day, words in enumerate(WEEKDAYS) for word in words.split()}
_DAYS |= {f"{word}s": day for word, day in _DAYS.items() if word.endswith("day")}
_DAYS |= {word: day for day, word in enumerate(_PLURALS)}


def _trimmed(link: str) -> str:
    """Leave out the punctuation of the sentence around a link, but not a bracket that the link itself opened."""
    link = link.rstrip(".,;:!?'\"»”")
    return link.removesuffix(")") if link.count(")") > link.count("(") else link


def _minutes(length: re.Match[str]) -> int:
    parts = length.groupdict()
    hours = float((parts.get("hours") or "0").replace(",", "."))
    minutes = round(hours * 60) + int(parts.get("glued") or parts.get("more") or parts["minutes"] or 0)
    if not 1 <= minutes <= MAX_MINUTES:
        raise MinutesOutOfRange(minutes)
    return minutes


def _tidy(text: str) -> str:
    """Close the gaps left by what was taken out, keeping the lines."""
    lines = (" ".join(word for word in line.split() if word not in _LEFT_OVER).strip(" ,;") for line in text.splitlines())
    return "\n".join(line for line in lines if line)
