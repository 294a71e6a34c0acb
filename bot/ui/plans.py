"""Words of the notices about plans: the overview, a track; choosing and files stand in ui/imports.py, finishing in ui/done.py."""

from dataclasses import replace
from typing import assert_never

from bot.domain.notices.plans import (
    DoneUnknown,
    DoneWhich,
    FileHint,
    ImportDiscarded,
    ImportEmpty,
    ImportPreview,
    ImportRefused,
    ImportWaits,
    ModuleDone,
    ModuleDoneBefore,
    ModuleGone,
    ModuleLine,
    ModuleUndone,
    NoPlan,
    PlanNotice,
    PlanShown,
    PlanUsed,
    SourceLine,
    TemplatePreview,
    Templates,
    TrackLine,
    TrackShown,
)
from bot.domain.plans import SourceKind
from bot.ui import done, imports
from bot.ui.message import Button, Message, Rows, Text, press
from bot.ui.plan_news import said
from bot.ui.words import Words, cut, join

_TITLE = 80  # characters of a title in a list: ten of them and their sources fit a message
_LABEL = 28  # characters of a title on one of two buttons in a row


def word(notice: PlanNotice, w: Words) -> Message:
    """The message of a notice about plans."""
    match notice:
        case PlanShown():
            return _plan(notice, w)
        case TrackShown():
            return _track(notice, w)
        case NoPlan():
            empty = press(w.label("Begin an empty one"), "plan.ask", "plan", "p", 0)
            return Message(
                w("There is no plan yet. Take a ready one and make it yours, or send your own list as a file."),
                (*_ways(w), (empty,)),
            )
        case Templates() | TemplatePreview() | FileHint() | PlanUsed():
            return imports.choosing(notice, w)
        case ImportPreview() | ImportEmpty() | ImportRefused() | ImportWaits() | ImportDiscarded():
            return imports.word(notice, w)
        case ModuleDone() | ModuleDoneBefore() | ModuleUndone() | ModuleGone() | DoneWhich() | DoneUnknown():
            return done.word(notice, w)
        case _:
            assert_never(notice)


# --- the overview and a track ---------------------------------------------------------------------------------------------
def _plan(notice: PlanShown, w: Words) -> Message:
    head = join([w("*{title}*", title=cut(notice.title, _TITLE)), counted(notice.done, notice.total, w)])
    tracks = join([_track_line(one, w) for one in notice.tracks])
    if notice.current is not None:
        lines = [_module(one, w) for one in notice.following]
        following = join([w("Next in *{track}*", track=cut(notice.current, _TITLE)), *lines])
    elif notice.total:
        following = w("Every module is done. What is next is up to you.")
    elif notice.tracks:
        following = w("No modules in it yet: open a track and add some.")
    else:
        following = w("Nothing in it yet. Begin with a track, such as Calculus; its modules come next.")
    buttons = [press(cut(one.title, _LABEL), "plan.track", one.id, -1) for one in notice.tracks]
    rows = tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
    pages = turning(notice.page, notice.pages, "plan.show")
    ways = (press(w.label("Change it"), "plan.edit", "p", 0), press(w.label("Plans and files"), "plan.plans", 0))
    if not notice.tracks:
        ways = (press(w.label("Add a track"), "plan.ask", "track", "p", 0), *ways[1:])
    return Message(join([said(notice.news, w), head, tracks, following], by="\n\n"), (*rows, *pages, ways))


def _track(notice: TrackShown, w: Words) -> Message:
    track = notice.track
    head = join([w("*{title}*", title=cut(track.title, _TITLE)), counted(track.done, track.total, w)])
    sources = join([source_line(one, w) for one in notice.sources])
    numbered = list(enumerate(notice.modules, start=notice.first + 1))
    modules = join([w("{n}. {module}", n=number, module=_module(one, w, alone=False)) for number, one in numbered])
    if not notice.modules:
        modules = w("No modules in it yet.")
    numbers = tuple(press(str(number), "plan.module", one.id) for number, one in numbered)
    pages = turning(notice.page, notice.pages, "plan.track", track.id)
    ways: tuple[Button, ...] = (
        press(w.label("Change it"), "plan.edit", "t", track.id),
        press(w.label("Back to the plan"), "plan.show", -1),
    )
    if not notice.modules:
        ways = (press(w.label("Add modules"), "plan.ask", "modules", "t", track.id), *ways)
    rows = (numbers,) if numbers else ()
    return Message(join([said(notice.news, w), head, sources, modules], by="\n\n"), (*rows, *pages, ways))


def counted(done: int, total: int, w: Words) -> Text:
    """How much is done: "3 of 41 modules done"; "empty" where there is nothing."""
    if not total:
        return w("empty")
    return w.many("{done} of {n} module done", "{done} of {n} modules done", total, done=done)


def _track_line(track: TrackLine, w: Words) -> Text:
    mark = "✓" if track.total and track.done == track.total else "▸" if track.done else "·"
    return w("{mark} {title}, {done} of {total}", mark=mark, title=cut(track.title, _TITLE), done=track.done, total=track.total)


def _module(one: ModuleLine, w: Words, *, alone: bool = True) -> Text:
    """A module as a line: `alone` with a dot before it and its own source behind, else as its track lists it."""
    title = cut(one.title, _TITLE)
    if one.done_day is not None:
        return w("✓ {title}, {day}", title=title, day=w.date(one.done_day, year=False))
    line = w("· {title}", title=title) if alone else w("{title}", title=title)
    if one.minutes:
        line = w("{line}, {minutes}", line=line, minutes=w.minutes(one.minutes))
    if one.source and alone:
        return w("{line}: {source}", line=line, source=linked(one.source, one.url, w))
    return line


def source_line(one: SourceLine, w: Words) -> Text:
    """A source with what it is for."""
    match SourceKind(one.kind):
        case SourceKind.PRIMARY:
            return w("Study: {source}", source=linked(one.title, one.url, w))
        case SourceKind.SECOND:
            return w("Next day: {source}", source=linked(one.title, one.url, w))
        case SourceKind.PRACTICE:
            return w("Practice: {source}", source=linked(one.title, one.url, w))


def linked(title: str, url: str | None, w: Words) -> Text:
    """A source's title, a link where it has an address."""
    return tuple(replace(span, url=url) for span in w("{title}", title=cut(title, _TITLE)))


def turning(page: int, pages: int, action: str, *args: object) -> Rows:
    """The buttons to the pages before and after."""
    before = (press(f"‹ {page} / {pages}", action, *args, page - 1),) if page else ()
    after = (press(f"{page + 2} / {pages} ›", action, *args, page + 1),) if page + 1 < pages else ()
    return ((*before, *after),) if before or after else ()


def _ways(w: Words) -> Rows:
    return ((press(w.label("Choose a template"), "plan.templates"), press(w.label("Send a file"), "plan.file")),)
