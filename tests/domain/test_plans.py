"""Plans as values: counting, what comes next, and what to study and review from."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plans import (
    Count,
    Module,
    Place,
    Plan,
    ReviewSource,
    Source,
    SourceKind,
    Track,
    clean_title,
    count_plan,
    count_track,
    date_ticks,
    find_module,
    next_module,
    places,
    source_for_review,
    source_for_study,
    sources_for,
)

DAY = date(2026, 5, 1)
VIDEO = Source(SourceKind.PRIMARY, "Video")
BOOK = Source(SourceKind.SECOND, "Book")
DRILL = Source(SourceKind.PRACTICE, "Problems")

LIMITS = Module("Limits", done_day=DAY, id=1)
CHAIN = Module("Chain rule", id=2)
BASIS = Module("Basis", ticked=True, id=3)
PLAN = Plan("P", (Track("Calculus", (LIMITS, CHAIN)), Track("Algebra", (BASIS,))))


def test_counts() -> None:
    assert count_track(PLAN.tracks[0]) == Count(done=1, total=2)
    assert count_plan(PLAN) == Count(done=2, total=3)
    assert count_plan(PLAN).left == 1
    assert count_plan(Plan("empty")) == Count(done=0, total=0)


def test_the_next_module_is_the_first_undone_in_plan_order() -> None:
    assert next_module(PLAN) == Place(PLAN.tracks[0], CHAIN)
    assert next_module(Plan("P", PLAN.tracks[1:])) is None
    assert [place.module for place in places(PLAN)] == [LIMITS, CHAIN, BASIS]
    assert find_module(PLAN, 3) == Place(PLAN.tracks[1], BASIS)
    assert find_module(PLAN, 4) is None


def test_a_tick_becomes_a_day_and_a_day_stays() -> None:
    dated = date_ticks(PLAN, day=date(2026, 6, 1))
    assert [place.module.done_day for place in places(dated)] == [DAY, None, date(2026, 6, 1)]
    assert not any(place.module.ticked for place in places(dated))
    with pytest.raises(ValueError, match="needs no tick"):
        Module("x", done_day=DAY, ticked=True)


def test_a_module_s_own_sources_come_before_its_track_s() -> None:
    own = Source(SourceKind.PRIMARY, "Lecture 1")
    module = Module("Limits", (own,))
    track = Track("Calculus", (module,), (VIDEO, BOOK))
    assert sources_for(track, module) == (own, VIDEO, BOOK)
    assert source_for_study(track, module) == own


@pytest.mark.parametrize(
    ("sources", "studied", "next_day", "week_after"),
    [
        ((VIDEO, BOOK, DRILL), VIDEO, (BOOK, True), (DRILL, True)),
        ((DRILL, BOOK, VIDEO), VIDEO, (BOOK, True), (DRILL, True)),
        ((VIDEO, BOOK), VIDEO, (BOOK, True), (BOOK, True)),
        ((VIDEO, DRILL), VIDEO, (DRILL, True), (DRILL, True)),
        ((BOOK, DRILL), BOOK, (DRILL, True), (DRILL, True)),
        ((VIDEO, Source(SourceKind.PRIMARY, "Other video")), VIDEO, (Source(SourceKind.PRIMARY, "Other video"), True), None),
        ((VIDEO,), VIDEO, (VIDEO, False), (VIDEO, False)),
        ((VIDEO, VIDEO), VIDEO, (VIDEO, False), (VIDEO, False)),
        ((DRILL,), DRILL, (DRILL, False), (DRILL, False)),
        ((), None, (None, False), (None, False)),
    ],
)
def test_a_review_comes_from_another_source_or_says_that_it_does_not(
    sources: tuple[Source, ...],
    studied: Source | None,
    next_day: tuple[Source | None, bool],
    week_after: tuple[Source | None, bool] | None,
) -> None:
    module = Module("Limits")
    track = Track("Calculus", (module,), sources)
    assert source_for_study(track, module) == studied
    assert source_for_review(track, module, step=1) == ReviewSource(*next_day)
    assert source_for_review(track, module, step=2) == ReviewSource(*(week_after or next_day))


@given(st.lists(st.builds(Source, st.sampled_from(SourceKind), st.sampled_from("abc")), max_size=5), st.sampled_from([1, 2]))
def test_a_review_is_different_exactly_when_it_can_be(sources: list[Source], step: int) -> None:
    module = Module("Limits", tuple(sources))
    track = Track("Calculus", (module,))
    review = source_for_review(track, module, step=step)
    assert review.different == (len(set(sources)) > 1)
    assert review.different == (review.source != source_for_study(track, module))


@given(st.text())
def test_a_title_is_one_clean_line(text: str) -> None:
    title = clean_title(text)
    assert clean_title(title) == title
    assert title == title.strip()
    assert len(title.splitlines()) <= 1
    assert not {unicodedata.category(c) for c in title} & {"Cc", "Cs"}
