"""Discord's rate limits, when a test turns them on: a bucket per route and place, 50 a second over all (docs: Rate Limits)."""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .errors import Refused
from .state import Request

# Calls allowed in a window of seconds, as seen in the wild; the documentation promises no numbers.
LIMITS: dict[str, tuple[int, float]] = {
    "create_message": (5, 5),
    "update_message": (5, 5),
    "delete_message": (5, 1),
    "create_pin": (5, 5),
    "add_my_message_reaction": (1, 0.25),
    "update_channel": (2, 600),
    "create_dm": (10, 10),
    "execute_webhook": (5, 2),
    "update_original_webhook_message": (5, 2),
    "update_webhook_message": (5, 2),
}
USUAL = (50, 1.0)
FREE_OF_GLOBAL = ("create_interaction_response", "execute_webhook", "_webhook_message")
INVALID, WINDOW = 10_000, timedelta(minutes=10)


@dataclass(slots=True)
class Bucket:
    """`limit` calls in each window of `seconds`, the window opened by its first call."""

    limit: int
    seconds: float
    used: int = 0
    opened: datetime | None = None

    def left(self, at: datetime) -> float:
        """Seconds until the window ends."""
        if self.opened is None or at >= self.opened + timedelta(seconds=self.seconds):
            self.opened, self.used = at, 0
        return (self.opened + timedelta(seconds=self.seconds) - at).total_seconds()


@dataclass(slots=True)
class RateLimits:
    """All buckets. `global_per_second` holds over all routes but those of interactions."""

    global_per_second: int = 50
    limits: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(LIMITS))
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    overall: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.overall = Bucket(self.global_per_second, 1.0)

    def take(self, request: Request, *, at: datetime) -> dict[str, str]:
        """Count one call; the headers that go with its answer. Raises the 429, which spends nothing."""
        bucket = self._of(request)
        wait = bucket.left(at)
        headers = _headers(request.name, bucket, wait, at)
        if bucket.used >= bucket.limit:
            raise too_many(wait, "user", headers)
        if not request.name.endswith(FREE_OF_GLOBAL):
            pause = self.overall.left(at)
            if self.overall.used >= self.overall.limit:
                raise too_many(pause, "global", {})
            self.overall.used += 1
        bucket.used += 1
        return _headers(request.name, bucket, wait, at)

    def _of(self, request: Request) -> Bucket:
        major = "+".join(request.path.get(name, "") for name in ("channel_id", "guild_id", "webhook_token"))
        limit, seconds = self.limits.get(request.name, USUAL)
        return self.buckets.setdefault((request.name, major), Bucket(limit, seconds))


def _headers(name: str, bucket: Bucket, wait: float, at: datetime) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(bucket.limit),
        "X-RateLimit-Remaining": str(max(0, bucket.limit - bucket.used)),
        "X-RateLimit-Reset": f"{at.timestamp() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
    }


def too_many(seconds: float, scope: str, headers: dict[str, str], *, defect: bool = True) -> Refused:
    """A 429 that asks to wait, marked as having come through the edge (`Via`), as discord.py looks for."""
    more = {"Retry-After": f"{seconds:.3f}", "X-RateLimit-Scope": scope, "Via": "1.1 google"}
    more |= {"X-RateLimit-Global": "true"} if scope == "global" else {}
    refusal = Refused(429, 0, "You are being rate limited.", defect=defect, headers=headers | more)
    refusal.extra = {"retry_after": round(seconds, 3), "global": scope == "global"}
    return refusal


@dataclass(slots=True)
class Invalid:
    """Answers of 401, 403 and 429 in the last ten minutes: after 10 000 of them Discord shuts the door to the address."""

    at: deque[datetime] = field(default_factory=deque)
    most: int = INVALID

    def count(self, refusal: Refused, *, at: datetime) -> None:
        """One more, unless it is a shared limit's 429."""
        if refusal.status in (401, 403, 429) and refusal.headers.get("X-RateLimit-Scope") != "shared":
            self.at.append(at)

    def banned(self, at: datetime) -> bool:
        """Whether Cloudflare answers instead of Discord."""
        while self.at and at - self.at[0] > WINDOW:
            self.at.popleft()
        return len(self.at) >= self.most
