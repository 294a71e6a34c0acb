"""The entities Telegram finds by itself in what a person types, and whether privacy mode lets the bot read it."""

import re

from .errors import Json
from .html import units
from .state import Message, World

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)\]])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)
_ADDRESSED = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@(\w{3,32}))?(?!\w)")


def entities_in(text: str) -> list[Json]:
    """Commands, links, mentions and hashtags with UTF-16 offsets."""
    return [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in _FOUND.finditer(text)
    ]


def reaches_bot(world: World, message: Message) -> bool:
    """Whether a person's message in a group is handed to the bot (core.telegram.org/bots/features#privacy-mode)."""
    if message.chat.private:
        return True
    member = world.bot_in(message.chat)
    if not member.present:
        return False
    if not world.privacy or member.status == "administrator":
        return True
    if message.reply_to is not None and message.reply_to.sender is world.bot:
        return True
    return _is_for_bot(world, message.words)


def _is_for_bot(world: World, text: str) -> bool:
    command = _ADDRESSED.match(text)
    return command is not None and (command[1] or str(world.bot.username)).lower() == str(world.bot.username).lower()
