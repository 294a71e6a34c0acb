"""The queue of updates: what waits for the bot, how `getUpdates` hands it over, and how a webhook gets it."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from .errors import Json, bad_request, conflict

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT = timedelta(hours=24)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
OTHER_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
RETRY_SECONDS = 0.02


class Updates:
    """Unconfirmed updates in order; confirmed by an offset above them, or by a 2xx of the webhook."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.waiting: deque[tuple[int, datetime, Json]] = deque()
        self.allowed: list[str] | None = None
        self.webhook: Json = {}
        self.last_error: Json = {}
        self._next_id = 700_000_001
        self._poller: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._closed = False
        self.taken: Callable[[], None] = lambda: None  # called after the webhook took an update

    def put(self, kind: str, body: Json) -> Json:
        """Queue an update of `kind`; one the bot did not subscribe to is dropped (and comes back without an id)."""
        if not self.wants(kind):
            return {kind: body}
        update: Json = {"update_id": self._next_id, kind: body}
        self._next_id += 1
        self.waiting.append((update["update_id"], self.now(), update))
        self._wake()
        return update

    @property
    def polled(self) -> bool:
        return self._poller is not None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def subscribe(self, allowed: Any) -> None:
        """Take `allowed_updates`: None keeps the last subscription, an empty list is the default one."""
        if allowed is None:
            return
        if not isinstance(allowed, list):
            raise bad_request("can't parse allowed_updates JSON array")
        self.allowed = [str(kind) for kind in allowed] or None

    async def get(self, *, offset: int, limit: int, hold: float) -> list[Json]:
        """Confirm below `offset`, then up to `limit` updates, waiting up to `hold` real seconds for the first."""
        if self.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        self._end_poll(OTHER_POLLER)
        self._confirm(offset)
        if not self.waiting and hold > 0 and not self._closed:
            await self._hold(hold)
        count = limit if 1 <= limit <= 100 else 100
        return [self.waiting[place][2] for place in range(min(count, len(self.waiting)))]

    async def _hold(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        elif offset <= self._next_id:  # an offset from the future is not believed; tqueue answers from the head
            while self.waiting and self.waiting[0][0] < offset:
                self.waiting.popleft()
        while self.waiting and self.now() - self.waiting[0][1] > KEPT:
            self.waiting.popleft()

    def _wake(self) -> None:
        self._arrived.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _end_poll(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    def clear(self) -> None:
        self.waiting.clear()

    def close(self) -> None:
        """Answer an open poll with nothing and accept no new wait."""
        self._closed = True
        self._wake()

    def set_webhook(self, settings: Json) -> None:
        """Switch to the webhook in `settings` (`url`, `secret_token`), or back to polling when empty."""
        self.webhook, self.last_error = settings, {}
        if settings:
            self._end_poll(OTHER_WEBHOOK)
        self._arrived.set()

    async def deliver(self) -> None:
        """Post updates to the webhook, in order, one at a time, each again until it is answered 2xx. Runs until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                if not (self.webhook and self.waiting):
                    self._arrived.clear()
                    await self._arrived.wait()
                    continue
                number, _, update = self.waiting[0]
                if not await self._post(session, update):
                    await asyncio.sleep(RETRY_SECONDS)
                elif self.waiting and self.waiting[0][0] == number:
                    self.waiting.popleft()
                    self.taken()

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> bool:
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                error = "" if answer.status // 100 == 2 else f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            error = f"Connection failed: {type(problem).__name__}"
        if error:
            self.last_error = {"last_error_date": int(self.now().timestamp()), "last_error_message": error}
        return not error
