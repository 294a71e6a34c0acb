"""Evidence of delivery: who presses a button of a message, or replies to it, has got it, whatever the platform said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.services import commitments, delivery
from bot.store import outbox, proofs
from bot.store.database import Tx
from bot.store.proofs import Doubtful, Made

_LOOK_BACK: Final = timedelta(days=7)  # what was given up longer ago is nobody's concern any more


async def take(tx: Tx, *, platform: str, line: str, ref: str, args: Sequence[str], at: datetime) -> None:
    """Somebody pressed or replied to the message `ref` in the chat of `line`: settle what was in doubt, if this is it.

    Platforms count messages upwards in a chat, and what is sent there is sent one by one: the message in doubt is one that we
    know nothing of, newer than the last that we know of before it, older than the next. `args`, what its button is about, decide
    between several, and where none is known before it. Where it is not clear, nothing is settled.
    """
    doubtful = await proofs.doubtful(tx, line=line, since=at - _LOOK_BACK)
    if not doubtful or await outbox.shown_by(tx, platform=platform, ref=ref) is not None:
        return
    made = [one for one in await proofs.made_in(tx, line=line) if _chat(one.ref) == _chat(ref)]
    if any(one.ref == ref for one in made):
        return
    fitting = [one for one in doubtful if _fits(ref, one, made)]
    named = [one for one in fitting if _is_about(args, one.item.facts)]
    certain = named or [one for one in fitting if _before(one, made)]
    if len(certain) == 1:
        await _settle(tx, certain[0], ref=ref, at=at)


async def _settle(tx: Tx, one: Doubtful, *, ref: str, at: datetime) -> None:
    if not await proofs.settle(tx, one.item, ref=ref, at=at):
        return
    known = await outbox.look_of(tx, one.item.shows) if one.item.shows else None
    if one.item.shows and (known is None or (_number(known.ref) or 0) < (_number(ref) or 0)):
        await proofs.remember(tx, one.item, ref=ref, at=at)
    await delivery.delivered(tx, one.item, at=at)
    if one.item.kind == "promise":
        await commitments.post_arrived(tx, one.item.facts["commitment"], at=at)


def _fits(ref: str, one: Doubtful, made: Sequence[Made]) -> bool:
    number, before = _number(ref), _before(one, made)
    after = [other for other in made if one.ended_at is not None and other.at > one.ended_at]
    if number is None:
        return False
    newer = before is None or (_number(before.ref) or 0) < number
    return newer and all(number < (_number(other.ref) or 0) for other in after)


def _before(one: Doubtful, made: Sequence[Made]) -> Made | None:
    """The last message of the chat that was certainly sent before this one."""
    return max(
        (other for other in made if one.ended_at is None or other.at <= one.ended_at), key=lambda other: other.at, default=None
    )


def _is_about(args: Sequence[str], facts: dict[str, Any]) -> bool:
    """Whether a button with these arguments belongs to a message with these facts: a promise's, or a study day's."""
    for names in (("commitment",), ("learner", "day")):
        if all(name in facts for name in names):
            return [str(facts[name]) for name in names] == [*args[: len(names)]]
    return False


def _chat(ref: str) -> str:
    return ref.partition("/")[0]


def _number(ref: str) -> int | None:
    """What a platform counts its messages with: "chat/number", after which more may follow."""
    number = ref.split("/")[1] if "/" in ref else ""
    return int(number) if number.isdecimal() else None
