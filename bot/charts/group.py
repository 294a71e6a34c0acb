"""A group's week: a line for each member with their sessions, minutes and promises."""

from math import ceil
from typing import Final

from bot.charts.canvas import MARGIN, WIDTH, Box, Canvas
from bot.charts.letters import is_word, legible
from bot.domain.charts import MOST_LINES, GroupChart, Line

_HEAD: Final = 196
_FOOT: Final = 96
_MORE: Final = 56
_TALLEST: Final = 1_900  # chats scale what is much higher than wide until it cannot be read
_ROOMY, _TIGHT = 84.0, 42.0  # pixels a line
_SESSIONS: Final = 376  # where the sessions begin,
_MINUTES: Final = 812  # the minutes end,
_PROMISES: Final = WIDTH - MARGIN  # and the promises
_MOST_PIPS: Final = 10  # sessions drawn one by one; more are a bar


def height(chart: GroupChart) -> int:
    """How high the picture is."""
    return ceil(_HEAD + _pitch(chart) * len(_shown(chart)) + (_MORE if chart.more else 0) + _FOOT)


def _shown(chart: GroupChart) -> tuple[Line, ...]:
    return chart.lines[:MOST_LINES]


def _pitch(chart: GroupChart) -> float:
    return max(_TIGHT, min(_ROOMY, (_TALLEST - _HEAD - _FOOT) / max(1, len(_shown(chart)))))


def draw(canvas: Canvas, chart: GroupChart, *, top: float = 0) -> None:
    """Draw a group's week on the sheet from `top` on."""
    ink, pitch = canvas.palette, _pitch(chart)
    canvas.heading(chart.title, chart.note, top=top)
    most = max((max(one.planned, one.done) for one in _shown(chart)), default=0)
    for number, line in enumerate(_shown(chart)):
        middle = top + _HEAD + pitch * (number + 0.5)
        if number:
            canvas.line([(MARGIN, middle - pitch / 2), (WIDTH - MARGIN, middle - pitch / 2)], colour=ink.faint, width=1.5)
        _line(canvas, line, number=number, middle=middle, pitch=pitch, most=most)
    below = top + _HEAD + pitch * len(_shown(chart))
    if chart.more:
        canvas.text((MARGIN, below + 42), chart.more, size=28, colour=ink.muted)
    _key(canvas, chart, y=top + height(chart) - 40)


def _line(canvas: Canvas, line: Line, *, number: int, middle: float, pitch: float, most: int) -> None:
    ink, size = canvas.palette, min(34.0, pitch * 0.62)
    name = legible(line.name)
    name = name if is_word(name) else f"#{number + 1}"  # no font for it: the digest names them in the same order
    canvas.text((MARGIN, middle), name, size=size, colour=ink.ink, bold=True, down="center", room=_SESSIONS - MARGIN - 24)
    _sessions(canvas, line, middle=middle, side=min(30.0, pitch * 0.52), most=most)
    canvas.text((_MINUTES, middle), line.minutes, size=size * 0.92, colour=ink.muted, side="right", down="center")
    x = float(_PROMISES)
    for count, sign, colour in ((line.slipped, "✗", ink.slipped), (line.kept, "✓", ink.done)):
        if count:
            tally = f"{sign} {count}" if count < 100 else f"{sign} 99+"
            canvas.text((x, middle), tally, size=size, colour=colour, bold=True, side="right", down="center")
        x -= 104


def _sessions(canvas: Canvas, line: Line, *, middle: float, side: float, most: int) -> None:
    """Kept sessions full, the others of those planned as frames; a bar where they are many."""
    ink, planned = canvas.palette, max(line.planned, line.done)
    room = _MINUTES - _SESSIONS - 216
    if most <= _MOST_PIPS and planned:
        step = min(side * 1.24, room / max(1, most))
        side = min(side, step / 1.2)
        pips = [Box(_SESSIONS + step * index, middle - side / 2, side, side) for index in range(planned)]
        canvas.boxes(pips[: line.done], radius=side * 0.22, fill=ink.done)
        canvas.boxes(pips[line.done :], radius=side * 0.22, edge=ink.muted, width=2.5)
    elif planned:
        whole = room * planned / most
        canvas.boxes([Box(_SESSIONS, middle - side / 2, whole, side)], radius=side * 0.22, edge=ink.muted, width=2.5)
        canvas.boxes([Box(_SESSIONS, middle - side / 2, whole * line.done / planned, side)] if line.done else (),
                     radius=side * 0.22, fill=ink.done)  # fmt: skip


def _key(canvas: Canvas, chart: GroupChart, *, y: float) -> None:
    ink, x, words = canvas.palette, float(MARGIN), chart.words
    canvas.boxes([Box(x, y - 23, 26, 26)], radius=6, fill=ink.done)
    canvas.boxes([Box(x + 32, y - 23, 26, 26)], radius=6, edge=ink.muted, width=2.5)
    x += 74 + canvas.text((x + 74, y), words.session, size=26, colour=ink.muted) + 44
    for sign, name, colour in (("✓", words.kept, ink.done), ("✗", words.slipped, ink.slipped)):
        x += 12 + canvas.text((x, y), sign, size=28, colour=colour, bold=True)
        x += canvas.text((x, y), name, size=26, colour=ink.muted) + 44
