"""The sandbox's own chat program: who wrote what where, files, and the world's clock. Tables that only it fills."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from bot.store.database import Tx, insert
from bot.store.schema import learners, metadata, sandbox_files, sandbox_messages, sandbox_world


# --- the world --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class WorldRow:
    """The world as kept: `ahead` of the machine's clock, `ready` once its first days are played, and where the tour stands."""

    code: str
    ahead: timedelta
    ready: bool
    tour_step: int
    tour_shows: tuple[int, ...]


async def world(tx: Tx) -> WorldRow | None:
    """The world; None in a database that has none yet."""
    row = (await tx.execute(select(sandbox_world))).one_or_none()
    if row is None:
        return None
    return WorldRow(row.code, timedelta(seconds=row.ahead_seconds), row.ready, row.tour_step, tuple(row.tour_shows))


async def is_lived_in(tx: Tx) -> bool:
    """Whether anybody at all is known to the bot."""
    return bool((await tx.execute(select(exists().select_from(learners)))).scalar_one())


async def make_world(tx: Tx, *, ahead: timedelta) -> WorldRow:
    """Forget everything in the database and begin anew, with a clock `ahead` of the machine's (behind it where negative)."""
    for table in reversed(metadata.sorted_tables):
        await tx.execute(delete(table))
    code = secrets.token_hex(4)
    await tx.execute(
        sandbox_world.insert().values(code=code, ahead_seconds=ahead.total_seconds(), ready=False, tour_step=0, tour_shows=[])
    )
    return WorldRow(code, ahead, ready=False, tour_step=0, tour_shows=())


async def change_world(tx: Tx, **values: Any) -> None:
    """Set columns of the world: ahead_seconds, ready, tour_step, tour_shows."""
    await tx.execute(update(sandbox_world).values(**values))


# --- messages ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it looks now; `shows` is what platforms/sandbox/render.py made."""

    id: int
    ref: str
    chat: str
    author: str
    shows: dict[str, Any]
    reply_to: int | None
    pinned: bool
    silent: bool
    revision: int
    at: datetime
    edited_at: datetime | None

    @property
    def presses(self) -> list[str]:
        """What its buttons carry, in order."""
        return [button["press"] for row in self.shows["rows"] for button in row if "press" in button]


_COLUMNS = [sandbox_messages.c[name] for name in Shown.__dataclass_fields__]


async def add(
    tx: Tx, *, ref: str, chat: str, author: str, shows: dict[str, Any], reply_to: str | None, silent: bool, at: datetime
) -> None:
    """Keep a message; one whose `ref` is there already is the same message come again, and stays as it is."""
    answered = await find(tx, reply_to) if reply_to else None
    statement = insert(tx, sandbox_messages).values(
        ref=ref,
        chat=chat,
        author=author,
        shows=shows,
        reply_to=answered.id if answered else None,
        pinned=False,
        silent=silent,
        revision=_next_revision(),
        at=at,
    )
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["ref"]))


async def change(tx: Tx, ref: str, *, chat: str, **values: Any) -> bool:
    """Set columns of a message; False where there is none called so in that chat."""
    which = (sandbox_messages.c.ref == ref) & (sandbox_messages.c.chat == chat)
    return (await tx.execute(update(sandbox_messages).where(which).values(revision=_next_revision(), **values))).rowcount == 1


def _next_revision() -> Any:
    return select(func.coalesce(func.max(sandbox_messages.c.revision), 0) + 1).scalar_subquery()


async def find(tx: Tx, ref: str) -> Shown | None:
    """The message called `ref`."""
    row = (await tx.execute(select(*_COLUMNS).where(sandbox_messages.c.ref == ref))).mappings().one_or_none()
    return None if row is None else Shown(**row)


async def by_id(tx: Tx, message: int) -> Shown | None:
    """The message with this number."""
    row = (await tx.execute(select(*_COLUMNS).where(sandbox_messages.c.id == message))).mappings().one_or_none()
    return None if row is None else Shown(**row)


async def newest(tx: Tx, chat: str, *, limit: int) -> list[Shown]:
    """The newest messages of a chat, newest first."""
    query = select(*_COLUMNS).where(sandbox_messages.c.chat == chat).order_by(sandbox_messages.c.id.desc()).limit(limit)
    return [Shown(**row) for row in (await tx.execute(query)).mappings()]


async def changed_since(tx: Tx, revision: int, *, chats: tuple[str, ...], limit: int) -> list[Shown]:
    """What was written or changed in these chats after `revision`, in the order of the changes."""
    query = (
        select(*_COLUMNS)
        .where(sandbox_messages.c.revision > revision, sandbox_messages.c.chat.in_(chats))
        .order_by(sandbox_messages.c.revision)
        .limit(limit)
    )
    return [Shown(**row) for row in (await tx.execute(query)).mappings()]


async def recent(tx: Tx, chat: str, *, limit: int) -> list[Shown]:
    """The newest messages of a chat and whatever is pinned in it, oldest first."""
    newest_ids = select(sandbox_messages.c.id).where(sandbox_messages.c.chat == chat).order_by(sandbox_messages.c.id.desc())
    query = (
        select(*_COLUMNS)
        .where(
            sandbox_messages.c.chat == chat,
            sandbox_messages.c.pinned | sandbox_messages.c.id.in_(newest_ids.limit(limit)),
        )
        .order_by(sandbox_messages.c.id)
    )
    return [Shown(**row) for row in (await tx.execute(query)).mappings()]


async def has_written(tx: Tx, author: str) -> bool:
    """Whether somebody has written anything at all."""
    return bool((await tx.execute(select(exists().where(sandbox_messages.c.author == author)))).scalar_one())


# --- files ------------------------------------------------------------------------------------------------------------
async def keep_file(tx: Tx, *, file_id: str, name: str, content: bytes) -> None:
    """Keep a file that was sent; the same one twice is kept once."""
    statement = insert(tx, sandbox_files).values(id=file_id, name=name, content=content)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["id"]))


async def file(tx: Tx, file_id: str) -> tuple[str, bytes] | None:
    """A file's name and content."""
    row = (await tx.execute(select(sandbox_files).where(sandbox_files.c.id == file_id))).one_or_none()
    return None if row is None else (row.name, row.content)
