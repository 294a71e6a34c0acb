"""A sheet to draw on, measured in pixels from its upper left corner; the shapes and texts that pictures are made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from bot.charts.grounds import Form, Palette
from bot.charts.letters import families, legible

WIDTH: Final = 1080  # pixels: as wide as most phones, so that nothing is scaled
MARGIN: Final = 56
_DPI: Final = 100
_POINTS: Final = 72 / _DPI  # points a pixel
_CURVE: Final = 0.5523  # how far a cubic's handles reach to make a quarter of a circle of it
_ELLIPSIS: Final = "…"

Point = tuple[float, float]
Side = Literal["left", "center", "right"]

# Whatever matplotlibrc the machine has is not ours; words are never formulas; the same facts give the same bytes.
mpl.rcdefaults()
mpl.rcParams.update({"svg.hashsalt": "plan-e", "svg.fonttype": "path", "text.parse_math": False, "path.simplify": True})


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner and size."""

    x: float
    y: float
    width: float
    height: float


class Canvas:
    """A sheet of a size and a palette. What is drawn later lies above."""

    def __init__(self, *, width: float = WIDTH, height: float, palette: Palette) -> None:
        self.width = width
        self.height = height
        self.palette = palette
        self._figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
        self._agg: Any = FigureCanvasAgg(self._figure)
        if palette.ground is None:
            self._figure.patch.set_visible(False)
        else:
            self._figure.patch.set_facecolor(palette.ground)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._layer = 1

    # --- shapes ---------------------------------------------------------------------------------------------------------
    def line(self, points: Sequence[Point], *, colour: str, width: float, dashes: tuple[float, float] | None = None) -> None:
        """A line through points; `dashes` are the lengths of a dash and a gap, in widths of the line."""
        self._axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=colour,
            linewidth=width * _POINTS,
            linestyle=(0, dashes) if dashes else "-",
            solid_capstyle="round",
            solid_joinstyle="round",
            dash_capstyle="round" if dashes and dashes[0] < 0.5 else "butt",
            zorder=self._next(),
        )

    def area(self, points: Sequence[Point], *, colour: str, opacity: float) -> None:
        """A filled area within points."""
        path = Path([*points, points[0]], closed=True)
        self._axes.add_patch(PathPatch(path, facecolor=colour, alpha=opacity, edgecolor="none", zorder=self._next()))

    def boxes(
        self, boxes: Iterable[Box], *, radius: float, fill: str | None = None, edge: str | None = None, width: float = 0
    ) -> None:
        """Rectangles with round corners, all alike. An edge is drawn on the inside."""
        inset = width / 2 if edge else 0
        paths = [_rounded(box, radius, inset) for box in boxes]
        if not paths:
            return
        self._axes.add_patch(
            PathPatch(
                Path.make_compound_path(*paths),
                facecolor=fill or "none",
                edgecolor=edge or "none",
                linewidth=width * _POINTS,
                zorder=self._next(),
            )
        )

    def dot(self, at: Point, *, radius: float, fill: str, edge: str | None = None, width: float = 0) -> None:
        """A disc."""
        x, y = at
        self.boxes([Box(x - radius, y - radius, 2 * radius, 2 * radius)], radius=radius, fill=fill, edge=edge, width=width)

    def diamond(self, at: Point, *, radius: float, fill: str) -> None:
        """A square on its corner."""
        x, y = at
        self.area([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], colour=fill, opacity=1)

    # --- words ----------------------------------------------------------------------------------------------------------
    def text(
        self,
        at: Point,
        words: str,
        *,
        size: float,
        colour: str,
        bold: bool = False,
        side: Side = "left",
        room: float | None = None,
        least: float | None = None,
        down: Literal["baseline", "center"] = "baseline",
    ) -> float:
        """Words at a point, made smaller and then cut to fit in `room`; returns how wide they are.

        `least` is how small they may become; without it they are cut at once.
        """
        shown = legible(words)
        if not shown:
            return 0.0
        made: Any = self._axes.text(
            *at,
            shown,
            fontsize=size * _POINTS,
            fontfamily=families(),
            fontweight="bold" if bold else "normal",
            color=colour,
            ha=side,
            va="center_baseline" if down == "center" else "baseline",
            parse_math=False,
            zorder=self._next(),
        )
        width = self._measure(made)
        if room is not None and width > room and least is not None:
            made.set_fontsize(max(least, size * room / width * 0.99) * _POINTS)
            width = self._measure(made)
        if room is not None and width > room:
            width = self._cut(made, shown, room)
        return width

    def _cut(self, made: Any, words: str, room: float) -> float:
        """The longest beginning that fits, by halving."""
        fits, too_long = 0, len(words)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            made.set_text(words[:middle].rstrip() + _ELLIPSIS)
            fits, too_long = (middle, too_long) if self._measure(made) <= room else (fits, middle)
        made.set_text(words[:fits].rstrip() + _ELLIPSIS)
        return self._measure(made)

    def _measure(self, made: Any) -> float:
        return float(made.get_window_extent(self._agg.get_renderer()).width)

    def _next(self) -> int:
        self._layer += 1
        return self._layer

    def heading(self, title: str, note: str, *, top: float) -> None:
        """What stands above every picture: a title, and a line about it."""
        room = self.width - 2 * MARGIN
        self.text((MARGIN, top + 84), title, size=46, least=38, colour=self.palette.ink, bold=True, room=room)
        self.text((MARGIN, top + 136), note, size=31, least=24, colour=self.palette.muted, room=room)

    # --- done -----------------------------------------------------------------------------------------------------------
    def saved(self, form: Form) -> bytes:
        """The picture as a file."""
        kept = BytesIO()
        undated: dict[str, str | None] = {"Software": None} if form is Form.PNG else {"Date": None, "Creator": None}
        self._figure.savefig(kept, format=form.value, dpi=_DPI, metadata=undated)
        return kept.getvalue()


def _rounded(box: Box, radius: float, inset: float) -> Path:
    left, top = box.x + inset, box.y + inset
    right, bottom = box.x + box.width - inset, box.y + box.height - inset
    r = min(max(radius - inset, 0), (right - left) / 2, (bottom - top) / 2)
    h = r * (1 - _CURVE)
    points = [
        (left + r, top),
        (right - r, top), (right - h, top), (right, top + h), (right, top + r),
        (right, bottom - r), (right, bottom - h), (right - h, bottom), (right - r, bottom),
        (left + r, bottom), (left + h, bottom), (left, bottom - h), (left, bottom - r),
        (left, top + r), (left, top + h), (left + h, top), (left + r, top),
        (left + r, top),
    ]  # fmt: skip
    side: list[Any] = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    return Path(points, [Path.MOVETO, *side, *side, *side, *side, Path.CLOSEPOLY])
