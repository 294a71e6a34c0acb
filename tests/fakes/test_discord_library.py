"""Whatever else discord.py has an adapter call: the fake answers as the library expects, and its own description allows."""

import asyncio
import io
from typing import Any

import discord
import pytest
from discord import app_commands

from .discord import Group
from .discord_stage import Client
from .discord_stage import Stage as Discord

Asked = discord.Interaction[Client]


async def text_channel(stage: Discord) -> discord.TextChannel:
    """The group's channel, with all rights in it."""
    stage.dc.sets_bot_rights(stage.group, {"administrator": True})
    await stage.start()
    channel = stage.bot.get_channel(stage.group.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_messages_of_every_kind(discord_stage: Discord) -> None:
    dc, group, channel = discord_stage.dc, discord_stage.group, await text_channel(discord_stage)
    embed = discord.Embed(title="Board", colour=0x336699, timestamp=discord_stage.clock.at, url="https://example.org")
    embed.add_field(name="a", value="b", inline=False).set_footer(text="end").set_author(name="Ann").set_image(
        url="attachment://p.png"
    )
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Cheer", emoji="🎉", custom_id="c", style=discord.ButtonStyle.success))
    view.add_item(discord.ui.Select(custom_id="s", placeholder="which", options=[discord.SelectOption(label="a", emoji="📚")]))
    sent = await channel.send(
        "x", embed=embed, view=view, file=discord.File(io.BytesIO(b"png"), "p.png", description="a chart"),
        allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=False, silent=True, nonce="once",
    )  # fmt: skip
    assert sent.embeds[0].image.url is not None
    assert "/attachments/" in sent.embeds[0].image.url
    assert not sent.attachments, "what an embed shows is not shown beside it"
    [seen] = dc.chat(group)
    assert (seen.labels, seen.menus, seen.photo, seen.silent) == (("🎉 Cheer",), {"s": ("a",)}, b"png", True)
    assert discord_stage.ann.presses(seen, "Cheer")["d"]["data"]["custom_id"] == "c"
    partial = channel.get_partial_message(sent.id)
    await partial.edit(content=None, view=None, attachments=[], embed=discord.Embed(description="y"))
    await partial.pin(reason="the board")
    assert dc.chat(group)[0].pinned
    reply = await partial.reply("z", mention_author=False)
    assert dc.chat(group)[1].reply_to == sent.id
    await channel.delete_messages([sent, reply])
    assert [one.deleted for one in dc.chat(group)] == [True, True]
    assert [one async for one in channel.history()] != []
    assert not dc.refusals


async def test_channels_threads_and_members(discord_stage: Discord) -> None:
    dc, ann, bob, group, channel = (
        discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group, await text_channel(discord_stage),
    )  # fmt: skip
    bot, guild = discord_stage.bot, channel.guild
    thread = await channel.create_thread(name="free", type=discord.ChannelType.public_thread)
    await thread.send("in it")
    await thread.edit(archived=True)
    assert [one.id async for one in channel.archived_threads()] == [thread.id]
    await thread.edit(archived=False, name="freer")
    assert [one.id for one in await guild.active_threads()] == [thread.id]
    await thread.join()
    await thread.add_user(discord.Object(bob.id))
    begun = await (await channel.send("week")).create_thread(name="week")
    assert begun.id == dc.chat(group)[-1].thread
    forum = dc.forum(group, "diary", tags=("week",))
    await discord_stage.heard()
    made = bot.get_channel(forum.id)
    assert isinstance(made, discord.ForumChannel)
    post, first = await made.create_thread(name="1", content="the week", applied_tags=[made.available_tags[0]])
    assert post.id == first.id
    assert [one.text for one in dc.chat(Group(post.id, "1", group.guild_id))] == ["the week"]
    await channel.edit(topic="Study here")
    assert isinstance(await bot.fetch_channel(thread.id), discord.Thread)
    assert (await bot.fetch_guild(guild.id, with_counts=False)).name == "Study"
    member = await guild.fetch_member(bob.id)
    await member.edit(nick="Боб, 2 days late")
    await guild.me.edit(nick="E")
    assert (await guild.fetch_member(bob.id)).nick == "Боб, 2 days late"
    assert [one.name for one in await guild.fetch_roles()] == ["@everyone", "Plan E"]
    assert len(await guild.fetch_channels()) == 2
    assert [one.id async for one in bot.fetch_guilds()] == [guild.id]
    assert (await (await bot.application_info()).edit(description="Deadlines")).description == "Deadlines"
    assert guild.get_member(ann.id) is None, "members are not told to an app without the privileged intent"
    await thread.leave()
    await thread.delete()
    await guild.leave()
    assert not dc.refusals


async def test_answers_of_every_kind(discord_stage: Discord) -> None:
    dc, ann, group, bot = discord_stage.dc, discord_stage.ann, discord_stage.group, discord_stage.bot
    done = asyncio.Event()

    @bot.tree.command(description="x", extras={}, nsfw=False)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def setup(interaction: Asked) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        original = await interaction.original_response()
        await interaction.edit_original_response(content="1", attachments=[discord.File(io.BytesIO(b"x"), "x.md")])
        second = await interaction.followup.send("2", ephemeral=True, wait=True)
        await second.edit(content="2, edited")
        third = await interaction.followup.send("3", wait=True)
        await third.delete()
        assert (await interaction.followup.fetch_message(second.id)).content == "2, edited"
        assert original.flags.loading
        done.set()

    await discord_stage.start()
    await bot.tree.sync(guild=discord.Object(group.guild_id))
    await bot.tree.sync()
    assert [one.name for one in await bot.tree.fetch_commands()] == ["setup"]
    ann.says("/setup", chat=group)
    async with asyncio.timeout(5):
        await done.wait()
    assert [(one.text, one.ephemeral, one.deleted) for one in ann.sees(group)] == [
        ("1", "Ann", False), ("2, edited", "Ann", False), ("3", None, True),
    ]  # fmt: skip
    asked = bot.interactions[-1]
    assert (asked.permissions.manage_guild, asked.app_permissions.embed_links) == (True, True)
    assert (asked.guild_id, asked.channel_id, asked.locale) == (group.guild_id, group.id, discord.Locale.american_english)
    await asked.delete_original_response()
    assert ann.sees(group)[0].deleted
    assert not dc.refusals


async def test_the_second_version_of_components_is_refused_loudly(discord_stage: Discord) -> None:
    channel = await text_channel(discord_stage)
    layout: Any = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.Container(discord.ui.TextDisplay("x")))
    with pytest.raises(discord.HTTPException, match="not known to this fake"):
        await channel.send(view=layout)
    assert len(discord_stage.dc.refusals) == 1
