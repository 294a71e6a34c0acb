"""Moving a bot to another database: every row copied and compared, in one transaction of the new one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.exc import DBAPIError

from bot.store import rows
from bot.store.database import Tx
from bot.store.move_ends import Unmovable, check_parents, check_source, file_of, opened, prepare_target, told, url_of
from bot.store.rows import Unfit

Say = Callable[[str], None]

_TELL_EVERY: Final = 100_000  # rows
_MOST_NAMED: Final = 20  # differences


@dataclass(frozen=True, slots=True)
class Moved:
    """How a move ended. `differences` names rows that are not the same on both sides: then nothing was kept."""

    rows: int
    before: bool  # everything was there already, from an earlier move
    differences: tuple[str, ...] = ()


async def move(source: str, target: str, *, say: Say) -> Moved:
    """Copy everything from the database `source` into the empty `target`, and compare both row by row before it is kept.

    Neither may be in use: SQLite's file is locked for as long as it takes, PostgreSQL's tables are. Whatever ends it, the
    source is as it was, and the target holds everything or what it held before. Unmovable where it cannot be done.
    """
    here, there = url_of(source, "--from"), url_of(target, "--to")
    if here.get_backend_name() == there.get_backend_name():
        raise Unmovable("a move leads from SQLite to PostgreSQL, or back; to copy a database of one kind, back it up")
    path = file_of(here)
    if path is not None and not path.exists():
        raise Unmovable(f"there is no {path}")
    async with opened(here) as old, opened(there) as new:
        await check_source(old)
        await prepare_target(new)
        held = await _counts(new)
        if any(held.values()):
            return await _compare_earlier(old, new, held, say=say)
        say(f"from {told(here)} to {told(there)}")
        copied = await _copy(old, new, say=say)
        say(f"{copied:,} rows copied; comparing them with their originals")
        found = await _differences(old, new)
        if not found:
            await _commit(new)
        return Moved(copied, before=False, differences=tuple(found))


async def _counts(tx: Tx) -> dict[str, int]:
    return {table.name: (await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in rows.in_order()}


# --- copying ------------------------------------------------------------------------------------------------------------
async def _copy(old: Tx, new: Tx, *, say: Say) -> int:
    total = 0
    for table in rows.in_order():
        try:
            total += await _copy_table(old, new, table, say=say)
        except DBAPIError as error:
            raise Unmovable(f"{table.name}: {error.orig}; nothing was kept") from error
        except Unfit as error:
            raise Unmovable(f"{error}; change it, nothing was kept") from error
    for table in rows.in_order():
        await _fill_in(old, new, table)
        await _go_on_counting(new, table)
    if new.dialect.name == "sqlite":
        await check_parents(new)
    return total


async def _copy_table(old: Tx, new: Tx, table: Table, *, say: Say) -> int:
    fit, late = rows.fitter(table, to=new.dialect.name), dict.fromkeys(rows.late_columns(table))
    copied = mended = 0
    async for batch in rows.batches(rows.read(old, table)):
        mended += sum(fit(row) for row in batch)
        await new.execute(table.insert(), [{**row, **late} for row in batch] if late else batch)
        copied += len(batch)
        if copied % _TELL_EVERY == 0:
            say(f"  {table.name}: {copied:,} …")
    if copied:
        say(f"  {table.name}: {copied:,}")
    if mended:
        say(f"  {table.name}: in {mended:,} rows NUL characters became U+FFFD, which PostgreSQL can hold")
    return copied


async def _fill_in(old: Tx, new: Tx, table: Table) -> None:
    """Set what refers to rows that came later."""
    late = rows.late_columns(table)
    if not late:
        return
    keys = [table.c[column.name] == bindparam(f"key_{column.name}") for column in table.primary_key]
    statement = update(table).where(*keys).values({name: bindparam(f"late_{name}") for name in late})
    some = or_(*(table.c[name].is_not(None) for name in late))
    async for batch in rows.batches(rows.read(old, table, where=some)):
        await new.execute(
            statement,
            [
                {f"key_{column.name}": row[column.name] for column in table.primary_key}
                | {f"late_{name}": row[name] for name in late}
                for row in batch
            ],
        )


async def _go_on_counting(new: Tx, table: Table) -> None:
    """Let the next row get the next id; SQLite looks for itself."""
    column = table.autoincrement_column
    if new.dialect.name != "postgresql" or column is None:
        return
    most = select(func.max(column)).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    await new.execute(select(func.setval(sequence, func.coalesce(most, 1), most.is_not(None))))


async def _commit(new: Tx) -> None:
    try:
        await new.commit()
    except (DBAPIError, OSError) as error:
        why = getattr(error, "orig", error)
        raise Unmovable(f"the end was not heard of ({why}); run the same again: it says whether everything arrived") from error


# --- comparing ----------------------------------------------------------------------------------------------------------
async def _differences(old: Tx, new: Tx) -> list[str]:
    """Both sides by key, table by table; up to _MOST_NAMED rows that are not the same."""
    found: list[str] = []
    for table in rows.in_order():
        async for line in rows.differences(table, _as_moved(old, new, table), rows.read(new, table)):
            found.append(line)
            if len(found) == _MOST_NAMED:
                return found
    return found


async def _as_moved(old: Tx, new: Tx, table: Table) -> AsyncIterator[rows.Values]:
    fit = rows.fitter(table, to=new.dialect.name)
    async for row in rows.read(old, table):
        fit(row)
        yield row


async def _compare_earlier(old: Tx, new: Tx, held: dict[str, int], *, say: Say) -> Moved:
    """The target is not empty: perhaps it was moved before. One transaction moves all or nothing, so there is no half of it."""
    mine = await _counts(old)
    if held != mine:
        some = ", ".join(f"{name}: {count:,}" for name, count in held.items() if count)
        raise Unmovable(f"the database to move to is not empty ({some}), and not a copy of this one; give an empty one")
    say("the database to move to is not empty; comparing")
    return Moved(sum(mine.values()), before=True, differences=tuple(await _differences(old, new)))
