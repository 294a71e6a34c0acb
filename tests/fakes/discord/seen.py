"""A message of the bot, or a modal it opened, as a person sees it at this moment."""

from dataclasses import dataclass
from datetime import datetime

from .components import BUTTON, LABEL, LINK, MENUS, ROW, parts_of
from .errors import Json
from .message_shapes import link
from .state import SILENT, SPOKEN, Channel, Interaction, Message, User
from .wording import plain
from .world import World

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot: read the chat again to see later edits.

    `text` is all of its words without mark-up, those of embeds after those of the content; `content` is as the bot
    wrote it. `ephemeral` names the one who sees it, if only one does. `notified` names who was mentioned aloud.
    """

    chat_id: int
    id: int
    text: str
    content: str
    embeds: tuple[Json, ...]
    buttons: tuple[tuple[str, ...], ...]
    disabled: tuple[str, ...]
    menus: dict[str, tuple[str, ...]]
    links: dict[str, str]
    edits: tuple[str, ...]
    pinned: bool
    deleted: bool
    loading: bool
    at: datetime
    silent: bool
    photo: bytes | None
    document: tuple[str, bytes] | None
    files: dict[str, str]
    reply_to: int | None
    thread: int | None
    reactions: tuple[str, ...]
    ephemeral: str | None
    notified: frozenset[str]

    @property
    def labels(self) -> tuple[str, ...]:
        """All buttons in reading order."""
        return tuple(label for row in self.buttons for label in row)


def label_of(button: Json) -> str:
    """What stands on a button."""
    emoji = (button.get("emoji") or {}).get("name") or ""
    return " ".join(one for one in (emoji, button.get("label") or "") if one)


def seen(world: World, message: Message) -> Seen:
    """What of `message` shows in the chat now."""
    rows = [[one for one in row["components"] if one["type"] == BUTTON] for row in message.components if row["type"] == ROW]
    parts = parts_of(message.components)
    buttons = [one for one in parts if one["type"] == BUTTON]
    pictures = [one for one in message.files if one.name.lower().endswith(PICTURES)]
    others = [one for one in message.files if one not in pictures]
    return Seen(
        chat_id=message.channel.id,
        id=message.id,
        text=plain(world, message),
        content=message.content,
        embeds=tuple(message.embeds),
        buttons=tuple(tuple(label_of(one) for one in row) for row in rows if row),
        disabled=tuple(label_of(one) for one in buttons if one.get("disabled")),
        menus={
            one["custom_id"]: tuple(each["label"] for each in one.get("options") or ()) for one in parts if one["type"] in MENUS
        },
        links={label_of(one): one["url"] for one in buttons if one["style"] == LINK},
        edits=tuple(message.edits),
        pinned=message.pinned,
        deleted=message.deleted,
        loading=message.loading,
        at=message.at,
        silent=bool(message.flags & SILENT),
        photo=pictures[0].content if pictures else None,
        document=(others[0].name, others[0].content) if others else None,
        files={one.name: link(world, one) for one in message.files},
        reply_to=message.reply_to.id if message.reply_to else None,
        thread=message.thread.id if message.thread else None,
        reactions=tuple(emoji for emoji, who in message.reactions.items() if world.bot.id in who),
        ephemeral=message.only_for.name if message.only_for else None,
        notified=message.notified,
    )


def seen_in(world: World, channel: Channel, *, by: User | None = None) -> list[Seen]:
    """Every message of the bot there, oldest first, the deleted among them and marked; hidden ones only `by` their reader."""
    there = [one for one in channel.messages.values() if one.author is world.bot and one.kind in SPOKEN]
    return [seen(world, one) for one in there if one.only_for is None or one.only_for is by]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in."""

    custom_id: str
    label: str
    value: str
    required: bool
    long: bool
    most: int
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modal:
    """A form on somebody's screen."""

    interaction_id: int
    title: str
    custom_id: str
    fields: tuple[Field, ...]
    at: datetime


def modal(interaction: Interaction) -> Modal:
    """The form that answered an interaction."""
    form = interaction.modal
    assert form is not None, f"{interaction.what} opened no modal"
    fields = tuple(_field(row, part) for row in form["components"] for part in parts_of([row]))
    return Modal(interaction.id, form["title"], form["custom_id"], fields, interaction.at)


def _field(row: Json, part: Json) -> Field:
    label = row["label"] if row["type"] == LABEL else part.get("label") or ""
    choices = tuple(one["label"] for one in part.get("options") or ())
    required, long = part.get("required", True), part.get("style") == 2
    return Field(part["custom_id"], label, part.get("value") or "", required, long, part.get("max_length") or 4000, choices)
