"""Plans as YAML: nodes only (nothing is constructed), no aliases, no depth, problems by line (docs/plan-files.md)."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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

MAX_DEPTH: Final = 12  # a plan needs six levels; anything deep is not a plan, and composing recurses
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where PyYAML has libyaml
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NOTHING: Final = {"", "~", "null"}

_Fields = dict[str, tuple[Node, Node]]


def parse(text: str, *, fallback: str) -> Draft:
    """Read a plan; `fallback` is the title of one without. Raises PlanFileRefused for what is not YAML, or a trap in it."""
    try:
        _refuse_traps(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise PlanFileRefused(Refusal.SYNTAX, line=int(getattr(error.problem_mark, "line", 0)) + 1, format="yaml") from error
    except yaml.YAMLError as error:
        raise PlanFileRefused(Refusal.SYNTAX, line=1, format="yaml") from error
    if root is None:
        raise PlanFileRefused(Refusal.EMPTY)
    drafting = Drafting(fallback)
    _Walk(drafting).plan(root)
    return drafting.finish()


def write(plan: Plan) -> str:
    """Return `plan` as YAML that `parse` reads as the same plan (ids aside)."""
    data = {"title": plan.title, "tracks": [_track_data(track) for track in plan.tracks]}
    return yaml.dump(data, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=120)


def _refuse_traps(text: str) -> None:
    """Go over the events, which cannot expand: an alias bomb or a tower of brackets ends here."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = int(getattr(event.start_mark, "line", 0)) + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise PlanFileRefused(Refusal.ALIASES, line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise PlanFileRefused(Refusal.TOO_DEEP, line=line)


class _Walk:
    """Goes down the nodes and adds what it finds to the draft."""

    def __init__(self, drafting: Drafting) -> None:
        self._drafting = drafting

    def plan(self, root: Node) -> None:
        fields = self._fields(root, known={"title", "summary", "tracks"})
        if "title" in fields and (title := self._text(fields["title"][1])):
            self._drafting.name_plan(_line(root), title)
        for node in self._items(fields, "tracks"):
            self._track(node)

    def _track(self, node: Node) -> None:
        fields = self._fields(node, known={"title", "sources", "modules"})
        if fields and self._open_track(node, fields):
            self._sources(fields, of_module=False)
            for module in self._items(fields, "modules"):
                self._module(module)

    def _open_track(self, node: Node, fields: _Fields) -> bool:
        title = self._text(fields["title"][1]) if "title" in fields else ""
        if not title:
            self._report(node, Reason.EMPTY_TITLE)
            return False
        self._drafting.open_track(_line(node), title)
        return True

    def _module(self, node: Node) -> None:
        if isinstance(node, ScalarNode):
            self._drafting.add_module(_line(node), self._text(node))
        elif colon := _title_with_colon(node):
            self._drafting.add_module(_line(node), colon)
        elif fields := self._fields(node, known={"title", "sources", "minutes", "done"}):
            title = self._text(fields["title"][1]) if "title" in fields else ""
            day, ticked = self._done(fields)
            if self._drafting.add_module(_line(node), title, estimate=self._minutes(fields), done_day=day, ticked=ticked):
                self._sources(fields, of_module=True)

    def _sources(self, fields: _Fields, *, of_module: bool) -> None:
        for node in self._items(fields, "sources"):
            if isinstance(node, ScalarNode):
                self._drafting.add_source(_line(node), self._text(node), kind=None, of_module=of_module)
            elif source := self._fields(node, known={"url", *SourceKind}):
                self._source(node, source, of_module=of_module)

    def _source(self, node: Node, fields: _Fields, *, of_module: bool) -> None:
        kinds = [name for name in fields if read_kind(name)]
        if len(kinds) != 1:
            self._report(node, Reason.WRONG_SHAPE)
            return
        address = self._text(fields["url"][1]) if "url" in fields else ""
        url = read_url(address)
        if address and not url:
            self._report(fields["url"][1], Reason.BAD_URL)
        title = self._text(fields[kinds[0]][1]) or address
        self._drafting.add_source(_line(node), title, kind=read_kind(kinds[0]), url=url, of_module=of_module)

    def _minutes(self, fields: _Fields) -> Estimate | None:
        if "minutes" not in fields or not (text := self._text(fields["minutes"][1])):
            return None
        estimate = read_given_estimate(text)
        if estimate is None:
            self._report(fields["minutes"][1], Reason.BAD_ESTIMATE)
        return estimate

    def _done(self, fields: _Fields) -> tuple[date | None, bool]:
        """Return the day done, if one is given, and whether the module is done at all."""
        done = read_done(self._text(fields["done"][1]) if "done" in fields else "")
        if done is None:
            self._report(fields["done"][1], Reason.BAD_DAY)
        return done or (None, False)

    def _fields(self, node: Node, *, known: set[str]) -> _Fields:
        """Return the known keys of a mapping with their nodes; a key twice, or unknown, is a problem."""
        fields: _Fields = {}
        if not isinstance(node, MappingNode):
            self._report(node, Reason.WRONG_SHAPE)
            return fields
        for key, value in node.value:
            name = self._text(key).strip().lower()
            kind = read_kind(name)
            if name in fields:
                self._report(key, Reason.DUPLICATE_KEY)
            elif name in known or (kind and kind in known):
                fields[name] = (key, value)
            else:
                self._report(key, Reason.UNKNOWN_KEY)
        return fields

    def _items(self, fields: _Fields, name: str) -> Iterator[Node]:
        """Yield the members of the list under `name`; something else there is a problem, nothing there is not."""
        if name not in fields:
            return
        _, node = fields[name]
        if isinstance(node, SequenceNode):
            yield from node.value
        elif not (isinstance(node, ScalarNode) and not self._text(node)):
            self._report(node, Reason.WRONG_SHAPE)

    def _text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            self._report(node, Reason.WRONG_SHAPE)
            return ""
        return "" if not node.style and node.value.lower() in _NOTHING else str(node.value)

    def _report(self, node: Node, reason: Reason) -> None:
        self._drafting.report(_line(node), node.value if isinstance(node, ScalarNode) else "", reason)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _title_with_colon(node: Node) -> str | None:
    """Return `Limits: a first look` where it was written without quotes and YAML took it for a key with a value."""
    if not isinstance(node, MappingNode) or len(node.value) != 1:
        return None
    key, value = node.value[0]
    if not (isinstance(key, ScalarNode) and isinstance(value, ScalarNode)) or key.value == "title":
        return None
    return f"{key.value}: {value.value}"


def _track_data(track: Track) -> dict[str, Any]:
    data: dict[str, Any] = {"title": track.title}
    if track.sources:
        data["sources"] = [_source_data(source) for source in track.sources]
    return data | {"modules": [_module_data(module) for module in track.modules]}


def _source_data(source: Source) -> dict[str, str]:
    return {source.kind.value: source.title} | ({"url": source.url} if source.url else {})


def _module_data(module: Module) -> dict[str, Any] | str:
    data: dict[str, Any] = {"title": module.title}
    if estimate := write_estimate(module):
        data["minutes"] = estimate
    if module.done:
        data["done"] = module.done_day or True
    if module.sources:
        data["sources"] = [_source_data(source) for source in module.sources]
    return data if len(data) > 1 else module.title
