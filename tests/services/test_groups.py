"""Groups as they are lived in: set up, joined, left, moved, and left by the bot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Consent
from bot.events import BotMoved, ChatMoved, MemberLeft, Person, Reach
from bot.store import commitments, groups, people, timers
from bot.store.database import Database
from tests.services.grouping import ALL_RIGHTS, CHAT, Hall

pytestmark = pytest.mark.both_engines

NEW_CHAT = replace(CHAT, chat="-1000100")
ROOT = Person("telegram", "1", "Root")


@pytest.fixture
def hall(database: Database) -> Hall:
    return Hall(database)


def came(hall: Hall, chat: str = CHAT.chat, *, newly: bool = True) -> BotMoved:
    return BotMoved(ROOT, replace(CHAT, chat=chat), hall.at, present=True, newly=newly, rights=ALL_RIGHTS)


# --- set-up -----------------------------------------------------------------------------------------------------------
async def test_the_checklist_says_what_is_missing_and_follows_the_rights(database: Database) -> None:
    hall = Hall(database, zone=None)
    await hall.opens(rights={"post": True, "pin": False})
    checklist = hall.here[0]
    assert "◦ I may not pin messages." in checklist.text
    assert "◦ City: not set yet, so times here are UTC" in checklist.text
    await hall.happens(came(hall, newly=False))
    assert "✓ I may pin messages" in checklist.text
    assert len(hall.here) == 1


async def test_entered_twice_without_leaving_posts_one_checklist(hall: Hall) -> None:
    await hall.opens()
    await hall.happens(came(hall))
    assert len(hall.here) == 1


async def test_settings_are_chosen_by_edits_in_place(hall: Hall) -> None:
    await hall.opens()
    for label in ("Digest day", "Friday", "Digest time", "20:00", "Horizon", "14 days", "Quiet hours", "none"):
        await hall.presses("1", label, admin=True)
    assert len(hall.here) == 1
    assert "✓ Digest: Friday 20:00" in hall.here[0].text
    assert "✓ Horizon: 14 days." in hall.here[0].text
    assert "✓ Quiet hours: none" in hall.here[0].text
    async with hall.database.read() as tx:
        timer = await timers.find(tx, kind="digest", subject=1)
    assert timer is not None
    assert timer.due_at == datetime(2026, 6, 19, 19, tzinfo=UTC)  # Friday 20:00 in London


async def test_only_administrators_choose(hall: Hall) -> None:
    await hall.opens()
    before = hall.here[0].text
    await hall.presses("7", "Digest day")
    assert hall.here[0].text == before
    assert hall.walls.toasts == ["That one is for the group's administrators."]
    await hall.says("7", "/setup")
    assert hall.here[-1].text == "That one is for the group's administrators."


async def test_a_city_is_typed_in_reply_to_the_question_and_nowhere_else(hall: Hall) -> None:
    await hall.opens()
    await hall.presses("1", "City", admin=True)
    question = hall.here[0]
    assert "Reply to this message" in question.text
    await hall.says("1", "Tokyo")  # talk that a bot without privacy mode hears too
    await hall.says("2", "Tokyo", reply_to=question.ref)  # nobody asked them
    assert "Reply to this message" in question.text
    await hall.says("1", "Atlantis of the west", reply_to=question.ref)
    assert "I know no place called “Atlantis of the west”" in question.text
    await hall.says("1", "Tokyo", reply_to=question.ref)
    assert "Tokyo, Japan" in question.labels
    await hall.presses("1", "Tokyo, Japan", admin=True)
    assert "✓ City: Tokyo" in question.text
    assert len(hall.here) == 1
    await hall.says("1", "Paris", reply_to=question.ref)  # the question is answered
    assert "✓ City: Tokyo" in question.text


async def test_setup_takes_a_city_in_one_line(hall: Hall) -> None:
    await hall.opens()
    await hall.says("1", "/setup Tokyo", admin=True)
    await hall.presses("1", "Tokyo", admin=True)
    assert "✓ City: Tokyo" in hall.here[-1].text


async def test_setup_in_a_topic_takes_posts_and_board_there(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann")
    old = hall.board
    await hall.says("1", "/setup", topic="77", admin=True)
    assert old.text == "The board is kept in another topic now."
    assert hall.board.topic == "77"
    assert hall.board.pinned
    assert "✓ Posts go to this topic" in next(one.text for one in hall.here if one.topic == "77" and "Plan E" in one.text)


async def test_digests_go_to_the_topic_in_which_that_was_asked_for(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann")
    await hall.says("1", "/digest here", topic="78", admin=True)
    assert hall.here[-1].text == "From now on digests come to this topic."
    assert "✓ Digests go to a topic of their own" in hall.here[0].text
    await hall.until(datetime(2026, 6, 14, 17, 1, tzinfo=UTC))
    assert [one.topic for one in hall.here if one.text.startswith("The week")] == ["78"]
    assert hall.board.topic is None, "the board stays"
    await hall.says("1", "/digest here", admin=True)
    assert hall.here[-1].text == "From now on digests come here, with the other posts."
    assert "topic of their own" not in hall.here[0].text


async def test_a_digests_topic_that_is_closed_keeps_nothing_back(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann")
    await hall.says("1", "/digest here", topic="78", admin=True)
    hall.walls.closed = "78"
    await hall.until(datetime(2026, 6, 14, 17, 1, tzinfo=UTC))
    assert [one.topic for one in hall.here if one.text.startswith("The week")] == [None]
    async with hall.database.read() as tx:
        assert (await hall.group(tx)).digest_topic is None


# --- joining and leaving ----------------------------------------------------------------------------------------------
async def test_joining_without_a_private_chat_offers_the_way_there(hall: Hall) -> None:
    await hall.opens()
    await hall.says("11", "/join")
    async with hall.database.read() as tx:
        group = await hall.group(tx)
        assert await people.members_of(tx, group.id) == []
    button = hall.here[-1].message.rows[0][0]
    assert button.url == f"start:join_{group.join_code}"


async def test_joining_with_one_asks_there_and_shows_nothing_until_answered(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann", joined=False)
    await hall.says("11", "/join")
    assert "What may Study group see of you?" in hall.private("11")[-1].text
    async with hall.database.read() as tx:
        ((learner, membership),) = await people.members_of(tx, 1)
    assert (learner.name, membership.consent) == ("Ann", None)
    assert not any("Ann" in one.text for one in hall.here)


async def test_leaving_asks_first_and_hides_the_promises_for_good(hall: Hall) -> None:
    await hall.opens()
    ann = await hall.person("11", "Ann")
    await hall.person("12", "Bob")
    promised = await hall.promises(ann, "finish Calculus 1", due_at=hall.at + timedelta(days=9))
    await hall.until(hall.at + timedelta(minutes=1))
    await hall.says("11", "/leave")
    assert "Your open promise here becomes private." in hall.here[-1].text
    await hall.presses("12", "Leave")
    assert hall.walls.toasts == ["That button belongs to somebody else."]
    await hall.presses("11", "Leave")
    assert hall.here[-1].text == "Ann has left. Nothing of theirs is shown here any more."
    await hall.until(hall.at + timedelta(minutes=1))
    assert "Ann" not in hall.board.text
    await hall.person("11", "Ann")  # joins again, for all to see
    async with hall.database.read() as tx:
        assert (await commitments.consents(tx, [promised]))[promised] is Consent.PRIVATE


async def test_one_may_stay_after_all(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann")
    await hall.says("11", "/leave")
    await hall.presses("11", "Stay")
    assert hall.here[-1].text == "You stay, then."
    async with hall.database.read() as tx:
        assert len(await people.members_of(tx, 1)) == 1


async def test_who_leaves_the_chat_is_told_what_became_of_their_promises(hall: Hall) -> None:
    await hall.opens()
    ann = await hall.person("11", "Ann")
    bob = await hall.person("12", "Bob")
    for text in ("one", "two"):
        await hall.promises(ann, text, due_at=hall.at + timedelta(days=3))
    for learner, account in ((ann, "11"), (bob, "12")):
        await hall.happens(MemberLeft(Person("telegram", account, learner.name), CHAT, hall.at))
    assert hall.private("11")[-1].text == (
        "You are no longer in Study group. Your 2 open promises there are private now; they stand all the same."
    )
    assert hall.private("12") == []


# --- what happens to the chat -----------------------------------------------------------------------------------------
async def test_a_blocked_private_chat_is_no_longer_written_to(hall: Hall) -> None:
    await hall.opens()
    await hall.person("11", "Ann", joined=False)
    who = Person("telegram", "11", "Ann")
    await hall.happens(Reach(who, replace(CHAT, chat="11", private=True), hall.at, reachable=False))
    await hall.says("11", "/join")
    assert hall.private("11") == []
    assert "Join" in hall.here[-1].labels


async def test_nothing_is_said_where_the_bot_is_no_more_until_it_is_back(hall: Hall) -> None:
    await hall.opens()
    ann = await hall.person("11", "Ann")
    await hall.promises(ann, "finish Calculus 1", due_at=hall.at + timedelta(days=9))
    await hall.happens(BotMoved(ROOT, CHAT, hall.at, present=False, newly=False))
    said = len(hall.here)
    await hall.until(hall.at + timedelta(days=8))
    assert len(hall.here) == said
    await hall.opens()
    await hall.until(hall.at + timedelta(days=7))
    assert len(hall.digests) == 1


@pytest.mark.parametrize("order", ["moved first", "entered first"])
async def test_a_group_that_moves_keeps_its_members_and_its_one_checklist(hall: Hall, order: str) -> None:
    await hall.opens()
    await hall.person("11", "Ann")
    moved, entered = ChatMoved(CHAT, hall.at, NEW_CHAT.chat), came(hall, NEW_CHAT.chat)
    gone = BotMoved(ROOT, CHAT, hall.at, present=False, newly=False)
    for event in (moved, entered) if order == "moved first" else (gone, entered, moved):
        await hall.happens(event)
    await hall.happens(moved)  # twice is once
    await hall.until(hall.at + timedelta(minutes=2))
    async with hall.database.read() as tx:
        group = await hall.group(tx, NEW_CHAT)
        assert (group.id, group.active) == (1, True)
        assert await groups.by_chat(tx, platform="telegram", chat=CHAT.chat) is None
        assert [learner.name for learner, _ in await people.members_of(tx, 1)] == ["Ann"]
        assert await timers.find(tx, kind="digest", subject=1) is not None
        assert await timers.find(tx, kind="digest", subject=2) is None
    there = hall.walls.chats[NEW_CHAT.chat]
    checklists = [one for one in there if "Plan E in this group" in one.text]
    assert len(checklists) == (0 if order == "moved first" else 1)
    for one in checklists:  # put up by the newer row, it leads to the older one now
        assert one.message.rows[0][0].url == f"start:join_{group.join_code}"
    assert [one.pinned for one in there if one.text.startswith("Board")] == [True]
