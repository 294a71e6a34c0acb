"""The fake Discord, used as a bot uses it: through unmodified discord.py."""

import io
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from .discord.people import PIXEL
from .discord_stage import Client, custom_id
from .discord_stage import Stage as Discord

Asked = discord.Interaction[Client]


def buttons(*labels: str, **options: Any) -> discord.ui.View:
    """A row of buttons whose ids are their labels."""
    view = discord.ui.View(timeout=None)
    for label in labels:
        view.add_item(discord.ui.Button(label=label, custom_id=label.lower(), **options))
    return view


async def test_a_slash_command_and_a_press(discord_stage: Discord) -> None:
    dc, ann, group, bot = discord_stage.dc, discord_stage.ann, discord_stage.group, discord_stage.bot

    @bot.tree.command(name="commit", description="Make a promise")
    async def commit(interaction: Asked, text: str) -> None:
        await interaction.response.send_message(f"**Not promised yet**: {text}", view=buttons("Publish"))

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/commit finish X by end of June", chat=group)
    await dc.until(lambda: dc.chat(group))
    [post] = dc.chat(group)
    assert (post.text, post.labels) == ("Not promised yet: finish X by end of June", ("Publish",))
    ann.presses(post, "Pub")
    assert dc.unanswered(ann) == ["publish"]
    press = await discord_stage.interaction()
    assert (custom_id(press), press.created_at) == ("publish", discord_stage.clock.at)
    await press.response.edit_message(content="Promised.", view=None)
    [post] = dc.chat(group)
    assert (post.text, post.edits, post.labels) == ("Promised.", ("Not promised yet: finish X by end of June",), ())
    assert not dc.refusals
    assert not dc.failed_interactions
    assert not dc.unanswered(ann)
    with pytest.raises(AssertionError, match="commit"):
        ann.says("/promise", chat=group)


async def test_answers_for_one_alone(discord_stage: Discord) -> None:
    dc, ann, bob, group, bot = (
        discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group, discord_stage.bot,
    )  # fmt: skip

    @bot.tree.command(description="x")
    async def hush(interaction: Asked) -> None:
        await interaction.response.send_message("for you", ephemeral=True, view=buttons("Mine"))

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/hush", chat=group)
    await dc.until(lambda: ann.sees(group))
    assert not dc.chat(group)
    assert not bob.sees(group)
    [mine] = ann.sees(group)
    assert (mine.text, mine.ephemeral) == ("for you", "Ann")
    with pytest.raises(AssertionError, match="does not see"):
        bob.presses(mine, "Mine")
    ann.presses(mine, "Mine")
    press = await discord_stage.interaction()
    await press.response.send_message("**Noted**", ephemeral=True)
    assert dc.toasts(ann) == [("Noted", False)]
    with pytest.raises(discord.NotFound) as gone:
        await bot.http.edit_message(group.id, mine.id, params=discord.http.handle_message_parameters("x"))
    assert gone.value.code == 10008, "ephemeral messages are changed by token alone"
    assert len(dc.refusals) == 1


async def test_deferring_and_answering_later_by_the_token_alone(discord_stage: Discord) -> None:
    dc, ann, group, bot = discord_stage.dc, discord_stage.ann, discord_stage.group, discord_stage.bot

    @bot.tree.command(description="x")
    async def slow(interaction: Asked) -> None:
        await interaction.response.defer(thinking=True)

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/slow", chat=group)
    await dc.until(lambda: dc.chat(group))
    assert dc.chat(group)[0].loading
    token = bot.interactions[-1].token
    await discord_stage.stop()  # a restart: nothing but the token is left
    session = aiohttp.ClientSession()
    hook = discord.Webhook.partial(dc.world.app_id, token, session=session)
    await hook.send("done", wait=True)
    await hook.send("and more", wait=True)
    await hook.edit_message("@original", content="done, truly")  # type: ignore[call-overload]  # it is only put into the route
    first, second = dc.chat(group)
    assert (first.text, first.loading, first.edits) == ("done, truly", False, ("done",))
    assert (second.text, second.reply_to) == ("and more", first.id)
    await hook.delete_message(second.id)
    assert dc.chat(group)[1].deleted
    discord_stage.clock.at += timedelta(minutes=15, seconds=1)
    with pytest.raises(discord.HTTPException) as late:
        await hook.send("too late", wait=True)
    assert (late.value.status, late.value.code) == (401, 50027)
    await session.close()


async def test_direct_messages_and_files(discord_stage: Discord) -> None:
    dc, ann, bob, bot = discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.bot
    await discord_stage.start()
    ann.says("hello **there**")
    ann.sends_document("plan.md", b"- [ ] Limits", caption="my plan")
    bob.sends_photo(PIXEL)
    await discord_stage.heard()
    hello, plan, photo = bot.messages
    assert (hello.content, hello.author.id, hello.guild) == ("hello **there**", ann.id, None)
    assert (await plan.attachments[0].read(), plan.content) == (b"- [ ] Limits", "my plan")
    assert (photo.attachments[0].filename, photo.attachments[0].content_type) == ("photo.png", "image/png")
    user = await bot.fetch_user(ann.id)
    channel = await user.create_dm()
    sent = await channel.send(
        "the week", files=[discord.File(io.BytesIO(PIXEL), "week.png"), discord.File(io.BytesIO(b"a,b"), "data.csv")], silent=True
    )
    await sent.edit(content="the *week*", attachments=[sent.attachments[0], discord.File(io.BytesIO(b"c,d"), "new.csv")])
    [seen] = dc.dm(ann)
    assert (seen.text, seen.edits, seen.photo, seen.document) == ("the week", (), PIXEL, ("new.csv", b"c,d"))
    assert seen.silent
    assert (await sent.fetch()).content == "the *week*"
    assert [one.content async for one in channel.history(limit=2)] == ["the *week*", "my plan"]
    await sent.pin()
    assert [one.id async for one in channel.pins()] == [sent.id]
    await sent.unpin()
    await sent.add_reaction("👍")
    assert dc.dm(ann)[0].reactions == ("👍",)
    await sent.remove_reaction("👍", bot.user)  # type: ignore[arg-type]  # ready, so there is one
    await channel.typing()
    await sent.delete()
    assert dc.dm(ann)[0].deleted
    assert not dc.refusals


async def test_a_file_with_a_command(discord_stage: Discord) -> None:
    dc, ann, bot = discord_stage.dc, discord_stage.ann, discord_stage.bot
    got: list[bytes] = []

    @bot.tree.command(name="import", description="x")
    async def import_(interaction: Asked, file: discord.Attachment, note: str = "") -> None:
        got.append(await file.read())
        await interaction.response.send_message(f"read: {note}", file=discord.File(io.BytesIO(b"x"), "echo.md"))

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/import the whole rest", attach=("plan.md", b"- [ ] Limits"))
    await dc.until(lambda: dc.dm(ann))
    assert got == [b"- [ ] Limits"]
    assert (dc.dm(ann)[0].text, dc.dm(ann)[0].document) == ("read: the whole rest", ("echo.md", b"x"))
    assert not dc.refusals


async def test_options_are_typed_as_the_client_takes_them(discord_stage: Discord) -> None:
    dc, ann, bob, group, bot = (
        discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group, discord_stage.bot,
    )  # fmt: skip
    got: list[Any] = []
    plan = app_commands.Group(name="plan", description="x")

    @plan.command(description="x")
    @app_commands.choices(tone=[app_commands.Choice(name="Dry", value="dry"), app_commands.Choice(name="Plain", value="plain")])
    async def add(
        interaction: Asked,
        track: app_commands.Range[str, 1, 20],
        hours: int,
        friend: discord.User,
        tone: str = "plain",
        fast: bool = False,
    ) -> None:
        got.append((track, hours, friend.id, tone, fast))
        await interaction.response.defer()

    @add.autocomplete("track")
    async def tracks(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one.lower()) for one in ("Calculus", "Algebra") if current in one]

    bot.tree.add_command(plan)
    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/plan add track:Linear algebra hours:3 friend:@Боб tone:Dry fast:true", chat=group)
    await dc.until(lambda: got)
    assert got == [("Linear algebra", 3, bob.id, "dry", True)]
    for typed, complaint in [
        ("/plan add track:x hours:3", "needs 'friend'"),
        ("/plan add just words", r"takes \['track:', 'hours:'"),
        ("/plan add track:x hours:3 friend:Боб tone:roast", "one of"),
        (f"/plan add track:{'x' * 21} hours:3 friend:Боб", "1 to 20"),
        ("/plan drop", "has"),
    ]:
        with pytest.raises(AssertionError, match=complaint):
            ann.says(typed, chat=group)
    assert await ann.autocompletes("/plan add", "track", "Alg", chat=group) == ["Algebra"]
    assert not dc.refusals


async def test_forms_menus_and_context_menus(discord_stage: Discord) -> None:
    dc, ann, bob, group, bot = (
        discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group, discord_stage.bot,
    )  # fmt: skip
    got: list[Any] = []

    class Report(discord.ui.Modal, title="The week"):
        note: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Note", custom_id="note", max_length=100)
        mood: discord.ui.Label[Any] = discord.ui.Label(
            text="Mood", component=discord.ui.TextInput(custom_id="mood", required=False, style=discord.TextStyle.long)
        )

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            got.append((self.note.value, self.mood.component.value))  # type: ignore[attr-defined]  # it is a text input
            await interaction.response.send_message("Thanks.", ephemeral=True)

    @bot.tree.command(description="x")
    async def report(interaction: Asked) -> None:
        await interaction.response.send_modal(Report())

    @bot.tree.context_menu(name="Check in with this")
    async def with_this(interaction: Asked, message: discord.Message) -> None:
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="which",
            options=[discord.SelectOption(label="Limits", value="1"), discord.SelectOption(label="Series", value="2")],
        )
        view = discord.ui.View(timeout=None)
        view.add_item(menu)
        view.add_item(discord.ui.UserSelect(custom_id="who"))
        await interaction.response.send_message(f"of: {message.content}", view=view)

    @bot.tree.context_menu(name="Buddy")
    async def buddy(interaction: Asked, member: discord.Member) -> None:
        await interaction.response.send_message(member.display_name, ephemeral=True)

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/report", chat=group)
    await dc.until(ann.modals)
    [form] = ann.modals()
    assert (form.title, [(one.label, one.most, one.long) for one in form.fields]) == (
        "The week",
        [("Note", 100, False), ("Mood", 4000, True)],
    )
    for values, complaint in [({}, "filled in"), ({"note": "x" * 101}, "0 to 100"), ({"note": "x", "nope": "y"}, "nope")]:
        with pytest.raises(AssertionError, match=complaint):
            ann.submits(form, **values)
    with pytest.raises(AssertionError, match="Ann's screen"):
        bob.submits(form, note="x")
    ann.submits(form, note="all fine", mood="good")
    await dc.until(lambda: got)
    await dc.until(lambda: not dc.unanswered(ann))
    assert (got, ann.modals(), ann.sees(group)[0].text) == ([("all fine", "good")], [], "Thanks.")
    said = bob.says("I read chapter 3", chat=group)
    ann.uses_context_menu("Check in with this", said)
    await dc.until(lambda: dc.chat(group))
    [asked] = dc.chat(group)
    assert (asked.text, asked.menus) == ("of: I read chapter 3", {"which": ("Limits", "Series"), "who": ()})
    ann.chooses(asked, "Ser", menu="which")
    chosen = await discord_stage.interaction()
    assert chosen.data is not None
    assert chosen.data["values"] == ["2"]  # type: ignore[typeddict-item]  # of a menu
    await chosen.response.defer()
    ann.chooses(asked, "Боб", menu="who")
    chosen = await discord_stage.interaction()
    await chosen.response.defer()
    assert chosen.data["values"] == [str(bob.id)]  # type: ignore[index,typeddict-item]  # of a menu
    ann.asks_about("Buddy", bob, chat=group)
    await dc.until(lambda: ann.sees(group)[-1].text == "Боб")
    assert not dc.refusals


async def test_only_dead_buttons_cannot_be_pressed(discord_stage: Discord) -> None:
    dc, ann, group, bot = discord_stage.dc, discord_stage.ann, discord_stage.group, discord_stage.bot
    await discord_stage.start()
    channel = bot.get_channel(group.id)
    assert isinstance(channel, discord.TextChannel)
    view = buttons("Done", "Done late")
    view.add_item(discord.ui.Button(label="Web", url="https://example.org"))
    view.add_item(discord.ui.Button(label="Off", custom_id="off", disabled=True))
    sent = await channel.send("x", view=view)
    [card] = dc.chat(group)
    assert (card.buttons, card.links, card.disabled) == (
        (("Done", "Done late", "Web", "Off"),),
        {"Web": "https://example.org"},
        ("Off",),
    )
    for label, complaint in [("Later", "Done late"), ("Web", "opens"), ("Off", "greyed out")]:
        with pytest.raises(AssertionError, match=complaint):
            ann.presses(card, label)
    ann.presses(card, "Done")
    ann.presses(card, data="gone:7")
    await discord_stage.heard()
    assert [custom_id(one) for one in bot.interactions] == ["done", "gone:7"]
    await sent.delete()
    with pytest.raises(AssertionError, match="deleted"):
        ann.presses(card, "Done")
