"""Users, guilds, roles, members and channels as the API shows them."""

from datetime import datetime, timedelta

from .errors import Json
from .snowflakes import EPOCH, iso
from .state import DM, FORUM, Channel, Guild, Member, Role, User
from .world import World

_EMPTY_USER: Json = {
    "avatar": None, "discriminator": "0", "public_flags": 0, "flags": 0, "banner": None, "accent_color": None,
    "avatar_decoration_data": None, "collectibles": None, "primary_guild": None, "clan": None,
}  # fmt: skip
_EMPTY_GUILD: Json = {
    "icon": None, "description": None, "home_header": None, "splash": None, "discovery_splash": None, "features": [],
    "banner": None, "application_id": None, "region": "deprecated", "afk_channel_id": None, "afk_timeout": 300,
    "system_channel_id": None, "system_channel_flags": 0, "widget_enabled": False, "widget_channel_id": None,
    "verification_level": 0, "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0,
    "max_presences": None, "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
    "vanity_url_code": None, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
    "rules_channel_id": None, "safety_alerts_channel_id": None, "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False, "nsfw": False, "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": None,
}  # fmt: skip
_EMPTY_MEMBER: Json = {
    "avatar": None, "banner": None, "communication_disabled_until": None, "flags": 0, "pending": False,
    "premium_since": None, "mute": False, "deaf": False,
}  # fmt: skip


def user(one: User) -> Json:
    """Somebody as others see them."""
    whole = _EMPTY_USER | {"id": str(one.id), "username": one.username, "global_name": None if one.is_bot else one.name}
    return whole | ({"bot": True} if one.is_bot else {})


def role(one: Role) -> Json:
    """A role with its rights as a decimal string."""
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    whole: Json = {"id": str(one.id), "name": one.name, "permissions": str(one.permissions), "position": one.position}
    whole |= {"color": 0, "colors": colors, "hoist": False, "managed": one.managed, "mentionable": False}
    return whole | {"icon": None, "unicode_emoji": None, "flags": 0, "description": None}


def member(one: Member) -> Json:
    """Somebody in a guild, with the user within."""
    whole = _EMPTY_MEMBER | {"user": user(one.user), "nick": one.nick, "joined_at": iso(one.joined_at)}
    return whole | {"roles": [str(number) for number in one.roles]}


def guild(world: World, one: Guild) -> Json:
    """A guild as REST shows it."""
    return _EMPTY_GUILD | {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(each) for each in one.roles.values()],
    }


def guild_create(world: World, one: Guild) -> Json:
    """A guild as GUILD_CREATE brings it: without the members intent, the bot is the only member in it."""
    me = one.members[world.bot.id]
    open_threads = [each for each in one.channels.values() if each.is_thread and not each.archived and not each.deleted]
    plain = [each for each in one.channels.values() if not each.is_thread and not each.deleted]
    empty: Json = {
        name: []
        for name in (
            "voice_states",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
            "embedded_activities",
        )
    }
    return (
        guild(world, one)
        | empty
        | {
            "joined_at": iso(me.joined_at),
            "large": False,
            "unavailable": False,
            "member_count": len(one.members),
            "members": [member(me)],
            "channels": [channel(each) for each in plain],
            "threads": [channel(each, me=world.bot.id) for each in open_threads],
        }
    )


def channel(one: Channel, *, me: int = 0) -> Json:
    """Any channel; `me` adds the bot's own membership of a thread."""
    last = one.last_message_id
    whole: Json = {"id": str(one.id), "type": one.kind, "flags": 0, "last_message_id": str(last) if last else None}
    whole["last_pin_timestamp"] = iso(one.pins[-1][1]) if one.pins else None
    if one.kind == DM:
        return whole | {"recipients": [user(one.recipient)] if one.recipient else []}
    assert one.guild is not None
    whole |= {"guild_id": str(one.guild.id), "name": one.name, "rate_limit_per_user": 0}
    whole["parent_id"] = str(one.parent.id) if one.parent else None
    return whole | (_thread(one, me) if one.is_thread else _plain(one))


def _plain(one: Channel) -> Json:
    whole: Json = {"position": 0, "topic": one.topic, "nsfw": False, "permission_overwrites": [
        {"id": str(number), "type": each.kind, "allow": str(each.allow), "deny": str(each.deny)}
        for number, each in one.overwrites.items()
    ]}  # fmt: skip
    if one.kind == FORUM:
        forum = {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
        whole |= forum | {"available_tags": one.tags, "flags": 16 if one.needs_tag else 0}
    return whole


def _thread(one: Channel, me: int) -> Json:
    written = sum(each.only_for is None for each in one.messages.values())
    changed: datetime = one.archived_at or one.made_at or EPOCH + timedelta(0)
    whole: Json = {"owner_id": str(one.owner_id), "message_count": written, "total_message_sent": written}
    whole |= {"member_count": len(one.joined), "applied_tags": [str(number) for number in one.applied_tags]}
    whole["thread_metadata"] = {
        "archived": one.archived, "locked": one.locked, "auto_archive_duration": one.archives_after,
        "archive_timestamp": iso(changed), "create_timestamp": iso(one.made_at or EPOCH),
    }  # fmt: skip
    if me in one.joined:
        whole["member"] = thread_member(one, me)
    return whole


def thread_member(one: Channel, number: int) -> Json:
    """Somebody's membership of a thread."""
    return {"id": str(one.id), "user_id": str(number), "join_timestamp": iso(one.joined[number]), "flags": 0}
