"""Charts as they are in real lives, and as they never should be: what is drawn in the tests and looked at by eye."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from bot.domain.charts import BurnupChart, BurnupWords, Chart, GroupChart, GroupWords, HeatChart, HeatWords, Line, ProgressChart
from bot.domain.pace import Forecast
from bot.domain.progress import Burnup, DayState, HeatDay

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BURNUP = BurnupWords("done", "promised", "forecast, 8 times of 10", MONTHS)
HEAT = HeatWords("less", "more", "missed", "excused", MONTHS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
GROUP = GroupWords("session, of those planned", "promise kept", "slipped")
TODAY = date(2026, 6, 14)
_DAY = timedelta(days=1)


def days_until(today: date, count: int) -> tuple[date, ...]:
    return tuple(today - _DAY * (count - 1 - number) for number in range(count))


def burst(count: int, most: int, *, seed: int = 1) -> tuple[int, ...]:
    """Done by the end of each of `count` days: on most days nothing, `most` in the end."""
    chance = random.Random(seed)
    hits = [chance.randrange(1, count) for _ in range(most)]
    return tuple(accumulate(hits.count(number) for number in range(count)))


def burnup(*, days: int = 62, done: int = 17, total: int = 40) -> BurnupChart:
    return BurnupChart(
        title="17 of 40 modules · Calculus",
        note="At this pace done by 2 Aug, between 17 Jul and 29 Aug.",
        burnup=Burnup(
            days=days_until(TODAY, days),
            done=burst(days, done),
            total=total,
            promised=((date(2026, 5, 4), 5), (date(2026, 6, 30), 24), (date(2026, 7, 31), 40)),
            forecast=Forecast(date(2026, 7, 17), date(2026, 8, 2), date(2026, 8, 29)),
        ),
        words=BURNUP,
    )


def heat_days(weeks: int, *, seed: int = 2) -> tuple[HeatDay, ...]:
    """Mornings on weekdays, now and then a Saturday; a fortnight of holidays; days that were missed."""
    chance = random.Random(seed)
    found = []
    for day in days_until(TODAY, 7 * weeks):
        roll = chance.random()
        kept = HeatDay(day, chance.choice((20, 45, 45, 75, 90, 150)), 1, DayState.DONE)
        if day.month == 4 and day.day <= 14:
            found.append(HeatDay(day, 0, 0, DayState.EXCUSED))
        elif day.weekday() < 5 and roll > 0.8:
            state = DayState.MISSED if roll > 0.95 else DayState.EXCUSED if roll > 0.9 else DayState.SKIPPED
            found.append(HeatDay(day, 0, 0, state))
        elif day.weekday() < 5 or (day.weekday() == 5 and roll < 0.35):
            found.append(kept)
        else:
            found.append(HeatDay(day, 0, 0, DayState.FREE))
    return tuple(found)


def heat(*, weeks: int = 24) -> HeatChart:
    return HeatChart("Study days", "84 of 104 sessions kept, 96 h in all, 6 days running.", heat_days(weeks), HEAT)


def group() -> GroupChart:
    return GroupChart(
        title="The week",
        note="Mon 8 Jun to Sun 14 Jun",
        lines=(
            Line("Ann", 5, 6, "3 h 45 min", 2, 0),
            Line("Анна Иванова", 4, 5, "2 h 10 min", 1, 1),
            Line("محمد العربي", 5, 5, "6 h", 0, 0),
            Line("Bob <3 & co 🚀", 1, 5, "20 min", 0, 2),
            Line("田中さん", 3, 7, "1 h 5 min", 1, 0),
            Line("𝓛𝓮𝓸", 7, 7, "12 h 40 min", 3, 0),
        ),
        words=GROUP,
    )


def crowd(count: int) -> GroupChart:
    chance = random.Random(5)
    names = ("Ann", "Борис Годунов", "فاطمة الزهراء", "Maximiliane von und zu Hohenstein", "Ли", "שירה", "Zoë", "Đặng Thị Hương")
    lines = tuple(
        Line(f"{names[number % 8]} {number}", chance.randint(0, 5), 5, f"{chance.randint(1, 9)} h", number % 3, number % 4 // 3)
        for number in range(count)
    )
    return replace(group(), lines=lines, more="and 10 more" if count > 40 else "")


def many_sessions() -> GroupChart:
    lines = (replace(one, done=one.done * 4, planned=one.planned * 4) for one in group().lines)
    return replace(group(), lines=tuple(lines))


def empty_burnup() -> BurnupChart:
    return BurnupChart("0 of 40 modules · Calculus", "Nothing done yet.", Burnup((TODAY,), (0,), 40, (), None), BURNUP)


def empty_heat() -> HeatChart:
    return HeatChart("Study days", "Nothing logged yet.", (HeatDay(TODAY, 0, 0, DayState.AHEAD),), HEAT)


def third_day() -> ProgressChart:
    days = days_until(TODAY, 3)
    heat = (
        HeatDay(days[0], 45, 1, DayState.DONE),
        HeatDay(days[1], 0, 1, DayState.PARTLY),
        HeatDay(days[2], 0, 0, DayState.AHEAD),
    )
    return ProgressChart(
        replace(empty_burnup(), burnup=Burnup(days, (0, 1, 1), 40, ((days[1], 0), (date(2026, 6, 30), 4)), None), note=""),
        replace(empty_heat(), days=heat, note="2 days studied."),
    )


def two_years() -> ProgressChart:
    chart = burnup(days=730, done=310, total=500)
    facts = replace(
        chart.burnup,
        promised=((date(2026, 1, 10), 240), (date(2026, 7, 1), 320), (date(2026, 12, 31), 420)),
        forecast=Forecast(date(2027, 5, 1), date(2027, 9, 20), date(2028, 4, 2)),
    )
    title = "310 of 500 modules · Everything I ever wanted to learn, in one plan"
    return ProgressChart(replace(chart, burnup=facts, title=title), heat(weeks=104))


def finished() -> BurnupChart:
    chart = burnup(days=90, done=40)
    facts = replace(chart.burnup, promised=((date(2026, 4, 1), 2), (date(2026, 6, 10), 40)), forecast=None)
    return replace(chart, burnup=facts, title="40 of 40 modules · Calculus", note="All done.")


def far_off() -> BurnupChart:
    chart = burnup(days=20, done=1)
    return replace(
        chart, burnup=replace(chart.burnup, promised=(), forecast=Forecast(date(2027, 1, 1), date(2029, 1, 1), date(2040, 1, 1)))
    )


def russian() -> ProgressChart:
    months = ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.")
    days = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
    return ProgressChart(
        replace(
            burnup(),
            title="17 из 40 модулей · Анализ",
            note="С таким темпом закончите 2 авг., между 17 июл. и 29 авг.",
            words=BurnupWords("сделано", "обещано", "прогноз, 8 раз из 10", months),
        ),
        HeatChart(
            "Дни учёбы",
            "84 из 104 занятий, 96 ч, 6 дней подряд.",
            heat_days(40),
            HeatWords("меньше", "больше", "пропущено", "отдых", months, days),
        ),
    )


def absurd() -> ProgressChart:
    """Numbers and words that no honest caller has."""
    days = (date.min, date(2000, 1, 1), TODAY)
    return ProgressChart(
        BurnupChart(
            "$x^$ \\frac{ " + "ы" * 5000,
            "\u202e\ud800\0\n" + "Z" + "\u0335" * 500,
            Burnup(days, (10**12, -5, 0), 0, ((date.min, 0), (date.max, 10**9)), Forecast(date.min, date.min, date.max)),
            BurnupWords("x" * 200, "", "😀", MONTHS),
        ),
        HeatChart(
            "",
            "",
            (
                HeatDay(date.min, -5, 0, DayState.FREE),
                HeatDay(TODAY - _DAY, 10**9, 10**9, DayState.MISSED),
                HeatDay(TODAY, -1, -1, DayState.DONE),
            ),
            HEAT,
        ),
    )


SAMPLES: dict[str, Chart] = {
    "progress": ProgressChart(burnup(), heat()),
    "russian": russian(),
    "third-day": third_day(),
    "first-day": ProgressChart(empty_burnup(), empty_heat()),
    "no-plan": ProgressChart(None, empty_heat()),
    "one-year": heat(weeks=52),
    "two-years": two_years(),
    "three-years": heat(weeks=160),
    "finished": finished(),
    "far-off": far_off(),
    "group": group(),
    "group-of-none": replace(group(), lines=()),
    "group-of-one": replace(group(), lines=group().lines[:1]),
    "group-of-forty": crowd(40),
    "group-of-fifty": crowd(50),
    "group-many-sessions": many_sessions(),
    "absurd": absurd(),
}
