"""Words of the notices about one person on two platforms."""

from collections.abc import Iterable
from typing import assert_never

from bot.domain.notices.links import (
    CardMoved,
    LinkAstray,
    LinkCode,
    LinkedAccount,
    LinkExpired,
    LinkLeft,
    LinkNotice,
    LinkOwn,
    LinkPreview,
    Links,
    LinkTaken,
    LinkTooOften,
    LinkWrong,
    NotLinked,
    UnlinkAsked,
    Unlinked,
)
from bot.ui.homes import level
from bot.ui.message import Message, Rows, Span, Style, Text, Tint, press
from bot.ui.words import Words, cut, join

_TITLE = 60  # characters of a plan's or a group's title
_GROUPS = 6  # groups named; a seventh makes nobody decide otherwise
_NAMES = {"telegram": "Telegram", "discord": "Discord"}


def word(notice: LinkNotice, w: Words) -> Message:
    """The message of a notice about linking."""
    match notice:
        case LinkCode():
            return Message(_code(notice, w))
        case LinkPreview():
            return _preview(notice, w)
        case Links():
            return _links(notice, w)
        case UnlinkAsked():
            return _ask_unlink(notice, w)
        case Unlinked() | LinkLeft():
            return Message(_after(notice, w))
        case CardMoved():
            return Message(w("This card has closed: your day is told on another card now. /today brings it."))
        case _:
            return Message(_refusal(notice, w))


def place(platform: str) -> str:
    """A platform's name as people write it."""
    return _NAMES.get(platform, platform.capitalize())


def _places(platforms: Iterable[str], w: Words) -> str:
    names = [place(one) for one in platforms]
    if len(names) < 2:
        return "".join(names)
    return w.label("{some} and {last}", some=", ".join(names[:-1]), last=names[-1])


def _any_place(platforms: Iterable[str], w: Words) -> str:
    names = [place(one) for one in platforms]
    if len(names) < 2:
        return "".join(names)
    return w.label("{some} or {last}", some=", ".join(names[:-1]), last=names[-1])


# --- linking ----------------------------------------------------------------------------------------------------------
def _code(notice: LinkCode, w: Words) -> Text:
    half = len(notice.code) // 2
    typed = (Span(f"/link {notice.code[:half]}-{notice.code[half:]}", Style.CODE),)
    ask = w(
        "*One person, two accounts.* Type this to me on {places}, by {clock}:",
        places=_any_place(notice.platforms, w),
        clock=w.clock(notice.until),
    )
    foot = w("It works once. Keep it to yourself: whoever types it can become one with you.")
    return join([ask, typed, foot], by="\n\n")


def _preview(notice: LinkPreview, w: Words) -> Message:
    other: Text = (Span(cut(notice.other, _TITLE), Style.BOLD),)
    if notice.username:
        other = join([other, f"(@{notice.username})"], by=" ")
    ask = w("*Link* this account with {other} on {place}? Only if that is you.", other=other, place=place(notice.platform))
    means = w("The two become one learner: one plan, one card a day. A check-in on either counts in every group of both.")
    facts = join([_plan(notice, w), *_promises(notice, w), *_groups(notice, w), _cards(notice, w)])
    undo = w("/link off makes two of it again.")
    wanted = notice.kept.owner if notice.kept else 0
    yes = press(w.label("Link"), "link.confirm", notice.code, wanted, tint=Tint.PRIMARY)
    rows: Rows = ((yes, press(w.label("No"), "link.leave")),)
    if notice.aside is not None:
        other_plan = w.label("Use “{plan}” instead", plan=cut(notice.aside.title, 30))
        rows = (*rows, (press(other_plan, "link.look", notice.code, notice.aside.owner),))
    return Message(join([ask, means, facts, undo], by="\n\n"), rows)


def _plan(notice: LinkPreview, w: Words) -> Text:
    if notice.kept is None:
        return w("*Plan*: none yet")
    if notice.aside is None:
        return w("*Plan*: {plan}", plan=cut(notice.kept.title, _TITLE))
    return w(
        "*Plan*: “{plan}” stays in use, “{aside}” is kept aside",
        plan=cut(notice.kept.title, _TITLE),
        aside=cut(notice.aside.title, _TITLE),
    )


def _promises(notice: LinkPreview, w: Words) -> Iterable[Text]:
    if not notice.promises:
        return ()
    return (
        w.many(
            "*Promises*: {n} open, and goes on as {name}'s",
            "*Promises*: {n} open, and go on as {name}'s",
            notice.promises,
            name=notice.name,
        ),
    )


def _groups(notice: LinkPreview, w: Words) -> Iterable[Text]:
    if not notice.groups:
        return ()
    named = ", ".join(cut(one, _TITLE) for one in notice.groups[:_GROUPS])
    if len(notice.groups) > _GROUPS:
        named = w.label("{some} and {n} more", some=named, n=len(notice.groups) - _GROUPS)
    lines = [w("*Groups*: {groups}; there you go by {name}", groups=named, name=notice.name)]
    lines += [
        w("You are in {group} twice; it will see: {level}", group=cut(one.title, _TITLE), level=level(one.consent, w).casefold())
        for one in notice.twice[:_GROUPS]
    ]
    return lines


def _cards(notice: LinkPreview, w: Words) -> Text:
    return w("*Cards* go to {place}; /link changes that", place=place(notice.cards_to))


def _links(notice: Links, w: Words) -> Message:
    head = w("*Linked.* One learner from now on.") if notice.fresh else w("*Your accounts*")
    lines = [_account(one, w) for one in notice.accounts]
    to = w("Cards and reminders go to *{place}*.", place=place(notice.cards_to))
    mute = [one for one in notice.accounts if one.platform == notice.cards_to and not one.reachable]
    if mute:
        to = join([to, w("I cannot write to you there, so for now they take the other way.")], by=" ")
    if len(notice.accounts) < 2:
        return Message(join([head, join(lines)], by="\n\n"))
    names = tuple(press(_choice(one, notice, w), "link.cards", one.platform) for one in notice.accounts)
    return Message(join([head, join(lines), to], by="\n\n"), (names, (press(w.label("Unlink"), "link.off"),)))


def _choice(one: LinkedAccount, notice: Links, w: Words) -> str:
    if one.platform == notice.cards_to:
        return f"✓ {place(one.platform)}"
    return w.label("Cards to {place}", place=place(one.platform))


def _account(one: LinkedAccount, w: Words) -> Text:
    named = f"{place(one.platform)} (@{one.username})" if one.username else place(one.platform)
    return (Span(named),) if one.reachable else w("{place}: I cannot write to you there", place=named)


# --- unlinking --------------------------------------------------------------------------------------------------------
def _ask_unlink(notice: UnlinkAsked, w: Words) -> Message:
    ask = w("*Unlink {place}?* That makes two learners of one.", place=_places(notice.platforms, w))
    brought: list[Text] = []
    if notice.checkins:
        brought.append(w.many("{n} check-in", "{n} check-ins", notice.checkins))
    if notice.promises:
        brought.append(w.many("{n} open promise", "{n} open promises", notice.promises))
    if notice.plan:
        brought.append(w("the plan “{plan}”", plan=cut(notice.plan, _TITLE)))
    back = w("Back goes what it brought: {all}.", all=join(brought, by=", ")) if brought else w("It brought nothing to go back.")
    stays = w("What was made since stays with {place}.", place=_places(notice.stays, w))
    rows: Rows = (
        (
            press(w.label("Unlink"), "link.unlink", notice.learner, tint=Tint.DANGER),
            press(w.label("Leave it linked"), "link.leave"),
        ),
    )
    return Message(join([ask, join([back, stays])], by="\n\n"), rows)


def _after(notice: Unlinked | LinkLeft, w: Words) -> Text:
    match notice:
        case Unlinked(own=True):
            return w(
                "*Unlinked.* Here you are a learner of your own again, with what you had before. What came since is on {place}.",
                place=_places(notice.platforms, w),
            )
        case Unlinked():
            return w("*Unlinked.* {place}: a learner of its own again.", place=_places(notice.platforms, w))
        case LinkLeft(linked=True):
            return w("It stays linked.")
        case LinkLeft():
            return w("Nothing was linked.")
        case _:
            assert_never(notice)


# --- refusals ---------------------------------------------------------------------------------------------------------
def _refusal(notice: LinkWrong | LinkTooOften | LinkExpired | LinkOwn | LinkTaken | LinkAstray | NotLinked, w: Words) -> Text:
    match notice:
        case LinkWrong(left=0):
            return w("I know no such code, and that was the last try for now. A fresh one comes with /link on the other side.")
        case LinkWrong():
            return w.many(
                "I know no such code. {n} more try; a fresh code comes with /link on the other side.",
                "I know no such code. {n} more tries; a fresh code comes with /link on the other side.",
                notice.left,
            )
        case LinkTooOften():
            return w("Too many wrong codes. I look at the next one after {clock}.", clock=w.clock(notice.until))
        case LinkExpired():
            return w("That code is too old. /link on {place} gives a fresh one.", place=place(notice.platform))
        case LinkOwn():
            return w("That is your own code. It is to be typed on {place}.", place=_any_place(notice.platforms, w))
        case LinkTaken():
            return w(
                "That code comes from an account on {place}, and you have one there. One account per platform.",
                place=place(notice.platform),
            )
        case LinkAstray():
            return w("Others could read that code, so it is void. /link in private gives a fresh one.")
        case NotLinked():
            return w("There is nothing to unlink: this is your only account with me. /link adds another.")
        case _:
            assert_never(notice)
