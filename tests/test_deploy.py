"""Makefile, CI, service and container agree with the program and with each other."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent


class _Unit(configparser.RawConfigParser):
    """systemd's keys are case-sensitive."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit() -> _Unit:
    parser = _Unit(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.read(DEPLOY / "plan-e.service", encoding="utf-8")
    return parser


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


# --- the service -----------------------------------------------------------------------------------------------------
def test_a_bad_configuration_is_not_tried_again() -> None:
    service = unit()["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")


def test_the_service_waits_longer_than_the_bot_needs_to_end() -> None:
    assert int(unit()["Service"]["TimeoutStopSec"]) > 10  # ARCHITECTURE.md, Configuration


def test_the_service_keeps_its_data_where_a_relative_path_begins() -> None:
    service = unit()["Service"]
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def test_the_service_is_confined() -> None:
    service = unit()["Service"]
    for key in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "MemoryDenyWriteExecute", "ProtectHome", "RestrictNamespaces"):
        assert service[key] == "yes", key
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_systemd_understands_the_service() -> None:
    """Where there is no systemd the check says so, and nothing else is claimed."""
    result = ran(DEPLOY / "verify-unit")
    assert result.returncode == 0, result.stdout + result.stderr
    assert ("no systemd-analyze" in result.stdout) == (shutil.which("systemd-analyze") is None)


# --- the container ---------------------------------------------------------------------------------------------------
def test_hadolint_has_nothing_to_say() -> None:
    result = ran(BIN / "hadolint", DEPLOY / "Dockerfile")
    assert result.returncode == 0, result.stdout


def test_compose_keeps_to_its_schema() -> None:
    result = ran(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *sorted(DEPLOY.glob("compose*.yaml")))
    assert result.returncode == 0, result.stdout


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert re.findall(r"^USER (.*)$", dockerfile(), re.MULTILINE) == ["10001:10001"]
    assert 'ENTRYPOINT ["plan-e"]\nCMD ["run"]' in dockerfile()


def test_the_image_installs_only_what_the_lock_files_name() -> None:
    installs = re.findall(r"pip install (.*?)(?: \\)?$", dockerfile(), re.MULTILINE)
    assert installs
    assert all("--require-hashes" in line or "--no-deps dist/" in line for line in installs)


def test_the_build_tool_is_found_in_the_lock_file() -> None:
    """The Dockerfile cuts setuptools' lines out of the lock; here its own command does."""
    cut = re.search(r"sed -n '(.*?)' requirements-dev.lock", dockerfile())
    assert cut
    lines = ran("sed", "-n", cut[1], "requirements-dev.lock").stdout.splitlines()
    assert lines[0].startswith("setuptools==")
    assert all(re.match(r"\s+--hash=sha256:[0-9a-f]{64}|\s+# via", line) for line in lines[1:])
    assert any("--hash" in line for line in lines)


def test_what_the_image_copies_is_let_through() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    let_through = set(re.findall(r"^!(.*)$", ignored, re.MULTILINE))
    copied = {name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile(), re.MULTILINE) for name in line.split()}
    assert copied == let_through


def test_the_health_check_asks_where_the_bot_listens() -> None:
    port = re.search(r"PLAN_E_WEB__PORT=(\d+)", dockerfile())
    assert port
    assert int(port[1]) == Settings.model_construct().web.port
    assert f"EXPOSE {port[1]}\n" in dockerfile()
    assert compose()["services"]["plan-e"]["ports"] == [f"127.0.0.1:{port[1]}:{port[1]}"]
    assert "/healthz" in dockerfile()


def test_the_variables_that_are_set_exist() -> None:
    known = {
        f"PLAN_E_{section}__{key}".upper() for section, keys in Settings.model_construct().model_dump().items() for key in keys
    }
    for path in [*DEPLOY.iterdir(), ROOT / "config.example.toml", ROOT / "README.md"]:
        used = set(re.findall(r"PLAN_E_[A-Z]+__[A-Z_]+", path.read_text(encoding="utf-8")))
        assert used - {"PLAN_E_SECTION__KEY"} <= known, path


def test_the_container_is_confined() -> None:
    service = compose()["services"]["plan-e"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["init"] is True
    assert service["volumes"] == ["data:/data"]
    assert "data" in compose()["volumes"]


# --- make ------------------------------------------------------------------------------------------------------------
def test_ci_runs_what_a_developer_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert text.splitlines()[-1] == "make test"


@pytest.mark.parametrize("target", ["run", "test", "test-long", "bench", "lint", "format", "lock"])
def test_make_help_names_every_target(target: str) -> None:
    assert re.search(rf"^make {target} ", ran("make", "--no-print-directory", "help").stdout, re.MULTILINE)


def test_both_lock_files_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = project["dependencies"]
    dev = [*run, *project["optional-dependencies"]["dev"]]
    for name, wanted in (("requirements.lock", run), ("requirements-dev.lock", dev)):
        locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        asked = {re.split(r"[\[<>=]", each)[0].replace(".", "-") for each in wanted}
        assert asked <= locked, name


def test_both_lock_files_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert run.items() <= dev.items()
