"""Commands of a group: /setup /join /leave /board /digest."""

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices.groups import BoardTouched, JoinOffered
from bot.domain.notices.people import AskConsent, PrivatelyAnswered
from bot.events import Said
from bot.services import boards, digests, group_places, group_setup, groups
from bot.store import people
from bot.turn import Turn


async def setup(turn: Turn, words: str) -> None:
    """Show the checklist anew, posts go to the topic it was asked for in; with a city, set the group's clock."""
    if turn.group is None:
        return
    if words:
        await turn.say(group_setup.suggest_zone(turn.group.id, words))
    else:
        group = await group_setup.post_here(turn.tx, turn.group, turn.event.chat.topic, source=turn.source, at=turn.at)
        await digests.ensure_scheduled(turn.tx, group, at=turn.at)
        await turn.say(await group_setup.checklist(turn.tx, group, at=turn.at), shows=f"setup:{group.id}")


async def join(turn: Turn, _words: str) -> None:
    """Let a person in: by the private chat, where what the group may see is asked."""
    if turn.group is None:
        return
    membership = await people.membership(turn.tx, learner_id=turn.learner.id, group_id=turn.group.id)
    if not await _reachable(turn):
        await turn.say(JoinOffered(turn.group.title, turn.group.join_code, member=membership is not None))
        return
    if membership is None:
        await groups.join(turn.tx, turn.learner, turn.group, at=turn.at)
    await turn.tell(AskConsent(turn.group.id, turn.group.title, membership.consent if membership else None))
    await turn.say(PrivatelyAnswered(reachable=True))


async def leave(turn: Turn, _words: str) -> None:
    """Ask whether a person really wants to leave."""
    if turn.group is not None:
        await turn.say(await groups.ask_leave(turn.tx, turn.learner, turn.group))


async def board(turn: Turn, _words: str) -> None:
    """Bring the board up to date and say where it is."""
    if turn.group is not None:
        alone = isinstance(turn.event, Said) and turn.event.answer_to is not None
        answer = await boards.point_out(turn.tx, turn.group, alone=alone, source=turn.source, at=turn.at)
        if answer is not None:
            await turn.say(answer)


async def digest(turn: Turn, words: str) -> None:
    """Show an administrator the digest as it would be now, in private; with "here", let it come to this topic from now on."""
    if turn.group is None:
        return
    if words.strip().casefold() == "here" and turn.group.server is None:
        await turn.say(await group_places.digest_here(turn.tx, turn.group, turn.event.chat.topic, at=turn.at))
        return
    parts = await digests.preview(turn.tx, turn.group, at=turn.at)
    reachable = await _reachable(turn)
    if not parts:
        await turn.say(BoardTouched(empty=True, pinned=False))
        return
    for part in parts if reachable else ():
        await turn.tell(part)
    await turn.say(PrivatelyAnswered(reachable=reachable))


async def _reachable(turn: Turn) -> bool:
    found = await people.accounts(turn.tx, [turn.learner.id], platform=turn.platform)
    return turn.learner.id in found and found[turn.learner.id].reachable


COMMANDS: tuple[Command, ...] = (
    Command("join", "Join this group's board and digest, and choose what it sees", join, Where.GROUP),
    Command("leave", "Leave: nothing of yours is shown here any more", leave, Where.GROUP),
    Command("board", "Bring the pinned board up to date", board, Where.GROUP),
    Command("digest", "For administrators: this week's digest so far, in private", digest, Where.GROUP, "[here]", admins=True),
    Command(
        "setup",
        "For administrators: the group's settings and what is missing",
        setup,
        Where.GROUP,
        "[city]",
        admins=True,
        options=(Option("city", "The city whose clock is the group's", Kind.PLACE),),
        public=True,
    ),
)
