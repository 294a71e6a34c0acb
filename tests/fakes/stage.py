"""A fake Telegram with the real client library, a raw client and two people before it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from telegram import (
    Bot,
)

from .telegram import FakeTelegram, Group, Person

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass
class Hand:
    """The clock in the test's hand."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Stage:
    tg: FakeTelegram
    bot: Bot
    clock: Hand
    raw: httpx.AsyncClient
    ann: Person
    bob: Person

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        answer = (await self.raw.post(f"{self.tg.url}/bot{self.tg.token}/{method}", json=params)).json()
        assert isinstance(answer, dict)
        return answer

    async def refusal(self, method: str, **params: Any) -> str:
        answer = await self.call(method, **params)
        assert answer["ok"] is False, answer
        return str(answer["description"])

    def group_with_bot(self, rights: dict[str, bool] | None = None, *, supergroup: bool = True, forum: bool = False) -> Group:
        group = self.tg.group("Study", members=[self.ann, self.bob], supergroup=supergroup, forum=forum)
        self.tg.adds_bot(group, by=self.ann, rights=rights)
        return group
