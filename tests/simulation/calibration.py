"""How often the 80 % range of a forecast holds: `python -m tests.simulation.calibration` writes docs/forecast.md."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Final

from bot.domain.pace import IN_SIGHT, KNOWN_FROM, Forecast, LastWeeks, Measure, StudiedDay, Work
from tests.simulation.characters import CHARACTERS, live

PAGE: Final = Path(__file__).parents[2] / "docs" / "forecast.md"
LEARNERS: Final = 300  # of each character, for the page
_AHEAD: Final = (1, 2, 4, 8, 16, 26)  # how many weeks of work at the pace of late are left
_MOST_KNOWN: Final = 16 * 7  # days


@dataclass(frozen=True, slots=True)
class Tried:
    """One forecast and what became of it; `known` and `ahead` are weeks of history, and of work left at the pace of late."""

    character: str
    known: int
    ahead: int
    forecast: Forecast
    made: date
    done: date

    @property
    def holds(self) -> bool:
        """Whether it was done within the range."""
        return self.forecast.earliest <= self.done <= self.forecast.latest


def try_all(learners: int, *, seed: int) -> list[Tried]:
    """One forecast for each of so many learners of each character, at a random day of their lives."""
    return [
        tried
        for character in CHARACTERS
        for number in range(learners)
        if (tried := _try(character, Random(f"{seed}:{character}:{number}"), seed=number)) is not None
    ]


def _try(character: str, rng: Random, *, seed: int) -> Tried | None:
    lived = live(character, rng, days=_MOST_KNOWN + IN_SIGHT.days)
    known = rng.randrange(9, _MOST_KNOWN)
    past, future = lived[:known], lived[known:]
    late = past[-28:]
    weekly = 7 * max(0.15, sum(one.modules for one in late) / len(late))
    ahead = rng.choice(_AHEAD)
    left = max(1, round(weekly * ahead))
    told = LastWeeks(past, from_day=future[0].day, seed=seed).forecast(Work(left, Measure.MODULES))
    if sum(one.studied for one in past) < KNOWN_FROM or told is None:
        return None
    return Tried(character, known // 7, ahead, told, future[0].day, _done(future, left))


def _done(future: Iterable[StudiedDay], left: int) -> date:
    day = date.min
    for one in future:
        left, day = left - one.modules, one.day
        if left <= 0:
            break
    return day


# --- the table --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """Some forecasts together: shares of those done within the range, before it, after it, and not after the likely day."""

    name: str
    number: int
    within: float
    before: float
    after: float
    by_likely: float


def rows(tried: Iterable[Tried]) -> Iterator[Row]:
    """One row for all, then by character, by weeks known and by weeks ahead."""
    sets: dict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        known = "under 4 weeks known" if one.known < 4 else "4 to 8 weeks known" if one.known < 8 else "over 8 weeks known"
        for name in ("all", one.character, known, f"{one.ahead:2} weeks ahead".strip().replace("1 weeks", "1 week")):
            sets[name].append(one)
    order = ["all", *CHARACTERS, *sorted(name for name in sets if "known" in name)]
    order += sorted((name for name in sets if "ahead" in name), key=lambda name: int(name.split()[0]))
    return (_row(name, sets[name]) for name in order)


def _row(name: str, tried: list[Tried]) -> Row:
    number = len(tried)
    return Row(
        name,
        number,
        sum(one.holds for one in tried) / number,
        sum(one.done < one.forecast.earliest for one in tried) / number,
        sum(one.done > one.forecast.latest for one in tried) / number,
        sum(one.done <= one.forecast.likely for one in tried) / number,
    )


def table(tried: Iterable[Tried]) -> str:
    """The rows in Markdown."""
    lines = ["| | forecasts | within the range | before it | after it | by the likely day |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.number} | {row.within:.0%} | {row.before:.0%} | {row.after:.0%} | {row.by_likely:.0%} |"
        for row in rows(tried)
    ]
    return "\n".join(lines)


def write_page() -> None:
    """Put the table of this moment between the page's marks."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- table -->\n", "\n<!-- end -->"
    before, rest = page.split(begin)
    PAGE.write_text(f"{before}{begin}{table(try_all(LEARNERS, seed=1))}{end}{rest.split(end)[1]}", encoding="utf-8")


if __name__ == "__main__":
    write_page()
