"""What is said of a check-in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.checkins import Outcome
from bot.domain.notices.checkins import (
    Candidate,
    CheckinLogged,
    CheckinUndone,
    DetailsAsked,
    MinutesRefused,
    UndoTooLate,
)
from bot.ui.checkins import word
from bot.ui.words import Words

DAY = date(2026, 5, 5)
W = Words("en", "Europe/London", datetime(2026, 5, 5, 6, tzinfo=UTC))
LOGGED = CheckinLogged(
    checkin=5,
    learner=1,
    day=DAY,
    outcome=Outcome.DONE,
    late=False,
    minutes=90,
    module="Limits",
    note="finished exercises",
    links=1,
    photo=False,
    total=None,
    undo=True,
    edit=True,
    finish=7,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Logged for Tue 5 May: 1 h 30 min · Limits · finished exercises · 1 link"),
        ({"late": True}, "Logged for Tue 5 May, late: 1 h 30 min · Limits · finished exercises · 1 link"),
        ({"edited": True}, "Tue 5 May now says: 1 h 30 min · Limits · finished exercises · 1 link"),
        ({"brief": True}, "Logged for Tue 5 May: 1 h 30 min · Limits"),
        ({"minutes": None, "module": None, "note": "", "links": 0}, "Logged for Tue 5 May: done"),
        ({"note": "", "links": 0, "total": 135}, "Logged for Tue 5 May: 1 h 30 min · Limits\nThat makes 2 h 15 min for the day."),
    ],
)
def test_what_was_understood_is_echoed(changes: dict[str, Any], expected: str) -> None:
    assert word(replace(LOGGED, **changes), W).plain == expected


def test_buttons_of_an_echo() -> None:
    rows = word(LOGGED, W).rows
    assert [[button.label for button in row] for row in rows] == [["Finished “Limits”"], ["Undo", "Edit"]]
    asked = replace(LOGGED, module=None, finish=None, candidates=(Candidate(1, "Series", "A"), Candidate(2, "Series", "B")))
    assert [row[0].label for row in word(asked, W).rows] == ["Series · A", "Series · B", "Undo"]
    assert "Which module was it?" in word(asked, W).plain
    assert [[button.label for button in row] for row in word(replace(LOGGED, brief=True), W).rows] == [["Undo"]]


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (CheckinUndone(DAY, 0, 0), "Taken back. Nothing is logged for Tue 5 May now."),
        (CheckinUndone(DAY, 1, 45), "Taken back. Tue 5 May stands at 45 min."),
        (CheckinUndone(DAY, 2, 0), "Taken back. 2 check-ins remain for Tue 5 May."),
        (UndoTooLate(edit=True), "Undo is for the first ten minutes. Edit works until the day ends."),
        (MinutesRefused(960), "Minutes go from 1 to 960. Nothing was changed."),
        (DetailsAsked(DAY, anew=False), "What should I add to Tue 5 May? Minutes, module, note, links."),
        (DetailsAsked(DAY, anew=True), "Type it anew, and it replaces what stands for Tue 5 May."),
    ],
)
def test_short_ones(notice: Any, expected: str) -> None:
    assert word(notice, W).plain.startswith(expected)
