"""Which message in doubt a press proves: the one that fits between those that are known, and no other."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.people import Group
from bot.services import evidence
from bot.store import outbox, schema
from bot.store.database import Tx
from bot.store.outbox import State, group_line
from tests.props import NOON, group, outgoing

MINUTE = timedelta(minutes=1)


class Chat:
    """A group's chat as the outbox knows it: what was sent there, what was given up, minute by minute."""

    def __init__(self, tx: Tx, group: Group) -> None:
        self.tx, self.group, self.minutes = tx, group, 0

    async def has(self, key: str, *, made: int | None = None, commitment: int | None = None, shows: str | None = None) -> None:
        """The next message: sent as number `made`, or given up."""
        facts: dict[str, Any] = {"kind": "alert", "facts": {"commitment": commitment}} if commitment else {}
        await outbox.put(self.tx, [outgoing(key, self.group, shows=shows, **facts)], at=NOON)
        self.minutes += 1
        state = State.ABANDONED if made is None else State.SENT
        ref = None if made is None else f"-9001/{made}"
        ended = {"state": state, "made": ref, "ended_at": NOON + self.minutes * MINUTE}
        await self.tx.execute(schema.outbox.update().where(schema.outbox.c.key == key).values(**ended))

    async def pressed(self, number: int, *args: object, chat: int = -9001, after: timedelta = timedelta(hours=1)) -> list[str]:
        """Somebody presses a button of message `number`; returns what is certain now."""
        line = group_line(self.group.id)
        about = [str(one) for one in args]
        await evidence.take(self.tx, platform="telegram", line=line, ref=f"{chat}/{number}", args=about, at=NOON + after)
        proven = select(schema.outbox.c.key).where(schema.outbox.c.outcome == "somebody answered it")
        return list((await self.tx.execute(proven.order_by(schema.outbox.c.id))).scalars())


async def chat(tx: Tx) -> Chat:
    return Chat(tx, await group(tx))


async def test_the_one_between_its_neighbours_is_proven(tx: Tx) -> None:
    here = await chat(tx)
    await here.has("first", made=10)
    await here.has("lost", shows="board:1")
    await here.has("last", made=20)
    for number in (9, 10, 20, 21):
        assert await here.pressed(number) == []
    assert await here.pressed(15) == ["lost"]
    assert await outbox.state_of(tx, "lost") is State.SENT
    assert await outbox.look_of(tx, "board:1") == outbox.Look("telegram", "-9001/15", "")


async def test_of_several_the_one_that_the_button_is_about(tx: Tx) -> None:
    here = await chat(tx)
    await here.has("first", made=10)
    await here.has("one", commitment=1)
    await here.has("two", commitment=2)
    assert await here.pressed(12) == [], "it may be either"
    assert await here.pressed(12, 3) == []
    assert await here.pressed(12, 2) == ["two"]


async def test_where_nothing_is_known_before_it_only_what_the_button_names(tx: Tx) -> None:
    here = await chat(tx)
    await here.has("one", commitment=1)
    assert await here.pressed(12) == []
    assert await here.pressed(12, 1) == ["one"]


async def test_numbers_of_another_chat_and_what_is_long_past_prove_nothing(tx: Tx) -> None:
    here = await chat(tx)
    await here.has("first", made=10)
    await here.has("lost")
    assert await here.pressed(12, chat=-777) == []
    assert await here.pressed(12, after=timedelta(days=8)) == []


async def test_a_later_post_is_not_forgotten_for_an_earlier_one(tx: Tx) -> None:
    """Posted again at its author's word: the newer post is the one that follows."""
    here = await chat(tx)
    await here.has("first", made=10)
    await here.has("lost", shows="promise:1")
    await here.has("again", made=20, shows="promise:1")
    await tx.execute(schema.shown.insert().values(key="promise:1", platform="telegram", ref="-9001/20", digest="d", at=NOON))
    assert await here.pressed(15) == ["lost"]
    assert await outbox.look_of(tx, "promise:1") == outbox.Look("telegram", "-9001/20", "d")
