"""A promise from the first word to its end: previewed, published, moved, kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.commitments import State
from bot.domain.credit import credit_of
from bot.domain.people import Consent
from bot.domain.plans import places
from bot.services import commitments as promises
from bot.services import drafts, plans
from bot.services import groups as joining
from bot.store import commitments, groups, outbox, people
from bot.store.database import Tx
from bot.store.schema import commitments as table
from bot.store.schema import outbox as outbox_table
from tests.services.promising import MONDAY, Street
from tests.services.studying import CALCULUS

pytestmark = pytest.mark.both_engines

COMMIT = "/commit finish Calculus 1 by end of June"
DUE = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
DUE_TEXT = "Tue 30 Jun 2026 23:59 London"
STRUCK = "Tue 30 Jun 23:59"
DAY = timedelta(days=1)


@pytest.fixture
def street(tx: Tx) -> Street:
    return Street(tx)


async def published(street: Street, account: str = "1", words: str = COMMIT) -> None:
    """Say and publish a promise."""
    await street.say(account, words)
    await street.press(account, "Publish")


# --- the preview ------------------------------------------------------------------------------------------------------
async def test_nothing_is_public_before_the_confirm(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await plans.use_plan(street.tx, ann, CALCULUS, at=street.at)
    text = await street.say("1", COMMIT)
    assert f"By {DUE_TEXT}, in 29 days." in text
    assert "Covers Calculus 1: 0 of 3 modules done." in text
    assert "✓ Group + alert" in text
    assert street.group_texts == []
    assert (await street.promises(ann))[0].state is State.DRAFT

    text = await street.press("1", "Publish")
    assert "Published in Study group." in text
    assert street.group_texts == [f"Ann: finish Calculus 1\nDue {DUE_TEXT}\nCalculus 1: 0 of 3 modules done"]


async def test_the_same_press_twice_publishes_once(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await street.say("1", COMMIT)
    preview = street.last("1")
    unpressed = preview.message
    await street.press("1", "Publish", at_message=preview)
    preview.message = unpressed
    await street.press("1", "Publish", at_message=preview)
    assert street.toasts == ["That moment has passed. /today shows where things stand."]
    assert len(await street.promises(ann)) == 1
    assert len(street.group_texts) == 1


async def test_without_a_consent_nothing_is_preselected_and_publish_waits(street: Street) -> None:
    ann = await street.person("1", "Ann", consent=None)
    await street.say("1", COMMIT)
    assert "Publish" not in street.last("1").labels
    assert "✓" not in street.last("1").text
    await street.press("1", "Group + alert")
    await street.press("1", "Publish")
    group = await street.group()
    member = await people.membership(street.tx, learner_id=ann.id, group_id=group.id)
    assert member is not None
    assert member.consent is Consent.ALERT
    assert len(street.group_texts) == 1


async def test_a_promise_is_never_wider_than_the_membership(street: Street) -> None:
    await street.person("1", "Ann", consent=Consent.GROUP)
    await street.say("1", COMMIT)
    assert "Group + alert" not in street.last("1").labels
    assert "Wider than that is for /privacy." in street.last("1").text


async def test_kept_private_it_is_not_posted(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", COMMIT)
    await street.press("1", "Private")
    text = await street.press("1", "Keep it private")
    assert "between you and me" in text
    assert street.group_texts == []


async def test_without_a_group_it_stays_private_and_says_how_to_join(street: Street) -> None:
    ann = await street.person("1", "Ann", joined=False)
    text = await street.say("1", COMMIT)
    assert "We share no group" in text
    await street.press("1", "Keep it private")
    (made,) = await street.promises(ann)
    assert (made.state, made.group_id) == (State.OPEN, None)


async def test_a_stale_preview_says_so(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await street.say("1", COMMIT)
    street.at += DAY + timedelta(seconds=1)
    await street.press("1", "Publish")
    assert street.toasts == ["That preview is more than a day old. Say /commit again; nothing was promised."]
    assert (await street.promises(ann))[0].state is State.DRAFT


async def test_cancel_leaves_nothing(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await street.say("1", COMMIT)
    assert await street.press("1", "Cancel") == "Nothing was promised."
    assert await street.promises(ann) == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/commit", "Say what and by when"),
        ("/commit by end of June", "Say what and by when"),
        (f"/commit {'very ' * 61}long by Friday", "at most 300"),
    ],
)
async def test_what_is_no_promise_is_refused(street: Street, words: str, answer: str) -> None:
    ann = await street.person("1", "Ann")
    assert answer in await street.say("1", words)
    assert await street.promises(ann) == []


async def test_without_a_zone_the_zone_comes_first(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await people.change(street.tx, ann.id, zone=None)
    assert "/timezone" in await street.say("1", COMMIT)


async def test_several_groups_are_chosen_between(street: Street, tx: Tx) -> None:
    ann = await street.person("1", "Ann")
    here = await street.group()
    other = await joining_group(street, "Sunday readers")
    await people.join(tx, learner_id=ann.id, group_id=other, at=street.at)
    await people.set_consent(tx, learner_id=ann.id, group_id=other, consent=Consent.GROUP)
    text = await street.say("1", COMMIT)
    assert "Where shall it stand?" in text
    assert "Publish" not in street.last("1").labels
    text = await street.press("1", "Sunday readers")
    assert "✓ Group: the group" in text
    await street.press("1", "Between us only")
    assert "It stays between us." in street.last("1").text
    await street.press("1", here.title)
    await street.press("1", "Publish")
    assert (await street.promises(ann))[0].group_id == here.id


async def joining_group(street: Street, title: str) -> int:
    made = await groups.add_group(
        street.tx, platform="telegram", chat="-200", title=title, language="en", join_code="other", at=street.at
    )
    return made.id


# --- by when? ---------------------------------------------------------------------------------------------------------
async def test_a_missing_date_is_asked_for_and_typed(street: Street) -> None:
    ann = await street.person("1", "Ann")
    text = await street.say("1", "/commit finish Calculus 1")
    assert "By when?" in text
    assert await street.promises(ann) == []
    assert "could not read “whenever it suits”" in await street.say("1", "whenever it suits")
    assert f"By {DUE_TEXT}" in await street.say("1", "30 June")


async def test_a_missing_date_is_asked_for_and_picked(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", "/commit finish Calculus 1")
    assert street.last("1").labels[0] == "This week: Sun 7 Jun 2026 23:59 London"
    assert "By Tue 30 Jun" in await street.press("1", "This month")


async def test_an_ambiguous_date_is_asked_about_in_full(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", "/commit finish Calculus 1 by 07/08/2026")
    assert "is the day first, or the month?" in street.last("1").text
    assert street.last("1").labels == ["Wed 8 Jul 2026 23:59 London", "Fri 7 Aug 2026 23:59 London", "Cancel"]


async def test_a_past_date_is_asked_about(street: Street) -> None:
    await street.person("1", "Ann")
    assert "“1 May 2026” has passed." in await street.say("1", "/commit finish Calculus 1 by 1 May 2026")


async def test_a_question_left_behind_is_stale(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", "/commit finish Calculus 1")
    asked = street.last("1")
    shown = asked.message
    await street.press("1", "Cancel", at_message=asked)
    asked.message = shown
    await street.press("1", "This month", at_message=asked)
    assert street.toasts == ["That moment has passed. /today shows where things stand."]


async def test_the_date_of_a_draft_can_be_changed(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", COMMIT)
    await street.press("1", "Change date")
    await street.press("1", "Back")
    await street.press("1", "Change date")
    assert "By Sun 7 Jun 2026 23:59 London" in await street.press("1", "This week")


# --- in place ---------------------------------------------------------------------------------------------------------
async def test_in_the_group_the_preview_becomes_the_post(street: Street) -> None:
    await street.person("1", "Ann")
    await street.person("2", "Bo")
    text = await street.say("1", COMMIT, in_group=True)
    assert "Not promised yet." in text
    await street.press("2", "Publish", in_group=True)
    assert street.toasts == ["That button belongs to somebody else."]
    text = await street.press("1", "Publish", in_group=True)
    assert text == f"Ann: finish Calculus 1\nDue {DUE_TEXT}"
    assert len(street.group_texts) == 1


async def test_in_the_group_kept_private_names_nobody(street: Street) -> None:
    await street.person("1", "Ann")
    await street.say("1", COMMIT, in_group=True)
    await street.press("1", "Private", in_group=True)
    assert await street.press("1", "Keep it private", in_group=True) == "A promise was made private by its author."


async def test_in_the_group_one_joins_first(street: Street) -> None:
    ann = await street.person("1", "Ann", joined=False)
    text = await street.say("1", COMMIT, in_group=True)
    assert "Joining means" in text
    assert street.last(in_group=True).labels == ["Join"]
    assert await street.promises(ann) == []


async def test_in_the_group_only_a_reply_answers_the_question(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await street.person("2", "Bo")
    await street.say("1", "/commit finish Calculus 1", in_group=True)
    asked = street.last(in_group=True)
    await street.press("2", "This week", in_group=True)
    assert street.toasts == ["That button belongs to somebody else."]
    await street.say("1", "lunch on friday?", in_group=True)
    assert street.group_texts == [asked.text]
    assert "By Fri 5 Jun" in await street.say("1", "friday", in_group=True, reply_to=asked.ref)
    assert (await street.promises(ann))[0].in_place


# --- moving -----------------------------------------------------------------------------------------------------------
async def moved(street: Street, date: str) -> str:
    """Move the only promise; returns what the rules were said to make of it."""
    await street.say("1", "/commitments")
    await street.press("1", "Move")
    said = await street.say("1", date)
    await street.press("1", "Move it")
    return said


@pytest.mark.parametrize(
    ("after", "rule", "post"),
    [
        (timedelta(minutes=14, seconds=59), "leaves no trace", "Due Fri 10 Jul 2026 23:59 London"),
        (timedelta(minutes=15, seconds=1), "without a mark", "Due Fri 10 Jul 2026 23:59 London"),
        (timedelta(hours=24, seconds=1), "struck through", f"Due {STRUCK} → Fri 10 Jul 2026 23:59 London"),
        (DUE - MONDAY - 7 * DAY, "far enough ahead", f"Due {STRUCK} → Fri 10 Jul 2026 23:59 London"),
    ],
)
async def test_a_later_date(street: Street, after: timedelta, rule: str, post: str) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    street.at += after
    assert rule in await moved(street, "10 July 2026")
    assert post in street.group_texts[0].splitlines()
    assert len(street.group_texts) == 1
    (made,) = await street.promises(ann)
    assert made.slipped_at is None
    assert made.first_due_at == made.due_at == datetime(2026, 7, 10, 22, 59, 59, tzinfo=UTC)


async def test_inside_the_horizon_a_move_is_a_published_slip(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    street.at = DUE - 7 * DAY + timedelta(hours=10)
    assert "inside the 7-day horizon: it will be posted as a slip" in await moved(street, "10 July 2026")
    post, slip = street.group_texts
    assert f"Due {STRUCK} → Fri 10 Jul 2026 23:59 London" in post
    assert slip.startswith("Ann needs more time for “finish Calculus 1”")
    (made,) = await street.promises(ann)
    assert made.slipped_at == street.at
    assert made.first_due_at == DUE
    assert credit_of(made, at=DUE + DAY) == 0.0


async def test_an_earlier_date_is_immediate(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street)
    street.at = DUE - 2 * DAY
    assert "at once" in await moved(street, "29 June")
    assert street.group_texts[0].splitlines()[1] == "Due Mon 29 Jun 2026 23:59 London"


async def test_a_confirm_whose_rule_has_changed_is_asked_again(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street)
    await street.say("1", "/commitments")
    await street.press("1", "Move")
    await street.say("1", "10 July")
    street.at += timedelta(minutes=16)
    assert "without a mark" in await street.press("1", "Move it")
    assert street.group_texts[0].splitlines()[1] == f"Due {DUE_TEXT}"
    await street.press("1", "Move it")
    assert street.group_texts[0].splitlines()[1] == "Due Fri 10 Jul 2026 23:59 London"


async def test_the_same_date_is_no_move(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street)
    await street.say("1", "/commitments")
    await street.press("1", "Move")
    assert "the date it has already" in await street.say("1", "30 June")


@pytest.mark.parametrize(
    ("after", "post", "state"),
    [
        (timedelta(minutes=15), "A promise was taken back.", State.WITHDRAWN),
        (timedelta(hours=23), f"Ann: finish Calculus 1\nDue {DUE_TEXT}\nWithdrawn.", State.WITHDRAWN),
        (DUE - MONDAY - 7 * DAY, f"Ann: finish Calculus 1\nDue {DUE_TEXT}\nWithdrawn.", State.WITHDRAWN),
        (
            DUE - MONDAY - 6 * DAY,
            f"Ann: finish Calculus 1\nDue {DUE_TEXT}\nWithdrawn; it counts as a slip.",
            State.WITHDRAWN,
        ),
    ],
)
async def test_withdrawing(street: Street, after: timedelta, post: str, state: State) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    street.at += after
    await street.say("1", "/commitments")
    await street.press("1", "Withdraw")
    await street.press("1", "Withdraw it")
    assert street.group_texts[0] == post
    assert (await street.promises(ann))[0].state is state


async def test_the_history_keeps_everything(street: Street) -> None:
    await street.person("1", "Ann")
    await published(street)
    await moved(street, "3 July")
    street.at += 2 * DAY
    await moved(street, "10 July")
    await street.say("1", "/commitments")
    text = await street.press("1", "History")
    assert text.splitlines()[1:] == [
        "Mon 1 Jun 2026 07:12 London: promised",
        f"Mon 1 Jun 2026 07:12 London: moved from {DUE_TEXT} to Fri 3 Jul 2026 23:59 London",
        "Wed 3 Jun 2026 07:12 London: moved from Fri 3 Jul 2026 23:59 London to Fri 10 Jul 2026 23:59 London",
    ]


# --- the list ---------------------------------------------------------------------------------------------------------
async def test_the_list_is_by_urgency_and_paged(street: Street) -> None:
    await street.person("1", "Ann")
    for day in (20, 12, 25, 14, 28, 16):
        await published(street, words=f"/commit read chapter {day} by {day} June")
    text = await street.say("1", "/commitments")
    heads = [line for line in text.splitlines() if "read chapter" in line]
    assert heads == [f"{n}. read chapter {day}" for n, day in enumerate((12, 14, 16, 20, 25), start=1)]
    assert street.last("1").labels == ["1", "2", "3", "4", "5", "Later ›"]
    text = await street.press("1", "Later ›")
    assert "6. read chapter 28" in text
    assert "read chapter 28" in await street.press("1", "6")


async def test_an_empty_list_says_how(street: Street) -> None:
    await street.person("1", "Ann")
    assert "No open promises." in await street.say("1", "/commitments")


async def test_nobody_opens_anothers_promise(street: Street) -> None:
    await street.person("1", "Ann")
    await street.person("2", "Bo")
    await published(street)
    await street.say("1", "/commitments")
    theirs = street.last("1")
    street.chats["2"] = [theirs]
    await street.press("2", "Done", at_message=theirs)
    assert street.toasts == ["That button belongs to somebody else."]


# --- keeping ----------------------------------------------------------------------------------------------------------
async def test_the_last_module_keeps_the_promise_and_undo_reopens_it(street: Street) -> None:
    ann = await street.person("1", "Ann")
    plan = await plans.use_plan(street.tx, ann, CALCULUS, at=street.at)
    await published(street)
    street.at = DUE - 2 * DAY
    for place in places(plan):
        assert place.module.id is not None
        await plans.finish_module(street.tx, ann, place.module.id, day=street.at.date(), at=street.at)
    await street.deliver()
    assert street.last("1").text == "“finish Calculus 1” is kept, 2 days early."
    assert street.group_texts[0].endswith("Kept, 2 days early.")

    last = list(places(plan))[-1].module.id
    assert last is not None
    street.at += timedelta(minutes=5)
    await plans.unfinish_module(street.tx, ann, last, at=street.at)
    await street.deliver()
    assert street.group_texts[0].endswith("2 of 3 modules done")
    assert (await street.promises(ann))[0].state is State.OPEN


async def test_done_by_hand_can_be_undone_for_ten_minutes(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    await street.say("1", "/commitments")
    assert "is done, 29 days early" in await street.press("1", "Done")
    assert "is open again" in await street.press("1", "Undo")
    await street.say("1", "/commitments")
    await street.press("1", "Done")
    street.at += timedelta(minutes=11)
    await street.press("1", "Undo")
    assert street.toasts == ["That moment has passed. /today shows where things stand."]
    assert await promises.after_progress(street.tx, ann, at=street.at) == []  # by hand stays by hand


async def test_words_find_a_promise(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    await published(street, words="/commit read Kline by end of July")
    found = await promises.find_by_words(street.tx, ann, "kline")
    assert [one.text for one in found] == ["read Kline"]
    assert await promises.find_by_words(street.tx, ann, "swimming") == ()
    assert await promises.find_by_words(street.tx, ann, " ") == ()


async def test_the_nearest_is_ahead_before_it_is_late(street: Street) -> None:
    ann = await street.person("1", "Ann")
    assert await promises.nearest(street.tx, ann.id, at=street.at) is None
    await published(street, words="/commit read Kline by 5 June")
    await published(street)
    street.at = datetime(2026, 6, 8, tzinfo=UTC)
    nearest = await promises.nearest(street.tx, ann.id, at=street.at)
    assert nearest is not None
    assert nearest.text == "finish Calculus 1"
    late = await promises.nearest(street.tx, ann.id, at=DUE + DAY)
    assert late is not None
    assert late.text == "finish Calculus 1"


# --- consent and delivery ---------------------------------------------------------------------------------------------
async def test_consent_lowered_before_sending_keeps_the_post_back(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await street.say("1", COMMIT)
    made = (await street.promises(ann))[0]
    await drafts.publish(street.tx, ann, made.id, ref="m1", at=street.at)
    await joining.choose_consent(street.tx, ann, await street.group(), Consent.PRIVATE, at=street.at)
    await street.deliver()
    assert street.group_texts == []


async def test_consent_lowered_later_takes_the_name_out(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    await joining.choose_consent(street.tx, ann, await street.group(), Consent.PRIVATE, at=street.at)
    await street.deliver()
    assert street.group_texts == ["A promise was made private by its author."]
    await joining.choose_consent(street.tx, ann, await street.group(), Consent.GROUP, at=street.at)
    await street.deliver()
    assert street.group_texts[0].startswith("Ann: finish Calculus 1")


async def test_a_post_that_perhaps_arrived_is_its_authors_to_repeat(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    (made,) = await street.promises(ann)
    await street.tx.execute(
        outbox_table.update().where(outbox_table.c.key == f"promise:{made.id}").values(state=outbox.State.ABANDONED)
    )
    await promises.post_not_delivered(street.tx, made.id, why="uncertain", at=street.at)
    await street.deliver()
    lost = street.last("1")
    assert "I do not know whether “finish Calculus 1” reached Study group" in lost.text
    shown = lost.message
    assert await street.press("1", "Post again") == "Posted again."
    assert len(street.group_texts) == 2
    lost.message = shown
    await street.press("1", "Post again", at_message=lost)
    assert len(street.group_texts) == 2


async def test_a_group_that_is_gone_is_said_plainly(street: Street) -> None:
    ann = await street.person("1", "Ann")
    await published(street)
    (made,) = await street.promises(ann)
    await promises.post_not_delivered(street.tx, made.id, why="chat_gone", at=street.at)
    await street.deliver()
    assert "Study group is gone, or I was removed from it. The promise stands." in street.last("1").text
    assert street.last("1").labels == []


async def test_nothing_is_asked_of_the_plan_where_nothing_is_promised(street: Street) -> None:
    ann = await street.person("1", "Ann")
    before = (await street.tx.execute(select(func.count()).select_from(outbox_table))).scalar_one()
    assert await promises.after_progress(street.tx, ann, at=street.at) == []
    assert (await street.tx.execute(select(func.count()).select_from(outbox_table))).scalar_one() == before
    assert (await street.tx.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_the_twenty_latest_count_for_reliability(street: Street) -> None:
    ann = await street.person("1", "Ann")
    for number in range(23):
        await published(street, words=f"/commit read chapter {number} by end of June")
        made = (await street.promises(ann))[-1]
        await promises.finish(street.tx, ann, made.id, street.at)
    await published(street)
    history = (await commitments.due_history(street.tx, [ann.id], at=street.at))[ann.id]
    assert len(history) == 20
    assert history[0].text == "read chapter 22"
