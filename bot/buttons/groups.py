"""Buttons of a group: its settings, and leaving it."""

from bot.buttons.table import Press, number
from bot.domain.notices.general import StaleButton
from bot.domain.notices.groups import Setting, Stayed
from bot.services import group_places, group_setup, groups
from bot.store import people
from bot.turn import Turn
from bot.ui.message import Among


async def ask(turn: Turn, setting: str) -> None:
    """Offer the values of one setting."""
    if turn.group is not None and setting in set(Setting):
        asked = await group_setup.choices(turn.tx, turn.learner, turn.group, Setting(setting), ref=turn.event.ref, at=turn.at)
        await turn.show(asked)


async def choose(turn: Turn, setting: str, value: str) -> None:
    """Set one."""
    if turn.group is None or setting not in set(Setting):
        await turn.toast(StaleButton(why="gone"))
        return
    await _end_question(turn)
    try:
        await turn.show(await group_setup.choose(turn.tx, turn.group, Setting(setting), value, at=turn.at))
    except ValueError:
        await turn.toast(StaleButton(why="gone"))


async def channel(turn: Turn, value: str) -> None:
    """Let posts go to a channel."""
    if turn.group is not None:
        rights = turn.chosen.rights if turn.chosen is not None and turn.chosen.id == value else None
        await turn.show(await group_places.post_in(turn.tx, turn.group, value, rights, source=turn.source, at=turn.at))


async def role(turn: Turn, value: str) -> None:
    """Let who has a role change the settings, or nobody but administrators."""
    if turn.group is not None:
        known = turn.chosen is not None and turn.chosen.id == value
        await turn.show(await group_places.let_role(turn.tx, turn.group, value, known=known, at=turn.at))


async def back(turn: Turn) -> None:
    """Show the checklist again."""
    if turn.group is not None:
        await _end_question(turn)
        await turn.show(await group_setup.checklist(turn.tx, turn.group, at=turn.at))


async def _end_question(turn: Turn) -> None:
    state = await people.dialogue(turn.tx, turn.learner.id)
    if state is not None and state.name == group_setup.ZONE_DIALOGUE:
        await people.end_dialogue(turn.tx, turn.learner.id)


async def leave(turn: Turn, learner_id: str) -> None:
    """Leave, if it is the one who asked."""
    if turn.group is None or number(learner_id) != turn.learner.id:
        await turn.toast(StaleButton(why="other"))
        return
    await turn.show(await groups.leave(turn.tx, turn.learner, turn.group, at=turn.at))


async def stay(turn: Turn, learner_id: str) -> None:
    """Not leave after all."""
    if number(learner_id) == turn.learner.id:
        await turn.show(Stayed())
    else:
        await turn.toast(StaleButton(why="other"))


BUTTONS: tuple[Press, ...] = (
    Press("setup.ask", ask, arguments=1, admins=True),
    Press("setup.set", choose, arguments=2, admins=True),
    Press("setup.channel", channel, arguments=1, admins=True, among=Among.CHANNELS),
    Press("setup.role", role, arguments=1, admins=True, among=Among.ROLES),
    Press("setup.back", back, admins=True),
    Press("group.leave", leave, arguments=1),
    Press("group.stay", stay, arguments=1),
)
