"""What a demanding member sees of a group: the board on the first day, previews that vanish, questions asked in place."""

from datetime import UTC, datetime, timedelta

from tests.fakes.telegram.people import find
from tests.flows.stage import stage
from tests.flows.test_mishaps import at_home
from tests.flows.test_story import join, set_up

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_a_slot_that_passed_before_joining_is_not_still_to_come() -> None:
    async with stage(NOON) as s:
        ann = s.tg.person("Ann")
        group = s.tg.group("Study", members=[ann])
        s.tg.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann, city="London", time="07:00")
        await join(s, ann, group, "Group")
        await s.after(minutes=2)
        (board,) = [one for one in s.seen(group) if one.pinned]
        assert "Nobody has a session today." in board.text
        await s.until(NOON + timedelta(hours=16))
        (board,) = [one for one in s.seen(group) if one.pinned]
        assert "… Ann, 07:00" in board.text


async def test_a_promise_whose_preview_was_deleted_is_posted_anew() -> None:
    async with stage(NOON) as s:
        ann, group = await at_home(s)
        preview = await s.says(ann, "/commit read chapter 1 by 5 June", chat=group)
        ann.presses(preview, "Publish")
        find(s.tg.world, preview).deleted = True
        await s.after(minutes=1)
        posts = [one for one in s.seen(group) if "read chapter 1" in one.text and not one.pinned and not one.deleted]
        assert [one.text.splitlines()[0] for one in posts] == ["Ann: read chapter 1"]


async def test_a_date_asked_for_in_a_group_is_given_in_reply() -> None:
    async with stage(NOON) as s:
        ann, group = await at_home(s)
        question = await s.says(ann, "/commit read chapter 1", chat=group)
        assert "reply to this message with a date" in question.text
        preview = await s.says(ann, "5 June", chat=group, reply_to=question)
        assert "By Fri 5 Jun 2026 23:59 London" in preview.text


async def test_a_promise_spelled_out_is_done_rather_than_a_module_that_begins_so() -> None:
    async with stage(NOON) as s:
        ann, group = await at_home(s)
        await s.says(ann, "/commit beta by 5 June", chat=group)
        await s.presses(ann, "Publish", chat=group)
        done = await s.says(ann, "/done beta")
        assert done.text.startswith("“beta” is done")
