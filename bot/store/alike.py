"""Rows that are alike, thousands in one statement: what they share is turned into the driver's form once, not once a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, TypeAlias

from sqlalchemy import JSON, Column, String, Table
from sqlalchemy.dialects import postgresql

from bot.store.database import Tx

MARK: Final = "{each}"
"""Stands in a `worded` text for a row's first value of its own."""

Plain: TypeAlias = int | str | None  # what every driver takes as it is; JSON is given as text


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows with the `same` values in most columns, and in the others values of their own, a tuple for `each` row."""

    same: Mapping[str, Any]
    each: Sequence[tuple[Plain, ...]]


async def put(
    tx: Tx,
    table: Table,
    rows: Sequence[Alike],
    *,
    each: tuple[str, ...],
    unique: tuple[str, ...],
    worded: tuple[str, ...] = (),
    replace: bool = False,
) -> None:
    """Insert rows, in their order; `each` names the columns in which they differ.

    What is the same in the columns `worded` is text (JSON, too), in which MARK stands for the row's first value of its own. One
    that is there already under the `unique` columns stays as it is or, with `replace`, takes the new values.
    """
    rows = [one for one in rows if one.each]
    if not rows:
        return
    same = tuple(rows[0].same)
    shape = _Shape(table, same, each, worded, unique, replace)
    shared = _bound(tx, shape, rows)
    if tx.dialect.name == "postgresql":
        numbered = [(*row, number) for number, one in enumerate(rows, 1) for row in one.each]
        arrays = [list(column) for column in (*zip(*shared, strict=True), *zip(*numbered, strict=True))]
        await tx.exec_driver_sql(_for_arrays(shape), tuple(arrays))
    else:
        many = [values + row for values, one in zip(shared, rows, strict=True) for row in one.each]
        await tx.exec_driver_sql(_for_rows(shape), many)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement depends on."""

    table: Table
    same: tuple[str, ...]
    each: tuple[str, ...]
    worded: tuple[str, ...]
    unique: tuple[str, ...]
    replace: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.same, *self.each)

    @property
    def conflict(self) -> str:
        return _conflict(self.unique, self.names if self.replace else ())


def _bound(tx: Tx, shape: _Shape, rows: Sequence[Alike]) -> list[tuple[Any, ...]]:
    """What rows share, as the driver wants it."""
    types = {name: shape.table.c[name].type.dialect_impl(tx.dialect) for name in shape.same}
    binders = [None if name in shape.worded else type_.bind_processor(tx.dialect) for name, type_ in types.items()]
    return [
        tuple(_plain(value) if bind is None else bind(value) for bind, value in zip(binders, one.same.values(), strict=True))
        for one in rows
    ]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


@cache
def _for_rows(shape: _Shape) -> str:
    """For a driver that takes a statement and many rows."""
    own = len(shape.same) + 1
    values = [
        f"replace(?{place}, '{MARK}', ?{own})" if name in shape.worded else f"?{place}"
        for place, name in enumerate(shape.names, 1)
    ]
    return f"{_into(shape.table, shape.names)} VALUES ({', '.join(values)}) {shape.conflict}"


@cache
def _for_arrays(shape: _Shape) -> str:
    """For PostgreSQL: a statement that is given columns as arrays. What rows share travels once, under a number."""
    table, same, each = shape.table, shape.same, shape.each
    types = [*(_type(table.c[name]) for name in shape.names), "integer"]
    arrays = [f"${place}::{type_}[]" for place, type_ in enumerate(types, 1)]
    values = ", ".join(
        (f'replace("{name}", \'{MARK}\', "{each[0]}"::text)' if name in shape.worded else f'"{name}"')
        + ("::json" if isinstance(table.c[name].type, JSON) else "")
        for name in shape.names
    )
    shared = f"unnest({', '.join(arrays[: len(same)])}) WITH ORDINALITY AS shared ({_list(same)}, number)"
    own = f"unnest({', '.join(arrays[len(same) :])}) WITH ORDINALITY AS own ({_list(each)}, number, place)"
    rows = f"SELECT {values} FROM {own} JOIN {shared} USING (number) ORDER BY place"  # noqa: S608 - names of our own columns
    return f"{_into(table, shape.names)} {rows} {shape.conflict}"


def _into(table: Table, names: Sequence[str]) -> str:
    return f'INSERT INTO "{table.name}" ({_list(names)})'


def _conflict(unique: Sequence[str], replaced: Sequence[str]) -> str:
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in replaced if name not in unique)
    return f"ON CONFLICT ({_list(unique)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _type(column: Column[Any]) -> str:
    """The type of an array's items: a text is not cut to the column's length, JSON comes as text."""
    if isinstance(column.type, String | JSON):
        return "text"
    return str(column.type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]
