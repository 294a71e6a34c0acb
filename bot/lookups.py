"""What must be asked before a transaction: who is an administrator, what was chosen, what is in the file."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import structlog

from bot.domain.plans import MAX_FILE_BYTES
from bot.events import Chat, Chosen, Event, Person, Pressed, Said
from bot.services.plan_child import parse_safely
from bot.services.plan_draft import Draft, PlanFileRefused, Refusal
from bot.ui.message import Among

_SECONDS: Final = 10
_log = structlog.get_logger(__name__)


class Reader(Protocol):
    """What the inbox needs of a platform."""

    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        """What the update says; None where it is nothing to us."""

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        """Whether a person administers a group, asked live."""

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        """What was chosen from a list of the platform's own, asked live; None where there is no such thing in that place."""

    async def fetch(self, file_id: str) -> bytes:
        """The content of a file that came with a message."""


class Asker(Protocol):
    """Who knows what the handling of an event depends on."""

    def needs_admin(self, event: Said | Pressed) -> bool:
        """Whether handling it depends on the person being an administrator."""

    def chooses(self, event: Said | Pressed) -> tuple[Among, str] | None:
        """What was chosen from a list of the platform's own, if handling it depends on that."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked up on the platform for one update; `unreachable`: it could not be."""

    is_admin: bool | None = None
    chosen: Chosen | None = None
    draft: Draft | PlanFileRefused | None = None
    unreachable: bool = False


def needed(asker: Asker, event: Event | None) -> bool:
    """Whether something has to be asked before the event is handled."""
    match event:
        case Said(chat=chat, file=file) if file is not None and chat.private:
            return True
        case Said(chat=chat) | Pressed(chat=chat) if not chat.private:
            return (event.is_admin is None and asker.needs_admin(event)) or asker.chooses(event) is not None
        case _:
            return False


async def look_up(reader: Reader, asker: Asker, event: Event | None, *, update: str) -> Found:
    """Ask what has to be asked; where that fails the person is no administrator, and is told that it failed."""
    if not isinstance(event, Said | Pressed) or not needed(asker, event):
        return Found()
    try:
        async with asyncio.timeout(_SECONDS):
            if isinstance(event, Said) and event.file is not None and event.chat.private:
                return Found(draft=await _draft(reader, event))
            is_admin = event.is_admin
            if is_admin is None and asker.needs_admin(event):
                is_admin = await reader.is_admin(event.chat, event.person)
            asked = asker.chooses(event)
            chosen = await reader.chosen(event.chat, *asked) if asked else None
            return Found(is_admin=is_admin, chosen=chosen)
    except Exception as error:  # noqa: BLE001 - whatever the platform's client raises: the person gets an answer all the same
        _log.warning("look-up failed", update=update, error=repr(error))
        return Found(is_admin=False, unreachable=True)


async def _draft(reader: Reader, event: Said) -> Draft | PlanFileRefused:
    file = event.file
    if file is None:
        raise ValueError("no file came along")
    if file.size > MAX_FILE_BYTES:
        return PlanFileRefused(Refusal.TOO_LARGE, limit=MAX_FILE_BYTES)
    try:
        content = file.data if file.data is not None else await reader.fetch(file.id)
        return await parse_safely(content, name=file.name)
    except PlanFileRefused as refused:
        return refused
