"""Who handles what: words to commands and dialogues, presses to buttons, and what happens to chats."""

import re
from datetime import datetime
from typing import Final

from bot import buttons, chats, commands, dialogues
from bot.domain.notices.general import NotYourWords
from bot.events import Event, Pressed, Said
from bot.store.database import Tx
from bot.turn import Turn
from bot.ui.message import Among

_CALLED: Final = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?=\s|$)")


class Router:
    """The Router of the inbox."""

    def __init__(self, bot_names: dict[str, str]) -> None:
        """`bot_names` maps a platform to the bot's own username there, for /command@name."""
        self._bot_names = bot_names

    def needs_admin(self, event: Said | Pressed) -> bool:
        """Whether handling it depends on the person being an administrator of the group."""
        match event:
            case Said():
                called = self._command(event)
                command = commands.find(called[0]) if called else None
                return command is not None and command.admins
            case Pressed(action=action):
                button = buttons.find(action.name) if action else None
                return button is not None and button.admins

    def chooses(self, event: Said | Pressed) -> tuple[Among, str] | None:
        """What was chosen from a list of the platform's own, if handling it depends on that."""
        action = event.action if isinstance(event, Pressed) else None
        button = buttons.find(action.name) if action else None
        if action is None or button is None or button.among is None or not action.args or not action.args[-1]:
            return None
        return button.among, action.args[-1]

    async def turn(self, turn: Turn) -> None:
        """Handle what a person said or pressed."""
        match turn.event:
            case Pressed() as event:
                await buttons.handle(turn, event)
            case Said(author=str() as author) as event if author != event.person.account:
                await turn.say(NotYourWords())
            case Said() as event:
                called = self._command(event)
                if called is not None:
                    await commands.handle(turn, *called)
                elif not self._is_for_others(event):
                    await dialogues.handle(turn, event)

    async def happening(self, tx: Tx, event: Event, *, at: datetime, source: str) -> None:
        """Handle what happened to a chat."""
        await chats.handle(tx, event, at=at, source=source)

    def _command(self, event: Said) -> tuple[str, str] | None:
        """The command and the words after it; None for free text and for what another bot was told."""
        if not event.words.startswith("/") or event.file is not None or self._is_for_others(event):
            return None
        head, _, rest = event.words[1:].partition(" ")
        first, newline, more = head.partition("\n")
        name = first.partition("@")[0]
        if not name:
            return None
        return name, f"{more} {rest}".strip() if newline else rest.strip()

    def _is_for_others(self, event: Said) -> bool:
        """Whether a command is another bot's: it bears that one's name, or, in a group, no bot's name and is not of ours."""
        called = _CALLED.match(event.words)
        if called is None:
            return False
        name, addressed = called["name"], called["bot"]
        own = self._bot_names.get(event.person.platform, "")
        if addressed:
            return bool(addressed.casefold() != own.casefold())
        return not event.chat.private and commands.find(name) is None
