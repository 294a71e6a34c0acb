"""The heat map: a cell for each study day, weeks as columns; half a year a row, or a year where there is more than one."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from bot.charts.canvas import MARGIN, WIDTH, Box, Canvas
from bot.domain.charts import LONGEST_HEAT, HeatChart
from bot.domain.progress import DayState, HeatDay

_HEAD: Final = 172  # title and note
_MONTHS: Final = 46  # the names of the months above each row
_FOOT: Final = 104  # the key
_NAMES: Final = 88  # the names of weekdays on the left
_BETWEEN: Final = 30  # two rows
_HALF, _YEAR = 26, 52  # weeks
_A_LETTER: Final = 17  # pixels, at most, of a month's name
_NAMED: Final = (0, 2, 4)  # Monday, Wednesday, Friday
_WEEK: Final = timedelta(weeks=1)
_LEVELS: Final = (30, 60, 120)  # minutes from which a day counts for more; one of unknown minutes counts for the second level


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where days lie: `mondays` are those that the rows begin with."""

    mondays: tuple[date, ...]
    weeks: int

    @property
    def pitch(self) -> float:
        return (WIDTH - 2 * MARGIN - _NAMES) / self.weeks

    @property
    def height(self) -> float:
        return _MONTHS + 7 * self.pitch

    def cell(self, number: int, *, top: float) -> Box:
        """The cell of the day with a `number` in its row; the row's cells begin at `top`."""
        side = self.pitch * 0.86
        return Box(MARGIN + _NAMES + number // 7 * self.pitch, top + number % 7 * self.pitch, side, side)


def _rows(chart: HeatChart) -> _Rows:
    """As many rows as it takes; the last fills up from the left."""
    today = chart.days[-1].day
    begin, end = _monday(max(chart.days[0].day, today - LONGEST_HEAT + _WEEK)), _monday(today) + _WEEK
    weeks = (end - begin).days // 7
    length = _HALF if weeks <= 2 * _HALF else _YEAR
    return _Rows(tuple(begin + _WEEK * length * number for number in range(ceil(weeks / length))), length)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def height(chart: HeatChart) -> int:
    """How high the picture is."""
    rows = _rows(chart)
    return ceil(_HEAD + len(rows.mondays) * (rows.height + _BETWEEN) - _BETWEEN + _FOOT)


def draw(canvas: Canvas, chart: HeatChart, *, top: float = 0) -> None:
    """Draw a heat map on the sheet from `top` on."""
    canvas.heading(chart.title, chart.note, top=top)
    rows = _rows(chart)
    for number, monday in enumerate(rows.mondays):
        _row(canvas, chart, rows, monday, top=top + _HEAD + number * (rows.height + _BETWEEN))
    _key(canvas, chart, y=top + height(chart) - 44)


def _row(canvas: Canvas, chart: HeatChart, rows: _Rows, monday: date, *, top: float) -> None:
    ink, cells = canvas.palette, top + _MONTHS
    for weekday in _NAMED:
        middle = cells + (weekday + 0.43) * rows.pitch
        size = min(25, rows.pitch * 1.3)
        canvas.text((MARGIN, middle), chart.words.weekdays[weekday], size=size, colour=ink.muted, down="center", room=_NAMES - 12)
    _months(canvas, chart, rows, monday, y=top + 30)
    _cells(canvas, {one.day: one for one in chart.days}, rows, monday, top=cells)


def _cells(canvas: Canvas, by_day: dict[date, HeatDay], rows: _Rows, monday: date, *, top: float) -> None:
    ink, today = canvas.palette, max(by_day)
    full: list[list[Box]] = [[] for _ in ink.heat]
    missed: list[Box] = []
    ahead: list[Box] = []
    for number in range(rows.weeks * 7):
        day, cell = monday + timedelta(days=number), rows.cell(number, top=top)
        found = by_day.get(day)
        if day > today or (found is not None and _level(found) == 0 and found.state is DayState.AHEAD):
            ahead.append(cell)
        elif found is None:
            continue
        elif level := _level(found):
            full[level].append(cell)
        elif found.state is DayState.MISSED:
            missed.append(cell)
        elif found.state is DayState.EXCUSED:
            half = cell.width / 2
            canvas.dot((cell.x + half, cell.y + half), radius=half * 0.3, fill=ink.muted)
        else:
            full[0].append(cell)
    radius = rows.pitch * 0.2
    for boxes, fill in zip(full, ink.heat, strict=True):
        canvas.boxes(boxes, radius=radius, fill=fill)
    canvas.boxes(ahead, radius=radius, edge=ink.heat[0], width=1.5)
    canvas.boxes(missed, radius=radius, edge=ink.slipped, width=max(2.5, rows.pitch * 0.1))


def _level(day: HeatDay) -> int:
    """From 0, nothing, to 4."""
    if day.minutes > 0:
        return 1 + bisect_right(_LEVELS, day.minutes)
    return {DayState.DONE: 2, DayState.PARTLY: 1}.get(day.state, 0)


def _months(canvas: Canvas, chart: HeatChart, rows: _Rows, monday: date, *, y: float) -> None:
    """A month is named above the week in which it begins; January by its year."""
    free = 0.0
    for week in range(rows.weeks):
        sunday = monday + _WEEK * week + timedelta(days=6)
        x = MARGIN + _NAMES + week * rows.pitch
        if sunday.day <= 7 and sunday >= chart.days[0].day and x >= free:
            name = str(sunday.year) if sunday.month == 1 else chart.words.months[sunday.month - 1]
            if x + _A_LETTER * len(name) < WIDTH - MARGIN + 20:
                free = x + canvas.text((x, y), name, size=25, colour=canvas.palette.muted) + 12


def _key(canvas: Canvas, chart: HeatChart, *, y: float) -> None:
    ink, x, words = canvas.palette, float(MARGIN), chart.words
    x += canvas.text((x, y), words.less, size=26, colour=ink.muted) + 16
    for fill in ink.heat:
        canvas.boxes([Box(x, y - 24, 28, 28)], radius=6, fill=fill)
        x += 34
    x += 10 + canvas.text((x + 10, y), words.more, size=26, colour=ink.muted) + 44
    if any(one.state is DayState.MISSED for one in chart.days):
        canvas.boxes([Box(x, y - 24, 28, 28)], radius=6, edge=ink.slipped, width=3)
        x += 42 + canvas.text((x + 42, y), words.missed, size=26, colour=ink.muted) + 44
    if any(one.state is DayState.EXCUSED for one in chart.days):
        canvas.dot((x + 8, y - 9), radius=6, fill=ink.muted)
        canvas.text((x + 28, y), words.excused, size=26, colour=ink.muted)
