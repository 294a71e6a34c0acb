"""The groups of two learners who become one, and two again: nobody is named twice, nothing public vanishes or is widened."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.people import Consent, narrower
from bot.services import boards, group_setup
from bot.store import commitments, groups, link_moves
from bot.store.database import Tx
from bot.store.link_moves import MemberRow


async def shared(tx: Tx, first: int, second: int) -> dict[int, Consent | None]:
    """The groups that both are in now, with what each would see of the two as one: the wider of both levels."""
    own, theirs = await link_moves.memberships_of(tx, first), await link_moves.memberships_of(tx, second)
    both = [(own[one], theirs[one]) for one in own if one in theirs]
    return {ours.group_id: _wider([ours, other]) for ours, other in both if ours.left_at is None and other.left_at is None}


async def join(tx: Tx, *, dormant: int, into: int, at: datetime) -> None:
    """Give the dormant learner's memberships to the other; where both have one, only the other's goes on, at the wider level.

    Called while the promises are still whose they were.
    """
    theirs, ours = await link_moves.memberships_of(tx, dormant), await link_moves.memberships_of(tx, into)
    alone = [group_id for group_id in theirs if group_id not in ours]
    await link_moves.note(tx, dormant, "member", {one: {} for one in alone})
    await link_moves.give_memberships(tx, alone, owner=dormant, to=into)
    for group_id in theirs:
        if group_id in ours:
            await _become_one(tx, dormant, theirs[group_id], ours[group_id], at=at)


async def _become_one(tx: Tx, dormant: int, theirs: MemberRow, ours: MemberRow, *, at: datetime) -> None:
    if theirs.left_at is not None:
        present = [ours] if ours.left_at is None else []
    else:
        present = [theirs] if ours.left_at is not None else [ours, theirs]
        await link_moves.note(tx, dormant, "away", {theirs.group_id: {}})
        await link_moves.write_membership(tx, replace(theirs, left_at=at))
    if not present:
        return
    level = _wider(present)
    merged = replace(ours, consent=level, joined_at=present[0].joined_at, left_at=None)
    if merged != ours:
        await link_moves.note(tx, dormant, "kept", {ours.group_id: {"was": _pack(ours), "set": _pack(merged)}})
        await link_moves.write_membership(tx, merged)
    for owner in (theirs, ours):
        await _hold_down(tx, dormant, owner, level)


async def _hold_down(tx: Tx, dormant: int, owner: MemberRow, level: Consent | None) -> None:
    """Let no promise be seen by more than before: the level of its owner held it down, and is wider from now on."""
    own = narrower(owner.consent, owner.consent) if owner.left_at is None else Consent.PRIVATE
    if level is None or level.rank <= own.rank:
        return
    found = await link_moves.promised(tx, learner_id=owner.learner_id, group_id=owner.group_id)
    wide = {one: consent for one, consent in found.items() if consent.rank > own.rank}
    await link_moves.note(tx, dormant, "consent", {one: {"was": consent, "set": own} for one, consent in wide.items()})
    await commitments.change_many(tx, list(wide), consent=own)


async def part(tx: Tx, *, dormant: int, into: int) -> None:
    """Put the memberships back; what was chosen anew in between stays as it was chosen."""
    alone = await link_moves.noted(tx, dormant, "member")
    await link_moves.give_memberships(tx, alone, owner=into, to=dormant)
    theirs, ours = await link_moves.memberships_of(tx, dormant), await link_moves.memberships_of(tx, into)
    for group_id in await link_moves.noted(tx, dormant, "away"):
        if group_id in theirs:
            await link_moves.write_membership(tx, replace(theirs[group_id], left_at=None))
    for group_id, note in (await link_moves.noted(tx, dormant, "kept")).items():
        if group_id in ours and _pack(ours[group_id]) == note["set"]:
            await link_moves.write_membership(tx, _unpack(ours[group_id], note["was"]))
    for commitment_id, note in (await link_moves.noted(tx, dormant, "consent")).items():
        await link_moves.restore_consent(tx, commitment_id, was=Consent(note["was"]), set_to=Consent(note["set"]))


async def follow(tx: Tx, *learner_ids: int, at: datetime) -> None:
    """Bring what the learners' groups show of their members up to date."""
    present = {
        group_id
        for one in learner_ids
        for group_id, row in (await link_moves.memberships_of(tx, one)).items()
        if row.left_at is None
    }
    for group in (one for one in (await groups.get_many(tx, sorted(present))).values() if one.active):
        await boards.wind(tx, group, at=at)
        await boards.touch(tx, group.id, at=at)
        await group_setup.refresh(tx, group, at=at)


def _wider(rows: list[MemberRow]) -> Consent | None:
    chosen = [row.consent for row in rows if row.consent is not None]
    return max(chosen, key=lambda level: level.rank, default=None)


def _pack(row: MemberRow) -> dict[str, Any]:
    left_at = row.left_at.isoformat() if row.left_at else None
    return {"consent": row.consent, "joined_at": row.joined_at.isoformat(), "left_at": left_at}


def _unpack(row: MemberRow, was: dict[str, Any]) -> MemberRow:
    consent = None if was["consent"] is None else Consent(was["consent"])
    left_at = datetime.fromisoformat(was["left_at"]) if was["left_at"] else None
    return replace(row, consent=consent, joined_at=datetime.fromisoformat(was["joined_at"]), left_at=left_at)
