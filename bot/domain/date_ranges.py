"""Spans of days as people say them, English and Russian: "3 Jun to 10 Jun", "until Monday", "1 week", "с 3 по 10 июня"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.calendar import local, resolve
from bot.domain.date_days import NoSuchDate, Scene, end_of_month, in_days, in_months, weekday_next_week
from bot.domain.date_words import Token, read_tokens
from bot.domain.dates import MAX_LENGTH, Ambiguous, NotUnderstood, Past, Understood, parse_deadline

_DAY: Final = timedelta(days=1)
_SEASON: Final = timedelta(days=92)
_MOST_OPTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included. `doubtful` is another `last` that may be meant: "until Monday".

    `cut`: it was said to begin earlier than it can.
    """

    first: date
    last: date
    doubtful: date | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class SpansAsked:
    """Spans that may be meant, soonest first: ask which."""

    options: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpanPast:
    """It was understood, and is over."""

    span: Span


@dataclass(frozen=True, slots=True)
class NoSpan:
    """Why it is no span: empty, unknown, no-such-date, too-far, vague, or endless, where only the beginning was said."""

    reason: str
    first: date | None = None


ReadSpan = Span | SpansAsked | SpanPast | NoSpan


def parse_span(phrase: str, *, today: date, at: datetime, zone: str, language: str = "en") -> ReadSpan:
    """Read `phrase` as days off, of which the first that can be is the one after the study day `today`.

    A length alone and an end alone count from then; what began before is cut to it. Both languages are read whatever
    `language` is; it decides as it does for deadlines. All of the phrase has to be understood; several readings are asked about.
    """
    if len(phrase) > MAX_LENGTH:
        return NoSpan("unknown")
    said = _tidy(phrase)
    if not said:
        return NoSpan("empty")
    reader = _Reader(today, at, zone, language)
    found = list(dict.fromkeys(reader.spans(said)))
    ahead = sorted((one for one in found if one.last > today), key=lambda one: (one.first, one.last))
    if not ahead:
        return SpanPast(max(found, key=lambda one: one.last)) if found else reader.failure(said)
    ahead = list(dict.fromkeys(reader.cut(one) for one in ahead))
    ahead = [one for one in ahead if one.last - one.first < _SEASON] or ahead  # 3/6 to 10/6: days rather than months
    return ahead[0] if len(ahead) == 1 else SpansAsked(tuple(ahead[:_MOST_OPTIONS]))


def _tidy(phrase: str) -> str:
    text = " ".join(phrase.casefold().replace("ё", "е").replace("’", "'").split()).strip(" .!,")
    text = re.sub("[‐‑‒–—−]", "-", text)
    return _FOR.sub("", text)


_FOR: Final = re.compile(r"^(?:for|away|off|a break|на|перерыв|отпуск)\s+(?=\S)")
_INCLUSIVE: Final = re.compile(r"\s*\(?\b(?:inclusive|including|included|включительно)\b\)?")
_OPEN: Final = re.compile(r"(?:up )?(?:until|till?|'til|to|до|(?P<through>through|thru|по))\s+(?P<end>.+)")
_FROM: Final = re.compile(r"(?:starting |beginning |начиная )?(?:from|on|с|со|от)\s+(?P<rest>.+)")
_FROM_FOR: Final = re.compile(
    r"(?:starting |beginning |начиная )?(?:from |on |с |со )?(?P<start>.+?)\s+(?:for|на)\s+(?P<length>.+)"
)
_FOR_FROM: Final = re.compile(r"(?P<length>.+?)\s+(?:starting|beginning|начиная)?\s*(?:from|on|с|со)\s+(?P<start>.+)")
_BETWEEN: Final = re.compile(r"\s+(?:to|until|till?|through|thru|and|по|до|и)\s+|\s+-\s+|(?<=\w)-(?=\w)|\s*\.\.+\s*")
_NUMBER: Final = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|-?(?:го|ого|е|ое|му))?")
_MONTH: Final = re.compile(
    r"^(?P<day>\d{1,2})(?:st|nd|rd|th|-?(?:го|ого|е|ое|му))?\s+(?:of\s+)?(?P<month>[^\W\d_]+)\.?(?P<year>\s+\d{4})?$"
)
_MONTH_FIRST: Final = re.compile(r"^(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?$")
# The kinds of tokens that count from now, also where they stand for the end of a span.
_FROM_NOW: Final = frozenset({"day", "in", "next", "this", "weekend", "now", "end"})


class _Reader:
    """One phrase, said at one moment."""

    def __init__(self, today: date, at: datetime, zone: str, language: str) -> None:
        self._today, self._at, self._zone, self._language = today, at, zone, language
        self._reason = "unknown"

    def cut(self, span: Span) -> Span:
        """A span that began before it can begins then."""
        if span.first > self._today:
            return span
        return Span(self._today + _DAY, span.last, span.doubtful, cut=True)

    def failure(self, said: str) -> NoSpan:
        """Why nothing was read; a beginning alone is told as one."""
        found = _FROM.fullmatch(said)
        starts = list(self._dates(found["rest"])) if found else []
        ahead = [one for one in starts if one > self._today]
        return NoSpan("endless", min(ahead or starts)) if starts else NoSpan(self._reason)

    def spans(self, said: str) -> Iterator[Span]:
        """Every way to read it, the first kind that fits."""
        for read in (self._open_ended, self._alone, self._two_dates):
            found = list(read(said))
            yield from found
            if found:
                return

    # --- one thing said ---------------------------------------------------------------------------------------------------
    def _alone(self, said: str) -> Iterator[Span]:
        """A length, a week, a weekend, a month, a single day; a length from a day on. "A week from Monday" is both of these."""
        if (last := self._after_length(said, self._today)) is not None:
            yield Span(self._today + _DAY, last)
            return
        tokens = read_tokens(said) or []
        form = " ".join(token.kind for token in tokens)
        named = self._named(form.removeprefix("at ").removeprefix("in "), tokens)
        yield from named or (Span(day, day) for day in self._dates(said))
        yield from self._with_length(said)

    def _named(self, form: str, tokens: list[Token]) -> list[Span]:
        monday = self._today - self._today.weekday() * _DAY
        scene = self._scene
        match form:
            case "weekend" | "this weekend":
                return [Span(monday + 5 * _DAY, monday + 6 * _DAY)]
            case "next weekend":
                weeks = (0, 1) if self._today.weekday() < 5 else (1,)
                return [Span(monday + (7 * week + 5) * _DAY, monday + (7 * week + 6) * _DAY) for week in weeks]
            case "next unit:week":
                return [Span(start, start + 6 * _DAY) for start in weekday_next_week(scene, 0).dates]
            case "this unit:week":
                return [Span(self._today + _DAY, monday + 6 * _DAY)]
            case "next unit:month":
                last = end_of_month(scene, scene.today.month % 12 + 1).dates[0]
                return [Span(last.replace(day=1), last)]
            case "month" | "month year":
                return [
                    Span(end.replace(day=1), end)
                    for end in end_of_month(scene, *(one.value for one in tokens if one.kind in {"month", "year"})).dates
                ]
            case _:
                return []

    def _open_ended(self, said: str) -> Iterator[Span]:
        """Until Monday: is Monday off as well? Offered as the other reading, but for "through", "end of" and the like."""
        plain = _INCLUSIVE.sub("", said)
        found = _OPEN.fullmatch(plain)
        if found is None:
            return
        end = found["end"]
        whole = found["through"] or plain != said or any(token.kind == "end" for token in read_tokens(end) or [])
        for day in self._dates(end):
            if whole or day - _DAY <= self._today:
                yield Span(self._today + _DAY, day)
            else:
                yield Span(self._today + _DAY, day - _DAY, doubtful=day)

    # --- two things said --------------------------------------------------------------------------------------------------
    def _with_length(self, said: str) -> Iterator[Span]:
        """From Monday for a week; a week from Monday, which may also be a day in a week."""
        for form in (_FROM_FOR, _FOR_FROM):
            found = form.fullmatch(said)
            if found is None:
                continue
            for start in self._dates(found["start"]):
                last = self._after_length(_FOR.sub("", found["length"]), start - _DAY)
                if last is not None:
                    yield Span(start, last)

    def _two_dates(self, said: str) -> Iterator[Span]:
        """From one day to another, both included."""
        plain = _INCLUSIVE.sub("", said)
        plain = re.sub(r"^(?:from|between|с|со|от)\s+", "", plain)
        for between in _BETWEEN.finditer(plain):
            first, last = _share_month(plain[: between.start()].strip(), plain[between.end() :].strip())
            if not first or not last:
                continue
            found = [Span(start, end) for start in self._dates(first) for end in self._ends(last, after=start) if end >= start]
            if found:
                yield from found
                return

    def _ends(self, last: str, *, after: date) -> list[date]:
        """When it ends: a weekday and a date without a year follow the beginning, "tomorrow" and "in a week" count from now."""
        tokens = read_tokens(last) or []
        if any(token.kind in _FROM_NOW or token.kind.startswith("unit") for token in tokens):
            return list(self._dates(last))
        at = resolve(datetime.combine(after, time(12)), self._zone)
        return list(self._dates(last, at=at))

    # --- pieces -----------------------------------------------------------------------------------------------------------
    @property
    def _scene(self) -> Scene:
        return Scene(local(self._at, self._zone), self._language)

    def _dates(self, said: str, *, at: datetime | None = None) -> Iterator[date]:
        """The dates that a phrase may mean; none for one with a time of day, which a span of days has not.

        Unlike a deadline, a date without a year that has just gone by is this year's: a span may have begun.
        """
        match parse_deadline(said, at=at or self._at, zone=self._zone, language=self._language):
            case Understood(wall=wall, bare=True):
                yield wall.date()
            case Ambiguous(candidates=several, why="passed"):
                yield from (_year_before(one.wall.date()) for one in several if one.bare)
            case Ambiguous(candidates=several):
                yield from (one.wall.date() for one in several if one.bare)
            case Past(candidate=one) if one.bare:
                yield one.wall.date()
            case NotUnderstood(reason=reason) if reason != "unknown":
                self._reason = reason
            case _:
                return

    def _after_length(self, said: str, before: date) -> date | None:
        """The last of so many days after `before`: "1 week", "10 days", "две недели"; None where it is no length."""
        tokens = [token for token in read_tokens(said) or [] if token.kind != "at"]
        kinds = [token.kind for token in tokens]
        if kinds not in ([one] for one in _LENGTHS) and kinds not in (["number", one] for one in _LENGTHS):
            return None
        count, unit = (tokens[0].value if len(tokens) == 2 else 1), kinds[-1]
        scene = Scene(datetime.combine(before, time(12)), self._language)
        try:
            if unit in {"unit:day", "unit:week"}:
                return in_days(scene, count, 1 if unit == "unit:day" else 7).dates[0]
            return in_months(scene, count, 1 if unit == "unit:month" else 12).dates[0]
        except NoSuchDate as error:
            self._reason = str(error)
            return None


_LENGTHS: Final = ("unit:day", "unit:week", "unit:month", "unit:year")


def _share_month(first: str, last: str) -> tuple[str, str]:
    """Let "3" and "10 june", or "june 3" and "10", both have the month."""
    if (day := _NUMBER.fullmatch(first)) and (found := _MONTH.fullmatch(last)):
        return f"{day['day']} {found['month']}{found['year'] or ''}", last
    if (day := _NUMBER.fullmatch(last)) and (found := _MONTH_FIRST.fullmatch(first)):
        return first, f"{day['day']} {found['month']}"
    if (found := re.fullmatch(r"\d{1,2}", first)) and (rest := re.fullmatch(r"(\d{1,2})(\.\d{1,2}(?:\.\d{2,4})?)", last)):
        return f"{first}{rest[2]}", last
    return first, last


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)
