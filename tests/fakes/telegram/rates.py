"""Telegram's rate limits, when a test turns them on: buckets of tokens on the test's own clock."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from .errors import too_many


@dataclass(slots=True)
class Bucket:
    """`burst` calls at once, `rate` a second sustained."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    seen: datetime | None = None

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def wait(self, *, at: datetime) -> float:
        """Seconds until a token is there; 0 when one is. Takes nothing."""
        if self.seen is not None:
            self.tokens = min(self.burst, self.tokens + max(0.0, (at - self.seen).total_seconds()) * self.rate)
        self.seen = at
        return 0.0 if self.tokens > 1 - 1e-6 else (1 - self.tokens) / self.rate


@dataclass(slots=True)
class RateLimits:
    """30 a second overall, 1 a second per chat with a small burst, 20 a minute per group (core.telegram.org/bots/faq)."""

    per_second: float = 30
    per_chat: float = 1
    chat_burst: float = 3
    group_per_minute: float = 20
    overall: Bucket = field(init=False)
    chats: dict[int, list[Bucket]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.overall = Bucket(self.per_second, self.per_second)

    def take(self, chat_id: int, *, at: datetime) -> None:
        """Count one call; raises the 429, which spends nothing, when any bucket is empty."""
        buckets = [self.overall, *self._of(chat_id)]
        wait = max(bucket.wait(at=at) for bucket in buckets)
        if wait > 0:
            raise too_many(math.ceil(wait), defect=True)
        for bucket in buckets:
            bucket.tokens -= 1

    def _of(self, chat_id: int) -> list[Bucket]:
        if chat_id not in self.chats:
            group = [Bucket(self.group_per_minute / 60, self.group_per_minute)] if chat_id < 0 else []
            self.chats[chat_id] = [Bucket(self.per_chat, self.chat_burst), *group]
        return self.chats[chat_id]
