"""A planned break: asked for, looked at, set, changed and ended (PRODUCT.md, /pause)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.calendar import local, study_day
from bot.domain.checkins import SessionState
from bot.domain.date_ranges import NoSpan, ReadSpan, Span, SpanPast, SpansAsked, parse_span
from bot.domain.days import Reason
from bot.domain.errors import Refused
from bot.domain.notices.general import StaleButton
from bot.domain.notices.pauses import (
    AwayPromise,
    BackAgain,
    NoPause,
    PauseAsked,
    PauseEnded,
    PauseList,
    PauseNotice,
    PausePreview,
    PauseRefused,
    PauseSet,
    SickDay,
)
from bot.domain.people import Learner
from bot.domain.rest import (
    FARTHEST_BREAK,
    LONG_BREAK,
    LONGEST_BREAK,
    SICK_DAYS,
    Fitted,
    Pause,
    PauseKind,
    StudyDays,
    fit,
    length,
)
from bot.services import cards, pause_posts, rest, returns, sick_days
from bot.store import commitments, groups, pauses, people, sessions
from bot.store.database import Tx
from bot.store.people import Dialogue

DIALOGUE: Final = "pause"  # asks for days
_OFF: Final = frozenset({"off", "end", "stop", "back", "выкл", "стоп", "конец", "назад"})
_TODAY: Final = frozenset({"today", "sick", "sick today", "ill", "сегодня", "болею", "больничный"})
_DAY: Final = timedelta(days=1)
_OFFERED: Final = (3, 7, 14)  # days


def today_of(learner: Learner, *, at: datetime) -> date:
    """The learner's study day."""
    return study_day(at, zone=learner.clock_zone, day_ends=learner.day_ends)


# --- asking -----------------------------------------------------------------------------------------------------------
async def answer(tx: Tx, learner: Learner, words: str, *, at: datetime) -> PauseNotice:
    """What typed words mean: days to look at, "today" for a sick day at once, "off" for being back; nothing for the question."""
    said = " ".join(words.casefold().split())
    if not said:
        return await view(tx, learner, at=at)
    if said in _OFF:
        return await back(tx, learner, at=at)
    if said in _TODAY:
        return await be_sick(tx, learner, at=at)
    return await read(tx, learner, words.strip(), at=at)


async def be_sick(tx: Tx, learner: Learner, *, at: datetime) -> SickDay:
    """Make today a sick day; that ends the question."""
    taken = await sick_days.take(tx, learner, at=at)
    await _end_dialogue(tx, learner)
    return taken


async def view(tx: Tx, learner: Learner, *, at: datetime) -> PauseList:
    """How things stand, and the question when; what is typed next is the answer."""
    today = today_of(learner, at=at)
    studying = await rest.study_days_of(tx, learner.id, since=today)
    await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "when", {}), at=at)
    return PauseList(
        learner=learner.id,
        today=today,
        breaks=tuple(rest.away(one, studying) for one in studying.pauses if one.last is None or one.last >= today),
        options=_options(today + _DAY),
        sick_left=await sick_days.left(tx, learner, day=today),
        sick_of=SICK_DAYS,
        sick_today=not studying.rests_on(today),
    )


async def read(tx: Tx, learner: Learner, words: str, *, at: datetime) -> PausePreview | PauseAsked:
    """Look at the days that words mean, or ask which. Refused where they are over, or too many."""
    today = today_of(learner, at=at)
    found: ReadSpan = parse_span(words, today=today, at=at, zone=learner.clock_zone, language=learner.language)
    match found:
        case Span(first, last, doubtful, cut):
            other = (first, doubtful) if doubtful else None
            return await look(tx, learner, first, last, other=other, late_start=cut, at=at)
        case SpansAsked(options):
            await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "when", {}), at=at)
            return PauseAsked(learner.id, tuple((one.first, one.last) for one in options), words[:80], "several")
        case SpanPast():
            raise Refused(PauseRefused("past"))
        case NoSpan(reason, first):
            await people.set_dialogue(tx, learner.id, Dialogue(DIALOGUE, "when", {}), at=at)
            return PauseAsked(learner.id, _options(max(first or today, today + _DAY)), words[:80], reason)


def _options(first: date) -> tuple[tuple[date, date], ...]:
    return tuple((first, first + (days - 1) * _DAY) for days in _OFFERED)


# --- looking ----------------------------------------------------------------------------------------------------------
async def look(
    tx: Tx,
    learner: Learner,
    first: date,
    last: date,
    *,
    other: tuple[date, date] | None = None,
    late_start: bool = False,
    at: datetime,
) -> PausePreview:
    """What a break would mean; nothing is changed yet. Refused where it cannot be."""
    fitted, studying = await _fitted(tx, learner, first, last, at=at)
    return PausePreview(
        learner=learner.id,
        name=learner.name,
        first=fitted.first,
        last=fitted.last,
        back=studying.next_after(last),
        promises=await _promises(tx, learner, fitted.first, last, at=at),
        groups=await _titles(tx, learner),
        other=other,
        late_start=late_start,
        extends=fitted.extends is not None,
        replaces=tuple((one.first, one.last or one.first) for one in fitted.replaces),
        easy=length(fitted.first, last) >= LONG_BREAK,
    )


async def _fitted(tx: Tx, learner: Learner, first: date, last: date, *, at: datetime) -> tuple[Fitted, StudyDays]:
    """The break as it would be, and the study days without those it takes the place of."""
    today = today_of(learner, at=at)
    if last <= today or first > last:
        raise Refused(PauseRefused("past"))
    if first > today + FARTHEST_BREAK * _DAY:
        raise Refused(PauseRefused("far", FARTHEST_BREAK))
    studying = await rest.study_days_of(tx, learner.id, since=today)
    fitted = fit(max(first, today + _DAY), last, studying.pauses, today=today)
    if length(fitted.first, last) > LONGEST_BREAK:
        raise Refused(PauseRefused("long", LONGEST_BREAK))
    gone = {fitted.extends, *fitted.replaces}
    return fitted, replace(studying, pauses=tuple(one for one in studying.pauses if one not in gone))


async def _promises(tx: Tx, learner: Learner, first: date, last: date, *, at: datetime) -> tuple[AwayPromise, ...]:
    """The open promises that fall due in a break."""
    rows = (await commitments.open_of(tx, [learner.id])).get(learner.id, [])
    within = [one for one in rows if one.due_at > at and first <= local(one.due_at, learner.clock_zone).date() <= last]
    return tuple(AwayPromise(one.id, one.text, one.due_at, one.zone) for one in within)


async def _titles(tx: Tx, learner: Learner) -> tuple[str, ...]:
    """The groups that may be told."""
    seen = (await pauses.seen_in(tx, [learner.id])).get(learner.id, ())
    found = await groups.get_many(tx, list(seen))
    return tuple(found[one].title for one in seen)


# --- setting and ending -----------------------------------------------------------------------------------------------
async def begin(tx: Tx, learner: Learner, first: date, last: date, *, announce: bool, at: datetime) -> PauseSet:
    """Set a break, or give the present one a new end. Only with `announce` do groups and boards show it.

    Refused where it cannot be, or can no longer be, because its days have begun to pass.
    """
    fitted, studying = await _fitted(tx, learner, first, last, at=at)
    if fitted.extends is None and first <= today_of(learner, at=at):
        raise Refused(StaleButton(why="over"))
    pause = await _write(tx, learner, fitted, announce=announce, at=at)
    await excuse(tx, [pause])
    await cards.refresh(tx, learner, day=today_of(learner, at=at), at=at)
    if announce:
        await pause_posts.announce(tx, [pause], at=at)
    await pause_posts.follow(tx, pause, at=at)
    await _end_dialogue(tx, learner)
    return PauseSet(
        pause=pause.id,
        learner=learner.id,
        first=pause.first,
        last=last,
        back=studying.next_after(last),
        promises=await _promises(tx, learner, pause.first, last, at=at),
        groups=await _titles(tx, learner) if announce else (),
        easy=pause.eases,
    )


async def _write(tx: Tx, learner: Learner, fitted: Fitted, *, announce: bool, at: datetime) -> Pause:
    """Write it down; what it takes the place of goes on as it, so that what a group was told is edited and not said again."""
    (present, *others) = (fitted.extends, *fitted.replaces) if fitted.extends else (*fitted.replaces, None)
    gone = [one for one in others if one is not None]
    await pauses.drop(tx, [one.id for one in gone])
    for one in gone:
        await pause_posts.follow(tx, one, at=at)
    if present is None:
        planned = PauseKind.PLANNED
        return await pauses.put(
            tx, learner_id=learner.id, kind=planned, first=fitted.first, last=fitted.last, announced=announce, at=at
        )
    changed = replace(present, first=fitted.first, last=fitted.last, announced=announce)
    await pauses.change(tx, [changed.id], first=changed.first, last=changed.last, announced=announce)
    return changed


async def excuse(tx: Tx, rows: Sequence[Pause]) -> None:
    """Excuse the sessions inside of pauses that are planned already: a slot may have been quicker than the word of a break."""
    spans = {one.learner_id: one for one in rows}
    within = [one.id for one in await sessions.still_planned(tx, list(spans)) if spans[one.learner_id].covers(one.day)]
    await sessions.change(tx, within, state=SessionState.EXCUSED, reason=Reason.PAUSE)


async def end(tx: Tx, learner: Learner, *, pause_id: int | None = None, at: datetime) -> PauseEnded | NoPause:
    """End the present break, or call the next one off; `pause_id` names one."""
    today = today_of(learner, at=at)
    found = [
        one
        for one in (await pauses.not_over(tx, [learner.id], since=today)).get(learner.id, ())
        if pause_id in {None, one.id} and (pause_id is not None or one.kind is not PauseKind.SICK)
    ]
    await _end_dialogue(tx, learner)
    if not found:
        return NoPause()
    ended = await returns.end(tx, learner, found[0], at=at)
    await cards.refresh(tx, learner, day=today, at=at)
    return ended


async def back(tx: Tx, learner: Learner, *, at: datetime) -> PauseEnded | BackAgain | NoPause:
    """The learner is back: whatever they are in ends."""
    return await returns.come_back(tx, learner, at=at) or await end(tx, learner, at=at)


async def leave(tx: Tx, learner: Learner) -> None:
    """Leave the question."""
    await _end_dialogue(tx, learner)


async def _end_dialogue(tx: Tx, learner: Learner) -> None:
    state = await people.dialogue(tx, learner.id)
    if state is not None and state.name == DIALOGUE:
        await people.end_dialogue(tx, learner.id)
