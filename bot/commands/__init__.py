"""Every command, declared once: each platform registers itself from this table."""

from rapidfuzz import fuzz, process

from bot.commands import buddies, checkins, commitments, groups, links, pauses, people, plans, progress, reviews
from bot.commands.table import Command, Where
from bot.domain.notices.general import AdminsOnly, ElsewhereOnly, Help, UnknownCommand
from bot.turn import Turn


async def help_(turn: Turn, _words: str) -> None:
    """Say what there is, on one screen."""
    await turn.say(Help(commands=help_lines(in_group=turn.group is not None), in_group=turn.group is not None))


COMMANDS: tuple[Command, ...] = (
    *people.COMMANDS,
    *checkins.COMMANDS,
    *plans.COMMANDS,
    *reviews.COMMANDS,
    *commitments.COMMANDS,
    *progress.COMMANDS,
    *pauses.COMMANDS,
    *buddies.COMMANDS,
    *groups.COMMANDS,
    *links.COMMANDS,
    Command("help", "This list", help_, Where.BOTH),
)
_BY_NAME = {command.name: command for command in COMMANDS}


def find(name: str) -> Command | None:
    """The command called `name`, without the slash."""
    return _BY_NAME.get(name.casefold())


def help_lines(*, in_group: bool) -> tuple[tuple[str, str, str], ...]:
    """Name, usage and summary of the commands that work here."""
    return tuple((one.name, one.usage, one.summary) for one in COMMANDS if one.where.covers(in_group=in_group))


def _meant(name: str, *, in_group: bool) -> str | None:
    """The command that works here and of which `name` is a slip of the finger: whole names are compared, not parts."""
    here = [one for one, command in _BY_NAME.items() if command.where.covers(in_group=in_group)]
    nearest = process.extractOne(name.casefold(), here, scorer=fuzz.ratio, score_cutoff=75)
    return nearest[0] if nearest else None


async def handle(turn: Turn, name: str, words: str) -> None:
    """Do what the command `name` does with the `words` after it; refuse politely where it does not exist or work."""
    command = find(name)
    in_group = turn.group is not None
    if command is None:
        await turn.say(UnknownCommand(name=name[:32], nearest=_meant(name, in_group=in_group)))
    elif not command.where.covers(in_group=in_group):
        instead = await command.astray(turn, words) if command.astray else None
        await turn.say(instead or ElsewhereOnly(name=command.name, private=in_group))
    elif command.admins and not turn.is_admin:
        await turn.say(AdminsOnly())
    else:
        await command.does(turn, words)
