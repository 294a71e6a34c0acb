"""What follows from sending: who can be reached where, and what a learner is owed when something did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import FALLBACK_ZONE
from bot.services import cards, commitments
from bot.services.meeting import move_group
from bot.store import groups, outbox, people, sending
from bot.store.database import Tx
from bot.store.outbox import Act, Item, Lane, Outgoing


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a message goes, and how its reader is spoken to."""

    chat: str
    topic: str | None
    language: str
    zone: str


async def addressee(tx: Tx, item: Item) -> Addressee | None:
    """Where the item goes as of now (a group may have moved); None when nobody can be reached there any more."""
    if item.group_id is not None:
        group = await groups.get(tx, item.group_id)
        return Addressee(group.chat, group.topic, group.language, group.clock_zone) if group.active else None
    found = await people.reach(tx, item.learner_id or 0, platform=item.platform)
    if found is None or not found.reachable:
        return None
    return Addressee(found.account, None, found.language, found.zone or FALLBACK_ZONE)


async def message_of(tx: Tx, item: Item) -> tuple[str | None, str]:
    """The ref of the message an item acts upon, and a digest of what it shows; None where nothing is shown."""
    if item.ref is not None or item.act in {Act.SEND, Act.TOAST}:
        return item.ref, ""
    found = await outbox.shown_as(tx, item.shows) if item.shows else None
    return found or (None, "")


async def delivered(tx: Tx, item: Item, *, at: datetime) -> None:
    """A message arrived."""
    if item.kind == "alert" and item.act is Act.SEND:
        await commitments.alert_arrived(tx, item.facts["commitment"], at=at)


async def not_delivered(tx: Tx, item: Item, *, why: str, at: datetime) -> None:
    """A message did not arrive, and will not: say so to whom it matters, and never count it against a learner.

    `why` is a word of the courier's: blocked, chat_gone, message_gone, no_rights, expired, uncertain, …
    """
    await _mark_unreachable(tx, item, why=why)
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


async def chat_moved(tx: Tx, item: Item, *, successor: str) -> None:
    """A group answered that it goes on under another id."""
    if item.group_id is not None:
        await move_group(tx, await groups.get(tx, item.group_id), successor=successor)


async def topic_gone(tx: Tx, item: Item) -> None:
    """The topic was deleted or closed: this and what follows go to the chat as a whole, until a topic is chosen anew."""
    await sending.drop_topic(tx, item.id)
    group = await groups.get(tx, item.group_id) if item.group_id is not None else None
    if group is not None and item.topic in {None, group.topic}:
        await groups.change(tx, group.id, topic=None)


async def _mark_unreachable(tx: Tx, item: Item, *, why: str) -> None:
    if why in {"blocked", "chat_gone"} and item.learner_id is not None:
        account = (await people.accounts(tx, [item.learner_id], platform=item.platform)).get(item.learner_id)
        if account is not None:
            await people.change_identity(tx, platform=item.platform, account=account.account, reachable=False)
    elif why in {"blocked", "chat_gone"} and item.group_id is not None:
        await groups.change(tx, item.group_id, active=False)


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
