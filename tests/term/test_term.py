"""The committed transcripts are what the term's command would write: its first days always, all of it among the long tests."""

import pytest

from tests.term.__main__ import FOLDER
from tests.term.documents import documents, up_to
from tests.term.play import WEEKS, play

CHANGED = "the bot says something else now: python -m tests.term, and read what became of it"


def kept(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


async def test_the_first_week_is_as_it_stands_in_the_documents() -> None:
    days = 6  # on the seventh evening Tokyo's Monday begins, which is not played
    for name, text in documents(await play(1)).items():
        assert up_to(text, days) == up_to(kept(name), days), CHANGED


@pytest.mark.long
async def test_the_term_is_as_it_stands_in_the_documents() -> None:
    for name, text in documents(await play()).items():
        assert text == kept(name), CHANGED


def test_sixteen_weeks_are_told() -> None:
    last = 7 * WEEKS
    assert all(up_to(kept(name), last - 7) != up_to(kept(name), last) for name in ("group.md", "private.md"))


def test_nobody_who_left_is_named_afterwards() -> None:
    gone = kept("group.md").split("## Sun 29 Mar 2026")[1]
    assert "Zanele" not in gone
