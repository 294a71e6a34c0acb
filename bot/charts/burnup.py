"""The burn-up: what was done day by day, the promise as a line, and where it is heading as a fan."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.charts.canvas import MARGIN, WIDTH, Box, Canvas, Point
from bot.domain.charts import BurnupChart
from bot.domain.progress import Burnup

HEIGHT: Final = 800
_TOP: Final = 236  # below title, note and key
_FOOT: Final = 84  # the names of the months
_SHORTEST: Final = timedelta(days=20)  # a picture of the first days is not all forecast
_FORESEEN: Final = timedelta(days=60)  # what lies further ahead than this, and than what is behind, is cut off
_GAP: Final = 100  # pixels between two names below
_ROUND: Final = (1, 2, 5)
_DASHES: Final = (3.0, 1.6)
_DOTS: Final = (0.1, 2.2)
_FAN_OPACITY: Final = 0.32


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where days and counts lie on the sheet."""

    area: Box
    first: date
    last: date
    most: int

    def x(self, day: date) -> float:
        return self.area.x + self.area.width * ((day - self.first).days / max(1, (self.last - self.first).days))

    def y(self, count: float) -> float:
        return self.area.y + self.area.height * (1 - count / self.most)

    def at(self, day: date, count: float) -> Point:
        return self.x(day), self.y(count)

    def until_edge(self, begin: tuple[date, float], end: tuple[date, float]) -> Point:
        """The end of a line, or where it leaves the sheet to the right."""
        (first, low), (last, high) = begin, end
        if last <= self.last:
            return self.at(last, high)
        part = (self.last - first).days / (last - first).days
        return self.at(self.last, low + (high - low) * part)


def draw(canvas: Canvas, chart: BurnupChart, *, top: float = 0) -> None:
    """Draw a burn-up on the sheet from `top` on, HEIGHT high."""
    facts = chart.burnup
    canvas.heading(chart.title, chart.note, top=top)
    _key(canvas, chart, y=top + 190)
    scale = _scale(facts, top=top)
    _counts(canvas, scale)
    _months(canvas, scale, chart.words.months)
    _fan(canvas, facts, scale)
    _promised(canvas, facts, scale)
    _done(canvas, facts, scale)


def _scale(facts: Burnup, *, top: float) -> _Scale:
    promised = [day for day, _ in facts.promised]
    today, first = facts.days[-1], min([facts.days[0], *promised[:1]])
    ahead = [today, _later(first, _SHORTEST), *promised]
    if facts.forecast is not None:
        ahead.append(min(facts.forecast.latest, _later(today, max(_FORESEEN, (today - first) * 2))))
    most = max(1, facts.total, *facts.done, *(count for _, count in facts.promised))
    left = MARGIN + 26 + 19 * len(str(most))
    area = Box(left, top + _TOP, WIDTH - MARGIN - 12 - left, HEIGHT - _TOP - _FOOT)
    return _Scale(area, first, max(ahead), most)


def _later(day: date, by: timedelta) -> date:
    return day + by if by < date.max - day else date.max


def _key(canvas: Canvas, chart: BurnupChart, *, y: float) -> None:
    """What the lines mean; only of those that are drawn."""
    ink, words, x, middle = canvas.palette, chart.words, float(MARGIN), y - 10

    def name(word: str) -> float:
        return x + 66 + canvas.text((x + 66, y), word, size=28, colour=ink.muted, room=WIDTH - MARGIN - x - 66) + 40

    canvas.line([(x + 4, middle), (x + 44, middle)], colour=ink.done, width=8)
    x = name(words.done)
    if chart.burnup.promised:
        canvas.line([(x, middle), (x + 42, middle)], colour=ink.promised, width=5, dashes=_DASHES)
        canvas.diamond((x + 42, middle), radius=12, fill=ink.promised)
        x = name(words.promised)
    if chart.burnup.forecast is not None:
        canvas.area([(x, middle), (x + 48, middle - 15), (x + 48, middle + 15)], colour=ink.done, opacity=_FAN_OPACITY)
        canvas.line([(x, middle), (x + 48, middle)], colour=ink.done, width=4, dashes=_DOTS)
        name(words.forecast)


def _counts(canvas: Canvas, scale: _Scale) -> None:
    """Faint lines at round counts, and one at the whole."""
    ink, area, most = canvas.palette, scale.area, scale.most
    step = _step(most)
    counts = [count for count in range(0, most, step) if count == 0 or most - count > 0.5 * step]
    for count in (*counts, most):
        y = scale.y(count)
        canvas.line([(area.x, y), (area.x + area.width, y)], colour=ink.faint, width=3 if count in {0, most} else 2)
        canvas.text((area.x - 24, y), str(count), size=28, colour=ink.muted, side="right", down="center")


def _step(most: int) -> int:
    """The least round number that gives at most five steps."""
    power = 1
    while True:
        for one in _ROUND:
            if most <= 5 * one * power:
                return one * power
        power *= 10


def _months(canvas: Canvas, scale: _Scale, months: tuple[str, ...]) -> None:
    ink, area = canvas.palette, scale.area
    y, free = area.y + area.height, 0.0
    for day, name in _names(scale, months):
        x = scale.x(day)
        canvas.line([(x, y), (x, y + 10)], colour=ink.muted, width=2)
        if x >= free and x + 60 <= WIDTH:
            free = x + canvas.text((x, y + 46), name, size=28, colour=ink.muted, side="center") + 24


def _names(scale: _Scale, months: tuple[str, ...]) -> list[tuple[date, str]]:
    """Days that are named below: weeks where there are few, else months, else years; with room between them."""
    days = (scale.last - scale.first).days
    room = max(2, int(scale.area.width // _GAP))
    if days <= 7 * room:
        weeks = [scale.first + timedelta(days=number) for number in range(0, days + 1, 7)]
        return [(day, f"{day.day} {months[day.month - 1]}") for day in weeks]
    every = next((count for count in (1, 2, 3, 6) if days <= 30 * count * room), 12)
    years = max(1, round(days / 365 / room))
    found = []
    for year in range(scale.first.year, scale.last.year + 1):
        for month in range(1, 13, every):
            day = date(year, month, 1)
            if scale.first <= day <= scale.last and (every < 12 or year % years == 0):
                found.append((day, str(year) if month == 1 else months[month - 1]))
    return found


def _fan(canvas: Canvas, facts: Burnup, scale: _Scale) -> None:
    """From today's count to the whole: at the earliest, most likely, at the latest."""
    if facts.forecast is None:
        return
    now, days = (facts.days[-1], float(facts.done[-1])), facts.forecast
    early, likely, late = (
        scale.until_edge(now, (max(day, now[0]), float(facts.total))) for day in (days.earliest, days.likely, days.latest)
    )
    corner = [scale.at(scale.last, facts.total)] if days.earliest <= scale.last < days.latest else []
    canvas.area([scale.at(*now), early, *corner, late], colour=canvas.palette.done, opacity=_FAN_OPACITY)
    canvas.line([scale.at(*now), likely], colour=canvas.palette.done, width=5, dashes=_DOTS)


def _promised(canvas: Canvas, facts: Burnup, scale: _Scale) -> None:
    """A line through what must be done by when; a diamond at each date."""
    corners = [scale.at(day, count) for day, count in facts.promised]
    if corners:
        canvas.line(corners, colour=canvas.palette.promised, width=5, dashes=_DASHES)
    for corner in corners[1:]:
        canvas.diamond(corner, radius=15, fill=canvas.palette.promised)


def _done(canvas: Canvas, facts: Burnup, scale: _Scale) -> None:
    """Stairs: what was done on a day counts from then on. The area below, and a dot today."""
    ink, before = canvas.palette, facts.done[0]
    stairs = [scale.at(facts.days[0], before)]
    for day, count in zip(facts.days, facts.done, strict=True):
        if count != before:
            stairs += [scale.at(day, before), scale.at(day, count)]
            before = count
    stairs.append(scale.at(facts.days[-1], before))
    canvas.area([*stairs, scale.at(facts.days[-1], 0), scale.at(facts.days[0], 0)], colour=ink.done, opacity=0.16)
    canvas.line(stairs, colour=ink.done, width=8)
    canvas.dot(stairs[-1], radius=15, fill=ink.done, edge=ink.ground or ink.ink, width=4)
