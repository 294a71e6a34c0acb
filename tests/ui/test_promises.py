"""What a person reads of promises and slips; and that the longest of it fits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import buttons
from bot.domain.commitments import MoveKind, Progress, SafeStep, State
from bot.domain.notices.commitments import (
    CommitmentNotice,
    CommitUsage,
    ConsentMissing,
    DateAsked,
    DateOption,
    DraftDropped,
    DraftOver,
    DraftPast,
    HistoryLine,
    JoinFirst,
    MoveJudged,
    NeedsZone,
    PostArrived,
    PostedAgain,
    PostLost,
    Preview,
    PreviewLost,
    Promise,
    PromiseDetail,
    PromiseFinished,
    PromiseHidden,
    PromiseHistory,
    PromiseKept,
    PromiseLine,
    PromiseList,
    PromiseMoved,
    PromisePost,
    PromiseReopened,
    PromiseTakenBack,
    PromiseTooLong,
    PromiseWithdrawn,
    Published,
    Purpose,
    WithdrawalJudged,
)
from bot.domain.notices.slips import (
    Alert,
    AlertHidden,
    AlertKind,
    Cheered,
    DueAsked,
    DueOver,
    HelpOffered,
    MissedNoted,
    OwnWordsNoted,
    OwnWordsTooLong,
    PromisesNear,
    SlipNoted,
    SlipNotice,
)
from bot.domain.people import Consent
from bot.services.facts import pack, unpack
from bot.ui.message import Style
from bot.ui.notices import word
from bot.ui.words import Words

AT = datetime(2026, 6, 21, 6, 0, tzinfo=UTC)
DUE = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)
W = Words("en", "Europe/London", AT)
LATE = Words("en", "Europe/London", DUE + 2 * DAY)
EMOJI = "🧮" * 300
PROMISE = Promise(
    id=987654321,
    person="Ann",
    text="finish Calculus 1-3",
    state=State.OPEN,
    due_at=DUE,
    zone="Europe/London",
    struck=(),
    covers=("Calculus 1", "Calculus 2", "Calculus 3"),
    progress=Progress(2, 41, "modules"),
    slipped=False,
    done_at=None,
    late_seconds=0,
)
MOVED = replace(PROMISE, struck=(DUE - 14 * DAY, DUE - 7 * DAY))
LONG = replace(
    MOVED,
    text=EMOJI,
    person="🧮" * 64,
    covers=("🧮" * 200,) * 9,
    struck=tuple(DUE - n * DAY for n in range(9, 0, -1)),
    progress=Progress(10**6, 10**7, "minutes"),
)
STEP = SafeStep(39, "modules", date(2026, 6, 28))
LINE = PromiseLine(PROMISE, STEP)
ALERT = Alert(AlertKind.LATE, PROMISE, (), AT - 38 * DAY, 0, "Limits", None, 0, 0)
PREVIEW = Preview(
    PROMISE, ((1, "Study group"),), "Study group", None, Consent.ALERT, in_place=False, unreachable=False, choosing=False
)


def plain(notice: CommitmentNotice | SlipNotice, w: Words = W) -> str:
    return word(notice, w).plain


# --- the preview ------------------------------------------------------------------------------------------------------
def test_where_nothing_is_chosen_all_levels_are_explained_where_one_is_that_alone() -> None:
    unchosen = plain(PREVIEW)
    assert [line for line in unchosen.splitlines() if ": " in line][-4:] == [
        "Private: nobody but you.",
        "Buddy: nobody there, only a buddy you invite.",
        "Group: the group, in a post, on the board and in the digest.",
        "Group + alert: that, and one message if the date passes undone.",
    ]
    for chosen, said in (
        (Consent.PRIVATE, "✓ Private: nobody in Study group sees it."),
        (Consent.GROUP, "✓ Group: the group Study group sees it, in a post, on the board and in the digest."),
    ):
        message = word(replace(PREVIEW, level=chosen), W)
        assert message.plain.splitlines()[-1] == said
        assert {"Buddy", "Group + alert"} <= {button.label for row in message.rows for button in row}, "and can be changed"


def test_what_is_done_already_is_not_asked_who_may_see_it() -> None:
    done = replace(PREVIEW, promise=replace(PROMISE, progress=Progress(41, 41, "modules")))
    message = word(done, W)
    assert message.plain.endswith("41 of 41 modules done. There is nothing left to promise.")
    assert [button.label for row in message.rows for button in row] == ["Cancel"]


def test_what_is_late_is_finished_rather_than_kept() -> None:
    kept = replace(PROMISE, state=State.DONE, done_at=DUE - 2 * DAY)
    assert plain(PromiseKept(kept)) == "“finish Calculus 1-3” is kept, 2 days early."
    late = replace(kept, done_at=DUE + 2 * DAY, late_seconds=2 * 86400)
    assert plain(PromiseKept(late)) == "“finish Calculus 1-3” is finished, 2 days late."


# --- the post ---------------------------------------------------------------------------------------------------------
def test_the_post() -> None:
    assert plain(PromisePost(PROMISE)) == (
        "Ann: finish Calculus 1-3\nDue Tue 30 Jun 2026 23:59 London\nCalculus 1, Calculus 2, Calculus 3: 2 of 41 modules done"
    )


def test_old_dates_are_struck_through() -> None:
    spans = word(PromisePost(MOVED), W).text
    struck = [span.text for span in spans if span.style is Style.STRIKE]
    assert struck == ["Tue 16 Jun 23:59", "Tue 23 Jun 23:59"]


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"state": State.DONE, "done_at": DUE - 2 * DAY}, "Kept, 2 days early."),
        ({"state": State.DONE, "done_at": DUE - timedelta(minutes=5)}, "Kept, on time."),
        ({"state": State.DONE, "done_at": DUE + DAY, "late_seconds": 2 * 86400, "slipped": True}, "Finished 2 days late."),
        ({"state": State.WITHDRAWN}, "Withdrawn."),
        ({"state": State.WITHDRAWN, "slipped": True}, "Withdrawn; it counts as a slip."),
        ({"state": State.MISSED, "slipped": True}, "Given up after its date."),
    ],
)
def test_how_a_post_ends(changes: dict[str, object], last: str) -> None:
    ended = replace(PROMISE, **changes)  # type: ignore[arg-type]  # each value fits its field
    assert plain(PromisePost(ended), LATE).splitlines()[-1] == last


# --- counting ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress(1, 1, "modules"), "1 of 1 module done"),
        (Progress(3, 20, "sessions"), "3 of 20 sessions done"),
        (Progress(90, 600, "minutes"), "1 h 30 min of 10 h done"),
    ],
)
def test_progress_by_unit(progress: Progress, said: str) -> None:
    assert plain(PromisePost(replace(PROMISE, covers=(), progress=progress))).endswith(said)


def test_a_promise_in_words_only_has_no_count() -> None:
    assert plain(PromisePost(replace(PROMISE, covers=(), progress=Progress(0, 0, None)))).count("\n") == 1


# --- the alert --------------------------------------------------------------------------------------------------------
def test_the_alert_names_what_is_needed_and_no_more() -> None:
    assert plain(ALERT, LATE) == (
        "Ann: “finish Calculus 1-3” is still open.\n"
        "Due Tue 30 Jun 2026 23:59 London\n"
        "Promised Thu 14 May 2026, never moved.\n"
        "39 modules left. Next: Limits."
    )


def test_the_repaired_alert() -> None:
    done = replace(PROMISE, state=State.DONE, late_seconds=2 * 86400, slipped=True)
    repaired = replace(ALERT, kind=AlertKind.DONE, promise=done, own_words="Work.", cheers=3)
    assert plain(repaired, LATE) == "Ann: “finish Calculus 1-3”, finished 2 days late.\n3 cheers"


def test_an_offer_of_help_says_how_to_answer_it() -> None:
    assert plain(HelpOffered("Bo", "7", "bo", "swim")) == "Bo (@bo) offers to help with “swim”."
    assert plain(HelpOffered("Bo", "7", None, "swim")) == "Bo offers to help with “swim”."
    assert word(HelpOffered("Bo", "7", None, "swim"), W).text[0].account == "7"


# --- everything fits --------------------------------------------------------------------------------------------------
NOTICES: tuple[CommitmentNotice | SlipNotice, ...] = (
    CommitUsage(),
    NeedsZone(in_group=True),
    NeedsZone(in_group=False),
    PromiseTooLong(400, 300),
    JoinFirst("🧮" * 128, "a" * 12),
    *(
        DateAsked(purpose, 987654321, EMOJI, why, "🧮" * 200, (DateOption("six-weeks", DUE, "Europe/London"),) * 4)
        for purpose in Purpose
        for why in ("missing", "past", "several", "unknown")
    ),
    replace(PREVIEW, promise=LONG, groups=tuple((987654321 + n, "🧮" * 128) for n in range(20)), group="🧮" * 128),
    replace(PREVIEW, level=Consent.GROUP, widest=Consent.GROUP, unreachable=True),
    replace(PREVIEW, choosing=True, group=None, widest=Consent.PRIVATE),
    replace(PREVIEW, widest=Consent.PRIVATE, level=Consent.PRIVATE),
    replace(PREVIEW, groups=(), group=None, widest=Consent.PRIVATE, level=Consent.PRIVATE),
    replace(PREVIEW, promise=replace(PROMISE, progress=Progress(3, 3, "modules")), level=Consent.GROUP),
    DraftOver(),
    DraftPast(),
    ConsentMissing(),
    DraftDropped(),
    Published(LONG, "🧮" * 128),
    Published(PROMISE, None),
    PromisePost(LONG),
    PromiseHidden(),
    PromiseTakenBack(),
    *(PostLost(987654321, EMOJI, "🧮" * 128, why, again=True) for why in ("uncertain", "chat_gone", "no_rights", "expired")),
    *(PreviewLost(EMOJI, "🧮" * 128, why) for why in ("uncertain", "expired")),
    PostArrived(EMOJI, "🧮" * 128),
    PostedAgain(),
    PromiseList((), 0, 0, 1),
    PromiseList((PromiseLine(LONG, STEP),) * 5, 5, 1, 3),
    PromiseDetail(PromiseLine(LONG, STEP), "🧮" * 128),
    PromiseDetail(LINE, None),
    PromiseHistory(
        LONG,
        (HistoryLine("moved", AT, "slip", DUE, DUE + DAY), HistoryLine("extended", AT, None, DUE, DUE + DAY)) * 9
        + (HistoryLine("published", AT), HistoryLine("withdrawn", AT, "slip")),
        40,
    ),
    *(MoveJudged(LONG, DUE + DAY, "Europe/London", kind, 7, public=public) for kind in MoveKind for public in (True, False)),
    *(PromiseMoved(LONG, DUE, kind, public=True) for kind in MoveKind),
    *(WithdrawalJudged(LONG, kind, 7, public=public) for kind in MoveKind for public in (True, False)),
    *(PromiseWithdrawn(LONG, kind) for kind in MoveKind),
    PromiseWithdrawn(replace(PROMISE, state=State.MISSED), MoveKind.SLIP),
    PromiseFinished(LONG, undo=True),
    PromiseReopened(LONG),
    PromiseKept(LONG),
    PromisesNear((PromiseLine(LONG, STEP),) * 5, MoveKind.SLIP, 7),
    PromisesNear((LINE,), MoveKind.MARKED, 7),
    DueAsked(LONG, 40, alert=True),
    DueAsked(replace(PROMISE, slipped=True), 0, alert=False),
    DueOver(LONG),
    MissedNoted(LONG, alert=True),
    MissedNoted(PROMISE, alert=False),
    OwnWordsNoted(987654321, "🧮" * 400),
    OwnWordsNoted(987654321, None),
    OwnWordsTooLong(500, 400),
    SlipNoted(LONG),
    *(Alert(kind, LONG, (LONG,) * 9, AT, 3, "🧮" * 200, "🧮" * 400, 2, 1) for kind in AlertKind),
    replace(ALERT, kind=AlertKind.ENDED, promise=replace(PROMISE, state=State.MISSED)),
    AlertHidden(),
    *(
        Cheered(kind, own=own, repeated=repeated)
        for kind in ("help", "cheer")
        for own in (True, False)
        for repeated in (True, False)
    ),
    HelpOffered("🧮" * 64, "1", "bo", EMOJI),
)


@pytest.mark.parametrize("w", [W, LATE], ids=["before", "after"])
def test_everything_fits_telegram_and_survives_the_outbox(w: Words) -> None:
    for notice in NOTICES:
        message = word(notice, w)
        assert message.text, notice
        assert len(message.plain.encode("utf-16-le")) // 2 <= 4096, notice
        for button in (button for row in message.rows for button in row):
            assert button.action is None or buttons.encode(button.action)
            assert 0 < len(button.label) <= 64
        kind, facts = pack(notice)
        assert unpack(kind, facts) == notice


@pytest.mark.parametrize(
    "notice",
    [DraftOver(), DraftPast(), ConsentMissing(), PromiseHidden(), *(Cheered("help", own=False, repeated=n > 0) for n in (0, 1))],
)
def test_what_is_said_in_a_toast_is_short(notice: CommitmentNotice | SlipNotice) -> None:
    assert len(plain(notice)) <= 200


def test_marks_in_a_learners_words_are_harmless() -> None:
    sneaky = replace(PROMISE, text="*bold* _sly_ ~gone~ {person} <b>", person="{text}")
    assert plain(PromisePost(sneaky)).startswith("{text}: *bold* _sly_ ~gone~ {person} <b>\n")
