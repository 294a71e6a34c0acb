"""Words for several plans kept, and for a plan sent as a file."""

from typing import Final, assert_never

from bot.domain.notices.plan_edits import ExportChoice, ExportComes, ExportFile, PlanAside, PlanLine, PlanList
from bot.ui.message import Attachment, Message, Rows, Text, Tint, press
from bot.ui.plan_news import said
from bot.ui.plans import counted, turning
from bot.ui.words import Words, cut, join

_TITLE: Final = 80
_LABEL: Final = 40

Shelf = PlanList | PlanAside | ExportChoice | ExportComes | ExportFile


def word(notice: Shelf, w: Words) -> Message:
    """The message about plans kept, or about a file."""
    match notice:
        case PlanList():
            return _list(notice, w)
        case PlanAside():
            return _aside(notice, w)
        case ExportChoice():
            return _export(notice, w)
        case ExportComes():
            back = ((press(w.label("Back to the plan"), "plan.show", -1),),)
            return Message(w("*{title}* is on its way as a file.", title=cut(notice.title, _TITLE)), back)
        case ExportFile():
            size = w.count(notice.modules, "{n} module", "{n} modules")
            text = w("{title}, {modules}. Sent back to me, it reads the same.", title=cut(notice.title, _TITLE), modules=size)
            return Message(text, file=Attachment(notice.name, notice.content.encode()))
        case _:
            assert_never(notice)


def _list(notice: PlanList, w: Words) -> Message:
    lines = [_line(one, w) for one in notice.plans] or [w("You keep no plan yet.")]
    if notice.plans and not any(one.active for one in notice.plans) and notice.page == 0:
        lines.append(w("None of them is in use: tap one."))
    rows: Rows = (
        *((press(cut(one.title, _LABEL), "plan.aside", one.id),) for one in notice.plans),
        *turning(notice.page, notice.pages, "plan.plans"),
        (press(w.label("Empty plan"), "plan.ask", "plan", "p", 0), press(w.label("Template"), "plan.templates")),
        (press(w.label("Send a file"), "plan.file"), press(w.label("Get a file"), "plan.export")),
        (press(w.label("Back to the plan"), "plan.show", -1),),
    )
    return Message(join([said(notice.news, w), join([w("*Your plans*"), *lines])], by="\n\n"), rows)


def _line(one: PlanLine, w: Words) -> Text:
    count = counted(one.done, one.total, w)
    if one.active:
        return w("▸ *{title}*, in use: {count}", title=cut(one.title, _TITLE), count=count)
    return w("· {title}: {count}", title=cut(one.title, _TITLE), count=count)


def _aside(notice: PlanAside, w: Words) -> Message:
    plan = notice.plan
    lines = [w("· {title}, {done} of {total}", title=cut(title, _TITLE), done=n, total=m) for title, n, m in notice.tracks]
    more = notice.track_count - len(lines)
    if more:
        lines.append(w.many("… and {n} more track", "… and {n} more tracks", more))
    kept = w("Kept aside. Its reviews rest until it is in use again.")
    rows: Rows = (
        (press(w.label("Use it"), "plan.take", plan.id, tint=Tint.PRIMARY),),
        (
            press(w.label("Delete"), "plan.drop", "p", plan.id, tint=Tint.DANGER),
            press(w.label("Back"), "plan.plans", 0),
        ),
    )
    return Message(join([w("*{title}*", title=cut(plan.title, _TITLE)), join(lines), kept], by="\n\n"), rows)


def _export(notice: ExportChoice, w: Words) -> Message:
    ask = w("*{title}* as a file, in which format? Each reads back the same.", title=cut(notice.title, _TITLE))
    if notice.unknown:
        ask = w("I do not write “{said}”. These I do:", said=notice.unknown)
    rows: Rows = (
        (press("Markdown", "plan.send", "markdown"), press("YAML", "plan.send", "yaml")),
        (press("TOML", "plan.send", "toml"), press(w.label("CSV, for spreadsheets"), "plan.send", "csv")),
        (press(w.label("Back"), "plan.plans", 0),),
    )
    return Message(ask, rows)
