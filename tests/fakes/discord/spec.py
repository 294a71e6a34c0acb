"""Discord's own OpenAPI description, where the machine has it: what each route is called, takes and answers."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .errors import Json, invalid
from .schema import Schemas
from .state import Request

SPEC = Path(__file__).resolve().parents[3].parent / "shared" / "specs" / "discord-openapi.json"
# Fields that Discord takes and the description lacks, by what they stand in: of commands; and what discord.py always sends,
# with edits, embeds and posts in forums.
BEYOND = frozenset({("", "nsfw"), ("", "tts"), ("data", "tts"), ("message", "tts"), ("embeds", "flags"), ("", "type")})
TOLD_OTHERWISE = frozenset({"update_my_application"})  # its texts are described as objects, documented and taken as strings
QUERIES_BEYOND = frozenset({"use_nested_fields"})  # of forum posts: discord.py sends it


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route."""

    name: str
    body: Json | None
    needs_body: bool
    queries: dict[str, Json]
    answer: Json | None


@cache
def _description() -> tuple[Schemas, dict[tuple[str, str], Operation]]:
    whole: Json = json.loads(SPEC.read_text(encoding="utf-8"))
    found = {}
    for path, route in whole["paths"].items():
        for method, one in route.items():
            if method != "parameters":
                found[method.upper(), path] = _operation(one)
    return Schemas(whole["components"]["schemas"], beyond=BEYOND), found


def _operation(one: Json) -> Operation:
    body = one.get("requestBody", {})
    answers = [
        each.get("content", {}).get("application/json", {}).get("schema")
        for code, each in one["responses"].items()
        if code[0] == "2"
    ]
    return Operation(
        one["operationId"],
        body.get("content", {}).get("application/json", {}).get("schema"),
        bool(body.get("required")),
        {each["name"]: each["schema"] for each in one.get("parameters", []) if each["in"] == "query"},
        next((each for each in answers if each), None),
    )


def known() -> dict[tuple[str, str], Operation]:
    """Every route by method and path; empty where the file is missing, and then nothing is checked."""
    return _description()[1] if SPEC.exists() else {}


def check(method: str, request: Request) -> None:
    """Refuse what the description does not allow.

    Discord ignores unknown fields; a bot that sends one has misspelt something, so here it is a defect.
    """
    if not SPEC.exists():
        return
    schemas, operations = _description()
    operation = operations.get((method, request.template))
    if operation is None or operation.name in TOLD_OTHERWISE:
        return
    for name in request.query:
        if name not in operation.queries and name not in QUERIES_BEYOND:
            raise invalid(((name,), "UNKNOWN_FIELD", f"No such query parameter; there are {sorted(operation.queries)}."))
    if operation.body is not None and (request.body is not None or operation.needs_body):
        problems = schemas.problems(operation.body, {} if request.body is None else request.body, strict=True)
        if problems:
            raise invalid(*problems)


def check_answer(method: str, template: str, answer: Any) -> None:
    """Whether the fake itself answers as Discord does; an AssertionError is the fake's own defect."""
    operation = known().get((method, template))
    if operation is None or operation.answer is None or answer is None:
        return
    problems = _description()[0].problems(operation.answer, answer, strict=False)
    assert not problems, f"{operation.name}: {problems[:5]}"
