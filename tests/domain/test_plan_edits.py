"""Edits of a plan as values: nothing is lost that was not dropped, ids stay with what they are of; and what promises lose."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan_cuts import cut, gone_from, renamed
from bot.domain.plan_edits import (
    Full,
    Part,
    Target,
    add_modules,
    add_tracks,
    change_module,
    change_sources,
    change_track,
    drop_module,
    drop_track,
    find_track,
    kind_for,
    merge,
    move_module,
    move_track,
    overfull,
    owner_of,
)
from bot.domain.plans import (
    MAX_MODULES,
    CountScope,
    CountUnit,
    FreeScope,
    Module,
    ModulesScope,
    Plan,
    Source,
    SourceKind,
    Track,
    TrackScope,
    places,
)

KLINE = Source(SourceKind.SECOND, "Kline", id=1)
MATHS = Plan(
    "Maths",
    (
        Track("Calculus", (Module("Functions", id=11), Module("Limits", (KLINE,), 90, id=12), Module("Series", id=13)), id=1),
        Track("Algebra", (Module("Vectors", id=21, done_day=date(2026, 5, 1)),), id=2),
        Track("Empty", id=3),
    ),
    id=7,
)


def _outline(plan: Plan) -> list[tuple[str, str]]:
    return [(track.title, " ".join(module.title for module in track.modules)) for track in plan.tracks]


# --- moving -----------------------------------------------------------------------------------------------------------
@given(
    moves=st.lists(
        st.tuples(st.sampled_from([11, 12, 13, 21]), st.sampled_from([1, 2, 3, 99]), st.none() | st.integers(-3, 9)), max_size=8
    ),
    lines=st.lists(st.tuples(st.sampled_from([1, 2, 3, 99]), st.integers(-3, 9)), max_size=4),
)
def test_however_things_move_they_are_all_there_and_themselves(
    moves: list[tuple[int, int, int | None]], lines: list[tuple[int, int]]
) -> None:
    plan = MATHS
    for module_id, track_id, index in moves:
        plan = move_module(plan, module_id, track_id=track_id, index=index)
    for track_id, at in lines:
        plan = move_track(plan, track_id, index=at)
    assert {place.module.id: place.module for place in places(plan)} == {place.module.id: place.module for place in places(MATHS)}
    assert {track.id for track in plan.tracks} == {1, 2, 3}
    assert not gone_from(MATHS, plan)


def test_a_module_moves_to_a_position_of_those_without_it() -> None:
    assert _outline(move_module(MATHS, 11, track_id=1, index=1))[0] == ("Calculus", "Limits Functions Series")
    assert _outline(move_module(MATHS, 13, track_id=1, index=-1))[0] == ("Calculus", "Series Functions Limits")
    assert _outline(move_module(MATHS, 12, track_id=2)) == [
        ("Calculus", "Functions Series"),
        ("Algebra", "Vectors Limits"),
        ("Empty", ""),
    ]
    assert [track.title for track in move_track(MATHS, 3, index=0).tracks] == ["Empty", "Calculus", "Algebra"]


# --- adding, changing, dropping ---------------------------------------------------------------------------------------
def test_things_are_added_where_they_are_wanted() -> None:
    plan = add_tracks(MATHS, [Track("Statistics")], index=1)
    assert [track.title for track in plan.tracks] == ["Calculus", "Statistics", "Algebra", "Empty"]
    plan = add_modules(plan, 1, [Module("Continuity")], index=2)
    assert _outline(plan)[0] == ("Calculus", "Functions Limits Continuity Series")
    assert add_modules(plan, 99, [Module("x")]) == plan


def test_what_is_changed_is_changed_alone() -> None:
    plan = change_module(change_track(MATHS, 1, title="Analysis"), 12, title="Limes")
    assert plan.tracks[0] == replace(
        MATHS.tracks[0],
        title="Analysis",
        modules=(MATHS.tracks[0].modules[0], replace(MATHS.tracks[0].modules[1], title="Limes"), MATHS.tracks[0].modules[2]),
    )
    assert plan.tracks[1:] == MATHS.tracks[1:]


def test_sources_belong_to_somebody() -> None:
    assert owner_of(MATHS, 1) == (Target(Part.MODULE, 12), KLINE)
    assert owner_of(MATHS, 2) is None
    plan = change_sources(MATHS, Target(Part.TRACK, 2), lambda _: (KLINE,))
    assert plan.tracks[1].sources == (KLINE,)
    assert change_sources(MATHS, Target(Part.MODULE, 99), lambda _: (KLINE,)) == MATHS
    assert [kind_for((KLINE,) * n) for n in range(4)] == [
        SourceKind.PRIMARY,
        SourceKind.SECOND,
        SourceKind.PRACTICE,
        SourceKind.PRACTICE,
    ]


def test_what_is_dropped_is_gone() -> None:
    plan = drop_module(drop_track(MATHS, 2), 12)
    assert [module.title for module in gone_from(MATHS, plan)] == ["Limits", "Vectors"]
    assert find_track(plan, 2) is None


def test_limits_are_seen() -> None:
    assert overfull(MATHS) is None
    assert overfull(add_modules(MATHS, 1, [Module("m")] * MAX_MODULES)) is Full.MODULES
    assert overfull(add_tracks(MATHS, [Track("t")] * 100)) is Full.TRACKS
    assert overfull(change_sources(MATHS, Target(Part.MODULE, 11), lambda _: (KLINE,) * 21)) is Full.SOURCES


# --- merging ----------------------------------------------------------------------------------------------------------
def test_a_merge_adds_what_is_not_there_and_takes_nothing() -> None:
    file = Plan(
        "Other",
        (
            Track(
                "calculus", (Module("LIMITS", (Source(SourceKind.PRACTICE, "P"),), 30, ticked=True), Module("Taylor")), (KLINE,)
            ),
            Track("Logic", (Module("Sets"),)),
        ),
    )
    plan = merge(MATHS, file)
    assert _outline(plan) == [
        ("Calculus", "Functions Limits Series Taylor"),
        ("Algebra", "Vectors"),
        ("Empty", ""),
        ("Logic", "Sets"),
    ]
    limits = plan.tracks[0].modules[1]
    assert (limits.title, limits.estimate_minutes, limits.ticked, len(limits.sources)) == ("Limits", 90, True, 2)
    assert plan.tracks[0].sources == (KLINE,)
    assert plan.title == "Maths"
    assert merge(plan, file) == plan


def test_titles_that_stand_twice_are_met_once_each() -> None:
    twice = Plan("P", (Track("T", (Module("m", id=1), Module("m", id=2)), id=1), Track("T", (Module("n", id=3),), id=2)))
    assert merge(twice, twice) == twice


# --- what promises lose -----------------------------------------------------------------------------------------------
def test_a_promise_over_a_track_loses_what_leaves_it() -> None:
    scope = TrackScope((1,), ("Calculus",))
    moved = cut(scope, MATHS.tracks, move_module(MATHS, 12, track_id=2).tracks)
    assert moved is not None
    assert ([module.title for module in moved.taken], moved.left, moved.empty, moved.complete) == (["Limits"], 2, False, False)
    assert cut(scope, MATHS.tracks, move_module(MATHS, 12, track_id=1, index=0).tracks) is None
    assert cut(TrackScope((1, 2)), MATHS.tracks, move_module(MATHS, 12, track_id=2).tracks) is None


def test_a_promise_over_modules_loses_only_what_is_gone() -> None:
    scope = ModulesScope((12, 13, 21), ("Limits", "Series", "Algebra"))
    assert cut(scope, MATHS.tracks, move_module(MATHS, 12, track_id=2).tracks) is None
    dropped = cut(scope, MATHS.tracks, drop_module(MATHS, 12).tracks)
    assert dropped is not None
    assert dropped.scope == ModulesScope((13, 21), ("Series", "Algebra"))
    without = cut(scope, MATHS.tracks, drop_track(MATHS, 1).tracks)
    assert without is not None
    assert (without.left, without.complete, len(without.taken)) == (1, True, 2)


def test_what_was_done_is_no_loss_but_nothing_left_is_empty() -> None:
    done = cut(ModulesScope((21, 12)), MATHS.tracks, drop_track(MATHS, 2).tracks)
    assert done is not None
    assert (done.taken, done.left) == ((), 1)
    empty = cut(TrackScope((2,), ("Algebra",)), MATHS.tracks, drop_track(MATHS, 2).tracks)
    assert empty is not None
    assert empty.empty


def test_counts_and_words_cover_no_part_of_the_plan() -> None:
    for scope in (FreeScope(), CountScope(CountUnit.MODULES, 3)):
        assert cut(scope, MATHS.tracks, ()) is None
        assert renamed(scope, MATHS.tracks, ()) is scope


def test_names_follow_what_is_renamed() -> None:
    after = change_module(change_track(MATHS, 1, title="Analysis"), 12, title="Limes").tracks
    assert renamed(TrackScope((1,), ("Calculus",)), MATHS.tracks, after) == TrackScope((1,), ("Analysis",))
    assert renamed(ModulesScope((12, 21), ("Limits", "Algebra")), MATHS.tracks, after) == ModulesScope(
        (12, 21), ("Limes", "Algebra")
    )
    assert renamed(ModulesScope((12,), ("Calculus",)), MATHS.tracks, after) == ModulesScope((12,), ("Analysis",))
