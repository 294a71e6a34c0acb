"""Plans as TOML, read tolerantly and written so that they read back the same (docs/plan-files.md)."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from bot.domain.estimates import Estimate
from bot.domain.plans import Module, Plan, Source, SourceKind, Track
from bot.services.plan_draft import (
    Draft,
    Drafting,
    PlanFileRefused,
    Reason,
    Refusal,
    read_done,
    read_given_estimate,
    read_kind,
    read_url,
    write_estimate,
)
from bot.services.plan_toml_lines import Lines, Where, refuse_traps

_SYNTAX_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")
_Table = dict[str, Any]


def parse(text: str, *, fallback: str) -> Draft:
    """Read a plan; `fallback` is the title of one without. Raises PlanFileRefused for what is not TOML, or a trap in it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_traps(text)
    try:
        root = tomllib.loads(text)
    except RecursionError as error:
        raise PlanFileRefused(Refusal.TOO_DEEP) from error
    except ValueError as error:  # TOMLDecodeError, and a number or a date of which Python makes none
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        raise PlanFileRefused(Refusal.SYNTAX, line=line, format="toml") from error
    drafting = Drafting(fallback)
    _Walk(drafting, Lines(text)).plan(root)
    return drafting.finish()


def write(plan: Plan) -> str:
    """Return `plan` as TOML that `parse` reads as the same plan (ids aside)."""
    return "\n".join([f"title = {_quoted(plan.title)}", *(line for track in plan.tracks for line in _track_lines(track))]) + "\n"


class _Walk:
    """Goes down the tables and adds what it finds to the draft."""

    def __init__(self, drafting: Drafting, lines: Lines) -> None:
        self._drafting = drafting
        self._lines = lines

    def plan(self, root: _Table) -> None:
        where = self._lines.top()
        fields = self._fields(root, where, known={"title", "summary", "tracks"})
        if title := self._text(fields, "title", where):
            self._drafting.name_plan(where.line_of("title"), title)
        for number, track in enumerate(self._items(fields, "tracks", where)):
            self._track(track, self._lines.track(number, track))

    def _track(self, value: Any, where: Where) -> None:
        fields = self._fields(value, where, known={"title", "sources", "modules"})
        title = self._text(fields, "title", where)
        if not title:
            self._report(where, Reason.EMPTY_TITLE)
            return
        self._drafting.open_track(where.line, title)
        self._sources(fields, where, of_module=False)
        for number, module in enumerate(self._items(fields, "modules", where)):
            self._module(module, self._lines.module(number, module))

    def _module(self, value: Any, where: Where) -> None:
        if isinstance(value, str):
            self._drafting.add_module(where.line, value)
            return
        fields = self._fields(value, where, known={"title", "sources", "minutes", "done"})
        if not isinstance(value, dict):
            return
        title = self._text(fields, "title", where)
        day, ticked = self._done(fields, where)
        estimate = self._minutes(fields, where)
        if self._drafting.add_module(where.line, title, estimate=estimate, done_day=day, ticked=ticked):
            self._sources(fields, where, of_module=True)

    def _sources(self, fields: _Table, where: Where, *, of_module: bool) -> None:
        line = 0
        for value in self._items(fields, "sources", where):
            line = where.line_of("sources", holding=value, after=line)
            if isinstance(value, str):
                self._drafting.add_source(line, value, kind=None, of_module=of_module)
            else:
                self._source(value, Where(line), of_module=of_module)

    def _source(self, value: Any, where: Where, *, of_module: bool) -> None:
        fields = self._fields(value, where, known={"url", *SourceKind})
        kinds = [name for name in fields if read_kind(name)]
        if len(kinds) != 1:
            self._report(where, Reason.WRONG_SHAPE)
            return
        address = self._text(fields, "url", where)
        url = read_url(address)
        if address and not url:
            self._report(where, Reason.BAD_URL, address)
        title = self._text(fields, kinds[0], where) or address
        self._drafting.add_source(where.line, title, kind=read_kind(kinds[0]), url=url, of_module=of_module)

    def _minutes(self, fields: _Table, where: Where) -> Estimate | None:
        text = self._text(fields, "minutes", where)
        estimate = read_given_estimate(text) if text else None
        if text and estimate is None:
            self._report(where, Reason.BAD_ESTIMATE, text, key="minutes")
        return estimate

    def _done(self, fields: _Table, where: Where) -> tuple[date | None, bool]:
        value = fields.get("done", False)
        text = str(value.date() if isinstance(value, datetime) else value)
        done = read_done(text)
        if done is None:
            self._report(where, Reason.BAD_DAY, text, key="done")
        return done or (None, False)

    def _fields(self, value: Any, where: Where, *, known: set[str]) -> _Table:
        """Return the known keys of a table; an unknown one is a problem."""
        if not isinstance(value, dict):
            self._report(where, Reason.WRONG_SHAPE, str(value) if isinstance(value, str | int | float | date) else "")
            return {}
        fields: _Table = {}
        for key, member in value.items():
            name, kind = key.strip().lower(), read_kind(key)
            if name in known or (kind and kind in known):
                fields[name] = member
            else:
                self._report(where, Reason.UNKNOWN_KEY, key, key=key)
        return fields

    def _items(self, fields: _Table, name: str, where: Where) -> Iterator[Any]:
        """Yield the members of the array under `name`; something else there is a problem, nothing there is not."""
        value = fields.get(name, [])
        if isinstance(value, list):
            yield from value
        else:
            self._report(where, Reason.WRONG_SHAPE, name, key=name)

    def _text(self, fields: _Table, name: str, where: Where) -> str:
        value = fields.get(name, "")
        if isinstance(value, bool | dict | list):
            self._report(where, Reason.WRONG_SHAPE, name, key=name)
            return ""
        return str(value)

    def _report(self, where: Where, reason: Reason, text: str = "", *, key: str = "") -> None:
        self._drafting.report(where.line_of(key) if key else where.line, text, reason)


def _track_lines(track: Track) -> Iterator[str]:
    yield from ("", "[[tracks]]", f"title = {_quoted(track.title)}", *_source_lines(track.sources))
    for module in track.modules:
        yield from ("", "[[tracks.modules]]", *_module_lines(module))


def _module_lines(module: Module) -> Iterator[str]:
    yield f"title = {_quoted(module.title)}"
    if estimate := write_estimate(module):
        yield f"minutes = {estimate if isinstance(estimate, int) else _quoted(estimate)}"
    if module.done:
        yield f"done = {module.done_day or 'true'}"
    yield from _source_lines(module.sources)


def _source_lines(sources: tuple[Source, ...]) -> Iterator[str]:
    if sources:
        yield from ("sources = [", *(f"    {_source(one)}," for one in sources), "]")


def _source(source: Source) -> str:
    url = f", url = {_quoted(source.url)}" if source.url else ""
    return f"{{ {source.kind} = {_quoted(source.title)}{url} }}"


def _quoted(text: str) -> str:
    """Return `text` as a basic string: JSON's escapes are among TOML's, and titles hold no control characters."""
    return json.dumps(text, ensure_ascii=False)
