"""Says in one plain line what is wrong with the configuration, and what was probably meant."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

ENV_PREFIX: Final = "PLAN_E_"
Known = Mapping[str, Sequence[str]]  # section -> its keys
_PLAIN: Final = {
    "int": "should be a whole number",
    "float": "should be a number",
    "finite": "should be a number",
    "bool": "should be true or false",
    "string": "should be text in quotes",
    "tuple": "should be a list, as [1, 2]",
    "model": "should be a section",
}
_BOUNDS: Final = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
}


class ConfigError(Exception):
    """The configuration cannot be used; the message is one plain line for the operator, without secrets."""


def check_environment(environment: Mapping[str, str], known: Known) -> None:
    """Refuse misspelt variables, which would otherwise be ignored in silence; raises `ConfigError`.

    Names without `__` that no section begins (PLAN_E_TEST_POSTGRES) are somebody else's.
    """
    names = {f"{section}__{key}" for section, keys in known.items() for key in keys}
    begins = tuple(f"{section}_" for section in known)
    for name in sorted(environment):
        prefix, key = name[: len(ENV_PREFIX)].upper(), name[len(ENV_PREFIX) :].lower()
        ours = prefix == ENV_PREFIX and ("__" in key or f"{key}_".startswith(begins))
        if ours and environment[name] and key not in names:
            hint = _nearest(key, names)
            raise ConfigError(f"{name}: no such setting" + (f"; did you mean {ENV_PREFIX}{hint.upper()}?" if hint else ""))


def explain(error: ValidationError, known: Known, *, file: Path | None, environment: Mapping[str, str]) -> str:
    """Word the first of pydantic's complaints, never with the value itself, and count the others."""
    first, *others = error.errors(include_url=False, include_input=False)
    where = [str(part) for part in first["loc"]]
    trouble = _trouble(first["type"], first.get("ctx", {}), where, known) or first["msg"]
    more = f" (and {len(others)} more)" if others else ""
    return f"{_place(where, known, file, environment)}: {trouble}{more}"


def _place(where: list[str], known: Known, file: Path | None, environment: Mapping[str, str]) -> str:
    variable = ENV_PREFIX + "__".join(where[:2]).upper()
    if any(name.upper() == variable and value for name, value in environment.items()):
        return variable
    source = str(file) if file else "environment"
    section, *key = where[:2]
    return " ".join([f"{source}:", f"[{section}]" if section in known else section, *key])


def _trouble(kind: str, context: dict[str, Any], where: list[str], known: Known) -> str | None:
    match kind:
        case "extra_forbidden":
            return _unknown(where, known)
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"should be {context['expected']}"
        case _ if kind in _BOUNDS:
            word, bound = _BOUNDS[kind]
            return f"should be {word} {context[bound]:g}"
        case _:
            return _PLAIN.get(kind.split("_", maxsplit=1)[0])


def _unknown(where: list[str], known: Known) -> str:
    if len(where) == 1:
        homes = [f"[{section}]" for section, keys in known.items() if where[0] in keys]
        hint = _nearest(where[0], known)
        if homes:
            return f"belongs in {' or '.join(homes)}"
        return "no such section" + (f"; did you mean [{hint}]?" if hint else "")
    keys = known[where[0]]
    hint = _nearest(where[1], keys)
    return f"no such setting; did you mean {hint}?" if hint else f"no such setting; known are {', '.join(keys)}"


def _nearest(word: str, words: Collection[str]) -> str | None:
    return next(iter(get_close_matches(word.lower(), words, n=1)), None)
