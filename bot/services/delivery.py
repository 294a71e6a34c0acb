"""What follows from sending: who can be reached where, and what a learner is owed when something did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import FALLBACK_ZONE
from bot.services import cards, commitments, digests
from bot.services.meeting import move_group
from bot.store import groups, outbox, people, sending
from bot.store.database import Tx
from bot.store.outbox import Act, Item, Lane, Look, Outgoing


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a message goes, and how its reader is spoken to. `spare`: there is another account to try."""

    platform: str
    chat: str
    topic: str | None
    language: str
    zone: str
    spare: bool = False


async def addressee(tx: Tx, item: Item, *, on: str) -> Addressee | None:
    """Where the item goes as of now (a group may have moved); None when nobody can be reached there any more.

    `on` is the platform that it is meant for. A new private message goes to another account of its reader's where that one
    cannot be written to; not one of which nobody knows whether it arrived.
    """
    if item.group_id is not None:
        group = await groups.get(tx, item.group_id)
        return Addressee(on, group.chat, group.topic, group.language, group.clock_zone) if group.active else None
    found = [one for one in await people.reach(tx, item.learner_id or 0) if one.reachable]
    meant = [one for one in found if one.platform == on]
    movable = item.act is Act.SEND and not item.doubts
    to = next(iter(meant or (found if movable else ())), None)
    if to is None:
        return None
    zone = to.zone or FALLBACK_ZONE
    return Addressee(to.platform, to.account, None, to.language, zone, spare=movable and len(found) > 1)


async def message_of(tx: Tx, item: Item) -> Look:
    """The message an item acts upon, "" where nothing is shown, and its platform, which may not be the one the item is for."""
    if item.ref is not None or item.act in {Act.SEND, Act.TOAST} or not item.shows:
        return Look(item.platform, item.ref or "", "")
    return await outbox.look_of(tx, item.shows) or Look(item.platform, "", "")


async def goes_elsewhere(tx: Tx, item: Item, *, platform: str) -> None:
    """It belongs on another platform: the reader cannot be written to on this one, or the message to edit stands there.

    An account named in it is one of the platform it was meant for, and would be a stranger's there.
    """
    named = {"account": "", "username": None} if "account" in item.facts else {}
    await sending.go_elsewhere(tx, item, platform=platform, facts={**item.facts, **named})


async def unreachable(tx: Tx, item: Item) -> None:
    """The platform said that its reader cannot be written to there."""
    await _mark_unreachable(tx, item)


async def thread_opened(tx: Tx, item: Item, *, topic: str) -> None:
    """A thread stands under a message: what belongs into it goes there."""
    await digests.go_on_in(tx, item.facts, topic)


async def delivered(tx: Tx, item: Item, *, at: datetime) -> None:
    """A message arrived."""
    if item.kind == "alert" and item.act is Act.SEND:
        await commitments.alert_arrived(tx, item.facts["commitment"], at=at)


async def not_delivered(tx: Tx, item: Item, *, why: str, at: datetime) -> None:
    """A message did not arrive, and will not: say so to whom it matters, and never count it against a learner.

    `why` is a word of the courier's: blocked, chat_gone, message_gone, no_rights, expired, uncertain, …
    """
    if why in {"blocked", "chat_gone"}:
        await _mark_unreachable(tx, item)
    if item.act is Act.EDIT and why == "message_gone" and item.shows:
        await _rebuild(tx, item, at=at)
    if item.act is Act.EDIT and item.kind == "promise" and item.ref is not None:
        await commitments.preview_lost(tx, item.facts["commitment"], why=why, at=at)
    if item.act is not Act.SEND:
        return
    if item.kind == "card":
        await cards.card_not_delivered(tx, item.facts, why=why, at=at)
    elif item.kind == "promise":
        await commitments.post_not_delivered(tx, item.facts["commitment"], why=why, at=at)
    elif item.kind == "Preview" and item.public:
        await commitments.preview_not_delivered(tx, item.facts["promise"]["id"], why=why, at=at)


async def chat_moved(tx: Tx, item: Item, *, successor: str) -> None:
    """A group answered that it goes on under another id."""
    if item.group_id is not None:
        await move_group(tx, await groups.get(tx, item.group_id), successor=successor)


async def topic_gone(tx: Tx, item: Item) -> None:
    """The topic was deleted or closed: this and what follows go to the chat as a whole, until a topic is chosen anew."""
    await sending.drop_topic(tx, item.id)
    group = await groups.get(tx, item.group_id) if item.group_id is not None else None
    if group is None:
        return
    if item.topic in {None, group.topic}:
        await groups.change(tx, group.id, topic=None)
    if item.topic == group.digest_topic:
        await groups.change(tx, group.id, digest_topic=None)


async def _mark_unreachable(tx: Tx, item: Item) -> None:
    if item.group_id is not None:
        await groups.change(tx, item.group_id, active=False)
        return
    for account in await people.reach(tx, item.learner_id or 0):
        if account.platform == item.platform:
            await people.change_identity(tx, platform=item.platform, account=account.account, reachable=False)


async def _rebuild(tx: Tx, item: Item, *, at: datetime) -> None:
    """A shown message was deleted in the chat: the board is put up anew, of the others nobody is reminded."""
    await outbox.forget_shown(tx, item.shows or "")
    if item.kind != "board" or item.group_id is None:
        return
    for act in (Act.SEND, Act.PIN):
        again = Outgoing(
            key=f"{act}:{item.shows}:{at.isoformat()}",
            act=act,
            lane=Lane.DIGEST,
            kind=item.kind,
            facts=item.facts,
            due_at=at,
            platform=item.platform,
            group_id=item.group_id,
            topic=item.topic,
            shows=item.shows,
            silent=True,
        )
        await outbox.put(tx, [again], at=at)
