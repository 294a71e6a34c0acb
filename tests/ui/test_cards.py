"""What a learner reads in the morning, and after."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot import buttons
from bot.domain.checkins import Outcome, SessionState
from bot.domain.notices.cards import (
    Answered,
    Card,
    CardEntry,
    CardModule,
    CardPromise,
    CardReview,
    CardTap,
    Excused,
    LaterChoice,
    ModuleFinished,
    Nudge,
)
from bot.services.facts import pack, unpack
from bot.ui.cards import word
from bot.ui.message import Message
from bot.ui.words import Words

AT = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)  # 07:00 in London
DAY = date(2026, 5, 5)
W = Words("en", "Europe/London", AT)
LIMITS = CardModule(7, "Limits", "Calculus 1", "Professor Leonard", "https://example.org/leonard", 12)
PROMISE = CardPromise("Calculus 1-3", datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), "Europe/London", 56, 32, "modules", 4)
CARD = Card(
    learner=1,
    day=DAY,
    slot="main",
    state=SessionState.PLANNED,
    open=True,
    session=True,
    due=True,
    due_at=AT,
    module=LIMITS,
    reviews=(
        CardReview(3, "Functions", "Kline", None, "Professor Leonard", different=True, practice=False, done=False),
        CardReview(4, "Sets", "OpenStax problems", None, "Leonard", different=True, practice=True, done=False),
    ),
    more_reviews=2,
    promise=PROMISE,
)
DONE = replace(
    CARD,
    state=SessionState.DONE,
    reviews=(),
    more_reviews=0,
    entries=(CardEntry(Outcome.DONE, 45, "Limits", "", 0, photo=False, counted=True),),
    minutes=45,
    tap=CardTap(9, undo=True),
    finish=LIMITS,
)


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.rows]


def test_the_morning_card() -> None:
    message = word(CARD, W)
    assert message.plain == (
        "Tue 5 May\n\n"
        "Limits · Calculus 1\nFrom Professor Leonard\n12 modules of Calculus 1 left\n\n"
        "Again today\n"
        "· Functions, from Kline: another way in after Professor Leonard\n"
        "· Sets, as practice from OpenStax problems: doing it shows what stuck\n"
        "… and 2 more\n\n"
        "“Calculus 1-3” by Tue 30 Jun: 32 modules in 56 days, 4 a week"
    )
    assert labels(message) == [
        ["Start", "Later"],
        ["Done", "Partly", "Not today"],
        ["Reviewed: Functions", "Skip this one"],
        ["Reviewed: Sets", "Skip this one"],
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"late_for": AT - timedelta(minutes=20)}, "Due at 06:40, delayed. That was me, not you."),
        ({"started_at": AT + timedelta(minutes=2)}, "Started at 07:02. Done or Partly will count the minutes."),
        ({"later_until": AT + timedelta(hours=11)}, "I will ask again at 18:00. The deadline stays."),
        ({"session": False}, "No slot today. What you do still counts."),
        ({"has_zone": False}, "so I reckon in UTC"),
        ({"has_plan": False, "module": None}, "You have no plan yet. /plan has ready-made ones"),
        ({"module": None}, "Every module of your plan is done."),
        ({"state": SessionState.EXCUSED, "reason": "outage"}, "I was down. That is on me: excused."),
        ({"promise": replace(PROMISE, days=3, left=2)}, "by Tue 30 Jun: 2 modules in 3 days"),
        ({"promise": replace(PROMISE, left=None, unit=None)}, "“Calculus 1-3” by Tue 30 Jun, in 56 days"),
        ({"promise": replace(PROMISE, due_at=AT - timedelta(days=1))}, "was due on Mon 4 May. It can still be finished"),
    ],
)
def test_what_a_card_remarks(changes: dict[str, Any], expected: str) -> None:
    assert expected in word(replace(CARD, **changes), W).plain


def test_after_done() -> None:
    message = word(DONE, W)
    assert message.plain == "Tue 5 May · done\n45 min since Start · Limits"
    assert labels(message) == [["Finished “Limits”"], ["Add note or minutes", "Undo"]]


def test_after_not_today_there_is_one_quiet_line() -> None:
    skipped = replace(CARD, state=SessionState.SKIPPED, tap=CardTap(9, undo=True))
    assert word(skipped, W).plain == "Tue 5 May\nNot today. Noted."
    assert labels(word(skipped, W)) == [["Did it after all", "Undo"]]


def test_words_take_the_buttons_of_an_outcome_away() -> None:
    message = word(replace(DONE, tap=None, finish=None), W)
    assert message.rows == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": SessionState.MISSED}, "Nothing was logged that day, so it counts as missed."),
        ({"state": SessionState.SKIPPED}, "Not that day, and said so."),
        ({"state": SessionState.EXCUSED, "reason": "undelivered"}, "My card did not get through."),
        ({"session": False}, "No slot, and nothing logged."),
    ],
)
def test_the_end_of_a_day_has_no_buttons(changes: dict[str, Any], expected: str) -> None:
    message = word(replace(CARD, open=False, **changes), W)
    assert expected in message.plain
    assert message.rows == ()


def test_later_asks_when() -> None:
    choices = (LaterChoice("30", AT + timedelta(minutes=30)), LaterChoice("work", AT + timedelta(hours=11)))
    message = word(replace(CARD, choices=choices), W)
    assert labels(message) == [["In 30 minutes · 07:30"], ["After work · 18:00"], ["Back"]]


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (Excused(AT, 1, "outage"), "I was down at your slot at 07:00. That is on me: excused."),
        (Excused(AT - timedelta(days=1), 1, "outage"), "I was down at your slot at 07:00 on Mon 4 May."),
        (Excused(AT, 1, "undelivered"), "Your card of 07:00 on Tue 5 May did not get through."),
        (Answered(DAY, Outcome.DONE, 45, "Limits", CardTap(1, undo=True)), "Done · 45 min · Limits"),
        (Answered(DAY, Outcome.SKIPPED, None, None, CardTap(1, undo=True)), "Not today. Noted."),
        (Nudge(1, DAY, "main", "evening", None, None, PROMISE), "“Calculus 1-3” by Tue 30 Jun"),
        (ModuleFinished("Limits", False, DAY, DAY + timedelta(days=1)), "“Limits” is finished. Its first review comes tomorrow."),
        (
            ModuleFinished("Limits", False, DAY, DAY + timedelta(days=3)),
            "“Limits” is finished. Its first review comes on Fri 8 May.",
        ),
    ],
)
def test_short_ones(notice: Any, expected: str) -> None:
    assert expected in word(notice, W).plain


def test_the_longest_card_fits_a_message_and_its_buttons_fit_their_bytes() -> None:
    """Telegram: 4096 UTF-16 units a message, 64 bytes a button's data."""
    huge = 10**11  # rows, not chats, are numbered here
    long = "𝔘" * 4000
    module = CardModule(huge, long, long, long, "https://example.org/" + "a" * 1900, 2000)
    review = CardReview(huge, long, long, None, long, different=True, practice=False, done=False)
    entry = CardEntry(Outcome.DONE, 960, long, long, 99, photo=True)
    card = replace(
        CARD,
        learner=huge,
        slot="second",
        module=module,
        reviews=(review,) * 3,
        promise=replace(PROMISE, text=long),
        entries=(entry,) * 3,
        more_entries=50,
        minutes=960,
        tap=CardTap(huge, undo=True),
        finish=module,
    )
    for state in SessionState:
        message = word(replace(card, state=state), W)
        assert len(message.plain.encode("utf-16-le")) // 2 <= 4096
        for button in (button for row in message.rows for button in row):
            assert button.action is not None
            buttons.encode(button.action)


def test_why_to_practise_is_said_once_a_card() -> None:
    practice = CARD.reviews[1]
    text = word(replace(CARD, reviews=(practice, replace(practice, id=5, title="Logs"))), W).plain
    assert "· Sets, as practice from OpenStax problems: doing it shows what stuck\n" in text
    assert "· Logs, as practice from OpenStax problems\n" in text


@pytest.mark.parametrize("stage", ["nudge", "evening"])
def test_reminders_are_not_the_same_words_every_day(stage: str) -> None:
    def said(n: int) -> str:
        return word(Nudge(1, DAY + timedelta(days=n), "main", stage, "Limits", None, None), W).plain

    week = [said(n) for n in range(6)]
    assert len(set(week[:3])) == 3
    assert week[:3] == week[3:]
    assert len({text.partition(".")[0] for text in week}) == 1, "they begin alike, to be known at a glance"


def test_a_card_survives_the_outbox() -> None:
    assert unpack(*pack(DONE)) == DONE
