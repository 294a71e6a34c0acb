"""Notices as JSON and back: what is to be said is stored as facts and worded when it is sent."""

from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from bot.domain.notices import Notice

_KINDS: Final[dict[str, type[Notice]]] = {kind.__name__: kind for kind in get_args(Notice)}


@cache
def _adapter(kind: str) -> TypeAdapter[Notice]:
    """Made when a notice of the kind is first met: all of them together are a good part of the start."""
    return TypeAdapter(_KINDS[kind])


def pack(notice: Notice) -> tuple[str, dict[str, Any]]:
    """A notice's kind and its facts, ready for a JSON column."""
    kind = type(notice).__name__
    return kind, _adapter(kind).dump_python(notice, mode="json")


def unpack(kind: str, facts: dict[str, Any]) -> Notice:
    """The notice that was packed; KeyError for a kind this version does not know, ValidationError for facts of another shape."""
    return _adapter(kind).validate_python(facts)


def knows(kind: str) -> bool:
    """Whether `kind` is a notice stored whole (else it is looked up when it is sent)."""
    return kind in _KINDS
