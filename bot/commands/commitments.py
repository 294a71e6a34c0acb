"""Commands about commitments."""

from bot.commands.table import Command, Kind, Option, Where
from bot.domain.notices.commitments import DateAsked, Preview
from bot.services import drafts, promise_lists
from bot.turn import Turn


async def commit(turn: Turn, words: str) -> None:
    """Preview a promise, or ask by when."""
    found = await drafts.begin(turn.tx, turn.learner, turn.group, words, source=turn.source, at=turn.at)
    match found:
        case Preview():
            key = "promise" if found.in_place else "preview"
            await turn.say(found, shows=f"{key}:{found.promise.id}")
        case DateAsked():
            await turn.say(found, shows=drafts.question_key(turn.learner.id))


async def commitments(turn: Turn, _words: str) -> None:
    """List the open promises."""
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
    Command("commitments", "Your promises by urgency; move, withdraw, finish", commitments, Where.PRIVATE),
)
