"""Sources of tracks and modules: add, rename, address, kind, order, drop."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.domain.errors import Refused
from bot.domain.notices.plan_edits import SourceShown, SourcesShown, UrlUnclear
from bot.domain.notices.plans import News
from bot.domain.people import Learner
from bot.domain.plan_edits import Part, Target, change_sources, kind_for
from bot.domain.plans import Source, SourceKind
from bot.services import plan_screens
from bot.services.plan_changes import change, fit_title, in_use, source_of, sources_of
from bot.services.plan_draft import read_kind, read_url
from bot.services.plan_markdown import item_of, read_source
from bot.store.database import Tx

_KINDED: Final = re.compile(r"(?P<kind>\w+)\s*[:=]\s*(?P<rest>\S.*)", re.DOTALL)
_MAX_TYPED: Final = 4_096


@dataclass(frozen=True, slots=True)
class Typed:
    """A source as it was typed; `kind` is None where nobody said."""

    kind: SourceKind | None
    title: str
    url: str | None


def read_typed(words: str) -> Typed:
    """Read `second: Kline ch. 2 https://…`, each part but one optional. Refused (TitleEmpty, UrlUnclear) where it is none."""
    text = item_of(" ".join(words[:_MAX_TYPED].split()))
    kinded = _KINDED.fullmatch(text)
    kind = read_kind(kinded["kind"]) if kinded else None
    title, address = read_source(kinded["rest"] if kinded and kind else text)
    url = read_url(address)
    if address and url is None:
        raise Refused(UrlUnclear(address[:60]))
    return Typed(kind, fit_title(title or address), url)


async def add(tx: Tx, learner: Learner, owner: Target, words: str, *, at: datetime) -> SourcesShown:
    """Add a source to a track or a module, one for each line."""
    plan = await in_use(tx, learner)
    sources = sources_of(plan, owner)
    typed = [read_typed(line) for line in words.splitlines() if line.strip()] or [read_typed("")]
    for one in typed:
        sources += (Source(one.kind or kind_for(sources), one.title, one.url),)
    after = await change(tx, learner, plan, change_sources(plan, owner, lambda _: sources), at=at)
    news = News("source-added", typed[0].title, len(typed))
    return plan_screens.sources_shown(after, owner, page=len(sources), news=news)


async def set_kind(tx: Tx, learner: Learner, source_id: int, kind: SourceKind, *, at: datetime) -> SourceShown:
    """Say what a source is for."""
    return await _set(tx, learner, source_id, at=at, kind=kind)


async def rename(tx: Tx, learner: Learner, source_id: int, words: str, *, at: datetime) -> SourceShown:
    """Give a source another title; an address in the words is taken as its own."""
    typed = read_typed(words)
    more: dict[str, Any] = {"url": typed.url} if typed.url else {}
    return await _set(tx, learner, source_id, at=at, title=typed.title, **more)


async def set_url(tx: Tx, learner: Learner, source_id: int, words: str, *, at: datetime) -> SourceShown:
    """Give a source an address, or with "none" or "-" take it away. Refused (UrlUnclear) for what is none."""
    text = words.strip().strip("<>")
    url = read_url(text) or read_url(f"https://{text}" if "." in text and "://" not in text else "")
    if url is None and text.casefold() not in {"none", "no", "-", "нет"}:
        raise Refused(UrlUnclear(text[:60]))
    return await _set(tx, learner, source_id, at=at, url=url)


async def _set(tx: Tx, learner: Learner, source_id: int, *, at: datetime, **values: Any) -> SourceShown:
    plan = await in_use(tx, learner)
    owner, _ = source_of(plan, source_id)

    def changed(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(replace(one, **values) if one.id == source_id else one for one in sources)

    after = await change(tx, learner, plan, change_sources(plan, owner, changed), at=at)
    return plan_screens.source_shown(after, source_id, news=News("source-changed"))


async def move_up(tx: Tx, learner: Learner, source_id: int, *, at: datetime) -> SourcesShown:
    """Move a source before the one that stands before it."""
    plan = await in_use(tx, learner)
    owner, _ = source_of(plan, source_id)
    sources = list(sources_of(plan, owner))
    index = [one.id for one in sources].index(source_id)
    sources.insert(max(0, index - 1), sources.pop(index))
    after = await change(tx, learner, plan, change_sources(plan, owner, lambda _: tuple(sources)), at=at)
    return plan_screens.sources_shown(after, owner, page=max(0, index - 1) // plan_screens.ROWS, news=News("moved"))


async def drop(tx: Tx, learner: Learner, source_id: int, *, at: datetime) -> SourcesShown:
    """Take a source out."""
    plan = await in_use(tx, learner)
    owner, source = source_of(plan, source_id)
    left = tuple(one for one in sources_of(plan, owner) if one.id != source_id)
    after = await change(tx, learner, plan, change_sources(plan, owner, lambda _: left), at=at)
    return plan_screens.sources_shown(after, owner, news=News("source-dropped", source.title))


def owner(part: str, owner_id: int) -> Target:
    """The track or module whose sources a button is about."""
    return Target(Part.TRACK if part == Part.TRACK else Part.MODULE, owner_id)
