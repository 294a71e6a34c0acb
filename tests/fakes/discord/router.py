"""Which function answers which route, under the names Discord's own description gives the operations."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from . import callbacks, commands, followups, guilds, messages, pins, spec, threads
from .errors import Refused, refused
from .state import Request
from .world import World

Handler = Callable[[World, Request], Any]
_CHANNEL, _GUILD, _APP = "/channels/{channel_id}", "/guilds/{guild_id}", "/applications/{application_id}"
_MESSAGE = f"{_CHANNEL}/messages/{{message_id}}"
_TOKEN = "/webhooks/{webhook_id}/{webhook_token}"
_COMMANDS, _GUILD_COMMANDS = f"{_APP}/commands", f"{_APP}/guilds/{{guild_id}}/commands"

ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/gateway/bot", "get_bot_gateway", guilds.get_my_user),
    ("GET", "/users/@me", "get_my_user", guilds.get_my_user),
    ("GET", "/users/@me/guilds", "list_my_guilds", guilds.list_my_guilds),
    ("DELETE", "/users/@me/guilds/{guild_id}", "leave_guild", guilds.leave_guild),
    ("POST", "/users/@me/channels", "create_dm", guilds.create_dm),
    ("GET", "/users/{user_id}", "get_user", guilds.get_user),
    ("GET", "/oauth2/applications/@me", "get_my_oauth2_application", guilds.get_application),
    ("GET", "/applications/@me", "get_my_application", guilds.get_application),
    ("PATCH", "/applications/@me", "update_my_application", guilds.update_application),
    ("GET", _COMMANDS, "list_application_commands", commands.list_application_commands),
    ("PUT", _COMMANDS, "bulk_set_application_commands", commands.bulk_set_application_commands),
    ("POST", _COMMANDS, "create_application_command", commands.create_application_command),
    ("GET", f"{_COMMANDS}/{{command_id}}", "get_application_command", commands.get_application_command),
    ("PATCH", f"{_COMMANDS}/{{command_id}}", "update_application_command", commands.update_application_command),
    ("DELETE", f"{_COMMANDS}/{{command_id}}", "delete_application_command", commands.delete_application_command),
    ("GET", _GUILD_COMMANDS, "list_guild_application_commands", commands.list_application_commands),
    ("PUT", _GUILD_COMMANDS, "bulk_set_guild_application_commands", commands.bulk_set_application_commands),
    ("POST", _GUILD_COMMANDS, "create_guild_application_command", commands.create_application_command),
    ("GET", f"{_GUILD_COMMANDS}/{{command_id}}", "get_guild_application_command", commands.get_application_command),
    ("PATCH", f"{_GUILD_COMMANDS}/{{command_id}}", "update_guild_application_command", commands.update_application_command),
    ("DELETE", f"{_GUILD_COMMANDS}/{{command_id}}", "delete_guild_application_command", commands.delete_application_command),
    ("GET", _GUILD, "get_guild", guilds.get_guild),
    ("GET", f"{_GUILD}/channels", "list_guild_channels", guilds.list_guild_channels),
    ("GET", f"{_GUILD}/roles", "list_guild_roles", guilds.list_guild_roles),
    ("GET", f"{_GUILD}/members", "list_guild_members", guilds.list_guild_members),
    ("GET", f"{_GUILD}/members/{{user_id}}", "get_guild_member", guilds.get_guild_member),
    ("PATCH", f"{_GUILD}/members/@me", "update_my_guild_member", guilds.update_my_guild_member),
    ("PATCH", f"{_GUILD}/members/{{user_id}}", "update_guild_member", guilds.update_guild_member),
    ("PUT", f"{_GUILD}/members/{{user_id}}/roles/{{role_id}}", "add_guild_member_role", guilds.add_guild_member_role),
    ("DELETE", f"{_GUILD}/members/{{user_id}}/roles/{{role_id}}", "delete_guild_member_role", guilds.delete_guild_member_role),
    ("GET", f"{_GUILD}/threads/active", "get_active_guild_threads", threads.get_active_guild_threads),
    ("GET", _CHANNEL, "get_channel", threads.get_channel),
    ("PATCH", _CHANNEL, "update_channel", threads.update_channel),
    ("DELETE", _CHANNEL, "delete_channel", threads.delete_channel),
    ("POST", f"{_CHANNEL}/threads", "create_thread", threads.create_thread),
    ("POST", f"{_MESSAGE}/threads", "create_thread_from_message", threads.create_thread_from_message),
    ("GET", f"{_CHANNEL}/threads/archived/public", "list_public_archived_threads", threads.list_public_archived_threads),
    ("GET", f"{_CHANNEL}/threads/archived/private", "list_private_archived_threads", threads.list_private_archived_threads),
    ("PUT", f"{_CHANNEL}/thread-members/@me", "join_thread", threads.join_thread),
    ("DELETE", f"{_CHANNEL}/thread-members/@me", "leave_thread", threads.leave_thread),
    ("PUT", f"{_CHANNEL}/thread-members/{{user_id}}", "add_thread_member", threads.add_thread_member),
    ("GET", f"{_CHANNEL}/messages", "list_messages", messages.list_messages),
    ("POST", f"{_CHANNEL}/messages", "create_message", messages.create_message),
    ("POST", f"{_CHANNEL}/messages/bulk-delete", "bulk_delete_messages", messages.bulk_delete_messages),
    ("GET", f"{_CHANNEL}/messages/pins", "list_pins", pins.list_pins),
    ("PUT", f"{_CHANNEL}/messages/pins/{{message_id}}", "create_pin", pins.pin),
    ("DELETE", f"{_CHANNEL}/messages/pins/{{message_id}}", "delete_pin", pins.unpin),
    ("GET", f"{_CHANNEL}/pins", "deprecated_list_pins", pins.deprecated_list_pins),
    ("PUT", f"{_CHANNEL}/pins/{{message_id}}", "deprecated_create_pin", pins.pin),
    ("DELETE", f"{_CHANNEL}/pins/{{message_id}}", "deprecated_delete_pin", pins.unpin),
    ("GET", _MESSAGE, "get_message", messages.get_message),
    ("PATCH", _MESSAGE, "update_message", messages.update_message),
    ("DELETE", _MESSAGE, "delete_message", messages.delete_message),
    ("PUT", f"{_MESSAGE}/reactions/{{emoji_name}}/@me", "add_my_message_reaction", messages.add_my_message_reaction),
    ("DELETE", f"{_MESSAGE}/reactions/{{emoji_name}}/@me", "delete_my_message_reaction", messages.delete_my_message_reaction),
    ("POST", f"{_CHANNEL}/typing", "trigger_typing_indicator", messages.trigger_typing_indicator),
    (
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        "create_interaction_response",
        callbacks.create_interaction_response,
    ),
    ("POST", _TOKEN, "execute_webhook", followups.execute_webhook),
    ("GET", f"{_TOKEN}/messages/@original", "get_original_webhook_message", followups.get_original_webhook_message),
    ("PATCH", f"{_TOKEN}/messages/@original", "update_original_webhook_message", followups.update_original_webhook_message),
    ("DELETE", f"{_TOKEN}/messages/@original", "delete_original_webhook_message", followups.delete_original_webhook_message),
    ("GET", f"{_TOKEN}/messages/{{message_id}}", "get_webhook_message", followups.get_webhook_message),
    ("PATCH", f"{_TOKEN}/messages/{{message_id}}", "update_webhook_message", followups.update_webhook_message),
    ("DELETE", f"{_TOKEN}/messages/{{message_id}}", "delete_webhook_message", followups.delete_webhook_message),
]
BY_TOKEN = ("/interactions/", "/webhooks/{webhook_id}/{webhook_token}")  # these need no Authorization


class Routes:
    """The routes of this fake, then those Discord has beside them."""

    def __init__(self) -> None:
        own = {(method, template): (name, handler) for method, template, name, handler in ROUTES}
        others = {key: (one.name, _unknown) for key, one in spec.known().items() if key not in own}
        self.known = own | others
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for method, template in self.known:
            self._by_shape.setdefault((method, template.count("/")), []).append(template)
        for templates in self._by_shape.values():
            templates.sort(key=lambda one: [part.startswith("{") for part in one.split("/")])  # the literal ones first

    def match(self, method: str, path: str) -> tuple[Request, Handler]:
        """The operation meant, with what the path says; 404 where Discord has none."""
        parts = path.split("/")
        for template in self._by_shape.get((method, path.count("/")), ()):
            names = template.split("/")
            if all(name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)):
                given = {name[1:-1]: unquote(part) for name, part in zip(names, parts, strict=True) if name.startswith("{")}
                called, handler = self.known[method, template]
                return Request(called, template, given, {}), handler
        raise refused(0, defect=True)


def _unknown(world: World, request: Request) -> Any:
    raise Refused(400, 0, f"{request.name} is not known to this fake", defect=True)
