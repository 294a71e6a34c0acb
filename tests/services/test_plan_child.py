"""The limited child that reads plan files: same answer as in process, hostile files refused in time, no process left behind."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.domain.plans import MAX_FILE_BYTES, MAX_MODULES
from bot.services import plan_child, plan_files
from bot.services.plan_draft import PlanFileRefused, Refusal

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)

# 39 KB that would cost tomllib gigabytes: quotes within quotes hide the tower of keys from a look at the text. The child's memory
# is what ends it.
KEY_TOWER = b'"\\""' + b'."\\""' * 8_000 + b" = 1\n"


async def test_the_child_gives_what_the_parser_gives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yaml.py").write_text("raise SystemExit(3)")  # a stranger's file beside us is not imported
    data = b"# P\n## T\n- primary: [A](https://a.org)\n- [x] Limits (90m)\nprose\n"
    assert await plan_child.parse_safely(data, name="--help.md") == plan_files.parse(data, name="--help.md")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (BOMB.encode(), "a.yaml", Refusal.ALIASES),
        (b"[" * 100_000, "a.yaml", Refusal.TOO_DEEP),
        (b"{a: " * 50_000, "a.yaml", Refusal.TOO_DEEP),
        (b"- " * 100_000, "a.yaml", Refusal.TOO_DEEP),
        (b"", "a.md", Refusal.EMPTY),
        (b"x" * 300 * 1024, "a.md", Refusal.TOO_LARGE),
        ("ё".encode("cp1251"), "a.md", Refusal.ENCODING),
        (b"\0" * 1000, "a.yaml", Refusal.BINARY),
        (b"a." * 19_999 + b"a = 1", "a.toml", Refusal.TOO_DEEP),
        (b"a = " + b"[" * 30_000, "a.toml", Refusal.TOO_DEEP),
        (b"a = " + b"{a = " * 20_000, "a.toml", Refusal.TOO_DEEP),
        (KEY_TOWER, "a.toml", Refusal.TOO_COMPLEX),
        (b'"' + b"x" * 250_000, "a.csv", Refusal.SYNTAX),
        (b'""' * 120_000, "a.csv", Refusal.SYNTAX),
    ],
)
async def test_hostile_files_are_refused(data: bytes, name: str, code: Refusal) -> None:
    with pytest.raises(PlanFileRefused) as caught:
        await plan_child.parse_safely(data, name=name)
    assert caught.value.code is code


@pytest.mark.parametrize(
    "data",
    [
        b"x\n" * 100_000,
        b"- " * 100_000,
        b"- [ ] " + b"(" * 200_000,
        b"- [ ] " + b"[" * 200_000,
        (b"- [ ] x" + b" (" * 2000 + b"\n") * 60,
        (b"# a" + b" #" * 2000 + b" b\n") * 60,
        (b"- [ ] " + b"\\" * 4000 + b"\n") * 60,
        (b"- [ ] a" + b" " * 4000 + b"b\n") * 60,
    ],
)
async def test_hostile_lines_are_read_in_time(data: bytes) -> None:
    assert (await plan_child.parse_safely(data, name="a.md")).problems or len(data) < MAX_FILE_BYTES


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"x\n" * 100_000, "a.csv"),
        (b"," * 250_000, "a.csv"),
        (b"module," * 35_000 + b"\n" + b"x," * 100, "a.csv"),
        (b'[[tracks]]\ntitle = "t"\n' + b'[[tracks.modules]]\ntitle = "m"\n' * 7_000, "a.toml"),
        (b"".join(b"[[a.b.c.d%d]]\n" % number for number in range(15_000)), "a.toml"),
        (b"x = [" + b" " * 250_000 + b"]", "a.toml"),
        (b"- x\n" * 60_000, "a.yaml"),
    ],
)
async def test_a_hundred_thousand_lines_or_columns_are_read_in_time(data: bytes, name: str) -> None:
    draft = await plan_child.parse_safely(data, name=name)
    assert sum(len(track.modules) for track in draft.plan.tracks) <= MAX_MODULES


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


async def test_a_slow_child_is_killed_and_waited_for() -> None:
    before = children()
    with pytest.raises(PlanFileRefused) as caught:
        await plan_child.parse_safely(b"- x", name="a.md", seconds=0.001)
    assert caught.value.code is Refusal.TOO_SLOW
    assert children() == before


async def test_a_cancelled_reading_leaves_no_process() -> None:
    before = children()
    reading = asyncio.ensure_future(plan_child.parse_safely(b"- x", name="a.md"))
    while children() == before:  # noqa: ASYNC110 - the process table has no event to wait for
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() == before


async def test_a_child_that_runs_out_of_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = (
        *plan_child._COMMAND[:3],
        "-c",
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 27,) * 2); x = 'x' * (1 << 28)",
    )
    monkeypatch.setattr(plan_child, "_COMMAND", greedy)
    with pytest.raises(PlanFileRefused) as caught:
        await plan_child.parse_safely(b"- x", name="a.md")
    assert caught.value.code is Refusal.TOO_COMPLEX
