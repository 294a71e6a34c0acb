"""Carrying out a change typed after /plan: names are looked up, what is not clear is asked, and asked again with the answer."""

from datetime import datetime
from typing import Any, Final

from bot.domain.errors import Refused
from bot.domain.estimates import RateMissing, read_estimate
from bot.domain.notices import Notice
from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import EditUsage, EditWhich, NameUnknown
from bot.domain.people import Learner
from bot.domain.plan_edits import Part, Target
from bot.domain.plans import Plan
from bot.services import plan_drops, plan_editing, plan_screens, plan_shelf, plan_sources, plan_views, resuming
from bot.services.plan_changes import in_use, sources_of, title_of
from bot.services.plan_lines import Parted, part, prefixes, split_step
from bot.services.plan_names import Named, clearly, find, find_source, split_noun
from bot.store import people
from bot.store.database import Tx
from bot.store.people import Dialogue

WHICH: Final = "plan-which"  # the dialogue: a line that waits for its names to be told apart
_CLEAR: Final = {"none", "clear", "no", "off", "-", "?", "нет", "убрать", "никак"}

Chosen = dict[str, tuple[str, int]]  # by name as typed, what was picked for it: part, id


class _Unclear(Exception):
    """Several parts of the plan may be meant by a name."""

    def __init__(self, said: str, found: tuple[Named, ...]) -> None:
        super().__init__(said)
        self.said = said
        self.found = found


async def obey(tx: Tx, learner: Learner, verb: str, line: str, *, at: datetime, chosen: Chosen | None = None) -> Notice:
    """Do what the line says; where a name in it may mean several things, ask which and remember the line."""
    order = _Order(tx, learner, at, chosen or {})
    try:
        return await order.carry_out(verb, line)
    except _Unclear as unclear:
        data = {"verb": verb, "line": line, "said": unclear.said, "chosen": {**(chosen or {})}}
        await resuming.begin(tx, learner, Dialogue(WHICH, "which", data), at=at)
        choices = tuple((one.target.part.value, one.target.id, one.title, one.track) for one in unclear.found)
        return EditWhich(unclear.said, choices)


async def choose(tx: Tx, learner: Learner, part_: str, target_id: int, *, at: datetime) -> Notice:
    """Carry out the line that waits, with what was picked. Refused (StaleButton) where none waits any more."""
    state = await people.dialogue(tx, learner.id)
    if state is None or state.name != WHICH:
        raise Refused(StaleButton(why="over"))
    data: dict[str, Any] = state.data
    await resuming.end(tx, learner, WHICH, at=at)
    chosen: Chosen = {name: (one[0], one[1]) for name, one in data["chosen"].items()}
    return await obey(tx, learner, data["verb"], data["line"], at=at, chosen=chosen | {data["said"]: (part_, target_id)})


class _Order:
    """One typed line on its way to being done."""

    def __init__(self, tx: Tx, learner: Learner, at: datetime, chosen: Chosen) -> None:
        self._tx = tx
        self._learner = learner
        self._at = at
        self._chosen = chosen

    async def carry_out(self, verb: str, line: str) -> Notice:
        plan = await in_use(self._tx, self._learner)
        if not line.strip():
            return EditUsage(verb)
        match verb:
            case "show":
                return self._shown(plan, self._one(plan, line))
            case "edit":
                return self._edit(plan, self._one(plan, line))
            case "add":
                return await self._add(plan, line)
            case "rename":
                return await self._rename(plan, line)
            case "move":
                return await self._move(plan, line)
            case "drop":
                return await self._drop(plan, line)
            case "estimate":
                return await self._estimate(plan, line)
            case _:
                return await self._source(plan, line)

    # --- verbs ----------------------------------------------------------------------------------------------------------
    async def _add(self, plan: Plan, line: str) -> Notice:
        head, _, below = line.partition("\n")
        noun = split_noun(head)[1] or _bare_noun(head)
        if noun is Part.TRACK and not below:
            return await self._add_track(plan, split_noun(head)[0])
        words = _without_noun(head, noun)
        if below:  # `add to Calculus 1`, and the modules on lines of their own
            name = _after_into(f"x {words}") or words
            return await self._lines(self._one(plan, name, only=Part.TRACK), below)
        beside = next((one for one in part(words, "beside") if self._known(plan, one.right)), None)
        if beside is not None and (there := self._one(plan, beside.right)).part is Part.MODULE:
            track_id, index = plan_editing.position_in(plan, there)
            return await self._lines(Target(Part.TRACK, track_id), beside.left, index=index + (not beside.before))
        into = [one for one in part(words, "into") if self._known(plan, one.right, only=Part.TRACK)]
        if into:
            return await self._lines(self._one(plan, into[0].right, only=Part.TRACK), into[0].left)
        if len(plan.tracks) == 1:
            return await self._lines(Target(Part.TRACK, plan.tracks[0].id or 0), words)
        return EditUsage("add")

    async def _add_track(self, plan: Plan, words: str) -> Notice:
        beside = next((one for one in part(words, "beside") if self._known(plan, one.right, only=Part.TRACK)), None)
        if beside is None:
            return await plan_editing.add_track(self._tx, self._learner, words, at=self._at)
        there = self._one(plan, beside.right, only=Part.TRACK)
        index = plan_editing.position_in(plan, there)[1] + (not beside.before)
        return await plan_editing.add_track(self._tx, self._learner, beside.left, at=self._at, index=index)

    async def _lines(self, track: Target, words: str, *, index: int | None = None) -> Notice:
        return await plan_editing.add_lines(self._tx, self._learner, track.id, words, at=self._at, index=index)

    async def _rename(self, plan: Plan, line: str) -> Notice:
        ways = list(part(line, "rename"))
        if not ways:
            return EditUsage("rename")
        of_plan = next((one for one in ways if one.left.casefold() in {"plan", "the plan", "план"}), None)
        if of_plan is not None:
            target = Target(Part.PLAN, plan.id or 0)
            return await plan_editing.rename(self._tx, self._learner, target, of_plan.right, at=self._at)
        way = self._best(plan, ways)
        target = self._one(plan, way.left)
        return await plan_editing.rename(self._tx, self._learner, target, way.right.strip('"“”«»'), at=self._at)

    async def _move(self, plan: Plan, line: str) -> Notice:
        beside = [one for one in part(line, "beside") if self._known(plan, one.right)]
        if beside:
            way = self._best(plan, beside)
            return await self._move_beside(plan, self._one(plan, way.left), way)
        stepped = split_step(line)
        if stepped is not None and not clearly(plan, line):
            target = self._one(plan, stepped[0])
            return await plan_editing.step(self._tx, self._learner, target, stepped[1], at=self._at)
        into = [one for one in part(line, "into") if self._known(plan, one.right, only=Part.TRACK) or one.right.isdecimal()]
        if into:
            way = self._best(plan, into)
            return await self._move_into(plan, self._one(plan, way.left), way.right)
        if self._known(plan, line):
            return plan_screens.move_shown(plan, self._one(plan, line))
        return EditUsage("move")

    async def _move_beside(self, plan: Plan, target: Target, way: Parted) -> Notice:
        there = self._one(plan, way.right, only=Part.TRACK if target.part is Part.TRACK else None)
        if there == target:
            return plan_screens.move_shown(plan, target)
        if there.part is Part.TRACK and target.part is Part.MODULE:
            return EditUsage("move")
        track_id, index = plan_editing.position_in(plan, there)
        own_track, own_index = plan_editing.position_in(plan, target)
        passed = own_index < index and (target.part is Part.TRACK or own_track == track_id)
        index += (not way.before) - passed
        if target.part is Part.TRACK:
            return await plan_editing.move_track_to(self._tx, self._learner, target.id, index=index, at=self._at)
        return await plan_editing.move_module_to(self._tx, self._learner, target.id, track_id, index=index, at=self._at)

    async def _move_into(self, plan: Plan, target: Target, where: str) -> Notice:
        numbered = where.isdecimal() and not self._known(plan, where, only=Part.TRACK)
        if target.part is Part.TRACK:
            if not numbered:
                return EditUsage("move")
            index = int(where[:5]) - 1
            return await plan_editing.move_track_to(self._tx, self._learner, target.id, index=index, at=self._at)
        if numbered:
            track_id, index = plan_editing.position_in(plan, target)[0], int(where[:5]) - 1
            return await plan_editing.move_module_to(self._tx, self._learner, target.id, track_id, index=index, at=self._at)
        track = self._one(plan, where, only=Part.TRACK)
        return await plan_editing.move_module_to(self._tx, self._learner, target.id, track.id, at=self._at)

    async def _drop(self, plan: Plan, line: str) -> Notice:
        head, _, rest = line.partition(" ")
        if head.casefold() in {"plan", "план"} and rest:
            return await self._drop_plan(rest)
        if head.casefold() in {"source", "источник"} and rest:
            return await self._drop_source(plan, rest)
        return await plan_drops.ask(self._tx, self._learner, self._one(plan, line))

    async def _drop_plan(self, words: str) -> Notice:
        found = await plan_shelf.called(self._tx, self._learner, words)
        if len(found) != 1:
            return await plan_shelf.listed(self._tx, self._learner)
        return await plan_shelf.ask_drop(self._tx, self._learner, found[0].id)

    async def _drop_source(self, plan: Plan, words: str) -> Notice:
        for way in part(words, "of"):
            if self._known(plan, way.right):
                owner = self._one(plan, way.right)
                found = find_source(sources_of(plan, owner), way.left)
                if len(found) == 1:
                    return await plan_drops.ask(self._tx, self._learner, Target(Part.SOURCE, found[0].id or 0))
                return plan_screens.sources_shown(plan, owner)
        return EditUsage("drop")

    async def _estimate(self, plan: Plan, line: str) -> Notice:
        for name, words in reversed(list(prefixes(line))):  # the shortest name: `12 videos at 25m` ends in an estimate too
            read = read_estimate(words.strip("()~ "), bare=True)
            clears = words.casefold() in _CLEAR
            if (read is None and not clears) or not self._known(plan, name, only=Part.MODULE):
                continue
            if isinstance(read, RateMissing):
                plan_editing.read_length(words)
            target = self._one(plan, name, only=Part.MODULE)
            return await plan_editing.estimate(self._tx, self._learner, target.id, "" if clears else words, at=self._at)
        if any(read_estimate(words.strip("()~ "), bare=True) for _, words in prefixes(line)):
            raise Refused(NameUnknown(line[:60], Part.MODULE))
        return EditUsage("estimate")

    async def _source(self, plan: Plan, line: str) -> Notice:
        head = line.partition("\n")[0]
        if self._known(plan, head) and "\n" not in line:
            return plan_screens.sources_shown(plan, self._one(plan, head))
        ways = [(name, rest) for name, rest in prefixes(line) if self._known(plan, name)]
        if not ways:
            return EditUsage("source")
        plainly = [way for way in ways if clearly(plan, way[0])]
        name, rest = (plainly or list(reversed(ways)))[0]
        return await plan_sources.add(self._tx, self._learner, self._one(plan, name), rest, at=self._at)

    def _shown(self, plan: Plan, target: Target) -> Notice:
        shown = plan_views.track_shown(plan, target.id) if target.part is Part.TRACK else None
        return shown or plan_screens.module_shown(plan, target.id)

    def _edit(self, plan: Plan, target: Target) -> Notice:
        in_track = target.part is Part.TRACK
        return plan_screens.edit_shown(plan, target) if in_track else plan_screens.module_shown(plan, target.id)

    # --- names ----------------------------------------------------------------------------------------------------------
    def _known(self, plan: Plan, said: str, *, only: Part | None = None) -> bool:
        return bool(find(plan, said, only=only))

    def _best(self, plan: Plan, ways: list[Parted]) -> Parted:
        """The way of parting whose left side is the very name of something, else the first that names anything."""
        plainly = next((one for one in ways if clearly(plan, one.left)), None)
        return plainly or next((one for one in ways if self._known(plan, one.left)), ways[-1])

    def _one(self, plan: Plan, said: str, *, only: Part | None = None) -> Target:
        """The one thing that is meant. Refused (NameUnknown) where there is none, a question where there are several."""
        if said in self._chosen:
            target = Target(Part(self._chosen[said][0]), self._chosen[said][1])
            title_of(plan, target)
            return target
        found = find(plan, said, only=only)
        if not found:
            raise Refused(NameUnknown(said[:60], only or ""))
        if len(found) > 1:
            raise _Unclear(said, found)
        return found[0].target


def _bare_noun(head: str) -> Part | None:
    """`add modules to X` and `add module to X`, where the modules follow on lines of their own."""
    return Part.MODULE if head.casefold().startswith(("modules ", "lessons ", "модули ", "уроки ")) else None


def _without_noun(head: str, noun: Part | None) -> str:
    return head.partition(" ")[2].strip() if noun else head.strip()


def _after_into(words: str) -> str:
    way = next(iter(part(words, "into")), None)
    return way.right if way else ""
