"""A draft, or why there is none, as JSON: what the limited child process hands back (no pickle from a process we distrust)."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.domain.plans import Module, Plan, Source, SourceKind, Track
from bot.services.plan_draft import Draft, PlanFileRefused, Problem, Reason, Refusal


def pack_draft(draft: Draft) -> bytes:
    """Return `draft` as JSON."""
    return json.dumps({"draft": asdict(draft)}, default=date.isoformat).encode()


def pack_refusal(refused: PlanFileRefused) -> bytes:
    """Return a refusal as JSON."""
    return json.dumps({"refused": refused.code, "details": refused.details}).encode()


def unpack(packed: bytes) -> Draft:
    """Return the draft that `pack_draft` packed; raises the PlanFileRefused that `pack_refusal` packed."""
    data = json.loads(packed)
    if "refused" in data:
        raise PlanFileRefused(Refusal(data["refused"]), **data["details"])
    draft = data["draft"]
    plan = Plan(title=draft["plan"]["title"], tracks=tuple(map(_track, draft["plan"]["tracks"])))
    problems = tuple(Problem(p["line"], p["text"], Reason(p["reason_code"])) for p in draft["problems"])
    return Draft(plan, problems, draft["unlisted"])


def _track(data: dict[str, Any]) -> Track:
    return Track(title=data["title"], modules=tuple(map(_module, data["modules"])), sources=_sources(data))


def _module(data: dict[str, Any]) -> Module:
    return Module(
        title=data["title"],
        sources=_sources(data),
        estimate_minutes=data["estimate_minutes"],
        done_day=date.fromisoformat(data["done_day"]) if data["done_day"] else None,
        ticked=data["ticked"],
        estimate_said=data.get("estimate_said"),
    )


def _sources(data: dict[str, Any]) -> tuple[Source, ...]:
    return tuple(Source(SourceKind(s["kind"]), s["title"], s["url"]) for s in data["sources"])
