"""A learner's private chat with the bot, on the real tables: words in, buttons pressed, answers read from the outbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select

from bot import buttons
from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.people import Learner
from bot.events import Chat, File, Person, Pressed, Said
from bot.router import Router
from bot.services.facts import unpack
from bot.services.meeting import meet_group, meet_person
from bot.services.plan_draft import Draft, PlanFileRefused
from bot.store.database import Tx
from bot.store.schema import outbox
from bot.turn import Turn
from bot.ui.message import Button, Message
from bot.ui.notices import word
from bot.ui.words import Words

_Kind = TypeVar("_Kind")

MONDAY = datetime(2026, 5, 4, 6, 12, tzinfo=UTC)  # 07:12 in London


class Talk:
    """One person's chat. `at` is when the next thing is said; `notices` is what the bot answered to it, `messages` all so far.

    `updates` is how many came before: an update of the same number is the same update.
    """

    def __init__(self, tx: Tx, *, account: str = "1", name: str = "Ann", at: datetime = MONDAY, updates: int = 0) -> None:
        self.tx = tx
        self.at = at
        self.person = Person("telegram", account, name)
        self.chat = Chat("telegram", account, private=True)
        self.notices: list[Notice] = []
        self.messages: list[Message] = []
        self._router = Router({"telegram": "plan_e_bot"})
        self._updates = updates

    async def learner(self) -> Learner:
        return await meet_person(
            self.tx,
            platform="telegram",
            account=self.person.account,
            name=self.person.name,
            username=None,
            language="en",
            private=self.chat.private,
            at=self.at,
        )

    async def say(self, words: str = "", *, location: tuple[float, float] | None = None, photo: str | None = None) -> str:
        """Type words, share a location or send a photo; returns the text of the bot's last answer."""
        said = Said(self.person, self.chat, self.at, self._next(), words, location=location, photo=photo)
        return await self._turn(said)

    async def send(self, read: Draft | PlanFileRefused, *, name: str = "plan.md") -> str:
        """Send a plan file that was read as `read`."""
        said = Said(self.person, self.chat, self.at, self._next(), file=File("f", name, 100))
        return await self._turn(said, draft=read)

    async def press(self, label: str) -> str:
        """Press the button that begins with `label` in the latest message that has one."""
        shown = [button for message in reversed(self.messages) for row in message.rows for button in row]
        found = next((button for button in shown if button.label.startswith(label)), None)
        assert found is not None, f"no {label!r} among {[button.label for button in shown]}"
        return await self.tap(found)

    async def tap(self, button: Button) -> str:
        """Press any button, an old one perhaps."""
        assert button.action is not None
        action = buttons.decode(buttons.encode(button.action))
        return await self._turn(Pressed(self.person, self.chat, self.at, "1", action, self._next()))

    def said(self, kind: type[_Kind]) -> _Kind:
        """The first notice of the last answer, which must be of this kind."""
        notice = self.notices[0]
        assert isinstance(notice, kind), notice
        return notice

    @property
    def message(self) -> Message:
        return word(self.notices[-1], Words("en", "Europe/London", self.at))

    @property
    def buttons(self) -> Sequence[Button]:
        return [button for row in self.message.rows for button in row]

    def _next(self) -> str:
        self._updates += 1
        return f"{self.person.account}{self._updates:04}"

    async def _turn(self, event: Said | Pressed, *, draft: Draft | PlanFileRefused | None = None) -> str:
        source = f"test:{event.ref}:{self._updates}:{self.person.account}"
        group = None
        if not self.chat.private:
            group = await meet_group(self.tx, platform="telegram", chat=self.chat.chat, title=self.chat.title, at=self.at)
        turn = Turn(self.tx, self.at, event, source, await self.learner(), group, draft=draft)
        try:
            async with self.tx.begin_nested():
                await self._router.turn(turn)
        except Refused as refused:
            turn = replace(turn, answers=0)
            await turn.toast(refused.notice)
        await turn.close()
        rows = (await self.tx.execute(select(outbox).where(outbox.c.key.like(f"a:{source}:%")).order_by(outbox.c.id))).all()
        said = [unpack(row.kind, row.facts) for row in rows if row.kind != "Noted"]
        self.notices = said or self.notices
        self.messages += [word(notice, Words("en", "Europe/London", self.at)) for notice in said]
        return self.message.plain
