"""Plans as Markdown checklists, read tolerantly and written so that they read back the same (docs/plan-files.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.domain.estimates import Estimate, read_estimate
from bot.domain.plans import Module, Plan, Source, SourceKind, Track, clean_title
from bot.services.plan_draft import Draft, Drafting, Reason, read_day, read_kind, read_url

MAX_LINE: Final = 4_096  # characters: an escaped title and the longest address fit; no pattern here is slower than linear
_ITEM: Final = re.compile(r"(?:[-*+•]|\d{1,9}[.)])\s+(?:\[(?P<box>[ xX✓✔])\](?:\s+|$))?(?P<text>.*)")
_KINDED: Final = re.compile(r"(?P<kind>\w+)\s*:\s+(?P<text>\S.*)")
_LINK: Final = re.compile(r"\[(?P<title>(?:\\.|[^\[\]\\])*)\]\((?P<url>\S+)\)")
_DONE_DAY: Final = re.compile(r"✅\s*(?P<day>\d{4}-\d\d-\d\d)$")
_ESTIMATE: Final = re.compile(r"(?:(?<!\S)~\s?(?P<about>\d[^~()\\]*)|\((?P<within>\d[^()\\]*)\))$")
_RULE: Final = re.compile(r"([-*_])(?:\s*\1){2,}|<!--.*-->")
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_BOLD: Final = re.compile(r"\*\*(?P<text>[^*]+)\*\*")
_LINES: Final = re.compile(r"\r\n|\n|\r")  # as editors count them, unlike str.splitlines
_SOURCE_LABELS: Final = {"sources", "источники"}
_MODULE_LABELS: Final = {"modules", "модули"}


def parse(text: str, *, fallback: str) -> Draft:
    """Read a checklist; `fallback` is the title of one without a `#` heading. Never fails: what it cannot read is a problem."""
    reader = _Reader(Drafting(fallback))
    for number, line in enumerate(_LINES.split(text), start=1):
        reader.read(number, line)
    return reader.drafting.finish()


def write(plan: Plan) -> str:
    """Return `plan` as a checklist that `parse` reads as the same plan (ids aside)."""
    return "\n".join(_plan_lines(plan)) + "\n"


@dataclass(frozen=True, slots=True)
class ModuleWords:
    """What the words of one module say; `problems` are of the parts that could not be read."""

    title: str
    estimate: Estimate | None = None
    done_day: date | None = None
    url: str | None = None
    problems: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Reads line by line; remembers how deep the last module stood and whose sources are being listed."""

    drafting: Drafting
    indent: int | None = None
    listing: Literal["track", "module"] | None = None

    def read(self, number: int, line: str) -> None:
        text = line.strip()
        if not text:
            self.listing = None
        elif len(text) > MAX_LINE:
            self.drafting.report(number, text, Reason.NOT_UNDERSTOOD)
        elif heading := _split_heading(text):
            self._heading(number, *heading)
        elif not _RULE.fullmatch(text) and not self._label(line, text):
            self._content(number, line, text)

    def _heading(self, number: int, level: int, text: str) -> None:
        self.listing = self.indent = None
        if level == 1 and not self.drafting.title and not self.drafting.has_tracks:
            self.drafting.name_plan(number, _plain(text))
        elif level > 2:
            self.drafting.report(number, text, Reason.HEADING_TOO_DEEP)
        else:
            self.drafting.open_track(number, _plain(text))

    def _label(self, line: str, text: str) -> bool:
        """Take `Sources:` (of a track, or indented of a module) and `Modules:`; False if `text` is neither."""
        label = text.lstrip("-*+ ").rstrip("* ").rstrip(":").rstrip("*").lower()
        if ":" not in text or label not in _SOURCE_LABELS | _MODULE_LABELS:
            return False
        of = "module" if self._is_nested(line) else "track"
        self.listing = None if label in _MODULE_LABELS else "module" if of == "module" else "track"
        return True

    def _content(self, number: int, line: str, text: str) -> None:
        item = _ITEM.fullmatch(text)
        body = item["text"].strip() if item else text
        kinded = _KINDED.fullmatch(body)
        kind = read_kind(kinded["kind"]) if kinded else None
        of_module = self.listing == "module" or self._is_nested(line)
        if item and item["box"]:
            self._module(number, line, body, box=item["box"])
        elif kinded and kind:
            self._source(number, kinded["text"], kind=kind, of_module=of_module)
        elif item and self.listing:
            self._source(number, body, kind=None, of_module=of_module)
        elif item and of_module:
            self.drafting.report(number, text, Reason.NESTED)
        elif item:
            self._module(number, line, body, box=" ")
        else:
            self.drafting.report(number, text, Reason.NOT_UNDERSTOOD)

    def _module(self, number: int, line: str, body: str, *, box: str) -> None:
        words = read_module(body)
        done = box != " "
        self.listing = None
        if self.drafting.add_module(
            number, words.title, estimate=words.estimate, done_day=words.done_day if done else None, ticked=done
        ):
            self.indent = _indent(line)
        for problem in words.problems:
            self.drafting.report(number, body, problem)
        if words.url:
            self.drafting.add_source(number, words.title, kind=SourceKind.PRIMARY, url=words.url, of_module=True)

    def _source(self, number: int, body: str, *, kind: SourceKind | None, of_module: bool) -> None:
        title, address = read_source(body)
        url = read_url(address)
        if address and not url:
            self.drafting.report(number, body, Reason.BAD_URL)
        self.drafting.add_source(number, title or address, kind=kind, url=url, of_module=of_module)

    def _is_nested(self, line: str) -> bool:
        return self.indent is not None and _indent(line) >= self.indent + 2


def item_of(line: str) -> str:
    """A typed line without the bullet, number or box that a list would have before it."""
    item = _ITEM.fullmatch(line.strip())
    return item["text"].strip() if item else line.strip()


def _indent(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())


def _split_heading(text: str) -> tuple[int, str] | None:
    """Return level and words of `## Words` (a closing `##` is dropped), or None."""
    words = text.lstrip("#")
    level = len(text) - len(words)
    if not 1 <= level <= 6 or (words and not words[0].isspace()):
        return None
    words = words.strip()
    opened = words.rstrip("#")
    return level, opened.strip() if not opened or opened[-1].isspace() else words


def _plain(text: str) -> str:
    """Return the words of `text` without the Markdown that people wrap a whole title in."""
    text = text.strip()
    if link := _LINK.fullmatch(text):
        text = link["title"]
    if bold := _BOLD.fullmatch(text):
        text = bold["text"]
    return clean_title(_ESCAPED.sub(r"\1", text))


def read_module(text: str) -> ModuleWords:
    """Read `Title (90m) ✅ 2026-05-01`, each part but the title optional."""
    problems: list[Reason] = []
    estimate = done_day = url = None
    if found := _DONE_DAY.search(text):
        done_day = read_day(found["day"])
        problems += [] if done_day else [Reason.BAD_DAY]
        text = text[: found.start()]
    if found := _ESTIMATE.search(text.rstrip()):
        read = read_estimate(found["about"] or found["within"], bare=False)
        if isinstance(read, Estimate):
            estimate, text = read, text[: found.start()]
    if link := _LINK.fullmatch(text.strip()):
        url = read_url(link["url"])
        problems += [] if url else [Reason.BAD_URL]
    return ModuleWords(_plain(text), estimate, done_day, url, tuple(problems))


def read_source(text: str) -> tuple[str, str]:
    """Return title and address (empty if none) of `[Title](url)`, `Title <url>`, `Title https://…` or `Title`."""
    text = text.strip()
    if link := _LINK.fullmatch(text):
        return _plain(link["title"]), link["url"]
    title, _, last = text.rpartition(" ")
    if last.strip("<>").lower().startswith(("http://", "https://")):
        return _plain(title.rstrip(" -–—:,")), last.strip("<>")
    return _plain(text), ""


def _plan_lines(plan: Plan) -> Iterator[str]:
    yield f"# {_write_heading(plan.title)}"
    for track in plan.tracks:
        yield from ("", *_track_lines(track))


def _track_lines(track: Track) -> Iterator[str]:
    yield f"## {_write_heading(track.title)}"
    if track.sources:
        yield from ("", *(f"- {_write_source(source)}" for source in track.sources))
    if track.modules:
        yield ""
    for module in track.modules:
        yield _write_module(module)
        yield from (f"  - {_write_source(source)}" for source in module.sources)


def _write_module(module: Module) -> str:
    box = "x" if module.done else " "
    estimate = f" ({module.estimate_said or f'{module.estimate_minutes}m'})" if module.estimate_minutes else ""
    day = f" ✅ {module.done_day}" if module.done_day else ""
    title = module.title if read_module(module.title) == ModuleWords(module.title) else _escape(module.title)
    return f"- [{box}] {title}{estimate}{day}"


def _write_source(source: Source) -> str:
    title = source.title
    if source.url:
        linked = f"[{title}]({source.url})"
        return f"{source.kind}: {linked if read_source(linked) == (title, source.url) else f'[{_escape(title)}]({source.url})'}"
    return f"{source.kind}: {title if read_source(title) == (title, '') else _escape(title)}"


def _write_heading(title: str) -> str:
    read_back = _split_heading(f"# {title}")
    return title if read_back and _plain(read_back[1]) == title else _escape(title)


def _escape(title: str) -> str:
    return _PUNCTUATION.sub(r"\\\g<0>", title)
