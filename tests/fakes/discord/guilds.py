"""The routes of guilds, their members and roles, of the bot itself and of the people it can look up."""

from typing import Any

from . import shapes
from .access import guild_of, member_of, outranks
from .errors import Json, bad, refused
from .permissions import in_guild
from .state import Request, User
from .world import World

GUILDS, MEMBERS = 1 << 0, 1 << 1
DESCRIPTION = 400


def get_my_user(world: World, request: Request) -> Json:
    return shapes.user(world.bot) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None, "premium_type": 0}


def get_user(world: World, request: Request) -> Json:
    user = world.users.get(request.id("user_id"))
    if user is None:
        raise refused(10013)
    return shapes.user(user)


def create_dm(world: World, request: Request) -> Json:
    """Always answered, even where no message would get through: that is found out when sending."""
    user = world.users.get(int(request.fields.get("recipient_id") or 0))
    if user is None or user is world.bot:
        raise refused(50033)
    return shapes.channel(world.dm_with(user))


def list_my_guilds(world: World, request: Request) -> list[Json]:
    mine = [one for one in world.guilds.values() if world.bot.id in one.members]
    return [
        {"id": str(one.id), "name": one.name, "icon": None, "banner": None, "owner": False, "features": []}
        | {"permissions": str(in_guild(one, world.bot.id))}
        for one in sorted(mine, key=lambda one: one.id)
    ]


def leave_guild(world: World, request: Request) -> None:
    guild = guild_of(world, request)
    del guild.members[world.bot.id]
    world.tell("GUILD_DELETE", {"id": str(guild.id)}, GUILDS)


def get_guild(world: World, request: Request) -> Json:
    return shapes.guild(world, guild_of(world, request))


def list_guild_channels(world: World, request: Request) -> list[Json]:
    there = guild_of(world, request).channels.values()
    return [shapes.channel(one) for one in there if not one.is_thread and not one.deleted]


def list_guild_roles(world: World, request: Request) -> list[Json]:
    return [shapes.role(one) for one in guild_of(world, request).roles.values()]


def list_guild_members(world: World, request: Request) -> list[Json]:
    """For apps with the privileged intent alone."""
    guild_of(world, request)
    refusal = refused(50001)
    refusal.defect = True
    raise refusal


def get_guild_member(world: World, request: Request) -> Json:
    return shapes.member(member_of(guild_of(world, request), request.id("user_id")))


def update_my_guild_member(world: World, request: Request) -> Json:
    guild = guild_of(world, request, "change_nickname")
    return _nick(world, guild.members[world.bot.id].user, request)


def update_guild_member(world: World, request: Request) -> Json:
    """A nickname: only below the bot's own role, and never the owner's."""
    guild = guild_of(world, request, "manage_nicknames")
    if set(request.fields) - {"nick"}:
        raise bad("", "this fake changes nicknames alone", "UNKNOWN_TO_THE_FAKE")
    member = member_of(guild, request.id("user_id"))
    if not outranks(world, guild, member):
        raise refused(50013)
    return _nick(world, member.user, request)


def _nick(world: World, user: User, request: Request) -> Json:
    member = guild_of(world, request).members[user.id]
    nick: Any = request.fields.get("nick")
    if len(nick or "") > 32:
        raise bad("nick", "Must be 32 or fewer in length.", "BASE_TYPE_BAD_LENGTH")
    member.nick = nick or None
    if user is world.bot:
        world.tell("GUILD_MEMBER_UPDATE", shapes.member(member) | {"guild_id": request.path["guild_id"]}, 0)
    return shapes.member(member)


def add_guild_member_role(world: World, request: Request) -> None:
    member, role = _role(world, request)
    if role not in member.roles:
        member.roles.append(role)


def delete_guild_member_role(world: World, request: Request) -> None:
    member, role = _role(world, request)
    if role in member.roles:
        member.roles.remove(role)


def _role(world: World, request: Request) -> tuple[Any, int]:
    """A role below the bot's own, which no app owns."""
    guild = guild_of(world, request, "manage_roles")
    role = guild.roles.get(request.id("role_id"))
    if role is None:
        raise refused(10011)
    top = max((guild.roles[one].position for one in guild.members[world.bot.id].roles), default=0)
    if role.managed or role.position >= top or role.id == guild.id:
        raise refused(50013)
    return member_of(guild, request.id("user_id")), role.id


def get_application(world: World, request: Request) -> Json:
    installs: Json = {"0": {}} | ({"1": {}} if world.user_install else {})
    whole: Json = {
        "id": str(world.app_id), "name": world.bot.name, "icon": None, "description": "", "type": None, "verify_key": "0" * 64,
        "flags": 0, "flags_new": "0", "redirect_uris": [], "interactions_endpoint_url": None, "team": None, "slug": "plan-e",
        "role_connections_verification_url": None, "approximate_guild_count": len(list_my_guilds(world, request)),
        "approximate_user_install_count": sum(one.installed for one in world.users.values()), "bot_public": True,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
        "bot_require_code_grant": False, "rpc_origins": [], "integration_types_config": installs, "bot": shapes.user(world.bot),
        "owner": shapes.user(next(iter(world.users.values()))), "summary": "",
    }  # fmt: skip
    return whole | world.app


def update_application(world: World, request: Request) -> Json:
    description = request.fields.get("description") or ""
    if len(description) > DESCRIPTION:
        raise bad("description", f"Must be {DESCRIPTION} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if set(request.fields) - {"description", "tags"}:
        raise bad("", "this fake changes description and tags alone", "UNKNOWN_TO_THE_FAKE")
    world.app |= request.fields
    return get_application(world, request)


def members_chunk(world: World, wanted: Json) -> Json:
    """What REQUEST_GUILD_MEMBERS brings without the privileged intent: named people, or up to 100 by the name's beginning."""
    guild = world.guilds[int(wanted["guild_id"])]
    ids = [str(one) for one in wanted.get("user_ids") or []]
    begins = str(wanted.get("query") or "").lower()
    found = [
        one
        for one in guild.members.values()
        if (str(one.user.id) in ids if ids else begins and (one.nick or one.user.name).lower().startswith(begins))
    ]
    missing = [one for one in ids if int(one) not in guild.members]
    chunk: Json = {"guild_id": str(guild.id), "members": [shapes.member(one) for one in found[:100]], "chunk_index": 0}
    return chunk | {"chunk_count": 1, "not_found": missing} | ({"nonce": wanted["nonce"]} if "nonce" in wanted else {})
