"""The layers of ARCHITECTURE.md hold; the rules themselves are in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bot", include_external_packages=True, cache_dir=None)


def test_import_linter_keeps_its_contracts() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_domain_imports_nothing_but_the_standard_library(graph: grimp.ImportGraph) -> None:
    modules = graph.find_descendants("bot.domain") | {"bot.domain"}
    imported = {other for module in modules for other in graph.find_modules_directly_imported_by(module)} - modules
    assert {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names} == set()


def test_a_third_party_that_is_confined_is_still_called_so(graph: grimp.ImportGraph) -> None:
    """A contract about a name nobody imports any more would hold for ever and guard nothing."""
    platforms = {name: f"bot.platforms.{name}" for name in ("telegram", "discord")}
    for library, home in {"sqlalchemy": "bot.store", "matplotlib": "bot.charts", **platforms}.items():
        assert {name for name in graph.find_modules_that_directly_import(library) if name.startswith(home)}


def test_migrations_never_import_the_bot() -> None:
    """Tables of then, not of now (ARCHITECTURE.md, Database)."""
    for path in (ROOT / "migrations").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) bot\b", path.read_text(encoding="utf-8"), re.MULTILINE), path
