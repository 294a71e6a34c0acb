"""What a server has: its channels with the bot's rights there, its roles, who administers it; asked where memory is empty."""

import discord

from bot.events import Chosen
from bot.platforms.discord.rights import rights
from bot.platforms.discord.wire import Client
from bot.ui.message import Among


async def administers(client: Client, server: str, account: str) -> bool:
    """Whether somebody administers a server, and so the groups in it. Raises what discord.py does."""
    guild = await _guild(client, server)
    try:
        member = await guild.fetch_member(int(account))
    except discord.NotFound:
        return False
    return member.guild_permissions.manage_guild


async def _guild(client: Client, server: str) -> discord.Guild:
    return client.get_guild(int(server)) or await client.fetch_guild(int(server), with_counts=False)


async def find(client: Client, server: str, among: Among, value: str) -> Chosen | None:
    """A channel that can be written in, or a role, of a server; None where `value` is none of them. Raises what discord.py does.

    Memory is empty after a process took up the session of the last: then Discord is asked.
    """
    if not value.isascii() or not value.isdigit() or len(value) > 20:
        return None
    number = int(value)
    guild = await _guild(client, server)
    if among is Among.ROLES:
        return Chosen(value) if guild.get_role(number) is not None else None
    channel = guild.get_channel_or_thread(number) or await _asked(guild, number)
    if not isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.Thread):
        return None
    bot = _own(guild, client) or await guild.fetch_member(_id(client))
    return Chosen(value, rights(channel.permissions_for(bot).value, thread=isinstance(channel, discord.Thread)))


async def _asked(guild: discord.Guild, number: int) -> discord.abc.GuildChannel | discord.Thread | None:
    """A channel that memory lacks, perhaps with all others of its server; None where it is another server's, or none."""
    for one in () if guild.channels else await guild.fetch_channels():
        guild._add_channel(one)  # noqa: SLF001 - a thread finds its parent there
    try:
        return guild.get_channel(number) or await guild.fetch_channel(number)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        return None


def _own(guild: discord.Guild, client: Client) -> discord.Member | None:
    return guild.get_member(_id(client))


def _id(client: Client) -> int:
    return client.user.id if client.user else 0
