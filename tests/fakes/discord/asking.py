"""How an interaction comes about: its payload, and whether anybody was there to get it."""

import secrets

from . import shapes
from .errors import Json
from .limits import FILE_BYTES
from .message_shapes import message as message_shape
from .permissions import in_channel
from .state import ANSWER_TIME, Channel, Interaction, Message, User
from .world import World

GUILD, BOT_DM = 0, 1


def ask(world: World, user: User, channel: Channel, kind: int, data: Json, *, message: Message | None = None) -> Json:
    """Hand an interaction to the bot; the payload of the gateway (with `s` where a session got it)."""
    number = world.new_id()
    token = secrets.token_urlsafe(60)
    interaction = Interaction(number, token, kind, user, channel, world.now(), data, message)
    interaction.context = BOT_DM if channel.guild is None else GUILD
    world.interactions[number] = world.tokens[token] = interaction
    interaction.delivered = world.listening()
    return world.tell("INTERACTION_CREATE", _payload(world, interaction), 0)


def _payload(world: World, one: Interaction) -> Json:
    channel, guild = one.channel, one.channel.guild
    whole: Json = {
        "id": str(one.id),
        "application_id": str(world.app_id),
        "type": one.kind,
        "data": one.data,
        "token": one.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": shapes.channel(channel),
        "locale": one.user.locale,
        "app_permissions": str(in_channel(channel, world.bot.id)),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": _owners(world, one),
        "context": one.context,
        "attachment_size_limit": FILE_BYTES,
    }
    if one.message is not None:
        whole["message"] = message_shape(world, one.message, full=True)
    if guild is None:
        return whole | {"user": shapes.user(one.user)}
    rights = in_channel(channel, one.user.id)
    whole["channel"]["permissions"] = str(rights)
    whole |= {
        "guild_id": str(guild.id),
        "guild_locale": "en-US",
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
    }
    return whole | {"member": shapes.member(guild.members[one.user.id]) | {"permissions": str(rights)}}


def _owners(world: World, one: Interaction) -> Json:
    guild = one.channel.guild
    owners = {"1": str(one.user.id)} if one.user.installed else {}
    if guild is not None and world.bot.id in guild.members:
        owners["0"] = str(guild.id)
    elif guild is None and world.shared_guilds(one.user):
        owners["0"] = "0"
    return owners


def failed(world: World) -> list[Interaction]:
    """Those that ended in "The application did not respond" (or, for typing, in no choices)."""
    late = [one for one in world.interactions.values() if not one.answered]
    return [one for one in late if not one.delivered or world.now() - one.at > ANSWER_TIME]
