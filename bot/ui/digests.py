"""Words of the weekly digest."""

from datetime import timedelta

from bot.domain.commitments import State
from bot.domain.digest import LONGEST_TEXT
from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, DigestNotice, MemberWeek
from bot.ui.message import Message, Text
from bot.ui.words import Words, cut, join


def word(notice: DigestNotice, w: Words) -> Message:
    """One part of a digest: outcome first."""
    sections = [
        _heading(notice, w),
        _section(w("*Kept*"), [_kept(one, w) for one in notice.kept]),
        _section(w("*Slipped*"), [_slipped(one, w) for one in notice.slipped]),
        _section(w("*Next week*"), [_ahead(one, w) for one in notice.ahead]),
        _section(w("*Who did what*"), [_member(one, w) for one in notice.members]),
        _closing(notice, w),
    ]
    return Message(join(sections, by="\n\n"))


def _heading(notice: Digest, w: Words) -> Text:
    if notice.part:
        return w("_The week, continued_")
    days = w.label("{first} to {last}", first=w.date(notice.first, year=False), last=w.date(notice.last))
    title = (
        w("*The week* · {days}", days=days)
        if notice.weeks == 1
        else w("*The last {n} weeks* · {days}", n=notice.weeks, days=days)
    )
    quiet = not (notice.kept or notice.slipped) and notice.parts == 1
    return join(
        [
            w("_Preview: this is how it would look now._") if notice.preview else (),
            title,
            w("Nothing was due.") if quiet else (),
        ]
    )


def _section(title: Text, lines: list[Text]) -> Text:
    return join([title, *lines]) if lines else ()


def _who(one: Promise, w: Words) -> Text:
    return w("*{name}* · {text}", name=one.person, text=cut(one.text, LONGEST_TEXT))


def _kept(one: Promise, w: Words) -> Text:
    who = _who(one, w)
    if one.late_seconds:
        return w("✓ {who}, {late} late", who=who, late=w.span(timedelta(seconds=one.late_seconds)))
    early = one.due_at - one.done_at if one.done_at else timedelta()
    if early >= timedelta(days=1):
        return w("✓ {who}, {early} early", who=who, early=w.span(early))
    return w("✓ {who}", who=who)


def _slipped(one: Promise, w: Words) -> Text:
    who = _who(one, w)
    match one.state:
        case State.WITHDRAWN:
            return w("✗ {who}, withdrawn", who=who)
        case State.MISSED:
            return w("✗ {who}, given up", who=who)
        case _:
            late = w.span(w.at - one.due_at)
            progress = one.progress
            if progress.unit is None:
                return w("✗ {who}, {late} late", who=who, late=late)
            return w("✗ {who}, {late} late, {done} of {total}", who=who, late=late, done=progress.done, total=progress.total)


def _ahead(one: Promise, w: Words) -> Text:
    due = w.moment(one.due_at, zone=one.zone)
    progress = one.progress
    if progress.unit is None:
        return w("{due}: {who}", due=due, who=_who(one, w))
    return w("{due}: {who} ({done} of {total})", due=due, who=_who(one, w), done=progress.done, total=progress.total)


def _member(one: MemberWeek, w: Words) -> Text:
    facts = [
        w.label("{done} of {planned} sessions", done=one.done, planned=one.planned)
        if one.planned
        else w.label("no sessions planned"),
        w.minutes(one.minutes) if one.minutes else "",
        w.count(one.modules, "{n} module", "{n} modules") if one.modules else "",
        w.count(one.streak, "{n} day running", "{n} days running") if one.streak > 1 else "",
        w.label("reliability {percent}%", percent=round(one.reliability * 100)) if one.reliability is not None else "",
    ]
    return w("*{name}*: {facts}", name=one.name, facts=" · ".join(fact for fact in facts if fact))


def _closing(notice: Digest, w: Words) -> Text:
    return join(
        [
            w.many("and {n} more line that did not fit", "and {n} more lines that did not fit", notice.more)
            if notice.more
            else (),
            w.many("{n} member studies in private.", "{n} members study in private.", notice.unnamed) if notice.unnamed else (),
        ]
    )
