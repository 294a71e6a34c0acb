"""Words for a promise before it is one, and for the moment it becomes one."""

from typing import assert_never

from bot.domain.notices.commitments import ConsentMissing, DraftDropped, DraftOver, DraftPast, Preview, Published
from bot.domain.people import Consent
from bot.ui.homes import level
from bot.ui.message import Button, Message, Rows, Text, Tint, press
from bot.ui.promises import covers
from bot.ui.words import Words, cut, join


def preview(notice: Preview, w: Words) -> Message:
    """What it would be, who would see it, and the choice."""
    promise = notice.promise
    head = join(
        [
            w("_Not promised yet._"),
            w("*{text}*", text=promise.text),
            w("By {due}, {until}.", due=w.moment(promise.due_at, zone=promise.zone), until=w.until(promise.due_at)),
            _scope(notice, w),
        ]
    )
    remarks = join([_private_remark(notice, w)])
    return Message(join([head, _audience(notice, w), remarks], by="\n\n"), _buttons(notice, w))


def _scope(notice: Preview, w: Words) -> Text:
    promise = notice.promise
    if promise.progress.unit is None:
        return w("Nothing in your plan tells when it is kept, so you will say Done yourself.")
    if promise.progress.complete:
        return w("{covers}. There is nothing left to promise.", covers=covers(promise, w))
    if not promise.covers:
        return w("Counted from now on: {covers}.", covers=covers(promise, w))
    return w("Covers {covers}.", covers=covers(promise, w))


def _audience(notice: Preview, w: Words) -> Text:
    if notice.promise.progress.complete:
        return ()
    if notice.choosing:
        return w("Where shall it stand?")
    if notice.group is None and not notice.groups:
        return w(
            "We share no group, so it stays between us. Add me to one, or press Join in one I am in, and the next can be public."
        )
    if notice.group is None:
        return w("It stays between us.")
    if notice.widest is Consent.PRIVATE:
        return w("You are private in *{group}*, so it stays between us. /privacy changes that.", group=notice.group)
    wider = () if notice.widest is Consent.ALERT else w("Wider than that is for /privacy.")
    if notice.level is not None:
        return join([_seen(notice.level, notice, w), wider], by=" ")
    head = w("Who sees it in *{group}*?", group=notice.group)
    return join([head, *(_level_line(one, w) for one in _levels(notice)), wider])


def _seen(chosen: Consent, notice: Preview, w: Words) -> Text:
    """Who would see it at the level chosen; what the others are, they were told when they chose, and are told by /privacy."""
    names = {"level": level(chosen, w), "group": notice.group or ""}
    match chosen:
        case Consent.PRIVATE:
            return w("✓ *{level}*: nobody in *{group}* sees it.", **names)
        case Consent.BUDDY:
            return w("✓ *{level}*: nobody in *{group}* sees it, only a buddy you invite.", **names)
        case Consent.GROUP:
            return w("✓ *{level}*: the group *{group}* sees it, in a post, on the board and in the digest.", **names)
        case _:
            return w(
                "✓ *{level}*: the group *{group}* sees it, in a post, on the board, in the digest, and in one message if the "
                "date passes undone.",
                **names,
            )


def _levels(notice: Preview) -> list[Consent]:
    return [one for one in Consent if one.rank <= notice.widest.rank]


def _level_line(one: Consent, w: Words) -> Text:
    name = level(one, w)
    match one:
        case Consent.PRIVATE:
            return w("*{level}*: nobody but you.", level=name)
        case Consent.BUDDY:
            return w("*{level}*: nobody there, only a buddy you invite.", level=name)
        case Consent.GROUP:
            return w("*{level}*: the group, in a post, on the board and in the digest.", level=name)
        case _:
            return w("*{level}*: that, and one message if the date passes undone.", level=name)


def _private_remark(notice: Preview, w: Words) -> Text:
    if not notice.unreachable:
        return ()
    return w("I cannot write to you in private yet. Open a chat with me, so that I can warn you before the date.")


def _buttons(notice: Preview, w: Words) -> Rows:
    number = notice.promise.id
    cancel = press(w.label("Cancel"), "promise.cancel", number)
    if notice.promise.progress.complete:
        return ((cancel,),)
    last = (press(w.label("Change date"), "promise.redate", number), cancel)
    rows: list[tuple[Button, ...]] = []
    if notice.choosing or len(notice.groups) > 1:
        rows += _places(notice, w)
    if notice.group is not None and notice.widest is not Consent.PRIVATE:
        choices = [_choice(one, notice, w) for one in _levels(notice)]
        rows += [row for row in (tuple(choices[:2]), tuple(choices[2:])) if row]
    if notice.level is not None:
        public = notice.group is not None and notice.level.public
        label = w.label("Publish") if public else w.label("Keep it private")
        rows.append((press(label, "promise.publish", number, tint=Tint.PRIMARY),))
    return (*rows, last)


def _choice(one: Consent, notice: Preview, w: Words) -> Button:
    name = level(one, w)
    return press(f"✓ {name}" if notice.level is one else name, "promise.level", notice.promise.id, one)


def _places(notice: Preview, w: Words) -> list[tuple[Button, ...]]:
    """The groups one can promise in, and none."""
    places = [(group_id, cut(title, 40), title == notice.group) for group_id, title in notice.groups]
    places.append((0, w.label("Between us only"), notice.group is None and not notice.choosing))
    return [
        (press(f"✓ {name}" if chosen else name, "promise.group", notice.promise.id, group_id),)
        for group_id, name, chosen in places
    ]


def over(notice: DraftOver | DraftPast | ConsentMissing | DraftDropped, w: Words) -> Text:
    """Why a preview is not, or no longer, to be published."""
    match notice:
        case DraftOver():
            return w("That preview is more than a day old. Say /commit again; nothing was promised.")
        case DraftPast():
            return w("That date has passed meanwhile. Change the date first.")
        case ConsentMissing():
            return w("Choose who sees it first.")
        case DraftDropped():
            return w("Nothing was promised.")
        case _:
            assert_never(notice)


def published(notice: Published, w: Words) -> Message:
    """The preview in private, once it is a promise."""
    promise = notice.promise
    where = w("Published in *{group}*.", group=notice.group) if notice.group else w("It stands, between you and me.")
    when = w("Due {due}, {until}.", due=w.moment(promise.due_at, zone=promise.zone), until=w.until(promise.due_at))
    change = w("For 15 minutes it can be changed without a trace.")
    text = join([w("*{text}*", text=promise.text), when, where, change])
    return Message(text, ((press(w.label("Open"), "promise.open", promise.id),),))
