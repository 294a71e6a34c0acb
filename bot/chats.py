"""What happens to chats without anybody typing: the bot is added, moved, removed or blocked; members leave."""

from datetime import datetime

from bot.domain.notices.general import PressedInVain
from bot.events import BotMoved, Chat, ChatMoved, Event, MemberLeft, Person, Reach, Unheard
from bot.services import boards, digests, group_setup, groups, posts
from bot.services.meeting import meet_group, meet_person, move_group
from bot.store import groups as group_rows
from bot.store import outbox, people, sending, timers
from bot.store.database import Tx
from bot.store.outbox import group_line


async def handle(tx: Tx, event: Event, *, at: datetime, source: str) -> None:
    """Handle what happened to a chat; `source` names the update, so that the same one twice posts once."""
    match event:
        case BotMoved(present=True):
            await _came(tx, event, at=at, source=source)
        case BotMoved(chat=chat):
            await _went(tx, chat, source=source, at=at)
        case Reach(person=person, reachable=reachable):
            await _reach(tx, person, reachable=reachable, at=at)
        case MemberLeft(person=person, chat=chat):
            await _left(tx, person, chat, source=source, at=at)
        case ChatMoved(chat=chat, successor=successor):
            await _moved(tx, chat, successor, at=at)
        case Unheard(person=person):
            await _in_vain(tx, person, at=at)
        case _:
            return


async def _came(tx: Tx, event: BotMoved, *, at: datetime, source: str) -> None:
    """The bot was added to a group, or its rights there changed."""
    chat = event.chat
    group = await meet_group(tx, platform=chat.platform, chat=chat.chat, title=chat.title, server=chat.server, at=at)
    if group.server is not None and chat.chat != group.home:
        return  # what the bot may do matters where posts go
    await group_rows.change(tx, group.id, rights=event.rights)
    known = await timers.find(tx, kind="digest", subject=group.id) is not None
    if event.newly and not known:  # a chat that moved is entered anew, and keeps what was set up in it
        await digests.schedule(tx, group, at=at)
        await group_setup.put_up(tx, group, source=source, at=at)
    else:
        await digests.ensure_scheduled(tx, group, at=at)
        await group_setup.refresh(tx, group, at=at)
    if event.rights.get("pin") and not group.rights.get("pin"):
        await boards.pin(tx, group, at=at)


async def _went(tx: Tx, chat: Chat, *, source: str, at: datetime) -> None:
    """The bot was removed: nothing more is said there until it is back. Of two channels the other one stays."""
    group = await group_rows.by_chat(tx, platform=chat.platform, chat=chat.chat)
    if group is not None and group.server is not None and group.topic is not None:
        await group_setup.lose_channel(tx, group, chat.chat, source=source, at=at)
    elif group is not None:
        await group_rows.change(tx, group.id, active=False, rights={})
        for kind in ("digest", "board"):
            await timers.drop(tx, kind=kind, subjects=[group.id])


async def _reach(tx: Tx, person: Person, *, reachable: bool, at: datetime) -> None:
    await meet_person(
        tx,
        platform=person.platform,
        account=person.account,
        name=person.name,
        username=person.username,
        language=person.language,
        private=reachable,
        at=at,
    )
    await people.change_identity(tx, platform=person.platform, account=person.account, reachable=reachable)


async def _left(tx: Tx, person: Person, chat: Chat, *, source: str, at: datetime) -> None:
    found = await people.by_account(tx, platform=person.platform, account=person.account)
    group = await group_rows.by_chat(tx, platform=chat.platform, chat=chat.chat)
    if found is not None and group is not None:
        await groups.gone(tx, found[0], group, source=source, at=at)


async def _moved(tx: Tx, chat: Chat, successor: str, *, at: datetime) -> None:
    """A group goes on under another id. Whichever of the two updates comes first, the older row keeps its members."""
    group = await group_rows.by_chat(tx, platform=chat.platform, chat=chat.chat)
    if group is not None:
        for key in (f"board:{group.id}", f"setup:{group.id}"):  # the old chat's messages cannot be edited any more
            await outbox.forget_shown(tx, key)
        await move_group(tx, group, successor=successor)
        await group_rows.change(tx, group.id, active=True)  # that it left the old chat may have been heard before
        await sending.release_line(tx, group_line(group.id))
        await digests.ensure_scheduled(tx, group, at=at)
        await group_setup.refresh(tx, group, at=at)
        await boards.touch(tx, group.id, at=at)


async def _in_vain(tx: Tx, person: Person, *, at: datetime) -> None:
    """Tell who pressed something while the bot was deaf that nothing came of it; once an hour is enough."""
    found = await people.by_account(tx, platform=person.platform, account=person.account)
    if found is not None:
        await posts.tell(tx, found[0], PressedInVain(), key=f"vain:{found[0].id}:{at:%Y-%m-%dT%H}", at=at)
