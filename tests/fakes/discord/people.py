"""People, as a test moves them: what they type, press, choose, fill in, close. Each act returns the payload it makes.

A payload that no session of the bot has, connected or to be resumed, comes back without an `s` (its number there).
"""

import mimetypes
from dataclasses import dataclass
from typing import Any

from . import shapes
from .asking import ask
from .commands import OF_MESSAGE, OF_USER, SUBCOMMAND
from .composing import intent_for
from .errors import Json
from .forms import filled
from .mentions import settle
from .message_shapes import event
from .message_shapes import message as message_shape
from .pressing import chosen, pressed
from .seen import Modal, Seen, modal, seen_in
from .state import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, REPLY, Channel, Interaction, Message, Upload, User
from .typed import command_data, named, resolve_user
from .world import World

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"


@dataclass(frozen=True, slots=True)
class Group:
    """A channel of a guild, or a thread in one: what is a group to Plan E. `id` is the channel's."""

    id: int
    title: str
    guild_id: int


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a Discord account."""

    world: World
    account: User

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    # --- words

    def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        reply_to: Any = None,
        thread: int | None = None,
        attach: tuple[str, bytes] | None = None,
    ) -> Json:
        """Types `text` in DM, or in `chat` or a thread of it. "/name the rest" is a slash command (`attach` fills its file)."""
        where, text = self._place(chat, thread), text.strip()
        if text.startswith("/"):
            return ask(
                self.world, self.account, where, COMMAND, command_data(self.world, self.account, where, text, attach=attach)
            )
        return self._sends(where, text, reply_to=reply_to)

    def sends_document(
        self, name: str, content: bytes, *, caption: str | None = None, chat: Group | None = None, reply_to: Any = None
    ) -> Json:
        return self._sends(self._place(chat), caption or "", file=(name, content), reply_to=reply_to)

    def sends_photo(
        self, content: bytes = PIXEL, *, caption: str | None = None, chat: Group | None = None, reply_to: Any = None
    ) -> Json:
        return self.sends_document("photo.png", content, caption=caption, chat=chat, reply_to=reply_to)

    def edits(self, message: Any, text: str) -> Json:
        """Changes an own message."""
        own = find(self.world, message)
        assert own.author is self.account, f"{self.name} did not write that message"
        own.edits.append(own.content)
        own.content, own.edited_at = text, self.world.now()
        settle(self.world, own, None)
        return self.world.tell("MESSAGE_UPDATE", event(self.world, own), intent_for(own.channel))

    def reacts(self, message: Any, emoji: str) -> Json:
        target = self._sees(message)
        target.reactions.setdefault(emoji, []).append(self.id)
        data: Json = {"user_id": str(self.id), "channel_id": str(target.channel.id), "message_id": str(target.id)}
        data |= {"emoji": {"id": None, "name": emoji}, "burst": False, "type": 0, "message_author_id": str(target.author.id)}
        guild = target.channel.guild
        if guild is not None:
            data |= {"guild_id": str(guild.id), "member": shapes.member(guild.members[self.id])}
        return self.world.tell("MESSAGE_REACTION_ADD", data, 1 << 10 if guild else 1 << 13)

    # --- interactions

    def presses(self, message: Any, label: str = "", *, data: str | None = None) -> Json:
        """Presses a button by its label (exact, or the only one that begins so), or one long gone by its custom id (`data`)."""
        target = self._sees(message)
        return ask(self.world, self.account, target.channel, COMPONENT, pressed(target, label, data), message=target)

    def chooses(self, message: Any, *options: str, menu: str | None = None) -> Json:
        """Chooses from the message's only menu, or the one with custom id `menu`: by label, or people and roles by name."""
        target = self._sees(message)
        data = chosen(self.world, target, options, menu)
        return ask(self.world, self.account, target.channel, COMPONENT, data, message=target)

    def uses_context_menu(self, name: str, target: Any) -> Json:
        """Chooses an app command from the menu of a message, or of a `Person`."""
        if isinstance(target, Person):
            return self._asks_about(name, target, self._place(None))
        message, resolved = self._sees(target), {}
        command = named(self.world, self.account, message.channel, name, OF_MESSAGE)
        resolved["messages"] = {str(message.id): message_shape(self.world, message, full=True)}
        data = {"id": command["id"], "name": name, "type": OF_MESSAGE, "target_id": str(message.id), "resolved": resolved}
        return ask(self.world, self.account, message.channel, COMMAND, data)

    def asks_about(self, name: str, person: "Person", *, chat: Group) -> Json:
        """Chooses an app command from the menu of somebody in `chat`."""
        return self._asks_about(name, person, self._place(chat))

    def _asks_about(self, name: str, person: "Person", where: Channel) -> Json:
        command = named(self.world, self.account, where, name, OF_USER)
        resolved: Json = {}
        resolve_user(self.world, where, person.account, resolved)
        data = {"id": command["id"], "name": name, "type": OF_USER, "target_id": str(person.id), "resolved": resolved}
        return ask(self.world, self.account, where, COMMAND, data)

    async def autocompletes(self, command: str, option: str, typed: str, *, chat: Group | None = None) -> list[str]:
        """Types into an option of a command ("/plan add"), and waits for the choices the bot offers."""
        asked = self._types(command, option, typed, chat=chat)
        await self.world.until(lambda: asked.answered or not asked.delivered)
        return [one["name"] for one in asked.choices or []]

    def _types(self, command: str, option: str, typed: str, *, chat: Group | None) -> Interaction:
        where = self._place(chat)
        words = command.removeprefix("/").split()
        known = named(self.world, self.account, where, words[0])
        options = known.get("options") or []
        for word in words[1:]:
            options = next(one for one in options if one["name"] == word).get("options") or []
        target = next((one for one in options if one["name"] == option), None)
        assert target is not None, f"{command} has {[one['name'] for one in options]}, not {option!r}"
        assert target.get("autocomplete"), f"{option!r} of {command} is not completed as one types"
        inside = [{"name": option, "type": target["type"], "value": typed, "focused": True}]
        for word in reversed(words[1:]):
            inside = [{"name": word, "type": SUBCOMMAND, "options": inside}]
        ask(self.world, self.account, where, AUTOCOMPLETE, {"id": known["id"], "name": words[0], "type": 1, "options": inside})
        return next(reversed(self.world.interactions.values()))

    def submits(self, form: Modal, **values: str) -> Json:
        """Fills in the form that opened (by custom id or label) and sends it; what is not named stays as it was."""
        asked = self.world.interactions[form.interaction_id]
        assert asked.user is self.account, f"the form is on {asked.user.name}'s screen, not on {self.name}'s"
        assert asked.modal is not None
        data = filled(asked.modal, values)
        asked.modal = asked.modal | {"sent": True}
        return ask(self.world, self.account, asked.channel, MODAL, data, message=asked.message)

    # --- what is seen

    def sees(self, chat: Group | None = None) -> list[Seen]:
        """The bot's messages there as this person has them, those meant for nobody else among them."""
        return seen_in(self.world, self.world.channels[chat.id] if chat else self.world.dm_with(self.account), by=self.account)

    def modals(self) -> list[Modal]:
        """The forms that opened and were not sent yet, oldest first."""
        mine = [one for one in self.world.interactions.values() if one.user is self.account and one.modal]
        return [modal(one) for one in mine if one.modal and not one.modal.get("sent")]

    # --- the account

    def installs_app(self) -> None:
        """Adds the app to the own account: its commands work in DM without a common guild."""
        assert self.world.user_install, "this app can be added to guilds alone"
        self.account.installed = True

    def uninstalls_app(self) -> None:
        self.account.installed = False

    def closes_dms(self) -> None:
        """From now on: 50007, until `opens_dms`."""
        self.account.closed = True

    def opens_dms(self) -> None:
        self.account.closed = False

    blocks_bot, unblocks_bot = closes_dms, opens_dms

    def deletes_account(self) -> None:
        self.account.deleted = True

    # --- how

    def _place(self, chat: Group | None, thread: int | None = None) -> Channel:
        assert not self.account.deleted, f"{self.name} deleted the account"
        if chat is None:
            assert not self.account.closed, f"{self.name} blocked the bot and has to unblock it first"
            if not self.world.reachable(self.account):
                self.installs_app()  # there is no other way to write to it
            return self.world.dm_with(self.account)
        channel = self.world.channels[thread or chat.id]
        self._check_present(channel)
        return channel

    def _check_present(self, channel: Channel) -> None:
        assert not channel.deleted, f"#{channel.name} is gone"
        guild = channel.guild
        assert guild is None or self.id in guild.members, f"{self.name} is not in the guild of #{channel.name}"

    def _sees(self, message: Any) -> Message:
        target = find(self.world, message)
        assert not target.deleted, f"{self.name} cannot use a deleted message: {target.content!r}"
        assert target.only_for in (None, self.account), f"{self.name} does not see that message"
        assert target.channel.recipient in (None, self.account), f"that is not {self.name}'s DM"
        self._check_present(target.channel)
        return target

    def _sends(self, where: Channel, text: str, *, file: tuple[str, bytes] | None = None, reply_to: Any = None) -> Json:
        message = self.world.post(where, self.account, text)
        if file is not None:
            kind = mimetypes.guess_type(file[0])[0] or "application/octet-stream"
            message.files.append(self.world.store(where, Upload(file[0], file[1], kind)))
        if reply_to is not None:
            message.reply_to = self._sees(reply_to)
            message.kind, message.quotes = REPLY, (where.id, message.reply_to.id)
        settle(self.world, message, None)
        return self.world.tell("MESSAGE_CREATE", event(self.world, message), intent_for(where))


def find(world: World, what: Any) -> Message:
    """The stored message meant by a `Seen`, a payload, or a message's JSON."""
    if isinstance(what, Seen):
        return world.messages[what.id]
    inner = what.get("d", what)
    return world.messages[int(inner["message"]["id"] if "message" in inner else inner["id"])]
