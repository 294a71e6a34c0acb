"""What groups are told of somebody who is away: one kind line, with the consent of the moment it is sent, and the board."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.calendar import quiet_until, study_day
from bot.domain.notices import Notice
from bot.domain.notices.pauses import AwayLine, AwayOver
from bot.domain.rest import Pause, PauseKind
from bot.services import boards, posts
from bot.store import groups, outbox, pauses, people
from bot.store.database import Tx
from bot.store.outbox import WINDOW, Act, Lane, Outgoing


async def announce(tx: Tx, rows: Sequence[Pause], *, at: datetime) -> None:
    """Tell the groups that may see these learners, once each, outside the groups' quiet hours; those told before are edited."""
    seen = await pauses.seen_in(tx, [one.learner_id for one in rows])
    places = await groups.get_many(tx, sorted({group for several in seen.values() for group in several}))
    items = []
    for one in rows:
        for group in (places[place] for place in seen.get(one.learner_id, ())):
            quiet = quiet_until(at, zone=group.clock_zone, start=group.quiet_start, end=group.quiet_end)
            due_at = quiet or at
            items.append(
                Outgoing(
                    key=f"away:{one.id}:{group.id}",
                    act=Act.SEND,
                    lane=Lane.DIGEST,
                    kind="away",
                    facts={"pause": one.id, "group": group.id, "new": True},
                    due_at=due_at,
                    platform=group.platform,
                    group_id=group.id,
                    topic=group.topic,
                    shows=_key(one.id, group.id),
                    silent=True,
                    expires_at=due_at + WINDOW[Lane.DIGEST],
                )
            )
    await outbox.put(tx, items, at=at)


async def follow(tx: Tx, pause: Pause, *, at: datetime) -> None:
    """Let the lines and the boards follow what became of a pause, deleted or not."""
    for membership in await people.groups_of(tx, pause.learner_id):
        await _refresh(tx, pause.id, membership.group_id, at=at)
    await show_on_boards(tx, [pause.learner_id], at=at)


async def follow_consent(tx: Tx, *, learner_id: int, group_id: int, at: datetime) -> None:
    """What this group may see of a learner has changed: lines about a break that is not over follow."""
    learner = await people.get(tx, learner_id)
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    for one in (await pauses.not_over(tx, [learner_id], since=today)).get(learner_id, ()):
        await _refresh(tx, one.id, group_id, at=at)


async def _refresh(tx: Tx, pause_id: int, group_id: int, *, at: datetime) -> None:
    key = _key(pause_id, group_id)
    if await outbox.shown_as(tx, key) is not None:
        group = await groups.get(tx, group_id)
        facts = {"pause": pause_id, "group": group_id}
        await posts.refresh(tx, group, "away", facts, shows=key, at=at, lane=Lane.DIGEST)


async def show_on_boards(tx: Tx, learner_ids: Sequence[int], *, at: datetime) -> None:
    """Bring the boards of the learners' groups up to date."""
    seen = await pauses.seen_in(tx, learner_ids)
    for group_id in sorted({group for several in seen.values() for group in several}):
        await boards.touch(tx, group_id, at=at)


async def load_away(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "away" {pause, group, new?}: named only where the group may see the learner now."""
    new = bool(facts.get("new"))
    found = await pauses.get(tx, facts["pause"])
    if found is None:
        return None if new else AwayOver(hidden=False)
    member = await people.membership(tx, learner_id=found.learner_id, group_id=facts["group"])
    seen = member is not None and member.consent is not None and member.consent.public
    learner = await people.get(tx, found.learner_id)
    today = study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)
    ended = found.last is not None and found.last < today
    if not seen or not (found.announced or found.kind is PauseKind.AUTO):
        return None if new else AwayOver(hidden=True)
    if new and ended:
        return None
    return AwayLine(name=learner.name, kind=found.kind, first=found.first, last=found.last, ended=ended)


def _key(pause_id: int, group_id: int) -> str:
    """The key under which a group is shown the line."""
    return f"away:{pause_id}:{group_id}"
