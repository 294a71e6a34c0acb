"""Words of the notices about editing plans: questions, what goes with a drop, refusals, how things are typed."""

from typing import assert_never

from bot.domain.notices.plan_edits import (
    CutAsked,
    DropAsked,
    DropRefused,
    EditAsked,
    EditLeft,
    EditShown,
    EditUsage,
    EditWhich,
    EstimateUnclear,
    ExportChoice,
    ExportComes,
    ExportFile,
    ModuleShown,
    MoveShown,
    MoveWhere,
    NameUnknown,
    PlanAside,
    PlanEditNotice,
    PlanFull,
    PlanList,
    PromiseCut,
    SourceShown,
    SourcesShown,
    TitleEmpty,
    UrlUnclear,
)
from bot.domain.plan_edits import Part
from bot.ui import plan_screens, plan_shelf
from bot.ui.message import Message, Rows, Span, Style, Text, Tint, press
from bot.ui.words import Words, cut, join

_TITLE = 80
_LABEL = 28
_TYPED = 60
_PROMISES = 3  # told one by one
_LENGTHS = (30, 60, 90, 120)  # minutes on the buttons under the question for an estimate


def word(notice: PlanEditNotice, w: Words) -> Message:
    """The message of a notice about editing plans."""
    match notice:
        case ModuleShown() | EditShown() | MoveShown() | MoveWhere() | SourcesShown() | SourceShown():
            return plan_screens.word(notice, w)
        case PlanList() | PlanAside() | ExportChoice() | ExportComes() | ExportFile():
            return plan_shelf.word(notice, w)
        case EditAsked():
            return _asked(notice, w)
        case EditWhich():
            return _which(notice, w)
        case DropAsked():
            return _drop(notice, w)
        case CutAsked():
            return _cut(notice, w)
        case EditLeft() | NameUnknown() | PlanFull() | TitleEmpty() | EstimateUnclear() | UrlUnclear() | DropRefused():
            return Message(_refused(notice, w))
        case EditUsage():
            return Message(_usage(notice.verb, w))
        case _:
            assert_never(notice)


# --- questions --------------------------------------------------------------------------------------------------------
def _asked(notice: EditAsked, w: Words) -> Message:
    title = cut(notice.title, _TITLE)
    leave = (press(w.label("Leave it"), "plan.leave", notice.part, notice.id),)
    rows: Rows = (leave,)
    match notice.what:
        case "rename":
            ask = w("What is *{title}* to be called? Type the new name.", title=title)
        case "track":
            ask = w("What is the new track called? Type its name.")
        case "modules":
            ask = w(
                "Type the modules of *{title}*, one a line. A length may stand behind: Limits (90m), Series (12 videos at 25m).",
                title=title,
            )
        case "estimate":
            ask = w("How long does *{title}* take? Type it, such as 45m, 1h30, 12 videos at 25m, 40 pages at 3m.", title=title)
            lengths = tuple(press(w.minutes(length), "plan.minutes", notice.id, length) for length in _LENGTHS)
            rows = (lengths, (press(w.label("Nobody knows"), "plan.minutes", notice.id, 0), *leave))
        case "source":
            like = w("Type a source of *{title}*, such as second: Kline ch. 2 https://…", title=title)
            kinds = w("primary: is studied first, second: is for the review next day, practice: for the one a week later.")
            ask = join([like, kinds], by="\n\n")
        case "source-title":
            ask = w("What is the source *{title}* to be called? Type the new name.", title=title)
        case "source-url":
            ask = w("Where is *{title}* to be found? Send the address, or none.", title=title)
        case _:
            ask = w("What is the new plan called? Type its name.")
    return Message(ask, rows, asks=form_title(notice.what, w))


def form_title(what: str, w: Words) -> str:
    """What is asked for in a few words, where a platform has forms."""
    match what:
        case "modules":
            return w.label("Modules, one a line")
        case "estimate":
            return w.label("How long it takes")
        case "source":
            return w.label("Kind: title, address")
        case "source-url":
            return w.label("The address")
        case _:
            return w.label("The name")


def _which(notice: EditWhich, w: Words) -> Message:
    buttons: Rows = tuple(
        (press(_choice(part, title, track, w), "plan.this", part, one),) for part, one, title, track in notice.choices
    )
    ask = w("“{said}” could be more than one thing. Which one?", said=cut(notice.said, _TYPED))
    return Message(ask, (*buttons, (press(w.label("None of these"), "plan.leave", "p", 0),)))


def _choice(part: str, title: str, track: str, w: Words) -> str:
    if part == Part.TRACK:
        return w.label("The track {title}", title=cut(title, _LABEL))
    return f"{cut(title, _LABEL)} · {cut(track, 20)}"


# --- dropping ---------------------------------------------------------------------------------------------------------
def _drop(notice: DropAsked, w: Words) -> Message:
    loss = notice.loss
    goes = [_reviews(loss.reviews, w), _checkins(loss.checkins, w), *_promises(loss.promises, w)]
    label = w.label("Delete it") if notice.part == Part.PLAN else w.label("Drop it")
    yes = press(label, "plan.dropped", notice.part, notice.id, tint=Tint.DANGER)
    keep = ("plan.aside", notice.id) if notice.part == Part.PLAN else ("plan.leave", notice.part, notice.id)
    return Message(join([_drop_question(notice, w), join(goes)], by="\n\n"), ((yes, press(w.label("Keep it"), *keep)),))


def _drop_question(notice: DropAsked, w: Words) -> Text:
    title, loss = cut(notice.title, _TITLE), notice.loss
    count = w.count(loss.modules, "{n} module", "{n} modules")
    done = w.count(loss.done, "{n} of them done", "{n} of them done") if loss.done else ""
    match notice.part:
        case Part.SOURCE:
            return w("Drop the source *{title}* of {owner}?", title=title, owner=cut(notice.track or "", _TITLE))
        case Part.MODULE if loss.done:
            return w("Drop *{title}* ({track})? It is done; that goes with it.", title=title, track=notice.track or "")
        case Part.MODULE:
            return w("Drop *{title}* ({track})?", title=title, track=cut(notice.track or "", _TITLE))
        case Part.PLAN if not loss.modules:
            return w("Delete the plan *{title}*? There is nothing in it.", title=title)
        case Part.TRACK if not loss.modules:
            return w("Drop the track *{title}*? There is nothing in it.", title=title)
        case Part.TRACK if done:
            return w("Drop the track *{title}* with its {modules}, {done}?", title=title, modules=count, done=done)
        case Part.TRACK:
            return w("Drop the track *{title}* with its {modules}?", title=title, modules=count)
        case _ if done:
            return w("Delete the plan *{title}* with its {modules}, {done}?", title=title, modules=count, done=done)
        case _:
            return w("Delete the plan *{title}* with its {modules}?", title=title, modules=count)


def _reviews(n: int, w: Words) -> Text:
    return w.many("{n} review goes with it.", "{n} reviews go with it.", n) if n else ()


def _checkins(n: int, w: Words) -> Text:
    if not n:
        return ()
    return w.many(
        "{n} check-in keeps its minutes and note, but no longer says what it was about.",
        "{n} check-ins keep their minutes and notes, but no longer say what they were about.",
        n,
    )


def _promises(promises: tuple[PromiseCut, ...], w: Words) -> list[Text]:
    lines = [_promise(one, w) for one in promises[:_PROMISES]]
    more = len(promises) - len(lines)
    return [*lines, w.many("… and {n} more promise.", "… and {n} more promises.", more)] if more > 0 else lines


def _promise(one: PromiseCut, w: Words) -> Text:
    text = cut(one.text, _TITLE)
    smaller = w.many(
        "Your promise “{text}” loses {n} module and keeps {left}.",
        "Your promise “{text}” loses {n} modules and keeps {left}.",
        one.taken,
        text=text,
        left=one.left,
    )
    closes = w("All that stays is done, so it closes as kept.") if one.closes else ()
    told = w("Its history and its post in the group say so.") if one.public else w("Its history says so.")
    return join([smaller, closes, told], by=" ")


def _cut(notice: CutAsked, w: Words) -> Message:
    ask = w("Move *{title}* to {track}?", title=cut(notice.title, _TITLE), track=cut(notice.track, _TITLE))
    yes = press(w.label("Move it"), "plan.goes", notice.id, notice.track_id, notice.place, 1, tint=Tint.PRIMARY)
    return Message(
        join([ask, join(_promises(notice.promises, w))], by="\n\n"),
        ((yes, press(w.label("Leave it"), "plan.leave", "m", notice.id)),),
    )


# --- refusals ---------------------------------------------------------------------------------------------------------
def _refused(
    notice: EditLeft | NameUnknown | PlanFull | TitleEmpty | EstimateUnclear | UrlUnclear | DropRefused, w: Words
) -> Text:
    match notice:
        case EditLeft():
            return w("Nothing was changed.")
        case NameUnknown():
            return _unknown(notice, w)
        case PlanFull():
            return _full(notice, w)
        case TitleEmpty():
            return w("A name needs at least a letter. Nothing was changed.")
        case EstimateUnclear(unit=None):
            said = cut(notice.said, _TYPED)
            return w("“{said}” is no length I can use (up to 100 hours): 45m, 1h30, 12 videos at 25m.", said=said)
        case EstimateUnclear():
            rate = "3m" if notice.unit == "pages" else "25m"
            return w("{said}, and how long is each? Like this: {said} at {rate}.", said=cut(notice.said, _TYPED), rate=rate)
        case UrlUnclear():
            return w("“{said}” is no web address; they begin with https://. Nothing was changed.", said=cut(notice.said, _TYPED))
        case DropRefused():
            text = cut(notice.promises[0][1], _TITLE)
            return w("Nothing would be left of your promise “{text}”. Withdraw or finish it first: /commitments.", text=text)
        case _:
            assert_never(notice)


def _unknown(notice: NameUnknown, w: Words) -> Text:
    said = cut(notice.said, _TYPED)
    match notice.part:
        case Part.TRACK:
            return w("No track of your plan is called “{said}”. /plan shows them.", said=said)
        case Part.MODULE:
            return w("No module of your plan is called “{said}”. /plan shows them.", said=said)
        case _:
            return w(
                "Nothing in your plan is called “{said}”. /plan shows what there is, /plan help what can be typed.", said=said
            )


def _full(notice: PlanFull, w: Words) -> Text:
    match notice.what:
        case "tracks":
            return w("A plan has at most {n} tracks. Nothing was changed.", n=notice.limit)
        case "modules":
            return w("A plan has at most {n} modules. Nothing was changed.", n=notice.limit)
        case "plans":
            return w("{n} plans are kept already, which is the most. Delete one first: /plan plans.", n=notice.limit)
        case _:
            return w("At most {n} sources in one place. Nothing was changed.", n=notice.limit)


# --- how it is typed --------------------------------------------------------------------------------------------------
_FORMS = {
    "add": (
        "/plan add track Calculus",
        "/plan add Limits (90m) to Calculus 1",
        "/plan add Continuity after Limits",
    ),
    "rename": ("/plan rename limits to Limits and continuity", "/plan rename plan to Mathematics"),
    "move": ("/plan move limits after functions", "/plan move limits to Calculus 2", "/plan move Calculus 2 up"),
    "drop": ("/plan drop limits", "/plan drop source Kline of limits", "/plan drop plan Mathematics"),
    "estimate": ("/plan estimate limits 90m", "/plan estimate limits 12 videos at 25m", "/plan estimate limits none"),
    "source": ("/plan source limits second: Kline ch. 2 https://…", "/plan source limits"),
}


def _usage(verb: str, w: Words) -> Text:
    if verb in _FORMS:
        return join([w("Like this:"), *(_form(one) for one in _FORMS[verb])])
    changes = [forms[0] for forms in _FORMS.values()]
    plans = ["/plan plans", "/plan new Spanish", "/plan use Mathematics", "/plan export csv", "/plan templates"]
    return join(
        [
            w("*The plan, in one line.* Names may be parts of names; I ask where several fit."),
            join([_form(one) for one in changes]),
            join([w("*Several plans, files*"), *(_form(one) for one in plans)]),
        ],
        by="\n\n",
    )


def _form(line: str) -> Text:
    return (Span(line, Style.CODE),)
