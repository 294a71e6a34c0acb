"""The table of commands as Discord's application commands."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from bot.commands.table import Command, Kind, Option, Where
from bot.platforms.discord.rights import MANAGE_GUILD
from bot.ui.words import LANGUAGES, Words

Json = dict[str, Any]
_SLASH, _MENU = 1, 3  # Application Command Type
_TEXT, _FILE = 3, 11  # Application Command Option Type
_IN_SERVERS, _IN_PRIVATE = 0, 1  # Interaction Context Type
_INSTALLED_IN_SERVERS: Final = 0  # Application Integration Type
_OWN: Final = "en"
_BY_HAND: Final = frozenset({Kind.TEXT, Kind.FILE})


def application_commands(table: Iterable[Command], words: Words) -> list[Json]:
    """Every command, and those that stand in the menu of a message once more."""
    made: list[Json] = []
    for one in table:
        frame: Json = {
            "contexts": _contexts(one.where),
            "integration_types": [_INSTALLED_IN_SERVERS],
            "default_member_permissions": str(MANAGE_GUILD) if one.admins else None,
        }
        made.append(
            {"type": _SLASH, "name": one.name, "description": words.label(one.summary)[:100]}
            | {"description_localizations": _translated(one.summary, words), "options": _options(one, words)}
            | frame
        )
        if one.menu:
            made.append({"type": _MENU, "name": one.menu} | frame)
    return made


def digest(made: list[Json]) -> str:
    """A short text that changes with the commands."""
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def _options(command: Command, words: Words) -> list[Json]:
    """Discord wants those first that must be filled in."""
    return [_option(one, words) for one in sorted(command.options, key=lambda one: not one.required)]


def _option(option: Option, words: Words) -> Json:
    made: Json = {
        "type": _FILE if option.kind is Kind.FILE else _TEXT,
        "name": option.name,
        "description": words.label(option.summary)[:100],
        "description_localizations": _translated(option.summary, words),
        "required": option.required,
    }
    return made if option.kind in _BY_HAND else made | {"autocomplete": True}


def _translated(summary: str, words: Words) -> Json:
    return {code: replace(words, language=code).label(summary)[:100] for code in LANGUAGES if code != _OWN}


def _contexts(where: Where) -> list[int]:
    return [
        *([_IN_SERVERS] if where.covers(in_group=True) else []),
        *([_IN_PRIVATE] if where.covers(in_group=False) else []),
    ]
