"""Deadlines as people say them, English and Russian: understood, ambiguous, past or not understood; never guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import local, resolve
from bot.domain.date_days import Days, NoSuchDate, Scene
from bot.domain.date_forms import DATES, MIDNIGHT, POINTS, SINGLE_DAYS, SPANS, TIMES, Times
from bot.domain.date_words import Token, read_tokens

MAX_LENGTH = 200
"""Longer phrases are not looked at: no date needs as many letters."""

_END_OF_DATE = time(23, 59, 59)
_PREFIXES = {"at", "by", "before"}


@dataclass(frozen=True, slots=True)
class Understood:
    """A deadline: what the wall clock in `zone` shows (naive), the instant (UTC), and whether only a date was said."""

    wall: datetime
    instant: datetime
    zone: str
    bare: bool


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Readings to offer, soonest first (one or more), and the code of what is unclear.

    weekday: which week · order: day or month first · half: morning or evening · midnight: which end of the day ·
    before: that date included or not · tomorrow: said after midnight · mismatch: weekday and date disagree · passed: this
    year's has just gone by · vague.
    """

    candidates: tuple[Understood, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Past:
    """The phrase was understood, but its instant has passed."""

    candidate: Understood


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why the phrase is no deadline: empty, too-long, unknown, no-such-date, too-far or vague."""

    reason: str


Parsed = Understood | Ambiguous | Past | NotUnderstood


@dataclass(frozen=True, slots=True)
class Split:
    """A promise apart from its date phrase; phrase and parsed are None where no date was found."""

    text: str
    phrase: str | None
    parsed: Parsed | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Walls one way of reading the phrase leads to, and what is unclear about it."""

    walls: tuple[datetime, ...]
    bare: bool
    doubt: str


def parse_deadline(phrase: str, *, at: datetime, zone: str, language: str = "en") -> Parsed:
    """Read `phrase`, said at the instant `at` in the IANA zone `zone`, as a deadline.

    Both languages are read whatever `language` ("en" or "ru") is; it decides what is ambiguous: day and month with
    slashes, and on which day a week begins. A date alone ends at 23:59:59 local; a date without a year is the next
    one, today's included. All of the phrase has to be understood (PRODUCT.md, /commit: ambiguous or past: ask).
    """
    if len(phrase) > MAX_LENGTH:
        return NotUnderstood("too-long")
    tokens = read_tokens(phrase)
    if tokens is None:
        return NotUnderstood("unknown")
    while tokens and tokens[0].kind == "by":
        tokens = tokens[1:]
    if not tokens:
        return NotUnderstood("unknown" if phrase.strip() else "empty")
    if any(token.kind == "vague" for token in tokens):
        return NotUnderstood("vague")
    span = _span(tokens, at=at, zone=zone)
    return span or _judge(tokens, at=at, zone=zone, language=language)


def split_promise(text: str, *, at: datetime, zone: str, language: str = "en") -> Split:
    """Split "finish Calculus by end of June" into the promise and the longest date phrase that ends it.

    The phrase begins after by, until, до, a comma …, or with a word of its own (before, in, tomorrow, через …).
    A phrase that is a date but cannot be one (30 February) is split off as well, so that the reader hears why.
    """
    text = text.strip()
    for cut in _SEPARATOR.finditer(text, max(0, len(text) - MAX_LENGTH)):
        phrase = text[cut.end() :].rstrip(" .!?")
        parsed = parse_deadline(phrase, at=at, zone=zone, language=language)
        if not isinstance(parsed, NotUnderstood) or parsed.reason in {"no-such-date", "too-far", "vague"}:
            return Split(text[: cut.start()].rstrip(" ,;:-–—"), phrase, parsed)
    return Split(text, None, None)


_SEPARATOR = re.compile(
    r"\s*[,;–—]\s*"
    r"|(?<!\S)(?:(?:due\s+)?by|until|till?|due|к|ко|до)\s+"
    r"|(?<!\S)(?=(?:before|перед|in|within|on|at|in|через|спустя|за|под|в|во|на|today|tonight|tomorrow|the day after|this|next"
    r"|сегодня|завтра|послезавтра)\b)",
    re.IGNORECASE,
)


def _judge(tokens: list[Token], *, at: datetime, zone: str, language: str) -> Parsed:
    """Weigh all readings: one in the future is understood, several are asked about, none is past."""
    scene = Scene(local(at, zone), language)
    readings, reason = _readings(tokens, scene)
    found = {
        deadline.instant: (deadline, reading.doubt)
        for reading in readings
        for deadline in (_deadline(wall, zone=zone, bare=reading.bare) for wall in reading.walls)
    }
    if not found:
        return NotUnderstood(reason)
    ahead = [found[instant] for instant in sorted(found) if instant > at]
    if not ahead:
        return Past(found[max(found)][0])
    doubts = [doubt for _, doubt in ahead if doubt]
    if len(ahead) > 1 or any(doubt in {"vague", "mismatch", "passed"} for doubt in doubts):
        return Ambiguous(tuple(deadline for deadline, _ in ahead), doubts[0] if doubts else "vague")
    return ahead[0][0]


def _deadline(wall: datetime, *, zone: str, bare: bool) -> Understood:
    """Place a wall time; what is shown is what the clock will show, also where DST skips the one that was said."""
    instant = resolve(wall, zone)
    return Understood(local(instant, zone), instant, zone, bare)


def _span(tokens: list[Token], *, at: datetime, zone: str) -> Understood | Past | None:
    """Read "in 90 minutes": an instant, rounded up to the minute."""
    unit = SPANS.get(_form(tokens))
    if unit is None:
        return None
    count = next(token.value for token in tokens if token.value is not None)
    instant = at + timedelta(minutes=count * unit, seconds=59, microseconds=999_999)
    instant = instant.astimezone(UTC).replace(second=0, microsecond=0)
    deadline = Understood(local(instant, zone), instant, zone, bare=False)
    return deadline if instant > at else Past(deadline)


def _readings(tokens: list[Token], scene: Scene) -> tuple[list[_Reading], str]:
    """Return every way to read all tokens, and the code of why there is none."""
    readings: list[_Reading] = []
    reason = "unknown"
    for read in (_as_date, _as_time, _as_both):
        if readings and read is _as_both:  # "on 5 March" is no "at 5, in March"
            break
        try:
            readings += read(tokens, scene)
        except NoSuchDate as error:
            reason = str(error)
    return readings, reason


def _as_date(tokens: list[Token], scene: Scene) -> Iterator[_Reading]:
    days = _days(tokens, scene)
    if days and not days.doubt and tokens[0].kind == "before" and _form(tokens[1:]) in SINGLE_DAYS:
        days = _days_before(days)
    if days:
        yield _Reading(tuple(datetime.combine(day, _END_OF_DATE) for day in days.dates), True, days.doubt)


def _as_time(tokens: list[Token], scene: Scene) -> Iterator[_Reading]:
    """A time alone is the next one of its kind; 10.12 alone is a date."""
    dotted = _form(tokens) == "dotted" and min(tokens[0].value) <= 12
    if (times := _times(tokens)) and not dotted:
        today = [_wall(scene.today, minute) for minute in times.minutes]
        yield _Reading(tuple(wall if wall > scene.now else wall + timedelta(days=1) for wall in today), False, times.doubt)


def _as_both(tokens: list[Token], scene: Scene) -> Iterator[_Reading]:
    """A date and a time of day, in either order."""
    for cut in range(1, len(tokens)):
        for first, second in ((tokens[:cut], tokens[cut:]), (tokens[cut:], tokens[:cut])):
            if (times := _times(second)) and (days := _days(first, scene)):
                walls = tuple(_wall(day, minute) for day in days.dates for minute in times.minutes)
                yield _Reading(walls, False, days.doubt or times.doubt)


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(0)) + timedelta(minutes=minute)


def _form(tokens: list[Token]) -> str:
    return " ".join(token.kind for token in tokens)


def _values(tokens: list[Token]) -> list[int]:
    return [token.value for token in tokens if token.value is not None]


def _days(tokens: list[Token], scene: Scene) -> Days | None:
    """Read tokens as a date; a weekday beside a calendar date has to agree with it."""
    if tokens and tokens[0].kind in _PREFIXES and _form(tokens) not in DATES:
        tokens = tokens[1:]
    if read := DATES.get(_form(tokens)):
        return read(scene, *_values(tokens))
    for weekday, rest in ((tokens[:1], tokens[1:]), (tokens[-1:], tokens[:-1])):
        if _form(weekday) == "weekday" and (read := POINTS.get(_form(rest))):
            return _agreeing(read(scene, *_values(rest)), weekday[0].value)
    return None


def _days_before(days: Days) -> Days:
    """Before Friday: by the end of Thursday, or of Friday? Asked."""
    return Days(tuple(day - timedelta(days=less) for day in days.dates for less in (1, 0)), "before")


def _agreeing(days: Days, weekday: int) -> Days:
    agreeing = tuple(day for day in days.dates if day.weekday() == weekday)
    return Days(agreeing) if agreeing else Days(days.dates, "mismatch")


def _times(tokens: list[Token]) -> Times | None:
    """Read tokens as a time of day; a bare number is an hour only after "at" or "by"."""
    form = _form(tokens)
    if tokens and tokens[0].kind in _PREFIXES:
        form = form.removeprefix(tokens[0].kind + " ")
        form = "at number" if form == "number" else form
    elif form == "number":
        return None
    read = TIMES.get(form)
    times: Times | None = read(*_values(tokens)) if read else None
    return times if times and times.minutes and max(times.minutes) <= MIDNIGHT else None
