"""The weekly digest: what it tells of whom, when it comes, and what becomes of one that could not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.charts import GroupChart, Line
from bot.domain.checkins import SessionState
from bot.domain.digest import units
from bot.domain.people import Consent
from bot.domain.rest import PauseKind
from bot.messenger import Gone, NotSent
from bot.services import digests, groups
from bot.store import groups as group_rows
from bot.store import outbox, pauses, timers
from bot.store.database import Database
from tests.services.grouping import Hall

pytestmark = pytest.mark.both_engines

MONDAY = datetime(2026, 6, 8, 9, tzinfo=UTC)
DUE = datetime(2026, 6, 14, 17, tzinfo=UTC)  # Sunday 18:00 in London, ISO week 24
WEEK = timedelta(days=7)


@pytest.fixture
async def hall(database: Database) -> Hall:
    made = Hall(database, at=MONDAY)
    await made.opens()
    return made


def end_of(day: int) -> datetime:
    """The end of a day of June in London."""
    return datetime(2026, 6, day, 22, 59, 59, tzinfo=UTC)


# --- what it tells ----------------------------------------------------------------------------------------------------
async def test_outcome_first_then_who_studied(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    bob = await hall.person("12", "Bob <3 & co")
    cem = await hall.person("13", "Cem", consent=Consent.PRIVATE)
    await hall.person("14", "Dan")
    await hall.promises(ann, "finish Calculus 1-3", due_at=end_of(18))
    await hall.promises(ann, "50 problems of OpenStax", due_at=end_of(12), state="done", done_at=end_of(10))
    late = end_of(10)
    await hall.promises(bob, "read Strang", due_at=late, state="done", done_at=late + timedelta(days=2, hours=1), slipped_at=late)
    await hall.promises(bob, "three lectures", due_at=late, slipped_at=late)
    await hall.promises(cem, "a secret", due_at=end_of(16))
    for day in range(8, 14):
        await hall.studied(ann, date(2026, 6, day), SessionState.SKIPPED if day == 10 else SessionState.DONE)
    await hall.studied(bob, date(2026, 6, 9), SessionState.PARTLY, minutes=20)
    await hall.studied(bob, date(2026, 6, 10), SessionState.MISSED)
    await hall.studied(cem, date(2026, 6, 9))
    await hall.until(DUE)
    (said,) = hall.digests
    assert said == (
        "The week · Mon 8 Jun to Sun 14 Jun\n\n"
        "Kept\n"
        "✓ Ann · 50 problems of OpenStax, 2 days early\n\n"
        "Finished late\n"
        "✓ Bob <3 & co · read Strang, 2 days late\n\n"
        "Slipped\n"
        "✗ Bob <3 & co · three lectures, 3 days late\n\n"
        "The next seven days\n"
        "Thu 18 Jun: Ann · finish Calculus 1-3\n\n"
        "Who studied\n"
        "Ann: 5 of 6 sessions · 3 h 45 min · 5 days running\n"
        "Bob <3 & co: 1 of 2 sessions · 20 min\n"
        "No sessions: Dan\n\n"
        "1 member studies in private."
    )


async def test_a_quiet_week_is_one_kind_line(hall: Hall) -> None:
    await hall.person("11", "Ann")
    await hall.until(DUE)
    (said,) = hall.digests
    assert said == (
        "The week · Mon 8 Jun to Sun 14 Jun\n"
        "A quiet week: nothing was due, and nobody logged a session. The next slot is a fresh start."
    )


async def test_a_group_set_up_today_is_not_told_of_a_quiet_week(database: Database) -> None:
    hall = Hall(database, at=DUE - timedelta(hours=3))
    await hall.opens()
    await hall.person("11", "Ann")
    await hall.until(DUE)
    assert hall.digests == []
    await hall.until(DUE + WEEK)
    assert "A quiet week" in hall.digests[0]


async def test_a_new_group_that_studied_is_told_so(database: Database) -> None:
    hall = Hall(database, at=DUE - timedelta(hours=3))
    await hall.opens()
    ann = await hall.person("11", "Ann")
    await hall.studied(ann, date(2026, 6, 14))
    await hall.until(DUE)
    assert "Ann: 1 of 1 session" in hall.digests[0]


async def test_who_was_away_all_week_has_no_sessions_to_be_missed(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    bob = await hall.person("12", "Bob")
    cem = await hall.person("13", "Cem")
    await hall.studied(bob, date(2026, 6, 9))
    for day in (8, 9, 10, 11, 12):
        await hall.studied(ann, date(2026, 6, day), SessionState.EXCUSED)
        await hall.studied(cem, date(2026, 6, day), SessionState.MISSED if day < 11 else SessionState.EXCUSED)
    async with hall.database.write() as tx:
        for one, kind, first, last in (
            (ann, PauseKind.PLANNED, date(2026, 6, 8), date(2026, 6, 13)),
            (cem, PauseKind.AUTO, date(2026, 6, 11), None),
        ):
            await pauses.put(tx, learner_id=one.id, kind=kind, first=first, last=last, announced=True, at=hall.at)
    await hall.until(DUE)
    assert hall.digests[0].splitlines()[-2:] == ["Ann, away this week", "Cem, on a break"]


async def test_nothing_is_posted_where_nobody_may_be_seen(hall: Hall) -> None:
    await hall.person("11", "Ann", consent=Consent.PRIVATE)
    await hall.person("12", "Bob", consent=None)
    await hall.until(DUE + WEEK)
    assert hall.digests == []


async def test_consent_is_that_of_the_moment_of_sending(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.person("12", "Bob")
    await hall.promises(ann, "limits", due_at=end_of(12), state="done", done_at=end_of(11))
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DUE)
    hall.walls.trouble = None
    async with hall.database.write() as tx:
        await groups.choose_consent(tx, ann, await hall.group(tx), Consent.BUDDY, at=hall.at)
    await hall.until(DUE + timedelta(hours=2))
    assert len(hall.digests) == 1
    assert "Ann" not in hall.digests[0]
    assert "limits" not in hall.digests[0]


async def test_a_promise_more_private_than_its_owner_is_left_out(hall: Hall) -> None:
    ann = await hall.person("11", "Ann", consent=Consent.ALERT)
    await hall.promises(ann, "mine alone", due_at=end_of(12), state="done", done_at=end_of(11), consent=Consent.BUDDY)
    await hall.promises(ann, "for all", due_at=end_of(12), state="done", done_at=end_of(11))
    await hall.until(DUE)
    assert "for all" in hall.digests[0]
    assert "mine alone" not in hall.digests[0]


async def test_a_slip_stays_for_thirty_days_a_given_up_promise_for_its_week(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.promises(ann, "still owed", due_at=end_of(9), slipped_at=end_of(9))
    await hall.promises(ann, "given up", due_at=end_of(9), slipped_at=end_of(9), state="missed")
    await hall.promises(ann, "taken back", due_at=end_of(30), slipped_at=end_of(9), state="withdrawn")
    await hall.until(DUE + 5 * WEEK)
    assert ["still owed" in text for text in hall.digests] == [True, True, True, True, False, False]
    assert ["✗ Ann · given up, given up" in text for text in hall.digests] == [True] + [False] * 5
    assert ["taken back, withdrawn" in text for text in hall.digests] == [True] + [False] * 5


async def test_reliability_is_told_from_the_fifth_due_promise_on(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.studied(ann, date(2026, 6, 9))
    for number in range(4):
        await hall.promises(ann, f"promise {number}", due_at=end_of(9), state="done", done_at=end_of(8))
    async with hall.database.read() as tx:
        (part,) = await digests.preview(tx, await hall.group(tx), at=DUE)
    assert part.members[0].reliability is None
    await hall.promises(ann, "broken", due_at=end_of(10), state="missed", slipped_at=end_of(10))
    await hall.until(DUE)
    assert "reliability 80 %" in hall.digests[0]


async def test_a_promise_kept_between_due_and_sending_is_told_once_the_week_after(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DUE)
    await hall.promises(ann, "on the last evening", due_at=end_of(15), state="done", done_at=DUE + timedelta(hours=1))
    await hall.until(DUE + timedelta(hours=3))
    hall.walls.trouble = None
    await hall.until(DUE + WEEK)
    assert ["on the last evening" in text for text in hall.digests] == [False, True]


# --- when it comes ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "zone", "dues"),
    [
        (  # London goes forward on 29 March 2026, back on 25 October
            datetime(2026, 3, 20, 9, tzinfo=UTC),
            "Europe/London",
            [datetime(2026, 3, 22, 18, tzinfo=UTC), datetime(2026, 3, 29, 17, tzinfo=UTC), datetime(2026, 4, 5, 17, tzinfo=UTC)],
        ),
        (
            datetime(2026, 10, 16, 9, tzinfo=UTC),
            "Europe/London",
            [
                datetime(2026, 10, 18, 17, tzinfo=UTC),
                datetime(2026, 10, 25, 18, tzinfo=UTC),
                datetime(2026, 11, 1, 18, tzinfo=UTC),
            ],
        ),
        (  # half an hour, on Lord Howe Island, on 5 April 2026
            datetime(2026, 4, 1, 9, tzinfo=UTC),
            "Australia/Lord_Howe",
            [datetime(2026, 4, 5, 7, 30, tzinfo=UTC), datetime(2026, 4, 12, 7, 30, tzinfo=UTC)],
        ),
    ],
)
async def test_it_comes_at_the_same_wall_time_whatever_the_clocks_do(
    database: Database, at: datetime, zone: str, dues: list[datetime]
) -> None:
    hall = Hall(database, at=at, zone=zone)
    await hall.opens()
    await hall.person("11", "Ann", zone=zone)
    spans = []
    for due in dues:
        await hall.until(due - timedelta(seconds=1))
        before = len(hall.digests)
        await hall.until(due)
        assert len(hall.digests) == before + 1
        spans.append(hall.digests[-1].split("\n")[0].removeprefix("The week · "))
    assert len(set(spans)) == len(dues)
    assert all(span.startswith("Mon") and " to Sun " in span for span in spans)


async def test_a_digest_in_the_morning_tells_of_the_days_before(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.studied(ann, date(2026, 6, 14))
    async with hall.database.write() as tx:
        await group_rows.change(tx, 1, digest_weekday=0, digest_wall=time(8))
        await digests.schedule(tx, await hall.group(tx), at=hall.at)
    await hall.until(datetime(2026, 6, 15, 7, tzinfo=UTC))
    assert hall.digests[0].startswith("The week · Mon 8 Jun to Sun 14 Jun\n")
    assert "Ann: 1 of 1 session" in hall.digests[0]


async def test_changing_the_day_tells_nothing_twice_and_loses_nothing(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.until(DUE)
    await hall.presses("1", "Digest day", admin=True)
    await hall.presses("1", "Tuesday", admin=True)  # two days after the last
    await hall.promises(ann, "on Monday", due_at=end_of(15), state="done", done_at=end_of(15))
    await hall.until(DUE + timedelta(days=2))
    await hall.presses("1", "Digest day", admin=True)
    await hall.presses("1", "Friday", admin=True)  # the same ISO week: it has had its digest
    await hall.promises(ann, "on Thursday", due_at=end_of(18), state="done", done_at=end_of(18))
    await hall.until(DUE + timedelta(days=13))
    assert [text.split("\n")[0] for text in hall.digests] == [
        "The week · Mon 8 Jun to Sun 14 Jun",
        "The week · Mon 15 Jun to Tue 16 Jun",
        "The week · Wed 17 Jun to Fri 26 Jun",
    ]
    assert [("on Monday" in text, "on Thursday" in text) for text in hall.digests] == [
        (False, False),
        (True, False),
        (False, True),
    ]


async def test_after_an_outage_of_hours_it_is_sent_late(hall: Hall) -> None:
    await hall.person("11", "Ann")
    hall.at = DUE + timedelta(hours=23)
    await hall.wakes()
    assert len(hall.digests) == 1
    assert "Mon 8 Jun to Sun 14 Jun" in hall.digests[0]


async def test_after_an_outage_of_days_it_is_merged_into_the_next(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    await hall.promises(ann, "in the first week", due_at=end_of(12), state="done", done_at=end_of(11))
    hall.at = DUE + timedelta(hours=25)
    await hall.wakes()
    assert hall.digests == []
    await hall.until(DUE + WEEK)
    assert len(hall.digests) == 1
    assert hall.digests[0].startswith(
        "2 weeks · Mon 8 Jun to Sun 21 Jun\nAn earlier digest did not get out, so this one tells of it all."
    )
    assert "in the first week" in hall.digests[0]
    await hall.until(DUE + 2 * WEEK)
    assert hall.digests[1].startswith("The week · Mon 22 Jun to Sun 28 Jun")


@pytest.mark.parametrize("trouble", [NotSent("the network is down"), Gone("no_rights")])
async def test_one_that_was_queued_and_never_arrived_is_merged_as_well(hall: Hall, trouble: Exception) -> None:
    await hall.person("11", "Ann")
    hall.walls.trouble = trouble
    await hall.until(DUE + timedelta(hours=25))
    hall.walls.trouble = None
    await hall.until(DUE + WEEK)
    assert [text.split("\n")[0] for text in hall.digests] == ["2 weeks · Mon 8 Jun to Sun 21 Jun"]


async def test_a_timer_handled_twice_posts_once(hall: Hall) -> None:
    await hall.person("11", "Ann")
    async with hall.database.write() as tx:
        timer = await timers.find(tx, kind="digest", subject=1)
        assert timer is not None
        await digests.digests_due(tx, [timer], DUE)
        await digests.digests_due(tx, [timer], DUE)
    await hall.until(DUE + timedelta(hours=1))
    assert len(hall.digests) == 1


# --- how long it is ---------------------------------------------------------------------------------------------------
async def test_sixty_members_with_any_names_fit_in_parts_that_are_each_a_message(hall: Hall) -> None:
    odd = ("<b>&amp;</b>" * 8, "👩‍💻" * 30, "שלום" * 20, "Zoë", "x" * 90)
    for number, learner in enumerate(await hall.crowd([odd[number % 5] for number in range(60)])):
        await hall.studied(learner, date(2026, 6, 9), minutes=95)
        late = end_of(10)
        await hall.promises(
            learner, f"{number} " + "🦉 <&> שלום " * 25, due_at=late, state="done", done_at=end_of(12), slipped_at=late
        )
        await hall.promises(learner, f"next {number}", due_at=end_of(17))
    await hall.until(DUE)
    await hall.until(DUE + timedelta(minutes=5))
    parts = [one for one in hall.here if one.text.startswith(("The week", "Mon 8 Jun to Sun 14 Jun, continued"))]
    assert len(parts) > 3
    assert all(units(one.text) <= 4096 for one in parts)
    assert sum(one.text.count("1 of 1 session") for one in parts) == 60
    assert sum(one.text.count("days late") for one in parts) == 60
    assert [one.silent for one in parts] == [False] + [True] * (len(parts) - 1)
    assert "did not fit" not in parts[-1].text


async def test_lines_that_came_after_the_parts_were_counted_are_counted_in_the_last(hall: Hall) -> None:
    await hall.person("11", "Ann")
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DUE)
    for learner in await hall.crowd(["👩‍💻" * 30] * 40):
        await hall.studied(learner, date(2026, 6, 9))
    hall.walls.trouble = None
    await hall.until(DUE + timedelta(hours=2))
    assert len(hall.digests) == 1
    assert "more lines that did not fit" in hall.digests[0]


# --- asked for beforehand ---------------------------------------------------------------------------------------------
async def test_an_administrator_sees_it_beforehand_in_private(hall: Hall) -> None:
    await hall.person("11", "Ann")
    await hall.until(DUE - timedelta(hours=8))  # in the morning of the day
    await hall.says("11", "/digest", admin=True)
    assert hall.private("11")[-1].text.startswith("Preview: how it would look now.\nThe week · Mon 8 Jun to Sun 14 Jun\n")
    assert hall.digests == []
    await hall.until(DUE)
    assert len(hall.digests) == 1


async def test_who_cannot_be_written_to_is_told_how(hall: Hall) -> None:
    await hall.person("11", "Ann")
    await hall.says("1", "/digest", admin=True)
    assert "Open our private chat" in hall.here[-1].text


async def test_the_key_names_group_week_and_part(hall: Hall) -> None:
    await hall.person("11", "Ann")
    await hall.until(DUE)
    async with hall.database.read() as tx:
        assert await outbox.state_of(tx, "digest:1:2026-W24:0") is outbox.State.SENT


# --- its picture ------------------------------------------------------------------------------------------------------
async def test_the_picture_shows_whom_the_words_name(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    cem = await hall.person("13", "Cem", consent=Consent.PRIVATE)
    dan = await hall.person("14", "Dan", consent=Consent.BUDDY)
    late = end_of(10)
    await hall.promises(ann, "read Strang", due_at=late, state="done", done_at=late)
    await hall.promises(ann, "mine alone", due_at=late, state="done", done_at=late, consent=Consent.BUDDY)
    await hall.promises(ann, "lectures", due_at=late, slipped_at=late)
    for learner in (ann, cem, dan):
        await hall.studied(learner, date(2026, 6, 9), minutes=30)
    await hall.until(DUE)
    (chart,) = hall.drawn
    assert isinstance(chart, GroupChart)
    assert chart.lines == (Line("Ann", 1, 1, "30 min", kept=1, slipped=1),)


async def test_consent_withdrawn_before_it_is_sent_is_out_of_the_picture(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    bob = await hall.person("12", "Bob")
    for learner in (ann, bob):
        await hall.studied(learner, date(2026, 6, 9), minutes=30)
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DUE)
    hall.walls.trouble = None
    hall.drawn.clear()
    async with hall.database.write() as tx:
        await groups.choose_consent(tx, ann, await hall.group(tx), Consent.PRIVATE, at=hall.at)
    await hall.until(DUE + timedelta(hours=2))
    (chart,) = hall.drawn
    assert isinstance(chart, GroupChart)
    assert [line.name for line in chart.lines] == ["Bob"]


async def test_one_picture_for_a_digest_of_many_parts_and_none_for_a_quiet_week(hall: Hall) -> None:
    await hall.person("11", "Ann")
    await hall.until(DUE)
    assert (len(hall.digests), hall.drawn) == (1, [])
    for number, learner in enumerate(await hall.crowd([f"Learner {n} " + "x" * 50 for n in range(40)])):
        await hall.studied(learner, date(2026, 6, 16), minutes=number + 1)
    await hall.until(DUE + WEEK)
    assert any("continued" in one.text for one in hall.walls.chats["-100"])
    (chart,) = hall.drawn
    assert isinstance(chart, GroupChart)
    assert len(chart.lines) == 40
