"""Statements about thousands of rows: their ids in one parameter, and a mark that keeps them off the loop's thread."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, String, any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from bot.store.database import Tx
from bot.store.inline import LONG_MARK

LONG: Final = LONG_MARK
"""`statement.prefix_with(LONG)`: it takes longer than a few milliseconds, so on SQLite a thread runs it."""


def among(tx: Tx, column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a column's value is one of the ids, however many there are."""
    if tx.dialect.name == "postgresql":
        return column == any_(literal([*ids], ARRAY(BigInteger)))
    listed = func.json_each(json.dumps([*ids])).table_valued("value")
    return column.in_(select(listed.c.value))


def among_given(dialect: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same for a statement that is built once for a dialect: the ids come with its values (`given`)."""
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    listed = func.json_each(bindparam("ids", type_=String)).table_valued("value")
    return column.in_(select(listed.c.value))


def given(tx: Tx, ids: Sequence[int]) -> dict[str, Any]:
    """The ids as a value of a statement with `among_given`."""
    return {"ids": [*ids] if tx.dialect.name == "postgresql" else json.dumps([*ids])}
