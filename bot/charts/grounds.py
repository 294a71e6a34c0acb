"""What a picture is drawn on and in which colours: one ground for chats, which cannot tell; two for pages, which can."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """A picture's file format."""

    PNG = "png"
    SVG = "svg"


class Ground(StrEnum):
    """Where a picture will be looked at."""

    CHAT = "chat"  # a card of its own colour, which reads in light and dark chats
    LIGHT = "light"  # transparent, on a light page
    DARK = "dark"  # transparent, on a dark page


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they mean. Each also differs in lightness and shape, so that none is told by its hue alone.

    `heat` are the levels 0 to 4 of a heat map. Hues are those of Okabe and Ito, made to stand out from the ground.
    """

    ground: str | None
    ink: str
    muted: str
    faint: str
    done: str
    promised: str
    slipped: str
    heat: tuple[str, str, str, str, str]


_DARK: Final = Palette(
    ground=None,
    ink="#f1f5f8",
    muted="#a9b8c4",
    faint="#3c4c59",
    done="#5cb8f2",
    promised="#f2b035",
    slipped="#f08a5d",
    heat=("#33424e", "#2f5f83", "#3d88ba", "#5cb8f2", "#c3e6fd"),
)
PALETTES: Final = {
    Ground.CHAT: Palette(
        ground="#22303b",
        ink=_DARK.ink,
        muted=_DARK.muted,
        faint=_DARK.faint,
        done=_DARK.done,
        promised=_DARK.promised,
        slipped=_DARK.slipped,
        heat=_DARK.heat,
    ),
    Ground.DARK: _DARK,
    Ground.LIGHT: Palette(
        ground=None,
        ink="#17212a",
        muted="#566572",
        faint="#d3dbe1",
        done="#0072b2",
        promised="#b36b00",
        slipped="#c2410c",
        heat=("#e6ebef", "#b5d8ef", "#6db3de", "#1f7fbd", "#0b4a78"),
    ),
}
