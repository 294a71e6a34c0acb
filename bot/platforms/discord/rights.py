"""What the bot may do in a channel, from Discord's permission bits."""

from typing import Final

import discord

from bot.events import Chat

ADMINISTRATOR: Final = 1 << 3
MANAGE_GUILD: Final = 1 << 5
VIEW: Final = 1 << 10
SEND: Final = 1 << 11
MANAGE_MESSAGES: Final = 1 << 13
EMBED: Final = 1 << 14
CREATE_THREADS: Final = 1 << 35  # public ones
SEND_IN_THREADS: Final = 1 << 38
PIN: Final = 1 << 51
THREADS: Final = frozenset({10, 11, 12})  # kinds of channel: threads of announcements, public ones (of forums too), private ones

Channel = discord.abc.GuildChannel | discord.Thread


def rights(bits: int, *, thread: bool = False) -> dict[str, bool]:
    """In words of ours: post, pin, embed; and thread, to open one and write in it, which nobody may within a thread."""
    if bits & ADMINISTRATOR:
        return {"post": True, "pin": True, "embed": True, "thread": not thread}
    send = SEND_IN_THREADS if thread else SEND
    return {
        "post": bool(bits & VIEW and bits & send),
        "pin": bool(bits & (PIN | MANAGE_MESSAGES)),
        "embed": bool(bits & EMBED),
        "thread": bool(bits & CREATE_THREADS and bits & SEND_IN_THREADS and not thread),
    }


def administers(bits: int) -> bool:
    """Whether a member with these permissions administers the server, and so the groups in it."""
    return bool(bits & (ADMINISTRATOR | MANAGE_GUILD))


def rights_in(channel: Channel) -> dict[str, bool]:
    """The bot's own rights in a channel that discord.py knows."""
    return rights(channel.permissions_for(channel.guild.me).value, thread=isinstance(channel, discord.Thread))


def title(guild: str, channel: str) -> str:
    """What a group is called: its server and channel; nothing where either is unknown."""
    return f"{guild} #{channel}" if guild and channel else ""


def spots(guild: discord.Guild) -> dict[str, Chat]:
    """Every channel and thread of a server that can be a group, with its name and the bot's rights there."""
    if guild.get_member(guild._state.self_id or 0) is None:  # noqa: SLF001 - Guild.me takes it for granted
        return {}
    channels: list[Channel] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
    return {str(channel.id): spot(channel) for channel in channels}


def spot(channel: Channel) -> Chat:
    """A channel or thread as a group's chat."""
    named, server = title(channel.guild.name, channel.name), str(channel.guild.id)
    return Chat("discord", str(channel.id), False, named, None, rights_in(channel), server)


def welcome(guild: discord.Guild) -> Chat | None:
    """Where the bot introduces itself: the server's own place for such messages, else the first channel it may write in."""
    found = spots(guild)
    first = [guild.system_channel] if guild.system_channel else []
    ordered = [found[str(channel.id)] for channel in (*first, *guild.text_channels) if str(channel.id) in found]
    return next((chat for chat in ordered if chat.rights and chat.rights["post"]), None)
