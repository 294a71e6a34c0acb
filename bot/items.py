"""An item of the outbox as of now: what it says, to whom, and upon which message; looked up when it is about to be sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.domain.notices import Notice
from bot.messenger import Messenger
from bot.services import delivery, facts
from bot.services.delivery import Addressee
from bot.services.live import COMPLETERS, LOADERS
from bot.store import sending
from bot.store.database import Tx
from bot.store.outbox import Act, Item, Lane, Look, State
from bot.store.sending import Verdict
from bot.ui.message import Message


@dataclass(frozen=True, slots=True)
class Ready:
    """What an item says, to whom, and the message it acts upon, as looked up at `at`."""

    messenger: Messenger
    to: Addressee
    notice: Notice
    look: Look
    at: datetime


async def look_up(tx: Tx, item: Item, messenger: Messenger | None, *, at: datetime) -> Ready | Verdict:
    """What an item says as of now, and to whom; or what becomes of it without being sent."""
    if messenger is None:
        return Verdict(item, State.HELD, "platform not configured")
    look = await delivery.message_of(tx, item)
    if item.act is Act.EDIT and not look.ref:
        return Verdict(item, State.CANCELLED, "nothing is shown yet")
    to = await delivery.addressee(tx, item, on=look.platform)
    if to is not None and to.platform != item.platform:
        return Verdict(item, State.READY, f"elsewhere: {to.platform}", retry_at=at)
    if to is None and _keeps(item):
        return Verdict(item, State.HELD, sending.NOBODY)
    notice = await _facts(tx, item, at=at) if to is not None else None
    if to is None or notice is None:
        return Verdict(item, State.CANCELLED, "no longer to be said")
    return Ready(messenger, to, notice, look, at)


async def _facts(tx: Tx, item: Item, *, at: datetime) -> Notice | None:
    if not facts.knows(item.kind):
        return await LOADERS[item.kind](tx, item.facts, at)
    notice, complete = facts.unpack(item.kind, item.facts), COMPLETERS.get(item.kind)
    if complete is None or item.act is not Act.SEND or item.learner_id is None:
        return notice
    return await complete(tx, notice, item.learner_id, at)


def _keeps(item: Item) -> bool:
    """Whether it is worth saying when somebody can be reached there again, within its window: an answer of then is not."""
    return item.act is not Act.TOAST and (item.lane is not Lane.ANSWER or item.kind in LOADERS)


def looks(message: Message) -> str:
    """A digest of what a message shows, but for its picture."""
    return hashlib.sha256(repr(message.unpictured).encode()).hexdigest()[:32]


def topic(item: Item, to: Addressee) -> str | None:
    """Answers stay where they were asked for, which may be the chat as a whole; posts go to the group's topic of now."""
    return item.topic if item.topic is not None or item.lane is Lane.ANSWER else to.topic
