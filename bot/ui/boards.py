"""Words of a group's board, and how a due date is told where there are many."""

from datetime import datetime, time
from typing import Final, assert_never

from bot.domain.calendar import local
from bot.domain.checkins import SessionState
from bot.domain.digest import LONGEST_TEXT
from bot.domain.notices.commitments import Promise
from bot.domain.notices.groups import Board, BoardMoved, BoardTouched, MemberAway, Studying
from bot.ui import promises
from bot.ui.message import Message, Span, Text
from bot.ui.words import Words, city, cut, join

_END_OF_DAY: Final = time(23, 59)


def word(notice: Board | BoardMoved | BoardTouched, w: Words) -> Message:
    """The board itself, or what is said about it."""
    match notice:
        case Board():
            return Message(_board(notice, w))
        case BoardMoved(channel=str() as channel):
            return Message(w("_The board is kept in {channel} now._", channel=channel_name(channel, w)))
        case BoardMoved():
            return Message(w("_The board is kept in another topic now._"))
        case BoardTouched():
            return Message(_touched(notice, w))
        case _:
            assert_never(notice)


def channel_name(channel: str, w: Words) -> Span:
    """A channel by its name, where it is read on its own platform."""
    return Span(w.label("that channel"), channel=channel)


# --- shared with the digest -------------------------------------------------------------------------------------------
def due(at: datetime, zone: str, w: Words) -> Span:
    """A due instant in a list, by its owner's clock: "Fri 12 Jun", with the time unless it is the day's end; a tap tells all."""
    wall = local(at, zone)
    text = w.date(wall.date(), year=wall.year != local(w.at, zone).year)
    if wall.time().replace(second=0) != _END_OF_DAY:
        text = f"{text} {wall:%H:%M}"
    return Span(text, at=at)


def what(promise: Promise, w: Words) -> Text:
    """Who promised what: "*Ann* · finish Calculus 1"."""
    return w("*{name}* · {text}", name=promise.person, text=cut(promise.text, LONGEST_TEXT))


def dates(promise: Promise, w: Words) -> Text:
    """The due date after the one given up before it, where there was one: "~Fri 5 Jun~ Fri 12 Jun"."""
    now = due(promise.due_at, promise.zone, w)
    if not promise.struck:
        return (now,)
    return w("~{was}~ {now}", was=due(promise.struck[-1], promise.zone, w), now=now)


# --- the board --------------------------------------------------------------------------------------------------------
def _board(notice: Board, w: Words) -> Text:
    return join(
        [
            w("*Board* · {day}", day=w.date(notice.day, year=False)),
            join([w("*Studying today*"), *_all_studying(notice, w)]),
            join([w("*Away*"), *_all_away(notice, w)]) if notice.away else (),
            join([w("*Promised*"), *_all_promised(notice, w)]),
            w.many("{n} member studies in private.", "{n} members study in private.", notice.unnamed) if notice.unnamed else (),
        ],
        by="\n\n",
    )


def _all_studying(notice: Board, w: Words) -> list[Text]:
    lines = [_studying(one, notice.zone, w) for one in notice.studying]
    if notice.more_studying:
        lines.append(w("and {n} more", n=notice.more_studying))
    return lines or [w("Nobody has a session today.")]


def _all_away(notice: Board, w: Words) -> list[Text]:
    lines = [_away(one, w) for one in notice.away]
    return [*lines, w("and {n} more", n=notice.more_away)] if notice.more_away else lines


def _away(one: MemberAway, w: Words) -> Text:
    """Who is on a break, and until when: "Ann, until Wed 10 Jun"."""
    if one.last is None:
        return w("{name}, until they are back", name=one.name)
    return w("{name}, until {day}", name=one.name, day=w.date(one.last, year=False))


def _all_promised(notice: Board, w: Words) -> list[Text]:
    lines = [_promised(one, w) for one in notice.promises]
    if notice.more:
        lines.append(w("and {n} more", n=notice.more))
    return lines or [w("Nothing yet. /commit makes the first one.")]


def _studying(one: Studying, zone: str, w: Words) -> Text:
    match one.state:
        case SessionState.DONE:
            return w("✓ {name}", name=one.name)
        case SessionState.PARTLY:
            return w("✓ {name}, in part", name=one.name)
        case SessionState.SKIPPED:
            return w("– {name}, not today", name=one.name)
        case SessionState.EXCUSED:
            return w("– {name}, excused", name=one.name)
        case SessionState.MISSED:
            return w("– {name}", name=one.name)
        case SessionState.PLANNED:
            return w("… {name}, {time}", name=one.name, time=_time(one, zone))


def _time(one: Studying, zone: str) -> Span:
    """The slot's time on its owner's clock, with the city where that is not the group's."""
    wall = f"{local(one.at, one.zone):%H:%M}"
    return Span(wall if one.zone == zone else f"{wall} {city(one.zone)}", at=one.at)


def _promised(one: Promise, w: Words) -> Text:
    late = one.due_at <= w.at
    when = w("~{due}~ late", due=due(one.due_at, one.zone, w)) if late else dates(one, w)
    so_far = promises.done_so_far(one, w)
    line = w("{when}: {what}", when=when, what=what(one, w))
    return (*line, *w(", {so_far}", so_far=so_far)) if so_far else line


def _touched(notice: BoardTouched, w: Words) -> Text:
    if notice.empty:
        return w("There is nothing to show yet: nobody here has chosen to be seen. /join is where that is chosen.")
    if not notice.pinned and notice.channel is not None:
        return w(
            "The board in {channel} is up to date. I may not pin it; an administrator can give me “Pin messages”.",
            channel=channel_name(notice.channel, w),
        )
    if not notice.pinned:
        return w("The board is up to date. I may not pin it; an administrator can give me “Pin messages”.")
    if notice.channel is not None:
        return w("The board is up to date, pinned at the top of {channel}.", channel=channel_name(notice.channel, w))
    return w("The board is up to date, pinned at the top.")
