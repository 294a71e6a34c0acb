"""Words of the notices about groups: set-up, joining and leaving."""

from typing import assert_never

from babel import Locale

from bot.domain.notices.groups import (
    Board,
    BoardMoved,
    BoardTouched,
    GroupNotice,
    JoinOffered,
    LeaveAsked,
    Left,
    NotIn,
    OutOf,
    Setting,
    SetupChoice,
    SetupList,
    Stayed,
    ZonePlaces,
    ZoneWanted,
)
from bot.ui import boards
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
            return _zone_places(notice, w)
        case JoinOffered():
            return _join(notice, w)
        case LeaveAsked():
            return _leave(notice, w)
        case Left(name=name):
            return Message(w("{name} has left. Nothing of theirs is shown here any more.", name=name))
        case NotIn():
            return Message(w("You are not a member here, so there is nothing to leave."))
        case OutOf():
            return Message(_out_of(notice, w))
        case Stayed():
            return Message(w("You stay, then."))
        case Board() | BoardMoved() | BoardTouched():
            return boards.word(notice, w)
        case _:
            assert_never(notice)


# --- set-up -----------------------------------------------------------------------------------------------------------
def _setup(notice: SetupList, w: Words) -> Message:
    text = join(
        [
            w("*Plan E in this group*"),
            w("Members promise in public, study when they said, and it is told here what became of it."),
            join([_granted(notice, w), _chosen(notice, w)]),
            _members(notice, w),
        ],
        by="\n\n",
    )
    rows: Rows = (
        (Button(w.label("Join"), url=f"start:join_{notice.join_code}", tint=Tint.PRIMARY),),
        (
            _asks(w.label("City"), Setting.ZONE),
            _asks(w.label("Digest day"), Setting.DAY),
            _asks(w.label("Digest time"), Setting.TIME),
        ),
        (_asks(w.label("Horizon"), Setting.HORIZON), _asks(w.label("Quiet hours"), Setting.QUIET)),
    )
    return Message(text, rows)


def _granted(notice: SetupList, w: Words) -> Text:
    """What the platform lets the bot do, and what each right is for."""
    pin = w("I may pin messages: one board stays at the top, edited in place.")
    no_pin = w("I may not pin messages. With “Pin messages” one board stays at the top, edited in place.")
    return join(
        [
            () if "post" in notice.rights else _tick(False, w("I may not write here. Without that I can do nothing.")),
            _tick(True, pin) if "pin" in notice.rights else _tick(False, no_pin),
            () if notice.embeds else _tick(False, w("I may not embed links. With “Embed Links” a long digest stays whole.")),
        ]
    )


def _chosen(notice: SetupList, w: Words) -> Text:
    """What administrators chose, or what holds until they do."""
    where = w("City: {city}", city=city(notice.zone)) if notice.zone else w("City: not set yet, so times here are UTC")
    when = w("Digest: {day} {time}", day=w.weekday(notice.digest_weekday), time=w.wall(notice.digest_wall))
    horizon = w.many(
        "Horizon: {n} day. Closer to its date than that, moving or withdrawing a promise is a slip",
        "Horizon: {n} days. Closer to its date than that, moving or withdrawing a promise is a slip",
        notice.horizon_days,
    )
    quiet = w("Quiet hours: {hours}. Slip alerts wait until they end", hours=_hours(notice, w))
    topic = w("Posts go to this topic") if notice.topic else w("Posts go to the main chat, or to the topic /setup is typed in")
    return join(
        [
            _tick(notice.zone is not None, where),
            _tick(True, when),
            _tick(True, horizon if notice.horizon_days else w("Horizon: none. A promise may be made easier until it is due")),
            _tick(True, quiet if notice.quiet_start != notice.quiet_end else w("Quiet hours: none")),
            _tick(True, w("Language: {language}", language=_language(notice.language, w))),
            _tick(True, topic),
        ]
    )


def _members(notice: SetupList, w: Words) -> Text:
    if not notice.members:
        return w("Nobody has joined yet. *Join* asks in private how much this group may see; until then it sees nothing.")
    return w.many("{n} member so far.", "{n} members so far.", notice.members)


def _hours(notice: SetupList, w: Words) -> str:
    return w.label("{start} to {end}", start=w.wall(notice.quiet_start), end=w.wall(notice.quiet_end))


def _tick(done: bool, what: Text) -> Text:
    return (Span("✓ " if done else "◦ "), *what)


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
    text = w("Which city's clock is the group's? *Reply to this message* with its name; other messages I may not hear.")
    unknown = (
        w("I know no place called “{said}”. The nearest larger city will do.", said=cut(notice.unknown, 64))
        if notice.unknown
        else ()
    )
    return Message(join([unknown, text], by="\n\n"), ((_back(w),),), asks=w.label("The group's city"))


def _zone_places(notice: ZonePlaces, w: Words) -> Message:
    rows = tuple((press(_place(name, country, w), "setup.set", Setting.ZONE, zone),) for name, country, zone in notice.places)
    text = w("“{said}”: this one?", said=notice.said) if len(rows) == 1 else w("Which “{said}” is it?", said=notice.said)
    return Message(text, (*rows, (_back(w),)))


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
    leave = press(w.label("Leave"), "group.leave", notice.learner, tint=Tint.DANGER)
    return Message(text, ((leave, press(w.label("Stay"), "group.stay", notice.learner)),))


def _out_of(notice: OutOf, w: Words) -> Text:
    return w.many(
        "You are no longer in {group}. Your open promise there is private now; it stands all the same.",
        "You are no longer in {group}. Your {n} open promises there are private now; they stand all the same.",
        notice.promises,
        group=notice.group,
    )
