"""Documentation is part of the product: every command and setting is described, every link leads somewhere."""

import re
from pathlib import Path

from bot.commands import COMMANDS
from bot.config import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_described() -> None:
    missing = [one.name for one in COMMANDS if not re.search(rf"`/{one.name}\b", README)]
    assert not missing


def test_nothing_is_described_that_does_not_exist() -> None:
    named = set(re.findall(r"`/([a-z]+)", README))
    assert named - {one.name for one in COMMANDS} == {"newbot"}, "/newbot is BotFather's"


def test_every_setting_is_described() -> None:
    for section, field in Settings.model_fields.items():
        assert f"`[{section}]`" in README
        for key in getattr(field.annotation, "model_fields", {}):
            assert f"`{key}`" in README, f"[{section}] {key}"


def test_every_link_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_summaries_fit_every_platform() -> None:
    assert all(1 <= len(one.summary) <= 100 for one in COMMANDS)
