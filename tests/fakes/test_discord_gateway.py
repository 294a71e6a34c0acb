"""The gateway of the fake Discord: sessions, breaks, and what happens while nobody listens."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket

from .discord import Dropped, FakeDiscord, Status
from .discord_stage import Client, talking_to
from .discord_stage import Stage as Discord
from .stage import Hand


async def test_ready_and_the_guilds_after_it(discord_stage: Discord) -> None:
    await discord_stage.start()
    bot, dc = discord_stage.bot, discord_stage.dc
    assert bot.heard == ["READY", "GUILD_CREATE"]
    [guild] = bot.guilds
    assert (guild.name, guild.member_count, guild.me.id, guild.owner_id) == ("Study", 3, dc.world.bot.id, discord_stage.ann.id)
    assert guild.me.guild_permissions.embed_links
    assert not guild.me.guild_permissions.pin_messages
    assert bot.ws.sequence == dc.sequence == 2
    assert (await bot.http.get_bot_gateway())[1] == dc.gateway_url
    assert dc.listening
    await discord_stage.stop()
    await dc.until(lambda: not dc.listening)
    assert dc.gateway.closes == [4000], "discord.py means 1000, and its reader is faster with 4000: the session could be resumed"


CUTS: list[Callable[[FakeDiscord], None]] = [
    lambda dc: dc.drops_gateway(),
    lambda dc: dc.drops_gateway(4000),
    lambda dc: dc.reconnects(),
    lambda dc: dc.invalidates_session(resumable=True),
]


@pytest.mark.parametrize("cut", CUTS)
async def test_a_cut_line_is_resumed_and_nothing_is_missed(discord_stage: Discord, cut: Callable[[FakeDiscord], None]) -> None:
    dc, bot, ann = discord_stage.dc, discord_stage.bot, discord_stage.ann
    await discord_stage.start()
    cut(dc)
    await dc.until(lambda: not dc.listening)
    assert "s" in ann.says("said in between")
    await dc.until(lambda: dc.gateway.resumes)
    await discord_stage.heard()
    assert [one.content for one in bot.messages] == ["said in between"]
    assert (dc.gateway.identifies, bot.heard.count("RESUMED")) == (1, 1)
    assert not dc.refusals


@pytest.mark.parametrize("cut", [lambda dc: dc.drops_gateway(resumable=False), lambda dc: dc.invalidates_session()])
async def test_a_session_that_cannot_be_resumed_begins_anew(discord_stage: Discord, cut: Callable[[FakeDiscord], None]) -> None:
    dc, bot, ann = discord_stage.dc, discord_stage.bot, discord_stage.ann
    await discord_stage.start()
    cut(dc)
    assert "s" not in ann.says("nobody hears this")
    await dc.until(lambda: dc.gateway.identifies == 2 and dc.listening)
    await discord_stage.heard()
    assert not bot.messages
    assert bot.heard.count("READY") == 2


async def test_interactions_that_nobody_answers_fail(discord_stage: Discord) -> None:
    dc, bot, ann, group = discord_stage.dc, discord_stage.bot, discord_stage.ann, discord_stage.group

    @bot.tree.command(description="x")
    async def today(interaction: discord.Interaction[Any]) -> None:
        """Say nothing."""

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/today", chat=group)
    late = await discord_stage.interaction()
    assert not dc.failed_interactions
    discord_stage.clock.at += timedelta(seconds=3, milliseconds=1)
    assert [one.what for one in dc.failed_interactions] == ["today"]
    with pytest.raises(discord.NotFound) as unknown:
        await late.response.send_message("sorry")
    assert unknown.value.code == 10062
    await discord_stage.stop()
    await dc.until(lambda: not dc.listening)
    ann.says("/today", chat=group)
    assert len(dc.failed_interactions) == 2
    assert not dc.refusals, "slow is no defect"


async def test_the_guilds_tell_their_story(discord_stage: Discord) -> None:
    dc, bot, _ann, bob, group = (
        discord_stage.dc, discord_stage.bot, discord_stage.ann, discord_stage.bob, discord_stage.group,
    )  # fmt: skip
    await discord_stage.start()
    bot.heard.clear()
    dc.sets_bot_rights(group, {"can_pin_messages": True, "embed_links": False})
    dc.renames(group, "Study hall")
    second = dc.channel(group, "maths")
    forum = dc.forum(group, "questions", tags=("limits",))
    thread = dc.thread(group, "week 1", by=bob)
    await discord_stage.heard()
    guild = bot.get_guild(group.guild_id)
    assert guild is not None
    assert guild.name == "Study hall"
    rights = guild.text_channels[0].permissions_for(guild.me)
    assert (rights.pin_messages, rights.embed_links) == (True, False)
    assert {one.id for one in guild.channels} == {group.id, second.id, forum.id}
    assert [one.id for one in guild.threads] == [thread.id]
    assert [one.name for one in guild.forums[0].available_tags] == ["limits"]
    dc.archives(thread)
    dc.deletes_channel(second)
    dc.promotes(group, bob)
    dc.leaves(group, bob)
    dc.joins(group, bob)
    dc.outage(group)
    dc.outage(group, over=True)
    third = dc.group("Other", members=[bob])
    dc.adds_bot(third, by=bob)
    dc.removes_bot(third, by=bob)
    await discord_stage.heard()
    assert bot.heard == [
        "CHANNEL_UPDATE", "GUILD_ROLE_UPDATE", "CHANNEL_UPDATE", "GUILD_UPDATE", "CHANNEL_CREATE", "CHANNEL_CREATE",
        "THREAD_CREATE", "THREAD_UPDATE", "CHANNEL_DELETE", "GUILD_ROLE_CREATE", "GUILD_DELETE", "GUILD_CREATE",
        "GUILD_CREATE", "GUILD_DELETE",
    ]  # fmt: skip
    assert [one.id for one in bot.guilds] == [group.guild_id]


async def test_what_is_said_in_guilds_comes_without_its_words(discord_stage: Discord) -> None:
    dc, bot, ann, group = discord_stage.dc, discord_stage.bot, discord_stage.ann, discord_stage.group
    await discord_stage.start()
    channel = bot.get_channel(group.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("who studies today?")
    ann.says("I do", chat=group)
    ann.sends_document("x.md", b"x", chat=group)
    ann.says(f"<@{dc.world.bot.id}> I do", chat=group)
    answer = ann.says("me", chat=group, reply_to={"id": sent.id})
    await discord_stage.heard()
    own, hidden, file, mentioned, reply = bot.messages
    assert [one.content for one in (own, hidden, mentioned)] == ["who studies today?", "", f"<@{dc.world.bot.id}> I do"]
    assert (hidden.author.id, file.attachments) == (ann.id, [])
    assert reply.reference is not None
    assert (reply.content, reply.reference.message_id) == ("me", sent.id), "a reply mentions whom it answers"
    assert (await channel.fetch_message(hidden.id)).content == ""
    ann.edits(answer, "all of us")
    ann.reacts(dc.chat(group)[0], "🔥")
    dc.deletes_message(answer, by=ann)
    assert "s" not in ann.reacts(dc.chat(group)[0], "👍"), "no intent for reactions was asked for"
    await discord_stage.heard()
    assert bot.heard[-2:] == ["MESSAGE_UPDATE", "MESSAGE_DELETE"]
    guild = bot.get_guild(group.guild_id)
    assert guild is not None
    assert [one.name for one in await guild.query_members(user_ids=[ann.id])] == ["ann"]


@pytest.mark.parametrize(
    ("intents", "error"),
    [
        (discord.Intents(guilds=True, members=True), discord.PrivilegedIntentsRequired),
        (discord.Intents(guilds=True, message_content=True), discord.PrivilegedIntentsRequired),
        (discord.Intents(presences=True), discord.PrivilegedIntentsRequired),
    ],
)
async def test_privileged_intents_are_not_granted(
    discord_stage: Discord, intents: discord.Intents, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await discord_stage.start(Client(intents=intents))
    discord_stage.running = None
    await discord_stage.dc.until(lambda: discord_stage.dc.gateway.closes == [4014])
    assert [one.outcome for one in discord_stage.dc.refusals] == ["gateway: 4014 Disallowed intent(s)."]


async def test_a_bot_that_does_not_beat_is_cut_off() -> None:
    async with FakeDiscord(now=Hand(), heartbeat=0.1) as dc, aiohttp.ClientSession() as session:
        async with session.ws_connect(dc.gateway_url + "?v=10&encoding=json") as ws:
            assert (await ws.receive_json())["op"] == 10
            await ws.send_json(identify(dc))
            assert (await ws.receive_json())["t"] == "READY"
            assert (await ws.receive()).data == 4009
        assert not dc.gateway.live
        assert not dc.refusals, "a lost line looks the same"


async def test_a_gateway_that_does_not_acknowledge_is_left() -> None:
    async with FakeDiscord(now=Hand(), heartbeat=0.05) as dc, talking_to(dc):
        stage = Discord.alone(dc, Client(heartbeat_timeout=0.3))
        await stage.start()
        dc.gateway.silent = True
        await dc.until(lambda: dc.gateway.closes)
        dc.gateway.silent = False
        await dc.until(lambda: dc.gateway.resumes)
        assert dc.gateway.closes == [4000]
        await stage.stop()


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("what?", 4002),
        ({"op": 99}, 4001),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 2, "d": {"intents": 1 << 40, "properties": {}}}, 4013),
        ([{"op": 2, "d": {"intents": 1, "properties": {}}}] * 2, 4005),
    ],
)
async def test_wrong_payloads_close_the_socket(first: Any, code: int) -> None:
    async with FakeDiscord(now=Hand()) as dc, aiohttp.ClientSession() as session:
        async with session.ws_connect(dc.gateway_url + "/") as ws:
            await ws.receive_json()
            for one in first if isinstance(first, list) else [first]:
                if isinstance(one, dict) and "d" in one:
                    one["d"].setdefault("token", dc.token)
                await ws.send_str(one if isinstance(one, str) else json.dumps(one))
            message = await ws.receive()
            while message.type is not aiohttp.WSMsgType.CLOSE:
                message = await ws.receive()
            assert message.data == code
        assert len(dc.refusals) == 1


async def test_resuming_what_is_not_there() -> None:
    async with FakeDiscord(now=Hand()) as dc, aiohttp.ClientSession() as session, session.ws_connect(dc.gateway_url) as ws:
        await ws.receive_json()
        await ws.send_json({"op": 6, "d": {"token": dc.token, "session_id": "gone", "seq": 1}})
        assert await ws.receive_json() == {"op": 9, "d": False}
        await ws.send_json(identify(dc))
        ready = await ws.receive_json()
        async with session.ws_connect(ready["d"]["resume_gateway_url"]) as second:
            await second.receive_json()
            await second.send_json({"op": 6, "d": {"token": dc.token, "session_id": ready["d"]["session_id"], "seq": 99}})
            assert (await second.receive()).data == 4007


def identify(dc: FakeDiscord) -> dict[str, Any]:
    """The payload that begins a session."""
    return {"op": 2, "d": {"token": dc.token, "intents": 1, "properties": {"os": "linux", "browser": "x", "device": "x"}}}


async def test_a_gateway_out_of_order_is_tried_again(discord_stage: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0.0)
    dc = discord_stage.dc
    await discord_stage.start()
    dc.fault("gateway", Status(503))
    dc.fault("gateway", Dropped())
    dc.drops_gateway()
    await dc.until(lambda: dc.gateway.resumes)
    assert not dc.faults.planned
    assert dc.gateway.identifies == 1


async def test_discord_py_does_not_survive_a_first_connection_that_fails(discord_stage: Discord) -> None:
    """Why an adapter has to call connect() in a loop of its own."""
    discord_stage.dc.fault("gateway", Status(503))
    with pytest.raises(AttributeError, match="sequence"):
        await discord_stage.start()
    discord_stage.running = None


async def test_another_process_can_take_the_session_up(discord_stage: Discord) -> None:
    """With session, number and address kept by the bot: what was said while it was down is told, and a command still answered."""
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    await discord_stage.call("PUT", f"/applications/{dc.world.app_id}/commands", [{"name": "today", "description": "x"}])
    await discord_stage.start()
    old = discord_stage.bot
    kept = {"session": old.ws.session_id, "sequence": old.ws.sequence, "gateway": old.ws.gateway}
    await discord_stage.stop()
    await dc.until(lambda: not dc.listening)
    ann.says("said while it was down")
    ann.says("/today", chat=group)
    assert [one.what for one in dc.failed_interactions] == ["today"], "as it looks by now"
    discord_stage.clock.at += timedelta(seconds=2)
    new = Client()
    await new.login(dc.token)
    new.ws = await DiscordWebSocket.from_client(new, resume=True, **kept)  # type: ignore[arg-type]  # of different types
    while "RESUMED" not in new.heard:
        await new.ws.poll_event()
        await asyncio.sleep(0)
    assert [one.content for one in new.messages] == ["said while it was down"]
    await new.interactions[0].response.send_message("still in time")
    assert [one.text for one in dc.chat(group)] == ["still in time"]
    assert not dc.failed_interactions
    assert (dc.gateway.identifies, dc.gateway.resumes) == (1, 1)
    await new.close()
