"""Which channel and which message a call means, and whether the bot may do that there."""

from .errors import refused
from .permissions import BITS, in_channel, in_guild
from .state import Channel, Guild, Member, Message, Request, User
from .world import World

PLAIN_TEXT = (0, 1, 5, 10, 11, 12)


def channel_of(world: World, request: Request, *needs: str) -> Channel:
    """The channel in the path, one the bot can see and has these rights in."""
    channel = world.channels.get(request.id("channel_id"))
    if channel is None:
        raise refused(10003, defect=True)
    if channel.deleted or (channel.guild is not None and channel.guild.id not in world.guilds):
        raise refused(10003)
    if channel.guild is not None:
        _check_sees(world, channel)
    need(world, channel, *needs)
    return channel


def _check_sees(world: World, channel: Channel) -> None:
    if not in_channel(channel, world.bot.id) & BITS["view_channel"]:
        raise refused(50001)


def may(world: World, channel: Channel, right: str) -> bool:
    """Whether the bot has that right there (in a DM: the few that exist there)."""
    return bool(in_channel(channel, world.bot.id) & BITS[right])


def need(world: World, channel: Channel, *rights: str) -> None:
    """50013 unless the bot has all of them."""
    if not all(may(world, channel, right) for right in rights):
        raise refused(50013)


def check_may_send(world: World, channel: Channel) -> None:
    """Text can be written there, and the bot may write."""
    if channel.kind not in PLAIN_TEXT:
        raise refused(50008)
    if channel.recipient is not None:
        check_reaches(world, channel.recipient)
        return
    if channel.is_thread and channel.locked and not may(world, channel, "manage_threads"):
        raise refused(160005)
    need(world, channel, "send_messages_in_threads" if channel.is_thread else "send_messages")


def check_reaches(world: World, user: User) -> None:
    """A person takes the bot's DMs: shares a guild with it or installed it, and has not closed them."""
    if user.deleted or user.closed:
        raise refused(50007)
    if not world.reachable(user):
        raise refused(50278)


def message_of(channel: Channel, number: int, *, by_token: bool = False) -> Message:
    """The live message with this id; ephemeral ones exist for interaction tokens alone."""
    message = channel.messages.get(number)
    if message is None:
        raise refused(10008, defect=True)
    if message.deleted:
        raise refused(10008)
    if message.only_for is not None and not by_token:
        raise refused(10008, defect=True)
    return message


def guild_of(world: World, request: Request, *needs: str) -> Guild:
    """The guild in the path, one the bot is in."""
    guild = world.guilds.get(request.id("guild_id"))
    if guild is None:
        raise refused(10004)
    if world.bot.id not in guild.members:
        raise refused(50001)
    if not all(in_guild(guild, world.bot.id) & BITS[right] for right in needs):
        raise refused(50013)
    return guild


def member_of(guild: Guild, number: int) -> Member:
    """The member with that id."""
    if number not in guild.members:
        raise refused(10007)
    return guild.members[number]


def outranks(world: World, guild: Guild, member: Member) -> bool:
    """Whether the bot stands above that member (nobody stands above the owner)."""

    def height(one: Member) -> int:
        return max((guild.roles[role].position for role in one.roles), default=0)

    return member.user.id != guild.owner_id and height(guild.members[world.bot.id]) > height(member)
