"""Words for choosing a plan: templates, files as understood, refusals of files."""

from typing import assert_never

from bot.domain.notices.plans import (
    FileHint,
    ImportDiscarded,
    ImportEmpty,
    ImportPreview,
    ImportRefused,
    ImportUpdate,
    ImportWaits,
    PlanUsed,
    ProblemLine,
    TemplateLine,
    TemplatePreview,
    Templates,
    TrackSize,
)
from bot.domain.plans import MAX_MODULES, MAX_SOURCES, MAX_TITLE, MAX_TRACKS
from bot.services.plan_draft import Reason, Refusal
from bot.ui.message import Button, Message, Rows, Span, Style, Text, Tint, press
from bot.ui.words import Words, bold, cut, join

_TITLE = 80
_LABEL = 40
_TRACKS_SHOWN = 12
_PLAN = 20  # characters of the present plan's title on a button
_LINE = 50  # characters of a line that was not understood


# --- templates ------------------------------------------------------------------------------------------------------------
def choosing(notice: Templates | TemplatePreview | FileHint | PlanUsed, w: Words) -> Message:
    """The message about a plan to choose, or just chosen."""
    match notice:
        case Templates():
            return _templates(notice, w)
        case TemplatePreview():
            return _preview(notice, w)
        case FileHint():
            back = press(w.label("Back"), "start.return") if notice.starting else press(w.label("Back"), "plan.show", -1)
            return Message(_file_hint(w), ((back,),), asks=w.label("Your plan as text"), asks_file=True)
        case PlanUsed():
            return Message(_used(notice, w), ((press(w.label("Show the plan"), "plan.show", -1),),))
        case _:
            assert_never(notice)


def _templates(notice: Templates, w: Words) -> Message:
    head = w("*Ready plans*")
    if notice.unknown:
        head = w("There is no template called “{key}”. These there are:", key=cut(notice.unknown, _LABEL))
    rows = tuple((press(cut(one.title, _LABEL), "plan.look", one.key),) for one in notice.templates)
    back: tuple[Button, ...] = (press(w.label("Back"), "plan.show", -1),)
    return Message(join([head, *(_template(one, w) for one in notice.templates)], by="\n\n"), (*rows, back))


def _template(one: TemplateLine, w: Words) -> Text:
    size = w("{modules}, about {hours}", modules=_modules(one.modules, w), hours=_hours(one.minutes, w))
    return join([w("*{title}* ({key})", title=one.title, key=one.key), one.summary, size])


def _preview(notice: TemplatePreview, w: Words) -> Message:
    size = w("{modules}, about {hours}", modules=_modules(notice.modules, w), hours=_hours(notice.minutes, w))
    parts: list[Text | str] = [
        w("*{title}*", title=notice.title),
        notice.summary,
        _sizes(notice.tracks, len(notice.tracks), w),
        size,
    ]
    follows = _consequences(notice.replaces, notice.known, w)
    back = press(w.label("Back"), "start.return") if notice.starting else press(w.label("Back"), "plan.templates")
    use = press(w.label("Use it"), "plan.use", notice.key, tint=Tint.PRIMARY)
    if notice.replaces is None:
        return Message(join([*parts, follows], by="\n\n"), ((use, back),))
    add = press(w.label("Add it to {plan}", plan=cut(notice.replaces, _PLAN)), "plan.append", notice.key)
    return Message(join([*parts, follows], by="\n\n"), ((use,), (add,), (back,)))


def _sizes(tracks: tuple[TrackSize, ...], total: int, w: Words) -> Text:
    lines = [_size(one, w) for one in tracks[:_TRACKS_SHOWN]]
    more = total - len(lines)
    return join([*lines, w.many("… and {n} more track", "… and {n} more tracks", more) if more else ()])


def _size(one: TrackSize, w: Words) -> Text:
    title = cut(one.title, _TITLE)
    if not one.modules:
        return w("· {title}, still to be filled", title=title)
    if not one.minutes:
        return w("· {title}, {modules}", title=title, modules=_modules(one.modules, w))
    return w("· {title}, {modules}, {hours}", title=title, modules=_modules(one.modules, w), hours=_hours(one.minutes, w))


def _consequences(replaces: str | None, known: int, w: Words) -> Text:
    aside = w("Your present plan, {plan}, is put aside, not lost.", plan=cut(replaces, _TITLE)) if replaces else ()
    kept = w.many(
        "{n} module of it you have done already; it stays done.",
        "{n} modules of it you have done already; they stay done.",
        known,
    )
    return join([aside, kept if known else ()])


def _modules(n: int, w: Words) -> str:
    return w.count(n, "{n} module", "{n} modules")


def _hours(minutes: int, w: Words) -> str:
    return w.label("{h} h", h=max(1, round(minutes / 60)))


def _file_hint(w: Words) -> Text:
    example = "\n".join(
        ("# My plan", "## Calculus 1", "- primary: [Professor Leonard](https://…)", "- [ ] Limits (90m)", "- [x] Functions")
    )
    return join(
        [
            w("*Your own plan*: send me a file here, Markdown (.md, .txt), YAML, TOML or CSV. It looks like this:"),
            (Span(example, Style.CODE),),
            w("You will see what I understood before anything changes. Up to {modules} modules, 256 KB.", modules=MAX_MODULES),
        ],
        by="\n\n",
    )


def _used(notice: PlanUsed, w: Words) -> Text:
    tracks = w.count(notice.tracks, "{n} track", "{n} tracks")
    head = w(
        "*{title}* is your plan now: {tracks}, {modules}.", title=notice.title, tracks=tracks, modules=_modules(notice.modules, w)
    )
    done = w.many("{n} of them is done already.", "{n} of them are done already.", notice.done) if notice.done else ()
    first: Text = ()
    if notice.first:
        first = w("Next: *{module}* ({track}).", module=notice.first, track=cut(notice.track or "", _TITLE))
    aside = w("{plan} is put aside.", plan=cut(notice.aside, _TITLE)) if notice.aside else ()
    return join([join([head, done], by=" "), first, aside])


# --- files ----------------------------------------------------------------------------------------------------------------
def word(notice: ImportPreview | ImportEmpty | ImportRefused | ImportWaits | ImportDiscarded, w: Words) -> Message:
    """The message about a plan file."""
    match notice:
        case ImportPreview():
            return _import(notice, w)
        case ImportEmpty():
            found = w("I found no module in that file, so there is nothing to apply. A module is a line like “- [ ] Limits”.")
            return Message(join([found, _problems(notice.problems, notice.more, w)], by="\n\n"))
        case ImportRefused():
            return Message(_refusal(notice, w))
        case ImportWaits():
            return Message(w("Your file is waiting: take it or discard it, in the message above."))
        case ImportDiscarded():
            return Message(w("Discarded. Your plan is as it was."))
        case _:
            assert_never(notice)


def _import(notice: ImportPreview, w: Words) -> Message:
    missed = len(notice.problems) + notice.more
    tracks = w.count(notice.track_count, "{n} track", "{n} tracks")
    size = w("{tracks}, {modules}", tracks=tracks, modules=_modules(notice.modules, w))
    if missed:
        lines = w.count(missed, "{n} line not understood", "{n} lines not understood")
        size = w("{tracks}, {modules}, {lines}", tracks=tracks, modules=_modules(notice.modules, w), lines=lines)
    done = w.many("{n} is ticked as done in it.", "{n} are ticked as done in it.", notice.done) if notice.done else ()
    parts = [
        join([w("*{title}*", title=notice.title), join([size, done], by=". ")]),
        _sizes(notice.tracks, notice.track_count, w),
        _problems(notice.problems, notice.more, w),
    ]
    if notice.update is None or notice.replaces is None:
        parts += [_consequences(notice.replaces, notice.known, w), w("Nothing has changed yet.")]
        apply = press(w.label("Apply"), "import.apply", notice.token, tint=Tint.PRIMARY)
        return Message(join(parts, by="\n\n"), ((apply, press(w.label("Discard"), "import.discard", notice.token)),))
    parts += [_ways(notice, notice.update, notice.replaces, w), w("Nothing has changed yet.")]
    return Message(join(parts, by="\n\n"), _ways_buttons(notice, notice.update, notice.replaces, w))


def _ways(notice: ImportPreview, update: ImportUpdate, plan: str, w: Words) -> Text:
    """The three ways in which a file can be taken, each with what it does to the plan in use."""
    comes = w.many(
        "*Add to it*: {n} module comes in, nothing goes.", "*Add to it*: {n} modules come in, nothing goes.", update.comes
    )
    if not update.comes:
        comes = w("*Add to it*: no module comes in; new ticks, estimates and sources do.")
    if update.too_much:
        comes = w("Adding to it would be too much for one plan.")
    kept = w.many(
        "{n} module that you know already moves over, with what is done.",
        "{n} modules that you know already move over, with what is done.",
        notice.known,
    )
    new = w("*A new plan*: {plan} is put aside, not lost.", plan=cut(plan, _TITLE))
    return join(
        [
            w("Your plan in use is *{plan}*.", plan=cut(plan, _TITLE)),
            _replacing(update, w),
            comes,
            join([new, kept if notice.known else ()], by=" "),
        ]
    )


def _replacing(update: ImportUpdate, w: Words) -> Text:
    if update.blocked:
        text = cut(update.blocked[0], _TITLE)
        return w("It cannot be replaced: nothing would be left of your promise “{text}”.", text=text)
    if not update.gone_count:
        return w("*Replace it*: nothing goes, and what is done stays done.")
    names = ", ".join(cut(title, _LABEL) for title in update.gone)
    if update.gone_count > len(update.gone):
        names += ", …"
    goes = w.many(
        "*Replace it*: keeps {stays} with what is done; *{n} module is not in the file and goes*: {names}.",
        "*Replace it*: keeps {stays} with what is done; *{n} modules are not in the file and go*: {names}.",
        update.gone_count,
        names=names,
        stays=_modules(update.stays, w),
    )
    done = w.many("{n} of them is done; that is lost.", "{n} of them are done; that is lost.", update.gone_done)
    reviews = w.many("{n} open review goes too.", "{n} open reviews go too.", update.reviews)
    promises = [
        w.many("“{text}” loses {n} module, in the open.", "“{text}” loses {n} modules, in the open.", n, text=cut(text, _TITLE))
        for text, n in update.promises[:3]
    ]
    return join([goes, done if update.gone_done else (), reviews if update.reviews else (), *promises], by=" ")


def _ways_buttons(notice: ImportPreview, update: ImportUpdate, plan: str, w: Words) -> Rows:
    same = notice.title.casefold() == plan.casefold()  # most likely the plan itself, exported, changed and sent back
    first, other = (Tint.PRIMARY, Tint.PLAIN) if same else (Tint.PLAIN, Tint.PRIMARY)
    name = cut(plan, _PLAN)
    replace = press(w.label("Replace {plan}", plan=name), "import.replace", notice.token, tint=first)
    add = press(w.label("Add to {plan}", plan=name), "import.append", notice.token)
    new = press(w.label("A new plan"), "import.apply", notice.token, tint=other)
    rows = [() if update.blocked else (replace,), () if update.too_much else (add,), (new,)]
    return (*(row for row in rows if row), (press(w.label("Discard"), "import.discard", notice.token),))


def _problems(problems: tuple[ProblemLine, ...], more: int, w: Words) -> Text:
    lines = [
        w("line {line} “{text}”: {why}", line=one.line, text=cut(one.text, _LINE), why=_reason(Reason(one.reason), w))
        if one.text
        else w("line {line}: {why}", line=one.line, why=_reason(Reason(one.reason), w))
        for one in problems
    ]
    return join([*lines, w.many("… and {n} more", "… and {n} more", more) if more else ()])


def _reason(reason: Reason, w: Words) -> Text:
    match reason:
        case Reason.NOT_UNDERSTOOD:
            return w("neither a track, a module nor a source; left out")
        case Reason.EMPTY_TITLE:
            return w("has no title; left out")
        case Reason.TITLE_CUT:
            return w("longer than {n} characters; cut", n=MAX_TITLE)
        case Reason.HEADING_TOO_DEEP:
            return w("only # and ## headings count; left out")
        case Reason.NESTED:
            return w("nested too deep; left out")
        case Reason.SOURCE_WITHOUT_TRACK:
            return w("a source before any track; left out")
        case _:
            return _value_reason(reason, w)


def _value_reason(reason: Reason, w: Words) -> Text:
    """Why the value of a key, or what exceeds a limit, is not in the plan."""
    match reason:
        case Reason.UNKNOWN_KEY:
            return w("a key I do not know; left out")
        case Reason.DUPLICATE_KEY:
            return w("a key given twice; one was taken")
        case Reason.WRONG_SHAPE:
            return w("not the kind of value that belongs here; left out")
        case Reason.BAD_URL:
            return w("not a web address; the rest was taken")
        case Reason.BAD_ESTIMATE:
            return w("not a length of time; the rest was taken")
        case Reason.BAD_KIND:
            return w("not primary, second or practice; the rest was taken")
        case Reason.BAD_DAY:
            return w("not a date like 2026-05-01; the rest was taken")
        case Reason.TOO_MANY_TRACKS:
            return w("more than {n} tracks; left out from here", n=MAX_TRACKS)
        case Reason.TOO_MANY_MODULES:
            return w("more than {n} modules; left out from here", n=MAX_MODULES)
        case Reason.TOO_MANY_SOURCES:
            return w("more than {n} sources in one place; left out from here", n=MAX_SOURCES)
        case _:
            return w("not understood; left out")


def _refusal(notice: ImportRefused, w: Words) -> Text:
    line = notice.line or 0
    match Refusal(notice.code):
        case Refusal.EMPTY:
            return w("That file is empty.")
        case Refusal.TOO_LARGE:
            return w("That file is too large for a plan: {kb} KB is the most I read.", kb=(notice.limit or 0) // 1024)
        case Refusal.UNKNOWN_FORMAT if notice.suffix:
            return w(
                "I cannot read {suffix} files. A plan comes as Markdown (.md, .txt), YAML (.yaml), TOML (.toml) or CSV (.csv).",
                suffix=bold(notice.suffix),
            )
        case Refusal.UNKNOWN_FORMAT:
            return w("I read a file by its ending: .md or .txt for Markdown, .yaml, .toml or .csv. This one has none.")
        case Refusal.ENCODING:
            return w("Line {line} is not UTF-8 text. Save the file as UTF-8 and send it again.", line=line)
        case Refusal.BINARY:
            return w("That is no text file: line {line} has bytes no text has.", line=line)
        case Refusal.SYNTAX:
            return _syntax(notice.format, line, w)
        case Refusal.ALIASES:
            return w("Line {line} uses a YAML anchor or alias. Plans do without: write it out.", line=line)
        case Refusal.TOO_DEEP:
            return w("That file nests deeper than a plan does. Tracks, modules, sources: that is all there is.")
        case Refusal.TOO_SLOW:
            return w("Reading that file took too long, so I stopped. A simpler one will do.")
        case Refusal.TOO_COMPLEX:
            return w("That file is more than I can take apart. A simpler one will do.")


def _syntax(format_: str | None, line: int, w: Words) -> Text:
    match format_:
        case "toml":
            return w("The TOML breaks at line {line}. Often it is a title without quotes around it.", line=line)
        case "csv":
            return w("The CSV breaks in the row that begins at line {line}. Often it is a quote that is never closed.", line=line)
        case _:
            return w(
                "The YAML breaks at line {line}. Often it is a colon or the indentation; quotes around the title help.", line=line
            )
