"""What happens to guilds: the bot added, given rights, removed; members coming and going; channels, threads and forums."""

from dataclasses import dataclass
from typing import Any

from . import shapes
from .composing import remove
from .errors import Json
from .people import Group, Person, find
from .permissions import BITS, OF_A_MODERATOR, bits, in_guild, split
from .state import FORUM, PUBLIC_THREAD, Channel, Guild, Overwrite, Role
from .world import World

Rights = dict[str, bool]
GUILDS = 1 << 0
BOT_ROLE, MODERATORS = "Plan E", "Moderators"
# What the invitation asks for, beside what everyone may do.
INVITED = ("view_channel", "send_messages", "send_messages_in_threads", "embed_links", "attach_files", "read_message_history")


@dataclass(slots=True, eq=False)
class Groups:
    """The acts of owners and members; each returns the payload it makes (without `s` when no session of the bot got it)."""

    world: World

    def group(self, title: str, *, members: list[Person], **_: Any) -> Group:
        """A guild of that name without the bot, with one channel; the first member owns it."""
        guild = self.world.new_guild(title, members[0].account)
        for person in members:
            self.world.join(guild, person.account)
        channel = self.world.new_channel(guild, title.lower().replace(" ", "-"))
        return Group(channel.id, title, guild.id)

    def adds_bot(self, group: Group, *, by: Person, rights: Rights | None = None) -> Json:
        """The bot joins, with what the invitation asks for and these rights (by Discord's names or Telegram's)."""
        guild = self._guild(group)
        assert by.id in guild.members, f"{by.name} is not in {guild.name!r}"
        member = self.world.join(guild, self.world.bot)
        role = self.world.new_role(guild, BOT_ROLE, bits(INVITED), managed=True)
        member.roles = [role.id]
        self._set_rights(group, rights or {}, tell=False)
        return self.world.tell("GUILD_CREATE", shapes.guild_create(self.world, guild), GUILDS)

    def sets_bot_rights(self, group: Group, rights: Rights, *, by: Person | None = None) -> Json:
        """Grants these rights to its role; those set to False are taken away in the channel itself."""
        return self._set_rights(group, rights, tell=True)

    def _set_rights(self, group: Group, rights: Rights, *, tell: bool) -> Json:
        guild, channel = self._guild(group), self._channel(group)
        allowed, denied = split(rights)
        role = guild.role_of(BOT_ROLE)
        role.permissions |= allowed
        place = channel.parent if channel.is_thread and channel.parent else channel
        own = place.overwrites.setdefault(self.world.bot.id, Overwrite(1))
        own.deny = (own.deny | denied) & ~allowed
        if not own.deny and not own.allow:
            del place.overwrites[self.world.bot.id]
        if not tell:
            return {}
        self.world.tell("CHANNEL_UPDATE", shapes.channel(place), GUILDS)
        return self.world.tell("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": shapes.role(role)}, GUILDS)

    def removes_bot(self, group: Group, *, by: Person) -> Json:
        """Kicked: the bot is told, and may do nothing there any more."""
        guild = self._guild(group)
        role = guild.role_of(BOT_ROLE)
        del guild.members[self.world.bot.id], guild.roles[role.id]
        return self.world.tell("GUILD_DELETE", {"id": str(guild.id)}, GUILDS)

    def outage(self, group: Group, *, over: bool = False) -> Json:
        """Discord loses the guild for a while (GUILD_DELETE, unavailable), or has it back."""
        guild = self._guild(group)
        guild.unavailable = not over
        if over:
            return self.world.tell("GUILD_CREATE", shapes.guild_create(self.world, guild), GUILDS)
        return self.world.tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, GUILDS)

    def joins(self, group: Group, person: Person) -> None:
        """Comes in; the bot is not told, for that is privileged."""
        self.world.join(self._guild(group), person.account)

    def leaves(self, group: Group, person: Person) -> None:
        """Goes; the bot is not told, for that is privileged."""
        del self._guild(group).members[person.id]

    def promotes(self, group: Group, person: Person) -> None:
        """Into the role of moderators, who may manage the guild."""
        guild = self._guild(group)
        role = next((one for one in guild.roles.values() if one.name == MODERATORS), None) or self._new_role(guild)
        guild.members[person.id].roles.append(role.id)

    def demotes(self, group: Group, person: Person) -> None:
        guild = self._guild(group)
        guild.members[person.id].roles.remove(guild.role_of(MODERATORS).id)

    def _new_role(self, guild: Guild) -> Role:
        role = self.world.new_role(guild, MODERATORS, bits(OF_A_MODERATOR))
        self.world.tell("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": shapes.role(role)}, GUILDS)
        return role

    def channel(self, group: Group, title: str) -> Group:
        """One more text channel in the same guild."""
        return self._new(group, title)

    def forum(self, group: Group, title: str, *, tags: tuple[str, ...] = (), needs_tag: bool = False) -> Group:
        """A forum in the same guild."""
        return self._new(group, title, kind=FORUM, needs_tag=needs_tag, tags=tags)

    def _new(self, group: Group, title: str, *, kind: int = 0, needs_tag: bool = False, tags: tuple[str, ...] = ()) -> Group:
        channel = self.world.new_channel(self._guild(group), title, kind=kind)
        channel.needs_tag = needs_tag
        empty = {"moderated": False, "emoji_id": None, "emoji_name": None}
        channel.tags = [{"id": str(self.world.new_id()), "name": one} | empty for one in tags]
        self.world.tell("CHANNEL_CREATE", shapes.channel(channel), GUILDS)
        return Group(channel.id, title, group.guild_id)

    def thread(self, group: Group, title: str, *, by: Person | None = None) -> Group:
        """A public thread, opened by its owner (the guild's, unless `by` somebody)."""
        guild = self._guild(group)
        thread = self.world.new_channel(guild, title, kind=PUBLIC_THREAD, parent=self._channel(group))
        thread.owner_id = by.id if by else guild.owner_id
        thread.joined[thread.owner_id] = self.world.now()
        self.world.tell("THREAD_CREATE", shapes.channel(thread) | {"newly_created": True}, GUILDS)
        return Group(thread.id, title, guild.id)

    def topic(self, group: Group, name: str) -> int:
        """A thread's id: what a topic is on Telegram."""
        return self.thread(group, name).id

    def closes_topic(self, group: Group, thread: int) -> Json:
        """Archived and locked."""
        return self.archives(Group(thread, "", group.guild_id), locked=True)

    def archives(self, thread: Group, *, locked: bool = False) -> Json:
        """A thread is put away, and locked if nobody shall write there."""
        channel = self._channel(thread)
        channel.archived, channel.locked, channel.archived_at = True, locked, self.world.now()
        return self.world.tell("THREAD_UPDATE", shapes.channel(channel), GUILDS)

    def renames(self, group: Group, title: str) -> Json:
        """Guild and channel are called otherwise; two payloads, the guild's is returned."""
        guild, channel = self._guild(group), self._channel(group)
        guild.name, channel.name = title, title.lower().replace(" ", "-")
        self.world.tell("CHANNEL_UPDATE", shapes.channel(channel), GUILDS)
        return self.world.tell("GUILD_UPDATE", shapes.guild(self.world, guild), GUILDS)

    def deletes_channel(self, group: Group) -> Json:
        """The channel or thread is gone, with all its messages."""
        channel = self._channel(group)
        channel.deleted = True
        return self.world.tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", shapes.channel(channel), GUILDS)

    def deletes_message(self, message: Any, *, by: Person) -> None:
        """A moderator (or the author) takes a message away."""
        found = find(self.world, message)
        guild = found.channel.guild
        may = guild is not None and in_guild(guild, by.id) & BITS["manage_messages"]
        assert found.author is by.account or may, f"{by.name} may not delete that"
        remove(self.world, found)

    def _guild(self, group: Group) -> Guild:
        return self.world.guilds[group.guild_id]

    def _channel(self, group: Group) -> Channel:
        return self.world.channels[group.id]
