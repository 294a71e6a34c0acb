"""Rows of any table, as they are carried to another database and compared there: in key order, a few at a time."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Integer, String, Table, select

from bot.store.database import Tx
from bot.store.schema import metadata

Values = dict[str, Any]

BATCH: Final = 1000  # rows held at once; more made the copy no faster
_SMALL: Final = 2**31  # PostgreSQL's integer
_NO_NUL: Final = "\N{REPLACEMENT CHARACTER}"  # for NUL, which PostgreSQL takes in no text


class Unfit(Exception):
    """A value that the other database cannot hold, and that is not ours to change."""


def in_order() -> list[Table]:
    """Every table, parents before those who refer to them."""
    return list(metadata.sorted_tables)


def late_columns(table: Table) -> list[str]:
    """The columns that refer to rows which may come later: of the table itself, or round a circle. They are filled in last."""
    order = in_order()
    before = order[: order.index(table)]
    return [key.parent.name for key in sorted(table.foreign_keys, key=_name) if key.column.table not in before]


def _name(key: Any) -> str:
    return str(key.parent.name)


def key_of(table: Table, row: Values) -> tuple[Any, ...]:
    """The primary key of a row."""
    return tuple(row[column.name] for column in table.primary_key)


async def read(tx: Tx, table: Table, *, where: ColumnElement[bool] | None = None) -> AsyncIterator[Values]:
    """The rows of a table in the order of their primary keys (text by its bytes, whatever the database sorts by)."""
    postgresql = tx.dialect.name == "postgresql"
    order = [column.collate("C") if postgresql and isinstance(column.type, String) else column for column in table.primary_key]
    query = select(table).order_by(*order)
    if where is not None:
        query = query.where(where)
    result = await tx.stream(query.execution_options(yield_per=BATCH))
    async for part in result.mappings().partitions():
        for row in part:
            yield dict(row)


async def batches(rows: AsyncIterator[Values]) -> AsyncIterator[list[Values]]:
    """Rows, BATCH at a time."""
    batch: list[Values] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# --- what fits ----------------------------------------------------------------------------------------------------------
Fit = Callable[[Values], bool]


def fitter(table: Table, *, to: str) -> Fit:
    """Make the rows of a table fit the database `to`, in place; the answer says whether anything had to be changed.

    SQLite holds whatever it is given; PostgreSQL takes no NUL in a text (U+FFFD stands in for it), and neither texts nor
    numbers beyond what the column allows: Unfit, for nothing is cut in silence. JSON is kept as it is: there NUL is "\\u0000".
    """
    if to != "postgresql":
        return lambda _row: False
    texts = [(column.name, column.type.length) for column in table.columns if isinstance(column.type, String)]
    numbers = [column.name for column in table.columns if _is_small(column)]

    def fit(row: Values) -> bool:
        changed = False
        for name, length in texts:
            text = row[name]
            if text is None:
                continue
            if length is not None and len(text) > length:
                raise Unfit(f"{place(table, row)}: {name} has {len(text)} characters, and {length} is the most it may have")
            if "\0" in text:
                row[name], changed = text.replace("\0", _NO_NUL), True
        for name in numbers:
            if row[name] is not None and not -_SMALL <= row[name] < _SMALL:
                raise Unfit(f"{place(table, row)}: {name} is {row[name]}, too large a number for PostgreSQL")
        return changed

    return fit


def _is_small(column: Column[Any]) -> bool:
    kind = column.type
    return type(kind) is Integer and not isinstance(kind, BigInteger)


def place(table: Table, row: Values) -> str:
    """A row as it is told of: its table and key."""
    return f"{table.name} {', '.join(str(one) for one in key_of(table, row))}"


# --- the same? ----------------------------------------------------------------------------------------------------------
async def differences(table: Table, ours: AsyncIterator[Values], theirs: AsyncIterator[Values]) -> AsyncIterator[str]:
    """What two sequences of rows in key order do not have in common, one line for each row."""
    documents = [column.name for column in table.columns if isinstance(column.type, JSON)]
    left, right = await anext(ours, None), await anext(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and key_of(table, left) < key_of(table, right)):
            yield f"{place(table, left or {})} is missing"
            left = await anext(ours, None)
        elif left is None or key_of(table, right) < key_of(table, left):
            yield f"{place(table, right)} is one too many"
            right = await anext(theirs, None)
        else:
            if other := _unlike(left, right, documents):
                yield f"{place(table, left)} differs in {', '.join(other)}"
            left, right = await anext(ours, None), await anext(theirs, None)


def _unlike(left: Values, right: Values, documents: Sequence[str]) -> list[str]:
    """The columns in which two rows differ; in JSON even 1 and true are not the same."""
    unlike = [name for name, value in left.items() if value != right[name]]
    exactly = [name for name in documents if name not in unlike and json.dumps(left[name]) != json.dumps(right[name])]
    return unlike + exactly
