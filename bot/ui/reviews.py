"""Words of reviews: of the notices about them as a whole, and of those on a card."""

from datetime import timedelta
from typing import Final

from bot.domain.notices.cards import Card, CardReview
from bot.domain.notices.reviews import ReviewNotice, ReviewsOfDay, ReviewsShown, ReviewsUsage
from bot.domain.reviews import Rating
from bot.ui.message import Message, Rows, Span, Text, press
from bot.ui.words import Words, cut, join

_OFFERED: Final = (1, 3, 5)  # a day; others can be typed
_TITLE: Final = 60
_TYPED: Final = 40


def word(notice: ReviewNotice, w: Words) -> Message:
    """The message of a notice about reviews."""
    match notice:
        case ReviewsShown():
            return Message(_shown(notice, w), _rows(notice, w))
        case ReviewsUsage():
            return Message(
                w(
                    "“{said}” is nothing I know. /reviews 2 sets how many a day (0 to {most}), /reviews long on goes on for "
                    "long-term memory. Nothing was changed.",
                    said=cut(notice.said, _TYPED),
                    most=notice.most,
                )
            )


def _shown(notice: ReviewsShown, w: Words) -> Text:
    done = w("Changed.") if notice.changed else ()
    coming = _coming(notice, w) if notice.most else ()
    return join([done, coming, join([_most(notice, w), _long(notice, w)])], by="\n\n")


def _coming(notice: ReviewsShown, w: Words) -> Text:
    if not notice.plan:
        return w(
            "What you study comes again the next study day from another source, and a week later as practice. It takes a plan: "
            "/plan."
        )
    if not notice.days:
        return w(
            "Nothing to review in the next two weeks. What you study comes again the next study day from another source, and "
            "a week later as practice."
        )
    return join([w("*Again soon*"), *(_day(one, notice, w) for one in notice.days)])


def _day(one: ReviewsOfDay, notice: ReviewsShown, w: Words) -> Text:
    names = ", ".join(cut(title, _TITLE) for title in one.titles)
    if one.more:
        names = w.label("{names} and {n} more", names=names, n=one.more)
    if one.day == notice.today:
        return w("Today: {names}", names=names)
    if one.day == notice.today + timedelta(days=1):
        return w("Tomorrow: {names}", names=names)
    return w("{day}: {names}", day=w.date(one.day, year=False), names=names)


def _most(notice: ReviewsShown, w: Words) -> Text:
    if not notice.most:
        return w("No reviews on the card: you set 0 a day.")
    return w.many(
        "At most {n} a day, in the order of the plan; the rest waits.",
        "At most {n} a day, in the order of the plan; the rest waits.",
        notice.most,
    )


def _long(notice: ReviewsShown, w: Words) -> Text:
    if notice.long:
        return w(
            "Long-term memory is on: after practice a module comes back in weeks, then months, by how well you still knew it."
        )
    return w("After practice a module is over. With long-term memory on it comes back in weeks, then months.")


def _rows(notice: ReviewsShown, w: Words) -> Rows:
    counts = [
        press(
            w.count(n, "{n} a day", "{n} a day") if n != notice.most else "✓ " + w.count(n, "{n} a day", "{n} a day"),
            "reviews.most",
            n,
        )
        for n in _OFFERED
    ]
    label = w.label("Long-term memory off") if notice.long else w.label("Long-term memory on")
    return (tuple(counts), (press(label, "reviews.long", "off" if notice.long else "on"),))


# --- on a card ---------------------------------------------------------------------------------------------------------
def source(title: str, url: str | None) -> Text:
    """A source by its title, which leads there."""
    return (Span(cut(title, 100), url=url),)


def on_card(card: Card, w: Words) -> list[Text]:
    """The lines of a card that say what comes again today."""
    if not card.reviews:
        return []
    more = w.many("… and {n} more", "… and {n} more", card.more_reviews) if card.more_reviews else ()
    first = next((one for one in card.reviews if one.practice and not one.done), None)
    return [w("*Again today*"), *(_review(one, w, explained=one is not first) for one in card.reviews), more]


def _review(review: CardReview, w: Words, *, explained: bool) -> Text:
    """What to review, from what, and why from that; why to practise is said once a card."""
    title = cut(review.title, 100)
    if review.done:
        return _settled(review, title, w)
    if review.source is None:
        return w("· {module}, from memory", module=title)
    way = source(review.source, review.url)
    if review.practice and explained:
        return w("· {module}, as practice from {source}", module=title, source=way)
    if review.practice:
        return w("· {module}, as practice from {source}: doing it shows what stuck", module=title, source=way)
    if review.different and review.studied:
        return w(
            "· {module}, from {source}: another way in after {studied}",
            module=title,
            source=way,
            studied=cut(review.studied, 100),
        )
    return w("· {module}, from {source} once more: there is no other source", module=title, source=way)


def _settled(review: CardReview, title: str, w: Words) -> Text:
    if review.skipped:
        return w("· ~{module}~ skipped", module=title)
    match review.rating:
        case Rating.AGAIN:
            return w("· ~{module}~ reviewed: once more soon", module=title)
        case Rating.HARD:
            return w("· ~{module}~ reviewed: hard", module=title)
        case Rating.GOOD:
            return w("· ~{module}~ reviewed: good", module=title)
        case Rating.EASY:
            return w("· ~{module}~ reviewed: easy", module=title)
        case _:
            return w("· ~{module}~ reviewed", module=title)
