"""The buttons of a card and of reminders."""

from datetime import date
from typing import Final

from bot.domain.checkins import Outcome, SessionState
from bot.domain.days import Later
from bot.domain.notices.cards import Card, CardRecall, CardReview, CardTap, LaterChoice
from bot.domain.notices.pauses import Away
from bot.domain.rest import PauseKind
from bot.domain.reviews import Rating
from bot.ui.message import Button, Rows, Tint, press
from bot.ui.pauses import back_button
from bot.ui.words import Words, cut

_TITLE: Final = 28  # characters of a module's title that a button shows on a phone


def rows(card: Card, w: Words) -> Rows:
    """The buttons a card has now: none once its day is over."""
    if not card.open:
        return ()
    if card.choices:
        return _choices(card, w)
    if card.recall is not None:
        return _ratings(card, card.recall, w)
    if card.state.answered:
        return tuple(row for row in (*_afterwards(card, w), *_reviews(card, w)) if row)
    if card.away is not None:
        return (*answers(card.learner, card.day, card.slot, w, skip=False), _way_back(card.away, w))
    later = (_press(card, w.label("Later"), "card.later"),) if card.due and card.state is SessionState.PLANNED else ()
    start = (_press(card, w.label("Start"), "card.start", tint=Tint.PRIMARY),) if card.session and not card.started_at else ()
    first = (*start, *later)
    return tuple(
        row for row in (first, *answers(card.learner, card.day, card.slot, w, skip=card.session), *_reviews(card, w)) if row
    )


def _way_back(away: Away, w: Words) -> tuple[Button, ...]:
    """Out of a pause with one tap."""
    if away.kind is PauseKind.SICK:
        return (press(w.label("No sick day after all"), "pause.well", away.pause),)
    return (back_button(w),)


def answers(learner: int, day: date, slot: str, w: Words, *, skip: bool = True) -> Rows:
    """Done · Partly · Not today; without a slot there is nothing to say "not today" to."""
    of = (learner, day, slot)
    row = (
        press(w.label("Done"), "card.answer", *of, Outcome.DONE, tint=Tint.SUCCESS),
        press(w.label("Partly"), "card.answer", *of, Outcome.PARTLY),
    )
    return ((*row, press(w.label("Not today"), "card.answer", *of, Outcome.SKIPPED)) if skip else row,)


def tap_row(tap: CardTap | None, w: Words) -> tuple[Button, ...]:
    """What can be done to the check-in of a tap."""
    if tap is None:
        return ()
    add = press(w.label("Add note or minutes"), "checkin.add", tap.checkin)
    return (add, press(w.label("Undo"), "checkin.undo", tap.checkin)) if tap.undo else (add,)


def _press(card: Card, label: str, name: str, *args: object, tint: Tint = Tint.PLAIN) -> Button:
    return press(label, name, card.learner, card.day, card.slot, *args, tint=tint)


def _choices(card: Card, w: Words) -> Rows:
    chosen = [(_press(card, _choice(one, w), "card.until", one.code),) for one in card.choices]
    return (*chosen, (_press(card, w.label("Back"), "card.back"),))


def _choice(choice: LaterChoice, w: Words) -> str:
    clock = w.clock(choice.at)
    match choice.code:
        case Later.SOON:
            return w.label("In 30 minutes · {clock}", clock=clock)
        case Later.WORK:
            return w.label("After work · {clock}", clock=clock)
        case _:
            return w.label("Tonight · {clock}", clock=clock)


def _afterwards(card: Card, w: Words) -> Rows:
    """What remains after an answer: mend it, take it back, finish the module."""
    mend: tuple[Button, ...] = ()
    if card.tap is not None and card.state is SessionState.SKIPPED:
        mend = (_press(card, w.label("Did it after all"), "card.answer", Outcome.DONE),)
    elif card.tap is not None and card.state is SessionState.PARTLY:
        mend = (_press(card, w.label("Done after all"), "card.answer", Outcome.DONE),)
    tap = tap_row(card.tap, w)
    if card.state is SessionState.SKIPPED:  # nothing to add to "not today"
        return ((*mend, *tap[1:]),)
    finish: tuple[Button, ...] = ()
    if card.finish is not None:
        title = cut(card.finish.title, _TITLE)
        if card.finished:
            finish = (_press(card, w.label("“{module}” is not finished", module=title), "card.unfinish", card.finish.id),)
        else:
            finish = (_press(card, w.label("Finished “{module}”", module=title), "card.finish", card.finish.id),)
    return (finish, mend, tap)


def _reviews(card: Card, w: Words) -> Rows:
    if card.state is SessionState.SKIPPED:
        return ()
    return tuple(_review(card, review, w) for review in card.reviews)


def _review(card: Card, review: CardReview, w: Words) -> tuple[Button, ...]:
    """Done, or let go; afterwards the way back."""
    title = cut(review.title, _TITLE)
    if review.done:
        label = (
            w.label("Not skipped: {module}", module=title) if review.skipped else w.label("Not reviewed: {module}", module=title)
        )
        return (_press(card, label, "card.unreviewed", review.id),)
    skip = _press(card, w.label("Skip this one"), "card.skip", review.id)
    if review.long:
        return (_press(card, w.label("How was {module}?", module=title), "card.recall", review.id), skip)
    return (_press(card, w.label("Reviewed: {module}", module=title), "card.reviewed", review.id), skip)


def _ratings(card: Card, recall: CardRecall, w: Words) -> Rows:
    """The four ratings, each with the day on which the module comes back."""
    names = {
        Rating.AGAIN: w.label("Again"),
        Rating.HARD: w.label("Hard"),
        Rating.GOOD: w.label("Good"),
        Rating.EASY: w.label("Easy"),
    }
    buttons = [
        _press(card, f"{names[Rating(one.rating)]} · {_span(card, one.back_on, w)}", "card.rate", f"{recall.review}:{one.rating}")
        for one in recall.choices
    ]
    back = _press(card, w.label("Back"), "card.back")
    skip = _press(card, w.label("Skip this one"), "card.skip", recall.review)
    return (tuple(buttons[:2]), tuple(buttons[2:]), (skip, back))


def _span(card: Card, back_on: date, w: Words) -> str:
    return w.count((back_on - card.day).days, "{n} day", "{n} days")
