"""What goes wrong between the fake Discord and the bot: faults, limits, nonces, links that expire."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import httpx
import pytest

from .discord import Dropped, FakeDiscord, Fault, Garbage, Hang, Lost, RateLimits, Status, TooMany
from .discord_stage import Client, talking_to
from .discord_stage import Stage as Discord
from .stage import Hand


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py sleeps one to nine seconds between its tries."""
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds, result=None: sleep(0 * seconds, result))


FAULTS: list[tuple[Fault, type[Exception] | None, int]] = [
    (Lost(), aiohttp.ClientError, 1),
    (Dropped(), aiohttp.ClientError, 0),
    (Status(503), discord.DiscordServerError, 0),
    (Status(503, performed=True), discord.DiscordServerError, 1),
    (Status(502), None, 1),  # it tries that again by itself ...
    (Status(502, performed=True), None, 1),  # ... under a nonce of its own, and so says it once
    (TooMany(0.01), None, 1),
    (TooMany(0.01, "global"), None, 1),
    (TooMany(0.01, "shared"), None, 1),
]


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize(("fault", "expected", "said"), FAULTS)
async def test_every_fault_and_what_discord_py_makes_of_it(
    discord_stage: Discord, fault: Fault, expected: type[Exception] | None, said: int
) -> None:
    dc, ann = discord_stage.dc, discord_stage.ann
    await discord_stage.bot.login(dc.token)
    channel = discord.PartialMessageable(discord_stage.bot._connection, (await dm(discord_stage)))
    dc.fault("create_message", fault, chat=ann)
    if expected is None:
        await channel.send("x")
    else:
        with pytest.raises(expected):
            await channel.send("x")
    assert [one.text for one in dc.dm(ann)] == ["x"] * said
    assert len(dc.invalid.at) == (1 if isinstance(fault, TooMany) and fault.scope != "shared" else 0)
    assert not dc.refusals
    await channel.send("fine again")


async def dm(stage: Discord) -> int:
    """The id of Ann's DM."""
    return int((await stage.call("POST", "/users/@me/channels", {"recipient_id": str(stage.ann.id)})).json()["id"])


async def test_answers_that_never_come_or_make_no_sense(discord_stage: Discord) -> None:
    dc, here = discord_stage.dc, f"/channels/{discord_stage.group.id}/messages"
    dc.fault("create_message", Hang())
    with pytest.raises(httpx.ReadTimeout):
        await discord_stage.call("POST", here, {"content": "1"}, timeout=0.2)
    dc.fault("*", Garbage())
    assert "<html>" in (await discord_stage.call("POST", here, {"content": "2"})).text
    assert [one.text for one in dc.chat(discord_stage.group)] == ["1", "2"]
    assert [one.outcome for one in dc.calls("create_message")] == ["hang", "garbage"]


@pytest.mark.usefixtures("_no_pauses")
async def test_a_nonce_says_it_once(discord_stage: Discord) -> None:
    dc, ann = discord_stage.dc, discord_stage.ann
    await discord_stage.bot.login(dc.token)
    channel = discord.PartialMessageable(discord_stage.bot._connection, await dm(discord_stage))
    dc.fault("create_message", Status(500, performed=True), times=2)
    first = await channel.send("card", nonce="card:7:2026-06-01")
    assert dc.counts["create_message"] == 3
    assert [one.text for one in dc.dm(ann)] == ["card"]
    assert (await channel.send("another", nonce="card:7:2026-06-01")).id == first.id
    discord_stage.clock.at += timedelta(minutes=3, seconds=1)
    assert (await channel.send("card", nonce="card:7:2026-06-01")).id != first.id


async def test_a_lost_answer_to_an_interaction_may_be_repeated(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    await discord_stage.call("PUT", f"/applications/{dc.world.app_id}/commands", [{"name": "today", "description": "x"}])
    made = ann.says("/today", chat=group)["d"]
    here = f"/interactions/{made['id']}/{made['token']}/callback"
    dc.fault("create_interaction_response", Lost(), chat=group)
    with pytest.raises(httpx.HTTPError):
        await discord_stage.call("POST", here, {"type": 4, "data": {"content": "x"}})
    assert await discord_stage.refusal("POST", here, {"type": 4, "data": {"content": "x"}}) == (400, 40060)
    assert not dc.refusals
    assert [one.text for one in dc.chat(group)] == ["x"]


@pytest.mark.usefixtures("_no_pauses")
async def test_follow_ups_have_no_nonce_and_edits_need_none(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    await discord_stage.call("PUT", f"/applications/{dc.world.app_id}/commands", [{"name": "today", "description": "x"}])
    made = ann.says("/today", chat=group)["d"]
    await discord_stage.call("POST", f"/interactions/{made['id']}/{made['token']}/callback", {"type": 5})
    async with aiohttp.ClientSession() as session:
        hook = discord.Webhook.partial(dc.world.app_id, made["token"], session=session)
        dc.fault("execute_webhook", Status(503, performed=True), times=2)
        await hook.send("x", wait=True)
        assert [one.text for one in dc.chat(group)] == ["x", "x", "x"], "discord.py tried again, and each was said"
        dc.fault("update_webhook_message", Status(500, performed=True))
        await hook.edit_message(dc.chat(group)[0].id, content="y")
        assert (dc.chat(group)[0].text, dc.chat(group)[0].edits) == ("y", ("x",))


async def test_rate_limits_when_asked_for() -> None:
    clock = Hand()
    async with FakeDiscord(now=clock, rates=RateLimits()) as dc, httpx.AsyncClient() as raw:
        ann = dc.person("Ann")
        groups = [dc.group(f"G{number}", members=[ann]) for number in range(12)]
        for group in groups:
            dc.adds_bot(group, by=ann)

        async def send(number: int) -> httpx.Response:
            headers = {"Authorization": f"Bot {dc.token}"}
            return await raw.post(f"{dc.url}/channels/{groups[number].id}/messages", json={"content": "x"}, headers=headers)

        answers = [await send(0) for _ in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [429]
        assert [one.headers["X-RateLimit-Remaining"] for one in answers[:5]] == ["4", "3", "2", "1", "0"]
        assert answers[0].headers["X-RateLimit-Reset-After"] == "5.000"
        assert (answers[5].json()["retry_after"], answers[5].json()["global"]) == (5.0, False)
        assert answers[5].headers["X-RateLimit-Scope"] == "user"
        clock.at += timedelta(seconds=5)
        outcomes = [(await send(number)).status_code for number in range(12) for _ in range(5)]
        assert outcomes == [200] * 50 + [429] * 10
        assert dc.journal[-1].outcome.startswith("429")
        clock.at += timedelta(seconds=1)
        assert (await send(11)).status_code == 200
        dc.invalid.most = len(dc.invalid.at)
        banned = await send(11)
        assert (banned.status_code, "Via" in banned.headers, banned.text[:6]) == (429, False, "<html>")
        clock.at += timedelta(minutes=10, seconds=1)
        assert (await send(11)).status_code == 200
        assert {one.outcome[:3] for one in dc.refusals} == {"429"}


async def test_discord_py_keeps_to_the_limits_by_itself() -> None:
    clock = Hand()
    loop = asyncio.get_running_loop()
    begun, began = loop.time(), clock.at
    limits = RateLimits(limits={"create_message": (5, 0.2)})
    async with FakeDiscord(now=lambda: began + timedelta(seconds=loop.time() - begun), rates=limits) as dc, talking_to(dc):
        stage = Discord.alone(dc, Client())
        await stage.start()
        channel = stage.bot.get_channel(stage.group.id)
        assert isinstance(channel, discord.TextChannel)
        for number in range(12):
            await channel.send(str(number))
        assert len(dc.chat(stage.group)) == 12
        assert not dc.refusals
        assert loop.time() - begun > 0.4
        await stage.stop()


async def test_links_to_files_last_a_day(discord_stage: Discord) -> None:
    ann, raw = discord_stage.ann, discord_stage.raw
    number = await dm(discord_stage)
    made = ann.sends_document("plan.md", b"- [ ] Limits")["d"]
    link = made["attachments"][0]["url"]
    assert (await raw.get(link)).content == b"- [ ] Limits"
    discord_stage.clock.at += timedelta(hours=24, seconds=1)
    assert (await raw.get(link)).status_code == 404
    again = (await discord_stage.call("GET", f"/channels/{number}/messages/{made['id']}")).json()
    assert (await raw.get(again["attachments"][0]["url"])).content == b"- [ ] Limits"


async def test_files_too_many_and_too_large(discord_stage: Discord) -> None:
    await discord_stage.bot.login(discord_stage.dc.token)
    channel = discord.PartialMessageable(discord_stage.bot._connection, await dm(discord_stage))
    with pytest.raises(discord.HTTPException) as large:
        await channel.send(file=discord.File(io.BytesIO(bytes((10 << 20) + 1)), "large.bin"))
    assert (large.value.status, large.value.code) == (413, 40005)
    with pytest.raises(discord.HTTPException, match="10 or fewer"):
        await discord_stage.bot.http.request(
            discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id),
            form=[{"name": f"files[{n}]", "value": b"x", "filename": f"{n}.txt"} for n in range(11)],
        )


async def test_whom_a_message_notifies(discord_stage: Discord) -> None:
    dc, ann, bob, group = discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group
    here = f"/channels/{group.id}/messages"
    dc.promotes(group, bob)
    role = dc.world.guilds[group.guild_id].role_of("Moderators").id
    text = f"<@{ann.id}> <@{bob.id}> <@&{role}> @everyone `<@{bob.id}>`"
    said = ann.says("who?", chat=group)["d"]["id"]
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"Ann", "Боб", "@Moderators", "@everyone"}),
        ({"allowed_mentions": {"parse": []}}, set()),
        ({"allowed_mentions": {"parse": ["users"]}}, {"Ann", "Боб"}),
        ({"allowed_mentions": {"users": [str(bob.id)]}}, {"Боб"}),
        ({"allowed_mentions": {"parse": [], "replied_user": True}, "message_reference": {"message_id": said}}, {"Ann"}),
        ({"allowed_mentions": {"parse": []}, "message_reference": {"message_id": said}}, set()),
    ]
    for more, notified in cases:
        await discord_stage.call("POST", here, {"content": text} | more)
        assert dc.chat(group)[-1].notified == notified
    quiet = dc.chat(group)[-1]
    await discord_stage.call("PATCH", f"{here}/{quiet.id}", {"content": f"{text} again"})
    assert dc.chat(group)[-1].notified == set(), "edits notify nobody"
    assert quiet.text == f"@Ann @Боб @Moderators @everyone <@{bob.id}>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**bold** *it* __under__ _it_ ~~gone~~ ||spoiler||", "bold it under it gone spoiler"),
        ("# Head\n-# small\n> quoted\n- item", "Head\nsmall\nquoted\n- item"),
        ("`code **x**` ```py\na_b\n```", "code **x** a_b"),
        (r"\*not bold\* snake_case_name 2 * 3 * 4", "*not bold* snake_case_name 2 * 3 * 4"),
        ("[notes](https://x.org/a_b_c) <https://y.org> https://z.org/_a_", "notes https://y.org https://z.org/_a_"),
        ("<t:1782860399:F> <t:1782860399:d> <t:1780315260:R>", "Tuesday, 30 June 2026 22:59 30/06/2026 in 1 minute"),
        ("</commit:7> ***both***", "/commit both"),
    ],
)
async def test_words_as_they_are_read(discord_stage: Discord, source: str, shown: str) -> None:
    await discord_stage.call("POST", f"/channels/{discord_stage.group.id}/messages", {"content": source})
    assert discord_stage.dc.chat(discord_stage.group)[0].text == shown


async def test_words_of_embeds_follow(discord_stage: Discord) -> None:
    embed = {"title": "**Board**", "description": "two", "fields": [{"name": "a", "value": "b"}], "footer": {"text": "end"}}
    await discord_stage.call("POST", f"/channels/{discord_stage.group.id}/messages", {"content": "one", "embeds": [embed]})
    [seen] = discord_stage.dc.chat(discord_stage.group)
    assert seen.text == "one\nBoard\ntwo\na\nb\nend"
    assert seen.embeds == (embed,)
