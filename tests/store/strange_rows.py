"""Rows for any table, with values at the edges of what its columns hold, whatever the table means."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Time,
    select,
    update,
)

from bot.store.columns import UtcDateTime, Weekdays
from bot.store.database import Tx, insert
from bot.store.schema import metadata

A_MEGABYTE: Final = "é💥" * 170_000
_FRAGMENTS: Final = ("", "Ann", 'O\'Brien "&" <b>', "línea\nzwei\ttabs\\", "漢字", "👩‍👩‍👧", "ß", "\u202eright", " ", "nul\0nul")
_DOCUMENTS: Final[Sequence[Any]] = (
    {},
    [],
    "a word",
    17,
    2.5,
    True,
    None,
    1e300,
    {"id": 2**63 + 1, "text": "nul\0nul", "1": [1, 1.0, True, None, "ü"], "z": 0, "a": {"b": {}}},
    [0.1, -0.0, 12345678901234567890, "\\u0000"],
)


async def fill(tx: Tx, *, seed: int, rows: int = 12) -> dict[str, int]:
    """Put up to `rows` rows into every table of a SQLite database, and return how many each has."""
    dice = random.Random(seed)
    for table in metadata.sorted_tables:
        itself = [key.parent.name for key in table.foreign_keys if key.column.table is table]
        parents = {
            key.parent.name: (await tx.execute(select(key.column))).scalars().all()
            for key in table.foreign_keys
            if key.parent.name not in itself
        }
        for number in range(rows):
            row = {one.name: None if one.name in itself else _value(one, dice, number, parents) for one in table.columns}
            await tx.execute(insert(tx, table).values(row).on_conflict_do_nothing())
        await _refer_to_itself(tx, table, itself, dice)
    return {table.name: len((await tx.execute(select(table))).all()) for table in metadata.sorted_tables}


async def _refer_to_itself(tx: Tx, table: Table, columns: list[str], dice: random.Random) -> None:
    """Let rows refer to others of their table, earlier, later and themselves."""
    for name in columns:
        ids = list((await tx.execute(select(table.c.id))).scalars())
        for row in ids[::2]:
            await tx.execute(update(table).where(table.c.id == row).values({name: dice.choice(ids)}))


def _value(column: Column[Any], dice: random.Random, number: int, parents: dict[str, Sequence[Any]]) -> Any:
    if column.name in parents:
        return None if column.nullable and dice.random() < 0.3 else dice.choice(parents[column.name])
    if column.primary_key and column.name == "id" and isinstance(column.type, BigInteger):
        return dice.choice((number + 1, 2**40 + number))
    if column.nullable and dice.random() < 0.3:
        return None
    alone = column.primary_key or bool(column.unique)
    kind = next(kind for kind in type(column.type).__mro__ if kind in _MAKERS)
    return _MAKERS[kind](column, dice, alone)


def _text(column: Column[Any], dice: random.Random, alone: bool) -> str:
    length = column.type.length  # type: ignore[attr-defined]
    if alone:
        return f"{dice.choice('Zaé漢_ :')}{dice.getrandbits(40)}"[:length]
    if length is None:
        return dice.choice((*_FRAGMENTS, A_MEGABYTE)) if dice.random() < 0.1 else dice.choice(_FRAGMENTS)
    return str(dice.choice((*_FRAGMENTS, "💥" * length)))[:length]


def _number(column: Column[Any], dice: random.Random, _alone: bool) -> int:
    most = 2**63 - 1 if isinstance(column.type, BigInteger) else 2**31 - 1
    return dice.choice((0, 1, -1, most, -most - 1, dice.randint(-most, most)))


def _instant(_column: Column[Any], dice: random.Random, _alone: bool) -> datetime:
    zone = dice.choice((UTC, UTC, datetime.fromisoformat("2026-01-01T00:00:00+05:45").tzinfo))
    return dice.choice(
        (
            datetime(2026, 6, 1, 7, 0, 0, 1, tzinfo=zone),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=zone) + timedelta(microseconds=dice.getrandbits(45)),
        )
    )


def _wall(column: Column[Any], dice: random.Random, alone: bool) -> datetime:
    return _instant(column, dice, alone).replace(tzinfo=None)


_MAKERS: Final[dict[type, Callable[[Column[Any], random.Random, bool], Any]]] = {
    JSON: lambda _column, dice, _alone: dice.choice(_DOCUMENTS),
    Boolean: lambda _column, dice, _alone: dice.random() < 0.5,
    Date: lambda _column, dice, _alone: dice.choice((date(1970, 1, 1), date(2026, 2, 28), date(9999, 12, 31), date(1, 1, 1))),
    Time: lambda _column, dice, _alone: dice.choice((time(0, 0), time(3, 0), time(23, 59, 59, 999_999))),
    UtcDateTime: _instant,
    DateTime: _wall,
    Weekdays: lambda _column, dice, _alone: frozenset(dice.sample(range(7), dice.randint(0, 7))),
    Float: lambda _column, dice, _alone: dice.choice((0.0, -0.5, 1 / 3, 1e300, 5e-324)),
    LargeBinary: lambda _column, dice, _alone: dice.choice((b"", bytes(range(256)), dice.randbytes(4000))),
    Text: _text,
    String: _text,
    Integer: _number,
}
