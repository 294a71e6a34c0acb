"""The bits of rights, and how a member's add up in a channel (docs: Topics, Permissions)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .state import Channel, Guild

_NAMES = """
create_instant_invite kick_members ban_members administrator manage_channels manage_guild add_reactions view_audit_log
priority_speaker stream view_channel send_messages send_tts_messages manage_messages embed_links attach_files
read_message_history mention_everyone use_external_emojis view_guild_insights connect speak mute_members deafen_members
move_members use_vad change_nickname manage_nicknames manage_roles manage_webhooks manage_guild_expressions
use_application_commands request_to_speak manage_events manage_threads create_public_threads create_private_threads
use_external_stickers send_messages_in_threads use_embedded_activities moderate_members
"""
BITS = {name: 1 << place for place, name in enumerate(_NAMES.split())} | {
    "send_polls": 1 << 49,
    "use_external_apps": 1 << 50,
    "pin_messages": 1 << 51,
}
# What a Telegram administrator's right is called here, so that a flow can be written once for both.
SAME_AS = {
    "can_pin_messages": "pin_messages",
    "can_delete_messages": "manage_messages",
    "can_send_messages": "send_messages",
    "can_manage_topics": "manage_threads",
    "can_manage_tags": "manage_nicknames",
    "can_invite_users": "create_instant_invite",
    "can_change_info": "manage_guild",
    "can_manage_chat": "manage_guild",
}
ALL = sum(BITS.values())
_EVERYONE = """
    create_instant_invite add_reactions stream view_channel send_messages embed_links attach_files read_message_history
    mention_everyone use_external_emojis connect speak use_vad change_nickname use_application_commands request_to_speak
    create_public_threads create_private_threads use_external_stickers send_messages_in_threads use_embedded_activities
    send_polls use_external_apps
"""
FOR_EVERYONE = tuple(_EVERYONE.split())
OF_A_MODERATOR = ("manage_guild", "manage_channels", "manage_messages", "manage_threads", "pin_messages", "manage_nicknames")


def bits(names: Iterable[str]) -> int:
    """These rights as a number."""
    return sum({BITS[SAME_AS.get(name, name)] for name in names})


def split(rights: Mapping[str, bool]) -> tuple[int, int]:
    """Rights granted and rights taken away."""
    return bits(name for name, given in rights.items() if given), bits(name for name, given in rights.items() if not given)


IN_DM = bits(name for name in FOR_EVERYONE if name not in ("connect", "speak", "stream", "create_instant_invite")) | bits(
    ["pin_messages"]
)


def in_guild(guild: "Guild", user_id: int) -> int:
    """What the member may do in the guild as a whole."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    total = guild.roles[guild.id].permissions
    for role in member.roles:
        total |= guild.roles[role].permissions
    return ALL if user_id == guild.owner_id or total & BITS["administrator"] else total


def in_channel(channel: "Channel", user_id: int) -> int:
    """What the member may do there, overwrites included; nothing where the channel is not to be seen."""
    guild = channel.guild
    if guild is None:
        return IN_DM if channel.recipient is not None else 0
    base = in_guild(guild, user_id)
    if base == ALL or not base:
        return base
    place = channel.parent if channel.is_thread and channel.parent is not None else channel
    total = _overwritten(base, place, [guild.id])
    total = _overwritten(total, place, guild.members[user_id].roles)
    total = _overwritten(total, place, [user_id])
    return _implied(total, thread=channel.is_thread)


def _overwritten(total: int, channel: "Channel", ids: Iterable[int]) -> int:
    found = [channel.overwrites[one] for one in ids if one in channel.overwrites]
    for one in found:
        total &= ~one.deny
    for one in found:
        total |= one.allow
    return total


def _implied(total: int, *, thread: bool) -> int:
    if not total & BITS["view_channel"]:
        return 0
    speaks = BITS["send_messages_in_threads" if thread else "send_messages"]
    if not total & speaks:
        total &= ~bits(["mention_everyone", "send_tts_messages", "attach_files", "embed_links"])
    return total
