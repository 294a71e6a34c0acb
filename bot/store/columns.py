"""What every table is made of: kinds of columns, and the set that the tables belong to."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, TypeDecorator
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _SqliteInstant(DATETIME):
    """An instant as SQLAlchemy writes it into SQLite, written and read in a tenth of the time."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        """UTC to text."""
        del dialect
        return lambda value: None if value is None else value.replace(tzinfo=None).isoformat(" ", "microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Text to UTC, which SQLite forgets."""
        del dialect, coltype
        return lambda value: None if value is None else datetime.fromisoformat(value + "+00:00")


_SQLITE_INSTANT: Final = _SqliteInstant()  # type: ignore[no-untyped-call]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC on the way out; a naive value is a defect and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the engine at hand keeps it as."""
        return dialect.type_descriptor(_SQLITE_INSTANT if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC, whatever zone the driver gives it in."""
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


class Weekdays(TypeDecorator[frozenset[int]]):
    """A set of weekdays (0 = Monday), stored as seven bits."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> int | None:
        """Set to bits."""
        return None if value is None else sum(1 << day for day in set(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> frozenset[int] | None:
        """Bits to set."""
        return None if value is None else frozenset(day for day in range(7) if value >> day & 1)


def read_json(text: str) -> Any:
    """JSON, most of which is an empty object: a hundred thousand timers are read in one morning."""
    return {} if text == "{}" else json.loads(text)


# Ids of chats and people are 64-bit on every engine; SQLite only autoincrements a plain INTEGER key.
Id: Final = BigInteger().with_variant(Integer, "sqlite")


def id_() -> Column[int]:
    """The primary key `id`."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def ref(name: str, target: str, *, nullable: bool = False, **kw: Any) -> Column[int]:
    """A reference to another table's row, gone with it."""
    return Column(name, Id, ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable, **kw)


def instant(name: str, *, nullable: bool = False) -> Column[datetime]:
    """An instant."""
    return Column(name, UtcDateTime, nullable=nullable)
