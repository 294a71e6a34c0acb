"""Words of the notices about groups: set-up, joining and leaving, the board."""

from typing import assert_never

from babel import Locale

from bot.domain.calendar import local
from bot.domain.checkins import SessionState
from bot.domain.notices.commitments import Promise
from bot.domain.notices.groups import (
    Board,
    BoardMoved,
    BoardTouched,
    GroupNotice,
    JoinOffered,
    LeaveAsked,
    Left,
    NotIn,
    Setting,
    SetupChoice,
    SetupList,
    Studying,
    ZonePlaces,
    ZoneWanted,
)
from bot.ui.message import Button, Message, Rows, Span, Text, Tint, press
from bot.ui.words import Words, city, cut, join


def word(notice: GroupNotice, w: Words) -> Message:
    """The message of a notice about groups."""
    match notice:
        case SetupList():
            return _setup(notice, w)
        case SetupChoice():
            return _choice(notice, w)
        case ZoneWanted():
            return _zone_wanted(notice, w)
        case ZonePlaces():
            rows = tuple(
                (press(_place(name, country, w), "setup.set", Setting.ZONE, zone),) for name, country, zone in notice.places
            )
            return Message(w("Which “{said}” is it?", said=notice.said), (*rows, (_back(w),)))
        case JoinOffered():
            return _join(notice, w)
        case LeaveAsked():
            return _leave(notice, w)
        case Left(name=name):
            return Message(w("{name} has left. Nothing of theirs is shown here any more.", name=name))
        case NotIn():
            return Message(w("You are not a member here, so there is nothing to leave."))
        case Board():
            return Message(_board(notice, w))
        case BoardMoved():
            return Message(w("_The board is kept in another topic now._"))
        case BoardTouched():
            return Message(_touched(notice, w))
        case _:
            assert_never(notice)


# --- set-up -----------------------------------------------------------------------------------------------------------
def _setup(notice: SetupList, w: Words) -> Message:
    zone = w.label("{city} time", city=city(notice.zone)) if notice.zone else w.label("not set: times are UTC until it is")
    quiet = (
        w.label("none")
        if notice.quiet_start == notice.quiet_end
        else w.label("{start} to {end}", start=w.wall(notice.quiet_start), end=w.wall(notice.quiet_end))
    )
    digest = w.label("{day} {time}", day=w.weekday(notice.digest_weekday), time=w.wall(notice.digest_wall))
    horizon = w.count(notice.horizon_days, "{n} day", "{n} days")
    text = join(
        [
            w("*Plan E in this group*"),
            w("Members promise in public, study in the morning, and read here when somebody slips. Nobody is shown unasked."),
            "",
            _tick("post" in notice.rights, w("write messages")),
            _tick(
                "pin" in notice.rights,
                w("pin messages, for the board with the promises by date"),
                w("make me an administrator with “Pin messages”"),
            ),
            _tick("tag" in notice.rights, w("set member tags (optional: a tag beside the name)"), w("“Edit member tags”")),
            _tick(notice.zone is not None, w("zone: {zone}", zone=zone)),
            _tick(True, w("digest: {when}", when=digest)),
            _tick(
                True, w("horizon: {days}. Making a promise easier takes effect only if asked for that long ahead", days=horizon)
            ),
            _tick(True, w("quiet hours: {hours}. Alerts wait until they end", hours=quiet)),
            _tick(True, w("language: {language}", language=_language(notice.language, w))),
            _tick(True, w("posts go to this topic only")) if notice.topic else (),
            w.many("{n} member so far.", "{n} members so far.", notice.members)
            if notice.members
            else w("Nobody has joined yet."),
        ]
    )
    rows: Rows = (
        (Button(w.label("Join"), url=f"start:join_{notice.join_code}", tint=Tint.PRIMARY),),
        (
            _asks(w.label("Zone"), Setting.ZONE),
            _asks(w.label("Digest day"), Setting.DAY),
            _asks(w.label("Digest time"), Setting.TIME),
        ),
        (_asks(w.label("Horizon"), Setting.HORIZON), _asks(w.label("Quiet hours"), Setting.QUIET)),
    )
    return Message(text, rows)


def _tick(done: bool, what: Text, missing: Text = ()) -> Text:
    mark = Span("✓ " if done else "◦ ")
    return (mark, *what) if done or not missing else (mark, *what, Span(" ("), *missing, Span(")"))


def _asks(label: str, setting: Setting) -> Button:
    return press(label, "setup.ask", setting)


def _back(w: Words) -> Button:
    return press(w.label("Back"), "setup.back")


def _language(code: str, w: Words) -> str:
    return w.label("English") if code == "en" else code


def _choice(notice: SetupChoice, w: Words) -> Message:
    buttons = [
        press(
            f"{'✓ ' if option == notice.chosen else ''}{_option(notice.setting, option, w)}", "setup.set", notice.setting, option
        )
        for option in notice.options
    ]
    rows = tuple(tuple(buttons[index : index + 4]) for index in range(0, len(buttons), 4))
    return Message(_question(notice.setting, w), (*rows, (_back(w),)))


def _question(setting: Setting, w: Words) -> Text:
    match setting:
        case Setting.DAY:
            return w("On which day does the digest come?")
        case Setting.TIME:
            return w("At what time does the digest come, on the group's clock?")
        case Setting.HORIZON:
            return w("How long ahead must a promise be moved back or withdrawn? Later than that it is published as a slip.")
        case Setting.QUIET:
            return w("When should alerts wait? They go out once the quiet hours end.")
        case Setting.ZONE:
            return w("Which city is the group's?")


def _option(setting: Setting, option: str, w: Words) -> str:
    match setting:
        case Setting.DAY:
            return w.weekday(int(option))
        case Setting.HORIZON:
            return w.count(int(option), "{n} day", "{n} days")
        case Setting.QUIET if option == "none":
            return w.label("none")
        case _:
            return option.replace("-", "–")


def _zone_wanted(notice: ZoneWanted, w: Words) -> Message:
    text = w("Which city is the group's? *Reply to this message* with its name; other messages I cannot read here.")
    own = (
        ((press(w.label("{city}, like mine", city=city(notice.own)), "setup.set", Setting.ZONE, notice.own),),)
        if notice.own
        else ()
    )
    return Message(text, (*own, (_back(w),)))


def _place(name: str, country: str, w: Words) -> str:
    where = Locale.parse(w.language).territories.get(country) if country else None
    return f"{name}, {where}" if where else name


# --- members ----------------------------------------------------------------------------------------------------------
def _join(notice: JoinOffered, w: Words) -> Message:
    if notice.member:
        text = w("You are a member already. The button opens our private chat, where you can change what is seen here.")
        return Message(text, ((Button(w.label("Open"), url=f"start:join_{notice.join_code}"),),))
    text = w("Joining takes a minute, in private. You choose there how much this group sees of you: from nothing to all.")
    return Message(text, ((Button(w.label("Join"), url=f"start:join_{notice.join_code}", tint=Tint.PRIMARY),),))


def _leave(notice: LeaveAsked, w: Words) -> Message:
    consequence = (
        w.many("Your open promise here becomes private.", "Your {n} open promises here become private.", notice.promises)
        if notice.promises
        else ()
    )
    text = join([w("Leave this group? Nothing of yours will be shown here any more."), consequence], by=" ")
    return Message(text, ((press(w.label("Leave"), "group.leave", notice.learner, tint=Tint.DANGER),),))


# --- the board --------------------------------------------------------------------------------------------------------
def _board(notice: Board, w: Words) -> Text:
    studying = [_studying(one, w) for one in notice.studying]
    if notice.more_studying:
        studying.append(w("and {n} more", n=notice.more_studying))
    promises = [_promise(one, w) for one in notice.promises]
    if notice.more:
        promises.append(w.many("and {n} more promise", "and {n} more promises", notice.more))
    return join(
        [
            w("*Board* · {day}", day=w.date(notice.day)),
            join([w("*Studying today*"), *(studying or [w("Nobody has a slot today.")])]),
            join([w("*Promised*"), *(promises or [w("Nothing yet. /commit makes the first one.")])]),
            w.many("{n} member studies in private.", "{n} members study in private.", notice.unnamed) if notice.unnamed else (),
        ],
        by="\n\n",
    )


def _studying(one: Studying, w: Words) -> Text:
    time = (Span(f"{local(one.at, one.zone):%H:%M}", at=one.at),)
    match one.state:
        case SessionState.DONE:
            return w("✓ {name}", name=one.name)
        case SessionState.PARTLY:
            return w("◐ {name}, in part", name=one.name)
        case SessionState.SKIPPED:
            return w("– {name}, not today", name=one.name)
        case SessionState.EXCUSED:
            return w("– {name}, excused", name=one.name)
        case SessionState.MISSED:
            return w("– {name}", name=one.name)
        case SessionState.PLANNED:
            return w("· {name}, {time} {city}", name=one.name, time=time, city=city(one.zone))


def _promise(one: Promise, w: Words) -> Text:
    due = w.moment(one.due_at, zone=one.zone) if not one.slipped else ()
    values = {"name": one.person, "text": cut(one.text, 100)}
    line = w("{due}: *{name}* · {text}", due=due, **values) if due else w("late: *{name}* · {text}", **values)
    progress = one.progress
    if progress.unit is None:
        return line
    return (*line, *w(" ({done} of {total})", done=progress.done, total=progress.total))


def _touched(notice: BoardTouched, w: Words) -> Text:
    if notice.empty:
        return w("There is nothing to show yet: nobody here has chosen to be seen. /join is where that is chosen.")
    if not notice.pinned:
        return w("The board is up to date. I may not pin it; an administrator can give me “Pin messages”.")
    return w("The board is up to date, pinned at the top.")
