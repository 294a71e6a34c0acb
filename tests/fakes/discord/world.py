"""All of it, with the clock in the test's hand: making things, finding them, and telling the gateway."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from .errors import Json
from .permissions import FOR_EVERYONE, bits
from .snowflakes import Snowflakes
from .state import DM, TEXT, Channel, Guild, Interaction, Member, Message, Role, Stored, Upload, User

Wait = Callable[[Callable[[], object]], Awaitable[None]]
Tell = Callable[[str, Json, int], Json]  # event, its data, the intent it needs (0: none); the payload that went out


def _nobody(event: str, data: Json, intent: int) -> Json:
    return {"t": event, "d": data}


async def _at_once(condition: Callable[[], object]) -> None:
    assert condition()


@dataclass(slots=True, eq=False, repr=False)
class World:
    """Everything there is, by id."""

    now: Callable[[], datetime]
    app_id: int
    bot: User
    user_install: bool = True
    url: str = ""  # of the server, for links to files
    tell: Tell = _nobody
    until: Wait = _at_once
    listening: Callable[[], bool] = lambda: False  # whether a session is connected just now
    ids: Snowflakes = field(default_factory=Snowflakes)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    dms: dict[int, Channel] = field(default_factory=dict)  # by the person's id
    files: dict[str, Stored] = field(default_factory=dict)
    interactions: dict[int, Interaction] = field(default_factory=dict)
    tokens: dict[str, Interaction] = field(default_factory=dict)
    commands: dict[int | None, dict[int, Json]] = field(default_factory=dict)  # by guild (None: everywhere), then by id
    nonces: dict[str, Message] = field(default_factory=dict)
    app: Json = field(default_factory=dict)  # what was set of the application

    def new_id(self) -> int:
        return self.ids.next(self.now())

    def new_user(self, name: str, *, username: str | None, locale: str) -> User:
        user = User(self.new_id(), username or "".join(filter(str.isalnum, name.lower())) or "someone", name, locale)
        self.users[user.id] = user
        return user

    def new_guild(self, name: str, owner: User) -> Guild:
        guild = Guild(self.new_id(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", bits(FOR_EVERYONE), 0)
        self.guilds[guild.id] = guild
        return guild

    def new_channel(self, guild: Guild, name: str, *, kind: int = TEXT, parent: Channel | None = None) -> Channel:
        channel = Channel(self.new_id(), kind, name, guild, parent=parent, made_at=self.now())
        self.channels[channel.id] = guild.channels[channel.id] = channel
        return channel

    def new_role(self, guild: Guild, name: str, permissions: int, *, managed: bool = False) -> Role:
        role = Role(self.new_id(), name, permissions, len(guild.roles), managed)
        guild.roles[role.id] = role
        return role

    def join(self, guild: Guild, user: User) -> Member:
        guild.members[user.id] = member = Member(user, self.now())
        return member

    def dm_with(self, user: User) -> Channel:
        """The DM of the bot and that person, made at first use."""
        if user.id not in self.dms:
            channel = Channel(self.new_id(), DM, recipient=user)
            self.channels[channel.id] = self.dms[user.id] = channel
        return self.dms[user.id]

    def post(self, channel: Channel, author: User, content: str = "", *, kind: int = 0) -> Message:
        """A new message at the end of the channel."""
        message = Message(self.new_id(), channel, author, self.now(), kind, content)
        channel.messages[message.id] = self.messages[message.id] = message
        return message

    def store(self, channel: Channel, upload: Upload, *, description: str | None = None) -> Stored:
        """Keep a file where the CDN finds it."""
        number = self.new_id()
        path = f"attachments/{channel.id}/{number}/{upload.name}"
        self.files[path] = kept = Stored(number, upload.name, upload.content, upload.kind, path, description)
        return kept

    def shared_guilds(self, user: User) -> list[Guild]:
        """The guilds that both this person and the bot are in."""
        return [one for one in self.guilds.values() if user.id in one.members and self.bot.id in one.members]

    def reachable(self, user: User) -> bool:
        """Whether the bot and that person may share a DM at all."""
        return user.installed or bool(self.shared_guilds(user))

    def command(self, number: int) -> Json | None:
        """The registered command with that id."""
        return next((one[number] for one in self.commands.values() if number in one), None)
