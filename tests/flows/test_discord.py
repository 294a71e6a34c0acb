"""What a demanding member of a Discord server sees: answers for oneself alone, forms, menus, doors that are closed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.store import groups
from tests.flows.stage import Stage, stage
from tests.flows.test_story import join, set_up

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def at_home(s: Stage, level: str = "Group + alert") -> tuple[Any, Any]:
    """A learner with a slot at 07:00 in London, in a group on Discord."""
    ann = s.fake.person("Ann")
    group = s.fake.group("Study", members=[ann, s.fake.person("Bob")])
    s.fake.adds_bot(group, by=ann, rights={"pin_messages": True})
    await s.settle()
    await set_up(s, ann, city="London", time="07:00")
    await join(s, ann, group, level)
    await s.after(minutes=2)
    return ann, group


async def fills_in(s: Stage, person: Any, label: str, words: str, *, chat: Any = None) -> None:
    """Presses what opens a form, and sends it."""
    seen = person.sees(chat)
    message = next(one for one in reversed(seen) if label in one.labels and not one.deleted)
    person.presses(message, label)
    await s.fake.until(person.modals)
    person.submits(person.modals()[-1], words=words)
    await s.settle()


async def test_joining_starts_in_the_server_and_goes_on_in_private() -> None:
    async with stage(NOON, on="discord") as s:
        ann = s.fake.person("Ann")
        group = s.fake.group("Study", members=[ann])
        s.fake.adds_bot(group, by=ann)
        await s.settle()
        [checklist] = s.seen(group)
        assert "I may not pin messages" in checklist.text
        ann.presses(checklist, "Join")
        await s.settle()
        assert [one.text for one in ann.sees(group) if one.ephemeral] == ["The answer is in our private chat."]
        assert "Where are you?" in s.last(ann).text
        assert "Study #study" in s.last(ann).text
        await fills_in(s, ann, "✎ Your city", "London")
        await s.presses(ann, "London, United")
        await fills_in(s, ann, "✎ Time and days", "6:45 mon-fri")
        await s.presses(ann, "Later")
        await s.presses(ann, "Group")
        assert "1 member so far" in s.seen(group)[0].text
        assert not s.fake.failed_interactions


async def test_who_lets_nobody_write_is_told_how_to_change_it() -> None:
    async with stage(NOON, on="discord") as s:
        ann = s.fake.person("Ann")
        group = s.fake.group("Study", members=[ann])
        s.fake.adds_bot(group, by=ann)
        await s.settle()
        ann.closes_dms()
        for _ in range(2):
            ann.presses(s.seen(group)[0], "Join")
            await s.settle()
        told = [one.text for one in ann.sees(group) if one.ephemeral]
        assert len(told) == 2
        assert all("allow direct messages" in one for one in told)
        ann.opens_dms()
        ann.presses(s.seen(group)[0], "Join")
        await s.settle()
        assert "Where are you?" in s.last(ann).text


async def test_in_a_server_personal_answers_are_for_the_person_alone() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        before = len(s.seen(group))
        for text in ("/help", "/checkin time:30m note:limits", "/privacy", "/leave", "/digest", "/join"):
            ann.says(text, chat=group)
            await s.settle()
        assert len(s.seen(group)) == before
        mine = [one for one in ann.sees(group) if one.ephemeral]
        assert [one.text.splitlines()[0] for one in mine] == [
            "The answer is in our private chat.",  # to the press of Join
            "What I understand here",
            "Logged for Mon 1 Jun: 30 min · Limits",
            "The answer is in our private chat.",
            "Leave this group? Nothing of yours will be shown here any more.",
            "The answer is in our private chat.",
            "The answer is in our private chat.",
        ]
        ann.presses(next(one for one in mine if "Leave" in one.labels), "Stay")
        await s.settle()
        assert "You stay, then." in [one.text for one in ann.sees(group)]
        assert not any(one.loading for one in ann.sees(group))
        assert not s.fake.failed_interactions


async def test_why_a_promise_was_refused_is_read_by_who_made_it_alone() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        cy = s.fake.person("Cy")
        s.fake.joins(group, cy)
        before = len(s.seen(group))
        for person, words in ((cy, "read by:friday"), (ann, f"{'x' * 301} by:friday")):
            person.says(f"/commit text:{words}", chat=group)
            await s.settle()
        assert not [one for one in s.seen(group)[before:] if not one.deleted]
        assert "/timezone London" in [one.text for one in cy.sees(group) if one.ephemeral][-1]
        assert "a promise has at most 300" in [one.text for one in ann.sees(group) if one.ephemeral][-1]
        assert not s.fake.failed_interactions


async def test_a_promise_without_a_date_is_given_one_in_a_form() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        ann.says("/commit text:read chapter 1", chat=group)
        await s.settle()
        assert "By when" in s.last(group).text
        await fills_in(s, ann, "✎ By when", "5 June", chat=group)
        assert "By Fri 5 Jun 2026 23:59 London (5 June 2026 22:59)" in s.last(group).text
        await s.presses(ann, "Publish", chat=group)
        assert s.last(group).text.startswith("Ann: read chapter 1")


async def test_words_are_added_to_a_check_in_in_a_form_and_a_message_becomes_one() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        await s.says(ann, "/checkin time:30m")
        await s.presses(ann, next(label for label in s.last(ann).labels if label.startswith("Edit")))
        await fills_in(s, ann, "✎ What you did", "45m limits, all exercises")
        assert "45 min" in s.last(ann).text
        said = ann.says("20m derivatives", chat=group)
        ann.uses_context_menu("Log as check-in", said)
        await s.settle()
        assert "Logged for Mon 1 Jun: 20 min" in [one for one in ann.sees(group) if one.ephemeral][-1].text
        bob = s.fake.person("Cy")
        s.fake.joins(group, bob)
        bob.uses_context_menu("Log as check-in", said)
        await s.settle()
        assert "somebody else's words" in bob.sees(group)[-1].text


async def test_edit_opens_its_form_and_who_closes_it_finds_the_question_in_the_chat() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        await s.says(ann, "/checkin time:30m")
        await s.presses(ann, "Edit")
        [form] = ann.modals()
        ann.submits(form, words="45m limits, all exercises")
        await s.settle()
        assert "45 min" in s.last(ann).text
        await s.presses(ann, "Edit")
        await fills_in(s, ann, "✎ What you did", "50m")
        assert "50 min" in s.last(ann).text
        ann.presses(s.seen(group)[0], "City")
        await s.settle()
        ann.submits(ann.modals()[-1], words="Paris")
        await s.settle()
        await s.presses(ann, "Paris, France", chat=group)
        assert "City: Paris" in s.seen(group)[0].text
        assert not s.fake.failed_interactions


async def test_the_board_is_pointed_out_to_who_asks_alone() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        before = len(s.seen(group))
        ann.says("/board", chat=group)
        await s.settle()
        assert len([one for one in s.seen(group) if not one.deleted]) == before
        mine = [one for one in ann.sees(group) if one.ephemeral]
        assert mine[-1].text == "The board is up to date, pinned at the top of #study."


async def test_who_pressed_in_vain_is_told_so_when_the_bot_is_back() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        s.fake.drops_gateway()
        await s.fake.until(lambda: not s.fake.listening)
        ann.presses(s.seen(group)[0], "Join")
        s.clock.at += timedelta(seconds=5)
        await s.fake.until(lambda: s.fake.listening)
        await s.settle()
        assert "nothing" in s.last(ann).text.casefold()
        assert [one.what for one in s.fake.failed_interactions] == ["start|" + (await _join_code(s))]


async def _join_code(s: Stage) -> str:
    async with s.bot.database.read() as tx:
        return f"join_{(await groups.get(tx, 1)).join_code}"


async def test_a_plan_comes_as_a_file_of_the_command_or_typed_into_a_form() -> None:
    async with stage(NOON, on="discord") as s:
        ann, _ = await at_home(s)
        ann.says("/plan", attach=("plan.md", b"# Maths\n## Calculus\n- [ ] Limits\n- [ ] Series\n"))
        await s.settle()
        assert "2 modules" in s.last(ann).text
        await s.presses(ann, "Replace")
        assert (await ann.autocompletes("done", "what", "ser")) == ["Series"]
        assert (await ann.autocompletes("plan", "track", "")) == ["Calculus"]
        assert await ann.autocompletes("pause", "days", "3 Jun to 10 Jun") == ["Wed 3 Jun 2026 to Wed 10 Jun 2026"]
        assert len(await ann.autocompletes("pause", "days", "until Monday")) == 2, "with that day, or up to it"
        assert await ann.autocompletes("pause", "days", "of") == []
        offered = await ann.autocompletes("commit", "by", "end of June")
        assert offered == ["Tue 30 Jun 2026 23:59 London, in 29 days"]
        await s.says(ann, "/done Series")
        assert "Series" in s.last(ann).text


async def test_pressed_in_vain_and_told_so(tmp_path: Path) -> None:
    async with stage(NOON, on="discord", folder=tmp_path) as s:
        ann, _ = await at_home(s)
        await s.says(ann, "/today")
        card = s.last(ann)
        await s.close()
        ann.presses(card, "Not today")
        s.clock.at += timedelta(seconds=30)
        await s.restart()
        await s.settle()
        assert "while I could not hear" in s.last(ann).text
        assert "Not today" in s.again(card).labels, "nothing was done"


async def test_what_was_typed_in_private_while_the_bot_was_down_is_heard(tmp_path: Path) -> None:
    async with stage(NOON, on="discord", folder=tmp_path) as s:
        ann = s.fake.person("Ann")
        s.fake.adds_bot(s.fake.group("Study", members=[ann]), by=ann)
        await s.settle()
        await s.says(ann, "/start")
        await s.close()
        ann.says("London")
        await s.restart()
        await s.settle()
        assert any(label.startswith("London") for label in s.last(ann).labels)


async def test_a_server_that_throws_the_bot_out_is_left_alone_until_it_comes_back() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        s.fake.removes_bot(group, by=ann)
        await s.after(days=15)
        async with s.bot.database.read() as tx:
            found = await groups.by_chat(tx, platform="discord", chat=str(group.id))
        assert found is not None
        assert not found.active
        s.fake.adds_bot(group, by=ann)
        await s.settle()
        assert "Plan E in this group" in s.last(group).text


async def test_setup_in_a_thread_makes_a_group_of_it_with_its_own_board() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        thread = s.fake.thread(group, "Calculus")
        ann.says("/setup", chat=thread)
        await s.settle()
        assert "Plan E in this group" in s.last(thread).text
        assert "/setup typed in another channel or thread" in s.last(thread).text
        await s.presses(ann, "City", chat=thread)
        await fills_in(s, ann, "✎ The group's city", "London", chat=thread)
        await s.presses(ann, "London, United", chat=thread)
        assert "City: London" in s.last(thread).text
        bob = s.fake.person("Zed")
        s.fake.joins(group, bob)
        bob.presses(s.last(thread), "Horizon")
        await s.settle()
        assert s.fake.toasts(bob) == [("That one is for the group's administrators.", False)]
