"""A message whose answer was lost, and a person who shows that it arrived: it is not sent again, and lives on as one that was."""

from datetime import UTC, datetime

import pytest

from tests.fakes.wire_faults import Lost
from tests.flows.stage import PLATFORMS, Group, Person, Seen, Stage, stage
from tests.flows.test_story import join, set_up

MONDAY = datetime(2026, 6, 1, 4, tzinfo=UTC)  # 05:00 in London
SLOT = datetime(2026, 6, 1, 6, tzinfo=UTC)
SEND = {"telegram": "sendMessage", "discord": "create_message"}


async def at_home(s: Stage) -> tuple[Person, Person, Group]:
    """A learner with a slot at 07:00 in London, in a group that may see everything, and somebody else."""
    ann, bob = s.fake.person("Ann"), s.fake.person("Bob")
    group = s.fake.group("Study", members=[ann, bob])
    s.fake.adds_bot(group, by=ann, rights={"can_pin_messages": True})
    await s.settle()
    await set_up(s, ann, city="London", time="07:00")
    await join(s, ann, group, "Group + alert")
    await s.after(minutes=2)
    return ann, bob, group


def lose(s: Stage, platform: str, where: Person | Group) -> None:
    s.fake.fault(SEND[platform], Lost(), chat=where)


def with_button(s: Stage, where: Person | Group, label: str) -> list[Seen]:
    return [one for one in s.seen(where) if label in one.labels]


async def at_once(s: Stage) -> None:
    """Hear, handle and say what there is at this moment; the minute until a second try does not pass."""
    for _ in range(3):
        for ear in s.ears.values():
            await ear.listen(s.bot)
        await s.bot.inbox.work()
        await s.bot.courier.drain()


def again(s: Stage, person: Person) -> list[Seen]:
    return [one for one in s.seen(person) if "Again, in case the first got lost" in one.text]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_card_that_was_pressed_does_not_come_again(platform: str) -> None:
    async with stage(MONDAY, on=platform) as s:
        ann, _, _ = await at_home(s)
        lose(s, platform, ann)
        s.clock.at = SLOT
        await s.bot.tick()
        await at_once(s)
        (card,) = with_button(s, ann, "Start")
        ann.presses(card, "Done")
        await at_once(s)
        await s.after(minutes=5)
        assert not again(s, ann)
        pressed = s.again(card)
        assert "Undo" in pressed.labels, "the card itself says what was done"
        await s.presses(ann, "Undo", on=pressed)
        assert "Done" in s.again(card).labels, "and goes on being edited"


async def test_an_answer_that_was_replied_to_does_not_come_again() -> None:
    async with stage(MONDAY) as s:
        ann, _, _ = await at_home(s)
        lose(s, "telegram", ann)
        ann.says("/slot")
        await at_once(s)
        ann.says("thanks", reply_to=s.last(ann))
        await s.after(minutes=5)
        assert not again(s, ann)


async def test_a_reply_to_words_of_ones_own_or_to_an_older_message_proves_nothing() -> None:
    async with stage(MONDAY) as s:
        ann, _, _ = await at_home(s)
        older = s.last(ann)
        lose(s, "telegram", ann)
        ann.says("/slot")
        await at_once(s)
        ann.says("indeed", reply_to=ann.says("thanks"))
        ann.says("indeed", reply_to=older)
        await at_once(s)
        await s.after(minutes=5)
        assert len(again(s, ann)) == 1


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_alert_that_was_cheered_at_is_repaired_like_any_other(platform: str) -> None:
    async with stage(MONDAY, on=platform) as s:
        ann, bob, group = await at_home(s)
        await s.says(ann, "/commit read chapter 1 by 1 June 12:00", chat=group)
        await s.presses(ann, "Publish", chat=group)
        await s.until(datetime(2026, 6, 1, 12, 30, tzinfo=UTC))
        lose(s, platform, group)
        await s.until(datetime(2026, 6, 1, 13, 30, tzinfo=UTC))
        (alert,) = with_button(s, group, "Cheer")
        await s.presses(bob, "Cheer", on=alert, chat=group)
        assert "1 cheer" in s.again(alert).text
        await s.says(ann, "/done read chapter 1")
        await s.after(minutes=5)
        assert "late" in s.again(alert).text
        assert len([one for one in s.seen(group) if (one.labels and "Cheer" in one.labels) or one.id == alert.id]) == 1


async def test_a_post_that_was_replied_to_is_not_offered_again_and_follows_its_promise() -> None:
    async with stage(MONDAY) as s:
        ann, bob, group = await at_home(s)
        await s.says(ann, "/commit read chapter 1 by 3 June")
        lose(s, "telegram", group)
        await s.presses(ann, "Publish")
        await s.after(minutes=5)
        asked = s.last(ann)
        assert "Post again" in asked.labels
        (post,) = [one for one in s.seen(group) if "read chapter 1" in one.text and not one.pinned]
        await s.says(bob, "good luck", chat=group, reply_to=post)
        await s.after(minutes=1)
        assert s.again(asked).text == "“read chapter 1” reached Study after all."
        assert not s.again(asked).labels
        await s.says(ann, "/done read chapter 1")
        await s.after(minutes=2)
        assert s.again(post).text != post.text, "the post follows"
        assert len([one for one in s.seen(group) if "read chapter 1" in one.text and not one.pinned]) == 1
