"""What a group is shown of promises: put up once, then edited in place as they change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.commitments import Commitment, Happened
from bot.domain.people import Group
from bot.domain.plans import FreeScope
from bot.services import boards, posts
from bot.store import commitments, groups
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing, State, state_of
from bot.store.outbox import put as put_out

# Facts of the loaders "promise" and "alert". A new message is only sent while consent allows it; one that is there already
# is edited to something that names nobody.
NEW = {"new": True}
_THROTTLE: Final = timedelta(seconds=30)  # between edits that only say how far it is


async def put_up(tx: Tx, group: Group, commitment: Commitment, *, at: datetime) -> None:
    """Post a promise once."""
    await _post(tx, group, commitment.id, key=f"promise:{commitment.id}", at=at)


async def put_up_again(tx: Tx, group: Group, commitment: Commitment, *, at: datetime) -> bool:
    """Post a promise once more after a post that was lost; False where one is on its way, or has arrived."""
    tries = 0
    key = f"promise:{commitment.id}"
    while (state := await state_of(tx, key)) is not None:
        if state in {State.READY, State.SENDING, State.UNCERTAIN, State.SENT}:
            return False
        tries += 1
        key = f"promise:{commitment.id}:{tries}"
    await _post(tx, group, commitment.id, key=key, at=at)
    return True


async def _post(tx: Tx, group: Group, commitment_id: int, *, key: str, at: datetime) -> None:
    facts = {"commitment": commitment_id, **NEW}
    await posts.post(tx, group, "promise", facts, key=key, at=at, lane=Lane.ANSWER, shows=f"promise:{commitment_id}")


async def turn_into_post(tx: Tx, group: Group, commitment: Commitment, *, ref: str, at: datetime) -> None:
    """Edit the preview at `ref` in the group into the post."""
    edit = Outgoing(
        key=f"publish:{commitment.id}",
        act=Act.EDIT,
        lane=Lane.ANSWER,
        kind="promise",
        facts={"commitment": commitment.id},
        due_at=at,
        platform=group.platform,
        group_id=group.id,
        topic=group.topic,
        ref=ref,
        shows=f"promise:{commitment.id}",
    )
    await put_out(tx, [edit], at=at)


async def follow(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """Bring posts, alerts and boards up to date after promises changed, or who may see them."""
    public = [row for row in rows if row.group_id is not None and row.published_at is not None]
    places = await groups.get_many(tx, sorted({row.group_id for row in public if row.group_id is not None}))
    alerts = await _alerts_naming(tx, [row.id for row in public])
    for row in public:
        group = places[row.group_id or 0]
        root = row.part_of or row.id  # parts stand in the post of the promise they were split from
        await posts.refresh(tx, group, "promise", {"commitment": root}, shows=f"promise:{root}", at=at)
        for shown in alerts[row.id]:
            await posts.refresh(tx, group, "alert", {"commitment": shown}, shows=f"alert:{shown}", at=at)
    for group_id in places:
        await boards.touch(tx, group_id, at=at)


async def show_progress(tx: Tx, rows: Sequence[Commitment], *, at: datetime) -> None:
    """Let posts and alerts say how far open promises are by now, at most every 30 seconds; what looks the same is not edited."""
    counted = [row for row in rows if row.group_id is not None and not isinstance(row.scope, FreeScope)]
    if not counted:
        return
    places = await groups.get_many(tx, sorted({row.group_id for row in counted if row.group_id is not None}))
    for row in counted:
        group, root = places[row.group_id or 0], row.part_of or row.id
        shows, due_at = f"promise:{root}", at + _THROTTLE
        await posts.refresh(tx, group, "promise", {"commitment": root}, shows=shows, at=at, due_at=due_at)
    await follow(tx, [row for row in counted if row.alerted_at is not None], at=at)


async def _alerts_naming(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    """By commitment, those whose alert names it: its own, and the ones it was gathered into."""
    histories = await commitments.histories(tx, ids)
    found: dict[int, list[int]] = {}
    for commitment_id, history in histories.items():
        named = {commitment_id for event in history if event.kind == Happened.ALERT}
        named |= {int(event.facts["by"]) for event in history if event.kind == Happened.GATHERED}
        found[commitment_id] = sorted(named)
    return found


async def follow_consent(tx: Tx, *, learner_id: int, group_id: int, at: datetime) -> None:
    """Bring everything a learner promised in a group up to date after they chose who sees it, or left."""
    await follow(tx, await commitments.of_member(tx, learner_id=learner_id, group_id=group_id), at=at)
