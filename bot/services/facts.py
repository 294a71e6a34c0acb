"""Notices as JSON and back: what is to be said is stored as facts and worded when it is sent."""

from typing import Any, get_args

from pydantic import TypeAdapter

from bot.domain.notices import Notice

_ADAPTERS: dict[str, TypeAdapter[Notice]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Notice)}


def pack(notice: Notice) -> tuple[str, dict[str, Any]]:
    """A notice's kind and its facts, ready for a JSON column."""
    kind = type(notice).__name__
    return kind, _ADAPTERS[kind].dump_python(notice, mode="json")


def unpack(kind: str, facts: dict[str, Any]) -> Notice:
    """The notice that was packed; KeyError for a kind this version does not know, ValidationError for facts of another shape."""
    return _ADAPTERS[kind].validate_python(facts)


def knows(kind: str) -> bool:
    """Whether `kind` is a notice stored whole (else it is looked up when it is sent)."""
    return kind in _ADAPTERS
