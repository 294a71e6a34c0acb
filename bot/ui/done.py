"""Words for what is finished: a module, a promise, or the question which."""

from datetime import timedelta
from typing import assert_never

from bot.domain.notices.plans import DoneUnknown, DoneWhich, ModuleDone, ModuleDoneBefore, ModuleGone, ModuleUndone
from bot.ui.message import Button, Message, Text, Tint, press
from bot.ui.words import Words, cut, join

_TITLE = 80  # characters of a title in a sentence
_LABEL = 28  # characters of a title on a button
_TYPED = 60  # characters of what was typed, shown back


def word(notice: ModuleDone | ModuleDoneBefore | ModuleUndone | ModuleGone | DoneWhich | DoneUnknown, w: Words) -> Message:
    """The message about something finished."""
    match notice:
        case ModuleDone():
            undo = ((press(w.label("Undo"), "plan.undo", notice.module_id),),)
            return Message(_done(notice, w), undo)
        case ModuleDoneBefore():
            day = w.date(notice.day)
            back = ((press(w.label("Not done after all"), "plan.undo", notice.module_id),),) if notice.undo else ()
            return Message(w("*{module}* has been done since {day}.", module=cut(notice.module, _TITLE), day=day), back)
        case ModuleUndone():
            again = ((press(w.label("Done after all"), "plan.done", notice.module_id),),)
            return Message(_undone(notice, w), again)
        case DoneWhich():
            return _which(notice, w)
        case DoneUnknown():
            return Message(
                w(
                    "Nothing in your plan and no promise of yours is called “{said}”. /plan shows the names.",
                    said=cut(notice.said, _TYPED),
                )
            )
        case ModuleGone():
            return Message(w("That module is no longer in your plan. /plan shows what is."))
        case _:
            assert_never(notice)


def _done(notice: ModuleDone, w: Words) -> Text:
    head = w(
        "*{module}* is done ({track}: {done} of {total}).",
        module=cut(notice.module, _TITLE),
        track=cut(notice.track, _TITLE),
        done=notice.done,
        total=notice.total,
    )
    whole: Text = ()
    if not notice.plan_left:
        whole = w("That was the last module of the plan.")
    elif notice.done == notice.total:
        whole = w("That was the last of {track}.", track=cut(notice.track, _TITLE))
    return join([join([head, whole], by=" "), _again(notice, w)])


def _again(notice: ModuleDone, w: Words) -> Text:
    """When it comes back, and from what (PRODUCT.md, Review: next study day, then practice seven days after)."""
    return join([_back(notice, w), _practice(notice, w)], by=" ")


def _back(notice: ModuleDone, w: Words) -> Text:
    if notice.back_on is None:
        return ()
    tomorrow = notice.back_on == notice.day + timedelta(days=1)
    on = w.date(notice.back_on, year=False)
    if notice.back_from:
        source = cut(notice.back_from, _TITLE)
        if tomorrow:
            return w("Back tomorrow, from {source}.", source=source)
        return w("Back on {day}, from {source}.", day=on, source=source)
    return w("Back tomorrow.") if tomorrow else w("Back on {day}.", day=on)


def _practice(notice: ModuleDone, w: Words) -> Text:
    if notice.practice_on is None:
        return ()
    week = notice.practice_on == notice.day + timedelta(days=7)
    on = w.date(notice.practice_on, year=False)
    if notice.practice_from and notice.practice_from != notice.back_from:
        source = cut(notice.practice_from, _TITLE)
        if week:
            return w("Practice in a week, from {source}.", source=source)
        return w("Practice on {day}, from {source}.", day=on, source=source)
    return w("Practice in a week.") if week else w("Practice on {day}.", day=on)


def _undone(notice: ModuleUndone, w: Words) -> Text:
    head = w(
        "*{module}* is not done after all ({track}: {done} of {total}).",
        module=cut(notice.module, _TITLE),
        track=cut(notice.track, _TITLE),
        done=notice.done,
        total=notice.total,
    )
    off = w("Its reviews stay: you have studied it.") if notice.reviews else w("Its reviews are off.")
    return join([head, off], by=" ")


def _which(notice: DoneWhich, w: Words) -> Message:
    if not notice.modules and not notice.promises:
        return Message(w("Every module of your plan is done already."))
    modules = [press(_choice(one.title, one.track), "plan.done", one.id) for one in notice.modules]
    promises = [press(w.label("Promise: {text}", text=cut(one.title, _LABEL)), "plan.kept", one.id) for one in notice.promises]
    rows: list[tuple[Button, ...]] = [(button,) for button in (*modules, *promises)]
    if notice.said:
        return Message(w("“{said}” could be more than one thing. Which is done?", said=cut(notice.said, _TYPED)), tuple(rows))
    only = notice.modules[0]
    rows = [(press(w.label("Done"), "plan.done", only.id, tint=Tint.SUCCESS),)]
    ask = w(
        "Next is *{module}* ({track}). Done? For anything else name it: /done limits", module=only.title, track=only.track or ""
    )
    return Message(ask, tuple(rows))


def _choice(title: str, track: str | None) -> str:
    return f"{cut(title, _LABEL)} · {cut(track, 20)}" if track else cut(title, _LABEL)
