"""Words for where things stand with a learner: the home, zone, slot, and what is public where."""

from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.notices.people import AskConsent, ConsentSet, Home, NotMember, Privacy, PrivatelyAnswered, SlotSet, ZoneSet
from bot.domain.people import Consent
from bot.domain.rest import PauseKind
from bot.ui.message import Button, Message, Rows, Text, press
from bot.ui.pauses import until, way_out
from bot.ui.words import Words, city, cut, join

_GROUPS_SHOWN = 10  # on one screen; more groups than that have nobody watching


# --- the home -------------------------------------------------------------------------------------------------------------
def word(notice: Home | ZoneSet | SlotSet, w: Words) -> Message:
    """The message that says where things stand."""
    match notice:
        case Home():
            return _home(notice, w)
        case ZoneSet():
            return Message(_zone_set(notice, w))
        case SlotSet():
            return Message(_slot_set(notice, w))
        case _:
            assert_never(notice)


def _home(notice: Home, w: Words) -> Message:
    head = w("*Where things stand*")
    if notice.fresh:
        whole = notice.wall is not None and notice.plan is not None
        head = w("*That is all I need.*") if whole else w("*That will do for now.*")
    away = until(notice.away, w) if notice.away else ()
    facts = join([_place_line(notice, w), _slot_line(notice, w), _plan_line(notice, w), _group_line(notice, w), away])
    rows: Rows = (
        (press(w.label("Place"), "start.change", "zone"), press(w.label("Time"), "start.change", "slot")),
        (press(w.label("Plan"), "plan.show", -1), press(w.label("Who sees what"), "privacy.show")),
        *(((way_out(notice.away, w),),) if notice.away and notice.away.kind is not PauseKind.SICK else ()),
    )
    return Message(join([head, facts, _what_next(notice, w)], by="\n\n"), rows)


def _place_line(notice: Home, w: Words) -> Text:
    if notice.zone is None:
        return w("*Place*: not told yet")
    return w("*Place*: {city}, {time} now", city=city(notice.zone), time=_time_in(notice.zone, w))


def _slot_line(notice: Home, w: Words) -> Text:
    if notice.wall is None:
        return w("*Time*: not set yet")
    slot = {"wall": w.wall(notice.wall), "days": w.weekdays(notice.weekdays)}
    if notice.second is None:
        return w("*Time*: {wall}, {days}", **slot)
    also, days = notice.second
    return w("*Time*: {wall}, {days}; second slot {also}, {others}", **slot, also=w.wall(also), others=w.weekdays(days))


def _plan_line(notice: Home, w: Words) -> Text:
    if notice.plan is None:
        return w("*Plan*: none yet")
    return w.many(
        "*Plan*: {plan}, {done} of {n} module",
        "*Plan*: {plan}, {done} of {n} modules",
        notice.total,
        plan=cut(notice.plan, 80),
        done=notice.done,
    )


def _group_line(notice: Home, w: Words) -> Text:
    if not notice.groups:
        return w("*Groups*: none yet")
    named = [
        w("{group} ({level})", group=cut(one.title, 40), level=level(one.consent, w).casefold())
        for one in notice.groups[:_GROUPS_SHOWN]
    ]
    return w("*Groups*: {groups}", groups=join(named, by=", "))


def _what_next(notice: Home, w: Words) -> Text:
    lines: list[Text] = []
    if notice.zone is None:
        lines.append(w("Without a place no card comes: /timezone London tells me yours."))
    elif notice.wall is None:
        lines.append(w("Without a time no card comes: /slot 07:00 mon-fri sets one."))
    elif notice.next_at is not None:
        moment = w.moment(notice.next_at, zone=notice.zone)
        if notice.fresh:
            lines.append(w("The first card comes {moment}. One tap on it is a full check-in.", moment=moment))
        else:
            lines.append(w("The next card comes {moment}.", moment=moment))
    if notice.plan is None:
        lines.append(w("A plan is not a must, but it helps: /plan."))
    if notice.fresh:
        lines.append(w("When you want a deadline: /commit finish chapter 1 by end of June. /help has the rest."))
    return join(lines)


def _zone_set(notice: ZoneSet, w: Words) -> Text:
    lines = [w("*{city}* it is: {time} there now.", city=city(notice.zone), time=_time_in(notice.zone, w))]
    if notice.next_at is not None:
        lines.append(w("The next card comes {moment}.", moment=w.moment(notice.next_at, zone=notice.zone)))
    if notice.promised_at is not None:
        kept = w.moment(notice.promised_at, zone=notice.promised_zone)
        lines.append(w("What you have promised does not move with you: the nearest is still due {moment}.", moment=kept))
    return join(lines)


def _slot_set(notice: SlotSet, w: Words) -> Text:
    days = w.weekdays(notice.weekdays)
    lines = [w("*{wall}, {days}*, on the clock of {city}.", wall=w.wall(notice.wall), days=days, city=city(notice.zone))]
    if notice.next_at is not None:
        lines.append(w("The next card comes {moment}.", moment=w.moment(notice.next_at, zone=notice.zone)))
    return join(lines)


def _time_in(zone: str, w: Words) -> str:
    return f"{w.at.astimezone(ZoneInfo(zone)):%H:%M}"


# --- what is public where -------------------------------------------------------------------------------------------------
def privacy(notice: AskConsent | Privacy | ConsentSet | PrivatelyAnswered | NotMember, w: Words) -> Message:
    """The message about who sees what."""
    match notice:
        case AskConsent():
            return _ask_consent(notice, w)
        case Privacy():
            return _privacy(notice, w)
        case ConsentSet():
            other = ((press(w.label("Another level"), "privacy.open", notice.group_id),),)
            return Message(_consent_set(notice, w), other)
        case PrivatelyAnswered(reachable=True):
            return Message(w("The answer is in our private chat."))
        case PrivatelyAnswered():
            open_chat = ((Button(w.label("Open the private chat"), url="start:privacy"),),)
            return Message(w("That is between you and me. Open our private chat and I will answer there."), open_chat)
        case NotMember():
            return Message(w("You have not joined here, so this group sees nothing of you. /join changes that."))
        case _:
            assert_never(notice)


def level(consent: Consent | None, w: Words) -> str:
    """The name of a level."""
    match consent:
        case None:
            return w.label("Not chosen yet")
        case Consent.PRIVATE:
            return w.label("Private")
        case Consent.BUDDY:
            return w.label("Buddy")
        case Consent.GROUP:
            return w.label("Group")
        case Consent.ALERT:
            return w.label("Group + alert")


def _ask_consent(notice: AskConsent, w: Words) -> Message:
    levels = join(
        [
            w("*Private*: nothing. You study, the group does not hear of it."),
            w("*Buddy*: nothing in the group; only a buddy you invite sees how you do."),
            w("*Group*: your promises, whether you studied today or are away, and your line in the weekly digest."),
            w("*Group + alert*: that, and one message when a promise slips. That is the stick."),
        ]
    )
    ask = w("*What may {group} see of you?*", group=notice.group)
    now = w("Nothing is chosen for you; until you choose, it sees nothing.")
    if notice.consent is not None:
        now = w("Now: *{level}*.", level=level(notice.consent, w))
    later = w("Each promise can be made more private than this in its preview. /privacy changes it any time.")
    choices = [press(level(one, w), "privacy.choose", notice.group_id, one) for one in Consent]
    return Message(
        join([ask, levels, now, later], by="\n\n"), (tuple(choices[:2]), tuple(choices[2:]), *_consent_ways(notice, w))
    )


def _consent_ways(notice: AskConsent, w: Words) -> Rows:
    if notice.frame is None:
        return ((press(w.label("Back"), "privacy.show"),),)
    back = (press(w.label("Back"), "start.back"),) if notice.frame.back else ()
    return ((*back, press(w.label("Later"), "start.skip")),)


def _privacy(notice: Privacy, w: Words) -> Message:
    if not notice.groups:
        return Message(w("Nobody sees anything of you: you are in no group with me."))
    lines = [
        w("*{group}*: {level}", group=cut(one.title, 60), level=level(one.consent, w)) for one in notice.groups[:_GROUPS_SHOWN]
    ]
    rows = tuple((press(cut(one.title, 40), "privacy.open", one.id),) for one in notice.groups[:_GROUPS_SHOWN])
    foot = w("Everything else stays between you and me. Tap a group to change what it sees.")
    return Message(join([w("*Who sees what*"), join(lines), foot], by="\n\n"), rows)


def _consent_set(notice: ConsentSet, w: Words) -> Text:
    match notice.consent:
        case Consent.PRIVATE:
            return w("*{group}* sees nothing of you.", group=notice.group)
        case Consent.BUDDY:
            return w("*{group}* sees nothing of you; a buddy you invite will.", group=notice.group)
        case Consent.GROUP:
            return w("*{group}* sees your promises, your days and your line in the digest. No alerts.", group=notice.group)
        case Consent.ALERT:
            return w(
                "*{group}* sees your promises, your days and your line in the digest, and hears once when a promise slips.",
                group=notice.group,
            )
