"""Groups: joining and leaving, and who sees how much."""

from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.notices.groups import LeaveAsked, Left, NotIn, OutOf
from bot.domain.notices.people import NotMember
from bot.domain.people import Consent, Group, Learner
from bot.services import boards, digests, group_setup, pause_posts, posts, promise_posts
from bot.store import commitments, parties, people
from bot.store.database import Tx
from bot.store.parties import Parties


async def join(tx: Tx, learner: Learner, group: Group, *, at: datetime) -> None:
    """Make a learner a member; consent is asked next and shows nothing until chosen."""
    await parties.hold(tx, Parties(groups=frozenset({group.id})))  # one that was come to from a private chat
    await people.join(tx, learner_id=learner.id, group_id=group.id, at=at)
    await digests.ensure_scheduled(tx, group, at=at)
    await group_setup.refresh(tx, group, at=at)
    await boards.touch(tx, group.id, at=at)


async def choose_consent(tx: Tx, learner: Learner, group: Group, consent: Consent, *, at: datetime) -> None:
    """Set how much the group sees, and let what is shown there follow at once. Refused (NotMember) outside of the group."""
    if await people.membership(tx, learner_id=learner.id, group_id=group.id) is None:
        raise Refused(NotMember())
    await people.set_consent(tx, learner_id=learner.id, group_id=group.id, consent=consent)
    await boards.wind(tx, group, at=at)
    await _follow(tx, learner.id, group.id, at=at)


async def ask_leave(tx: Tx, learner: Learner, group: Group) -> LeaveAsked:
    """What leaving would mean. Refused (NotIn) for somebody who is no member."""
    if await people.membership(tx, learner_id=learner.id, group_id=group.id) is None:
        raise Refused(NotIn())
    return LeaveAsked(group=group.id, learner=learner.id, promises=len(await _open_promises(tx, learner, group)))


async def leave(tx: Tx, learner: Learner, group: Group, *, at: datetime) -> Left:
    """End a membership: from now on the group is shown nothing of the learner. Refused (NotIn) for who is no member.

    Open promises made there become private for good: joining again does not bring them back before the group.
    """
    if await people.membership(tx, learner_id=learner.id, group_id=group.id) is None:
        raise Refused(NotIn())
    await commitments.change_many(tx, await _open_promises(tx, learner, group), consent=Consent.PRIVATE)
    await people.leave(tx, learner_id=learner.id, group_id=group.id, at=at)
    await group_setup.refresh(tx, group, at=at)
    await _follow(tx, learner.id, group.id, at=at)
    return Left(name=learner.name)


async def gone(tx: Tx, learner: Learner, group: Group, *, source: str, at: datetime) -> None:
    """A learner left the chat or was removed from it: the same, told in private where they had promised something."""
    if await people.membership(tx, learner_id=learner.id, group_id=group.id) is None:
        return
    promises = len(await _open_promises(tx, learner, group))
    await leave(tx, learner, group, at=at)
    if promises:
        await posts.tell(tx, learner, OutOf(group.title, promises), key=f"gone:{group.id}:{learner.id}:{source}", at=at)


async def _open_promises(tx: Tx, learner: Learner, group: Group) -> list[int]:
    rows = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    return [row.id for row in rows if row.group_id == group.id]


async def _follow(tx: Tx, learner_id: int, group_id: int, *, at: datetime) -> None:
    await promise_posts.follow_consent(tx, learner_id=learner_id, group_id=group_id, at=at)
    await pause_posts.follow_consent(tx, learner_id=learner_id, group_id=group_id, at=at)
    await boards.touch(tx, group_id, at=at)
