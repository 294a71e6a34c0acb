"""Undo and edit, end to end: whatever follows from a check-in or a done mark follows when it is taken back or changed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.checkins import SessionState
from bot.domain.commitments import Commitment
from bot.domain.credit import credit_of, reliability
from bot.domain.people import MAIN, Consent, Learner
from bot.messenger import NotSent
from bot.services import boards, plans, pulse
from bot.services.streaks import week_stats
from bot.store import commitments, sessions
from bot.store.database import Database
from bot.store.sessions import Planned
from tests.services.grouping import Hall
from tests.services.studying import CALCULUS

MONDAY = datetime(2026, 6, 8, 9, tzinfo=UTC)  # 10:00 in London
TODAY = date(2026, 6, 8)
DUE = datetime(2026, 6, 10, 11, tzinfo=UTC)  # Wednesday noon in London
DIGEST = datetime(2026, 6, 14, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
async def hall(database: Database) -> Hall:
    made = Hall(database, at=MONDAY)
    await made.opens()
    return made


@pytest.fixture
async def ann(hall: Hall) -> Learner:
    """A member with a slot at seven, a plan, and today's session open."""
    learner = await hall.person("11", "Ann", consent=Consent.ALERT, wall=time(7))
    async with hall.database.write() as tx:
        await plans.use_plan(tx, learner, CALCULUS, at=hall.at)
        await pulse.heard(tx, "telegram", at=DIGEST + 30 * DAY)  # deadlines are judged once all that was said before is heard
        await sessions.add_many(tx, [Planned(learner.id, MAIN, TODAY, MONDAY - 3 * 60 * MINUTE)])
    return learner


async def promise(hall: Hall, learner: Learner) -> Commitment:
    async with hall.database.read() as tx:
        (found,) = await commitments.of_member(tx, learner_id=learner.id, group_id=1)
    return found


async def streak(hall: Hall, learner: Learner) -> int:
    async with hall.database.read() as tx:
        return (await week_stats(tx, [learner.id], first=TODAY - 7 * DAY, last=TODAY))[learner.id].streak


async def post(hall: Hall) -> str:
    """The post of the promise, once edits that only tell of progress have had their half minute."""
    await hall.until(hall.at + MINUTE)
    return next(one.text for one in hall.here if one.text.startswith("Ann: ") and "Due " in one.text)


async def promised(hall: Hall, words: str) -> None:
    await hall.writes("11", f"/commit {words}")
    await hall.taps("11", "Publish")


# --- check-ins --------------------------------------------------------------------------------------------------------
async def test_the_streak_follows(hall: Hall, ann: Learner) -> None:
    await hall.studied(ann, TODAY - DAY)
    assert await streak(hall, ann) == 1
    await hall.writes("11", "/checkin 30m")
    assert await streak(hall, ann) == 2
    await hall.taps("11", "Undo")
    assert await streak(hall, ann) == 1
    await hall.studied(ann, TODAY - 2 * DAY, SessionState.DONE)
    await hall.writes("11", "/checkin 30m")
    await hall.taps("11", "Edit")
    await hall.writes("11", "yesterday 30m")  # today is open again, and yesterday was kept anyway
    assert await streak(hall, ann) == 2


async def test_the_board_follows(hall: Hall, ann: Learner) -> None:
    async with hall.database.write() as tx:
        await boards.touch(tx, 1, at=hall.at)
    await hall.until(hall.at + MINUTE)
    assert "… Ann" in hall.board.text
    await hall.writes("11", "/checkin 30m")
    await hall.until(hall.at + MINUTE)
    assert "✓" in hall.board.text
    await hall.taps("11", "Undo")
    await hall.until(hall.at + MINUTE)
    assert "✓" not in hall.board.text


async def test_progress_and_post_follow_and_a_promise_closed_by_it_opens_again(hall: Hall, ann: Learner) -> None:
    await promised(hall, "study 2 hours by Wednesday 12:00")
    await hall.writes("11", "/checkin 90m")
    assert "1 h 30 min of 2 h done" in await post(hall)
    await hall.writes("11", "/checkin 40m")
    assert "Kept, 2 days early." in await post(hall)
    assert credit_of(await promise(hall, ann), at=hall.at) == 1.0
    await hall.taps("11", "Edit")
    await hall.writes("11", "10m")
    assert "1 h 40 min of 2 h done" in await post(hall)
    assert credit_of(await promise(hall, ann), at=hall.at) is None
    await hall.taps("11", "Edit")
    await hall.writes("11", "50m")
    assert "Kept" in await post(hall)
    await hall.taps("11", "Undo")
    assert "1 h 30 min of 2 h done" in await post(hall)


async def test_the_alert_and_the_credit_follow(hall: Hall, ann: Learner) -> None:
    await promised(hall, "study 1 hour by Wednesday 12:00")
    await hall.until(DUE + 3 * 60 * MINUTE)
    alert = hall.here[-1]
    assert "is still open" in alert.text
    assert credit_of(await promise(hall, ann), at=hall.at) == 0.0
    await hall.writes("11", "/checkin 60m")
    assert "finished 3 hours late" in alert.text
    late = credit_of(await promise(hall, ann), at=hall.at)
    assert late is not None
    assert 0.99 < late < 0.999
    await hall.taps("11", "Undo")
    assert "is still open" in alert.text
    assert credit_of(await promise(hall, ann), at=hall.at) == 0.0
    await hall.until(hall.at + DAY)
    assert [one.text for one in hall.here if "is still open" in one.text] == [alert.text]  # asked and told once


async def test_a_digest_that_has_not_gone_out_follows(hall: Hall, ann: Learner) -> None:
    await hall.until(DIGEST - 5 * MINUTE)
    await hall.writes("11", "/checkin 45m")
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DIGEST + MINUTE)
    hall.walls.trouble = None
    assert hall.digests == []
    echo = next(one for one in reversed(hall.private("11")) if "Undo" in one.labels)
    await hall.taps("11", "Undo", on=echo)
    await hall.until(DIGEST + 10 * MINUTE)
    (said,) = hall.digests
    assert "45 min" not in said


# --- done marks -------------------------------------------------------------------------------------------------------
async def test_promise_post_and_credit_follow_a_done_mark(hall: Hall, ann: Learner) -> None:
    await promised(hall, "finish limits by Wednesday 12:00")
    await hall.writes("11", "/done limits")
    assert "Kept, 2 days early." in await post(hall)
    done = next(one for one in reversed(hall.private("11")) if one.text.startswith("Limits is done"))
    await hall.taps("11", "Undo", on=done)
    assert "0 of 1 module done" in await post(hall)
    assert credit_of(await promise(hall, ann), at=hall.at) is None


async def test_the_alert_follows_a_done_mark(hall: Hall, ann: Learner) -> None:
    await promised(hall, "finish limits by Wednesday 12:00")
    await hall.until(DUE + 3 * 60 * MINUTE)
    alert = hall.here[-1]
    await hall.writes("11", "/done limits")
    assert "finished 3 hours late" in alert.text
    done = next(one for one in reversed(hall.private("11")) if one.text.startswith("Limits is done"))
    await hall.taps("11", "Undo", on=done)
    assert "is still open" in alert.text
    assert credit_of(await promise(hall, ann), at=hall.at) == 0.0


async def test_the_digest_follows_a_done_mark(hall: Hall, ann: Learner) -> None:
    await hall.until(DIGEST - 5 * MINUTE)
    await hall.writes("11", "/checkin 45m limits")
    await hall.taps("11", "Finished “Limits”")
    hall.walls.trouble = NotSent("the network is down")
    await hall.until(DIGEST + MINUTE)
    hall.walls.trouble = None
    await hall.taps("11", "“Limits” is not finished")
    await hall.until(DIGEST + 10 * MINUTE)
    (said,) = hall.digests
    assert "module" not in said


async def test_a_promise_marked_done_by_hand_opens_again_with_its_post(hall: Hall, ann: Learner) -> None:
    await promised(hall, "write the essay by Wednesday 12:00")
    await hall.writes("11", "/done write the essay")
    assert "Kept" in await post(hall)
    await hall.taps("11", "Undo")
    assert "Kept" not in await post(hall)
    async with hall.database.read() as tx:
        held = await commitments.due_history(tx, [ann.id], at=hall.at)
    assert reliability([credit_of(one, at=hall.at) or 0 for one in held.get(ann.id, [])]) is None


async def test_all_of_it_follows_a_finish_on_the_card_that_is_taken_back(hall: Hall, ann: Learner) -> None:
    """Credit, reliability, alert, post and board; the streak is a matter of the check-in, which stays."""
    await promised(hall, "finish limits by Wednesday 12:00")
    await hall.studied(ann, TODAY - DAY)
    await hall.until(DUE + 3 * 60 * MINUTE)
    alert = hall.here[-1]
    assert "Wed 10 Jun 12:00 late: Ann · finish limits" in hall.board.text
    await hall.writes("11", "/checkin 45m limits")
    await hall.taps("11", "Finished “Limits”")
    await hall.until(hall.at + MINUTE)
    assert "finished 3 hours late" in alert.text
    assert "finish limits" not in hall.board.text
    studied = hall.board.text.partition("Promised")[0]
    assert (await kept_share(hall, ann)) == pytest.approx([0.998], abs=0.002)
    streak_then = await streak(hall, ann)

    await hall.taps("11", "“Limits” is not finished")
    await hall.until(hall.at + MINUTE)
    assert "is still open" in alert.text
    assert "0 of 1 module done" in await post(hall)
    assert "Wed 10 Jun 12:00 late: Ann · finish limits, 0 of 1 module done" in hall.board.text
    assert (await kept_share(hall, ann)) == [0.0]
    assert hall.board.text.partition("Promised")[0] == studied, "who studied today did"
    assert await streak(hall, ann) == streak_then
    await hall.until(hall.at + DAY)
    assert [one.text for one in hall.here if "is still open" in one.text] == [alert.text], "told once"


async def kept_share(hall: Hall, learner: Learner) -> list[float]:
    async with hall.database.read() as tx:
        held = (await commitments.due_history(tx, [learner.id], at=hall.at)).get(learner.id, [])
    return [credit for one in held if (credit := credit_of(one, at=hall.at)) is not None]


# --- the plan ---------------------------------------------------------------------------------------------------------
async def test_a_post_tells_of_a_module_that_came_into_a_promised_track(hall: Hall, ann: Learner) -> None:
    await promised(hall, "finish Calculus 1 by 30 June")
    assert "Calculus 1: 0 of 3 modules done" in await post(hall)
    await hall.writes("11", "/plan add Series to calculus 1")
    assert "Calculus 1: 0 of 4 modules done" in await post(hall)
    assert "Ann · finish Calculus 1, 0 of 4 modules done" in hall.board.text
