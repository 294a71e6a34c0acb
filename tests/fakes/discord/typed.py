"""From what somebody types after a slash to a command with its options, as the client takes it apart."""

import mimetypes
import re
from collections.abc import Iterator

from . import shapes
from .commands import CHAT_INPUT, GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from .errors import Json
from .message_shapes import attachment
from .permissions import BITS, in_channel
from .state import Channel, Upload, User
from .world import World

BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 5, 6, 7, 8, 9, 11
File = tuple[str, bytes]


def available(world: World, user: User, channel: Channel, kind: int = CHAT_INPUT) -> list[Json]:
    """The commands of that type the client offers this person there."""
    return [one for one in _registered(world, channel) if one["type"] == kind and _offered(world, one, user, channel)]


def _registered(world: World, channel: Channel) -> Iterator[Json]:
    if channel.guild is not None:
        yield from world.commands.get(channel.guild.id, {}).values()
    yield from world.commands.get(None, {}).values()


def _offered(world: World, command: Json, user: User, channel: Channel) -> bool:
    guild = channel.guild
    kinds, contexts = command.get("integration_types", [0]), command.get("contexts")
    by_user = 1 in kinds and user.installed
    if guild is None:
        return (contexts is None or 1 in contexts) and (by_user or (0 in kinds and bool(world.shared_guilds(user))))
    by_guild = 0 in kinds and world.bot.id in guild.members
    if not (by_user or by_guild) or (contexts is not None and 0 not in contexts):
        return False
    rights, needed = in_channel(channel, user.id), command.get("default_member_permissions")
    asked = BITS["use_application_commands"] | int(needed or 0)
    closed_to_all = needed == "0" and not rights & BITS["administrator"]
    return rights & asked == asked and not closed_to_all


def command_data(world: World, user: User, channel: Channel, text: str, *, attach: File | None = None) -> Json:
    """The `data` of the interaction for "/name the rest"."""
    name, _, rest = text.removeprefix("/").partition(" ")
    command = named(world, user, channel, name)
    options, resolved = _options(world, channel, command.get("options") or [], rest.strip(), attach, f"/{name}")
    data: Json = {"id": command["id"], "name": name, "type": CHAT_INPUT}
    data |= {"options": options} if options else {}
    data |= {"resolved": resolved} if resolved else {}
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def named(world: World, user: User, channel: Channel, name: str, kind: int = CHAT_INPUT) -> Json:
    """The command of that name; an AssertionError names those there are."""
    offers = available(world, user, channel, kind)
    found = [one for one in offers if one["name"] == name]
    assert found, f"{user.name} is offered no {name!r} there; there are {sorted(one['name'] for one in offers)}"
    return found[0]


def _options(
    world: World, channel: Channel, known: list[Json], rest: str, attach: File | None, shown: str
) -> tuple[list[Json], Json]:
    if known and known[0]["type"] in (SUBCOMMAND, GROUP):
        word, _, rest = rest.partition(" ")
        found = [one for one in known if one["name"] == word]
        assert found, f"{shown} has {[one['name'] for one in known]}, not {word!r}"
        inner, within = _options(world, channel, found[0].get("options") or [], rest.strip(), attach, f"{shown} {word}")
        return [{"name": word, "type": found[0]["type"], "options": inner}], within
    resolved: Json = {}
    given = _pairs(known, rest, shown)
    options = []
    for one in known:
        if one["type"] == ATTACHMENT and attach is not None:
            options.append({"name": one["name"], "type": ATTACHMENT, "value": _attached(world, channel, attach, resolved)})
        elif one["name"] in given:
            value = _value(world, channel, one, given[one["name"]], resolved)
            options.append({"name": one["name"], "type": one["type"], "value": value})
        else:
            assert not one.get("required"), f"{shown} needs {one['name']!r}"
    assert attach is None or "attachments" in resolved, f"{shown} takes no file"
    return options, resolved


def _pairs(known: list[Json], rest: str, shown: str) -> dict[str, str]:
    """`name:value` pairs; or all of it, where there is but one option to put words into."""
    if not rest:
        return {}
    names = "|".join(re.escape(one["name"]) for one in known) or r"(?!)"
    marks = list(re.finditer(rf"(?:^|(?<=\s))({names}):\s*", rest))
    if marks and marks[0].start() == 0:
        ends = [*(mark.start() for mark in marks[1:]), len(rest)]
        return {mark[1]: rest[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}
    wordy = [one for one in known if one["type"] == STRING] or [one for one in known if one["type"] != ATTACHMENT]
    assert len(wordy) == 1, f"{shown} takes {[one['name'] + ':' for one in known]}, not {rest!r}"
    return {wordy[0]["name"]: rest}


def _value(world: World, channel: Channel, option: Json, text: str, resolved: Json) -> object:
    kind = option["type"]
    if option.get("choices"):
        found = [one["value"] for one in option["choices"] if text in (one["name"], str(one["value"]))]
        assert found, f"{option['name']} is one of {[one['name'] for one in option['choices']]}, not {text!r}"
        return found[0]
    if kind == STRING:
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        assert least <= len(text) <= most, f"{option['name']} takes {least} to {most} letters, not {len(text)}"
        return text
    if kind in (INTEGER, NUMBER):
        number = int(text) if kind == INTEGER else float(text)
        least, most = option.get("min_value"), option.get("max_value")
        assert least is None or number >= least, f"{option['name']} is at least {least}"
        assert most is None or number <= most, f"{option['name']} is at most {most}"
        return number
    if kind == BOOLEAN:
        assert text.lower() in ("true", "false"), f"{option['name']} is True or False, not {text!r}"
        return text.lower() == "true"
    return _thing(world, channel, kind, text, resolved)


def _thing(world: World, channel: Channel, kind: int, text: str, resolved: Json) -> str:
    """A person, a channel or a role, by name or by id."""
    guild, name = channel.guild, text.strip("@#<>&!")
    if kind in (USER, MENTIONABLE):
        people = [one for one in world.users.values() if name in (str(one.id), one.name, one.username)]
        if people:
            resolve_user(world, channel, people[0], resolved)
            return str(people[0].id)
    assert guild is not None, f"there is no {text!r} in a DM"
    if kind == CHANNEL:
        found = next(one for one in guild.channels.values() if name in (str(one.id), one.name))
        resolved.setdefault("channels", {})[str(found.id)] = shapes.channel(found) | {"permissions": "0"}
        return str(found.id)
    role = next(one for one in guild.roles.values() if name in (str(one.id), one.name))
    resolved.setdefault("roles", {})[str(role.id)] = shapes.role(role)
    return str(role.id)


def resolve_user(world: World, channel: Channel, user: User, resolved: Json) -> None:
    """Put somebody among the resolved, as a member too where they are one."""
    resolved.setdefault("users", {})[str(user.id)] = shapes.user(user)
    guild = channel.guild
    if guild is not None and user.id in guild.members:
        slim = {key: value for key, value in shapes.member(guild.members[user.id]).items() if key not in ("user", "mute", "deaf")}
        resolved.setdefault("members", {})[str(user.id)] = slim | {"permissions": str(in_channel(channel, user.id))}


def _attached(world: World, channel: Channel, file: File, resolved: Json) -> str:
    kind = mimetypes.guess_type(file[0])[0] or "application/octet-stream"
    kept = world.store(channel, Upload(file[0], file[1], kind))
    resolved.setdefault("attachments", {})[str(kept.id)] = attachment(world, kept, ephemeral=True)
    return str(kept.id)
