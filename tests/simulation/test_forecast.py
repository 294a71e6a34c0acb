"""The 80 % ranges of forecasts hold about as often as they say, for learners of different characters."""

import re

import pytest

from tests.simulation.calibration import PAGE, Row, rows, try_all
from tests.simulation.characters import CHARACTERS


def _check(found: dict[str, Row], *, least: float) -> None:
    assert 0.7 <= found["all"].within <= 0.9, found["all"]
    for character in CHARACTERS:
        assert found[character].within >= least, found[character]


def test_eighty_of_a_hundred_ranges_hold() -> None:
    _check({one.name: one for one in rows(try_all(60, seed=7))}, least=0.5)


@pytest.mark.long
def test_eighty_of_a_hundred_ranges_hold_on_many() -> None:
    found = {one.name: one for one in rows(try_all(600, seed=11))}
    _check(found, least=0.55)
    for name, row in found.items():
        if "ahead" in name or "known" in name:
            assert 0.65 <= row.within <= 0.92, row


def test_the_page_tells_of_all_characters() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(re.search(rf"^\| {character} \| \d+ \|", page, re.MULTILINE) for character in ("all", *CHARACTERS))
