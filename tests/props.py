"""What tests of the machinery share: a clock in the hand, a database file, people to write to, a messenger that remembers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.notices.general import UnknownCommand
from bot.domain.people import Group, Learner
from bot.messenger import Target
from bot.services.facts import pack
from bot.services.meeting import meet_group, meet_person
from bot.store.database import Database, Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.ui.message import Message
from tests.tables import make_tables

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Hand:
    """The clock in the test's hand."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.slept = timedelta()

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - self.slept).timestamp()

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at

    def sleeps(self, **span: float) -> None:
        """The machine sleeps: time passes, and only the monotonic clock does not know it."""
        self.slept += timedelta(**span)
        self.passes(**span)


async def database_file(folder: Path) -> Database:
    """A database as it is in earnest: a file, one writer, readers beside it."""
    made = Database(f"sqlite+aiosqlite:///{folder}/plan-e.db")
    async with made.write() as tx:
        await make_tables(tx)
    return made


async def learner(tx: Tx, account: int = 501, *, name: str = "Ann", at: datetime = NOON) -> Learner:
    """Somebody who may be written to."""
    return await meet_person(
        tx, platform="telegram", account=str(account), name=name, username=None, language="en", private=True, at=at
    )


async def group(tx: Tx, chat: int = -9001, *, at: datetime = NOON) -> Group:
    """A group the bot is in."""
    return await meet_group(tx, platform="telegram", chat=str(chat), title="Study", at=at)


def said(name: str) -> dict[str, Any]:
    """Kind and facts of a notice that is easily told from others: "There is no /name."."""
    kind, facts = pack(UnknownCommand(name=name, nearest=None))
    return {"kind": kind, "facts": facts}


def outgoing(key: str, to: Learner | Group, *, at: datetime = NOON, **other: Any) -> Outgoing:
    """Something to say, in the lane of answers unless told otherwise."""
    given: dict[str, Any] = {"act": Act.SEND, "lane": Lane.ANSWER, "due_at": at, **said(key.replace(":", "-")), **other}
    who: dict[str, Any] = {"learner_id": to.id} if isinstance(to, Learner) else {"group_id": to.id}
    return Outgoing(key=key, platform="telegram", **who, **given)


async def until(condition: Callable[[], object], *, within: float = 10.0) -> None:
    """Let the loop turn until `condition` holds; TimeoutError after `within` real seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for is not always an event
            await asyncio.sleep(0)


Trouble = Callable[[], Awaitable[None]] | Exception


class Recorder:
    """A messenger that remembers what it was asked, and has the troubles it is told to have, in order."""

    def __init__(self) -> None:
        self.did: list[tuple[str, str, str]] = []
        self.topics: list[str | None] = []
        self.pictures: list[bytes | None] = []
        self.troubles: list[Trouble | None] = []

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.did]

    async def _meet(self, act: str, chat: str, text: str) -> None:
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            await trouble()
        self.did.append((act, chat, text))

    async def send(self, to: Target, message: Message, *, reply_to: str | None, silent: bool, nonce: str) -> str:
        self.topics.append(to.topic)
        self.pictures.append(message.picture.png if message.picture else None)
        await self._meet("send", to.chat, message.plain)
        return f"{to.chat}/{len(self.did)}"

    async def edit(self, to: Target, ref: str, message: Message) -> None:
        await self._meet("edit", ref, message.plain)

    async def toast(self, answer_to: str, text: str) -> None:
        await self._meet("toast", answer_to, text)

    async def pin(self, to: Target, ref: str) -> None:
        await self._meet("pin", ref, "")

    async def thread(self, to: Target, ref: str, name: str) -> str:
        await self._meet("thread", ref, name)
        return ref.rpartition("/")[2]

    async def tag(self, to: Target, account: str, text: str) -> None:
        await self._meet("tag", account, text)
