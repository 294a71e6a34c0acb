"""Statements built once: compiled when first used, then given to the driver as text, with what it needs to read and write values.

What is asked with every message is a `Prepared` beside the function that asks: a Core expression with `bindparam`s.
SQLAlchemy builds an expression anew with each call, and looks it up by all its parts: that took ten times as long as SQLite did
(docs/decisions/0021-prepared-statements.md). What is asked for now and then stays a plain expression.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.selectable import ReturnsRows

from bot.store.database import Tx
from bot.store.inline import is_long
from bot.store.kept import inline_of

_KEPT_UP_TO: Final = 100  # values: a list of hundreds of ids is as good as never asked for in that length again
Row = tuple[Any, ...]
_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as the driver takes it, for lists of certain lengths.

    `order` has, by place, the name of each value and what makes of it what the driver takes; `members` the names that the
    values of a list go by; `constants` the values that stand in the statement itself; `long` whether SQLite needs long for it.
    """

    sql: str
    order: tuple[tuple[str, _Process | None], ...]
    members: Mapping[str, Sequence[str]]
    constants: Mapping[str, Any]
    long: bool

    def parameters(self, values: Mapping[str, Any]) -> Row:
        given = {**self.constants, **values}
        for name, members in self.members.items():
            given.update(zip(members, values[name], strict=True))
        return tuple([given[name] if process is None else process(given[name]) for name, process in self.order])


class Prepared:
    """A statement that is built once.

    `build` is the expression, or what makes it for a dialect (an INSERT that minds conflicts is another on each). The values of
    its `bindparam`s are given by name; those made with `expanding=True` take a list. An INSERT names its `columns`.
    """

    __slots__ = ("_build", "_columns", "_compiled", "_lists", "_readers", "_texts")

    def __init__(self, build: ClauseElement | Callable[[str], ClauseElement], *, columns: Sequence[str] | None = None) -> None:
        self._build = build
        self._columns = columns
        self._compiled: dict[str, SQLCompiler] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, tuple[tuple[int, _Process], ...]] = {}
        self._texts: dict[tuple[str | int, ...], _Text] = {}

    async def rows(self, tx: Tx, **values: Any) -> list[Row]:
        """All rows of the result, each a tuple in the order of the statement's columns."""
        found, _ = await self._run(tx, values)
        return self._read(tx, found)

    async def first(self, tx: Tx, **values: Any) -> Row | None:
        """The first row, None where there is none."""
        found, _ = await self._run(tx, values)
        return self._read(tx, found[:1])[0] if found else None

    async def value(self, tx: Tx, **values: Any) -> Any:
        """The first column of the first row, None where there is none."""
        row = await self.first(tx, **values)
        return None if row is None else row[0]

    async def change(self, tx: Tx, **values: Any) -> int:
        """Change rows, and return how many were."""
        return (await self._run(tx, values))[1]

    async def change_each(self, tx: Tx, several: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of several sets of values."""
        if not several:
            return
        text = self._text(tx.dialect, several[0])
        parameters = [text.parameters(values) for values in several]
        connection = inline_of(tx)
        if connection is None:
            await tx.exec_driver_sql(text.sql, parameters)
        else:
            await connection.run_many(text.sql, parameters)

    async def _run(self, tx: Tx, values: Mapping[str, Any]) -> tuple[Sequence[Row], int]:
        text = self._text(tx.dialect, values)
        parameters = text.parameters(values)
        connection = inline_of(tx)
        if connection is not None:
            return await connection.run_long(text.sql, parameters) if text.long else connection.run(text.sql, parameters)
        result = await tx.exec_driver_sql(text.sql, parameters)
        return ([tuple(row) for row in result] if result.returns_rows else ()), result.rowcount

    def _read(self, tx: Tx, found: Sequence[Row]) -> list[Row]:
        """Rows with the values that the columns' types make of the driver's."""
        readers = self._readers[tx.dialect.name]
        made: list[Row] = []
        for row in found:
            values: list[Any] | None = None
            for place, process in readers:
                if row[place] is not None:
                    values = values or [*row]
                    values[place] = process(row[place])
            made.append(row if values is None else tuple(values))
        return made

    def _text(self, dialect: Dialect, values: Mapping[str, Any]) -> _Text:
        lists = self._lists.get(dialect.name)
        if lists is None:
            lists = self._compile(dialect)
        shape: tuple[str | int, ...] = (dialect.name, *[len(values[name]) for name in lists])
        found = self._texts.get(shape)
        if found is None:
            found = _text_of(self._compiled[dialect.name], dialect, values)
            if len(found.order) <= _KEPT_UP_TO:
                self._texts[shape] = found
        return found

    def _compile(self, dialect: Dialect) -> tuple[str, ...]:
        """Compile it for a dialect; the names of the lists that it is given."""
        built = self._build if isinstance(self._build, ClauseElement) else self._build(dialect.name)
        compiled = built.compile(dialect=dialect, column_keys=self._columns)
        if not isinstance(compiled, SQLCompiler) or not isinstance(built, ReturnsRows):
            raise TypeError("only what reads or changes rows can be prepared")
        processes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in built.exported_columns]
        self._readers[dialect.name] = tuple((place, process) for place, process in enumerate(processes) if process is not None)
        self._compiled[dialect.name] = compiled
        lists = tuple(name for name, bind in compiled.binds.items() if bind.expanding and bind.required)
        self._lists[dialect.name] = lists
        return lists


def _text_of(compiled: SQLCompiler, dialect: Dialect, values: Mapping[str, Any]) -> _Text:
    """The text for lists as long as those in `values`; TypeError where the statement is asked with other names than its own."""
    wanted = {name for name, bind in compiled.binds.items() if bind.required}
    if wanted != values.keys():
        raise TypeError(f"the statement takes {sorted(wanted)}, not {sorted(values)}")
    state = compiled.construct_expanded_state(values, escape_names=False)
    members = state.parameter_expansion
    owner = {member: name for name, several in members.items() for member in several}
    processes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    order = [(name, processes[owner.get(name, name)]) for name in state.positiontup or ()]
    return _Text(
        sql=state.statement,
        order=tuple(order),
        members={name: several for name, several in members.items() if name in wanted},
        constants={name: value for name, value in state.parameters.items() if owner.get(name, name) not in wanted},
        long=is_long(state.statement),
    )
