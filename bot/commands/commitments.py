"""Commands about commitments."""

import re
from typing import Final

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices.commitments import DateAsked, Preview
from bot.services import drafts, promise_lists, splits
from bot.turn import Turn

_SPLIT: Final = re.compile(r"split\s+(?P<number>[0-9]{1,4})\b(?P<parts>.*)", re.IGNORECASE | re.DOTALL)


async def commit(turn: Turn, words: str) -> None:
    """Preview a promise, or ask by when."""
    found = await drafts.begin(turn.tx, turn.learner, turn.group, words, source=turn.source, at=turn.at)
    match found:
        case Preview():
            key = "promise" if found.in_place else "preview"
            await turn.say(found, shows=f"{key}:{found.promise.id}")
        case DateAsked():
            await turn.say(found, shows=drafts.question_key(turn.learner.id))


async def commitments(turn: Turn, words: str) -> None:
    """List the open promises; "split 2" splits the second of them, "split 2 A / B by DATE" says into what."""
    if (said := _SPLIT.match(words)) is not None:
        found = await promise_lists.numbered(turn.tx, turn.learner, int(said["number"]))
        parts = said["parts"].strip()
        if parts:
            await turn.say(await splits.read(turn.tx, turn.learner, found.id, parts, at=turn.at))
        else:
            await turn.say(await splits.ask(turn.tx, turn.learner, found.id, at=turn.at))
        return
    await turn.say(await promise_lists.listed(turn.tx, turn.learner, page=0, at=turn.at))


COMMANDS: tuple[Command, ...] = (
    Command(
        "commit",
        "Make a promise, in public if you like",
        commit,
        Where.BOTH,
        usage="TEXT by DATE",
        options=(
            Option("text", "What you promise", required=True),
            Option("by", "By when: end of June, in 6 weeks, next friday 18:00", Kind.DATE, shape="by {}"),
        ),
        public=True,
    ),
    Command(
        "commitments",
        "Your promises by urgency; move, split, withdraw, finish",
        commitments,
        Where.PRIVATE,
        options=(
            Option("split", "The number of the promise to split in two", shape="split {}"),
            Option("parts", "Into what: finish Calculus 1 / finish Calculus 2 by end of July"),
        ),
    ),
)
