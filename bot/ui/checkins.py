"""Words of the notices about check-ins."""

from typing import assert_never

from bot.domain.checkins import Outcome
from bot.domain.notices.checkins import (
    Candidate,
    CheckinLogged,
    CheckinNotice,
    CheckinUndone,
    DetailsAsked,
    DetailsLeft,
    MinutesRefused,
    UndoTooLate,
)
from bot.ui.message import Button, Message, Rows, Text, press
from bot.ui.words import Words, cut, join


def word(notice: CheckinNotice, w: Words) -> Message:
    """The message of a notice about check-ins."""
    match notice:
        case CheckinLogged():
            return Message(_logged(notice, w), _rows(notice, w))
        case CheckinUndone():
            return Message(_undone(notice, w))
        case UndoTooLate(edit):
            if edit:
                return Message(w("Undo is for the first ten minutes. Edit works until the day ends."))
            return Message(w("Undo is for the first ten minutes, and that day is over."))
        case MinutesRefused(most):
            return Message(w("Minutes go from 1 to {most}. Nothing was changed.", most=most))
        case DetailsAsked():
            cancel = press(w.label("Cancel"), "checkin.cancel")
            return Message(_asked(notice, w), ((cancel,),), asks=w.label("What you did"))
        case DetailsLeft():
            return Message(w("Left as it was."))
        case _:
            assert_never(notice)


def _logged(notice: CheckinLogged, w: Words) -> Text:
    what = join(_parts(notice, w), by=" · ") or w("done")
    day = w.date(notice.day, year=False)
    if notice.brief:
        return w("Logged for {day}: {what}", day=day, what=what)
    if notice.edited:
        first = w("{day} now says: {what}", day=day, what=what)
    elif notice.late:
        first = w("Logged for {day}, late: {what}", day=day, what=what)
    else:
        first = w("Logged for {day}: {what}", day=day, what=what)
    total = w("That makes {minutes} for the day.", minutes=w.minutes(notice.total)) if notice.total else ()
    asked = w("Which module was it?") if notice.candidates else ()
    return join([first, total, asked, _again(notice, w)])


def _again(notice: CheckinLogged, w: Words) -> Text:
    """Its module is due again: whether this was that is a question."""
    if notice.review is None or not notice.edit:
        return ()
    module = cut(notice.module or "", 100)
    if notice.reviewed:
        return w("It counts as the review of {module} that was due.", module=module)
    return w("{module} is due again today. Was this its review?", module=module)


def _parts(notice: CheckinLogged, w: Words) -> list[Text | str]:
    outcome = {Outcome.DONE: "", Outcome.PARTLY: w.label("partly"), Outcome.SKIPPED: w.label("not today")}
    minutes = w.minutes(notice.minutes) if notice.minutes else ""
    module = cut(notice.module or "", 100)
    if notice.brief:
        return [minutes, module]
    links = w.count(notice.links, "{n} link", "{n} links") if notice.links else ""
    photo = w.label("photo") if notice.photo else ""
    return [outcome[notice.outcome], minutes, module, cut(notice.note), links, photo]


def _rows(notice: CheckinLogged, w: Words) -> Rows:
    undo = (press(w.label("Undo"), "checkin.undo", notice.checkin),) if notice.undo else ()
    if notice.brief:
        return (undo,) if undo else ()
    edit = (press(w.label("Edit"), "checkin.edit", notice.checkin),) if notice.edit else ()
    picks = tuple((_pick(notice, one, w),) for one in notice.candidates)
    finish: tuple[Button, ...] = ()
    if notice.finish is not None and notice.edit:
        title = cut(notice.module or "", 28)
        finish = (press(w.label("Finished “{module}”", module=title), "checkin.finish", notice.checkin),)
    elif notice.finished and notice.edit:
        title = cut(notice.module or "", 28)
        finish = (press(w.label("“{module}” is not finished", module=title), "checkin.unfinish", notice.checkin),)
    return tuple(row for row in (*picks, _review(notice, w), finish, (*undo, *edit)) if row)


def _review(notice: CheckinLogged, w: Words) -> tuple[Button, ...]:
    if notice.review is None or not notice.edit:
        return ()
    if notice.reviewed:
        title = cut(notice.module or "", 28)
        return (press(w.label("Not reviewed: {module}", module=title), "checkin.unreviewed", notice.checkin, notice.review),)
    return (press(w.label("Yes, its review"), "checkin.reviewed", notice.checkin, notice.review),)


def _pick(notice: CheckinLogged, candidate: Candidate, w: Words) -> Button:
    """A button for a module that may have been meant; with its track, for titles come twice."""
    label = w.label("{module} · {track}", module=cut(candidate.title, 32), track=cut(candidate.track, 24))
    return press(label, "checkin.module", notice.checkin, candidate.id)


def _undone(notice: CheckinUndone, w: Words) -> Text:
    day = w.date(notice.day, year=False)
    if not notice.left:
        return w("Taken back. Nothing is logged for {day} now.", day=day)
    if notice.minutes:
        return w("Taken back. {day} stands at {minutes}.", day=day, minutes=w.minutes(notice.minutes))
    return w.many(
        "Taken back. {n} check-in remains for {day}.", "Taken back. {n} check-ins remain for {day}.", notice.left, day=day
    )


def _asked(notice: DetailsAsked, w: Words) -> Text:
    day = w.date(notice.day, year=False)
    if notice.anew:
        return w("Type it anew, and it replaces what stands for {day}. For example: _90m limits finished exercises_", day=day)
    return w("What should I add to {day}? Minutes, module, note, links. For example: _90m limits finished exercises_", day=day)
