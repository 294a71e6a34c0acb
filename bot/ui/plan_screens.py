"""Words of the screens on which a plan is edited: a module, a move, sources."""

from typing import Final, assert_never

from bot.domain.notices.plan_edits import (
    EditShown,
    ModuleShown,
    MoveShown,
    MoveWhere,
    SourceShown,
    SourcesShown,
)
from bot.domain.plan_edits import Part
from bot.domain.plans import SourceKind
from bot.ui.message import Button, Message, Rows, Text, Tint, press
from bot.ui.plan_news import said
from bot.ui.plans import counted, linked, source_line, turning
from bot.ui.words import Words, cut, join

_TITLE: Final = 80
_LABEL: Final = 28
_IN_LIST: Final = 60

Screen = ModuleShown | EditShown | MoveShown | MoveWhere | SourcesShown | SourceShown


def word(notice: Screen, w: Words) -> Message:
    """The message of a screen."""
    match notice:
        case ModuleShown():
            return _module(notice, w)
        case EditShown():
            return _edit(notice, w)
        case MoveShown():
            return _move(notice, w)
        case MoveWhere():
            return _where(notice, w)
        case SourcesShown():
            return _sources(notice, w)
        case SourceShown():
            return _source(notice, w)
        case _:
            assert_never(notice)


# --- a module ---------------------------------------------------------------------------------------------------------
def _module(notice: ModuleShown, w: Words) -> Message:
    head = w("*{title}*", title=cut(notice.title, _TITLE * 2))
    stands = w("{track}, {number} of {total}", track=cut(notice.track, _TITLE), number=notice.number, total=notice.total)
    done = w("Done {day}.", day=w.date(notice.done_day)) if notice.done_day else ()
    sources = join([source_line(one, w) for one in notice.sources])
    whose = w("The track's sources:") if notice.sources and not notice.own else ()
    text = join([join([head, stands, _length(notice, w), done]), join([whose, sources])], by="\n\n")
    rows: list[tuple[Button, ...]] = []
    if notice.done_day is None:
        rows.append((press(w.label("Done"), "plan.done", notice.id, tint=Tint.SUCCESS),))
    rows += [
        (_ask(w.label("Rename"), "rename", "m", notice.id), _ask(w.label("Estimate"), "estimate", "m", notice.id)),
        (press(w.label("Sources"), "plan.sources", "m", notice.id, 0), press(w.label("Move"), "plan.move", "m", notice.id)),
        (
            press(w.label("Drop"), "plan.drop", "m", notice.id, tint=Tint.DANGER),
            press(w.label("Back"), "plan.track", notice.track_id, notice.page),
        ),
    ]
    return Message(join([said(notice.news, w), text], by="\n\n"), tuple(rows))


def _length(notice: ModuleShown, w: Words) -> Text:
    if notice.minutes is None:
        return w("No estimate.")
    if notice.said:
        return w("{minutes} ({said})", minutes=w.minutes(notice.minutes), said=notice.said)
    return w("{minutes}", minutes=w.minutes(notice.minutes))


def _ask(label: str, what: str, part: str, target: int) -> Button:
    return press(label, "plan.ask", what, part, target)


# --- the plan and a track ---------------------------------------------------------------------------------------------
def _edit(notice: EditShown, w: Words) -> Message:
    count = counted(notice.done, notice.total, w)
    text = join([said(notice.news, w), join([w("*{title}*", title=cut(notice.title, _TITLE)), count])], by="\n\n")
    return _edit_plan(notice, text, w) if notice.part == Part.PLAN else _edit_track(notice, text, w)


def _edit_plan(notice: EditShown, text: Text, w: Words) -> Message:
    hint = w("A track or a module is changed on its own screen. Everything can also be typed: /plan help.")
    rows: Rows = (
        (
            _ask(w.label("Add a track"), "track", "p", notice.id),
            _ask(w.label("Rename the plan"), "rename", "p", notice.id),
        ),
        (
            press(w.label("Delete the plan"), "plan.drop", "p", notice.id, tint=Tint.DANGER),
            press(w.label("Back"), "plan.show", -1),
        ),
    )
    return Message(join([text, hint], by="\n\n"), rows)


def _edit_track(notice: EditShown, text: Text, w: Words) -> Message:
    n = notice.sources
    sources = w.label("Sources ({n})", n=n) if n else w.label("Sources")
    move = () if notice.alone else (press(w.label("Move"), "plan.move", "t", notice.id),)
    rows: Rows = (
        (_ask(w.label("Add modules"), "modules", "t", notice.id), _ask(w.label("Rename"), "rename", "t", notice.id)),
        (press(sources, "plan.sources", "t", notice.id, 0), *move),
        (
            press(w.label("Drop the track"), "plan.drop", "t", notice.id, tint=Tint.DANGER),
            press(w.label("Back"), "plan.track", notice.id, -1),
        ),
    )
    return Message(text, rows)


# --- moving -----------------------------------------------------------------------------------------------------------
def _move(notice: MoveShown, w: Words) -> Message:
    if notice.track is None:
        head = w("Where does *{title}* go?", title=cut(notice.title, _TITLE))
    else:
        head = w("Where in {track} does *{title}* go?", title=cut(notice.title, _TITLE), track=cut(notice.track, _TITLE))
    lines = [
        w("*{n}. {title}*", n=one.number, title=cut(one.title, _IN_LIST))
        if one.here
        else w("{n}. {title}", n=one.number, title=cut(one.title, _IN_LIST))
        for one in notice.around
    ]
    more_before, more_after = notice.around[0].number > 1, notice.around[-1].number < notice.total
    listed = join([w("…") if more_before else (), *lines, w("…") if more_after else ()])
    rows: list[tuple[Button, ...]] = []
    if notice.number > 1:
        rows.append((_step(w.label("▲ Up"), notice, "up"), _step(w.label("To the top"), notice, "first")))
    if notice.number < notice.total:
        rows.append((_step(w.label("▼ Down"), notice, "down"), _step(w.label("To the end"), notice, "last")))
    if notice.elsewhere:
        rows.append((press(w.label("To another track"), "plan.where", notice.id, 0),))
    back = ("plan.module", notice.id) if notice.part == Part.MODULE else ("plan.edit", "t", notice.id)
    rows.append((press(w.label("Back"), *back),))
    return Message(join([said(notice.news, w), head, listed], by="\n\n"), tuple(rows))


def _step(label: str, notice: MoveShown, which: str) -> Button:
    return press(label, "plan.step", notice.part, notice.id, which)


def _where(notice: MoveWhere, w: Words) -> Message:
    buttons = [press(cut(title, _LABEL), "plan.goes", notice.id, track, "", 0) for track, title in notice.tracks]
    rows = tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
    back = (press(w.label("Back"), "plan.move", "m", notice.id),)
    ask = w("To which track does *{title}* go? It comes last there.", title=cut(notice.title, _TITLE))
    return Message(ask, (*rows, *turning(notice.page, notice.pages, "plan.where", notice.id), back))


# --- sources ----------------------------------------------------------------------------------------------------------
def _sources(notice: SourcesShown, w: Words) -> Message:
    numbered = list(enumerate(notice.sources, start=notice.first + 1))
    lines = [w("{n}. {source}", n=number, source=source_line(one, w)) for number, (_, one) in numbered]
    if not lines:
        none = w("No sources of its own: its track's are used.") if notice.part == Part.MODULE else w("No sources yet.")
        lines = [none]
    head = w("Sources of *{title}*", title=cut(notice.title, _TITLE))
    numbers = tuple(press(str(number), "plan.source", source) for number, (source, _) in numbered)
    back = ("plan.module", notice.id) if notice.part == Part.MODULE else ("plan.edit", "t", notice.id)
    rows: Rows = (
        *((numbers,) if numbers else ()),
        *turning(notice.page, notice.pages, "plan.sources", notice.part, notice.id),
        (_ask(w.label("Add a source"), "source", notice.part, notice.id), press(w.label("Back"), *back)),
    )
    return Message(join([said(notice.news, w), head, join(lines)], by="\n\n"), rows)


def _source(notice: SourceShown, w: Words) -> Message:
    one = notice.source
    head = w("*{title}*, of {owner}", title=cut(one.title, _TITLE * 2), owner=cut(notice.owner, _TITLE))
    address = w("{url}", url=linked(one.url, one.url, w)) if one.url else w("No address.")
    kinds = {
        SourceKind.PRIMARY: (w("Studied first."), w.label("Study first")),
        SourceKind.SECOND: (w("For the review next day."), w.label("Next day")),
        SourceKind.PRACTICE: (w("For practice a week later."), w.label("Practice")),
    }
    others = tuple(press(label, "plan.kind", notice.id, kind) for kind, (_, label) in kinds.items() if kind != one.kind)
    up = () if notice.first else (press(w.label("▲ Up"), "plan.source-up", notice.id),)
    rows: Rows = (
        (_ask(w.label("Rename"), "source-title", "s", notice.id), _ask(w.label("Address"), "source-url", "s", notice.id)),
        others,
        (*up, press(w.label("Drop"), "plan.drop", "s", notice.id, tint=Tint.DANGER)),
        (press(w.label("Back"), "plan.sources", notice.part, notice.owner_id, 0),),
    )
    return Message(join([said(notice.news, w), join([head, kinds[SourceKind(one.kind)][0], address])], by="\n\n"), rows)
