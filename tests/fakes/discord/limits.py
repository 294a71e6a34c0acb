"""What a message may hold: lengths of text and embeds, sizes of files, flags."""

from collections.abc import Iterator

from .errors import Json, Problem, invalid, refused
from .state import EPHEMERAL, SILENT, SUPPRESS_EMBEDS, V2, Upload

CONTENT, NONCE = 2000, 25
EMBEDS, EMBED_TOTAL, EMBED_FIELDS = 10, 6000, 25
EMBED_PARTS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}
FILES, FILE_BYTES = 10, 10 << 20
FLAGS, ANY_FLAGS = SUPPRESS_EMBEDS | SILENT, -1  # of what an edit sends, all but SUPPRESS_EMBEDS is ignored


def check(fields: Json, *, flags: int = FLAGS) -> None:
    """Refuse text, embeds and flags that are beyond the limits."""
    problems = [*_content(fields), *_embeds(fields.get("embeds") or []), *_flags(fields, flags)]
    if problems:
        raise invalid(*problems)


def _content(fields: Json) -> Iterator[Problem]:
    if len(fields.get("content") or "") > CONTENT:
        yield ("content",), "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length."
    if len(str(fields.get("nonce") or "")) > NONCE:
        yield ("nonce",), "NONCE_TYPE_TOO_LONG", f"Must be {NONCE} or fewer in length."
    for name in ("poll", "sticker_ids"):
        if fields.get(name):
            yield (name,), "UNKNOWN_TO_THE_FAKE", f"{name} are not known to this fake"


def _flags(fields: Json, allowed: int) -> Iterator[Problem]:
    flags = fields.get("flags") or 0
    if flags & V2:
        yield ("flags",), "UNKNOWN_TO_THE_FAKE", "components V2 are not known to this fake"
    elif flags & ~allowed:
        wrong = "EPHEMERAL is for answers to interactions" if flags & EPHEMERAL else f"{flags & ~allowed} cannot be set here"
        yield ("flags",), "BASE_TYPE_CHOICES", wrong


def _embeds(embeds: list[Json]) -> Iterator[Problem]:
    if len(embeds) > EMBEDS:
        yield ("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length."
    for place, embed in enumerate(embeds):
        yield from _embed(embed, ("embeds", place))
    if sum(len(text) for embed in embeds for text in words(embed)) > EMBED_TOTAL:
        yield ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_TOTAL}"


def _embed(embed: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    for name, most in EMBED_PARTS.items():
        if len(_within(embed, name)) > most:
            yield (*path, *name.split(".")), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."
    fields = embed.get("fields") or []
    if len(fields) > EMBED_FIELDS:
        yield (*path, "fields"), "BASE_TYPE_MAX_LENGTH", f"Must be {EMBED_FIELDS} or fewer in length."
    for number, one in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            if not 1 <= len(one.get(name) or "") <= most:
                yield (*path, "fields", number, name), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length."


def _within(embed: Json, name: str) -> str:
    outer, _, inner = name.partition(".")
    value = embed.get(outer)
    if inner:
        value = (value or {}).get(inner)
    return str(value or "")


def words(embed: Json) -> list[str]:
    """All text of an embed in reading order."""
    fields = [str(one.get(name) or "") for one in embed.get("fields") or [] for name in ("name", "value")]
    parts = [_within(embed, "author.name"), _within(embed, "title"), _within(embed, "description"), *fields]
    return [one for one in (*parts, _within(embed, "footer.text")) if one]


def check_files(files: dict[int, Upload], *, kept: int = 0) -> None:
    """Not too many, none too large."""
    if len(files) + kept > FILES:
        raise invalid((("attachments",), "BASE_TYPE_MAX_LENGTH", f"Must be {FILES} or fewer in length."))
    if any(len(one.content) > FILE_BYTES for one in files.values()):
        raise refused(40005)
