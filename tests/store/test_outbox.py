"""The outbox: said once, claimed by one, in order per chat; what is not known is doubted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.people import Group, Learner
from bot.store import outbox, sending
from bot.store.database import Database, Tx
from bot.store.outbox import Act, Item, Lane, State
from bot.store.schema import outbox as table
from bot.store.sending import Verdict
from tests.props import NOON, database_file, group, learner, outgoing, said
from tests.statements import overheard

pytestmark = pytest.mark.both_engines

LEASE = timedelta(seconds=90)


def after(**span: float) -> timedelta:
    return timedelta(**span)


async def claimed(tx: Tx, *, later: timedelta = timedelta(), limit: int = 100, owner: str = "one", **only: Any) -> list[Item]:
    return await sending.claim(tx, at=NOON + later, owner=owner, lease=LEASE, limit=limit, **only)


def keys(items: list[Item]) -> list[str]:
    return [item.key for item in items]


async def end(tx: Tx, item: Item, state: State = State.SENT, **more: Any) -> list[Verdict]:
    return await sending.settle(tx, [Verdict(item, state, "told", **more)], at=NOON, owner="one")


@pytest.fixture
async def ann(tx: Tx) -> Learner:
    return await learner(tx)


@pytest.fixture
async def bob(tx: Tx) -> Learner:
    return await learner(tx, 502, name="Bob")


@pytest.fixture
async def study(tx: Tx) -> Group:
    return await group(tx)


# --- put


async def test_a_key_is_said_once(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("card:1", ann), outgoing("card:2", ann)], at=NOON)
    await outbox.put(tx, [outgoing("card:1", ann, **said("other"))], at=NOON)
    [item] = await claimed(tx)
    await end(tx, item)
    await outbox.put(tx, [outgoing("card:1", ann)], at=NOON)
    assert await outbox.state_of(tx, "card:1") is State.SENT
    assert keys(await claimed(tx)) == ["card:2"]


@pytest.mark.parametrize(
    ("lane", "window"),
    [
        (Lane.ANSWER, after(days=7)),
        (Lane.ALERT, after(hours=72)),
        (Lane.CARD, after(hours=2)),
        (Lane.DIGEST, after(hours=24)),
        (Lane.EXPORT, after(days=7)),
    ],
)
async def test_every_lane_has_its_window(tx: Tx, ann: Learner, lane: Lane, window: timedelta) -> None:
    await outbox.put(tx, [outgoing("one", ann, lane=lane)], at=NOON)
    assert await claimed(tx, later=window) == []
    expired, _ = await sending.lapse(tx, at=NOON + window)
    assert keys(expired) == ["one"]
    assert await outbox.state_of(tx, "one") is State.EXPIRED


async def test_the_window_of_what_is_put_late_begins_when_it_is_put(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("late", ann, lane=Lane.CARD)], at=NOON + after(hours=1))
    assert keys(await claimed(tx, later=after(hours=2, minutes=59))) == ["late"]


async def test_what_waits_can_be_taken_back_and_what_is_sent_cannot(tx: Tx, ann: Learner, bob: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann), outgoing("b", bob)], at=NOON)
    [item] = await claimed(tx, limit=1)
    await outbox.cancel(tx, keys=["a", "b"], at=NOON, why="consent withdrawn")
    assert await outbox.state_of(tx, "b") is State.CANCELLED
    assert await outbox.state_of(tx, item.key) is State.SENDING


# --- edits, collapsed


async def test_many_edits_that_wait_are_one_with_the_newest_facts(tx: Tx, ann: Learner) -> None:
    for n in range(3):
        edit = outgoing("edit:card", ann, act=Act.EDIT, shows="card", at=NOON + after(seconds=10 - n), **said(f"v{n}"))
        await outbox.put_again(tx, edit, at=NOON)
    assert await claimed(tx, later=after(seconds=7)) == []
    [item] = await claimed(tx, later=after(seconds=8))
    assert item.facts["name"] == "v2"


async def test_an_edit_put_while_it_is_being_made_is_made_once_more(tx: Tx, ann: Learner) -> None:
    await outbox.put_again(tx, outgoing("edit:card", ann, act=Act.EDIT, shows="card", **said("old")), at=NOON)
    [item] = await claimed(tx)
    await outbox.put_again(tx, outgoing("edit:card", ann, act=Act.EDIT, shows="card", **said("new")), at=NOON)
    assert await claimed(tx) == []
    await end(tx, item, shown_ref="1/1", shown_digest="old")
    [again] = await claimed(tx)
    assert again.facts["name"] == "new"
    await end(tx, again)
    assert await claimed(tx) == []
    row = (await tx.execute(select(table))).mappings().one()
    assert (row["state"], row["ended_at"]) == ("sent", NOON)


async def test_an_edit_made_before_is_made_again(tx: Tx, ann: Learner) -> None:
    for attempt in (1, 2):
        await outbox.put_again(tx, outgoing("edit:card", ann, act=Act.EDIT, shows="card"), at=NOON)
        [item] = await claimed(tx)
        await end(tx, item)
        assert item.attempt == attempt


# --- order


async def test_lanes_go_in_order_and_within_one_the_older_first(tx: Tx) -> None:
    people = [await learner(tx, 600 + n) for n in range(4)]
    lanes = (Lane.CARD, Lane.ANSWER, Lane.ALERT, Lane.ANSWER)
    await outbox.put(tx, [outgoing(f"{n}", who, lane=lanes[n]) for n, who in enumerate(people)], at=NOON)
    assert keys(await claimed(tx, limit=3)) == ["1", "3", "2"]


async def test_the_head_of_a_line_holds_up_its_line_only(tx: Tx, ann: Learner, bob: Learner) -> None:
    await outbox.put(tx, [outgoing("a1", ann), outgoing("a2", ann), outgoing("b1", bob)], at=NOON)
    first = await claimed(tx)
    assert keys(first) == ["a1", "b1"]
    assert await claimed(tx) == []
    await end(tx, first[0])
    assert keys(await claimed(tx)) == ["a2"]


@pytest.mark.parametrize("state", [State.READY, State.UNCERTAIN])
async def test_what_is_to_be_tried_again_holds_up_its_line(tx: Tx, ann: Learner, state: State) -> None:
    await outbox.put(tx, [outgoing("a1", ann), outgoing("a2", ann)], at=NOON)
    [item] = await claimed(tx)
    await end(tx, item, state, retry_at=NOON + after(seconds=30))
    assert await claimed(tx, later=after(seconds=29)) == []
    await sending.try_again(tx, at=NOON + after(seconds=30))
    assert keys(await claimed(tx, later=after(seconds=30))) == ["a1"]


async def test_a_more_urgent_lane_passes_what_waits_for_a_retry(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("card", ann, lane=Lane.CARD)], at=NOON)
    [card] = await claimed(tx)
    await end(tx, card, State.READY, retry_at=NOON + after(seconds=30))
    await outbox.put(tx, [outgoing("answer", ann)], at=NOON)
    assert keys(await claimed(tx)) == ["answer"]


async def test_toasts_never_wait_in_line(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a1", ann)], at=NOON)
    [item] = await claimed(tx)
    await end(tx, item, State.UNCERTAIN)
    await outbox.put(tx, [outgoing(f"t{n}", ann, act=Act.TOAST, ref=f"tap{n}") for n in range(2)], at=NOON)
    assert keys(await claimed(tx)) == ["t0", "t1"]


async def test_what_is_due_later_or_expired_holds_up_nobody(tx: Tx, ann: Learner) -> None:
    later = outgoing("later", ann, at=NOON + after(hours=1))
    old = outgoing("old", ann, expires_at=NOON)
    await outbox.put(tx, [later, old, outgoing("now", ann, lane=Lane.EXPORT)], at=NOON)
    assert keys(await claimed(tx)) == ["now"]


async def test_lanes_and_acts_can_be_asked_for(tx: Tx, ann: Learner, bob: Learner) -> None:
    tap = outgoing("tap", ann, act=Act.TOAST, ref="7")
    await outbox.put(tx, [tap, outgoing("a", ann), outgoing("b", bob, lane=Lane.CARD)], at=NOON)
    assert keys(await claimed(tx, acts=(Act.TOAST,))) == ["tap"]
    assert keys(await claimed(tx, lanes=(Lane.CARD,))) == ["b"]


async def test_a_claim_looks_at_no_row_in_vain(tmp_path: Path) -> None:
    """With 10,000 cards waiting a claim took 8 s while SQLite left the partial indexes aside."""
    database = await database_file(tmp_path)
    async with database.write() as tx:
        with overheard(tx) as asked:
            await claimed(tx)
        (claim,) = (one for one in asked if one.text.startswith("UPDATE outbox"))
        rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {claim.text}", tuple(claim.values))
        told = " · ".join(str(tuple(row)) for row in rows)
    await database.close()
    assert "USING INDEX ix_outbox_ready" in told
    assert "ahead USING INDEX ix_outbox_open (line=?)" in told


# --- leases


async def test_the_verdict_of_a_claimant_that_lost_its_lease_is_not_recorded(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    [mine] = await claimed(tx)
    _, doubtful = await sending.lapse(tx, at=NOON + LEASE + after(seconds=1))
    assert keys(doubtful) == ["a"]
    assert doubtful[0].doubts == 0
    await sending.try_again(tx, at=NOON + after(minutes=5))
    [theirs] = await claimed(tx, later=after(minutes=5), owner="two")
    assert (theirs.attempt, theirs.doubts) == (2, 1)
    assert await end(tx, mine) == []
    told = await sending.settle(tx, [Verdict(theirs, State.SENT, "sent")], at=NOON, owner="two")
    assert [one.item.key for one in told] == ["a"]


async def test_a_certain_verdict_that_comes_late_ends_the_doubt(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    [mine] = await claimed(tx)
    await sending.lapse(tx, at=NOON + LEASE + after(seconds=1))
    await sending.decide(tx, mine.id, state=State.UNCERTAIN, outcome="sent once more", at=NOON, retry_at=NOON + after(minutes=5))
    assert [one.item.key for one in await end(tx, mine)] == ["a"]
    assert await outbox.state_of(tx, "a") is State.SENT
    await sending.try_again(tx, at=NOON + after(minutes=5))
    assert await claimed(tx, later=after(minutes=5), owner="two") == []


async def test_a_late_not_sent_is_sent_without_a_doubt(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    [mine] = await claimed(tx)
    await sending.lapse(tx, at=NOON + LEASE + after(seconds=1))
    assert await end(tx, mine, State.READY, retry_at=NOON + after(minutes=1)) != []
    [theirs] = await claimed(tx, later=after(minutes=1), owner="two")
    assert (theirs.attempt, theirs.doubts) == (2, 0)


async def test_late_word_is_no_help_where_it_is_uncertain_itself_or_the_item_was_given_up(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    [mine] = await claimed(tx)
    await sending.lapse(tx, at=NOON + LEASE + after(seconds=1))
    assert await end(tx, mine, State.UNCERTAIN) == []
    await sending.decide(tx, mine.id, state=State.ABANDONED, outcome="perhaps it arrived", at=NOON)
    assert await end(tx, mine) == []


async def test_a_lease_that_still_runs_is_left_alone(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    await claimed(tx)
    assert await sending.lapse(tx, at=NOON + LEASE) == ([], [])


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[list[Database]]:
    first = await database_file(tmp_path)
    second = Database(str(first.url))
    yield [first, second]
    await first.close()
    await second.close()


async def test_two_claimants_never_take_the_same_item(on_disk: list[Database]) -> None:
    async with on_disk[0].write() as tx:
        people = [await learner(tx, 700 + n) for n in range(40)]
        await outbox.put(tx, [outgoing(f"card:{who.id}", who) for who in people], at=NOON)

    async def claim(database: Database, owner: str) -> list[Item]:
        async with database.write() as tx:
            return await claimed(tx, limit=3, owner=owner)

    taken: list[str] = []
    while rounds := await asyncio.gather(*(claim(database, f"{n}") for n, database in enumerate(on_disk))):
        if not any(rounds):
            break
        taken += [item.key for items in rounds for item in items]
    assert sorted(taken) == sorted(f"card:{who.id}" for who in people)


# --- what is shown


async def test_what_is_shown_is_remembered_and_doubted_with_its_edit(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("card", ann, shows="card:1")], at=NOON)
    [item] = await claimed(tx)
    await end(tx, item, shown_ref="501/1", shown_digest="looks")
    assert await outbox.shown_as(tx, "card:1") == ("501/1", "looks")
    assert await outbox.shown_by(tx, platform="telegram", ref="501/1") == "card:1"
    await outbox.put(tx, [outgoing("tap", ann, act=Act.EDIT, ref="501/1")], at=NOON)
    [tap] = await claimed(tx)
    await end(tx, tap, shown_ref="501/1", shown_digest="changed by the tap")
    assert await outbox.shown_as(tx, "card:1") == ("501/1", "changed by the tap")
    await outbox.put_again(tx, outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1"), at=NOON)
    [edit] = await claimed(tx)
    await end(tx, edit, State.UNCERTAIN)
    assert await outbox.shown_as(tx, "card:1") == ("501/1", "")
    await outbox.forget_shown(tx, "card:1")
    assert await outbox.shown_as(tx, "card:1") is None


async def test_a_dead_process_leaves_its_edits_in_doubt(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("card", ann, shows="card:1")], at=NOON)
    await end(tx, (await claimed(tx))[0], shown_ref="501/1", shown_digest="looks")
    await outbox.put_again(tx, outgoing("edit:card:1", ann, act=Act.EDIT, shows="card:1"), at=NOON)
    await claimed(tx)
    await sending.lapse(tx, at=NOON + after(hours=1))
    assert await outbox.shown_as(tx, "card:1") == ("501/1", "")


async def test_what_two_keys_show_is_the_newer_one(tx: Tx, ann: Learner) -> None:
    for n, key in enumerate(("preview:1", "promise:1")):
        await outbox.put(tx, [outgoing(key, ann, shows=key)], at=NOON)
        [item] = await claimed(tx)
        verdict = Verdict(item, State.SENT, "sent", shown_ref="501/1")
        await sending.settle(tx, [verdict], at=NOON + after(seconds=n), owner="one")
    assert await outbox.shown_by(tx, platform="telegram", ref="501/1") == "promise:1"


# --- the rest


async def test_what_is_held_back_comes_out_when_its_platform_is_there(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann)], at=NOON)
    await end(tx, (await claimed(tx))[0], State.HELD)
    await sending.release(tx, platforms=["discord"])
    assert await claimed(tx) == []
    await sending.release(tx, platforms=["telegram"])
    assert keys(await claimed(tx)) == ["a"]


async def test_the_next_due_and_the_forgotten(tx: Tx, ann: Learner) -> None:
    await outbox.put(tx, [outgoing("a", ann), outgoing("b", ann, at=NOON + after(hours=1))], at=NOON)
    assert await outbox.next_due(tx, after=NOON) == NOON + after(hours=1)
    assert await sending.any_due(tx, at=NOON)
    await end(tx, (await claimed(tx))[0])
    assert not await sending.any_due(tx, at=NOON)
    assert await outbox.forget_old(tx, before=NOON) == 0
    assert await outbox.forget_old(tx, before=NOON + after(days=90)) == 1
    assert await outbox.state_of(tx, "b") is State.READY


async def test_to_a_group_only_messages_are_public(tx: Tx, study: Group) -> None:
    await outbox.put(tx, [outgoing("post", study)], at=NOON)
    [post] = await claimed(tx)
    await end(tx, post)
    await outbox.put(tx, [outgoing("pin", study, act=Act.PIN, ref="1")], at=NOON)
    [pin] = await claimed(tx)
    assert (post.public, pin.public) == (True, False)
