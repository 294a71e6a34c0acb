"""A plan sent as a file: written when it is sent, so that it is the plan of that moment."""

import unicodedata
from datetime import datetime
from typing import Any, Final

from bot.domain.notices import Notice
from bot.domain.notices.plan_edits import ExportChoice, ExportComes, ExportFile
from bot.domain.notices.plans import NoPlan
from bot.domain.people import Learner
from bot.domain.plans import count_plan
from bot.services import plan_files, posts
from bot.services.plan_files import Format
from bot.store import plans
from bot.store.database import Tx
from bot.store.outbox import Lane

_STEM: Final = 40  # characters of the plan's title in the file's name
_CALLED: Final = {
    "markdown": Format.MARKDOWN,
    "md": Format.MARKDOWN,
    "text": Format.MARKDOWN,
    "txt": Format.MARKDOWN,
    "yaml": Format.YAML,
    "yml": Format.YAML,
    "toml": Format.TOML,
    "csv": Format.CSV,
    "excel": Format.CSV,
    "sheet": Format.CSV,
}


async def choose(tx: Tx, learner: Learner, *, unknown: str | None = None) -> ExportChoice | NoPlan:
    """Ask for the format; `unknown` is one that was named and is none."""
    plan = await plans.outline(tx, learner.id)
    return ExportChoice(plan.title, unknown) if plan else NoPlan()


async def send(tx: Tx, learner: Learner, words: str, *, source: str, at: datetime) -> ExportComes | ExportChoice | NoPlan:
    """Send the plan in use as a file of the format that `words` name; `source` is the update that asks, twice is once."""
    named = words.strip().casefold().removeprefix(".")
    if named not in _CALLED:
        return await choose(tx, learner, unknown=words.strip()[:20] or None)
    plan = await plans.outline(tx, learner.id)
    if plan is None:
        return NoPlan()
    facts = {"learner": learner.id, "plan": plan.id, "format": _CALLED[named]}
    await posts.tell_live(tx, learner, "export", facts, key=f"export:{source}", at=at, lane=Lane.EXPORT)
    return ExportComes(plan.title)


async def load_export(tx: Tx, facts: dict[str, Any], _at: datetime) -> Notice | None:
    """Loader "export" {learner, plan, format}: the file; None where the plan is gone."""
    plan = next((one for one in await plans.of_learner(tx, facts["learner"]) if one.id == facts["plan"]), None)
    if plan is None:
        return None
    format_ = Format(facts["format"])
    name = plan_files.file_name(_stem(plan.title), format=format_)
    return ExportFile(plan.title, count_plan(plan).total, name, plan_files.write(plan, format=format_).decode())


def _stem(title: str) -> str:
    """A plan's title as the name of a file: letters and digits of any script, the rest as single dashes."""
    plain = unicodedata.normalize("NFC", title.casefold())
    words = "".join(character if character.isalnum() else " " for character in plain).split()
    return "-".join(words)[:_STEM].strip("-") or "plan"
