"""The reader's language and zone: sentences from the catalogue, filled in; moments, durations and counts as people say them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel import dates
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.ui.message import Span, Style, Text

LOCALES: Final = Path(__file__).parent / "locales"
LANGUAGES: Final = ("en",)  # a language is offered once its catalogue is whole

# The marks a sentence of the catalogue may carry, so that a translator can move them: *bold*, _italic_, ~struck~, {value}.
_TOKEN: Final = re.compile(r"\{(\w+)\}|([*_~])|([^{*_~]+|.)", re.DOTALL)
_MARKS: Final = {"*": Style.BOLD, "_": Style.ITALIC, "~": Style.STRIKE}
_LONGEST_VALUE: Final = 300  # a value of a learner's own never floods a message; longer ones end in an ellipsis

Value = str | int | Span | Text


@cache
def _catalogue(language: str) -> NullTranslations:
    """One language's sentences, compiled in memory from its .po file: no binary copy to keep in step."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


_MOMENT: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Words:
    """How one reader is spoken to: `language`, the `zone` moments are told in, and `at`, the instant of speaking."""

    language: str
    zone: str
    at: datetime

    @property
    def spoken(self) -> str:
        """The reader's language where it is offered, else English: never half of each."""
        return self.language if self.language in LANGUAGES else "en"

    def __call__(self, sentence: str, **values: Value) -> Text:
        """The sentence in the reader's language, its marks made into styles and its values put in as they are."""
        return _fill(_catalogue(self.spoken).gettext(sentence), values)

    def many(self, one: str, other: str, n: int, **values: Value) -> Text:
        """Like a call, for a sentence that depends on a number; `{n}` is the number."""
        return _fill(_catalogue(self.spoken).ngettext(one, other, n), {"n": n, **values})

    def label(self, sentence: str, **values: Value) -> str:
        """Like a call, as plain text: for buttons, toasts and the names of commands."""
        return "".join(span.text for span in self(sentence, **values))

    # --- moments ------------------------------------------------------------------------------------------------------
    def moment(self, at: datetime, *, zone: str | None = None) -> Text:
        """An instant in full: "Tue 30 Jun 2026 23:59 London"; a platform may show it in the reader's own zone as well."""
        key = zone or self.zone
        wall = at.astimezone(ZoneInfo(key))
        text = f"{self.date(wall.date())} {wall:%H:%M} {city(key)}"
        return (Span(text, at=at),)

    def clock(self, at: datetime, *, zone: str | None = None) -> Text:
        """Only the time of day of an instant: "18:00"."""
        return (Span(f"{at.astimezone(ZoneInfo(zone or self.zone)):%H:%M}"),)

    def short_date(self, day: date) -> str:
        """A day where there is little room: "30 Jun", with the year where it is another; only its month where that is far off."""
        today = self.at.astimezone(ZoneInfo(self.zone)).date()
        form = "d MMM" if day.year == today.year else "d MMM y" if abs((day - today).days) < 365 else "MMM y"
        return str(dates.format_date(day, form, locale=self.spoken))

    def date(self, day: date, *, year: bool = True) -> str:
        """A day: "Tue 30 Jun 2026"."""
        return dates.format_date(day, "EEE d MMM y" if year else "EEE d MMM", locale=self.spoken).replace(",", "")

    @property
    def months(self) -> tuple[str, ...]:
        """The short names of the months, January first."""
        names = dates.get_month_names("abbreviated", locale=self.spoken)
        return tuple(str(names[number]) for number in range(1, 13))

    @property
    def short_weekdays(self) -> tuple[str, ...]:
        """The short names of the weekdays, Monday first."""
        names = dates.get_day_names("abbreviated", locale=self.spoken)
        return tuple(str(names[number]) for number in range(7))

    def weekday(self, number: int) -> str:
        """The name of a weekday, 0 = Monday."""
        return str(dates.get_day_names("wide", locale=self.spoken)[number])

    def weekdays(self, days: Iterable[int]) -> str:
        """A set of weekdays as people write it: "Mon-Fri", "every day", "Mon, Wed"."""
        chosen = sorted(set(days))
        names = dates.get_day_names("abbreviated", locale=self.spoken)
        if len(chosen) == 7:
            return self.label("every day")
        if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
            return f"{names[chosen[0]]}-{names[chosen[-1]]}"
        return ", ".join(str(names[day]) for day in chosen)

    def wall(self, wall: time) -> str:
        """A wall-clock time: "07:00"."""
        return f"{wall:%H:%M}"

    # --- spans of time ------------------------------------------------------------------------------------------------
    def span(self, length: timedelta) -> str:
        """A length of time in its largest unit, rounded down: "9 days", "3 hours", "45 minutes"."""
        seconds = abs(int(length.total_seconds()))
        if seconds >= 86400:
            return self.count(seconds // 86400, "{n} day", "{n} days")
        if seconds >= 3600:
            return self.count(seconds // 3600, "{n} hour", "{n} hours")
        return self.count(max(1, seconds // 60), "{n} minute", "{n} minutes")

    def until(self, at: datetime) -> str:
        """How far off an instant is: "in 9 days", "2 hours ago"."""
        if at >= self.at:  # what is said seven days ahead goes out a moment later, and means seven days
            return self.label("in {span}", span=self.span(at - self.at + _MOMENT))
        return self.label("{span} ago", span=self.span(at - self.at))

    def minutes(self, minutes: int) -> str:
        """Minutes studied: "45 min", "1 h 30 min"."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.label("{n} min", n=rest)
        return self.label("{h} h {n} min", h=hours, n=rest) if rest else self.label("{h} h", h=hours)

    def count(self, n: int, one: str, other: str) -> str:
        """A counted noun as plain text."""
        return "".join(span.text for span in self.many(one, other, n))


def city(zone: str) -> str:
    """A zone in words: the city of its name ("Europe/London" -> "London")."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def join(parts: Iterable[Text | str], *, by: str = "\n") -> Text:
    """Texts one after the other with `by` between them; empty ones are left out."""
    whole: list[Span] = []
    for part in parts:
        spans = (Span(part),) if isinstance(part, str) else part
        if not any(span.text for span in spans):
            continue
        if whole:
            whole.append(Span(by))
        whole.extend(spans)
    return tuple(whole)


def bold(text: str) -> Text:
    """Text in bold."""
    return (Span(text, Style.BOLD),)


def cut(text: str, length: int = _LONGEST_VALUE) -> str:
    """At most `length` characters of `text` on one line, with an ellipsis where some are missing."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def _fill(sentence: str, values: dict[str, Value]) -> Text:
    spans: list[Span] = []
    for part in _parsed(sentence):
        if isinstance(part, Span):
            spans.append(part)
        else:
            name, style = part
            spans.extend(_styled(values[name], style))
    return tuple(spans)


@cache
def _parsed(sentence: str) -> tuple[Span | tuple[str, Style], ...]:
    """A sentence of the catalogue: its own words, and the names of values with the style they are put in with."""
    parts: list[Span | tuple[str, Style]] = []
    style = Style.PLAIN
    for name, mark, text in _TOKEN.findall(sentence):
        if mark:
            style = Style.PLAIN if style is _MARKS[mark] else _MARKS[mark]
        else:
            parts.append((name, style) if name else Span(text, style))
    return tuple(parts)


def _styled(value: Value, style: Style) -> Text:
    match value:
        case Span():
            spans: Text = (value,)
        case tuple():
            spans = value
        case _:
            spans = (Span(_isolated(cut(str(value)))),)
    if style is Style.PLAIN:
        return spans
    return tuple(one if one.style is not Style.PLAIN else replace(one, style=style) for one in spans)


def _isolated(text: str) -> str:
    """Right-to-left text between isolates (UAX #9), so that it does not turn the words and numbers around it."""
    if text.isascii():
        return text
    return f"\u2068{text}\u2069" if any(bidirectional(character) in {"R", "AL"} for character in text) else text
