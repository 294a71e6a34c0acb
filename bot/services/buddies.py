"""Buddies: one learner asks by link, the other says yes, the first says yes once more; either ends it (PRODUCT.md, /buddy)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.calendar import quiet_until, study_day
from bot.domain.errors import Refused
from bot.domain.links import ALPHABET, CODE_LENGTH, tidy_code
from bot.domain.notices import Notice
from bot.domain.notices.buddies import (
    Buddies,
    BuddyAccepted,
    BuddyAsked,
    BuddyConfirm,
    BuddyEnded,
    BuddyInvite,
    BuddyMade,
    BuddyMine,
    BuddyOf,
    BuddyRefused,
    BuddySilent,
)
from bot.domain.notices.general import StaleButton
from bot.domain.people import Learner
from bot.services import posts
from bot.services.streaks import week_stats
from bot.store import buddies, outbox, parties, pauses, people
from bot.store.buddies import Buddy
from bot.store.database import Tx
from bot.store.outbox import Lane, Outgoing

INVITE_LIVES: Final = timedelta(days=7)
SILENT_DAYS: Final = 4  # PRODUCT.md, Silence ladder: day 4 the buddy


# --- asking -----------------------------------------------------------------------------------------------------------
async def view(tx: Tx, learner: Learner, *, at: datetime) -> Buddies:
    """How things stand: the learner's own buddy, and those they are one for, with how these do."""
    asked = [one for one in await buddies.asked_by(tx, learner.id) if one.buddy_id is not None]
    others = await buddies.looked_after_by(tx, learner.id)
    known = await people.get_many(tx, [one.buddy_id or 0 for one in asked] + [one.learner_id for one in others])
    mine = tuple(BuddyMine(one.id, known[one.buddy_id or 0].name, one.confirmed_at is not None) for one in asked)
    return Buddies(mine, await _how_they_do(tx, [(one.id, known[one.learner_id]) for one in others], at=at), SILENT_DAYS)


async def _how_they_do(tx: Tx, others: Sequence[tuple[int, Learner]], *, at: datetime) -> tuple[BuddyOf, ...]:
    found = []
    for row_id, learner in others:  # a handful at most: whoever looks after more than that looks after nobody
        today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
        stats = (await week_stats(tx, [learner.id], first=today - timedelta(days=6), last=today))[learner.id]
        away = [one for one in (await pauses.not_over(tx, [learner.id], since=today)).get(learner.id, ()) if one.covers(today)]
        until = away[0].last if away else None
        found.append(BuddyOf(row_id, learner.name, stats.done, stats.planned, stats.streak, bool(away), until))
    return tuple(found)


async def invite(tx: Tx, learner: Learner, *, at: datetime) -> BuddyInvite | Buddies:
    """A fresh link to hand on, in place of one that nobody followed; whoever has a buddy sees how things stand."""
    asked = await buddies.asked_by(tx, learner.id)
    if any(one.buddy_id is not None for one in asked):
        return await view(tx, learner, at=at)
    await buddies.drop(tx, [one.id for one in asked])
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    await buddies.ask(tx, learner.id, code=code, at=at)
    return BuddyInvite(learner.name, code, at + INVITE_LIVES, SILENT_DAYS)


async def look(tx: Tx, learner: Learner, said: str, *, at: datetime) -> BuddyAsked | BuddyRefused:
    """Somebody came by a link: who asks, and what for."""
    found = await _by_code(tx, learner, said, at=at)
    if isinstance(found, BuddyRefused):
        return found
    return BuddyAsked((await people.get(tx, found.learner_id)).name, found.code, SILENT_DAYS)


async def _by_code(tx: Tx, learner: Learner, said: str, *, at: datetime) -> Buddy | BuddyRefused:
    found = await buddies.by_code(tx, tidy_code(said))
    if found is None or found.buddy_id is not None or at >= found.created_at + INVITE_LIVES:
        return BuddyRefused("dead")
    return BuddyRefused("own") if found.learner_id == learner.id else found


# --- saying yes -------------------------------------------------------------------------------------------------------
async def accept(tx: Tx, learner: Learner, said: str, *, at: datetime) -> BuddyAccepted | BuddyRefused:
    """They would: the one who asked is asked once more, for a link can go astray. Good for one person."""
    found = await _by_code(tx, learner, said, at=at)
    if isinstance(found, Buddy):
        await parties.hold_learners(tx, [found.learner_id])
        found = await _by_code(tx, learner, said, at=at)  # somebody else may have been quicker
    if isinstance(found, BuddyRefused):
        return found
    await buddies.change(tx, found.id, buddy_id=learner.id)
    asker = await people.get(tx, found.learner_id)
    account = (await people.accounts(tx, [learner.id], platform=asker.platform)).get(learner.id)
    notice = BuddyConfirm(found.id, learner.name, account.username if account else None)
    await posts.tell(tx, asker, notice, key=f"buddy:{found.id}:{learner.id}", at=at)
    return BuddyAccepted(asker.name)


async def confirm(tx: Tx, learner: Learner, row_id: int, *, at: datetime) -> BuddyMade:
    """The one who asked says yes to whom it became. Refused where it is over, or somebody else's."""
    found = await _own(tx, learner, row_id)
    if found.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    if found.confirmed_at is None:
        await buddies.change(tx, found.id, confirmed_at=at)
    buddy = await people.get(tx, found.buddy_id or 0)
    await posts.tell(tx, buddy, BuddyMade(learner.name, mine=False), key=f"buddy-made:{found.id}", at=at)
    return BuddyMade(buddy.name, mine=True)


async def end(tx: Tx, learner: Learner, row_id: int, *, at: datetime) -> BuddyEnded:
    """Either side ends it, whichever way it has come; the other is told. Refused for whom it does not concern."""
    found = await _own(tx, learner, row_id)
    await buddies.drop(tx, [found.id])
    known = await people.get_many(tx, [found.learner_id, found.buddy_id or 0])
    other = known[(found.buddy_id or 0) if found.learner_id == learner.id else found.learner_id]
    await posts.tell(tx, other, BuddyEnded(learner.name, told=True), key=f"buddy-over:{found.id}", at=at)
    return BuddyEnded(other.name, told=False)


async def end_own(tx: Tx, learner: Learner, *, at: datetime) -> BuddyEnded | Buddies:
    """End the first there is, one's own before others'; where there is none, how things stand."""
    held = [*await buddies.asked_by(tx, learner.id), *await buddies.looked_after_by(tx, learner.id)]
    whole = [one for one in held if one.buddy_id is not None]
    return await end(tx, learner, whole[0].id, at=at) if whole else await view(tx, learner, at=at)


async def _own(tx: Tx, learner: Learner, row_id: int) -> Buddy:
    found = await buddies.get(tx, row_id)
    if found is not None:  # the other may be ending it at this moment
        await parties.hold_learners(tx, {found.learner_id, found.buddy_id or learner.id} - {learner.id})
        found = await buddies.get(tx, row_id)
    if found is None or found.buddy_id is None:
        raise Refused(StaleButton(why="over"))
    if learner.id not in {found.learner_id, found.buddy_id}:
        raise Refused(StaleButton(why="other"))
    return found


# --- what a buddy hears -----------------------------------------------------------------------------------------------
async def tell_of_silence(tx: Tx, learners: Sequence[Learner], *, at: datetime) -> None:
    """Tell the buddies of learners who have been silent that long, once a silence, outside the buddies' quiet hours."""
    if not learners:
        return
    silent = {one.id: one for one in learners}
    rows = [one for one in await buddies.confirmed(tx, list(silent)) if one.buddy_id not in {None, one.learner_id}]
    known = await people.get_many(tx, [one.buddy_id or 0 for one in rows])
    await outbox.put(tx, [_word(one, silent[one.learner_id], known[one.buddy_id or 0], at=at) for one in rows], at=at)


def _word(row: Buddy, silent: Learner, buddy: Learner, *, at: datetime) -> Outgoing:
    awake = quiet_until(at, zone=buddy.clock_zone, start=buddy.quiet_start, end=buddy.quiet_end) or at
    key = f"silent:{row.id}:{silent.heard_day}"
    facts = {"buddy": row.id, "heard": silent.heard_day.isoformat()}
    return posts.live_item(buddy, "silent", facts, key=key, lane=Lane.ALERT, due_at=awake)


async def load_silent(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "silent" {buddy, heard}; None where the learner was heard since, or the two are no buddies any more."""
    del at
    row = await buddies.get(tx, facts["buddy"])
    if row is None or row.confirmed_at is None or row.buddy_id is None:
        return None
    silent = await people.get(tx, row.learner_id)
    return BuddySilent(silent.name, SILENT_DAYS) if silent.heard_day.isoformat() == facts["heard"] else None
