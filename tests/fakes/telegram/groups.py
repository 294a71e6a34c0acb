"""What happens to groups: the bot added, promoted, removed; members coming and going; topics; the upgrade to a supergroup."""

from dataclasses import dataclass

from .errors import Json
from .people import Group, Person
from .state import Account, Chat, Member, Message, Topic, World

Rights = dict[str, bool]
OWNER_RIGHTS = "creator"


@dataclass(slots=True, eq=False)
class Groups:
    """The acts of owners and members; each returns the update it makes (without `update_id` when the bot does not get it)."""

    world: World

    def group(self, title: str, *, members: list[Person], supergroup: bool = True, forum: bool = False) -> Group:
        """A group without the bot; the first member owns it."""
        chat = self.world.new_group(title, supergroup=supergroup or forum, forum=forum)
        for place, person in enumerate(members):
            chat.members[person.id] = Member(person.account, "member" if place else OWNER_RIGHTS)
        return Group(chat.id, title)

    def adds_bot(self, group: Group, *, by: Person, rights: Rights | None = None) -> Json:
        """The bot joins, as a member, or at once as an administrator with these rights."""
        update = self._bot_becomes(group, by.account, "administrator" if rights else "member", rights or {})
        self._service(self._chat(group), by.account, {"new_chat_members": [self.world.bot.as_user()]})
        return update

    def sets_bot_rights(self, group: Group, rights: Rights, *, by: Person | None = None) -> Json:
        """Administrator with exactly these rights; none left, a member; one of `can_send_…` False, restricted."""
        restricted = any(name.startswith("can_send_") and not may for name, may in rights.items())
        status = "restricted" if restricted else "administrator" if any(rights.values()) else "member"
        return self._bot_becomes(group, by.account if by else self._owner(group), status, rights)

    def removes_bot(self, group: Group, *, by: Person) -> Json:
        """Kicked: the bot is told, and may do nothing there any more."""
        chat = self._chat(group)
        update = self._bot_becomes(group, by.account, "kicked", {})
        if chat.kind == "group":
            self._tell(self.world.post(chat, by.account, {"left_chat_member": self.world.bot.as_user()}))
        return update

    def joins(self, group: Group, person: Person) -> Json:
        chat = self._chat(group)
        self._member_becomes(chat, person.account, person.account, "member")
        return self._service(chat, person.account, {"new_chat_members": [person.account.as_user()]})

    def leaves(self, group: Group, person: Person) -> Json:
        chat = self._chat(group)
        self._member_becomes(chat, person.account, person.account, "left")
        return self._service(chat, person.account, {"left_chat_member": person.account.as_user()})

    def promotes(self, group: Group, person: Person) -> Json:
        """An administrator of the group; a `chat_member` update where the bot may have it."""
        return self._member_becomes(self._chat(group), self._owner(group), person.account, "administrator")

    def demotes(self, group: Group, person: Person) -> Json:
        return self._member_becomes(self._chat(group), self._owner(group), person.account, "member")

    def topic(self, group: Group, name: str) -> int:
        """A new topic's thread id."""
        chat = self._chat(group)
        assert chat.forum, f"{group.title!r} has no topics"
        message = self.world.post(chat, self._owner(group), {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        message.thread = message.id
        chat.topics[message.id] = Topic(message.id, name)
        self._tell(message)
        return message.id

    def closes_topic(self, group: Group, thread: int) -> Json:
        self._chat(group).topics[thread].closed = True
        return self._service(self._chat(group), self._owner(group), {"forum_topic_closed": {}}, thread=thread)

    def upgrades(self, group: Group) -> Group:
        """The group becomes a supergroup with a new id: two service messages, one in each chat."""
        old, owner = self._chat(group), self._owner(group)
        assert old.kind == "group", f"{group.title!r} is a supergroup already"
        new = self.world.new_group(old.title, supergroup=True, forum=False)
        new.members = {user: Member(one.account, one.status, dict(one.rights), one.tag) for user, one in old.members.items()}
        self._service(old, owner, {"migrate_to_chat_id": new.id})
        self._service(new, owner, {"migrate_from_chat_id": old.id})
        old.migrated_to = new.id
        return Group(new.id, new.title)

    def _chat(self, group: Group) -> Chat:
        return self.world.chats[group.id]

    def _owner(self, group: Group) -> Account:
        return next(one.account for one in self._chat(group).members.values() if one.status == OWNER_RIGHTS)

    def _service(self, chat: Chat, sender: Account, body: Json, *, thread: int | None = None) -> Json:
        return self._tell(self.world.post(chat, sender, body, thread=thread))

    def _tell(self, message: Message) -> Json:
        """Service messages reach the bot whatever its privacy mode, as long as it is there (or is told that it no longer is)."""
        there = self.world.bot_in(message.chat).present or message.body.get("left_chat_member", {}).get("id") == self.world.bot.id
        return self.world.updates.put("message", message.as_json()) if there else {"message": message.as_json()}

    def _bot_becomes(self, group: Group, by: Account, status: str, rights: Rights) -> Json:
        return self.world.updates.put("my_chat_member", self._change(self._chat(group), by, self.world.bot, status, rights))

    def _member_becomes(self, chat: Chat, by: Account, account: Account, status: str) -> Json:
        body = self._change(chat, by, account, status, {"can_manage_chat": True} if status == "administrator" else {})
        told = self.world.bot_in(chat).status == "administrator"
        return self.world.updates.put("chat_member", body) if told else {"chat_member": body}

    def _change(self, chat: Chat, by: Account, account: Account, status: str, rights: Rights) -> Json:
        member = chat.members.setdefault(account.id, Member(account, "left"))
        before = member.as_json()
        member.status, member.rights = status, dict(rights)
        body: Json = {"chat": chat.as_json(), "from": by.as_user(), "date": int(self.world.now().timestamp())}
        return body | {"old_chat_member": before, "new_chat_member": member.as_json()}
