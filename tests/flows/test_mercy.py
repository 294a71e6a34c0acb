"""Each mercy does what it says, from the outside: what Ann, her group and her buddy read as the days go by."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.schema import sessions
from tests.flows.stage import PLATFORMS, Group, Person, Seen, Stage, stage
from tests.flows.test_story import about, join, set_up

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)  # 10:00 in London: today's slot has been
CARD = "modules of Calculus 1 left"


def on(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of June, by UTC; London is an hour ahead."""
    return datetime(2026, 6, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1)


@asynccontextmanager
async def ann_at_home(
    *, days: str = "every day", level: str | None = None, folder: Path | None = None, on: str = "telegram"
) -> AsyncIterator[tuple[Stage, Person, Group]]:
    """Ann has a slot at 07:00 and a plan, from Monday 10:00 on; with `level` she is in a group."""
    async with stage(MONDAY, folder=folder, on=on) as s:
        ann = s.fake.person("Ann", username="ann")
        group = s.fake.group("Study", members=[ann])
        s.fake.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann, city="London", time="07:00")
        await s.says(ann, f"/slot 07:00 {days}")
        if level is not None:
            await join(s, ann, group, level)
        await s.after(minutes=2)
        yield s, ann, group


async def fates(s: Stage) -> dict[int, tuple[str, str | None]]:
    """What became of the first learner's sessions, by day of June."""
    async with s.bot.database.read() as tx:
        rows = await tx.execute(select(sessions).where(sessions.c.learner_id == 1, sessions.c.slot == "main"))
        return {row.day.day + 30 * (row.day.month - 6): (row.state, row.reason) for row in rows}


def new(s: Stage, person: Person | Group, after: Seen) -> list[Seen]:
    """What the bot has said since."""
    return [seen for seen in s.seen(person) if seen.id > after.id]


def board(s: Stage, group: Group) -> str:
    pinned: Seen = next(seen for seen in s.seen(group) if seen.pinned)
    return pinned.text


async def keep(s: Stage, ann: Person, *days: int) -> None:
    """The card of each of these days is answered with Done."""
    for day in days:
        await s.until(on(day, 6, 5))
        await s.presses(ann, "Done")


# --- a planned break --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_break_is_quiet_and_costs_nothing(platform: str) -> None:
    async with ann_at_home(level="Group", on=platform) as (s, ann, group):
        await keep(s, ann, 2, 3)
        await s.says(ann, "/pause 4 Jun to 8 Jun")
        before = await s.presses(ann, "Set it and say so")
        await s.after(minutes=2)
        assert not about(s.seen(group), "Ann is away"), "the group, on UTC, is quiet until 08:00"
        await s.until(on(8, 23))
        assert about(s.seen(group), "Ann is away Thu 4 Jun to Mon 8 Jun")
        assert new(s, ann, before) == [], "no card, no nudge"
        assert "Ann, until Mon 8 Jun" in board(s, group)
        assert "07:00" not in board(s, group)
        fate = await fates(s)
        assert [fate[day] for day in range(4, 9)] == [("excused", "pause")] * 5
        await keep(s, ann, 9)
        await keep(s, ann, 10, 11, 12, 13, 14)
        await s.until(on(14, 18, 5))
        assert about(s.seen(group), "The week", "6 of 6 sessions", "8 days running"), "the streak has waited"


async def test_nothing_is_public_without_a_preview_and_a_yes() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        preview = await s.says(ann, "/pause 3 Jun to 10 Jun")
        assert "Nothing is set yet." in preview.text
        assert "Ann is away Wed 3 Jun to Wed 10 Jun, as planned. See you after it." in preview.text, "the very line"
        told = await s.presses(ann, "Set it, tell nobody")
        assert "Told" not in told.text
        await s.until(on(5))
        assert not about(s.seen(group), "away")
        assert "Ann" not in board(s, group)


async def test_consent_is_looked_up_when_it_is_said_and_followed_afterwards() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        await s.until(on(1, 22))  # 23:00 in London: the group is quiet until 08:00
        await s.says(ann, "/pause 3 Jun to 10 Jun")
        await s.presses(ann, "Set it and say so")
        await s.says(ann, "/privacy")
        await s.presses(ann, "Study")
        await s.presses(ann, "Private")
        await s.until(on(3))
        assert not about(s.seen(group), "Ann is away")

    async with ann_at_home(level="Group") as (s, ann, group):
        await s.says(ann, "/pause 3 Jun to 10 Jun")
        await s.presses(ann, "Set it and say so")
        (line,) = about(s.seen(group), "Ann is away")
        await s.says(ann, "/privacy")
        await s.presses(ann, "Study")
        await s.presses(ann, "Private")
        await s.after(minutes=1)
        now = next(seen for seen in s.seen(group) if seen.id == line.id)
        assert now.text == "A break is not shown here any more."


async def test_a_promise_is_not_moved_by_a_break_and_the_ways_out_are_told() -> None:
    async with ann_at_home(level="Group + alert") as (s, ann, _):
        await s.says(ann, "/commit finish chapter 1 by 5 Jun")
        await s.presses(ann, "Publish")
        preview = await s.says(ann, "/pause 3 Jun to 10 Jun")
        assert "This promise falls into it, and does not move by itself" in preview.text
        assert "Move “finish chapter 1”" in preview.labels
        await s.presses(ann, "Set it and say so")
        await s.until(on(5, 23, 5))
        assert about(s.seen(ann), "finish chapter 1 is due. Is it done?")


async def test_a_break_may_be_typed_picked_moved_and_called_off() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        await s.says(ann, "/pause")
        await s.says(ann, "with 3 beers")
        assert "I cannot read days" in s.last(ann).text
        await s.says(ann, "until Monday")
        assert "Tue 2 Jun to Sun 7 Jun" in s.last(ann).text
        await s.presses(ann, "Mon 8 Jun off as well")
        await s.presses(ann, "Set it and say so")
        (line,) = about(s.seen(group), "Ann is away Tue 2 Jun to Mon 8 Jun")

        await s.until(on(4))
        await s.says(ann, "/pause until 10 Jun inclusive")
        assert "This gives the break you are in a new end." in s.last(ann).text
        await s.presses(ann, "Set it and say so")
        await s.after(minutes=1)
        (same,) = about(s.seen(group), "Ann is away")
        assert (same.id, same.text) == (line.id, "Ann is away Tue 2 Jun to Wed 10 Jun, as planned. See you after it.")

        back = await s.says(ann, "/pause off")
        assert "Welcome back." in back.text
        assert "The next card comes Fri 5 Jun 2026 07:00 London" in back.text
        await s.after(minutes=1)
        assert next(seen for seen in s.seen(group) if seen.id == line.id).text == "Ann is back."
        await s.until(on(5, 6, 5))
        assert CARD in s.last(ann).text

        await s.says(ann, "/pause 20 Jun to 21 Jun")
        await s.presses(ann, "Set it, tell nobody")
        await s.says(ann, "/start")
        assert "A break is planned: Sat 20 Jun to Sun 21 Jun." in s.last(ann).text
        assert (await s.presses(ann, "Call off")).text.startswith("The break is called off.")
        assert "There is no break to end." in (await s.says(ann, "/pause off")).text


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("1 May to 20 May", "Those days are over."),
        ("100 days", "A break has 90 days at most."),
        ("1 Jul 2027 to 3 Jul 2027", "That is more than 365 days off."),
    ],
)
async def test_what_is_no_break_is_refused_plainly(words: str, refusal: str) -> None:
    async with ann_at_home() as (s, ann, _):
        assert (await s.says(ann, f"/pause {words}")).text.startswith(refusal)
        assert "There is no break to end." in (await s.says(ann, "/pause off")).text


async def test_an_outage_over_the_end_of_a_break_doubles_nothing(tmp_path: Path) -> None:
    async with ann_at_home(folder=tmp_path) as (s, ann, _):
        await s.says(ann, "/pause 3 Jun to 5 Jun")
        await s.presses(ann, "Set it")
        await s.until(on(2, 5, 30))
        before = s.last(ann)
        await s.restart(down_until=on(8, 7, 0))  # from before the card of the 2nd until 08:00 of the 8th
        await s.settle()
        await s.until(on(8, 7, 1))
        fate = await fates(s)
        assert {day: fate[day] for day in range(2, 9)} == {
            2: ("excused", "outage"),
            3: ("excused", "pause"),
            4: ("excused", "pause"),
            5: ("excused", "pause"),
            6: ("excused", "outage"),
            7: ("excused", "outage"),
            8: ("planned", None),
        }
        heard = new(s, ann, before)
        assert len(about(heard, "I was down at 3 of your slots, last at 07:00 on Sun 7 Jun")) == 1
        assert len(about(heard, CARD)) == 1
        assert len(heard) == 2


async def test_moving_the_slot_and_the_zone_in_a_break_wakes_nobody() -> None:
    async with ann_at_home() as (s, ann, _):
        await s.says(ann, "/pause 3 Jun to 8 Jun")
        await s.presses(ann, "Set it")
        await s.until(on(4))
        await s.says(ann, "/slot 18:00 every day")
        moved = await s.says(ann, "/timezone Asia/Tokyo")
        assert "The next card comes Tue 9 Jun 2026 18:00 Tokyo." in moved.text
        await s.until(on(8, 23))
        assert new(s, ann, moved) == []
        await s.until(on(9, 9, 5))  # 18:05 in Tokyo
        assert CARD in s.last(ann).text


async def test_who_studies_in_a_break_is_counted_and_stays_away() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        await s.says(ann, "/pause 2 Jun to 5 Jun")
        await s.presses(ann, "Set it and say so")
        await s.until(on(3))
        card = await s.says(ann, "/today")
        assert "You are away until Fri 5 Jun. What you do still counts." in card.text
        assert card.labels == ("Done", "Partly", "I am back")
        await s.presses(ann, "Done", on=card)
        await s.after(minutes=1)
        assert (await fates(s))[3] == ("done", "pause")
        assert "✓ Ann" in board(s, group)
        before = s.last(ann)
        await s.until(on(5, 20))
        assert new(s, ann, before) == []


# --- rest days --------------------------------------------------------------------------------------------------------
async def test_rest_days_break_no_streak_and_reviews_wait_for_the_next_study_day() -> None:
    async with ann_at_home(days="mon-fri", level="Group") as (s, ann, group):
        await keep(s, ann, 2, 3, 4, 5)
        await s.says(ann, "/done Lines, angles and distance")  # on Friday: its review is due on Saturday
        quiet = s.last(ann)
        await s.until(on(7, 17, 50))
        assert new(s, ann, quiet) == [], "a rest day is one"
        on_sunday = await s.says(ann, "/today")
        assert "Again today" not in on_sunday.text
        await s.until(on(8, 6, 5))
        assert "Again today" in s.last(ann).text
        await s.presses(ann, "Done")
        await s.until(on(14, 18, 5))
        assert about(s.seen(group), "The week", "Mon 1 Jun to Sun 7 Jun", "4 days running"), "Sunday's digest, two rest days on"


async def test_a_review_due_in_a_break_comes_after_it() -> None:
    async with ann_at_home() as (s, ann, _):
        await keep(s, ann, 2)
        await s.says(ann, "/done Lines, angles and distance")
        await s.says(ann, "/pause 3 Jun to 5 Jun")
        await s.presses(ann, "Set it")
        await s.until(on(4))
        assert "Again today" not in (await s.says(ann, "/today")).text
        await s.until(on(6, 6, 5))
        assert "Again today" in s.last(ann).text


# --- a sick day -------------------------------------------------------------------------------------------------------
async def test_a_sick_day_is_at_once_and_its_allowance_is_seen() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        await s.until(on(2, 6, 5))
        card = s.last(ann)
        told = await s.says(ann, "/pause today")
        assert told.text == (
            "A sick day. Nothing is asked of you today, and nothing counts. Get well.\n4 of 5 sick days left in 90 days."
        )
        await s.after(minutes=1)
        now = next(seen for seen in s.seen(ann) if seen.id == card.id)
        assert "A sick day: nothing is asked of you." in now.text
        assert "Not today" not in now.labels
        assert "– Ann, excused" in board(s, group)
        assert "sick" not in board(s, group), "how she is, is hers to tell"
        await s.until(on(2, 23))
        assert new(s, ann, told) == []
        assert (await fates(s))[2] == ("excused", "sick")


async def test_before_the_slot_a_sick_day_keeps_the_card_away_and_can_be_undone() -> None:
    async with ann_at_home() as (s, ann, _):
        await s.until(on(2, 5))  # 06:00 in London
        told = await s.says(ann, "/pause today")
        await s.until(on(2, 6, 10))
        assert new(s, ann, told) == []
        undone = await s.presses(ann, "Undo")
        assert undone.id == told.id
        assert s.last(ann).text == "Taken back: 5 of 5 sick days left. /today has the card."
        assert (await fates(s))[2] == ("planned", None)
        await s.says(ann, "/today")
        await s.presses(ann, "Done")
        assert (await fates(s))[2] == ("done", None)


async def test_when_the_allowance_is_used_up_not_today_is_still_one_tap() -> None:
    async with ann_at_home() as (s, ann, _):
        for day in range(2, 7):
            await s.until(on(day, 6, 5))
            await s.says(ann, "/pause today")
        assert s.last(ann).text.endswith("0 of 5 sick days left in 90 days.")
        await s.until(on(7, 6, 5))
        refused = await s.says(ann, "/pause today")
        assert "All 5 sick days of the last 90 days are used; the next is there on Mon 31 Aug." in refused.text
        await s.presses(ann, "Not today", on=refused)
        assert (await fates(s))[7] == ("skipped", None)
        assert "Today is answered already" in (await s.says(ann, "/pause today")).text


async def test_a_sick_day_that_is_not_needed_is_not_used() -> None:
    async with ann_at_home(days="mon-fri") as (s, ann, _):
        await s.until(on(6))
        assert "so no sick day was used" in (await s.says(ann, "/pause today")).text
        assert "5 of 5 sick days left" in (await s.says(ann, "/pause")).text


# --- silence ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_silence_ladder_from_the_first_step_to_the_way_back(platform: str) -> None:
    async with ann_at_home(days="mon-fri", level="Group", on=platform) as (s, ann, group):
        before = s.last(ann)
        await s.until(on(3, 19, 30))  # Wednesday 20:30: the second study day without a word
        asked = about(new(s, ann, before), "2 study days without a word")
        assert len(asked) == 1
        assert asked[0].labels == ("Done", "Partly", "Not today", "A break")
        assert len(about(new(s, ann, before), "Today is still open")) == 1, "in place of the evening's, not beside it"

        await s.until(on(11, 9))  # seven study days: Tue 2 to Wed 10
        (paused,) = about(s.seen(ann), "I have paused you")
        assert paused.text.startswith("7 study days without a word")
        (line,) = about(s.seen(group), "Ann is on a break. The place here is kept.")
        assert "Ann, until they are back" in board(s, group)
        await s.until(on(18))
        assert new(s, ann, paused) == [], "no card, no nudge"
        assert len(about(s.seen(ann), "without a word. No harm done")) == 1, "once"
        assert (await fates(s))[15] == ("excused", "pause")

        await s.presses(ann, "I am back", on=paused)
        await s.after(minutes=1)
        assert about(new(s, ann, paused), "Welcome back. Nothing was counted while you were away.")
        assert "Easy day 1 of 3 after the break" in s.last(ann).text, "today's card, whose slot has passed"
        assert next(seen for seen in s.seen(group) if seen.id == line.id).text == "Ann is back."
        await s.until(on(19, 6, 5))
        assert "Easy day 2 of 3 after the break" in s.last(ann).text


@pytest.mark.parametrize("word", ["/plan", "/checkin 20m", "Not today"])
async def test_any_word_ends_the_silence(word: str) -> None:
    async with ann_at_home() as (s, ann, _):
        await s.until(on(7, 6, 5))  # five days missed
        await (s.says(ann, word) if word.startswith("/") else s.presses(ann, word))
        await s.until(on(14, 8))
        assert not about(s.seen(ann), "I have paused you")
        await s.until(on(15, 8))  # seven more, the 8th to the 14th
        assert about(s.seen(ann), "I have paused you")


async def test_a_check_in_brings_back_and_is_counted() -> None:
    async with ann_at_home() as (s, ann, _):
        await s.until(on(10, 8))
        assert about(s.seen(ann), "I have paused you")
        await s.says(ann, "/checkin 20m")
        await s.after(minutes=1)
        assert about(s.seen(ann), "Welcome back.")
        assert (await fates(s))[10][0] == "done"
        await s.until(on(11, 6, 5))
        assert "Easy day 2 of 3" in s.last(ann).text


async def test_of_a_private_member_nothing_is_said() -> None:
    async with ann_at_home(level="Private") as (s, ann, group):
        await s.until(on(11))
        assert about(s.seen(ann), "I have paused you")
        assert not about(s.seen(group), "Ann")


async def test_on_the_fourth_day_the_buddy_hears_it_once() -> None:
    async with ann_at_home() as (s, ann, _):
        bob = s.tg.person("Bob")
        await s.says(bob, "/timezone Europe/London")
        await s.says(ann, "/buddy")
        await s.presses(ann, "Invite")
        code = s.last(ann).text.split("/buddy ")[1].split()[0]
        assert "Ann asks you to be their buddy." in (await s.says(bob, f"/start buddy_{code}")).text
        await s.presses(bob, "Yes")
        await s.presses(ann, "Yes")
        assert about(s.seen(bob), "You are Ann's buddy.")
        await s.until(on(5, 20))
        assert not about(s.seen(bob), "has not said a word")
        await s.until(on(6, 8))  # the 2nd to the 5th were silent; 09:00, Bob is up
        await s.until(on(12))
        assert len(about(s.seen(bob), "Ann has not said a word to me for 4 study days.")) == 1
        assert "on a break" in (await s.says(bob, "/buddy")).text
        await s.presses(bob, "End it")
        assert about(s.seen(ann), "You and Bob are no buddies any more.")


# --- after a slip -----------------------------------------------------------------------------------------------------
async def test_the_day_after_a_slip_there_is_the_card_and_no_reminder() -> None:
    async with ann_at_home(level="Group + alert") as (s, ann, group):
        await s.says(ann, "/commit finish chapter 1 by 3 Jun")
        await s.presses(ann, "Publish")
        await keep(s, ann, 2, 3)
        await s.until(on(4, 8, 5))  # the alert waited for the end of the group's quiet hours
        assert about(s.seen(group), "is still open")
        before = s.last(ann)
        await s.until(on(5, 6, 1))
        told = about(s.seen(ann), "A promise slipped. Today there is this card, and no reminders.")
        assert about(told, "Fri 5 Jun")
        assert not about(new(s, ann, before), "not a word yet")
        assert not about(new(s, ann, before), "Today is still open")
        await s.until(on(6, 6, 55))
        assert about(new(s, ann, before), "45 minutes, and not a word yet"), "the day after that is like any other"


async def test_after_a_slip_on_a_friday_it_is_monday_that_has_no_reminders() -> None:
    async with ann_at_home(days="mon-fri", level="Group + alert") as (s, ann, _):
        await s.says(ann, "/commit finish chapter 1 by 5 Jun")
        await s.presses(ann, "Publish")
        await keep(s, ann, 2, 3, 4, 5)
        await s.until(on(7, 12))
        before = s.last(ann)
        await s.until(on(9, 2))
        told = new(s, ann, before)
        assert [one.text.split("\n")[1] for one in told] == ["A promise slipped. Today there is this card, and no reminders."]
        await s.until(on(9, 6, 55))
        assert about(new(s, ann, before), "45 minutes, and not a word yet"), "Tuesday is like any other"


# --- easy days --------------------------------------------------------------------------------------------------------
async def test_after_a_week_away_three_easy_days_cannot_go_wrong() -> None:
    async with ann_at_home(level="Group") as (s, ann, group):
        await keep(s, ann, 2)
        await s.says(ann, "/commit finish Calculus 1 by 30 Sep")
        await s.presses(ann, "Publish")
        await s.says(ann, "/pause 3 Jun to 9 Jun")
        assert "Then half the load for 3 study days" in s.last(ann).text
        await s.presses(ann, "Set it and say so")
        await s.until(on(10, 6, 5))
        easy = s.last(ann)
        assert "Easy day 1 of 3 after the break: 30 min will do, and nothing counts against you." in easy.text
        assert "32 modules in 112 days; 1 a week for now" in easy.text, "half of 2 a week"
        await s.until(on(13, 6, 5))  # not a word on all three
        fate = await fates(s)
        assert [fate[day] for day in (10, 11, 12)] == [("excused", "restart")] * 3
        assert "Easy day" not in s.last(ann).text
        assert "32 modules in 109 days, 3 a week" in s.last(ann).text
        await s.presses(ann, "Done")
        await keep(s, ann, 14)
        await s.until(on(14, 18, 5))
        assert about(s.seen(group), "2 of 2 sessions", "3 days running"), "the streak of the 2nd goes on"


# --- quiet hours ------------------------------------------------------------------------------------------------------
async def test_in_ones_own_quiet_hours_reminders_wait_and_the_card_comes() -> None:
    async with ann_at_home() as (s, ann, _):
        assert "Quiet from 21:00 to 09:00." in (await s.says(ann, "/quiet 21:00-09:00")).text
        await s.until(on(2, 6, 5))
        card = s.last(ann)
        assert CARD in card.text
        await s.until(on(2, 7, 55))  # 08:55
        assert new(s, ann, card) == []
        await s.until(on(2, 8, 5))
        assert s.last(ann).text.startswith("Not a word yet today.")
        assert "No quiet hours." in (await s.says(ann, "/quiet off")).text
        assert "Like this: 21:00-07:00, or off." in (await s.says(ann, "/quiet never ever")).text
