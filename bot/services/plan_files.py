"""Plan files: which format, which encoding, read to a draft and written back; one entry in a table for each format."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from bot.domain.plans import MAX_FILE_BYTES, Plan
from bot.services import plan_csv, plan_markdown, plan_toml, plan_yaml
from bot.services.plan_draft import Draft, PlanFileRefused, Refusal


class Format(StrEnum):
    """How a plan file is written."""

    MARKDOWN = "markdown"
    YAML = "yaml"
    TOML = "toml"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class _Ways:
    suffixes: tuple[str, ...]  # the first is the one we write
    parse: Callable[..., Draft]
    write: Callable[[Plan], str]


_FORMATS: Final = {
    Format.MARKDOWN: _Ways((".md", ".markdown", ".txt"), plan_markdown.parse, plan_markdown.write),
    Format.YAML: _Ways((".yaml", ".yml"), plan_yaml.parse, plan_yaml.write),
    Format.TOML: _Ways((".toml",), plan_toml.parse, plan_toml.write),
    Format.CSV: _Ways((".csv", ".tsv"), plan_csv.parse, plan_csv.write),
}


def format_of(name: str) -> Format:
    """Return the format that a file's name tells; raises PlanFileRefused (UNKNOWN_FORMAT) for any other suffix."""
    suffix = PurePath(name).suffix.lower()
    for candidate, ways in _FORMATS.items():
        if suffix in ways.suffixes:
            return candidate
    raise PlanFileRefused(Refusal.UNKNOWN_FORMAT, suffix=suffix[:20])


def file_name(stem: str, *, format: Format) -> str:  # noqa: A002 - the word people use for it
    """Return the name to give an exported file, such as `plan.md`."""
    return stem + _FORMATS[format].suffixes[0]


def parse(data: bytes, *, name: str) -> Draft:
    """Read a plan file named `name` into a draft. Raises PlanFileRefused for what yields none.

    Never call this in the bot's own process with a stranger's file: `plan_child.parse_safely` does it in a limited child.
    """
    ways = _FORMATS[format_of(name)]
    return ways.parse(decode(data), fallback=PurePath(name).stem)


def write(plan: Plan, *, format: Format) -> bytes:  # noqa: A002 - the word people use for it
    """Return `plan` as a file that `parse` reads as the same plan (ids aside), in UTF-8."""
    return _FORMATS[format].write(plan).encode()


def check_size(data: bytes) -> None:
    """Raise PlanFileRefused for a file that is empty or larger than a plan can be."""
    if not data.strip():
        raise PlanFileRefused(Refusal.EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise PlanFileRefused(Refusal.TOO_LARGE, limit=MAX_FILE_BYTES)


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without a byte order mark) or UTF-16 (with one); else PlanFileRefused."""
    check_size(data)
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise PlanFileRefused(Refusal.ENCODING, line=1)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise PlanFileRefused(Refusal.ENCODING, line=data.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise PlanFileRefused(Refusal.BINARY, line=text.count("\n", 0, text.index("\0")) + 1)
    if not text.strip():
        raise PlanFileRefused(Refusal.EMPTY)
    return text
