"""A promise whose date passes: warnings, the question, the alert, its repair; and everything that holds an alert back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.commitments import State
from bot.domain.credit import credit_of
from bot.domain.people import Consent
from bot.services import commitments as promises
from bot.services import groups as joining
from bot.services import plans, slips
from bot.store import groups, pulses, timers
from bot.store.database import Tx
from bot.store.schema import outbox as outbox_table
from tests.services.promising import MONDAY, Street
from tests.services.studying import CALCULUS
from tests.services.test_promises import published

pytestmark = pytest.mark.both_engines

DUE = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOON = datetime(2026, 6, 10, 11, 0, tzinfo=UTC)  # 12:00 in London, outside of all quiet hours
AT_NOON = "/commit finish Calculus 1 by 10 June 12:00"


@pytest.fixture
def street(tx: Tx) -> Street:
    return Street(tx)


def private(street: Street, account: str = "1") -> list[str]:
    return [one.text for one in street.chats.get(account, [])]


# --- a whole life -----------------------------------------------------------------------------------------------------
async def test_a_promise_lives_from_draft_to_repair(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await plans.use_plan(street.tx, ann, CALCULUS, at=street.at)
    await published(street, words="/commit finish Calculus 1 by end of June")

    # Warned 7, 3 and 1 days ahead; at midnight that is the next morning, when the quiet hours end.
    before = len(private(street))
    await street.until(DUE)
    warned = private(street)[before:-1]
    assert len(warned) == 3
    assert "in 6 days." in warned[0]
    assert "3 modules left. Stays safe with 3 modules by Sunday." in warned[0]
    assert "three honest ways out" in warned[0]
    assert "in 16 hours." in warned[2], "a second short of it"

    # Asked at the due instant; nobody else knows.
    assert street.last("1").text.startswith("finish Calculus 1 is due. Is it done?")
    assert street.last("1").labels == ["Done", "Need time", "Missed"]
    assert len(street.group_texts) == 1

    # Two hours later it is 02:00, and the group sleeps; at 08:00 it is told.
    await street.until(datetime(2026, 7, 1, 6, 59, tzinfo=UTC))
    assert len(street.group_texts) == 1
    await street.until(datetime(2026, 7, 1, 7, 0, tzinfo=UTC))
    post, alert = street.group_texts
    assert "Its date has passed, still open." in post
    assert alert.splitlines() == [
        "Ann: “finish Calculus 1” is still open.",
        "Due Tue 30 Jun 2026 23:59 London",
        "Promised Mon 1 Jun 2026, never moved.",
        "3 modules left. Next: Limits.",
    ]
    assert street.last(in_group=True).labels == ["I’ll help", "Cheer"]
    (made,) = await street.promises(ann)
    assert made.alerted_at == street.at
    assert made.slipped_at == DUE

    # Finished two days late: both messages are edited, none is sent.
    street.at = DUE + 2 * DAY + HOUR
    await street.say("1", "/commitments")
    assert await street.press("1", "Done") == "“finish Calculus 1” is done, 2 days late."
    assert street.group_texts == [
        "Ann: finish Calculus 1\nDue Tue 30 Jun 2026 23:59 London\nFinished 2 days late.",
        "Ann: “finish Calculus 1”, finished 2 days late.",
    ]
    (made,) = await street.promises(ann)
    credit = credit_of(made, at=street.at)
    assert credit is not None
    assert 0.9 < credit < 0.99
    assert await timers.find(street.tx, kind="promise", subject=made.id) is None


# --- the answers ------------------------------------------------------------------------------------------------------
async def test_done_before_the_alert_is_on_time(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + timedelta(minutes=90))
    assert await street.press("1", "Done") == "“finish Calculus 1” is done, on time."
    await street.until(NOON + DAY)
    assert len(street.group_texts) == 1
    assert street.group_texts[0].endswith("Kept, on time.")
    assert credit_of((await street.promises(ann))[0], at=street.at) == 1.0


async def test_done_during_the_quiet_hours_after_it_is_on_time_as_well(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words="/commit finish Calculus 1 by end of June")
    await street.until(datetime(2026, 7, 1, 6, 30, tzinfo=UTC))
    await street.press("1", "Done")
    await street.until(DUE + DAY)
    assert len(street.group_texts) == 1
    assert credit_of((await street.promises(ann))[0], at=street.at) == 1.0


async def test_need_time_is_a_published_slip_instead_of_the_alert(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + timedelta(minutes=30))
    await street.press("1", "Need time")
    text = await street.press("1", "7 days")
    assert "instead of an alert" in text
    await street.press("1", "Move it")
    await street.until(NOON + DAY)
    post, slip = street.group_texts
    due = "Due Wed 10 Jun 12:00 → Wed 17 Jun 2026 23:59 London"
    assert due in post
    assert slip.startswith("Ann needs more time for “finish Calculus 1”")
    assert (await street.promises(ann))[0].slipped_at == NOON

    # The new date passes as well: a second alert, for the new date, once.
    await street.until(datetime(2026, 6, 19, 12, tzinfo=UTC))
    assert len(street.group_texts) == 3
    assert street.group_texts[2].splitlines()[2] == "Promised Mon 1 Jun 2026, moved once."


async def test_missed_in_own_words(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON)
    text = await street.press("1", "Missed")
    assert "they stand in the group's message" in text
    assert "Your words stand beside it" in await street.say("1", "Work ate the week.")
    await street.until(NOON + 2 * HOUR)
    assert "Work ate the week." in street.group_texts[1]
    assert (await street.promises(ann))[0].state is State.OPEN
    await street.press("1", "Take them out")
    assert "Work ate the week." not in street.group_texts[1]


async def test_missed_without_words(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON)
    await street.press("1", "Missed")
    assert "Left at that." in await street.press("1", "No words")
    await street.until(NOON + 2 * HOUR)
    assert len(street.group_texts) == 2


async def test_own_words_are_never_cut(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON)
    await street.press("1", "Missed")
    assert "there is room for 400" in await street.say("1", "so " * 200)


async def test_given_up_after_the_alert(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + DAY)
    await street.say("1", "/commitments")
    assert "giving up counts as missed" in await street.press("1", "Give up")
    await street.press("1", "Give it up")
    assert street.group_texts[1] == "Ann gave up “finish Calculus 1”, due Wed 10 Jun 2026 12:00 London."
    assert len(street.group_texts) == 2
    assert (await street.promises(ann))[0].state is State.MISSED


async def test_the_question_closes_when_it_is_answered_elsewhere(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON)
    asked = street.last("1")
    await street.say("1", "/commitments")
    await street.press("1", "Done")
    assert asked.text == "finish Calculus 1\nKept, on time."
    assert asked.labels == []


# --- what the group does ----------------------------------------------------------------------------------------------
async def test_help_and_cheers_count_once_and_never_ones_own(street: Street) -> None:
    await street.person("1", "Ann")
    await street.person("2", "Bo")
    await street.person("3", "Cy")
    await published(street, words=AT_NOON)
    await street.until(NOON + 2 * HOUR)
    for account, label in (("2", "I’ll help"), ("2", "Cheer"), ("3", "Cheer"), ("3", "Cheer"), ("1", "Cheer")):
        await street.press(account, label, in_group=True)
    assert street.group_texts[1].endswith("1 person offers help · 2 cheers")
    assert street.toasts[-2:] == ["Counted already. Once is once.", "That button is for the others."]
    assert private(street)[-1] == "Bo offers to help with “finish Calculus 1”."


# --- what holds an alert back -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("consent", [Consent.PRIVATE, Consent.BUDDY, Consent.GROUP])
async def test_without_consent_to_alerts_only_the_learner_hears(street: Street, consent: Consent) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await joining.choose_consent(street.tx, ann, await street.group(), consent, at=street.at)
    await street.until(NOON + DAY)
    assert len(street.group_texts) == 1
    assert "No alert goes out." in private(street)[-1]
    assert (await street.promises(ann))[0].slipped_at == NOON


async def test_consent_lowered_between_queue_and_send(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + HOUR)
    street.at = NOON + 2 * HOUR
    await street.fire()  # queued, not yet sent
    await joining.choose_consent(street.tx, ann, await street.group(), Consent.GROUP, at=street.at)
    await street.deliver()
    assert len(street.group_texts) == 1


async def test_done_between_queue_and_send(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + HOUR)
    street.at = NOON + 2 * HOUR
    await street.fire()
    await promises.finish(street.tx, ann, (await street.promises(ann))[0].id, street.at)
    await street.deliver()
    assert len(street.group_texts) == 1


async def test_an_alert_is_anonymised_when_consent_goes(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON + 2 * HOUR)
    await joining.choose_consent(street.tx, ann, await street.group(), Consent.PRIVATE, at=street.at)
    await street.deliver()
    assert street.group_texts == ["A promise was made private by its author.", "This message was made private by its author."]


async def test_slips_of_one_moment_are_one_message(street: Street) -> None:
    await street.person("1", "Ann")
    await street.person("2", "Bo")
    await published(street, words=AT_NOON)
    await published(street, words="/commit read Kline by 10 June 12:00")
    await published(street, "2", words="/commit swim by 10 June 12:00")
    await street.until(NOON + 2 * HOUR)
    ann, bo = street.group_texts[3:]
    assert ann.splitlines()[-1] == "Also open: “read Kline”, due Wed 10 Jun 2026 12:00 London."
    assert bo.startswith("Bo: “swim” is still open.")

    # The one named beside it is finished: the same message is edited.
    await street.say("1", "/commitments")
    await street.press("1", "2")
    await street.press("1", "Done")
    assert "“read Kline”: Finished 2 hours late." in street.group_texts[3]


async def test_more_than_one_a_day_and_two_a_week_wait_and_are_gathered(street: Street) -> None:
    await street.person("1", "Ann")
    for number, when in enumerate(("10 June 12:00", "10 June 14:00", "11 June 18:00", "12 June 12:00", "12 June 13:00")):
        await published(street, words=f"/commit read chapter {number} by {when}")
    alerts_from = len(street.group_texts)
    await street.until(NOON + 30 * DAY)
    alerts = street.group_texts[alerts_from:]
    assert len(alerts) == 3
    assert "chapter 0" in alerts[0]
    assert "chapter 1" in alerts[1]
    assert "chapter 2" in alerts[2]
    assert alerts[2].count("Also open") == 2

    sent = (
        await street.tx.execute(select(outbox_table.c.due_at).where(outbox_table.c.kind == "alert", outbox_table.c.act == "send"))
    ).scalars()
    first, second, third = sorted(sent)
    assert second - first >= DAY
    assert third - first >= 7 * DAY


async def test_a_declared_slip_beyond_the_limit_only_edits_the_post(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await published(street, words="/commit read Kline by 10 June 18:00")
    await street.until(NOON + 3 * HOUR)
    assert len(street.group_texts) == 3
    await street.say("1", "/commitments")
    await street.press("1", "2")
    await street.press("1", "Move")
    await street.press("1", "7 days")
    await street.press("1", "Move it")
    await street.until(NOON + 5 * HOUR)
    assert len(street.group_texts) == 3
    assert "→" in street.group_texts[1]


async def test_a_private_promise_slips_in_private(street: Street) -> None:
    ann = await street.person("1", "Ann", joined=False)
    await street.say("1", AT_NOON)
    await street.press("1", "Keep it private")
    await street.until(NOON + DAY)
    assert "No alert goes out." in private(street)[-1]
    assert (await street.promises(ann))[0].slipped_at == NOON


async def test_a_group_that_the_bot_left_is_not_written_to(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    group = await street.group()
    await groups.change(street.tx, group.id, active=False)
    await street.until(NOON + 2 * HOUR)
    assert "No alert goes out." in private(street)[-1]


# --- the bot's own failure --------------------------------------------------------------------------------------------
async def test_deafness_before_the_date_moves_it_once_and_says_so(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await pulses.add_outage(street.tx, "telegram", since=NOON - 5 * HOUR, until=NOON - 4 * HOUR - timedelta(minutes=20))
    before = len(private(street))
    await street.until(NOON + timedelta(minutes=39))
    assert private(street)[before + 3 :] == []  # the warnings, and no question yet
    await street.until(NOON + timedelta(minutes=40))
    assert "I was away for 40 min before its date" in street.last("1").text
    (made,) = await street.promises(ann)
    assert made.due_at == made.first_due_at == NOON + timedelta(minutes=40)
    await street.until(NOON + timedelta(minutes=159))
    assert len(street.group_texts) == 1
    await street.until(NOON + timedelta(minutes=160))
    assert len(street.group_texts) == 2


async def test_after_an_outage_over_the_date_the_two_hours_begin_with_the_question(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.until(NOON - 2 * DAY)
    street.at = NOON + 9 * HOUR  # back at 21:00, a warning and the question were due meanwhile
    before = len(private(street))
    await street.fire()
    await street.deliver()
    assert [text.split(".")[0] for text in private(street)[before:]] == ["finish Calculus 1 is due"]
    await street.until(NOON + 10 * HOUR)
    assert len(street.group_texts) == 1


# --- warnings ---------------------------------------------------------------------------------------------------------
async def test_warnings_are_one_message_a_day_that_names_everything_near(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await published(street, words="/commit read Kline by 10 June 15:00")
    before = len(private(street))
    await street.until(NOON - 6 * DAY)
    (warning,) = private(street)[before:]
    assert "finish Calculus 1" in warning
    assert "read Kline" in warning


async def test_no_warning_for_what_is_near_when_made(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words="/commit swim by 3 June 12:00")
    timer = await timers.find(street.tx, kind="promise", subject=(await street.promises(ann))[0].id)
    assert timer is not None
    assert timer.due_at == datetime(2026, 6, 2, 11, tzinfo=UTC)  # one day ahead; 7 and 3 had passed


async def test_finished_promises_are_neither_warned_of_nor_asked_about(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    await street.say("1", "/commitments")
    await street.press("1", "Done")
    before = len(private(street))
    await street.until(NOON + DAY)
    assert private(street)[before:] == []


async def test_a_timer_of_a_promise_that_is_over_does_nothing(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street, words=AT_NOON)
    (made,) = await street.promises(ann)
    timer = await timers.find(street.tx, kind="promise", subject=made.id)
    assert timer is not None
    await promises.finish(street.tx, ann, made.id, MONDAY)
    await slips.promises_due(street.tx, [timer], timer.due_at)
    assert await timers.find(street.tx, kind="promise", subject=made.id) is None
