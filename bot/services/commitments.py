"""Promises: how far they are, keeping them, and what is shown of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from rapidfuzz import fuzz

from bot.domain.commitments import Commitment, Event, Happened, MoveKind, Progress, State
from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.commitments import (
    PostArrived,
    PostLost,
    PreviewLost,
    PromiseHidden,
    PromiseKept,
    PromisePost,
    PromiseTakenBack,
)
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.services import drafts, posts, promise_changes, promise_facts, promise_posts, slips
from bot.services.facts import pack
from bot.store import commitments, groups, people
from bot.store import progress as progresses
from bot.store.database import Tx

UNDO: Final = timedelta(minutes=10)  # PRODUCT.md, /checkin: Undo (10 minutes); the same for a finish
_REOPENS: Final = timedelta(hours=48)  # a check-in can be edited until its day ends, yesterday's included
_ALIKE: Final = 75.0  # of 100: most of the words, in any order


# --- looking ----------------------------------------------------------------------------------------------------------
async def nearest(tx: Tx, learner_id: int, *, at: datetime) -> Commitment | None:
    """The learner's open commitment that is due first; where all are past due, the one that was due last."""
    found = (await commitments.open_of(tx, [learner_id])).get(learner_id, [])
    ahead = [one for one in found if one.due_at > at]
    return ahead[0] if ahead else (found[-1] if found else None)


async def progress(tx: Tx, commitment: Commitment) -> Progress:
    """How far a promise's scope is done."""
    return (await progresses.of_many(tx, [commitment]))[commitment.id]


async def find_by_words(tx: Tx, learner: Learner, words: str) -> tuple[Commitment, ...]:
    """The learner's open commitments that `words` name: one if they are clear, several if not, none if no text is like them."""
    wanted = words.casefold().strip()
    found = (await commitments.open_of(tx, [learner.id])).get(learner.id, []) if wanted else []
    scores = [(fuzz.token_set_ratio(wanted, one.text.casefold()), one) for one in found]
    best = max((score for score, _ in scores), default=0.0)
    return tuple(one for score, one in scores if score >= max(_ALIKE, best - 1))


# --- keeping ----------------------------------------------------------------------------------------------------------
async def finish(tx: Tx, learner: Learner, commitment_id: int, at: datetime) -> Commitment:
    """A learner says that a promise is kept: it closes, and what the group was shown of it follows.

    Refused for somebody else's, and for one that is not open.
    """
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.OPEN:
        raise Refused(StaleButton(why="over"))
    (closed,) = await _close(tx, [found], by="hand", at=at)
    await promise_changes.follow_up(tx, learner, closed, at=at)
    return closed


async def unfinish(tx: Tx, learner: Learner, commitment_id: int, at: datetime) -> Commitment:
    """Take a finish back within ten minutes. Refused later, and where it is not finished."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.DONE or found.done_at is None or at > found.done_at + UNDO:
        raise Refused(StaleButton(why="over"))
    (reopened,) = await _reopen(tx, [found], at=at)
    await promise_changes.follow_up(tx, learner, reopened, at=at)
    return reopened


async def after_progress(tx: Tx, learner: Learner, *, at: datetime) -> list[Commitment]:
    """Close the open promises whose scope is done by now, reopen those closed so whose scope no longer is; return those changed.

    Called after each check-in and each module done or undone: one query where nothing is promised.
    """
    rows = await commitments.in_play(tx, learner.id, done_since=at - _REOPENS)
    if not rows:
        return []
    done = await progresses.of_many(tx, rows)
    complete = [row for row in rows if row.state is State.OPEN and done[row.id].complete]
    undone = [row for row in rows if row.state is State.DONE and not done[row.id].complete]
    await promise_posts.show_progress(tx, [row for row in rows if row.state is State.OPEN], at=at)
    if not complete and not undone:
        return []
    closed = await _close(tx, complete, by="progress", at=at)
    reopened = await _reopen(tx, await _closed_by_progress(tx, undone), at=at)
    await _say_kept(tx, learner, closed, at=at)
    for row in (*closed, *reopened):
        await slips.schedule(tx, row, at=at)
        await promise_changes.close_question(tx, learner, row, at=at)
    await promise_posts.follow(tx, [*closed, *reopened], at=at)
    return [*closed, *reopened]


async def stand(tx: Tx, learner: Learner, *, at: datetime) -> None:
    """Let the promises that progress has closed stay closed, though less of it is counted for this learner from now on."""
    done = [row for row in await commitments.in_play(tx, learner.id, done_since=at - _REOPENS) if row.state is State.DONE]
    counted = await progresses.of_many(tx, done)
    less = await _closed_by_progress(tx, [row for row in done if not counted[row.id].complete])
    await commitments.closed_by_hand(tx, [row.id for row in less])


async def _close(tx: Tx, rows: list[Commitment], *, by: str, at: datetime) -> list[Commitment]:
    await commitments.change_many(tx, [row.id for row in rows], state=State.DONE, done_at=at)
    await commitments.add_events(tx, [(row.id, Event(Happened.DONE, at, {"by": by})) for row in rows])
    return [replace(row, state=State.DONE, done_at=at) for row in rows]


async def _reopen(tx: Tx, rows: list[Commitment], *, at: datetime) -> list[Commitment]:
    await commitments.change_many(tx, [row.id for row in rows], state=State.OPEN, done_at=None)
    await commitments.add_events(tx, [(row.id, Event(Happened.REOPENED, at, {})) for row in rows])
    return [replace(row, state=State.OPEN, done_at=None) for row in rows]


async def _closed_by_progress(tx: Tx, rows: list[Commitment]) -> list[Commitment]:
    histories = await commitments.histories(tx, [row.id for row in rows])
    return [row for row in rows if histories[row.id][-1].facts.get("by") == "progress"]


async def _say_kept(tx: Tx, learner: Learner, rows: list[Commitment], *, at: datetime) -> None:
    told = await promise_facts.tell(tx, rows)
    for row in rows:
        await posts.tell(tx, learner, PromiseKept(told[row.id]), key=f"kept:{row.id}:{at.isoformat()}", at=at)


# --- what is shown ----------------------------------------------------------------------------------------------------
async def load_promise(tx: Tx, facts: dict[str, Any], _at: datetime) -> Notice | None:
    """Loader "promise" {commitment, new?}: the post in the group.

    Where consent does not allow it, None for a `new` post, and for one that stands there a text that names nobody.
    """
    found = await commitments.get(tx, facts["commitment"])
    new = bool(facts.get("new"))
    if found is None:
        return None if new else PromiseHidden()
    together = [found, *(await commitments.parts_of(tx, [found.id]))[found.id]]
    kept = [one for one in together if one.state is not State.WITHDRAWN or not await _taken_back(tx, one)]
    if not kept:
        return None if new else PromiseTakenBack()
    level = await commitments.consents(tx, [one.id for one in kept])
    seen = [one for one in kept if level[one.id].public]
    if not seen:
        return None if new else PromiseHidden()
    told = await promise_facts.tell(tx, seen)
    first, *parts = (told[one.id] for one in seen)
    return PromisePost(first, tuple(parts))


async def _taken_back(tx: Tx, commitment: Commitment) -> bool:
    """Whether it was withdrawn within its first minutes, as if never said."""
    history = (await commitments.histories(tx, [commitment.id]))[commitment.id]
    return history[-1].facts.get("how") == MoveKind.SILENT


async def load_preview(tx: Tx, facts: dict[str, Any], _at: datetime) -> Notice | None:
    """Loader "preview" {commitment}; None once it is no draft any more."""
    found = await commitments.get(tx, facts["commitment"])
    return await drafts.preview(tx, found) if found and found.state is State.DRAFT else None


async def post_not_delivered(tx: Tx, commitment_id: int, *, why: str, at: datetime) -> None:
    """The post of a promise did not arrive, or perhaps: ask its author whether to post it again."""
    found = await commitments.get(tx, commitment_id)
    if found is None or found.group_id is None:
        return
    learner = await people.get(tx, found.learner_id)
    group = await groups.get(tx, found.group_id)
    again = why not in {"chat_gone", "moved"} and found.state is State.OPEN
    notice = PostLost(commitment=found.id, text=found.text, group=group.title, why=why, again=again)
    await posts.tell(tx, learner, notice, key=f"lost:{found.id}:{at.isoformat()}", at=at, shows=f"lost:{found.id}")


async def post_arrived(tx: Tx, commitment_id: int, *, at: datetime) -> None:
    """The post of a promise did arrive after all: what its author was asked need not be answered any more."""
    found = await commitments.get(tx, commitment_id)
    if found is None or found.group_id is None:
        return
    learner, group = await people.get(tx, found.learner_id), await groups.get(tx, found.group_id)
    kind, facts = pack(PostArrived(found.text, group.title))
    await posts.refresh(tx, learner, kind, facts, shows=f"lost:{found.id}", at=at)


async def preview_not_delivered(tx: Tx, commitment_id: int, *, why: str, at: datetime) -> None:
    """A preview in the group did not arrive, or perhaps: its author is told in private that nothing is promised yet."""
    found = await commitments.get(tx, commitment_id)
    if found is None or found.group_id is None or found.state is not State.DRAFT:
        return
    learner = await people.get(tx, found.learner_id)
    group = await groups.get(tx, found.group_id)
    notice = PreviewLost(text=found.text, group=group.title, why=why)
    await posts.tell(tx, learner, notice, key=f"unseen:{found.id}", at=at)


async def preview_lost(tx: Tx, commitment_id: int, *, why: str, at: datetime) -> None:
    """The preview that was to become the post could not: it is posted anew where it was deleted, else its author is told."""
    found = await commitments.get(tx, commitment_id)
    if found is None or found.group_id is None:
        return
    if why == "message_gone":
        await promise_posts.put_up(tx, await groups.get(tx, found.group_id), found, at=at)
    elif (await commitments.consents(tx, [found.id]))[found.id].public:
        await post_not_delivered(tx, found.id, why=why, at=at)


async def post_again(tx: Tx, learner: Learner, commitment_id: int, *, at: datetime) -> None:
    """Post a promise once more at its author's word. Refused where it is not open, or one is on its way or has arrived."""
    found = await promise_facts.own(tx, learner, commitment_id)
    if found.state is not State.OPEN or found.group_id is None:
        raise Refused(StaleButton(why="over"))
    if not await promise_posts.put_up_again(tx, await groups.get(tx, found.group_id), found, at=at):
        raise Refused(StaleButton(why="over"))


async def alert_arrived(tx: Tx, commitment_id: int, *, at: datetime) -> None:
    """A slip alert stands in the group."""
    await commitments.change(tx, commitment_id, alerted_at=at)
