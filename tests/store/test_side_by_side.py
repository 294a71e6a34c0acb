"""Two transactions at once on PostgreSQL: what SQLite's one writer would have kept apart is kept apart here as well."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from bot.domain.people import Group, Learner
from bot.services import pulse
from bot.services.meeting import meet_group
from bot.store import inbox, outbox, parties, people, sending, timers
from bot.store.database import Database, Tx, is_passing
from bot.store.inbox import LEASE, Raw
from bot.store.outbox import Item, Lane, State
from bot.store.parties import Parties, Speakers
from bot.store.postgres import Unreachable
from bot.store.schema import groups, learners, memberships
from bot.store.sending import Verdict
from bot.store.timers import Timer
from tests.props import NOON, group, learner, outgoing, until

BOT = "telegram:1"
SECOND = timedelta(seconds=1)


@pytest.fixture
async def one(clean_postgres_url: str) -> AsyncIterator[Database]:
    made = Database(clean_postgres_url)
    yield made
    await made.close()


@pytest.fixture
async def other(clean_postgres_url: str) -> AsyncIterator[Database]:
    made = Database(clean_postgres_url)
    yield made
    await made.close()


async def waiting(database: Database) -> int:
    """How many transactions wait for another's locks."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    async with database.read() as tx:
        return int((await tx.execute(query)).scalar_one())


@asynccontextmanager
async def meanwhile(database: Database, work: Awaitable[Any]) -> AsyncIterator["asyncio.Future[Any]"]:
    """Some work that has to wait for a lock while the block runs, and may go on after it."""
    task = asyncio.ensure_future(work)
    async with asyncio.timeout(10):
        while not await waiting(database):
            assert not task.done(), "it did not wait"
    yield task


async def two_friends(database: Database) -> tuple[Learner, Learner, Group]:
    """Two members of one group."""
    async with database.write() as tx:
        ann, bob, study = await learner(tx), await learner(tx, 502, name="Bob"), await group(tx)
        for who in (ann, bob):
            await people.join(tx, learner_id=who.id, group_id=study.id, at=NOON)
    return ann, bob, study


def speaks(*accounts: str, chats: tuple[str, ...] = ()) -> Speakers:
    return Speakers({("telegram", one) for one in accounts}, {("telegram", one) for one in chats})


# --- whom a transaction is about


async def test_read_modify_writes_about_one_learner_come_one_after_the_other(one: Database, other: Database) -> None:
    async with one.write() as tx:
        ann = await learner(tx, name="0")

    async def add(database: Database) -> None:
        for _ in range(25):
            async with database.write() as tx:
                await parties.hold_speakers(tx, speaks("501"))
                name = (await people.get(tx, ann.id)).name
                await people.change(tx, ann.id, name=str(int(name) + 1))

    await asyncio.gather(add(one), add(other), add(one))
    async with one.read() as tx:
        assert (await people.get(tx, ann.id)).name == "75"


async def test_two_members_of_a_group_come_one_after_the_other(one: Database, other: Database) -> None:
    """What either does shows on the group's board."""
    await two_friends(one)

    async def bob_speaks() -> None:
        async with other.write() as tx:
            await parties.hold_speakers(tx, speaks("502"))

    async with one.write() as tx:
        await parties.hold_speakers(tx, speaks("501"))
        async with meanwhile(one, bob_speaks()) as bob:
            pass
    await bob


async def test_whoever_is_in_no_group_of_theirs_need_not_wait(one: Database, other: Database) -> None:
    await two_friends(one)
    async with one.write() as tx:
        await learner(tx, 503, name="Cat")
    async with one.write() as tx, other.write() as beside:
        await parties.hold_speakers(tx, speaks("501"))
        await parties.hold_speakers(beside, speaks("503"))


@pytest.mark.parametrize("chat", ["-77", "-9001"])
async def test_two_that_meet_a_group_at_once_meet_the_same(one: Database, other: Database, chat: str) -> None:
    async def meets(database: Database, account: str) -> None:
        async with database.write() as tx:
            await parties.hold_speakers(tx, speaks(account, chats=(chat, "-1")))
            await meet_group(tx, platform="telegram", chat=chat, title="Study", at=NOON)
            await learner(tx, int(account))

    await two_friends(one)
    await asyncio.gather(
        *(meets(database, account) for database, account in ((one, "1"), (other, "1"), (one, "2"), (other, "2")))
    )
    async with one.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(groups).where(groups.c.chat == chat))).scalar_one() == 1
        assert (await tx.execute(select(func.count()).select_from(learners))).scalar_one() == 4


async def test_an_account_that_changes_hands_meanwhile_is_held_as_what_it_became(one: Database, other: Database) -> None:
    ann, bob, _ = await two_friends(one)

    async def speaks_late() -> None:
        async with other.write() as tx:
            await parties.hold_speakers(tx, speaks("501"))
            free = await parties.hold_free(tx, Parties(frozenset({ann.id, bob.id})))
            async with one.write() as third:
                assert await parties.hold_free(third, free) == Parties()

    async with one.write() as tx:
        await parties.hold_speakers(tx, speaks("501"))
        async with meanwhile(one, speaks_late()) as late:
            await tx.execute(text("DELETE FROM identities WHERE account = '502'"))
            await tx.execute(text("UPDATE identities SET learner_id = :bob WHERE account = '501'"), {"bob": bob.id})
    await late


async def test_what_is_no_more_is_in_nobodys_hands(one: Database) -> None:
    gone = Parties(frozenset({98}), frozenset({99}))
    async with one.write() as tx:
        assert await parties.hold_free(tx, gone) == gone


async def test_only_one_is_at_something_at_a_time(one: Database, other: Database) -> None:
    async with one.write() as tx, other.write() as beside:
        assert await parties.alone(tx, "housekeeping")
        assert not await parties.alone(beside, "housekeeping")
        assert await parties.alone(beside, "review")


# --- timers


async def test_no_timer_fires_while_its_learner_is_being_heard(one: Database, other: Database) -> None:
    """A promise that is struck while its slip is judged: whoever comes second sees what the first did."""
    ann, bob, study = await two_friends(one)
    mine = [Timer("day", ann.id, NOON), Timer("board", study.id, NOON)]
    async with one.write() as tx:
        await learner(tx, 503, name="Cat")
        await timers.put(tx, [*mine, Timer("day", bob.id, NOON), Timer("day", 3, NOON), Timer("digest", 404, NOON)])
    async with one.write() as tx:
        await parties.hold_speakers(tx, speaks("501"))
        async with other.write() as beside:
            taken = await timers.take(beside, at=NOON, limit=9)
            assert [(row.kind, row.subject) for row in taken] == [
                ("day", 3),
                ("digest", 404),
            ]  # Bob's day shows in the group, too
    async with one.write() as tx:
        assert {(row.kind, row.subject) for row in await timers.take(tx, at=NOON, limit=9)} == {
            ("board", study.id), ("day", ann.id), ("day", bob.id),
        }  # fmt: skip


async def test_two_that_take_timers_take_different_ones(one: Database, other: Database) -> None:
    async with one.write() as tx:
        people_ = [await learner(tx, number) for number in range(1, 41)]
        await timers.put(tx, [Timer("day", who.id, NOON) for who in people_])
    async with one.write() as tx, other.write() as beside:
        first = await timers.take(tx, at=NOON, limit=10)
        second = await timers.take(beside, at=NOON, limit=10)
        assert len(first) == len(second) == 10
        assert not {row.subject for row in first} & {row.subject for row in second}


# --- the outbox


async def claim(tx: Tx, *, owner: str = "one", limit: int = 9) -> list[str]:
    return [item.key for item in await _claim(tx, owner=owner, limit=limit)]


async def _claim(tx: Tx, *, owner: str, limit: int = 9) -> list[Item]:
    return await sending.claim(tx, at=NOON + SECOND, owner=owner, lease=LEASE, limit=limit)


async def test_two_that_claim_at_once_never_claim_of_the_same_line(one: Database, other: Database) -> None:
    """To the second the first one's item still looks ready, and not ahead of the more urgent one that has come since."""
    async with one.write() as tx:
        ann = await learner(tx)
        await outbox.put(tx, [outgoing("card", ann, lane=Lane.CARD)], at=NOON)

    async def second() -> list[str]:
        async with other.write() as tx:
            return await claim(tx, owner="two")

    async with one.write() as tx:
        assert await claim(tx) == ["card"]
        async with other.write() as beside:
            await outbox.put(beside, [outgoing("answer", ann)], at=NOON)
        async with meanwhile(one, second()) as claiming:
            pass
    assert await claiming == []


async def test_two_that_claim_at_once_claim_different_lines(one: Database, other: Database) -> None:
    async with one.write() as tx:
        everybody = [await learner(tx, number) for number in range(1, 9)]
        await outbox.put(tx, [outgoing(f"{who.id}", who) for who in everybody], at=NOON)
    async with one.write() as tx, other.write() as beside:
        assert len({*await claim(tx, limit=4), *await claim(beside, owner="two", limit=4)}) == 8


async def test_nothing_is_claimed_while_what_it_will_say_is_changing(one: Database, other: Database) -> None:
    """Claimed in the midst of it, it would be said as it was before, and nobody would know that it has to be said anew."""
    ann, _, study = await two_friends(one)
    async with one.write() as tx:
        await outbox.put(tx, [outgoing("board", study), outgoing("mine", ann)], at=NOON)
        await learner(tx, 503, name="Cat")

    async def courier() -> list[str]:
        async with other.write() as tx:
            return await claim(tx)

    async with one.write() as tx:
        await parties.hold_speakers(tx, speaks("501"))
        async with meanwhile(one, courier()) as claiming:
            await outbox.cancel(tx, keys=["board", "mine"], at=NOON, why="consent withdrawn")
    assert await claiming == []


async def test_a_claim_that_ran_out_is_nobodys_to_settle(one: Database, other: Database) -> None:
    async with one.write() as tx:
        await outbox.put(tx, [outgoing("card", await learner(tx), lane=Lane.CARD)], at=NOON)
        [item] = await _claim(tx, owner="one")
    late = NOON + LEASE + 2 * SECOND
    async with other.write() as tx:
        await sending.hold_lapsing(tx, at=late)
        _, [doubted] = await sending.lapse(tx, at=late)
        await sending.decide(tx, doubted.id, state=State.ABANDONED, outcome="perhaps", at=late)
    async with one.write() as tx:
        assert await sending.settle(tx, [Verdict(item, State.SENT, "sent")], at=late, owner="one") == []


# --- the inbox


async def store(database: Database, *lines: str) -> None:
    async with database.write() as tx:
        await inbox.store(tx, [Raw(BOT, f"{n}", line, NOON, {}) for n, line in enumerate(lines)], at=NOON)


async def begin(tx: Tx, owner: str, *, later: timedelta = timedelta(), limit: int = 9) -> list[str]:
    return [one.update for one in await inbox.begin(tx, limit=limit, at=NOON + later, owner=owner)]


async def test_two_that_begin_at_once_never_begin_the_same_line(one: Database, other: Database) -> None:
    await store(one, "ann", "bob", "ann", "ann", "bob", "cat")
    async with one.write() as tx, other.write() as beside:
        assert await begin(tx, "one", limit=3) == ["0", "1", "2"]
        assert await begin(beside, "two") == ["5"]  # of Ann's and Bob's the first is in other hands
    async with other.write() as tx:
        assert await begin(tx, "two") == []  # and so it is once their claim is committed
        await inbox.end(tx, [1])
        assert await begin(tx, "two") == []  # of either line one is claimed still
    async with other.write() as tx:
        await inbox.end(tx, [2, 3])
        assert await begin(tx, "two") == ["3", "4"]


async def test_what_a_dead_process_had_begun_is_gone_on_with_and_not_by_both(one: Database, other: Database) -> None:
    await store(one, "ann", "ann")
    async with one.write() as tx:
        assert await begin(tx, "one") == ["0", "1"]
    async with other.write() as tx:
        assert await begin(tx, "two", later=LEASE - SECOND) == []
    async with other.write() as tx:
        assert await begin(tx, "two", later=LEASE) == ["0"]  # alone: it may be what killed the other
    async with one.write() as tx:  # it was only slow
        assert await inbox.hold(tx, [1, 2], owner="one") == {2}
        assert await inbox.extend(tx, [1, 2], owner="one", until=NOON + 2 * LEASE) == {2}
        await inbox.put_back(tx, [1], owner="one")
    async with other.write() as tx:
        assert await inbox.hold(tx, [1, 2], owner="two") == {1}


async def test_what_takes_longer_than_its_lease_is_not_taken_over_while_it_is_being_handled(
    one: Database, other: Database
) -> None:
    await store(one, "ann", "ann")
    async with one.write() as tx:
        await begin(tx, "one", limit=1)
    async with one.write() as tx, other.write() as beside:
        assert await inbox.hold(tx, [1], owner="one") == {1}
        assert await begin(beside, "two", later=2 * LEASE) == []  # nor what comes after it
        await inbox.end(tx, [1])
    async with other.write() as tx:
        assert await begin(tx, "two", later=2 * LEASE) == ["1"]


async def test_a_process_that_stops_in_good_order_leaves_what_it_had_begun(one: Database, other: Database) -> None:
    await store(one, "ann")
    async with one.write() as tx:
        await begin(tx, "one")
        await inbox.put_back_all(tx, owner="one")
    async with other.write() as tx:
        [found] = await inbox.begin(tx, limit=9, at=NOON, owner="two")
        assert found.attempts == 1


async def test_deadlines_wait_for_what_others_have_claimed(one: Database, other: Database) -> None:
    await store(one, "ann")
    async with one.write() as tx:
        await pulse.heard(tx, BOT, at=NOON + SECOND)
        await begin(tx, "one")
    async with one.write() as tx:
        await inbox.hold(tx, [1], owner="one")
        await inbox.end(tx, [1])
        async with other.write() as beside:
            assert await pulse.judged_until(beside) == NOON  # handled, but nobody can see yet what came of it
    async with other.write() as beside:
        assert await pulse.judged_until(beside) == NOON + SECOND


# --- transactions


async def test_a_reader_sees_one_moment_and_writes_nothing(one: Database, other: Database) -> None:
    async with one.read() as reader:
        before = (await reader.execute(select(func.count()).select_from(learners))).scalar_one()
        async with other.write() as tx:
            await learner(tx)
        assert (await reader.execute(select(func.count()).select_from(learners))).scalar_one() == before
        with pytest.raises(DBAPIError, match="read-only"):
            await reader.execute(learners.delete())


async def test_a_circle_and_a_lost_connection_pass_and_a_broken_rule_does_not(one: Database, other: Database) -> None:
    ann, bob, _ = await two_friends(one)

    async def names(database: Database, *order: int) -> None:
        async with database.write() as tx:
            await tx.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            await people.change(tx, order[0], name="?")
            reached.add(order[0])
            await until(lambda: len(reached) == 2)
            await people.change(tx, order[1], name="?")

    reached: set[int] = set()
    circle = await asyncio.gather(names(one, ann.id, bob.id), names(other, bob.id, ann.id), return_exceptions=True)
    [victim] = [error for error in circle if error is not None]
    assert is_passing(victim)

    async def breaks_off() -> None:
        async with one.write() as tx:
            own = (await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            async with other.write() as beside:
                await beside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
            await people.get(tx, ann.id)

    with pytest.raises(DBAPIError) as lost:
        await breaks_off()
    assert is_passing(lost.value)
    async with one.write() as tx:  # and the next one is fine
        await people.get(tx, ann.id)

    with pytest.raises(DBAPIError) as broken:
        async with one.write() as tx:
            await tx.execute(memberships.insert().values(learner_id=ann.id, group_id=99, joined_at=NOON))
    assert not is_passing(broken.value)


async def test_a_server_that_is_not_there_passes(one: Database) -> None:
    nobody = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    for opened in (nobody.read(), nobody.write()):
        with pytest.raises(Unreachable) as error:
            async with opened:
                pass
        assert is_passing(error.value)
    await nobody.close()


async def test_a_reader_waits_for_nobody(one: Database, other: Database) -> None:
    ann, _, _ = await two_friends(one)
    async with one.write() as tx:
        await parties.hold_speakers(tx, speaks("501"))
        await people.change(tx, ann.id, name="Anna")
        async with other.read() as reader:
            assert (await people.get(reader, ann.id)).name == "Ann"
