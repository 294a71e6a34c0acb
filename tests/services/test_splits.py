"""A promise split in two: what each covers, the rules for the second date, the post, the history, what it may not leave out."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commitments import Commitment, State
from bot.domain.credit import credit_of
from bot.domain.people import Consent
from bot.domain.plans import CountScope, CountUnit, Module, ModulesScope, Plan, Track, TrackScope, places
from bot.services import checkins, plans
from bot.store import progress, timers
from bot.store.database import Tx
from tests.services.promising import MONDAY, Street
from tests.services.test_promises import published

DAY = timedelta(days=1)
DUE = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
MATHS = Plan(
    "Maths",
    (
        Track("Calculus 1", (Module("Limits"), Module("Derivatives"), Module("Integrals"))),
        Track("Calculus 2", (Module("Series"), Module("Vectors"))),
    ),
)
BOTH = "/commit finish Calculus 1 and Calculus 2 by end of June"
ONE = "/commit finish Calculus 1 by end of June"


@pytest.fixture
async def street(tx: Tx) -> Street:
    street = Street(tx)
    ann = await street.person("1", "Ann")
    await plans.use_plan(tx, ann, MATHS, at=street.at)
    return street


async def ann(street: Street) -> list[Commitment]:
    return await street.promises(await street.person("1", "Ann"))


async def far_enough(street: Street, words: str = BOTH) -> None:
    """A promise of a week ago, due in three."""
    await published(street, words=words)
    street.at = MONDAY + 7 * DAY
    await street.say("1", "/commitments")


# --- with buttons -----------------------------------------------------------------------------------------------------
async def test_split_between_tracks_with_three_taps(street: Street) -> None:
    await far_enough(street)
    text = await street.press("1", "Split")
    assert text.startswith("Split finish Calculus 1 and Calculus 2 into two: the first part keeps Tue 30 Jun 2026 23:59 London.")
    assert street.last("1").labels == ["Calculus 1 | Calculus 2", "Leave it"]
    text = await street.press("1", "Calculus 1 |")
    assert "By when the second part?" in text
    text = await street.press("1", "30 days")
    assert text == (
        "finish Calculus 1 and Calculus 2 (1/2)\nCalculus 1: 3 modules\nDue Tue 30 Jun 2026 23:59 London\n\n"
        "finish Calculus 1 and Calculus 2 (2/2)\nCalculus 2: 2 modules\n"
        "Due Tue 30 Jun 2026 23:59 London → Thu 30 Jul 2026 23:59 London, in 52 days\n\n"
        "That is far enough ahead to be allowed. The old date of the second part stays readable, struck through."
    )
    assert len(await ann(street)) == 1  # said first, done only now
    text = await street.press("1", "Split it")
    assert text == (
        "Two promises now:\nfinish Calculus 1 and Calculus 2 (1/2), due Tue 30 Jun 2026 23:59 London\n"
        "finish Calculus 1 and Calculus 2 (2/2), due Thu 30 Jul 2026 23:59 London\nThe post in the group shows both."
    )
    first, second = await ann(street)
    assert isinstance(first.scope, TrackScope)
    assert isinstance(second.scope, TrackScope)
    assert (first.due_at, second.due_at, second.first_due_at) == (DUE, DUE + 30 * DAY, DUE + 30 * DAY)
    assert (second.group_id, second.consent, second.published_at) == (first.group_id, Consent.ALERT, first.published_at)
    assert (second.part_of, second.slipped_at) == (first.id, None)
    for one in (first, second):
        assert await timers.find(street.tx, kind="promise", subject=one.id) is not None
    assert street.group_texts == [
        (
            "Ann: finish Calculus 1 and Calculus 2 (1/2)\nDue Tue 30 Jun 2026 23:59 London\nCalculus 1: 0 of 3 modules done\n\n"
            "And finish Calculus 1 and Calculus 2 (2/2)\nDue Tue 30 Jun 23:59 → Thu 30 Jul 2026 23:59 London\n"
            "Calculus 2: 0 of 2 modules done"
        )
    ]


async def test_the_post_follows_both_parts(street: Street, tx: Tx) -> None:
    await far_enough(street)
    for label in ("Split", "Calculus 1 |", "30 days", "Split it"):
        await street.press("1", label)
    learner = await street.person("1", "Ann")
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    for place in places(plan):
        if place.track.title == "Calculus 2":
            await plans.finish_module(tx, learner, place.module.id or 0, day=street.at.date(), at=street.at)
    await street.deliver()
    (post,) = street.group_texts
    assert "Calculus 1: 0 of 3 modules done" in post
    assert post.endswith("Kept, 52 days early.")


async def test_history_tells_it_on_both(street: Street) -> None:
    await far_enough(street)
    for label in ("Split", "Calculus 1 |", "30 days", "Split it"):
        await street.press("1", label)
    await street.say("1", "/commitments")
    await street.press("1", "1")
    text = await street.press("1", "History")
    assert text.splitlines()[1:] == [
        "Mon 1 Jun 2026 07:12 London: promised",
        (
            "Mon 8 Jun 2026 07:12 London: split from “finish Calculus 1 and Calculus 2”; "
            "the other part is due Thu 30 Jul 2026 23:59 London"
        ),
    ]
    await street.say("1", "/commitments")
    await street.press("1", "2")
    text = await street.press("1", "History")
    assert text.splitlines()[1:] == [
        "Mon 1 Jun 2026 07:12 London: promised",
        "Mon 8 Jun 2026 07:12 London: split from “finish Calculus 1 and Calculus 2”, whose other part keeps the date",
        "Mon 8 Jun 2026 07:12 London: moved from Tue 30 Jun 2026 23:59 London to Thu 30 Jul 2026 23:59 London",
    ]


async def test_one_track_is_cut_by_modules(street: Street, tx: Tx) -> None:
    await far_enough(street, ONE)
    learner = await street.person("1", "Ann")
    plan = await plans.active_plan(tx, learner.id)
    assert plan is not None
    limits, derivatives, integrals = (module.id or 0 for module in plan.tracks[0].modules)
    await plans.finish_module(tx, learner, limits, day=street.at.date(), at=street.at)
    await street.press("1", "Split")
    assert street.last("1").labels == ["2 modules | 1 module", "Leave it"]
    for label in ("2 modules", "7 days", "Split it"):
        await street.press("1", label)
    first, second = await ann(street)
    assert isinstance(first.scope, ModulesScope)
    assert isinstance(second.scope, ModulesScope)
    assert (first.scope.module_ids, second.scope.module_ids) == ((limits, derivatives), (integrals,))


# --- counts -----------------------------------------------------------------------------------------------------------
async def test_a_number_is_shared_so_that_nothing_counts_twice(street: Street, tx: Tx) -> None:
    await published(street, words="/commit 8 sessions by end of June")
    learner = await street.person("1", "Ann")
    for n in range(2):
        await checkins.log(tx, learner, "30m", source=f"c{n}", at=street.at)
    street.at = MONDAY + 7 * DAY
    await street.say("1", "/commitments")
    await street.press("1", "Split")
    assert street.last("1").labels == [
        "4 sessions | 4 sessions",
        "5 sessions | 3 sessions",
        "6 sessions | 2 sessions",
        "Leave it",
    ]
    await street.press("1", street.last("1").labels[1])
    await street.press("1", "30 days")
    await street.press("1", "Split it")
    first, second = await ann(street)
    assert (first.scope, second.scope) == (CountScope(CountUnit.SESSIONS, 5), CountScope(CountUnit.SESSIONS, 3, skip=5))
    for n in range(2, 6):
        await checkins.log(tx, learner, "30m", source=f"c{n}", at=street.at)
    told = await progress.of_many(tx, await ann(street))
    assert (told[first.id].done, told[second.id].done) == (5, 1)
    assert [one.state for one in await ann(street)] == [State.DONE, State.OPEN]
    for n in range(6, 8):
        await checkins.log(tx, learner, "30m", source=f"c{n}", at=street.at)
    assert [one.state for one in await ann(street)] == [State.DONE, State.DONE]


@pytest.mark.parametrize(
    ("typed", "scopes"),
    [
        ("5 sessions / 3 sessions by 31 July", (CountScope(CountUnit.SESSIONS, 5), CountScope(CountUnit.SESSIONS, 3, skip=5))),
        ("2 sessions / 4 sessions by 31 July", (CountScope(CountUnit.SESSIONS, 4), CountScope(CountUnit.SESSIONS, 4, skip=4))),
    ],
)
async def test_typed_numbers_are_all_that_was_promised_or_all_that_is_left(
    street: Street, tx: Tx, typed: str, scopes: tuple[CountScope, CountScope]
) -> None:
    await published(street, words="/commit 8 sessions by end of June")
    learner = await street.person("1", "Ann")
    for n in range(2):
        await checkins.log(tx, learner, "30m", source=f"c{n}", at=street.at)
    await street.say("1", f"/commitments split 1 {typed}")
    await street.press("1", "Split it")
    first, second = await ann(street)
    assert (first.scope, second.scope) == scopes


async def test_fewer_than_what_is_left_is_refused(street: Street) -> None:
    await far_enough(street, "/commit 8 sessions by end of June")
    text = await street.say("1", "/commitments split 1 2 sessions / 3 sessions by end of July")
    assert "The two parts have to add up to what is left, 8 sessions," in text
    assert len(await ann(street)) == 1


# --- typed ------------------------------------------------------------------------------------------------------------
async def test_one_line_splits_after_a_look(street: Street) -> None:
    await far_enough(street)
    text = await street.say("1", "/commitments split 1 calculus 1 at last / calculus 2 by 31 July")
    assert text.startswith("calculus 1 at last\nCalculus 1: 3 modules\nDue Tue 30 Jun")
    await street.press("1", "Split it")
    first, second = await ann(street)
    assert (first.text, second.text) == ("calculus 1 at last", "calculus 2")
    assert second.due_at == datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC)


async def test_typed_into_the_dialogue_and_the_date_asked_for(street: Street) -> None:
    await far_enough(street)
    await street.press("1", "Split")
    text = await street.say("1", "all of it")
    assert "I need two parts with a slash between them." in text
    text = await street.say("1", "calculus 1 / calculus 2")
    assert "By when the second part?" in text
    assert "could not read “whenever”" in await street.say("1", "whenever")
    assert "has passed" in await street.say("1", "1 June 2026")
    text = await street.say("1", "31 July")
    assert "That is far enough ahead" in text
    await street.press("1", "Split it")
    assert [one.text for one in await ann(street)] == ["calculus 1", "calculus 2"]


async def test_free_words_are_split_into_free_words(street: Street) -> None:
    await far_enough(street, "/commit write the essay by end of June")
    await street.press("1", "Split")
    assert street.last("1").labels == ["Leave it"]
    text = await street.say("1", "outline the essay / write the essay by 31 July")
    assert text.count("You will say Done yourself.") == 2
    await street.press("1", "Split it")
    assert len(await ann(street)) == 2


async def test_nothing_is_given_up_by_splitting(street: Street) -> None:
    await far_enough(street)
    text = await street.say("1", "/commitments split 1 finish Calculus 1 / have a rest by end of July")
    assert text == "In neither part: Series, Vectors. Splitting gives nothing up; withdrawing does. Nothing was changed."
    assert len(await ann(street)) == 1


@pytest.mark.parametrize("words", ["split 2", "split 0", "split 9999 a / b"])
async def test_a_number_that_is_not_there(street: Street, words: str) -> None:
    await far_enough(street)
    assert "/commitments lists yours, from 1 to 1." in await street.say("1", f"/commitments {words}")


@pytest.mark.parametrize("words", ["/", "a /", " / b by Friday", "\n", f"{'very ' * 70}long / b by end of July", "😀 😀"])
async def test_rubbish_is_refused_and_changes_nothing(street: Street, words: str) -> None:
    await far_enough(street)
    before = await ann(street)
    await street.say("1", f"/commitments split 1 {words}")
    assert await ann(street) == before


# --- the rules --------------------------------------------------------------------------------------------------------
async def test_inside_the_horizon_the_second_part_is_a_published_slip(street: Street) -> None:
    await far_enough(street)
    street.at = DUE - 2 * DAY
    await street.press("1", "Split")
    await street.press("1", "Calculus 1 |")
    text = await street.press("1", "7 days")
    assert "inside the 7-day horizon: the second part will be posted as a slip" in text
    await street.press("1", "Split it")
    first, second = await ann(street)
    assert (first.slipped_at, second.slipped_at, second.first_due_at) == (None, street.at, DUE)
    await street.until(DUE - DAY)
    post, alert = street.group_texts
    assert "(2/2)\nDue Tue 30 Jun 23:59 → Tue 7 Jul 2026 23:59 London" in post
    assert "(2/2)" in alert
    assert credit_of(second, at=DUE + DAY) == 0.0


async def test_the_first_minutes_are_those_of_the_whole(street: Street) -> None:
    """A part is as old as the promise: splitting opens no new quarter of an hour in which all is free."""
    await far_enough(street)
    for label in ("Split", "Calculus 1 |", "7 days", "Split it"):
        await street.press("1", label)
    await street.say("1", "/commitments")
    await street.press("1", "2")
    await street.press("1", "Move")
    assert "That is far enough ahead to be allowed." in await street.press("1", "7 days")


async def test_within_the_first_quarter_of_an_hour_it_leaves_no_trace(street: Street) -> None:
    await published(street, words=BOTH)
    street.at += timedelta(minutes=10)
    await street.say("1", "/commitments")
    await street.press("1", "Split")
    await street.press("1", "Calculus 1 |")
    assert "leaves no trace" in await street.press("1", "30 days")
    await street.press("1", "Split it")
    assert "→" not in street.group_texts[0]


async def test_rules_that_changed_meanwhile_are_said_first(street: Street) -> None:
    await far_enough(street)
    await street.press("1", "Split")
    await street.press("1", "Calculus 1 |")
    await street.press("1", "30 days")
    street.at = DUE - 2 * DAY
    assert "inside the 7-day horizon" in await street.press("1", "Split it")
    assert len(await ann(street)) == 1


async def test_the_same_press_twice_splits_once(street: Street) -> None:
    await far_enough(street)
    for label in ("Split", "Calculus 1 |", "30 days"):
        await street.press("1", label)
    judged = street.last("1")
    unpressed = judged.message
    await street.press("1", "Split it", at_message=judged)
    judged.message = unpressed
    await street.press("1", "Split it", at_message=judged)
    assert len(await ann(street)) == 2


async def test_of_others_promises_nothing_is_split(street: Street) -> None:
    await far_enough(street)
    await street.person("2", "Bob")
    bob = street.chats["1"][-1]
    street.chats["2"] = [bob]
    await street.press("2", "Split", at_message=bob)
    assert street.toasts == ["That button belongs to somebody else."]


async def test_six_parts_are_enough(street: Street) -> None:
    await far_enough(street, "/commit 64 sessions by end of June")
    for _ in range(5):
        await street.say("1", "/commitments split 1")
        await street.press("1", street.last("1").labels[2])
        await street.press("1", "30 days")
        await street.press("1", "Split it")
    assert len(await ann(street)) == 6
    assert await street.say("1", "/commitments split 1") == "It stands in 6 parts already. Finish one first."
    assert len(street.group_texts) == 1
    assert len(street.group_texts[0]) < 3500


async def test_a_private_promise_splits_in_private(street: Street) -> None:
    await street.say("1", BOTH)
    await street.press("1", "Private")
    await street.press("1", "Keep it private")
    street.at = DUE - 2 * DAY
    await street.say("1", "/commitments")
    await street.press("1", "Split")
    await street.press("1", "Calculus 1 |")
    assert "it stays between us" in await street.press("1", "7 days")
    text = await street.press("1", "Split it")
    assert "group" not in text
    assert street.group_texts == []
