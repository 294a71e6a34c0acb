"""Words of the notices about people: the questions of /start; what is set stands in ui/homes.py."""

from datetime import time
from typing import assert_never
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names

from bot.domain.notices.people import (
    AskConsent,
    AskDays,
    AskLocation,
    AskPlace,
    AskPlan,
    AskSlot,
    AskZone,
    ButtonsOnly,
    ConsentSet,
    Frame,
    Home,
    LinkDead,
    LocationUnknown,
    NotMember,
    PeopleNotice,
    PlaceFound,
    Privacy,
    PrivatelyAnswered,
    QuietHours,
    QuietUnclear,
    SecondSlot,
    SecondSlotTaken,
    SlotSet,
    SlotUnclear,
    ZoneFirst,
    ZoneSet,
    ZoneUnknown,
)
from bot.ui import homes
from bot.ui.message import Button, Message, Rows, Text, Tint, press
from bot.ui.words import Words, city, cut, join

_WALLS = (("06:00", "06:30", "07:00"), ("07:30", "08:00"))
_AFTER_WORK = ("12:30", "18:30", "20:00")
_QUIET = (("21:00", "07:00"), ("22:00", "08:00"), ("23:00", "09:00"))
_TITLE = 40  # characters of a title on a button


def word(notice: PeopleNotice, w: Words) -> Message:
    """The message of a notice about people."""
    match notice:
        case AskZone():
            return _ask_zone(notice, w)
        case AskLocation():
            return Message(w("The button below your keyboard shares where you are, once. Or type your city."), asks_location=True)
        case AskPlace():
            return _ask_place(notice, w)
        case AskSlot():
            return _ask_slot(notice, w)
        case AskDays():
            return _ask_days(notice, w)
        case AskPlan():
            return _ask_plan(notice, w)
        case AskConsent() | Privacy() | ConsentSet() | PrivatelyAnswered() | NotMember():
            return homes.privacy(notice, w)
        case Home() | ZoneSet() | SlotSet():
            return homes.word(notice, w)
        case SecondSlot():
            return _second_slot(notice, w)
        case QuietHours():
            return _quiet(notice, w)
        case (
            ZoneFirst()
            | ZoneUnknown()
            | LocationUnknown()
            | SlotUnclear()
            | SecondSlotTaken()
            | QuietUnclear()
            | ButtonsOnly()
            | LinkDead()
        ):
            return Message(_refusal(notice, w))
        case _:
            assert_never(notice)


# --- the questions --------------------------------------------------------------------------------------------------------
def _ask_zone(notice: AskZone, w: Words) -> Message:
    opening = None
    if notice.opening:
        opening = w("You set the deadlines, in public. I hold you to them.")
        if notice.group:
            opening = join([opening, w("A few questions first, then you are in *{group}*.", group=notice.group)], by=" ")
    known = w("Now it is {city}, {time} there.", city=city(notice.zone), time=_time_in(notice.zone, w)) if notice.zone else None
    ask = w("*Where are you?* Type your city, so that 07:00 means your 07:00.")
    share = (press(w.label("Share my location"), "start.location"),)
    return Message(_asked(notice.frame, w, opening, ask, known), (share, *_ways(notice.frame, w)), asks=w.label("Your city"))


def _ask_place(notice: AskPlace, w: Words) -> Message:
    other = (press(w.label("Another city"), "start.again"),)
    if len(notice.places) == 1:
        (only,) = notice.places
        yes = (press(w.label("Yes, that is here"), "start.zone", only.zone, tint=Tint.PRIMARY),)
        return Message(
            w("*{place}*: it is {time} there now. Right?", place=_place(only, w), time=_time_in(only.zone, w)), (yes, other)
        )
    rows = tuple(
        (press(f"{cut(_place(one, w), _TITLE)} · {_time_in(one.zone, w)}", "start.zone", one.zone),) for one in notice.places
    )
    return Message(w("Which one is it? The time is what the clock there shows now."), (*rows, other))


def _ask_slot(notice: AskSlot, w: Words) -> Message:
    known = w("{city}: it is {time} there now.", city=city(notice.zone), time=_time_in(notice.zone, w))
    if notice.wall:
        days = w.weekdays(notice.weekdays)
        known = w("Now it is {wall}, {days}, {city}.", wall=w.wall(notice.wall), days=days, city=city(notice.zone))
    ask = w(
        "*When do you study?* Pay yourself first: before work, if you can. Pick a time, or type one with its days: 6:45 mon-fri."
    )
    rows = tuple(tuple(press(wall, "start.wall", wall) for wall in row) for row in _WALLS)
    rows = (*rows, *_ways(notice.frame, w))
    return Message(_asked(notice.frame, w, None, ask, known), rows, asks=w.label("Time and days"))


def _second_slot(notice: SecondSlot, w: Words) -> Message:
    days = w.weekdays(notice.weekdays)
    walls = tuple(press(wall, "slot.at", wall) for wall in _AFTER_WORK)
    if notice.dropped:
        return Message(w("No second slot any more. What was done in it stays counted."))
    if notice.wall is None:
        ask = w("*A second slot* is optional: its card comes too, but silence does not count against you.")
        how = w("Pick a time ({days}), or type it with its days: /slot second 18:30 mon wed.", days=days)
        return Message(join([ask, how]), (walls,))
    lines = [
        w("*Second slot*: {wall}, {days}, on the clock of {city}.", wall=w.wall(notice.wall), days=days, city=city(notice.zone))
    ]
    if notice.next_at is not None:
        lines.append(w("Its next card comes {moment}.", moment=w.moment(notice.next_at, zone=notice.zone)))
    lines.append(w("It is optional: silence does not count against you. /slot second off ends it."))
    return Message(join(lines), (walls, (press(w.label("Do without it"), "slot.off"),)))


def _ask_days(notice: AskDays, w: Words) -> Message:
    names = get_day_names("abbreviated", locale=w.language)
    ticks = [press(f"✓ {names[day]}" if day in notice.weekdays else str(names[day]), "start.day", day) for day in range(7)]
    sets = (press(w.label("Mon-Fri"), "start.days", "0-4"), press(w.label("Every day"), "start.days", "0-6"))
    back = press(w.label("Back"), "start.back")
    if not notice.weekdays:
        ask = w("*On which days?* {wall} on no day yet: tick at least one.", wall=w.wall(notice.wall))
        last: tuple[Button, ...] = (back,)
    else:
        ask = w("*On which days?* {wall}, {days}.", wall=w.wall(notice.wall), days=w.weekdays(notice.weekdays))
        last = (back, press(w.label("Next"), "start.days_chosen", tint=Tint.PRIMARY))
    rows = (tuple(ticks[:4]), tuple(ticks[4:]), sets, last)
    return Message(_asked(notice.frame, w, None, ask, None), rows, asks=w.label("Days"))


def _ask_plan(notice: AskPlan, w: Words) -> Message:
    ask = w("*What do you study?* Take one of these and make it yours, or send your own list as a file.")
    rows = tuple((press(cut(one.title, _TITLE), "plan.look", one.key),) for one in notice.templates)
    file = (press(w.label("Send a file"), "plan.file"),)
    return Message(_asked(notice.frame, w, None, ask, None), (*rows, file, *_ways(notice.frame, w, skip=w.label("Later"))))


def _asked(frame: Frame, w: Words, opening: Text | None, ask: Text, known: Text | None) -> Text:
    """A question, with what was said before it and how many there are."""
    count = () if frame.alone or frame.total == 1 else w("_{number} of {total}_", number=frame.number, total=frame.total)
    return join([opening or (), ask, known or (), count], by="\n\n")


def _ways(frame: Frame, w: Words, *, skip: str | None = None) -> Rows:
    """Back and on."""
    back = (press(w.label("Back"), "start.back"),) if frame.back else ()
    if frame.alone:
        return ((*back, press(w.label("Leave it as it is"), "start.stop")),)
    return ((*back, press(skip or w.label("Skip"), "start.skip")),)


def _place(one: PlaceFound, w: Words) -> str:
    country = Locale.parse(w.language).territories.get(one.country) if one.country else None
    return f"{one.name}, {country}" if country else one.name


def _time_in(zone: str, w: Words) -> str:
    return f"{w.at.astimezone(ZoneInfo(zone)):%H:%M}"


# --- quiet hours ----------------------------------------------------------------------------------------------------------
def _quiet(notice: QuietHours, w: Words) -> Message:
    hours = {"start": w.wall(notice.start), "end": w.wall(notice.end)}
    none = notice.start == notice.end
    if none:
        head = w("*No quiet hours.* Reminders and warnings come when they are due.")
    else:
        head = w("*Quiet from {start} to {end}.*", **hours)
    what = w("Reminders and warnings wait until then. The morning card comes at your slot all the same: you chose that hour.")
    lines = [head, () if none else what]
    if notice.fresh:
        return Message(join(lines))
    ask = w("Type others like 21:00-07:00, after /quiet; or pick.")
    begun = () if notice.own else w("These are the hours everybody begins with; what follows a card in them still comes.")
    picks = tuple(press(f"{start}-{end}", "quiet.set", start.replace(":", ""), end.replace(":", "")) for start, end in _QUIET)
    return Message(join([*lines, begun, ask]), (picks, (press(w.label("None"), "quiet.set", "0000", "0000"),)))


# --- refusals -------------------------------------------------------------------------------------------------------------
def _refusal(
    notice: ZoneFirst | ZoneUnknown | LocationUnknown | SlotUnclear | SecondSlotTaken | QuietUnclear | ButtonsOnly | LinkDead,
    w: Words,
) -> Text:
    match notice:
        case ZoneFirst(wall=time() as wall):
            return w("{wall} where? Tell me your city first: /timezone London", wall=w.wall(wall))
        case ZoneFirst():
            return w("A slot needs a clock. Tell me your city first: /timezone London")
        case ZoneUnknown(offset=True):
            return w("An offset knows nothing of summer time, so I ask for a place: the nearest larger city will do.")
        case ZoneUnknown():
            return w(
                "I know no place called “{said}”. Try the nearest larger city, or a name like Europe/London.",
                said=cut(notice.said, 40),
            )
        case LocationUnknown():
            return w("That spot lies in no time zone I know. Type the nearest larger city instead.")
        case SlotUnclear(days_only=True):
            return w("“{said}” names no days I understand. Like this: mon-fri, or tue thu sat.", said=cut(notice.said, 40))
        case SlotUnclear():
            return w("“{said}” is no time I understand. Like this: 07:00 mon-fri, or 6:45 every day.", said=cut(notice.said, 40))
        case SecondSlotTaken():
            return w("{wall} is your first slot already. A second one wants a time of its own.", wall=w.wall(notice.wall))
        case QuietUnclear():
            return w("“{said}” is no span of hours I understand. Like this: 21:00-07:00, or off.", said=cut(notice.said, 40))
        case ButtonsOnly():
            return w("One of the buttons above is the answer I can take here.")
        case LinkDead():
            return w("That Join link leads nowhere any more. Ask in the group for a new one: /join there makes it.")
        case _:
            assert_never(notice)
