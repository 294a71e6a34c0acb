"""/setup on Discord as an administrator uses it: a channel, a role, when the digest comes and where."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Group
from bot.store import groups
from tests.fakes.discord import Status
from tests.flows.stage import Stage, stage
from tests.flows.test_discord import at_home

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CHANNEL, ROLE, DAY, TIME = "setup.channel", "setup.role", "setup.set|day", "setup.set|time"


async def row(s: Stage, number: int = 1) -> Group:
    async with s.bot.database.read() as tx:
        return await groups.get(tx, number)


async def chooses(s: Stage, person: Any, group: Any, *options: str, menu: str) -> None:
    """Chooses from the checklist that stands in a channel."""
    checklist = next(one for one in reversed(s.seen(group)) if menu in one.menus)
    person.chooses(checklist, *options, menu=menu)
    await s.settle()


def board(s: Stage, group: Any) -> Any:
    """The board that stands in a channel, or what stands in its place."""
    return next(one for one in reversed(s.seen(group)) if "oard" in one.text.splitlines()[0])


async def test_posts_go_to_the_channel_chosen_and_the_board_with_them(tmp_path: Path) -> None:
    async with stage(NOON, folder=tmp_path, on="discord") as s:
        ann, group = await at_home(s)
        here = s.fake.channel(group, "board")
        await s.settle()
        ann.says("/help", chat=here)  # which makes a group of it, without any member
        await s.settle()
        assert "Posts go to #study" in s.seen(group)[0].text
        await chooses(s, ann, group, "board", menu=CHANNEL)
        await s.after(minutes=1)
        assert "Posts go to #board" in s.seen(group)[0].text
        assert board(s, group).text == "The board is kept in #board now."
        assert (board(s, here).text.splitlines()[0], board(s, here).pinned) == ("Board · Mon 1 Jun", True)
        await s.restart()
        ann.says("/commit text:read chapter 1 by:5 June", chat=group)
        await s.settle()
        await s.presses(ann, "Publish", chat=group)
        await s.after(minutes=2)
        assert "read chapter 1" in board(s, here).text, "talked about here, posted there"
        ann.says("/leave", chat=here)
        await s.settle()
        assert "open promise here becomes private" in [one.text for one in ann.sees(here) if one.ephemeral][-1], "one group"
        await chooses(s, ann, group, "study", menu=CHANNEL)
        await chooses(s, ann, group, "board", menu=CHANNEL)
        await s.after(minutes=1)
        assert len([one for one in s.seen(here) if one.text.startswith("Board")]) == 1, "back and forth"
        assert not s.fake.failed_interactions


async def test_a_channel_that_cannot_be_is_refused_in_words_and_nothing_changes() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        closed, taken = s.fake.channel(group, "closed"), s.fake.channel(group, "taken")
        s.fake.sets_bot_rights(closed, {"send_messages": False})
        await s.settle()
        ann.says("/join", chat=taken)
        await s.settle()
        before = await row(s)
        await chooses(s, ann, group, "closed", menu=CHANNEL)
        await chooses(s, ann, group, "taken", menu=CHANNEL)
        told = [text for text, _ in s.fake.toasts(ann)]
        assert told[-2].startswith("I may not write in that channel")
        assert told[-1].startswith("that channel is a group of its own")
        for hostile in ("1234", "0", "x|y", "", "9" * 40, str(group.guild_id)):
            forge(s, ann, group, CHANNEL, hostile)
            if hostile:
                forge(s, ann, group, ROLE, hostile)
            await s.settle()
        assert await row(s) == before
        s.fake.refusals.clear()  # Discord was asked for channels that never were


def forge(s: Stage, person: Any, group: Any, menu: str, *values: str) -> None:
    """A choice that no client offers."""
    from tests.fakes.discord.asking import ask  # noqa: PLC0415
    from tests.fakes.discord.people import find  # noqa: PLC0415

    message = find(s.fake.world, next(one for one in reversed(s.seen(group)) if menu in one.menus))
    data = {"custom_id": menu, "component_type": 8, "id": 1, "values": [*values], "resolved": {}}
    ask(s.fake.world, person.account, message.channel, 3, data, message=message)


async def test_who_has_the_role_chosen_changes_the_settings_and_nobody_else() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        tutor = s.fake.person("Tim")
        s.fake.joins(group, tutor)
        guild = s.fake.world.guilds[group.guild_id]
        role = s.fake.world.new_role(guild, "Tutors", 0)
        s.fake.world.tell("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": {"id": str(role.id), "name": "Tutors"}}, 1)
        guild.members[tutor.id].roles.append(role.id)
        await chooses(s, tutor, group, "Digest: Friday", menu=DAY)
        assert "administrators" in s.fake.toasts(tutor)[-1][0]
        assert (await row(s)).digest_weekday == 6
        await chooses(s, tutor, group, "Tutors", menu=ROLE)
        assert (await row(s)).admin_role is None, "nobody lets themselves in"
        await chooses(s, ann, group, "Tutors", menu=ROLE)
        checklist = s.seen(group)[0]
        assert "Who has @Tutors may change this" in checklist.text
        assert checklist.notified == frozenset()
        await chooses(s, tutor, group, "Digest: Friday", menu=DAY)
        await chooses(s, tutor, group, "Digest at 08:00", menu=TIME)
        assert "Digest: Friday 08:00" in s.seen(group)[0].text
        await chooses(s, ann, group, menu=ROLE)
        assert (await row(s)).admin_role is None
        await chooses(s, ann, group, "@everyone", menu=ROLE)
        assert s.fake.toasts(ann)[-1][0].startswith("Everybody has that role")
        assert not s.fake.failed_interactions


async def test_a_channel_chosen_after_a_restart_is_looked_up_although_memory_is_empty(tmp_path: Path) -> None:
    async with stage(NOON, folder=tmp_path, on="discord") as s:
        ann, group = await at_home(s)
        here, thread = s.fake.channel(group, "board"), s.fake.thread(group, "Calculus")
        await s.settle()
        await s.restart()
        assert s.fake.gateway.identifies == 1, "resumed: nothing of the server is in memory"
        await s.says(ann, f"<@{s.fake.world.bot.id}> /setup", chat=group)
        assert s.last(group).text.startswith("Plan E in this group"), "who administers the server is asked, too"
        await chooses(s, ann, group, "Calculus", menu=CHANNEL)
        assert (await row(s)).topic == str(thread.id)
        await chooses(s, ann, group, "board", menu=CHANNEL)
        assert (await row(s)).topic == str(here.id)
        assert (await row(s)).rights == {"post": True, "pin": True, "embed": True, "thread": True}


async def test_where_the_chosen_channel_is_gone_posts_come_to_the_group_again() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        here = s.fake.channel(group, "board")
        await s.settle()
        await chooses(s, ann, group, "board", menu=CHANNEL)
        await s.after(minutes=1)
        s.fake.deletes_channel(here)
        await s.after(minutes=1)
        found = await row(s)
        assert (found.topic, found.active) == (None, True)
        assert board(s, group).text.startswith("Board")
        await chooses(s, ann, group, "study", menu=CHANNEL)
        s.fake.deletes_channel(group)
        await s.settle()
        assert not (await row(s)).active


async def test_where_people_talked_is_gone_the_group_goes_on_where_it_posts() -> None:
    async with stage(NOON, on="discord") as s:
        ann, group = await at_home(s)
        here = s.fake.channel(group, "board")
        await s.settle()
        await chooses(s, ann, group, "board", menu=CHANNEL)
        s.fake.deletes_channel(group)
        await s.after(minutes=1)
        found = await row(s)
        assert (found.chat, found.topic, found.active) == (str(here.id), None, True)
        ann.says("/leave", chat=here)
        await s.settle()
        assert "Leave this group?" in [one.text for one in ann.sees(here) if one.ephemeral][-1]


# --- the digest's thread ----------------------------------------------------------------------------------------------------
async def a_thread_each_week(s: Stage) -> tuple[Any, Any]:
    ann, group = await at_home(s)
    await s.presses(ann, "Digest thread", chat=group)
    await chooses(s, ann, group, "A thread each week", menu="setup.set|digest")
    return ann, group


SUNDAY = datetime(2026, 6, 7, 18, 1, tzinfo=UTC)


async def test_each_weeks_digest_has_a_thread_under_its_heading() -> None:
    async with stage(NOON, on="discord") as s:
        _, group = await a_thread_each_week(s)
        assert "Each week's digest has a thread of its own" in s.seen(group)[0].text
        await s.until(SUNDAY)
        head = s.last(group)
        assert head.text.startswith("The week · Mon 1 Jun to Sun 7 Jun")
        thread = s.fake.world.channels[head.id]
        assert (thread.name, thread.archives_after) == ("The week · Mon 1 Jun to Sun 7 Jun", 10080)
        [inside] = s.fake.chat(group, thread=head.id)
        assert "Ann" in inside.text
        await s.after(weeks=1)
        assert len([one for one in s.fake.world.channels.values() if one.is_thread]) == 2


@pytest.mark.parametrize("performed", [True, False])
async def test_a_thread_whose_answer_was_lost_is_there_once(performed: bool) -> None:
    async with stage(NOON, on="discord") as s:
        _, group = await a_thread_each_week(s)
        s.fake.fault("create_thread_from_message", Status(502, performed=performed))
        await s.until(SUNDAY)
        await s.after(minutes=3)
        head = s.last(group)
        assert [one.id for one in s.fake.world.channels.values() if one.is_thread] == [head.id]
        assert len(s.fake.chat(group, thread=head.id)) == 1


async def test_without_the_right_to_open_threads_the_digest_comes_to_the_channel() -> None:
    async with stage(NOON, on="discord") as s:
        _, group = await a_thread_each_week(s)
        s.fake.sets_bot_rights(group, {"create_public_threads": False})
        await s.settle()
        assert "I may not open threads there" in s.seen(group)[0].text
        await s.until(SUNDAY)
        assert "Ann" in s.last(group).text
        assert s.seen(group)[-2].text.startswith("The week")
        s.fake.refusals.clear()


@pytest.mark.parametrize("what", ["locked", "deleted"])
async def test_a_thread_that_is_closed_meanwhile_keeps_nothing_back(what: str) -> None:
    async with stage(NOON, on="discord") as s:
        _, group = await a_thread_each_week(s)
        opened = s.fake.world.tell

        def closes(event: str, data: Any, intent: int) -> Any:
            told = opened(event, data, intent)
            if event == "THREAD_CREATE":
                thread = s.fake.world.channels[int(data["id"])]
                thread.archived, thread.locked, thread.deleted = True, True, what == "deleted"
            return told

        s.fake.world.tell = closes
        await s.until(SUNDAY)
        await s.after(minutes=1)
        assert "Ann" in s.last(group).text
        assert (await row(s)).active
