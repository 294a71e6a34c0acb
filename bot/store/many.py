"""Statements about thousands of rows: their ids in one parameter, and a mark that keeps them off the loop's thread."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, any_, func, literal, select
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
