"""Words matched to the story's plan: modules named in a check-in, and what a promise covers."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plans import (
    CountScope,
    CountUnit,
    FreeScope,
    Module,
    ModulesScope,
    Plan,
    Track,
    TrackScope,
    find_module,
    places,
)
from bot.services.matching import MAX_CANDIDATES, Matched, Several, match_module
from bot.services.plan_templates import templates
from bot.services.scoping import match_scope


def stored(plan: Plan) -> Plan:
    """As it comes from the database: with ids."""
    ids, track_ids = count(1), count(1001)
    return replace(
        plan,
        tracks=tuple(
            replace(track, id=next(track_ids), modules=tuple(replace(module, id=next(ids)) for module in track.modules))
            for track in plan.tracks
        ),
    )


def done(plan: Plan, *titles: str) -> Plan:
    """With the modules of these titles done."""
    return replace(
        plan,
        tracks=tuple(
            replace(
                track,
                modules=tuple(replace(m, done_day=date(2026, 5, 1)) if m.title in titles else m for m in track.modules),
            )
            for track in plan.tracks
        ),
    )


STORY = stored(templates()[0].plan)


def found(words: str, *, plan: Plan = STORY) -> tuple[str, str, str] | list[str] | None:
    match match_module(plan, words):
        case Matched(module, track, rest):
            return module.title, track.title, rest
        case Several(candidates):
            return [place.module.title for place in candidates]
        case None:
            return None


@pytest.mark.parametrize(
    ("words", "title", "rest"),
    [
        ("limits finished exercises", "Limits", "finished exercises"),
        ("LIMITS", "Limits", ""),
        ("limits at infinity: hard", "Limits at infinity", "hard"),
        ("finished limits, exercises too", "Limits", "finished exercises too"),
        ("the derivative", "The derivative", ""),
        ("green's theorem", "Green's theorem", ""),
        ("volumes by disks and washers.", "Volumes by disks and washers", ""),
        ("chain rule in several variables again", "Chain rule in several variables", "again"),
        ("calculus 3 vectors", "Vectors", ""),
        ("a = lu with pivots", "A = LU", "with pivots"),
    ],
)
def test_a_title_is_found_and_the_rest_is_the_note(words: str, title: str, rest: str) -> None:
    named = found(words)
    assert isinstance(named, tuple)
    assert (named[0], named[2]) == (title, rest)


@pytest.mark.parametrize(
    ("words", "title", "rest"),
    [
        ("limts", "Limits", ""),
        ("continuty 12 pages", "Continuity", "12 pages"),
        ("greens theorem", "Green's theorem", ""),
        ("Gram Schmid", "Gram-Schmidt", ""),
        ("did optimisation", "Optimization", "did"),
        ("probability counting", "Probability and counting", ""),
    ],
)
def test_a_slip_in_the_spelling_is_forgiven(words: str, title: str, rest: str) -> None:
    named = found(words)
    assert isinstance(named, tuple)
    assert (named[0], named[2]) == (title, rest)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("l'hopital", "Indeterminate forms and L'Hôpital's rule"),
        ("bayesian", "Bayesian estimation"),
        ("jordan form at last", "Similar matrices and Jordan form"),
    ],
)
def test_a_part_of_one_title_will_do(words: str, title: str) -> None:
    named = found(words)
    assert isinstance(named, tuple)
    assert named[0] == title


def test_a_part_of_several_titles_is_asked_about() -> None:
    assert found("poisson") == ["Poisson distribution", "Beta, gamma and the Poisson process"]
    assert found("choose the course") == ["Choose the course"] * 2
    assert found("nlp choose the course") == ("Choose the course", "Natural language processing", "")


def test_among_equals_the_next_module_or_the_only_one_left_is_meant() -> None:
    first, second = Module("Reading", id=1), Module("Reading", id=2)
    plan = Plan("P", (Track("T", (first,)), Track("U", (second,))))
    assert match_module(plan, "reading") == Matched(first, plan.tracks[0], "")
    begun = Plan("P", (Track("T", (replace(first, done_day=date(2026, 5, 1)),)), Track("U", (second,))))
    assert match_module(begun, "reading") == Matched(second, begun.tracks[1], "")
    assert found("limits", plan=done(STORY, "Limits")) == ("Limits", "Calculus 1", "")


def test_candidates_are_few_and_undone_ones_come_first() -> None:
    many = stored(Plan("P", (Track("T", (Module("Zero"), *(Module(f"Series {n} of many") for n in range(10)))),)))
    plan = done(many, "Series 0 of many")
    several = match_module(plan, "series many")
    assert isinstance(several, Several)
    assert len(several.candidates) == MAX_CANDIDATES
    assert several.candidates[0].module.title == "Series 1 of many"


@pytest.mark.parametrize("words", ["", "!!!", "finished exercises", "review of last week", "sectors", "stat 110", "the"])
def test_words_that_name_no_module_match_none(words: str) -> None:
    assert found(words) is None


def test_a_number_is_never_a_slip() -> None:
    plan = stored(Plan("P", (Track("Book", (Module("Chapter 7 exercises"), Module("Chapter 8 exercises"))),)))
    assert found("chapter 8 exercises", plan=plan) == ("Chapter 8 exercises", "Book", "")
    assert found("chapter 9 exercises", plan=plan) is None


@given(words=st.text(max_size=60))
def test_whatever_is_typed_is_answered(words: str) -> None:
    match_module(STORY, words)
    match_scope(STORY, words)


@given(index=st.integers(0, len(list(places(STORY))) - 1))
def test_every_title_is_found_by_itself_with_its_track(index: int) -> None:
    place = list(places(STORY))[index]
    matched = match_module(STORY, f"{place.track.title}: {place.module.title}")
    assert isinstance(matched, Matched)
    assert matched.module is place.module


# --- promises ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("finish Lesson 1", ("Lesson 1: Getting started",)),
        ("lesson 1 and notebook 1", ("Lesson 1: Getting started", "Notebook 1: Getting started, rebuilt on your own data")),
        ("Lesson 2: Deployment", ("Lesson 2: Deployment",)),
    ],
)
def test_what_stands_before_a_colon_names_a_module(text: str, names: tuple[str, ...]) -> None:
    scope = match_scope(stored(next(one.plan for one in templates() if one.key == "fastai")), text)
    assert isinstance(scope, ModulesScope)
    assert scope.names == names


def test_a_head_that_several_titles_have_names_none() -> None:
    plan = stored(Plan("P", (Track("T", (Module("Exam: algebra"), Module("Exam: logic"), Module("Rest"))),)))
    assert match_scope(plan, "pass the exam") == FreeScope()


# --- series and counts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "finish Calculus 1-3",
        "Calculus 1 – 3",
        "calculus 1 to 3",
        "Calculus 1, 2 and 3",
        "finish all of calculus",
        "calclus 1-3",
        "Calculus 3, then calculus 1 and Calculus 2",
    ],
)
def test_a_series_of_tracks(text: str) -> None:
    assert match_scope(STORY, text) == TrackScope((1001, 1002, 1003), ("Calculus 1", "Calculus 2", "Calculus 3"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("finish linear algebra and classical ML", ("Linear algebra", "Classical ML")),
        ("Classical machine learning", ("Classical ML",)),
        ("the math for ML course", ("Mathematics for ML",)),
        ("go through the probabilty course", ("Probability",)),
        ("calculus 2", ("Calculus 2",)),
        ("NLP", ("Natural language processing",)),
    ],
)
def test_tracks_by_their_names(text: str, names: tuple[str, ...]) -> None:
    scope = match_scope(STORY, text)
    assert isinstance(scope, TrackScope)
    assert scope.names == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("first module of linear algebra", ("Geometry of linear equations",)),
        ("the first module on linear algebra", ("Geometry of linear equations",)),
        ("module 4 of probability", ("Conditional probability",)),
        ("next module", ("Lines, angles and distance",)),
        ("next 2 modules of calculus", ("Lines, angles and distance", "Functions")),
        ("2 modules of Calculus 2", ("Natural logarithm", "Derivatives of inverse functions")),
        ("first three modules from calculus 1", ("Lines, angles and distance", "Functions", "Trigonometry refresher")),
        ("limits and continuity", ("Limits", "Continuity")),
        ("chain rule in several variables", ("Chain rule in several variables",)),
    ],
)
def test_modules_by_place_and_by_name(text: str, names: tuple[str, ...]) -> None:
    scope = match_scope(STORY, text)
    assert isinstance(scope, ModulesScope)
    assert scope.names == names
    assert tuple(place.module.title for id_ in scope.module_ids if (place := find_module(STORY, id_))) == names


def test_next_modules_leave_out_what_is_done() -> None:
    begun = done(STORY, "Lines, angles and distance")
    scope = match_scope(begun, "2 modules of calculus 1")
    assert isinstance(scope, ModulesScope)
    assert scope.names == ("Functions", "Trigonometry refresher")


def test_tracks_and_modules_together_are_a_scope_of_modules() -> None:
    scope = match_scope(STORY, "Calculus 1-3 and the first module on linear algebra")
    assert isinstance(scope, ModulesScope)
    assert scope.names == ("Calculus 1", "Calculus 2", "Calculus 3", "Geometry of linear equations")
    assert scope.module_ids == tuple(range(1, sum(len(track.modules) for track in STORY.tracks[:3]) + 2))


def test_the_story_s_own_promise_is_understood() -> None:
    scope = match_scope(
        STORY,
        "finish Calculus 1-3, go through the probability course, finish the math for ML course, "
        "complete the first module on linear algebra",
    )
    assert isinstance(scope, ModulesScope)
    assert scope.names == (
        "Calculus 1",
        "Calculus 2",
        "Calculus 3",
        "Geometry of linear equations",
        "Probability",
        "Mathematics for ML",
    )


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("10 modules", CountUnit.MODULES, 10),
        ("study ten modules", CountUnit.MODULES, 10),
        ("20 sessions", CountUnit.SESSIONS, 20),
        ("12 mornings", CountUnit.SESSIONS, 12),
        ("600 minutes", CountUnit.MINUTES, 600),
        ("30 hours", CountUnit.MINUTES, 1800),
        ("30h of study", CountUnit.MINUTES, 1800),
        ("1.5 hours", CountUnit.MINUTES, 90),
        ("30 часов", CountUnit.MINUTES, 1800),
        ("5 занятий", CountUnit.SESSIONS, 5),
    ],
)
def test_counts(text: str, unit: CountUnit, number: int) -> None:
    assert match_scope(STORY, text) == CountScope(unit, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "read three papers",
        "be kinder to myself",
        "Calculus 1-4",
        "first 90 modules of probability",
        "20 sessions and 30 hours",
        "20 sessions of calculus",
        "0 modules",
        "99999999999 modules",
    ],
)
def test_what_is_unclear_stays_in_words(text: str) -> None:
    assert match_scope(STORY, text) == FreeScope()
