"""What is shown, without a platform: a Message of Spans and Buttons; a platform only knows how to show it at its best."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from bot.domain.charts import Chart

_IN_A_ROW: Final = 4  # options as buttons


class Style(StrEnum):
    """How a span of text looks."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. `text` is always plain and never interpreted.

    With `url` it is a link; with `at` it is an instant that a platform may show in the reader's own zone, `text` being what
    stands there otherwise; with `account` it names a person of the platform, who is not notified by it, with `channel` a
    channel and with `role` a role of the place where it is read.
    """

    text: str
    style: Style = Style.PLAIN
    url: str | None = None
    at: datetime | None = None
    account: str | None = None
    channel: str | None = None
    role: str | None = None

    @property
    def bare(self) -> bool:
        """Whether it is nothing but words."""
        return not (self.url or self.at or self.account or self.channel or self.role)


Text: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """What a press of a button asks for: a name from the buttons table and its arguments."""

    name: str
    args: tuple[str, ...] = ()

    def given(self, value: str) -> "Action":
        """The same with one more argument."""
        return Action(self.name, (*self.args, value))


class Tint(StrEnum):
    """The weight of a button, where a platform can show it."""

    PLAIN = "plain"
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: it does `action`, or opens `url`."""

    label: str
    action: Action | None = None
    url: str | None = None
    tint: Tint = Tint.PLAIN


Rows: TypeAlias = tuple[tuple[Button, ...], ...]


class Among(StrEnum):
    """What one chooses from where only the chat program knows what there is."""

    CHANNELS = "channels"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things to choose from: `value` is what the action is given."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose one thing from; `action` is given the value as its last argument.

    It offers `options`, or what the chat program knows (`among`). `chosen` is the value that holds now; `clears`: none may be
    chosen, which is the value "". A platform without lists shows a button for each option, or one button that does `opens`;
    what is `among` its own it says `instead`.
    """

    label: str
    action: Action
    options: tuple[Option, ...] = ()
    among: Among | None = None
    chosen: str = ""
    clears: bool = False
    opens: Action | None = None
    instead: Text = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: the name it is saved under, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and in words what it shows (`alt`). `png` is the drawing, made just before it is sent."""

    chart: Chart
    alt: str
    png: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its text, its rows of buttons, and a picture, a file or a question for the person's location where it has one.

    `selects` are lists to choose from, above the buttons where a platform has such lists (see `unlisted`).

    The text says all that the picture does: that may be missing. An edit leaves words and buttons alone, and no picture.
    `asks`: it asks for words, and what for in a few of them; a platform that has forms offers one with that title. With
    `asks_file` those words are what would stand in a file. `alone`: as an answer in a group it concerns nobody but who
    asked; a platform that can shows it to nobody else.
    """

    text: Text
    rows: Rows = field(default=())
    selects: tuple[Select, ...] = ()
    asks_location: bool = False
    asks: str = ""
    asks_file: bool = False
    alone: bool = False
    picture: Picture | None = None
    file: Attachment | None = None

    @property
    def plain(self) -> str:
        """The text alone, as a person would read it aloud."""
        return "".join(span.text for span in self.text)

    @property
    def unmarked(self) -> "Message":
        """The same without styles and links, for a platform that choked on them."""
        return replace(self, text=(Span(self.plain),))

    @property
    def unlisted(self) -> "Message":
        """The same for a platform without lists: options laid out as buttons above the others, lists to open below them."""
        if not self.selects:
            return self
        laid_out = [row for one in self.selects if not one.opens for row in _buttons(one)]
        opened = tuple(Button(one.label, one.opens) for one in self.selects if one.opens)
        text = self.text
        for one in self.selects:
            text = (*text, Span("\n"), *one.instead) if one.instead else text
        return replace(self, text=text, rows=(*laid_out, *self.rows, *((opened,) if opened else ())), selects=())

    @property
    def unpictured(self) -> "Message":
        """The same without its picture."""
        return replace(self, picture=None)


def _buttons(select: Select) -> Rows:
    """A button for each option, four in a row, the chosen one ticked."""
    made = tuple(
        Button(f"{'✓ ' if one.value == select.chosen else ''}{one.label}", select.action.given(one.value))
        for one in select.options
    )
    return tuple(made[index : index + _IN_A_ROW] for index in range(0, len(made), _IN_A_ROW))


def press(label: str, name: str, *args: object, tint: Tint = Tint.PLAIN) -> Button:
    """A button `label` that does the action `name` with `args`."""
    return Button(label, Action(name, tuple(str(arg) for arg in args)), tint=tint)
