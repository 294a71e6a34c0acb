"""As much of JSON Schema as Discord's OpenAPI description uses; what is wrong, in Discord's own words for it."""

import re
from collections.abc import Iterator
from typing import Any

from .errors import Json, Problem

Path = tuple[str | int, ...]
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_SNOWFLAKE = re.compile(r"0|[1-9]\d{0,19}")


class Schemas:
    """The components of one description; `strict` refuses fields it does not name, which Discord would ignore."""

    def __init__(self, schemas: Json, *, beyond: frozenset[tuple[str, str]] = frozenset()) -> None:
        self.schemas = schemas
        self.beyond = beyond  # fields that the description lacks, by what they stand in

    def problems(self, schema: Json, value: Any, *, strict: bool, path: Path = ()) -> list[Problem]:
        """Everything that is wrong with `value`."""
        schema = self._resolve(schema)
        for key in ("oneOf", "anyOf"):
            if key in schema and not _is_titled_enum(schema[key]):
                return self._any_of(schema[key], value, strict=strict, path=path)
        found = list(self._own(schema, value, path))
        if found:
            return found
        if isinstance(value, dict):
            return list(self._object(schema, value, strict=strict, path=path))
        if isinstance(value, list) and "items" in schema:
            return [
                problem
                for place, one in enumerate(value)
                for problem in self.problems(schema["items"], one, strict=strict, path=(*path, place))
            ]
        return []

    def _resolve(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _any_of(self, choices: list[Json], value: Any, *, strict: bool, path: Path) -> list[Problem]:
        resolved = [self._resolve(one) for one in choices]
        if value is None and any("null" in _types(one) for one in resolved):
            return []
        fitting = [one for one in resolved if self._fits(one, value)] or resolved
        tries = []
        for one in fitting:
            found = self.problems(one, value, strict=strict, path=path)
            if not found:
                return []
            tries.append(found)
        return min(tries, key=len)

    def _fits(self, schema: Json, value: Any) -> bool:
        """Whether the schema is meant for this kind of value: by its `type` field where it has one, as components do."""
        types = _types(schema)
        if types and not any(_is_a(name, value, schema) for name in types):
            return False
        kind = schema.get("properties", {}).get("type", {}) if isinstance(value, dict) else {}
        return "enum" not in kind or value.get("type") in kind["enum"]

    def _own(self, schema: Json, value: Any, path: Path) -> Iterator[Problem]:
        types = _types(schema)
        if types and not any(_is_a(name, value, schema) for name in types):
            yield path, "BASE_TYPE_INVALID", f"Must be of type {' or '.join(types)}, not {type(value).__name__}."
            return
        allowed = schema.get("enum") or [one["const"] for one in schema.get("oneOf", ()) if _is_titled_enum(schema["oneOf"])]
        if allowed and value is not None and value not in allowed:
            yield path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}."
        if isinstance(value, str | list | dict):
            yield from _sizes(schema, value, path)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _bounds(schema, value, path)

    def _object(self, schema: Json, value: Json, *, strict: bool, path: Path) -> Iterator[Problem]:
        known = self._properties(schema)
        for name in schema.get("required", ()):
            if name not in value:
                yield (*path, name), "BASE_TYPE_REQUIRED", "This field is required"
        extra = schema.get("additionalProperties")
        place = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        for name, one in value.items():
            if name in known:
                yield from self.problems(known[name], one, strict=strict, path=(*path, name))
            elif isinstance(extra, dict):
                yield from self.problems(extra, one, strict=strict, path=(*path, name))
            elif (
                strict and known and (place, name) not in self.beyond and place != "attachments"
            ):  # these are sent back as they came
                yield (*path, name), "UNKNOWN_FIELD", f"No such field; there are {sorted(known)}."

    def _properties(self, schema: Json) -> Json:
        found: Json = dict(schema.get("properties", {}))
        for one in schema.get("allOf", ()):
            found |= self._properties(self._resolve(one))
        return found


def _types(schema: Json) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _is_titled_enum(choices: list[Json]) -> bool:
    return all("const" in one for one in choices)


def _is_a(name: str, value: Any, schema: Json) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "string" and schema.get("format") == "snowflake":
        return _SNOWFLAKE.fullmatch(str(value)) is not None  # Discord takes ids as numbers too
    if name == "integer" and isinstance(value, str):
        return re.fullmatch(r"-?\d+", value) is not None  # and numbers as strings
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name])


def _sizes(schema: Json, value: str | list[Any] | Json, path: Path) -> Iterator[Problem]:
    most = {str: "maxLength", list: "maxItems", dict: "maxProperties"}[type(value)]
    least = most.replace("max", "min")
    size = len(value)
    if size > schema.get(most, size):
        yield path, "BASE_TYPE_MAX_LENGTH", f"Must be {schema[most]} or fewer in length."
    if size < schema.get(least, 0):
        yield path, "BASE_TYPE_MIN_LENGTH", f"Must be {schema[least]} or more in length."
    if schema.get("uniqueItems") and isinstance(value, list) and len({str(one) for one in value}) < size:
        yield path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"


def _bounds(schema: Json, value: float, path: Path) -> Iterator[Problem]:
    if value > schema.get("maximum", value):
        yield path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {schema['maximum']}."
    if value < schema.get("minimum", value):
        yield path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {schema['minimum']}."
