"""Messages as the API shows them, to the bot: without the message-content intent, much of it is empty."""

import mimetypes
from datetime import timedelta
from typing import Any

from . import shapes
from .errors import Json
from .snowflakes import iso
from .state import DM, EPHEMERAL, Message, Stored
from .world import World

LINK_LIFE = timedelta(hours=24)


def readable(world: World, one: Message) -> bool:
    """Whether an app without the message-content intent is shown what the message says."""
    return one.channel.kind == DM or one.author is world.bot or world.bot in one.mentions or one.interaction is not None


def link(world: World, one: Stored) -> str:
    """The file's address, signed, and good for a day."""
    until = world.now() + LINK_LIFE
    signature = f"ex={int(until.timestamp()):x}&is={int(world.now().timestamp()):x}&hm={one.id:064x}&"
    return f"{world.url}/{one.path}?{signature}"


def attachment(world: World, one: Stored, *, ephemeral: bool = False) -> Json:
    """A file of a message."""
    url = link(world, one)
    whole: Json = {"id": str(one.id), "filename": one.name, "size": len(one.content), "url": url, "proxy_url": url}
    whole["content_type"] = mimetypes.guess_type(one.name)[0] or one.kind
    whole |= {"description": one.description} if one.description else {}
    return whole | ({"ephemeral": True} if ephemeral else {})


def message(world: World, one: Message, *, quoted: bool = False, full: bool = False) -> Json:
    """The message; `full` where even a stranger's content is shown (a message command's target, what a press is about)."""
    said = full or readable(world, one)
    whole: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": shapes.user(one.author),
        "type": one.kind,
        "timestamp": iso(one.at),
        "edited_timestamp": iso(one.edited_at) if one.edited_at else None,
        "tts": False,
        "flags": one.flags | (EPHEMERAL if one.only_for else 0),
        "pinned": one.pinned,
        "mention_everyone": one.mention_everyone,
        "mentions": [shapes.user(each) for each in one.mentions],
        "mention_roles": [str(each) for each in one.mention_roles],
        "content": one.content if said else "",
        "embeds": _embeds(world, one) if said else [],
        "attachments": _attachments(world, one) if said else [],
        "components": one.components if said else [],
    }
    return whole | _extras(world, one, quoted=quoted)


def _extras(world: World, one: Message, *, quoted: bool) -> Json:
    more: Json = {}
    if one.nonce is not None:
        more["nonce"] = one.nonce
    if one.interaction is not None:
        more |= {"interaction_metadata": one.interaction, "application_id": str(world.app_id), "webhook_id": str(world.app_id)}
    if one.reactions:
        more["reactions"] = [_reaction(world, emoji, who) for emoji, who in one.reactions.items()]
    if one.thread is not None:
        more["thread"] = shapes.channel(one.thread, me=world.bot.id)
    if one.quotes is not None:
        more["message_reference"] = {"type": 0, "channel_id": str(one.quotes[0]), "message_id": str(one.quotes[1])}
        if one.channel.guild is not None:
            more["message_reference"]["guild_id"] = str(one.channel.guild.id)
    if one.quotes is not None and not quoted:
        there = one.reply_to is not None and not one.reply_to.deleted
        more["referenced_message"] = message(world, one.reply_to, quoted=True) if there and one.reply_to else None
    return more


def _attachments(world: World, one: Message) -> list[Json]:
    used = _names_used(one.embeds)
    return [attachment(world, each, ephemeral=one.only_for is not None) for each in one.files if each.name not in used]


def _names_used(embeds: list[Json]) -> set[str]:
    places = [embed.get(part) for embed in embeds for part in ("image", "thumbnail", "footer", "author")]
    links = [str(place.get(key, "")) for place in places if place for key in ("url", "icon_url")]
    return {each.removeprefix("attachment://") for each in links if each.startswith("attachment://")}


def _embeds(world: World, one: Message) -> list[Json]:
    links = {f"attachment://{each.name}": link(world, each) for each in one.files}

    def linked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: linked(each) for key, each in value.items()}
        return links.get(value, value) if isinstance(value, str) else value

    return [{"type": "rich"} | linked(embed) for embed in one.embeds]


def _reaction(world: World, emoji: str, who: list[int]) -> Json:
    me = world.bot.id in who
    counts = {"count": len(who), "count_details": {"burst": 0, "normal": len(who)}, "burst_colors": [], "me_burst": False}
    return counts | {"me": me, "emoji": {"id": None, "name": emoji}}


def event(world: World, one: Message, *, full: bool = False) -> Json:
    """The message as MESSAGE_CREATE and MESSAGE_UPDATE bring it: with its guild, and the author's membership."""
    whole = message(world, one, full=full) | {"channel_type": one.channel.kind}
    guild = one.channel.guild
    if guild is None:
        return whole
    whole["guild_id"] = str(guild.id)
    if one.author.id in guild.members and one.interaction is None:
        whole["member"] = {key: value for key, value in shapes.member(guild.members[one.author.id]).items() if key != "user"}
    return whole
