"""Words about buddies."""

from typing import assert_never

from bot.domain.notices.buddies import (
    Buddies,
    BuddyAccepted,
    BuddyAsked,
    BuddyConfirm,
    BuddyEnded,
    BuddyInvite,
    BuddyMade,
    BuddyMine,
    BuddyNotice,
    BuddyOf,
    BuddyRefused,
    BuddySilent,
)
from bot.ui.message import Button, Message, Rows, Span, Style, Text, Tint, press
from bot.ui.words import Words, cut, join

_NAME = 40


def word(notice: BuddyNotice, w: Words) -> Message:
    """The message of a notice about buddies."""
    match notice:
        case Buddies():
            return _view(notice, w)
        case BuddyInvite():
            return _invite(notice, w)
        case BuddyAsked():
            return _asked(notice, w)
        case BuddyConfirm():
            return _confirm(notice, w)
        case BuddyMade():
            return Message(_made(notice, w))
        case BuddyAccepted():
            return Message(w("*{name}* is asked once more, and then it holds. I will tell you.", name=notice.asker))
        case BuddyEnded(name=name, told=True):
            return Message(w("You and *{name}* are no buddies any more.", name=name))
        case BuddyEnded(name=name):
            return Message(w("Over: you and *{name}* are no buddies. They are told so, and nothing else.", name=name))
        case BuddyRefused(why="own"):
            return Message(w("That is your own invitation. Send it to somebody who would notice that you are gone."))
        case BuddyRefused():
            return Message(w("That invitation leads nowhere any more. Ask for a new one: /buddy makes it."))
        case BuddySilent():
            return Message(_silent(notice, w))
        case _:
            assert_never(notice)


# --- how things stand -------------------------------------------------------------------------------------------------
def _view(notice: Buddies, w: Words) -> Message:
    what = w(
        "A buddy sees how you do, and hears once when you have not said a word for {n} study days. Nothing else.",
        n=notice.silent_days,
    )
    mine = [_mine(one, w) for one in notice.mine] or [w("You have no buddy yet.")]
    others = [_other(one, w) for one in notice.others]
    rows: list[tuple[Button, ...]] = (
        [] if notice.mine else [(press(w.label("Invite a buddy"), "buddy.invite", tint=Tint.PRIMARY),)]
    )
    rows += [row for one in notice.mine for row in _mine_rows(one, w)]
    rows += [(_end(one.id, one.name, w),) for one in notice.others]
    return Message(join([join(mine), join([w("*You look after*"), *others]) if others else (), what], by="\n\n"), tuple(rows))


def _mine(one: BuddyMine, w: Words) -> Text:
    if one.confirmed:
        return w("Your buddy: *{name}*.", name=one.name)
    return w("*{name}* would be your buddy, and waits for your yes.", name=one.name)


def _mine_rows(one: BuddyMine, w: Words) -> Rows:
    end = _end(one.id, one.name, w)
    return ((end,),) if one.confirmed else (_yes_no(one.id, w),)


def _yes_no(number: int, w: Words) -> tuple[Button, ...]:
    return (press(w.label("Yes"), "buddy.confirm", number, tint=Tint.PRIMARY), press(w.label("No"), "buddy.end", number))


def _end(number: int, name: str, w: Words) -> Button:
    return press(w.label("End it with {name}", name=cut(name, 24)), "buddy.end", number)


def _other(one: BuddyOf, w: Words) -> Text:
    facts: list[Text | str] = [
        w.many("{done} of {n} session in seven days", "{done} of {n} sessions in seven days", one.planned, done=one.done)
        if one.planned
        else w("no sessions in seven days"),
        w.count(one.streak, "{n} day running", "{n} days running") if one.streak > 1 else "",
        _away(one, w),
    ]
    return w("{name}: {facts}", name=cut(one.name, _NAME), facts=join(facts, by=" · "))


def _away(one: BuddyOf, w: Words) -> str:
    if not one.away:
        return ""
    if one.away_until is None:
        return w.label("on a break")
    return w.label("away until {day}", day=w.date(one.away_until, year=False))


# --- asking -----------------------------------------------------------------------------------------------------------
def _invite(notice: BuddyInvite, w: Words) -> Message:
    text = join(
        [
            w("*{name}* would like you as a study buddy.", name=notice.name),
            w(
                "You see how they do, and hear from me once if they go quiet for {n} study days. Either of you ends it.",
                n=notice.silent_days,
            ),
            w("The button leads to me; or type {command} there.", command=Span(f"/buddy {notice.code}", Style.CODE)),
            w("_Good for one person, until {moment}. Forward this message to them._", moment=w.moment(notice.until)),
        ]
    )
    return Message(text, ((Button(w.label("Be a buddy"), url=f"start:buddy_{notice.code}"),),))


def _asked(notice: BuddyAsked, w: Words) -> Message:
    text = join(
        [
            w("*{name}* asks you to be their buddy.", name=notice.name),
            w(
                "You would see how they do, and hear from me once if they go quiet for {n} study days. Either of you ends it.",
                n=notice.silent_days,
            ),
        ]
    )
    yes = press(w.label("Yes, I will"), "buddy.accept", notice.code, tint=Tint.PRIMARY)
    return Message(text, ((yes, press(w.label("No"), "buddy.leave")),))


def _confirm(notice: BuddyConfirm, w: Words) -> Message:
    who = (
        w("*{name}* (@{username})", name=notice.name, username=notice.username)
        if notice.username
        else w("*{name}*", name=notice.name)
    )
    text = join([w("{who} would be your buddy.", who=who), w("Is that the one you asked? From your yes on they see how you do.")])
    return Message(text, (_yes_no(notice.id, w),))


def _made(notice: BuddyMade, w: Words) -> Text:
    if notice.mine:
        return w("*{name}* is your buddy. They are told. /buddy ends it, any time.", name=notice.name)
    return w("You are *{name}*'s buddy. /buddy shows how they do; no news is good news.", name=notice.name)


def _silent(notice: BuddySilent, w: Words) -> Text:
    return join(
        [
            w.many(
                "*{name}* has not said a word to me for {n} study day.",
                "*{name}* has not said a word to me for {n} study days.",
                notice.days,
                name=notice.name,
            ),
            w("A line from you may do more than another one from me. It need not be about studying."),
        ]
    )
