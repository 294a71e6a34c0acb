"""Two learners who become one, and two again: nothing lost, doubled, leaked or judged; everything put back."""

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

import pytest
from sqlalchemy import select

from bot.domain.checkins import Outcome, SessionState
from bot.domain.commitments import State
from bot.domain.days import Reason
from bot.domain.people import MAIN, Consent, Learner
from bot.domain.plans import CountScope, CountUnit, Module, ModulesScope
from bot.services import boards, checkins, commitments, links, meeting, plans, sessions, slots
from bot.services.homes import main_slot
from bot.services.streaks import week_stats
from bot.store import commitments as promises
from bot.store import groups, people, progress, timers
from bot.store import plans as plan_rows
from bot.store import sessions as held
from bot.store.database import Tx
from bot.store.people import Dialogue
from bot.store.schema import checkins as checkin_table
from bot.store.schema import link_moves, metadata, reviews
from bot.timers import HANDLERS
from tests.services import linking
from tests.services.linking import (
    MONDAY,
    STATISTICS,
    behind,
    everything,
    group,
    join,
    link,
    passes,
    person,
    promise,
    unlink,
)
from tests.services.studying import CALCULUS, deliver, queued

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TODAY = date(2026, 5, 4)

# Every table with a learner in it, and what linking does with it; a new table is to be thought about before it is added here.
DECIDED = {
    "identities": "given over",
    "checkins": "given over",
    "commitments": "given over, held down to what was seen of them",
    "plans": "given over, one stays in use",
    "reviews": "follow the plans",
    "sessions": "given over where kept and the day is free",
    "memberships": "given over where the other has none",
    "slots": "stay; lent to who has none",
    "dialogues": "stay",
    "pauses": "given over where the learner chose them; an automatic one stays behind, and ends where the other was heard",
    "buddies": "given over, on either side of it",
    "cheers": "stay: what was cheered was cheered",
    "outbox": "stays; its addressee is looked up when it is sent",
    "link_codes": "void",
    "link_tries": "stay",
    "link_moves": "the notes themselves",
}


def test_every_table_of_a_learners_is_decided_on() -> None:
    theirs = {table.name for table in metadata.tables.values() if {"learner_id", "buddy_id"} & set(table.c.keys())}
    assert theirs == set(DECIDED)


@pytest.mark.parametrize("seed", range(16))
async def test_linking_and_unlinking_at_once_restores_every_row(tx: Tx, seed: int) -> None:
    dice = Random(seed)
    who = [
        await person(
            tx,
            platform,
            str(number),
            name,
            zone=dice.choice([None, "UTC", "Europe/London", "America/New_York"]),
            plan=dice.choice([None, CALCULUS, STATISTICS]),
        )
        for number, (platform, name) in enumerate([("telegram", "Ann"), ("discord", "Anna"), ("telegram", "Bob")])
    ]
    for one in who:
        if one.zone is not None and dice.random() < 0.7:
            await slots.set_slot(tx, one, wall=time(dice.choice([7, 18])), weekdays=frozenset(range(7)), at=MONDAY)
    places = [await group(tx, "telegram", "-1"), await group(tx, "discord", "77"), await group(tx, "telegram", "-2")]
    at = await linking.live(tx, dice, who, places, days=dice.randrange(1, 9))
    before = await everything(tx)

    joined = await link(tx, who[0], who[1], at=at)
    assert await everything(tx) != before
    await unlink(tx, joined, at=at)

    after = await everything(tx)
    for table, rows in before.items():
        assert after[table] == rows, table
    assert (await tx.execute(select(link_moves))).all() == []


# --- accounts and names


async def test_exactly_one_learner_afterwards_with_one_name(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna")
    joined = await link(tx, ann, anna, at=MONDAY)
    assert joined.id == ann.id
    assert (await behind(tx, "discord", "7")).id == (await behind(tx, "telegram", "1")).id == ann.id
    assert (await people.get(tx, anna.id)).linked_to == ann.id

    async def speaks(platform: str, account: str, name: str) -> str:
        met = await meeting.meet_person(
            tx, platform=platform, account=account, name=name, username=None, language="en", private=True, at=MONDAY
        )
        return met.name

    assert await speaks("discord", "7", "Anna of Discord") == "Ann"
    assert await speaks("telegram", "1", "Ann B") == "Ann B"
    await links.prefer(tx, joined, "discord")
    assert await speaks("telegram", "1", "Ann") == "Ann B"
    assert await speaks("discord", "7", "Anna of Discord") == "Anna of Discord"


async def test_who_has_more_history_goes_on_as_both_and_the_plan_is_the_one_there_is(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna")
    for n in range(3):
        await checkins.log(tx, anna, "30m", source=f"c{n}", at=MONDAY)
    joined = await link(tx, ann, anna, at=MONDAY)
    assert joined.id == anna.id
    plan = await plans.active_plan(tx, joined.id)
    assert plan is not None
    assert plan.title == "Maths"
    await unlink(tx, joined, at=MONDAY + HOUR, platform="telegram")
    assert await plans.active_plan(tx, anna.id) is None
    assert await plans.active_plan(tx, ann.id) == plan


async def test_dialogues_stay_with_whom_they_were_begun(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    await people.set_dialogue(tx, anna.id, Dialogue("start", "zone", {}, "m1"), at=MONDAY)
    joined = await link(tx, ann, anna, at=MONDAY)
    assert await people.dialogue(tx, joined.id) is None
    await unlink(tx, joined, at=MONDAY)
    assert await people.dialogue(tx, anna.id) == Dialogue("start", "zone", {}, "m1")


async def test_linked_unlinked_and_linked_again(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna", wall=time(8))
    await checkins.log(tx, anna, "30m", source="c1", at=MONDAY)
    await checkins.log(tx, ann, "30m", source="c2", at=MONDAY)
    at = MONDAY
    for _ in range(3):
        joined = await link(tx, ann, anna, at=at)
        assert joined.id == ann.id
        await checkins.log(tx, joined, "10m", source=f"l{at}", at=at)
        at += DAY
        await passes(tx, at)
        await unlink(tx, joined, at=at)
        at += DAY
        await passes(tx, at)
    owners = [row.learner_id for row in await tx.execute(select(checkin_table).order_by(checkin_table.c.id))]
    assert owners == [anna.id, ann.id, ann.id, ann.id, ann.id]
    assert (await timers.find(tx, kind="slot", subject=1)) is not None


async def test_links_of_three_platforms_are_undone_in_reverse_order(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", plan=CALCULUS)
    anna, sandy = await person(tx, "discord", "7", "Anna"), await person(tx, "sandbox", "s", "Sandy")
    for n, who in enumerate((anna, sandy, sandy, sandy)):
        await checkins.log(tx, who, "30m", source=f"c{n}", at=MONDAY)
    before = await everything(tx)
    both = await link(tx, ann, anna, at=MONDAY)
    code = await links.begin(tx, sandy, platform="sandbox", at=MONDAY)
    assert hasattr(code, "code")
    all_three, _ = await links.confirm(tx, both, code.code, wanted=0, at=MONDAY + timedelta(minutes=5))
    assert all_three.id == sandy.id
    assert [one.platform for one in await people.reach(tx, ann.id)] == ["telegram", "discord", "sandbox"]
    await unlink(tx, all_three, at=MONDAY + HOUR, platform="sandbox")
    assert set(await people.accounts_of(tx, both.id)) == {"telegram", "discord"}
    await unlink(tx, await people.get(tx, both.id), at=MONDAY + HOUR)
    after = await everything(tx)
    for table in ("identities", "checkins", "plans", "learners"):
        assert after[table] == before[table], table


# --- days


async def state(tx: Tx, learner: Learner, day: date) -> tuple[str, str | None] | None:
    session = await held.find(tx, learner_id=learner.id, day=day)
    return None if session is None else (session.state, session.reason)


async def test_both_with_a_session_that_day_and_one_of_them_answered(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    at = MONDAY.replace(hour=9)
    await passes(tx, at)
    await checkins.log(tx, ann, "yesterday 10m", source="y", at=at)
    await sessions.answer(tx, anna, Outcome.DONE, day=TODAY, slot=MAIN, at=at)
    joined = await link(tx, ann, anna, at=at)
    assert joined.id == ann.id
    assert await state(tx, ann, TODAY) == (SessionState.DONE, None)
    heard = await passes(tx, MONDAY + DAY)
    assert not [words for words in heard if "not a word" in words or "still open" in words]
    assert await state(tx, ann, TODAY) == (SessionState.DONE, None)
    await unlink(tx, joined, at=MONDAY + DAY)
    assert await state(tx, ann, TODAY) == (SessionState.EXCUSED, Reason.LINKED)  # nobody asked: the day was answered for
    assert await state(tx, anna, TODAY) == (SessionState.DONE, None)


async def test_an_unanswered_card_of_the_dormant_learner_counts_against_nobody(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    await passes(tx, MONDAY.replace(hour=9))
    joined = await link(tx, ann, anna, at=MONDAY.replace(hour=9))
    await unlink(tx, joined, at=MONDAY + 21 * DAY)
    assert await state(tx, anna, TODAY) == (SessionState.EXCUSED, Reason.LINKED)
    await passes(tx, MONDAY + 22 * DAY + 5 * HOUR)
    assert await state(tx, anna, TODAY + 22 * DAY) is not None


async def test_after_weeks_cards_come_to_both_and_what_was_made_since_stays(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8), plan=STATISTICS)
    brought = await checkins.log(tx, anna, "30m means", source="c1", at=MONDAY)
    await checkins.log(tx, ann, "30m", source="c2", at=MONDAY)
    joined = await link(tx, ann, anna, at=MONDAY)
    later = MONDAY + 21 * DAY
    await people.change(tx, ann.id, heard_day=later.date())  # or the silence would be noticed
    await passes(tx, later)
    cards = [row["key"] for row in await queued(tx, kind="card") if row["state"] == "sent"]
    assert cards == [f"card:{ann.id}:{TODAY + n * DAY}" for n in range(1, 21)]  # on the first day there was a check-in
    made = await checkins.log(tx, joined, "45m", source="c3", at=later)
    await unlink(tx, joined, at=later)
    owners = {row.id: row.learner_id for row in await tx.execute(select(checkin_table))}
    assert (owners[brought.checkin], owners[made.checkin]) == (anna.id, ann.id)
    await passes(tx, later + DAY)
    today = [row["key"] for row in await queued(tx, kind="card") if row["state"] == "sent"][20:]
    assert today == [f"card:{anna.id}:{TODAY + 21 * DAY}"]  # Ann's slot of 07:00 was answered before, Anna's is her own again
    await passes(tx, later + 2 * DAY)
    tomorrow = [row["key"] for row in await queued(tx, kind="card") if row["state"] == "sent"][21:]
    assert tomorrow == [f"card:{one.id}:{TODAY + 22 * DAY}" for one in (ann, anna)]


async def test_linked_and_unlinked_on_one_day_there_is_no_second_card(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    await passes(tx, MONDAY.replace(hour=9))
    joined = await link(tx, ann, anna, at=MONDAY.replace(hour=9))
    await unlink(tx, joined, at=MONDAY.replace(hour=10))
    await passes(tx, MONDAY.replace(hour=23))
    assert len([row for row in await queued(tx, kind="card") if row["state"] == "sent"]) == 2
    evening = [row for row in await queued(tx, kind="nudge") if row["state"] == "sent"]
    assert {row["learner_id"] for row in evening} == {ann.id, anna.id}  # Anna's day goes on where it was


async def test_kept_days_move_missed_ones_stay_behind(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    for n in range(4):
        at = MONDAY + n * DAY
        await passes(tx, at + 4 * HOUR)
        await checkins.log(tx, ann, "10m", source=f"a{n}", at=at)
        if n != 1:
            await sessions.answer(tx, anna, Outcome.DONE, day=TODAY + n * DAY, slot=MAIN, at=at + 4 * HOUR)
    await checkins.log(tx, ann, "10m", source="more", at=MONDAY + 4 * DAY - HOUR)
    joined = await link(tx, ann, anna, at=MONDAY + 4 * DAY)
    assert joined.id == ann.id
    numbers = (await week_stats(tx, [ann.id], first=TODAY, last=TODAY + 6 * DAY))[ann.id]
    assert (numbers.done, numbers.planned, numbers.streak, numbers.minutes) == (3, 3, 3, 50)
    await unlink(tx, joined, at=MONDAY + 4 * DAY)
    numbers = (await week_stats(tx, [anna.id], first=TODAY, last=TODAY + 6 * DAY))[anna.id]
    assert (numbers.done, numbers.planned, numbers.streak) == (3, 4, 2)


@pytest.mark.parametrize("change", [False, True])
async def test_a_slot_is_lent_to_who_has_none_and_kept_once_it_is_changed(tx: Tx, change: bool) -> None:
    ann = await person(tx, "telegram", "1", "Ann", zone=None, plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", zone="Europe/London", wall=time(8))
    joined = await link(tx, ann, anna, at=MONDAY)
    assert (joined.id, joined.zone) == (ann.id, "Europe/London")
    await passes(tx, MONDAY.replace(hour=8))
    assert await state(tx, ann, TODAY) is not None
    assert await state(tx, anna, TODAY) is None
    if change:
        await slots.set_slot(tx, joined, wall=time(6), weekdays=frozenset({0}), at=MONDAY + 4 * HOUR)
    await unlink(tx, joined, at=MONDAY + 4 * HOUR)
    assert (await people.get(tx, ann.id)).zone == ("Europe/London" if change else None)
    slot = await main_slot(tx, ann)
    assert (slot.wall if slot else None) == (time(6) if change else None)
    await passes(tx, MONDAY + DAY + 4 * HOUR)
    assert await state(tx, ann, TODAY + DAY) is None
    assert await state(tx, anna, TODAY + DAY) is not None


async def test_an_edit_made_while_linked_goes_back_with_the_check_in(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    at = MONDAY.replace(hour=9)
    await passes(tx, at)
    await checkins.log(tx, ann, "yesterday 10m", source="y", at=at)
    made = await checkins.log(tx, anna, "30m", source="c1", at=at)
    joined = await link(tx, ann, anna, at=at)
    assert await state(tx, ann, TODAY) == (SessionState.DONE, None)
    await checkins.undo(tx, joined, made.checkin, at=at + timedelta(minutes=5))
    assert await state(tx, ann, TODAY) == (SessionState.PLANNED, None)
    await unlink(tx, joined, at=at + HOUR)
    assert await state(tx, anna, TODAY) == (SessionState.PLANNED, None)


# --- promises


async def test_both_with_open_promises_each_goes_on_with_its_timer_and_post(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    here, there = await group(tx, "telegram", "-1"), await group(tx, "discord", "99")
    await join(tx, ann, here, Consent.ALERT)
    await join(tx, anna, there, Consent.ALERT)
    due = MONDAY + 2 * DAY + 6 * HOUR
    one = await promise(tx, ann, "read", due_at=due, place=here)
    two = await promise(tx, anna, "write", due_at=due, place=there)
    before = [await timers.find(tx, kind="promise", subject=found.id) for found in (one, two)]
    joined = await link(tx, ann, anna, at=MONDAY)
    assert [found.id for found in (await promises.open_of(tx, [joined.id]))[joined.id]] == [one.id, two.id]
    assert [await timers.find(tx, kind="promise", subject=found.id) for found in (one, two)] == before
    assert (await promises.consents(tx, [one.id, two.id])) == {one.id: Consent.ALERT, two.id: Consent.ALERT}

    await passes(tx, due)
    asked = await queued(tx, kind="ask")
    assert [(row["learner_id"], row["platform"]) for row in asked] == [(ann.id, "telegram")] * 2
    heard = await passes(tx, due + 3 * HOUR)
    alerts = await queued(tx, kind="alert")
    assert [(row["group_id"], row["platform"]) for row in alerts] == [(here.id, "telegram")]  # one a day and learner
    assert any("Ann" in words and "read" in words for words in heard)
    await passes(tx, due + DAY + 3 * HOUR)
    alerts = await queued(tx, kind="alert")
    assert [(row["group_id"], row["platform"]) for row in alerts] == [(here.id, "telegram"), (there.id, "discord")]

    await unlink(tx, joined, at=due + 2 * DAY)
    back = await promises.get(tx, two.id)
    assert back is not None
    assert (back.learner_id, back.state) == (anna.id, State.OPEN)


async def test_what_one_counts_the_other_counts(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna", plan=STATISTICS)
    scope = CountScope(CountUnit.SESSIONS, 3)
    of_modules = CountScope(CountUnit.MODULES, 2)
    one = await promise(tx, ann, "three times", due_at=MONDAY + 9 * DAY, scope=scope)
    two = await promise(tx, anna, "two modules", due_at=MONDAY + 9 * DAY, scope=of_modules)
    plan = await plans.active_plan(tx, anna.id)
    assert plan is not None
    await plans.finish_module(tx, anna, plan.tracks[0].modules[0].id or 0, day=TODAY, at=MONDAY + HOUR)
    for n, who in enumerate((ann, anna)):
        await checkins.log(tx, who, "30m", source=f"c{n}", at=MONDAY + HOUR)
    joined = await link(tx, ann, anna, at=MONDAY + 2 * HOUR)
    done = await progress.of_many(tx, [replace(one, learner_id=joined.id), replace(two, learner_id=joined.id)])
    assert (done[one.id].done, done[two.id].done) == (2, 1)
    await checkins.log(tx, joined, "30m", source="c9", at=MONDAY + 3 * HOUR)
    assert (await promises.get_many(tx, [one.id]))[one.id].state is State.DONE


async def test_a_promise_kept_together_stays_kept_when_they_part(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    scope = CountScope(CountUnit.SESSIONS, 3)
    kept = [await promise(tx, who, f"three of {who.name}", due_at=MONDAY + 9 * DAY, scope=scope) for who in (ann, anna)]
    for n, who in enumerate((ann, anna)):
        await checkins.log(tx, who, "30m", source=f"c{n}", at=MONDAY + HOUR)
    joined = await link(tx, ann, anna, at=MONDAY + 2 * HOUR)
    await checkins.log(tx, joined, "30m", source="c9", at=MONDAY + 3 * HOUR)
    await unlink(tx, joined, at=MONDAY + 4 * HOUR)
    for n, who in enumerate((ann, anna)):
        await checkins.log(tx, who, "5m yesterday", source=f"d{n}", at=MONDAY + 5 * HOUR)
        assert await commitments.after_progress(tx, who, at=MONDAY + 5 * HOUR) == []
    found = await promises.get_many(tx, [one.id for one in kept])
    assert [one.state for one in found.values()] == [State.DONE, State.DONE]


# --- groups


async def test_both_in_one_group_are_named_once_at_the_wider_level(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS, wall=time(7)), await person(tx, "discord", "7", "Anna")
    place = await group(tx)
    await join(tx, ann, place, Consent.GROUP)
    await join(tx, anna, place, Consent.ALERT)
    public = await promise(tx, anna, "write", due_at=MONDAY + 9 * DAY, place=place)
    mild = await promise(tx, ann, "read", due_at=MONDAY + 9 * DAY, place=place, consent=Consent.ALERT)
    seen = await promises.consents(tx, [public.id, mild.id])
    joined = await link(tx, ann, anna, at=MONDAY)
    assert [(learner.id, member.consent) for learner, member in await people.members_of(tx, place.id)] == [
        (ann.id, Consent.ALERT)
    ]
    assert await promises.consents(tx, [public.id, mild.id]) == seen
    board = await boards.load_board(tx, {"group": place.id}, MONDAY)
    assert {one.person for one in board.promises} == {"Ann"}  # type: ignore[union-attr] # it is a board
    await unlink(tx, joined, at=MONDAY)
    assert [(learner.id, member.consent) for learner, member in await people.members_of(tx, place.id)] == [
        (ann.id, Consent.GROUP),
        (anna.id, Consent.ALERT),
    ]


async def test_what_a_group_did_not_see_it_does_not_see_through_the_other_account(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    place = await group(tx)
    await join(tx, ann, place, Consent.ALERT)
    await join(tx, anna, place, Consent.ALERT)
    hidden = await promise(tx, anna, "a secret", due_at=MONDAY + 9 * DAY, place=place)
    shown = await promise(tx, ann, "for all", due_at=MONDAY + 9 * DAY, place=place)
    await people.set_consent(tx, learner_id=anna.id, group_id=place.id, consent=Consent.PRIVATE)
    joined = await link(tx, ann, anna, at=MONDAY)
    assert await promises.consents(tx, [hidden.id, shown.id]) == {hidden.id: Consent.PRIVATE, shown.id: Consent.ALERT}
    await unlink(tx, joined, at=MONDAY)
    found = await promises.get(tx, hidden.id)
    assert found is not None
    assert (found.learner_id, found.consent) == (anna.id, Consent.ALERT)


@pytest.mark.parametrize("gone", ["ann", "anna"])
async def test_who_had_left_is_in_again_by_the_other_account_and_old_promises_stay_hidden(tx: Tx, gone: str) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    place = await group(tx)
    left, stays = (ann, anna) if gone == "ann" else (anna, ann)
    await join(tx, left, place, Consent.ALERT)
    old = await promise(tx, left, "old", due_at=MONDAY + 9 * DAY, place=place)
    await people.leave(tx, learner_id=left.id, group_id=place.id, at=MONDAY)
    await join(tx, stays, place, Consent.ALERT)
    new = await promise(tx, stays, "new", due_at=MONDAY + 9 * DAY, place=place)
    before = await everything(tx)
    joined = await link(tx, ann, anna, at=MONDAY)
    assert [learner.id for learner, _ in await people.members_of(tx, place.id)] == [ann.id]
    assert await promises.consents(tx, [old.id, new.id]) == {old.id: Consent.PRIVATE, new.id: Consent.ALERT}
    await unlink(tx, joined, at=MONDAY)
    after = await everything(tx)
    assert after["memberships"] == before["memberships"]
    assert after["commitments"] == before["commitments"]


async def test_a_level_chosen_while_linked_stays_chosen(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    place, other = await group(tx), await group(tx, "discord", "99")
    await join(tx, ann, place, Consent.GROUP)
    await join(tx, anna, place, Consent.ALERT)
    await join(tx, anna, other, Consent.ALERT)
    joined = await link(tx, ann, anna, at=MONDAY)
    for one in (place, other):
        await people.set_consent(tx, learner_id=joined.id, group_id=one.id, consent=Consent.PRIVATE)
    await unlink(tx, joined, at=MONDAY)
    for learner, one in ((ann, place), (anna, other)):
        member = await people.membership(tx, learner_id=learner.id, group_id=one.id)
        assert member is not None
        assert member.consent is Consent.PRIVATE


async def test_a_group_that_moves_meanwhile_is_given_back_all_the_same(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    older, newer = await group(tx, chat="-1"), await group(tx, chat="-100")
    await join(tx, anna, newer, Consent.ALERT)
    joined = await link(tx, ann, anna, at=MONDAY)
    await meeting.move_group(tx, older, successor="-100")
    assert newer.id not in await groups.get_many(tx, [newer.id])
    await unlink(tx, joined, at=MONDAY)
    assert [learner.id for learner, _ in await people.members_of(tx, older.id)] == [anna.id]


# --- plans


async def test_the_plan_that_is_wanted_stays_in_use(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna", plan=STATISTICS)
    plan = await plans.active_plan(tx, anna.id)
    assert plan is not None
    await plans.finish_module(tx, anna, plan.tracks[0].modules[0].id or 0, day=TODAY, at=MONDAY)
    before = await everything(tx)
    code = await links.begin(tx, ann, platform="telegram", at=MONDAY)
    assert hasattr(code, "code")
    seen = await links.look(tx, anna, code.code, at=MONDAY)
    other = await links.look(tx, anna, code.code, wanted=anna.id, at=MONDAY)
    assert (seen.kept.title, seen.aside.title) == ("Maths", "Numbers")  # type: ignore[union-attr] # they are previews
    assert (other.kept.title, other.aside.title) == ("Numbers", "Maths")  # type: ignore[union-attr]
    joined, _ = await links.confirm(tx, anna, code.code, wanted=anna.id, at=MONDAY)
    assert joined.id == ann.id
    used = await plans.active_plan(tx, joined.id)
    assert used is not None
    assert used.title == "Numbers"
    assert {row.learner_id for row in await tx.execute(select(reviews))} == {joined.id}
    await unlink(tx, joined, at=MONDAY)
    after = await everything(tx)
    for table in ("plans", "tracks", "modules", "reviews"):
        assert after[table] == before[table], table


async def test_a_plan_replaced_while_linked_is_there_for_both_afterwards(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann"), await person(tx, "discord", "7", "Anna", plan=CALCULUS)
    await checkins.log(tx, ann, "30m", source="c1", at=MONDAY)
    track = CALCULUS.tracks[0]
    scope = ModulesScope(tuple(one.id or 0 for one in await _modules(tx, anna)), ("Limits", "Derivatives", "Integrals"))
    made = await promise(tx, anna, "all of it", due_at=MONDAY + 9 * DAY, scope=scope)
    joined = await link(tx, ann, anna, at=MONDAY)
    assert joined.id == ann.id
    longer = replace(CALCULUS, tracks=(replace(track, modules=(*track.modules, Module("Series"))),))
    await plans.use_plan(tx, joined, longer, at=MONDAY)
    for module in (await _modules(tx, joined))[:2]:
        await plans.finish_module(tx, joined, module.id or 0, day=TODAY, at=MONDAY)
    counted = (await progress.of_many(tx, [made]))[made.id]
    assert (counted.done, counted.total) == (2, 3)  # what was promised goes on in the newer plan
    await unlink(tx, joined, at=MONDAY)
    for learner in (ann, anna):
        assert [(one.title, one.done) for one in await _modules(tx, learner)] == [
            ("Limits", True),
            ("Derivatives", True),
            ("Integrals", False),
            ("Series", False),
        ]


async def _modules(tx: Tx, learner: Learner) -> list[Module]:
    plan = await plan_rows.active(tx, learner.id)
    assert plan is not None
    return [module for track in plan.tracks for module in track.modules]


# --- what waits to be said


async def test_what_was_queued_for_the_dormant_learner_finds_its_reader_but_no_card_does(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    anna = await person(tx, "discord", "7", "Anna", wall=time(8))
    while taken := await timers.take(tx, at=MONDAY.replace(hour=8), limit=9):
        for kind in dict.fromkeys(one.kind for one in taken):
            await HANDLERS[kind](tx, [one for one in taken if one.kind == kind], MONDAY.replace(hour=8))
    await link(tx, ann, anna, at=MONDAY.replace(hour=8))
    said = [message.plain.splitlines()[0] for message in await deliver(tx, at=MONDAY.replace(hour=8))]
    assert len([words for words in said if words.startswith("Mon 4 May")]) == 1
    assert [one.account for one in await people.reach(tx, anna.id)] == ["1", "7"]


async def test_both_sides_are_told(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    joined = await link(tx, ann, anna, at=MONDAY)
    await unlink(tx, joined, at=MONDAY)
    told = [(row["kind"], row["learner_id"], row["platform"]) for row in await queued(tx) if row["kind"] in {"Links", "Unlinked"}]
    assert told == [("Links", ann.id, "telegram"), ("Unlinked", ann.id, "telegram")]
