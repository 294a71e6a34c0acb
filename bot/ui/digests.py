"""Words of the weekly digest."""

from bot.domain.commitments import State
from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, DigestHead, DigestNotice, MemberWeek
from bot.ui import boards, pictures, promises
from bot.ui.message import Message, Text
from bot.ui.words import Words, join


def word(notice: DigestNotice, w: Words) -> Message:
    """One part of a digest: outcome first; or what stands over it in the channel, in the first line as a thread is called."""
    if isinstance(notice, DigestHead):
        counted = join([_counted(one, w) for one in (("kept", notice.kept), ("slipped", notice.slipped)) if one[1]], by=", ")
        return Message(join([_title(notice, w), counted]))
    sections = [
        _heading(notice, w),
        _section(w("*Kept*"), [_kept(one, w) for one in notice.kept if not one.late_seconds]),
        _section(w("*Finished late*"), [_kept(one, w) for one in notice.kept if one.late_seconds]),
        _section(w("*Slipped*"), [_slipped(one, w) for one in notice.slipped]),
        _section(w("*The next seven days*"), [_ahead(one, w) for one in notice.ahead]),
        _section(w("*Who studied*"), _members(notice, w)),
        _closing(notice, w),
    ]
    return Message(join(sections, by="\n\n"), picture=pictures.of_week(notice, w))


def _counted(what: tuple[str, int], w: Words) -> Text:
    kind, number = what
    if kind == "kept":
        return w.many("{n} promise kept", "{n} promises kept", number)
    return w.many("{n} slipped", "{n} slipped", number)


def _days(notice: DigestNotice, w: Words) -> str:
    return w.label("{first} to {last}", first=w.date(notice.first, year=False), last=w.date(notice.last, year=False))


def _title(notice: DigestNotice, w: Words) -> Text:
    if notice.weeks > 1:
        return w("*{n} weeks* · {days}", n=notice.weeks, days=_days(notice, w))
    return w("*The week* · {days}", days=_days(notice, w))


def _heading(notice: Digest, w: Words) -> Text:
    if notice.part:
        return w("_{days}, continued_", days=_days(notice, w))
    return join(
        [
            w("_Preview: how it would look now._") if notice.preview else (),
            _title(notice, w),
            w("An earlier digest did not get out, so this one tells of it all.") if notice.weeks > 1 else (),
            _nothing(notice, w),
        ]
    )


def _nothing(notice: Digest, w: Words) -> Text:
    """Said instead of empty sections."""
    if notice.parts > 1 or notice.kept or notice.slipped:
        return ()
    if not all(_idle(one) for one in notice.members):
        return w("Nothing was due.")
    return w("A quiet week: nothing was due, and nobody logged a session. The next slot is a fresh start.")


def _section(title: Text, lines: list[Text]) -> Text:
    return join([title, *lines]) if lines else ()


def _kept(one: Promise, w: Words) -> Text:
    return w("✓ {what}, {how}", what=boards.what(one, w), how=promises.kept_how(one, w))


def _slipped(one: Promise, w: Words) -> Text:
    what = boards.what(one, w)
    match one.state:
        case State.WITHDRAWN:
            return w("✗ {what}, withdrawn", what=what)
        case State.MISSED:
            return w("✗ {what}, given up", what=what)
        case _ if one.due_at > w.at and one.struck:
            was, now = boards.due(one.struck[-1], one.zone, w), boards.due(one.due_at, one.zone, w)
            return w("→ {what}, ~{was}~ moved to {now}", what=what, was=was, now=now)
        case _:
            return _still_open(one, what, w)


def _still_open(one: Promise, what: Text, w: Words) -> Text:
    late = w.span(w.at - one.due_at)
    so_far = promises.done_so_far(one, w)
    if so_far:
        return w("✗ {what}, {late} late, {so_far}", what=what, late=late, so_far=so_far)
    return w("✗ {what}, {late} late", what=what, late=late)


def _ahead(one: Promise, w: Words) -> Text:
    line = w("{when}: {what}", when=boards.dates(one, w), what=boards.what(one, w))
    so_far = promises.done_so_far(one, w)
    return (*line, *w(", {so_far}", so_far=so_far)) if so_far else line


def _members(notice: Digest, w: Words) -> list[Text]:
    """A line for everybody who had a week to tell of; the others in one, unless the whole week was quiet."""
    lines = [_member(one, notice, w) for one in notice.members if not _idle(one)]
    idle = [w("{name}", name=one.name) for one in notice.members if _idle(one) and not one.away]
    off = [one for one in notice.members if _idle(one) and one.away]
    lines += [w("{name}, {away}", name=one.name, away=_away(one, notice, w)) for one in off]
    if idle and (lines or notice.parts > 1 or notice.kept or notice.slipped):
        lines.append(w("No sessions: {names}", names=join(idle, by=", ")))
    return lines


def _idle(one: MemberWeek) -> bool:
    """Whether there is nothing to tell of: of whoever is on a break, also what was missed before it."""
    return not (one.done or one.minutes or one.modules or (one.planned and not one.away))


def _member(one: MemberWeek, notice: Digest, w: Words) -> Text:
    facts = [
        w.many("{done} of {n} session", "{done} of {n} sessions", one.planned, done=one.done) if one.planned else "",
        w.minutes(one.minutes) if one.minutes else "",
        w.count(one.modules, "{n} module", "{n} modules") if one.modules else "",
        w.count(one.streak, "{n} day running", "{n} days running") if one.streak > 1 else "",
        w.label("reliability {percent} %", percent=round(one.reliability * 100)) if one.reliability is not None else "",
        _away(one, notice, w),
    ]
    return w("*{name}*: {facts}", name=one.name, facts=join(facts, by=" · "))


def _away(one: MemberWeek, notice: Digest, w: Words) -> str:
    if not one.away:
        return ""
    if one.away_until is not None and one.away_until < notice.last:
        return w.label("away this week")
    if one.away_until is None:
        return w.label("on a break")
    return w.label("away until {day}", day=w.date(one.away_until, year=False))


def _closing(notice: Digest, w: Words) -> Text:
    return join(
        [
            w.many("and {n} more line that did not fit", "and {n} more lines that did not fit", notice.more)
            if notice.more
            else (),
            w.many("{n} member studies in private.", "{n} members study in private.", notice.unnamed) if notice.unnamed else (),
        ]
    )
