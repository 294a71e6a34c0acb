"""A modal as somebody fills it in."""

from typing import Any

from .components import INPUT, LABEL, TEXT, parts_of
from .errors import Json


def filled(form: Json, values: dict[str, str]) -> Json:
    """The `data` of the submission; an AssertionError where the client would not let it go."""
    left = dict(values)
    rows = [_row(row, left) for row in form["components"]]
    assert not left, f"the form has no {sorted(left)}; it has {[one['custom_id'] for one in parts_of(form['components'])]}"
    return {"custom_id": form["custom_id"], "components": rows, "resolved": {}}


def _row(row: Json, left: dict[str, str]) -> Json:
    if row["type"] == TEXT:
        return {"type": TEXT, "id": row["id"]}
    parts = [_part(part, str(row.get("label") or part.get("label") or ""), left) for part in parts_of([row])]
    return {"type": row["type"], "id": row["id"]} | ({"component": parts[0]} if row["type"] == LABEL else {"components": parts})


def _part(part: Json, label: str, left: dict[str, str]) -> Json:
    keys = [one for one in (part["custom_id"], label, label.lower().replace(" ", "_")) if one in left]
    given = left.pop(keys[0]) if keys else None
    known: Json = {"type": part["type"], "id": part["id"], "custom_id": part["custom_id"]}
    if part["type"] != INPUT:
        return known | {"values": _chosen(part, label, given)}
    value = part.get("value") or "" if given is None else given
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    assert value or not part.get("required", True), f"{label!r} has to be filled in"
    assert not value or least <= len(value) <= most, f"{label!r} takes {least} to {most} letters, not {len(value)}"
    return known | {"value": value}


def _chosen(part: Json, label: str, given: str | None) -> list[Any]:
    options = part.get("options") or []
    if given is None:
        assert not part.get("required", True), f"{label!r} has to be filled in"
        return []
    found = [one["value"] for one in options if one["label"] == given]
    assert found, f"{label!r} has {[one['label'] for one in options]}, not {given!r}"
    return found
