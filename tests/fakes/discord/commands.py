"""The routes of application commands, and what Discord asks of a command before it takes it."""

import unicodedata
from collections.abc import Iterator

from .errors import Json, Problem, invalid, refused
from .state import Request
from .world import World

CHAT_INPUT, OF_USER, OF_MESSAGE = 1, 2, 3
MOST = {CHAT_INPUT: 100, OF_USER: 15, OF_MESSAGE: 15}
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
CHOOSABLE = (STRING, INTEGER, NUMBER)
LETTERS, CHOICES, OPTIONS = 8000, 25, 25
_LOCALES = """
id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko
"""
LOCALES = frozenset(_LOCALES.split())
Path = tuple[str | int, ...]


def list_application_commands(world: World, request: Request) -> list[Json]:
    return list(_registry(world, request).values())


def get_application_command(world: World, request: Request) -> Json:
    return _one(world, request)


def bulk_set_application_commands(world: World, request: Request) -> list[Json]:
    """All at once: those with the same name and type keep their ids, the others go."""
    given: list[Json] = request.body or []
    problems = [problem for place, one in enumerate(given) for problem in _problems(one, (place,))]
    problems += _duplicates(given)
    if problems:
        raise invalid(*problems)
    for kind, most in MOST.items():
        if sum(_kind(one) == kind for one in given) > most:
            raise refused(30032)
    registry = _registry(world, request)
    before = {(one["name"], one["type"]): one for one in registry.values()}
    registry.clear()
    return [_put(world, request, one, before.get((one["name"], _kind(one)))) for one in given]


def create_application_command(world: World, request: Request) -> Json:
    """One more, or the same anew."""
    problems = list(_problems(request.fields, ()))
    if problems:
        raise invalid(*problems)
    same = [one for one in _registry(world, request).values() if _same(one, request.fields)]
    return _put(world, request, request.fields, same[0] if same else None)


def update_application_command(world: World, request: Request) -> Json:
    before = _one(world, request)
    after = {key: value for key, value in before.items() if key not in ("id", "application_id", "version")} | request.fields
    problems = list(_problems(after, ()))
    if problems:
        raise invalid(*problems)
    return _put(world, request, after, before)


def delete_application_command(world: World, request: Request) -> None:
    del _registry(world, request)[int(_one(world, request)["id"])]


def _one(world: World, request: Request) -> Json:
    command = _registry(world, request).get(request.id("command_id"))
    if command is None:
        raise refused(10063)
    return command


def _registry(world: World, request: Request) -> dict[int, Json]:
    if request.id("application_id") != world.app_id:
        raise refused(10002)
    guild_id = request.id("guild_id") if "guild_id" in request.path else None
    if guild_id is not None and (guild_id not in world.guilds or world.bot.id not in world.guilds[guild_id].members):
        raise refused(50001)
    return world.commands.setdefault(guild_id, {})


def _same(one: Json, other: Json) -> bool:
    return bool(one["name"] == other["name"] and one["type"] == _kind(other))


def _kind(command: Json) -> int:
    return int(command.get("type") or CHAT_INPUT)


def _put(world: World, request: Request, given: Json, before: Json | None) -> Json:
    number = int(before["id"]) if before else world.new_id()
    rights = given.get("default_member_permissions")
    made: Json = {
        "id": str(number),
        "application_id": str(world.app_id),
        "version": str(world.new_id()),
        "type": _kind(given),
        "name": given["name"],
        "name_localizations": given.get("name_localizations"),
        "description": given.get("description") or "",
        "description_localizations": given.get("description_localizations"),
        "default_member_permissions": None if rights is None else str(rights),
        "nsfw": bool(given.get("nsfw")),
    }
    if given.get("options"):
        made["options"] = given["options"]
    if "guild_id" in request.path:
        made["guild_id"] = request.path["guild_id"]
    else:
        contexts = given.get("contexts") or ([0] if given.get("dm_permission") is False else None)
        made |= {"contexts": contexts, "dm_permission": 1 in (contexts or [1])}
        made["integration_types"] = given.get("integration_types") or ([0, 1] if world.user_install else [0])
    _registry(world, request)[number] = made
    return made


def _duplicates(given: list[Json]) -> list[Problem]:
    seen: set[tuple[str, int]] = set()
    found: list[Problem] = []
    for place, one in enumerate(given):
        key = (one["name"], _kind(one))
        if key in seen:
            found.append(((place, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"))
        seen.add(key)
    return found


def _problems(command: Json, path: Path) -> Iterator[Problem]:
    name, about = str(command.get("name") or ""), command.get("description") or ""
    if _kind(command) == CHAT_INPUT:
        yield from _name_problems(name, (*path, "name"))
        if not 1 <= len(about) <= 100:
            yield (*path, "description"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
        yield from _options_problems(command.get("options") or [], (*path, "options"))
    else:
        if not 1 <= len(name) <= 32:
            yield (*path, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length."
        if about or command.get("options"):
            words = "Context menu commands cannot have a description or options"
            yield (*path, "description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", words
    for field, known in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        values = command.get(field)
        if values is not None and (not values or len(set(values)) < len(values) or not set(values) <= known):
            yield (*path, field), "SET_TYPE_ALREADY_CONTAINS_VALUE", f"Must be some of {sorted(known)}, each once"
    yield from _local_problems(command, path, slash=_kind(command) == CHAT_INPUT)
    if _letters(command) > LETTERS:
        yield path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({LETTERS})"


def _name_problems(name: str, path: Path) -> Iterator[Problem]:
    letters = all(one in "-_'" or unicodedata.category(one)[0] in "LN" for one in name)
    if not 1 <= len(name) <= 32 or not letters or name != name.lower():
        yield path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"


def _local_problems(part: Json, path: Path, *, slash: bool) -> Iterator[Problem]:
    for field, most in (("name_localizations", 32), ("description_localizations", 100)):
        for locale, text in (part.get(field) or {}).items():
            if locale not in LOCALES:
                yield (*path, field, locale), "ENUM_TYPE_COERCE", f"Value {locale!r} is not a valid enum value."
            elif not 1 <= len(text) <= most:
                yield (*path, field, locale), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length."
            elif field == "name_localizations" and slash:
                yield from _name_problems(text, (*path, field, locale))


def _options_problems(options: list[Json], path: Path, *, depth: int = 0) -> Iterator[Problem]:
    if len(options) > OPTIONS:
        yield path, "BASE_TYPE_MAX_LENGTH", f"Must be {OPTIONS} or fewer in length."
    names = [one.get("name") for one in options]
    if len(set(names)) < len(names):
        yield path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option name already exists"
    required = [bool(one.get("required")) for one in options]
    if required != sorted(required, reverse=True):
        yield path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options"
    nested = [one.get("type") in (SUBCOMMAND, GROUP) for one in options]
    if any(nested) and not all(nested):
        yield path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options cannot be mixed"
    for place, one in enumerate(options):
        yield from _option_problems(one, (*path, place), depth=depth)


def _option_problems(option: Json, path: Path, *, depth: int) -> Iterator[Problem]:
    kind = option.get("type")
    yield from _name_problems(str(option.get("name") or ""), (*path, "name"))
    if not 1 <= len(option.get("description") or "") <= 100:
        yield (*path, "description"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
    yield from _local_problems(option, path, slash=True)
    if kind in (SUBCOMMAND, GROUP):
        if depth > 1 or (depth == 1 and kind == GROUP):
            yield (*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command groups cannot be nested"
        yield from _options_problems(option.get("options") or [], (*path, "options"), depth=depth + 1)
        return
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        yield (
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Choices and autocomplete exclude each other",
        )
    if (choices or option.get("autocomplete")) and kind not in CHOOSABLE:
        yield (*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "This type takes no choices"
    yield from choice_problems(choices, (*path, "choices"))


def choice_problems(choices: list[Json], path: Path) -> Iterator[Problem]:
    """At most 25, with names and values of 1 to 100."""
    if len(choices) > CHOICES:
        yield path, "BASE_TYPE_MAX_LENGTH", f"Must be {CHOICES} or fewer in length."
    for place, one in enumerate(choices):
        if not 1 <= len(str(one.get("name") or "")) <= 100 or not 1 <= len(str(one.get("value", ""))) <= 100:
            yield (*path, place, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."


def _letters(part: Json) -> int:
    """Name, description and values, of the command and of everything in it, each in its longest language."""
    own = [
        max(map(len, [str(part.get(field) or ""), *(part.get(f"{field}_localizations") or {}).values()]))
        for field in ("name", "description")
    ]
    values = sum(len(str(one["value"])) + len(str(one["name"])) for one in part.get("choices") or ())
    return sum(own) + values + sum(_letters(one) for one in part.get("options") or ())
