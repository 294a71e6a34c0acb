"""Whom a message mentions, and whom of them it notifies: `allowed_mentions` (docs: Message, Allowed Mentions Object)."""

import re

from .errors import Json, bad
from .permissions import BITS, in_channel
from .state import Message
from .world import World

USER, ROLE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
KINDS = {"users", "roles", "everyone"}


def settle(world: World, message: Message, allowed: Json | None) -> None:
    """Note on the message who is mentioned and who hears a sound, as the text and `allowed` have it."""
    check(allowed)
    wanted: Json = {"parse": sorted(KINDS), "replied_user": True} if allowed is None else allowed
    spoken = _without_code(message.content)
    people = [world.users[int(one)] for one in USER.findall(spoken) if int(one) in world.users]
    replied = message.reply_to.author if message.reply_to and wanted.get("replied_user") else None
    message.mentions = list(dict.fromkeys([*people, *([replied] if replied else [])]))
    heard = {one for one in people if _lets(wanted, "users", one.id)} | ({replied} if replied else set())
    guild = message.channel.guild
    if guild is None:
        message.notified = frozenset(one.name for one in heard)
        return
    roles = [int(one) for one in ROLE.findall(spoken) if int(one) in guild.roles]
    loud = bool(in_channel(message.channel, message.author.id) & BITS["mention_everyone"])
    message.mention_everyone = bool(EVERYONE.search(spoken)) and loud and "everyone" in (wanted.get("parse") or ())
    message.mention_roles = [one for one in dict.fromkeys(roles) if loud and _lets(wanted, "roles", one)]
    message.notified = frozenset(
        [one.name for one in heard if one.id in guild.members]
        + [f"@{guild.roles[one].name}" for one in message.mention_roles]
        + (["@everyone"] if message.mention_everyone else [])
    )


def _lets(wanted: Json, kind: str, number: int) -> bool:
    return kind in (wanted.get("parse") or ()) or str(number) in {str(one) for one in wanted.get(kind) or ()}


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)


def check(allowed: Json | None) -> None:
    """Refuse a contradictory `allowed_mentions`."""
    if allowed is None:
        return
    parse = set(allowed.get("parse") or ())
    if parse - KINDS:
        raise bad("allowed_mentions.parse", f"Value must be one of {sorted(KINDS)}.", "BASE_TYPE_CHOICES")
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            words = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            raise bad("allowed_mentions", words, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")
        if len(allowed.get(kind) or ()) > 100:
            raise bad(f"allowed_mentions.{kind}", "Must be 100 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
