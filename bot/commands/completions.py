"""Suggestions while an option is filled in: modules, promises, tracks, templates, places, and dates as they are understood."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

from bot.commands.table import Kind
from bot.domain.calendar import study_day
from bot.domain.date_ranges import Span, SpansAsked, parse_span
from bot.domain.dates import Ambiguous, Understood, parse_deadline
from bot.domain.people import Learner
from bot.domain.plans import places as modules_of
from bot.services import places, plan_templates, plans
from bot.store import commitments
from bot.store.database import Tx
from bot.ui import suggestions
from bot.ui.words import Words

LIMIT: Final = 25  # Discord shows no more
_LONGEST: Final = 100  # characters of a name or a value, likewise

Choice = tuple[str, str]  # what is shown, and what is filled in


async def complete(tx: Tx, kind: Kind, learner: Learner | None, typed: str, *, at: datetime) -> list[Choice]:
    """What may be meant by `typed`; nothing for somebody who was never met, but for what needs no plan."""
    words = Words(learner.language if learner else "en", learner.clock_zone if learner else "UTC", at)
    match kind:
        case Kind.TEMPLATE:
            return _like(typed, ((one.title, one.key) for one in plan_templates.templates()))
        case Kind.PLACE:
            found = places.suggest(typed.strip(), limit=LIMIT) if typed.strip() else ()
            return _fitting((suggestions.place(one.name, one.country, one.zone, words), one.zone) for one in found)
        case Kind.DATE if learner is not None:
            return _dates(typed.strip(), learner, words)
        case Kind.SPAN if learner is not None:
            return _spans(typed.strip(), learner, words)
        case Kind.MODULE | Kind.TRACK | Kind.OPEN if learner is not None:
            return _like(typed, await _titles(tx, kind, learner))
        case _:
            return []


async def _titles(tx: Tx, kind: Kind, learner: Learner) -> list[Choice]:
    plan = await plans.active_plan(tx, learner.id)
    if kind is Kind.TRACK:
        return [(track.title, track.title) for track in plan.tracks] if plan else []
    open_modules = [one.module.title for one in modules_of(plan) if one.module.done_day is None] if plan else []
    promises = (await commitments.open_of(tx, [learner.id])).get(learner.id, []) if kind is Kind.OPEN else []
    return [(title, title) for title in (*(one.text for one in promises), *open_modules)]


def _dates(typed: str, learner: Learner, words: Words) -> list[Choice]:
    """The date as it would be understood, or what it might be; what is filled in stays what was typed where that is clear."""
    parsed = parse_deadline(typed, at=words.at, zone=learner.clock_zone, language=learner.language) if typed else None
    match parsed:
        case Understood():
            return _fitting([(suggestions.deadline(parsed.instant, parsed.zone, words), typed)])
        case Ambiguous(candidates=candidates):
            return _fitting(
                (suggestions.deadline(one.instant, one.zone, words), f"{one.wall:%Y-%m-%d %H:%M}") for one in candidates
            )
        case _:
            return []


def _spans(typed: str, learner: Learner, words: Words) -> list[Choice]:
    """The days as they would be understood, or those they might be."""
    today = study_day(words.at, zone=learner.clock_zone, day_ends=learner.day_ends)
    read = parse_span(typed, today=today, at=words.at, zone=learner.clock_zone, language=learner.language)
    match read:
        case Span(doubtful=None):
            return _fitting([(suggestions.days(read.first, read.last, words), typed)])
        case Span(doubtful=date() as other):
            meant = sorted({(read.first, read.last), (read.first, other)})
        case SpansAsked(options=options):
            meant = [(one.first, one.last) for one in options]
        case _:
            meant = []
    return _fitting((suggestions.days(first, last, words), f"{first} to {last}") for first, last in meant)


def _like(typed: str, choices: Iterable[Choice]) -> list[Choice]:
    """Those that have every word that was typed; what begins so comes first."""
    wanted = typed.casefold().split()
    found = [one for one in choices if all(word in one[0].casefold() for word in wanted)]
    first: Callable[[Choice], bool] = lambda one: not one[0].casefold().startswith(typed.casefold().strip())  # noqa: E731
    return _fitting(sorted(found, key=first))


def _fitting(choices: Iterable[Choice]) -> list[Choice]:
    """As many as fit, each value once; one whose value would be cut is no help."""
    kept = {value: name for name, value in choices if len(value) <= _LONGEST}
    return [(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…", value) for value, name in kept.items()][:LIMIT]
