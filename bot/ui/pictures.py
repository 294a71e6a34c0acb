"""Pictures: what is drawn, the words that stand in it, and in words what it shows, for those who do not see it."""

from collections.abc import Iterable
from typing import Final

from bot.domain.charts import (
    MOST_LINES,
    BurnupChart,
    BurnupWords,
    GroupChart,
    GroupWords,
    HeatChart,
    HeatWords,
    Line,
    ProgressChart,
)
from bot.domain.notices.digests import Digest, MemberWeek
from bot.domain.progress import Burnup, DayState, HeatDay
from bot.ui import outlooks
from bot.ui.message import Picture
from bot.ui.words import Words, cut

_LONGEST_ALT: Final = 1000  # Discord takes 1,024 characters as a description
_STUDIED: Final = (DayState.DONE, DayState.PARTLY)


# --- a group's week ---------------------------------------------------------------------------------------------------
def of_week(notice: Digest, w: Words) -> Picture | None:
    """The week of a group, a line for each member with something to show; None where there is nobody."""
    shown = [one for one in notice.pictured if one.planned or one.minutes or one.kept or one.slipped]
    if not shown:
        return None
    days = w.label("{first} to {last}", first=w.date(notice.first, year=False), last=w.date(notice.last, year=False))
    left_out = len(shown) - MOST_LINES
    chart = GroupChart(
        title=w.label("The week") if notice.weeks == 1 else w.label("{n} weeks", n=notice.weeks),
        note=days,
        lines=tuple(_line(one, w) for one in shown[:MOST_LINES]),
        words=GroupWords(session=w.label("session, of those planned"), kept=w.label("promise kept"), slipped=w.label("slipped")),
        more=w.label("and {n} more", n=left_out) if left_out > 0 else "",
    )
    told = (w.label("{name}: {facts}", name=one.name, facts=_told(one, w)) for one in shown)
    return Picture(chart, _alt([w.label("The week as a picture, {days}.", days=days), *told]))


def _line(one: MemberWeek, w: Words) -> Line:
    return Line(one.name, one.done, one.planned, w.minutes(one.minutes) if one.minutes else "", one.kept, one.slipped)


def _told(one: MemberWeek, w: Words) -> str:
    facts = (
        w.label("{done} of {planned} sessions", done=one.done, planned=one.planned) if one.planned else "",
        w.minutes(one.minutes) if one.minutes else "",
        w.count(one.kept, "{n} promise kept", "{n} promises kept") if one.kept else "",
        w.count(one.slipped, "{n} slipped", "{n} slipped") if one.slipped else "",
    )
    return ", ".join(fact for fact in facts if fact) + "."


# --- a learner's progress ---------------------------------------------------------------------------------------------
def of_progress(burnup: Burnup | None, heat: tuple[HeatDay, ...], w: Words, *, plan: str = "") -> Picture | None:
    """A learner's burn-up of their `plan`, where they have one, and heat map; None before there is anything to draw."""
    if not heat:
        return None
    of_plan = _burnup(burnup, w, plan=plan) if burnup is not None and burnup.days and burnup.total else None
    of_days = HeatChart(
        title=w.label("Study days"),
        note=_studied(heat, w),
        days=heat,
        words=HeatWords(
            less=w.label("less"),
            more=w.label("more"),
            missed=w.label("missed"),
            excused=w.label("excused"),
            months=w.months,
            weekdays=w.short_weekdays,
        ),
    )
    told = [w.label("Burn-up: {done}.", done=of_plan.title), of_plan.note, *_promised(of_plan.burnup, w)] if of_plan else []
    days = w.label("{first} to {last}", first=w.short_date(heat[0].day), last=w.short_date(heat[-1].day))
    shown = w.label("Heat map, {days}: {studied}", days=days, studied=of_days.note)
    return Picture(ProgressChart(of_plan, of_days), _alt([*told, shown]))


def _burnup(facts: Burnup, w: Words, *, plan: str) -> BurnupChart:
    done = w.label("{done} of {total} modules", done=facts.done[-1], total=facts.total)
    return BurnupChart(
        title=" · ".join(one for one in (done, plan) if one),
        note=_heading(facts, w),
        burnup=facts,
        words=BurnupWords(
            done=w.label("done"),
            promised=w.label("promised"),
            forecast=w.label("forecast, 8 times of 10"),
            months=w.months,
        ),
    )


def _heading(facts: Burnup, w: Words) -> str:
    """Where it is heading, in a line."""
    if facts.done[-1] >= facts.total:
        return w.label("All done.")
    if facts.forecast is None:
        return w.label("Too early for a forecast.") if facts.done[-1] else w.label("Nothing done yet.")
    if not outlooks.in_sight(facts.forecast.likely, w):
        return w.label("At this pace there is no end in sight.")
    likely, first = w.short_date(facts.forecast.likely), w.short_date(facts.forecast.earliest)
    if not outlooks.in_sight(facts.forecast.latest, w):
        return w.label("At this pace done by {likely}, {first} at the earliest.", likely=likely, first=first)
    last = w.short_date(facts.forecast.latest)
    return w.label("At this pace done by {likely}, between {first} and {last}.", likely=likely, first=first, last=last)


def _promised(facts: Burnup, w: Words) -> list[str]:
    if len(facts.promised) < 2:
        return []
    dates = (w.label("{n} by {day}", n=count, day=w.short_date(day)) for day, count in facts.promised[1:])
    return [w.label("Promised: {dates}.", dates=", ".join(dates))]


def _studied(heat: tuple[HeatDay, ...], w: Words) -> str:
    days, minutes = sum(one.state in _STUDIED for one in heat), sum(one.minutes for one in heat)
    if not days:
        return w.label("Nothing logged yet.")
    studied = w.count(days, "{n} day studied", "{n} days studied")
    return w.label("{studied}, {time} in all.", studied=studied, time=w.minutes(minutes)) if minutes else f"{studied}."


def _alt(sentences: Iterable[str]) -> str:
    return cut(" ".join(one for one in sentences if one), _LONGEST_ALT)
