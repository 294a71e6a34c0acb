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
    TrackUnknown,
)
from bot.domain.plans import SourceKind
from bot.ui import done, imports
from bot.ui.message import Message, Rows, Text, press
from bot.ui.words import Words, cut, join

_TITLE = 80  # characters of a title in a list: ten of them and their sources fit a message
_LABEL = 28  # characters of a title on one of two buttons in a row
_TYPED = 60  # characters of what was typed, shown back


def word(notice: PlanNotice, w: Words) -> Message:
    """The message of a notice about plans."""
    match notice:
        case PlanShown():
            return _plan(notice, w)
        case TrackShown():
            return _track(notice, w)
        case TrackUnknown():
            said = cut(notice.said, _TYPED)
            return Message(
                w("No track of your plan is called “{said}”. /plan shows them, /plan templates the ready plans.", said=said)
            )
        case NoPlan():
            return Message(
                w("There is no plan yet. Take a ready one and make it yours, or send your own list as a file."), _ways(w)
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
    head = join([w("*{title}*", title=cut(notice.title, _TITLE)), _count(notice.done, notice.total, w)])
    tracks = join([_track_line(one, w) for one in notice.tracks])
    if notice.current is None:
        following = w("Every module is done. What is next is up to you.") if notice.total else ()
    else:
        lines = [_module(one, w, numbered=False) for one in notice.following]
        following = join([w("Next in *{track}*", track=cut(notice.current, _TITLE)), *lines])
    buttons = [press(cut(one.title, _LABEL), "plan.track", one.id, -1) for one in notice.tracks]
    rows = tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
    turning = _turning(notice.page, notice.pages, "plan.show")
    return Message(join([head, tracks, following], by="\n\n"), (*rows, *turning, *_ways(w)))


def _track(notice: TrackShown, w: Words) -> Message:
    track = notice.track
    head = join([w("*{title}*", title=cut(track.title, _TITLE)), _count(track.done, track.total, w)])
    sources = join([_source(one, w) for one in notice.sources])
    modules = join([_module(one, w, numbered=True) for one in notice.modules])
    if not notice.modules:
        modules = w("No modules in it yet.")
    turning = _turning(notice.page, notice.pages, "plan.track", track.id)
    back = ((press(w.label("Back to the plan"), "plan.show", -1),),)
    return Message(join([head, sources, modules], by="\n\n"), (*turning, *back))


def _count(done: int, total: int, w: Words) -> Text:
    return w.many("{done} of {n} module done", "{done} of {n} modules done", total, done=done)


def _track_line(track: TrackLine, w: Words) -> Text:
    mark = "✓" if track.total and track.done == track.total else "▸" if track.done else "·"
    return w("{mark} {title}, {done} of {total}", mark=mark, title=cut(track.title, _TITLE), done=track.done, total=track.total)


def _module(one: ModuleLine, w: Words, *, numbered: bool) -> Text:
    title = cut(one.title, _TITLE)
    if one.done_day is not None:
        return w("✓ {title}, {day}", title=title, day=w.date(one.done_day, year=False))
    line = w("· {title}", title=title)
    if one.minutes:
        line = w("· {title}, {minutes}", title=title, minutes=w.minutes(one.minutes))
    if one.source and not numbered:
        return w("{line}: {source}", line=line, source=linked(one.source, one.url, w))
    return line


def _source(one: SourceLine, w: Words) -> Text:
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


def _turning(page: int, pages: int, action: str, *args: object) -> Rows:
    """The buttons to the pages before and after."""
    before = (press(f"‹ {page} / {pages}", action, *args, page - 1),) if page else ()
    after = (press(f"{page + 2} / {pages} ›", action, *args, page + 1),) if page + 1 < pages else ()
    return ((*before, *after),) if before or after else ()


def _ways(w: Words) -> Rows:
    return ((press(w.label("Choose a template"), "plan.templates"), press(w.label("Send a file"), "plan.file")),)
