"""Plans in the tables: written and read in a few statements, rows keep their ids from one plan to the next."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.domain.plan_edits import change_module
from bot.domain.plans import Module, Plan, Source, SourceKind, Track, next_module, places
from bot.services.plans import carry_over
from bot.store import people, plan_changes, plans, schema
from bot.store.database import Database, Tx
from bot.store.schema import modules as modules_table
from bot.store.schema import sources as sources_table
from tests.statements import overheard

pytestmark = pytest.mark.both_engines

AT = datetime(2026, 5, 4, 6, tzinfo=UTC)
KLINE = Source(SourceKind.SECOND, "Kline", "https://example.org/kline")
MATHS = Plan(
    "Maths",
    (
        Track("Calculus", (Module("Limits", (KLINE,), 90), Module("Series")), (Source(SourceKind.PRIMARY, "Leonard"),)),
        Track("Algebra", (Module("Vectors"),)),
    ),
)


async def _learner(tx: Tx, account: str = "1") -> int:
    made = await people.add_learner(tx, platform="telegram", account=account, name="Ann", username=None, language="en", at=AT)
    return made.id


def _titles(plan: Plan | None) -> list[tuple[str, list[str]]]:
    return [(track.title, [module.title for module in track.modules]) for track in plan.tracks] if plan else []


def _id(plan: Plan | None, title: str) -> int:
    assert plan is not None
    return next(place.module.id or 0 for place in places(plan) if place.module.title == title)


async def test_a_plan_comes_back_as_it_was_written(tx: Tx) -> None:
    learner = await _learner(tx)
    await plans.save(tx, learner, MATHS, at=AT)
    found = await plans.active(tx, learner)
    assert found is not None
    assert _titles(found) == [("Calculus", ["Limits", "Series"]), ("Algebra", ["Vectors"])]
    limits = found.tracks[0].modules[0]
    assert (limits.sources, limits.estimate_minutes, limits.done) == ((KLINE,), 90, False)
    assert found.tracks[0].sources[0].title == "Leonard"
    assert all(place.module.id and place.track.id for place in places(found))


async def test_a_plan_is_read_in_at_most_four_queries_and_written_without_a_statement_per_module(
    database: Database,
) -> None:
    big = Plan("Big", tuple(Track(f"T{t}", tuple(Module(f"M{m}", (KLINE,)) for m in range(100))) for t in range(20)))
    async with database.write() as tx:
        learner = await _learner(tx)
        with overheard(tx) as statements:
            await plans.save(tx, learner, big, at=AT)
        assert len(statements) < 15
        with overheard(tx) as statements:
            found = await plans.active(tx, learner)
        assert found is not None
        assert sum(1 for _ in places(found)) == 2000
        assert len(statements) <= 4


async def test_a_days_card_reads_the_tracks_it_may_name(tx: Tx) -> None:
    learner = await _learner(tx)
    big = Plan("Big", tuple(Track(f"T{t}", (Module(f"M{t}", (KLINE,)), Module(f"N{t}"))) for t in range(6)))
    assert await plans.of_day(tx, learner, day=date(2026, 5, 5), module_ids=[]) is None
    await plans.save(tx, learner, big, at=AT)
    whole = await plans.active(tx, learner)
    assert whole is not None
    first, last = whole.tracks[0].modules, whole.tracks[5].modules
    for module in first:
        await plans.set_done(tx, module.id or 0, day=date(2026, 5, 4), at=AT)
    whole = await plans.active(tx, learner)
    assert whole is not None
    steps = [(1, date(2026, 5, 5)), (2, date(2026, 5, 11))]
    await tx.execute(
        schema.reviews.insert(),
        [{"learner_id": learner, "module_id": last[0].id, "step": step, "due_day": day} for step, day in steps],
    )
    named = [whole.tracks[3].modules[1].id or 0]
    read = await plans.of_day(tx, learner, day=date(2026, 5, 5), module_ids=named)
    assert read is not None
    assert read.tracks == tuple(whole.tracks[number] for number in (1, 3, 5)), "the next one, one named, one with a review"
    assert next_module(read) == next_module(whole)
    before = await plans.of_day(tx, learner, day=date(2026, 5, 4), module_ids=[])
    assert before is not None
    assert before.tracks == (whole.tracks[1],)


async def test_the_next_module_is_found_for_many_at_once(tx: Tx) -> None:
    first, second, third = [await _learner(tx, str(number)) for number in range(3)]
    for learner in (first, second):
        await plans.save(tx, learner, MATHS, at=AT)
    mine = await plans.active(tx, second)
    for title in ("Limits", "Series"):
        await plans.set_done(tx, _id(mine, title), day=date(2026, 5, 4), at=AT)
    found = await plans.get_many_next(tx, [first, second, third])
    assert {key: (one.title, one.track_title, one.estimate_minutes) for key, one in found.items()} == {
        first: ("Limits", "Calculus", 90),
        second: ("Vectors", "Algebra", None),
    }
    assert await plans.next_module_ids(tx, []) == {}
    await plans.set_done(tx, _id(mine, "Vectors"), day=date(2026, 5, 4), at=AT)
    assert second not in await plans.next_module_ids(tx, [second])


async def test_a_module_is_found_in_its_track_only_by_its_owner(tx: Tx) -> None:
    mine, other = await _learner(tx), await _learner(tx, "2")
    await plans.save(tx, mine, MATHS, at=AT)
    series = _id(await plans.active(tx, mine), "Series")
    place = await plans.place(tx, mine, series)
    assert place is not None
    assert (place.module.title, len(place.track.modules)) == ("Series", 2)
    assert await plans.place(tx, other, series) is None
    assert await plans.place(tx, mine, 0) is None


async def test_done_marks_are_set_once_and_taken_away(tx: Tx) -> None:
    learner = await _learner(tx)
    await plans.save(tx, learner, MATHS, at=AT)
    limits = _id(await plans.active(tx, learner), "Limits")
    await plans.set_done(tx, limits, day=date(2026, 5, 4), at=AT)
    await plans.set_done(tx, limits, day=date(2026, 5, 9), at=AT)
    place = await plans.place(tx, learner, limits)
    assert place is not None
    assert place.module.done_day == date(2026, 5, 4)
    await plans.unset_done(tx, limits)
    place = await plans.place(tx, learner, limits)
    assert place is not None
    assert not place.module.done


async def test_the_plan_before_is_kept_aside_whole_where_nothing_is_the_same(tx: Tx) -> None:
    learner = await _learner(tx)
    await plans.save(tx, learner, MATHS, at=AT)
    await plans.save(tx, learner, Plan("Go", (Track("Basics", (Module("Types"),)),)), at=AT)
    active, aside = await plans.of_learner(tx, learner)
    assert (active.title, aside.title) == ("Go", "Maths")
    assert _titles(aside) == _titles(MATHS)


async def test_what_is_the_same_moves_over_with_its_id_and_what_is_not_stays_behind(tx: Tx) -> None:
    learner = await _learner(tx)
    await plans.save(tx, learner, MATHS, at=AT)
    before = await plans.active(tx, learner)
    await plans.set_done(tx, _id(before, "Limits"), day=date(2026, 5, 1), at=AT)
    new = Plan("New", (Track("calculus", (Module("Derivatives"), Module("limits"))),))
    await plans.save(tx, learner, carry_over(new, await plans.of_learner(tx, learner)), at=AT)
    active, aside = await plans.of_learner(tx, learner)
    assert _titles(active) == [("calculus", ["Derivatives", "limits"])]
    assert before is not None
    assert active.tracks[0].id == before.tracks[0].id
    assert (_id(active, "limits"), active.tracks[0].modules[1].done_day) == (_id(before, "Limits"), date(2026, 5, 1))
    assert active.tracks[0].modules[1].sources == ()  # as the new plan says
    assert _titles(aside) == [("Calculus", ["Series"]), ("Algebra", ["Vectors"])]


async def test_the_same_plan_again_changes_nothing_and_leaves_no_empty_plan(tx: Tx) -> None:
    learner = await _learner(tx)
    await plans.save(tx, learner, MATHS, at=AT)
    before = await plans.active(tx, learner)
    await plans.save(tx, learner, carry_over(MATHS, await plans.of_learner(tx, learner)), at=AT)
    (after,) = await plans.of_learner(tx, learner)
    assert before is not None
    assert after.tracks == before.tracks


@pytest.mark.parametrize("twice", [False, True])
def test_a_title_that_stands_twice_is_carried_over_once_each(twice: bool) -> None:
    known = Plan("Old", (Track("T", (Module("Review", id=1, done_day=date(2026, 5, 1)),), id=7),))
    again = Plan("New", (Track("T", (Module("Review"),) * (2 if twice else 1)),))
    modules = carry_over(again, [known]).tracks[0].modules
    assert [module.id for module in modules] == [1, None][: len(modules)]
    assert [module.done for module in modules] == [True, False][: len(modules)]


# --- what differs ---------------------------------------------------------------------------------------------------------
titles = st.sampled_from(["a", "b", "c", "a"])
shapes = st.lists(st.tuples(titles, st.lists(st.tuples(titles, st.integers(0, 2)), max_size=4), st.integers(0, 2)), max_size=4)


def _made(shape: list[tuple[str, list[tuple[str, int]], int]]) -> Plan:
    return Plan("P", tuple(Track(name, tuple(Module(m, (KLINE,) * n) for m, n in ms), (KLINE,) * of) for name, ms, of in shape))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=shapes, then=shapes, shuffle=st.randoms(use_true_random=False))
async def test_whatever_a_plan_becomes_it_reads_back_so_and_leaves_no_rows(
    tx: Tx, first: list[Any], then: list[Any], shuffle: Random
) -> None:
    async with tx.begin_nested() as nested:
        learner = await _learner(tx)
        await plans.save(tx, learner, _made(first), at=AT)
        before = await plans.active(tx, learner)
        assert before is not None
        kept = [place.module for place in places(before)]
        shuffle.shuffle(kept)
        tracks = list(before.tracks)
        shuffle.shuffle(tracks)
        wanted = []
        for track in _made(then).tracks:  # some tracks and modules stay themselves, elsewhere; the rest is new
            ids = tracks.pop().id if tracks else None
            modules = [replace(kept.pop(), title=one.title) if kept and shuffle.random() < 0.6 else one for one in track.modules]
            wanted.append(replace(track, id=ids, modules=tuple(modules)))
        after = replace(before, title="Q", tracks=tuple(wanted))
        await plan_changes.rewrite(tx, before, after, at=AT)
        found = await plans.active(tx, learner)
        assert found is not None
        assert _bare(found) == _bare(after)
        for was, now in zip(places(after), places(found), strict=True):
            assert was.module.id in {None, now.module.id}
        counted = [
            (await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in (modules_table, sources_table)
        ]
        assert counted == [
            sum(1 for _ in places(after)),
            sum(len(track.sources) + sum(len(module.sources) for module in track.modules) for track in after.tracks),
        ]
        await nested.rollback()


def _bare(plan: Plan) -> Plan:
    return replace(
        plan,
        tracks=tuple(
            replace(track, id=None, modules=tuple(replace(module, id=None) for module in track.modules)) for track in plan.tracks
        ),
    )


async def test_a_small_edit_of_a_large_plan_writes_little(database: Database) -> None:
    big = Plan("Big", tuple(Track(f"T{t}", tuple(Module(f"M{m}", (KLINE,)) for m in range(100))) for t in range(20)))
    async with database.write() as tx:
        learner = await _learner(tx)
        await plans.save(tx, learner, big, at=AT)
        before = await plans.active(tx, learner)
        assert before is not None
        first = before.tracks[0].modules[0].id or 0
        with overheard(tx) as statements:
            await plan_changes.rewrite(tx, before, change_module(before, first, title="renamed"), at=AT)
    written = [(one.text.split()[0], one.rows) for one in statements if not one.text.startswith("SELECT")]
    assert written == [("UPDATE", 1)]
