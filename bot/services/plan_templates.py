"""The plans shipped with the bot, first of them the story's own; files in templates/ in the format everybody can send."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import yaml

from bot.domain.plans import Plan
from bot.services import plan_files

_KEYS: Final = ("story", "algorithms", "language-b1", "fastai")  # in the order they are offered


@dataclass(frozen=True, slots=True)
class Template:
    """A shipped plan; `key` is what is typed (`/plan template story`) and what a button carries."""

    key: str
    title: str
    summary: str
    plan: Plan


@cache
def templates() -> tuple[Template, ...]:
    """Return all shipped plans, the story's own first."""
    return tuple(_read(key) for key in _KEYS)


def template(key: str) -> Template | None:
    """Return the shipped plan called `key` (case aside), or None."""
    return next((known for known in templates() if known.key == key.strip().lower()), None)


def _read(key: str) -> Template:
    """Read one of our own files: a problem in it is a defect, so it is loud."""
    data = (resources.files("bot.services") / "templates" / f"{key}.yaml").read_bytes()
    draft = plan_files.parse(data, name=f"{key}.yaml")
    if draft.problems:
        raise ValueError(f"the template {key} has problems: {draft.problems}")
    return Template(key=key, title=draft.plan.title, summary=yaml.safe_load(data)["summary"], plan=draft.plan)
