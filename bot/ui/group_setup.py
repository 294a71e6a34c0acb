"""Words of a group's set-up: the checklist, and what there is to choose."""

from typing import Final, assert_never

from babel import Locale

from bot.domain.notices.groups import (
    ChannelRefused,
    DigestPlaced,
    RoleRefused,
    Setting,
    SetupChoice,
    SetupList,
    ZonePlaces,
    ZoneWanted,
)
from bot.domain.people import DIGEST_WALLS, WEEKLY
from bot.ui.boards import channel_name
from bot.ui.message import Action, Among, Button, Message, Option, Rows, Select, Span, Text, Tint, press
from bot.ui.words import Words, city, cut, join

SetupNotice = SetupList | SetupChoice | ChannelRefused | RoleRefused | DigestPlaced | ZoneWanted | ZonePlaces
_DAYS: Final = tuple(str(day) for day in range(7))


def word(notice: SetupNotice, w: Words) -> Message:
    """The message of a notice about set-up."""
    match notice:
        case SetupList():
            return _setup(notice, w)
        case SetupChoice():
            return _choice(notice, w)
        case ChannelRefused():
            return Message(_channel_refused(notice, w))
        case RoleRefused(why="everyone"):
            return Message(w("Everybody has that role, and everybody would change the settings. Nothing has changed."))
        case RoleRefused():
            return Message(w("There is no such role here. Nothing has changed."))
        case DigestPlaced(apart=True):
            return Message(w("From now on digests come to this topic."))
        case DigestPlaced():
            return Message(w("From now on digests come here, with the other posts."))
        case ZoneWanted():
            return _zone_wanted(notice, w)
        case ZonePlaces():
            return _zone_places(notice, w)
        case _:
            assert_never(notice)


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
        (_asks(w.label("City"), Setting.ZONE), _asks(w.label("Horizon"), Setting.HORIZON)),
        (_asks(w.label("Quiet hours"), Setting.QUIET),),
    )
    if notice.channels:
        rows = (*rows, (_asks(w.label("Digest thread"), Setting.DIGEST),))
    return Message(text, rows, (*_of_server(notice, w), *_digest(notice, w)))


def _of_server(notice: SetupList, w: Words) -> tuple[Select, ...]:
    """What is chosen among a server's channels and roles."""
    if not notice.channels:
        return ()
    where = w.label("Channel for board, alerts and digests")
    who = w.label("Role that may change this, too")
    role = notice.admin_role or ""
    return (
        Select(where, Action("setup.channel"), among=Among.CHANNELS, chosen=notice.home),
        Select(who, Action("setup.role"), among=Among.ROLES, chosen=role, clears=True),
    )


def _digest(notice: SetupList, w: Words) -> tuple[Select, Select]:
    """When the digest comes: two lists, or on a platform without such two buttons that lead to them."""
    times = sorted({*DIGEST_WALLS, notice.digest_wall})
    return (
        Select(
            w.label("Digest day"),
            Action("setup.set", (Setting.DAY,)),
            tuple(Option(w.label("Digest: {day}", day=w.weekday(int(day))), day) for day in _DAYS),
            chosen=str(notice.digest_weekday),
            opens=Action("setup.ask", (Setting.DAY,)),
        ),
        Select(
            w.label("Digest time"),
            Action("setup.set", (Setting.TIME,)),
            tuple(Option(w.label("Digest at {time}", time=w.wall(wall)), f"{wall:%H:%M}") for wall in times),
            chosen=f"{notice.digest_wall:%H:%M}",
            opens=Action("setup.ask", (Setting.TIME,)),
        ),
    )


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
    if notice.channels:
        topic = w(
            "Posts go to {channel}. /setup typed in another channel or thread makes a group of that one",
            channel=channel_name(notice.home, w),
        )
    return join(
        [
            _tick(notice.zone is not None, where),
            _tick(True, when),
            _tick(True, horizon if notice.horizon_days else w("Horizon: none. A promise may be made easier until it is due")),
            _tick(True, quiet if notice.quiet_start != notice.quiet_end else w("Quiet hours: none")),
            _tick(True, w("Language: {language}", language=_language(notice.language, w))),
            _tick(True, topic),
            _digest_place(notice, w),
            _administered(notice, w),
        ]
    )


def _digest_place(notice: SetupList, w: Words) -> Text:
    """Where digests come, if not with the other posts."""
    if notice.digest == WEEKLY and notice.channels and not notice.threads:
        missing = w(
            "I may not open threads there, so digests come to the channel. “Create Public Threads” and “Send Messages in "
            "Threads” change that; within a thread there are no others"
        )
        return _tick(False, missing)
    if notice.digest == WEEKLY:
        return _tick(True, w("Each week's digest has a thread of its own"))
    return _tick(True, w("Digests go to a topic of their own")) if notice.digest else ()


def _administered(notice: SetupList, w: Words) -> Text:
    if notice.admin_role is None:
        return ()
    role = Span(w.label("that role"), role=notice.admin_role)
    return _tick(True, w("Who has {role} may change this, as administrators may", role=role))


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
    options = tuple(Option(_option(notice.setting, option, w), option) for option in notice.options)
    action = Action("setup.set", (notice.setting,))
    select = Select(_question(notice.setting, w)[0].text, action, options, chosen=notice.chosen)
    return Message(_question(notice.setting, w), ((_back(w),),), (select,))


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
        case Setting.DIGEST:
            return w("Where does the digest come: with the other posts, or each week in a thread of its own?")
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
        case Setting.DIGEST:
            return w.label("A thread each week") if option == WEEKLY else w.label("With the other posts")
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


def _channel_refused(notice: ChannelRefused, w: Words) -> Text:
    where = channel_name(notice.channel, w)
    match notice.why:
        case "rights":
            return w(
                "I may not write in {channel}: “View Channel” and “Send Messages” are missing. Nothing has changed.",
                channel=where,
            )
        case "taken":
            return w("{channel} is a group of its own, with members. Nothing has changed.", channel=where)
        case _:
            return w("That is no channel here. Nothing has changed.")
