"""The fake Discord refuses what the real one refuses, under its codes."""

from typing import Any

import pytest

from .discord import Group, spec
from .discord.router import ROUTES
from .discord_stage import Stage as Discord

JSON = {"Content-Type": "application/json"}
BUTTON = {"type": 2, "style": 1, "label": "Done", "custom_id": "done"}
CHOICE = {"name": "a", "value": "a"}
OPTION = {"type": 3, "name": "text", "description": "x"}
needs_spec = pytest.mark.skipif(not spec.SPEC.exists(), reason="needs ../shared/specs/discord-openapi.json")


def row(*parts: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def menu(**fields: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "m", "options": [{"label": "a", "value": "a"}]} | fields


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"content": "x", "enforce_nonce": True}, "nonce"),
        ({"content": "x", "flags": 64}, "flags"),
        ({"content": "x", "flags": 1 << 15}, "flags"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds"),
        ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3001}]}, "embeds"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]}, "embeds"),
        ({"embeds": [{"fields": [{"name": "", "value": "y"}]}]}, "embeds"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds"),
        ({"content": "x", "components": [row(BUTTON)] * 6}, "components"),
        ({"content": "x", "components": [row(*[BUTTON | {"custom_id": str(n)} for n in range(6)])]}, "components"),
        ({"content": "x", "components": [row(BUTTON, BUTTON)]}, "components"),
        ({"content": "x", "components": [row(BUTTON | {"custom_id": "x" * 101})]}, "components"),
        ({"content": "x", "components": [row(BUTTON | {"label": "x" * 81})]}, "components"),
        ({"content": "x", "components": [row(BUTTON | {"label": None})]}, "components"),
        ({"content": "x", "components": [row(BUTTON | {"style": 5})]}, "components"),
        ({"content": "x", "components": [row({"type": 2, "style": 5, "label": "x"})]}, "components"),
        ({"content": "x", "components": [row(BUTTON | {"style": 7})]}, "components"),
        ({"content": "x", "components": [row(BUTTON, menu())]}, "components"),
        ({"content": "x", "components": [row(menu(options=[]))]}, "components"),
        ({"content": "x", "components": [row(menu(options=[{"label": "a", "value": "a"}] * 2))]}, "components"),
        ({"content": "x", "components": [row(menu(max_values=2))]}, "components"),
        ({"content": "x", "components": [row()]}, "components"),
        ({"content": "x", "components": [{"type": 17, "components": [{"type": 10, "content": "v2"}]}]}, "components"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
        ({"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions"),
        ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
        ({"content": "x", "poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "!"}}]}}, "poll"),
        ({"content": "x", "attachments": [{"id": "7"}]}, "attachments"),
    ],
)
async def test_messages_beyond_the_limits(discord_stage: Discord, body: dict[str, Any], field: str) -> None:
    answer = await discord_stage.call("POST", f"/channels/{discord_stage.group.id}/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    assert field in answer.json()["errors"], answer.text
    assert [one.method for one in discord_stage.dc.refusals] == ["create_message"]
    assert not discord_stage.dc.chat(discord_stage.group)


@needs_spec
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("messages", {"content": "x", "contents": "y"}, "contents"),
        ("messages", {"content": "x", "embeds": [{"colour": 1}]}, "embeds"),
        ("messages", {"content": 7}, "content"),
        ("messages", {"content": "x", "components": [row(BUTTON | {"lable": "x"})]}, "components"),
        ("messages?wait=true", {"content": "x"}, "wait"),
        ("threads", {"name": "x", "auto_archive_duration": 5}, "auto_archive_duration"),
        ("threads", {"auto_archive_duration": 60}, "name"),
    ],
)
async def test_what_the_description_does_not_know(discord_stage: Discord, path: str, body: dict[str, Any], field: str) -> None:
    answer = await discord_stage.call("POST", f"/channels/{discord_stage.group.id}/{path}", body)
    assert answer.json()["code"] == 50035
    assert field in answer.json()["errors"], answer.text
    assert len(discord_stage.dc.refusals) == 1


@needs_spec
def test_operations_are_called_as_the_description_calls_them() -> None:
    known = spec.known()
    assert {(method, path): name for method, path, name, _ in ROUTES} == {
        (method, path): known[method, path].name for method, path, _, _ in ROUTES
    }


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"name": "Today", "description": "x"}], "APPLICATION_COMMAND_INVALID_NAME"),
        ([{"name": "to day", "description": "x"}], "APPLICATION_COMMAND_INVALID_NAME"),
        ([{"name": "today", "description": ""}], "BASE_TYPE_BAD_LENGTH"),
        ([{"name": "today", "description": "x" * 101}], "BASE_TYPE"),
        ([{"name": "today", "description": "x"}] * 2, "DUPLICATE_NAME"),
        ([{"name": "today", "description": "x", "description_localizations": {"xx": "y"}}], "ENUM_TYPE_COERCE"),
        ([{"name": "x", "description": "x", "options": [OPTION, OPTION]}], "OPTIONS_NAME_INVALID"),
        ([{"name": "x", "description": "x", "options": [OPTION, OPTION | {"name": "y", "required": True}]}], "OPTIONS_REQUIRED"),
        ([{"name": "x", "description": "x", "options": [OPTION | {"name": str(n)} for n in range(26)]}], "BASE_TYPE_MAX"),
        ([{"name": "x", "description": "x", "options": [OPTION | {"choices": [CHOICE] * 26}]}], "BASE_TYPE_MAX"),
        ([{"name": "x", "description": "x", "options": [OPTION, {"type": 1, "name": "y", "description": "z"}]}], "OPTIONS_TYPE"),
        ([{"name": "x", "description": "x", "contexts": [0, 0]}], "SET_TYPE_ALREADY_CONTAINS_VALUE"),
        ([{"name": "Check in", "type": 3, "description": "x"}], "APPLICATION_COMMAND_INVALID_DESCRIPTION"),
        ([{"name": str(n), "description": "x" * 100, "options": [
            OPTION | {"name": f"{n}{o}", "description": "y" * 100, "description_localizations": {"ru": "я" * 100},
                      "choices": [{"name": "a" * 90, "value": f"{c}"} for c in range(25)]} for o in range(5)
        ]} for n in range(1)], "APPLICATION_COMMAND_TOO_LARGE"),
    ],
)  # fmt: skip
async def test_commands_that_are_not_taken(discord_stage: Discord, commands: list[dict[str, Any]], words: str) -> None:
    answer = await discord_stage.call("PUT", f"/applications/{discord_stage.dc.world.app_id}/commands", commands)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    assert words in answer.text
    assert not discord_stage.dc.commands()


async def test_commands_are_kept_by_name(discord_stage: Discord) -> None:
    dc = discord_stage.dc
    here = f"/applications/{dc.world.app_id}/commands"
    taken = (
        await discord_stage.call("PUT", here, [{"name": "сегодня", "description": "x"}, {"name": "old", "description": "x"}])
    ).json()
    again = (
        await discord_stage.call("PUT", here, [{"name": "сегодня", "description": "y", "default_member_permissions": 32}])
    ).json()
    assert (again[0]["id"], again[0]["default_member_permissions"]) == (taken[0]["id"], "32")
    assert [one["name"] for one in (await discord_stage.get(here))] == ["сегодня"]
    assert await discord_stage.refusal("GET", f"{here}/{taken[1]['id']}") == (404, 10063)
    guild = f"/applications/{dc.world.app_id}/guilds/{discord_stage.group.guild_id}/commands"
    await discord_stage.call("POST", guild, {"name": "setup", "description": "x", "default_member_permissions": "32"})
    [setup] = dc.commands(guild=discord_stage.group)
    assert setup["guild_id"] == str(discord_stage.group.guild_id)
    with pytest.raises(AssertionError, match="offered no"):
        discord_stage.bob.says("/setup", chat=discord_stage.group)
    dc.promotes(discord_stage.group, discord_stage.bob)
    discord_stage.bob.says("/setup", chat=discord_stage.group)
    await discord_stage.call("PATCH", f"{guild}/{setup['id']}", {"description": "z"})
    await discord_stage.call("DELETE", f"{guild}/{setup['id']}")
    assert not dc.commands(guild=discord_stage.group)
    assert await discord_stage.refusal("GET", "/applications/1/commands") == (404, 10002)


async def test_where_commands_are_offered(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    here = f"/applications/{dc.world.app_id}/commands"
    board = {"name": "board", "description": "x", "contexts": [0]}
    plan = {"name": "plan", "description": "x", "contexts": [1], "integration_types": [0]}
    await discord_stage.call("PUT", here, [{"name": "today", "description": "x"}, board, plan])
    ann.says("/today")
    ann.says("/plan")
    ann.says("/board", chat=group)
    for text, chat in (("/board", None), ("/plan", group)):
        with pytest.raises(AssertionError, match="offered no"):
            ann.says(text, chat=chat)
    stranger = dc.person("Eve")
    stranger.says("/today")  # installs the app: there is no other way
    assert stranger.account.installed
    with pytest.raises(AssertionError, match="offered no"):
        stranger.says("/plan")
    with pytest.raises(AssertionError, match="not in the guild"):
        stranger.says("/today", chat=group)


async def test_rights_in_channels(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    here = f"/channels/{group.id}"
    said = int(ann.says("hello", chat=group)["d"]["id"])
    own = (await discord_stage.call("POST", f"{here}/messages", {"content": "x"})).json()["id"]
    assert await discord_stage.refusal("PUT", f"{here}/messages/pins/{own}") == (403, 50013)
    assert await discord_stage.refusal("DELETE", f"{here}/messages/{said}") == (403, 50013)
    assert await discord_stage.refusal("PATCH", f"{here}/messages/{said}", {"content": "y"}) == (403, 50005)
    dc.sets_bot_rights(group, {"can_pin_messages": True, "manage_messages": True, "embed_links": False, "add_reactions": False})
    assert (await discord_stage.call("PUT", f"{here}/messages/pins/{own}")).status_code == 204
    assert (await discord_stage.call("DELETE", f"{here}/messages/{said}")).status_code == 204
    assert await discord_stage.refusal("POST", f"{here}/messages", {"embeds": [{"title": "x"}]}) == (403, 50013)
    assert await discord_stage.refusal("PUT", f"{here}/messages/{own}/reactions/%F0%9F%91%8D/@me") == (403, 50013)
    assert dc.chat(group)[0].pinned
    dc.sets_bot_rights(group, {"send_messages": False})
    assert await discord_stage.refusal("POST", f"{here}/messages", {"content": "x"}) == (403, 50013)
    dc.sets_bot_rights(group, {"view_channel": False})
    assert await discord_stage.refusal("GET", here) == (403, 50001)
    assert await discord_stage.refusal("POST", f"{here}/messages", {"content": "x"}) == (403, 50001)
    dc.sets_bot_rights(group, {"administrator": True})
    assert (await discord_stage.call("POST", f"{here}/messages", {"content": "x"})).status_code == 200
    dc.deletes_channel(group)
    assert await discord_stage.refusal("POST", f"{here}/messages", {"content": "x"}) == (404, 10003)
    dc.removes_bot(group, by=ann)
    assert await discord_stage.refusal("GET", f"/guilds/{group.guild_id}") == (403, 50001)
    assert [one.outcome for one in dc.refusals] == ["403 50005: Cannot edit a message authored by another user"]


async def test_who_can_be_written_to(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    eve = dc.person("Eve")

    async def writes(person_id: int) -> tuple[int, int]:
        channel = (await discord_stage.call("POST", "/users/@me/channels", {"recipient_id": str(person_id)})).json()["id"]
        answer = await discord_stage.call("POST", f"/channels/{channel}/messages", {"content": "x"})
        return answer.status_code, answer.json().get("code", 0)

    assert await writes(ann.id) == (200, 0)
    assert await writes(eve.id) == (403, 50278)
    eve.installs_app()
    assert await writes(eve.id) == (200, 0)
    eve.uninstalls_app()
    assert await writes(eve.id) == (403, 50278)
    ann.closes_dms()
    assert await writes(ann.id) == (403, 50007)
    with pytest.raises(AssertionError, match="unblock"):
        ann.says("hello?")
    ann.unblocks_bot()
    assert await writes(ann.id) == (200, 0)
    dc.removes_bot(group, by=ann)
    assert await writes(ann.id) == (403, 50278)
    eve.deletes_account()
    assert await writes(eve.id) == (403, 50007)
    assert not dc.refusals
    assert await discord_stage.refusal("POST", "/users/@me/channels", {"recipient_id": "7"}) == (400, 50033)


async def test_what_is_not_there(discord_stage: Discord) -> None:
    group = discord_stage.group
    here = f"/channels/{group.id}"
    own = (await discord_stage.call("POST", f"{here}/messages", {"content": "x"})).json()["id"]
    assert await discord_stage.refusal("POST", f"{here}/messages", {}) == (400, 50006)
    assert await discord_stage.refusal("PATCH", f"{here}/messages/{own}", {"content": ""}) == (400, 50006)
    assert await discord_stage.refusal("GET", f"{here}/messages/7") == (404, 10008)
    await discord_stage.call("DELETE", f"{here}/messages/{own}")
    assert await discord_stage.refusal("PATCH", f"{here}/messages/{own}", {"content": "y"}) == (404, 10008)
    assert await discord_stage.refusal("GET", "/channels/7") == (404, 10003)
    assert await discord_stage.refusal("GET", f"/guilds/{group.guild_id}/members/7") == (404, 10007)
    assert await discord_stage.refusal("GET", f"/guilds/{group.guild_id}/members") == (403, 50001)
    assert await discord_stage.refusal("GET", "/users/7") == (404, 10013)
    assert await discord_stage.refusal("GET", "/nowhere") == (404, 0)
    assert await discord_stage.refusal("POST", f"/webhooks/{discord_stage.dc.world.app_id}/x", {"content": "x"}) == (404, 10015)
    assert await discord_stage.refusal("POST", "/interactions/7/x/callback", {"type": 5}) == (404, 10062)
    bad = await discord_stage.raw.get(f"{discord_stage.dc.url}/users/@me", headers={"Authorization": "Bot wrong"})
    assert (bad.status_code, bad.json()) == (401, {"message": "401: Unauthorized", "code": 0})
    broken = await discord_stage.raw.post(
        f"{discord_stage.dc.url}{here}/messages", content=b"{", headers={"Authorization": f"Bot {discord_stage.dc.token}"} | JSON
    )
    assert broken.json()["code"] == 50109


@needs_spec
async def test_routes_the_fake_does_not_know_say_so(discord_stage: Discord) -> None:
    answer = await discord_stage.call("GET", f"/guilds/{discord_stage.group.guild_id}/emojis")
    assert "not known to this fake" in answer.text
    assert len(discord_stage.dc.refusals) == 1


async def test_an_interaction_is_answered_once_and_fittingly(discord_stage: Discord) -> None:
    dc, ann, group = discord_stage.dc, discord_stage.ann, discord_stage.group
    await discord_stage.call("PUT", f"/applications/{dc.world.app_id}/commands", [{"name": "today", "description": "x"}])

    def asked() -> str:
        made = ann.says("/today", chat=group)["d"]
        return f"/interactions/{made['id']}/{made['token']}/callback"

    def token() -> str:
        return next(reversed(dc.world.tokens))

    for kind in (6, 7, 8, 1):
        assert await discord_stage.refusal("POST", asked(), {"type": kind}) == (400, 50035)
    assert await discord_stage.refusal("POST", asked(), {"type": 4, "data": {}}) == (400, 50006)
    hook = f"/webhooks/{dc.world.app_id}/{token()}"
    assert await discord_stage.refusal("POST", hook, {"content": "too soon"}) == (404, 10015)
    here = asked()
    hook = f"/webhooks/{dc.world.app_id}/{token()}"
    assert (await discord_stage.call("POST", here, {"type": 5, "data": {"flags": 64}})).status_code == 204
    assert await discord_stage.refusal("POST", here, {"type": 5}) == (400, 40060)
    thinking = await discord_stage.get(f"{hook}/messages/@original")
    assert thinking["flags"] == 64 | 128
    await discord_stage.call("POST", hook, {"content": "hidden, as the deferral was"})
    assert (ann.sees(group)[0].text, ann.sees(group)[0].ephemeral) == ("hidden, as the deferral was", "Ann")
    await discord_stage.call("DELETE", f"{hook}/messages/@original")
    assert await discord_stage.refusal("PATCH", f"{hook}/messages/@original", {"content": "x"}) == (404, 10008)
    form = {"custom_id": "f", "title": "x" * 46, "components": [row({"type": 4, "custom_id": "n", "style": 1, "label": "N"})]}
    assert await discord_stage.refusal("POST", asked(), {"type": 9, "data": form}) == (400, 50035)
    form["components"] = [row(BUTTON)]
    assert await discord_stage.refusal("POST", asked(), {"type": 9, "data": form | {"title": "x"}}) == (400, 50035)


async def test_threads_and_forums(discord_stage: Discord) -> None:
    dc, group = discord_stage.dc, discord_stage.group
    here = f"/channels/{group.id}"
    own = (await discord_stage.call("POST", f"{here}/messages", {"content": "week 1"})).json()["id"]
    dc.sets_bot_rights(group, {"create_public_threads": True})
    thread = (await discord_stage.call("POST", f"{here}/messages/{own}/threads", {"name": "week 1"})).json()
    assert (thread["id"], dc.chat(group)[0].thread) == (own, int(own))
    assert await discord_stage.refusal("POST", f"{here}/messages/{own}/threads", {"name": "again"}) == (400, 160004)
    said = (await discord_stage.call("POST", f"/channels/{own}/messages", {"content": "in it"})).json()["id"]
    room = Group(int(own), "week 1", group.guild_id)
    assert [one.text for one in dc.chat(room)] == ["in it"]
    dc.archives(room)
    assert await discord_stage.refusal("PATCH", f"/channels/{own}/messages/{said}", {"content": "y"}) == (400, 50083)
    archived = await discord_stage.get(f"{here}/threads/archived/public")
    assert [one["id"] for one in archived["threads"]] == [own]
    await discord_stage.call("POST", f"/channels/{own}/messages", {"content": "opens it again"})
    assert (await discord_stage.call("PATCH", f"/channels/{own}/messages/{said}", {"content": "y"})).status_code == 200
    assert [one["id"] for one in (await discord_stage.get(f"/guilds/{group.guild_id}/threads/active"))["threads"]] == [own]
    dc.archives(room, locked=True)
    assert await discord_stage.refusal("POST", f"/channels/{own}/messages", {"content": "z"}) == (400, 160005)
    free = (await discord_stage.call("POST", f"{here}/threads", {"name": "free", "type": 11})).json()
    await discord_stage.call("PUT", f"/channels/{free['id']}/thread-members/@me")
    await discord_stage.call("PUT", f"/channels/{free['id']}/thread-members/{discord_stage.bob.id}")
    await discord_stage.call("DELETE", f"/channels/{free['id']}/thread-members/@me")
    assert (await discord_stage.call("PATCH", f"/channels/{free['id']}", {"archived": True})).json()["thread_metadata"][
        "archived"
    ]
    forum = dc.forum(group, "diary", tags=("week",), needs_tag=True)
    assert await discord_stage.refusal("POST", f"/channels/{forum.id}/messages", {"content": "x"}) == (400, 50008)
    post = {"name": "1", "message": {"content": "the week"}}
    assert await discord_stage.refusal("POST", f"/channels/{forum.id}/threads", post) == (400, 40067)
    assert await discord_stage.refusal("POST", f"/channels/{forum.id}/threads", post | {"applied_tags": ["7"]}) == (404, 10087)
    tag = dc.world.channels[forum.id].tags[0]["id"]
    made = (
        await discord_stage.call("POST", f"/channels/{forum.id}/threads?use_nested_fields=1", post | {"applied_tags": [tag]})
    ).json()
    assert (made["id"], made["applied_tags"]) == (made["message"]["id"], [tag])
    assert len(dc.refusals) == 4


async def test_members_and_nicknames(discord_stage: Discord) -> None:
    dc, ann, bob, group = discord_stage.dc, discord_stage.ann, discord_stage.bob, discord_stage.group
    here = f"/guilds/{group.guild_id}"
    assert (await discord_stage.get(f"{here}/members/{bob.id}"))["user"]["global_name"] == "Боб"
    assert await discord_stage.refusal("PATCH", f"{here}/members/{bob.id}", {"nick": "late"}) == (403, 50013)
    dc.sets_bot_rights(group, {"can_manage_tags": True, "manage_roles": True})
    assert (await discord_stage.call("PATCH", f"{here}/members/{bob.id}", {"nick": "late"})).json()["nick"] == "late"
    assert await discord_stage.refusal("PATCH", f"{here}/members/{ann.id}", {"nick": "owner"}) == (403, 50013)
    assert (await discord_stage.call("PATCH", f"{here}/members/@me", {"nick": "E"})).json()["nick"] == "E"
    dc.promotes(group, bob)
    moderators = dc.world.guilds[group.guild_id].role_of("Moderators")
    assert await discord_stage.refusal("PATCH", f"{here}/members/{bob.id}", {"nick": "x"}) == (403, 50013)
    assert await discord_stage.refusal("PUT", f"{here}/members/{ann.id}/roles/{moderators.id}") == (403, 50013)
    moderators.position = 0
    await discord_stage.call("PUT", f"{here}/members/{ann.id}/roles/{moderators.id}")
    await discord_stage.call("DELETE", f"{here}/members/{bob.id}/roles/{moderators.id}")
    dc.promotes(group, bob)
    dc.demotes(group, bob)
    assert [len(dc.world.guilds[group.guild_id].members[one].roles) for one in (ann.id, bob.id)] == [1, 0]
    assert {one["name"] for one in (await discord_stage.get(f"{here}/roles"))} == {
        "@everyone",
        "Plan E",
        "Moderators",
    }
    assert [one["id"] for one in (await discord_stage.get(f"{here}/channels"))] == [str(group.id)]
    assert [one["name"] for one in (await discord_stage.get("/users/@me/guilds"))] == ["Study"]
    assert (await discord_stage.call("PATCH", "/applications/@me", {"description": "d"})).json()["description"] == "d"
    assert (await discord_stage.call("DELETE", f"/users/@me/guilds/{group.guild_id}")).status_code == 204
    assert not dc.refusals
