"""Marks: what a platform's adapter wants to find again after a restart, under a name."""

from typing import Any

from sqlalchemy import select

from bot.store.database import Tx, insert
from bot.store.schema import marks


async def get(tx: Tx, *, bot: str, name: str) -> dict[str, Any] | None:
    """What was put there last."""
    found: dict[str, Any] | None = (
        await tx.execute(select(marks.c.value).where(marks.c.bot == bot, marks.c.name == name))
    ).scalar_one_or_none()
    return found


async def put_first(tx: Tx, value: dict[str, Any], *, bot: str, name: str) -> dict[str, Any]:
    """Put something there unless there is something already, and return what is there then: the same to all who do so at once."""
    statement = insert(tx, marks).values(bot=bot, name=name, value=value)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["bot", "name"]))
    return await get(tx, bot=bot, name=name) or value


async def put(tx: Tx, value: dict[str, Any], *, bot: str, name: str) -> None:
    """Put something there."""
    statement = insert(tx, marks).values(bot=bot, name=name, value=value)
    await tx.execute(statement.on_conflict_do_update(index_elements=["bot", "name"], set_={"value": value}))
