"""One turn of a conversation: who did what where, the open transaction, and ways to answer."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.notices import Notice
from bot.domain.notices.general import Noted
from bot.domain.people import Group, Learner
from bot.events import Chosen, Pressed, Said
from bot.services import posts
from bot.services.facts import pack
from bot.services.plan_draft import Draft, PlanFileRefused
from bot.store import outbox
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing


@dataclass(slots=True)
class Turn:
    """What a command, a button or a dialogue is given.

    `at` is when it was sent, not when we got round to it. `source` is unique per update and the same when the update comes
    twice. `group` is None in private. `is_admin`, `chosen` and `draft` were asked for before the transaction, where they are
    needed: whether the person administers the group, what they chose from a list of the platform's own, and the plan file that
    came along, read or refused.
    """

    tx: Tx
    at: datetime
    event: Said | Pressed
    source: str
    learner: Learner
    group: Group | None = None
    is_admin: bool | None = None
    chosen: Chosen | None = None
    draft: Draft | PlanFileRefused | None = None
    answers: int = field(default=0)
    toasted: bool = field(default=False)
    said: bool = field(default=False)

    @property
    def platform(self) -> str:
        """Where this turn takes place."""
        return self.event.person.platform

    async def say(self, notice: Notice, *, shows: str | None = None) -> None:
        """Answer with a new message where the person is; in a group as a reply."""
        event = self.event
        asked = event.answer_to if isinstance(event, Said) else None
        await self._put(Act.SEND, notice, ref=asked or (event.ref if self.group else None), shows=shows)
        self.said = True

    async def show(self, notice: Notice) -> None:
        """Change the message whose button was pressed; where words came instead of a press, answer with a new one."""
        if isinstance(self.event, Said):
            await self.say(notice)
        else:
            await self._put(Act.EDIT, notice, ref=self.event.ref)

    async def toast(self, notice: Notice) -> None:
        """Answer the tap itself with a line that goes away; to words, answer with a message."""
        if isinstance(self.event, Said):
            await self.say(notice)
        elif not self.toasted:
            self.toasted = True
            await self._put(Act.TOAST, notice, ref=self.event.answer_to)

    async def tell(self, notice: Notice, *, shows: str | None = None) -> None:
        """Say it to the learner in private, on the platform where the turn takes place."""
        self.answers += 1
        here = replace(self.learner, platform=self.platform)
        await posts.tell(self.tx, here, notice, key=f"a:{self.source}:{self.answers}", at=self.at, shows=shows)

    async def close(self) -> None:
        """End the turn: a tap or a call that nobody answered is answered, so that the platform stops waiting."""
        match self.event:
            case Pressed() if not self.toasted:
                await self.toast(Noted())
            case Said(answer_to=str() as asked) if not self.said:
                await self._put(Act.TOAST, Noted(), ref=asked)
            case _:
                return

    async def _put(self, act: Act, notice: Notice, *, ref: str | None, shows: str | None = None) -> None:
        self.answers += 1
        kind, facts = pack(notice)
        item = Outgoing(
            key=f"a:{self.source}:{self.answers}",
            act=act,
            lane=Lane.ANSWER,
            kind=kind,
            facts=facts,
            due_at=self.at,
            platform=self.platform,
            learner_id=None if self.group else self.learner.id,
            group_id=self.group.id if self.group else None,
            topic=self.event.chat.topic,
            ref=ref,
            shows=shows,
        )
        await outbox.put(self.tx, [item], at=self.at)
