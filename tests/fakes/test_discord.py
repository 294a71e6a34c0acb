"""The fake Discord, used as a bot uses it: through unmodified discord.py."""

import discord
import pytest

from .discord_stage import Client, custom_id
from .discord_stage import Stage as Discord


async def test_a_slash_command_and_a_press(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    bot = discord_stage.bot

    @bot.tree.command(name="commit", description="Make a promise")
    async def commit(interaction: discord.Interaction[Client], text: str) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Publish", custom_id="publish:7"))
        await interaction.response.send_message(f"**Not promised yet**: {text}", view=view)

    await discord_stage.start()
    await bot.tree.sync()
    ann.says("/commit finish X by end of June", chat=group)
    await dc.until(lambda: dc.chat(group))
    [post] = dc.chat(group)
    assert (post.text, post.labels) == ("Not promised yet: finish X by end of June", ("Publish",))
    ann.presses(post, "Pub")
    press = await discord_stage.interaction()
    assert custom_id(press) == "publish:7"
    await press.response.edit_message(content="Promised.", view=None)
    [post] = dc.chat(group)
    assert (post.text, post.edits, post.labels) == ("Promised.", ("Not promised yet: finish X by end of June",), ())
    assert not dc.refusals
    assert not dc.failed_interactions
    with pytest.raises(AssertionError, match="commit"):
        ann.says("/promise", chat=group)
