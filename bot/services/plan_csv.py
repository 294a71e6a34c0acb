"""Plans as CSV, for spreadsheets: read tolerantly, written without formulas, and so that they read back the same."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

from bot.domain.plans import MAX_FILE_BYTES, Plan, Source
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

COLUMNS: Final = ("plan", "track", "module", "minutes", "done", "kind", "source", "url")
MAX_FIELD: Final = 16 * 1024  # characters of one field; a longer one is a quote that was never closed
_BOM: Final = "\ufeff"  # without it Excel takes UTF-8 for its old code page
# What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection); an apostrophe before it makes it text. One that was
# there is written twice, so that reading takes off exactly what writing put on.
# A ";" within a cell parts it where spreadsheets expect that, whatever the quotes.
_FORMULA: Final = r"[=+\-@\t\r＝＋－＠']"
_TAMED: Final = re.compile(rf"(^|;\s*)(?={_FORMULA})")
_TAME: Final = re.compile(rf"(^|;\s*)'(?={_FORMULA})")
_CALLED: Final = {
    "topic": "module",
    "title": "module",
    "name": "module",
    "модуль": "module",
    "тема": "module",
    "subject": "track",
    "course": "track",
    "раздел": "track",
    "трек": "track",
    "estimate": "minutes",
    "time": "minutes",
    "минуты": "minutes",
    "status": "done",
    "готово": "done",
    "type": "kind",
    "вид": "kind",
    "источник": "source",
    "link": "url",
    "ссылка": "url",
    "план": "plan",
}
_Row = dict[str, str | int]
_HEADLESS: Final = ("track", "module", "minutes", "done")


def parse(text: str, *, fallback: str) -> Draft:
    """Read a table; `fallback` is the title of one without. Raises PlanFileRefused for what is no CSV."""
    text = text.removeprefix(_BOM)
    reader = _Reader(Drafting(fallback))
    table = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    before = csv.field_size_limit(MAX_FIELD)
    try:
        for row in table:
            reader.read(line, [cell.strip() for cell in row])
            line = table.line_num + 1
    except csv.Error as error:
        raise PlanFileRefused(Refusal.SYNTAX, line=line, format="csv") from error
    finally:
        csv.field_size_limit(before)
    return reader.drafting.finish()


def write(plan: Plan) -> str:
    """Return `plan` as a table that `parse` reads as the same plan (ids aside), and no spreadsheet takes for formulas."""
    whole = _written(_rows(plan, repeating=True))
    return whole if len(whole.encode()) <= MAX_FILE_BYTES else _written(_rows(plan, repeating=False))


# --- reading ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Reader:
    """Reads row by row; remembers which column is what, and which track and module are open."""

    drafting: Drafting
    columns: tuple[str, ...] | None = None
    track: str | None = None
    module: str | None = None

    def read(self, line: int, row: list[str]) -> None:
        if not any(row):
            return
        if self.columns is None:
            self.columns = _header(row)
            if self.columns is not None:
                self._name_unknown(line, row)
                return
            self.columns = _HEADLESS if len(row) > 1 else ("module",)
        named = [(name, _untame(cell)) for name, cell in zip(self.columns, row, strict=False) if name and cell]
        cells = dict(reversed(named))  # of a column given twice the first
        if any(row[len(self.columns) :]):
            self.drafting.report(line, ", ".join(row[len(self.columns) :]), Reason.NOT_UNDERSTOOD)
        self._row(line, cells)

    def _name_unknown(self, line: int, row: list[str]) -> None:
        for name, cell in zip(self.columns or (), row, strict=True):
            if not name and cell:
                self.drafting.report(line, cell, Reason.UNKNOWN_KEY)

    def _row(self, line: int, cells: dict[str, str]) -> None:
        if plan := cells.get("plan"):
            self.drafting.name_plan(line, plan)
        track, module, source = (cells.get(name) for name in ("track", "module", "source"))
        alone = module is None and source is None and "url" not in cells
        if track is not None and (alone or track != self.track):
            self.drafting.open_track(line, track)
            self.track, self.module = track, None
        has_source = source is not None or "url" in cells
        if module is not None and not (has_source and module == self.module):
            self._module(line, module, cells)
        if has_source:
            self._source(line, cells, of_module=module is not None)
        if not {"plan", "track", "module"} & cells.keys() and not has_source:
            self.drafting.report(line, ", ".join(cells.values()), Reason.EMPTY_TITLE)

    def _module(self, line: int, title: str, cells: dict[str, str]) -> None:
        minutes, done = cells.get("minutes", ""), read_done(cells.get("done", ""))
        estimate = read_given_estimate(minutes) if minutes else None
        if minutes and estimate is None:
            self.drafting.report(line, minutes, Reason.BAD_ESTIMATE)
        if done is None:
            self.drafting.report(line, cells["done"], Reason.BAD_DAY)
        day, ticked = done or (None, False)
        if self.drafting.add_module(line, title, estimate=estimate, done_day=day, ticked=ticked):
            self.module = title

    def _source(self, line: int, cells: dict[str, str], *, of_module: bool) -> None:
        address, named = cells.get("url", ""), cells.get("kind", "")
        url, kind = read_url(address), read_kind(named)
        if address and not url:
            self.drafting.report(line, address, Reason.BAD_URL)
        if named and kind is None:
            self.drafting.report(line, named, Reason.BAD_KIND)
        title = cells.get("source") or address
        self.drafting.add_source(line, title, kind=kind, url=url, of_module=of_module)


def _header(row: Iterable[str]) -> tuple[str, ...] | None:
    """What each column is ("" where nobody knows), if the row names a column of modules at all."""
    names = [cell.casefold() for cell in row]
    columns = tuple(name if name in COLUMNS else _CALLED.get(name, "") for name in names)
    return columns if "module" in columns else None


def _delimiter(text: str) -> str:
    """Whichever of the usual three stands most often in the first line; spreadsheets of half of Europe write ";"."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first[:MAX_FIELD].count)


# --- writing ----------------------------------------------------------------------------------------------------------
def _written(rows: Iterable[_Row]) -> str:
    out = StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")  # quoted: a ";" in a title parts no cell
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([_tame(row.get(name, "")) for name in COLUMNS])
    return _BOM + out.getvalue()


def _rows(plan: Plan, *, repeating: bool) -> Iterator[_Row]:
    """The rows; a spreadsheet can filter them by track where it is repeated in each."""
    yield {"plan": plan.title}
    for track in plan.tracks:
        yield {"track": track.title}
        of_track: _Row = {"track": track.title} if repeating else {}
        yield from (of_track | _source(one) for one in track.sources)
        for module in track.modules:
            here = of_track | {"module": module.title}
            done = str(module.done_day) if module.done_day else "yes" if module.done else ""
            yield here | {"minutes": write_estimate(module) or "", "done": done}
            yield from (here | _source(one) for one in module.sources)


def _source(source: Source) -> _Row:
    return {"kind": source.kind.value, "source": source.title, "url": source.url or ""}


def _tame(cell: str | int) -> str | int:
    return _TAMED.sub(r"\1'", cell) if isinstance(cell, str) else cell


def _untame(cell: str) -> str:
    return _TAME.sub(r"\1", cell)
