"""The machine-readable Bot API, where the machine has it: which parameters a method knows and which it needs."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import Json, bad_request

SPEC = Path(__file__).resolve().parents[3].parent / "shared" / "specs" / "telegram-bot-api.json"
OWN_WORDS = {"chat_id", "text", "commands", "callback_query_id"}  # their absence has a refusal of Telegram's own


@dataclass(frozen=True, slots=True)
class Signature:
    known: frozenset[str]
    required: frozenset[str]


@cache
def signatures() -> dict[str, Signature]:
    """Method (lower case) to its parameters; empty where the file is missing, and then nothing is checked."""
    if not SPEC.exists():
        return {}
    methods: dict[str, Json] = json.loads(SPEC.read_text(encoding="utf-8"))["methods"]
    return {name.lower(): _signature(one) for name, one in methods.items()}


def _signature(method: Json) -> Signature:
    fields = method.get("fields", [])
    required = {one["name"] for one in fields if one["required"]}
    return Signature(frozenset(one["name"] for one in fields), frozenset(required - OWN_WORDS))


def check(method: str, given: set[str], *, attached: set[str]) -> None:
    """Refuse a parameter the method does not know, or lacks; `attached` names files that other parameters point to.

    Telegram ignores unknown parameters; a bot that sends one has misspelt something, so here it is a defect.
    """
    known = signatures().get(method)
    if known is None:
        return
    if unknown := given - known.known - attached:
        raise bad_request(f"unknown parameter {', '.join(sorted(unknown))} in {method}")
    if missing := known.required - given:
        raise bad_request(f"parameter {', '.join(sorted(missing))} is required in {method}")
