"""What goes wrong in the life of a bot: restarts, outages, lost answers, blocked chats, groups that move; through HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.telegram import Group, Lost, Person
from tests.flows.stage import Stage, stage
from tests.flows.test_story import join, set_up

MONDAY = datetime(2026, 6, 1, 4, tzinfo=UTC)  # 05:00 in London


async def at_home(s: Stage, name: str = "Ann") -> tuple[Person, Group]:
    """A learner with a slot at 07:00 in London, in a group that may see everything."""
    ann = s.tg.person(name)
    group = s.tg.group("Study", members=[ann, s.tg.person("Bob")])
    s.tg.adds_bot(group, by=ann, rights={"can_pin_messages": True})
    await s.settle()
    await set_up(s, ann, city="London", time="07:00")
    await join(s, ann, group, "Group + alert")
    await s.after(minutes=2)
    return ann, group


async def promise(s: Stage, ann: Person, group: Group) -> None:
    await s.says(ann, "/commit read chapter 1 by 3 June", chat=group)
    await s.presses(ann, "Publish", chat=group)


async def test_the_first_questions_survive_a_restart(tmp_path: Path) -> None:
    async with stage(MONDAY, folder=tmp_path) as s:
        ann = s.tg.person("Ann")
        await s.says(ann, "/start")
        await s.says(ann, "London")
        await s.presses(ann, "London, United")
        await s.restart()
        await s.presses(ann, "07:00")
        await s.presses(ann, "Next")
        await s.restart()
        await s.presses(ann, "Later")
        assert "07:00" in s.last(ann).text
        await s.until(MONDAY + timedelta(hours=2, minutes=5))
        assert s.last(ann).text.startswith("Mon 1 Jun")


async def test_a_card_comes_late_after_a_short_outage(tmp_path: Path) -> None:
    async with stage(MONDAY, folder=tmp_path) as s:
        ann, _ = await at_home(s)
        await s.restart(down_until=datetime(2026, 6, 1, 7, 30, tzinfo=UTC))
        await s.until(datetime(2026, 6, 1, 7, 31, tzinfo=UTC))
        card = s.last(ann)
        assert card.text.startswith("Mon 1 Jun")
        assert "delayed. That was me, not you." in card.text
        assert "Done" in card.labels


async def test_a_long_outage_is_the_bots_own_fault(tmp_path: Path) -> None:
    async with stage(MONDAY, folder=tmp_path) as s:
        ann, _ = await at_home(s)
        await s.restart(down_until=datetime(2026, 6, 1, 11, tzinfo=UTC))
        await s.until(datetime(2026, 6, 1, 11, 1, tzinfo=UTC))
        assert "That is on me" in s.last(ann).text
        assert "Done" not in s.last(ann).labels
        await s.until(datetime(2026, 6, 2, 6, 5, tzinfo=UTC))
        assert s.last(ann).text.startswith("Tue 2 Jun")


async def test_a_deadline_moves_by_the_bots_absence(tmp_path: Path) -> None:
    async with stage(MONDAY, folder=tmp_path) as s:
        ann, group = await at_home(s)
        await promise(s, ann, group)
        await s.until(datetime(2026, 6, 3, 19, tzinfo=UTC))
        await s.restart(down_until=datetime(2026, 6, 3, 21, tzinfo=UTC))
        await s.until(datetime(2026, 6, 3, 23, 30, tzinfo=UTC))
        assert not [one for one in s.tg.dm(ann) if "Is it done?" in one.text], "two hours of absence, two hours more"
        await s.until(datetime(2026, 6, 4, 1, 30, tzinfo=UTC))
        (question,) = [one for one in s.tg.dm(ann) if "Is it done?" in one.text]
        assert "I was away for 2 h " in question.text


async def test_what_is_said_during_an_outage_counts_from_when_it_was_said(tmp_path: Path) -> None:
    async with stage(MONDAY, folder=tmp_path) as s:
        ann, group = await at_home(s)
        await promise(s, ann, group)
        await s.until(datetime(2026, 6, 3, 22, 30, tzinfo=UTC))
        await s.bot.close()
        s.clock.at = datetime(2026, 6, 3, 22, 40, tzinfo=UTC)  # 20 minutes before it is due
        ann.says("/done read chapter 1")
        await s.restart(down_until=datetime(2026, 6, 4, 12, tzinfo=UTC))
        await s.until(datetime(2026, 6, 4, 12, 5, tzinfo=UTC))
        assert not [one for one in s.seen(group) if "Cheer" in one.labels]
        assert not [one for one in s.tg.dm(ann) if "Is it done?" in one.text]


async def test_a_public_post_whose_answer_was_lost_is_never_sent_twice() -> None:
    async with stage(MONDAY) as s:
        ann, group = await at_home(s)
        await s.says(ann, "/commit read chapter 1 by 3 June")
        s.tg.fault("sendMessage", Lost(), chat=group)
        await s.presses(ann, "Publish")
        await s.after(hours=1)
        posts = [one for one in s.seen(group) if "read chapter 1" in one.text and not one.pinned]
        assert len(posts) == 1
        assert "Post again" in s.last(ann).labels, "its author is asked"


async def test_who_asked_in_the_group_is_told_in_private_that_the_preview_may_be_lost() -> None:
    async with stage(MONDAY) as s:
        ann, group = await at_home(s)
        s.tg.fault("sendMessage", Lost(), chat=group)
        await s.says(ann, "/commit read chapter 1 by 3 June", chat=group)
        await s.after(hours=1)
        (preview,) = [one for one in s.seen(group) if "Not promised yet" in one.text]
        assert "whether my answer about “read chapter 1” reached Study" in s.last(ann).text
        await s.presses(ann, "Publish", on=preview)
        assert [one for one in s.seen(group) if "Not promised yet" in one.text] == [], "what did arrive can be used"


async def test_a_private_card_whose_answer_was_lost_comes_once_more() -> None:
    async with stage(MONDAY) as s:
        ann, _ = await at_home(s)
        s.tg.fault("sendMessage", Lost(), chat=ann)
        await s.until(datetime(2026, 6, 1, 6, 10, tzinfo=UTC))
        cards = [one for one in s.tg.dm(ann) if "Start" in one.labels]
        assert len(cards) == 2
        assert cards[1].text.startswith("Again, in case the first got lost")
        await s.presses(ann, "Done", on=cards[1])
        assert "done" in s.tg.dm(ann)[-1].text


async def test_who_blocks_the_bot_is_left_in_peace() -> None:
    async with stage(MONDAY) as s:
        ann, _ = await at_home(s)
        ann.blocks_bot()
        count = len(s.tg.dm(ann))
        await s.until(datetime(2026, 6, 3, 12, tzinfo=UTC))
        assert len(s.tg.dm(ann)) == count
        tried = [call for call in s.tg.calls("sendMessage") if call.params.get("chat_id") == str(ann.id)]
        assert len(tried) <= count + 1, "it was found out once, and not tried again"
        ann.unblocks_bot()
        await s.until(datetime(2026, 6, 4, 6, 5, tzinfo=UTC))
        assert s.last(ann).text.startswith("Thu 4 Jun")


async def test_a_group_that_is_upgraded_goes_on() -> None:
    async with stage(MONDAY) as s:
        ann = s.tg.person("Ann")
        group = s.tg.group("Study", members=[ann], supergroup=False)
        s.tg.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann, city="London", time="07:00")
        await join(s, ann, group, "Group + alert")
        await promise(s, ann, group)
        successor = s.tg.upgrades(group)
        await s.until(datetime(2026, 6, 7, 19, tzinfo=UTC))
        assert any("The week" in one.text for one in s.seen(successor))
        assert not any("The week" in one.text for one in s.seen(group))


async def test_where_the_bot_was_removed_nothing_is_said() -> None:
    async with stage(MONDAY) as s:
        ann, group = await at_home(s)
        await promise(s, ann, group)
        s.tg.removes_bot(group, by=ann)
        count = len(s.seen(group))
        await s.until(datetime(2026, 6, 8, 12, tzinfo=UTC))
        assert len(s.seen(group)) == count
        s.tg.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.until(datetime(2026, 6, 14, 19, tzinfo=UTC))
        assert any("The week" in one.text for one in s.seen(group)[count:])


NAMES = ["<b>Ann</b> & Söhne", "🧑‍🚀" * 40, "\u202eمحمد\u202c بن", "x" * 4000, "*_~{name}~_*", "\u0000\u0007"]


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_is_harmless(name: str) -> None:
    async with stage(MONDAY) as s:
        ann, group = await at_home(s, name)
        await promise(s, ann, group)
        await s.says(ann, f"/checkin 30m {name}")
        await s.says(ann, f"/commit {name[:250]} by 3 June", chat=group)
        await s.until(datetime(2026, 6, 7, 19, tzinfo=UTC))
        assert any("The week" in one.text for one in s.seen(group))
