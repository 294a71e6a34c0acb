"""Linking accounts: a code given out on one platform, typed on the other, and a look at what it means before it happens."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.domain.commitments import State
from bot.domain.errors import Refused
from bot.domain.links import ALPHABET, CODE_LENGTH, CODE_LIVES, MOST_WRONG, PLATFORMS, WRONG_WITHIN, survivor, tidy_code
from bot.domain.notices.general import StaleButton
from bot.domain.notices.links import (
    LinkCode,
    LinkedAccount,
    LinkExpired,
    LinkNotice,
    LinkOwn,
    LinkPreview,
    Links,
    LinkTaken,
    LinkTooOften,
    LinkWrong,
    NotLinked,
    UnlinkAsked,
    Unlinked,
)
from bot.domain.notices.people import GroupSeen
from bot.domain.people import Learner
from bot.services import homes, link_groups, link_moves, link_plans, posts
from bot.store import commitments, links, parties, people
from bot.store import link_moves as notes
from bot.store.database import Tx
from bot.store.links import Code


# --- the code ---------------------------------------------------------------------------------------------------------
async def begin(tx: Tx, learner: Learner, *, platform: str, at: datetime) -> LinkCode | Links:
    """A new code to be typed elsewhere; for whoever is linked already, how things stand."""
    if len(await people.accounts_of(tx, learner.id)) > 1:
        return await view(tx, learner)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    await links.put_code(tx, Code(learner.id, code, platform, at + CODE_LIVES))
    return LinkCode(code, _others({platform}), at + CODE_LIVES)


async def view(tx: Tx, learner: Learner, *, fresh: bool = False) -> Links:
    """A learner's accounts, and where cards go."""
    found = await people.accounts_of(tx, learner.id)
    accounts = tuple(LinkedAccount(name, one.username, one.reachable) for name, one in found.items())
    return Links(accounts, learner.platform, fresh=fresh)


async def void(tx: Tx, said: str) -> bool:
    """Take a code out of the world that others have seen; False where it is none."""
    found = await links.find_code(tx, tidy_code(said))
    if found is not None:
        await links.void_codes(tx, [found.learner_id])
    return found is not None


async def _redeem(tx: Tx, learner: Learner, said: str, *, at: datetime) -> Code | LinkNotice:
    """The code that was typed, or why it is none for this learner. Wrong ones are counted: said, not raised, so that it stays."""
    wrong = await links.tries(tx, learner.id, since=at - WRONG_WITHIN)
    if len(wrong) >= MOST_WRONG:
        return LinkTooOften(wrong[0] + WRONG_WITHIN)
    found = await links.find_code(tx, tidy_code(said))
    if found is None:
        await links.add_try(tx, learner.id, at=at)
        return LinkWrong(MOST_WRONG - len(wrong) - 1)
    if found.learner_id == learner.id:
        return LinkOwn(_others(set(await people.accounts_of(tx, learner.id))))
    if found.expires_at <= at:
        return LinkExpired(found.platform)
    own, theirs = await people.accounts_of(tx, learner.id), await people.accounts_of(tx, found.learner_id)
    both = sorted(set(own) & set(theirs))
    return LinkTaken(both[0]) if both else found


def _others(platforms: set[str]) -> tuple[str, ...]:
    return tuple(one for one in PLATFORMS if one not in platforms)


# --- linking ----------------------------------------------------------------------------------------------------------
async def look(tx: Tx, learner: Learner, said: str, *, wanted: int = 0, at: datetime) -> LinkNotice:
    """What linking by this code would mean; nothing is changed yet. `wanted`: whose plan is to stay in use, 0 for either's."""
    found = await _redeem(tx, learner, said, at=at)
    return await _preview(tx, learner, found, wanted=wanted) if isinstance(found, Code) else found


async def confirm(tx: Tx, learner: Learner, said: str, *, wanted: int, at: datetime) -> tuple[Learner, LinkNotice]:
    """Link, and tell the other side; return the learner that both are now. What is wrong with the code is the notice."""
    found = await _redeem(tx, learner, said, at=at)
    if isinstance(found, Code):
        await parties.hold_learners(tx, [found.learner_id])
        found = await _redeem(tx, learner, said, at=at)  # as it is now that nobody else changes it
    if not isinstance(found, Code):
        return learner, found
    if not await links.use_code(tx, found.code):
        raise Refused(StaleButton(why="over"))
    into, dormant = await _roles(tx, learner, await people.get(tx, found.learner_id))
    joined = await link_moves.join(tx, dormant, into, wanted=wanted, at=at)
    linked = await view(tx, joined, fresh=True)
    await _tell(tx, joined, linked, platform=found.platform, key=f"linked:{dormant.id}", at=at)
    return joined, linked


async def _roles(tx: Tx, first: Learner, second: Learner) -> tuple[Learner, Learner]:
    """The learner who goes on as both, and the one who becomes dormant."""
    lives = survivor(await links.history(tx, first.id), await links.history(tx, second.id))
    return (first, second) if lives.id == first.id else (second, first)


async def _preview(tx: Tx, learner: Learner, code: Code, *, wanted: int) -> LinkPreview:
    other = await people.get(tx, code.learner_id)
    into, dormant = await _roles(tx, learner, other)
    account = (await people.accounts_of(tx, other.id))[code.platform]
    kept, aside = await link_plans.choice(tx, dormant=dormant.id, into=into.id, wanted=wanted)
    seen = {one.id: one.title for who in (into, dormant) for one in await homes.groups_seen(tx, who)}
    twice = await link_groups.shared(tx, into.id, dormant.id)
    return LinkPreview(
        code=code.code,
        other=other.name,
        username=account.username,
        platform=code.platform,
        name=into.name,
        kept=kept,
        aside=aside,
        promises=sum(len(rows) for rows in (await commitments.open_of(tx, [into.id, dormant.id])).values()),
        groups=tuple(seen.values()),
        twice=tuple(GroupSeen(one, seen[one], level) for one, level in twice.items()),
        cards_to=into.platform,
    )


async def prefer(tx: Tx, learner: Learner, platform: str) -> Links:
    """Let cards and reminders go to this platform; what is shown already stays where it is. Refused where there is no account."""
    if platform not in await people.accounts_of(tx, learner.id):
        raise Refused(StaleButton(why="over"))
    await people.change(tx, learner.id, platform=platform)
    return await view(tx, replace(learner, platform=platform))


# --- unlinking --------------------------------------------------------------------------------------------------------
async def ask_unlink(tx: Tx, learner: Learner) -> UnlinkAsked | NotLinked:
    """What undoing the latest link would mean."""
    dormant = await links.latest(tx, learner.id)
    if dormant is None:
        return NotLinked()
    moved = await notes.noted(tx, dormant, "promise")
    going, staying = await _sides(tx, learner, dormant)
    brought = await notes.noted(tx, dormant, "plan")
    plans = await notes.plans_of(tx, learner.id)
    return UnlinkAsked(
        learner=dormant,
        platforms=going,
        stays=staying,
        checkins=len(await notes.noted(tx, dormant, "checkin")),
        promises=sum(one.state is State.OPEN for one in (await commitments.get_many(tx, list(moved))).values()),
        plan=next((plans[one].title for one, was in brought.items() if was["active"] and one in plans), None),
    )


async def _sides(tx: Tx, learner: Learner, dormant: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The platforms that would go with the dormant learner, and those that would stay."""
    going = await notes.platforms(tx, dormant)
    return going, tuple(one for one in await people.accounts_of(tx, learner.id) if one not in going)


async def unlink(tx: Tx, learner: Learner, dormant: int, *, platform: str, at: datetime) -> tuple[Learner, Unlinked]:
    """Undo the latest link, and tell the other side; return whoever is on `platform` from now on.

    Refused (StaleButton) where `dormant` is not the one linked last.
    """
    await parties.hold_learners(tx, [dormant])
    if await links.latest(tx, learner.id) != dormant:
        raise Refused(StaleButton(why="over"))
    going, staying = await _sides(tx, learner, dormant)
    own, other = await link_moves.part(tx, await people.get(tx, dormant), learner, at=at)
    told = {own.id: Unlinked(own=True, platforms=staying), other.id: Unlinked(own=False, platforms=going)}
    here, there = (own, other) if platform in going else (other, own)
    await _tell(tx, there, told[there.id], platform=there.platform, key=f"unlinked:{dormant}", at=at)
    return here, told[here.id]


async def _tell(tx: Tx, learner: Learner, notice: LinkNotice, *, platform: str, key: str, at: datetime) -> None:
    await posts.tell(tx, replace(learner, platform=platform), notice, key=f"{key}:{at.isoformat()}", at=at)
