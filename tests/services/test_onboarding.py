"""/start: a home in under a minute, every step skippable and with a way back, its state only in a row."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.notices.general import StaleButton
from bot.domain.notices.people import (
    AskConsent,
    AskDays,
    AskPlace,
    AskPlan,
    AskSlot,
    AskZone,
    ButtonsOnly,
    ConsentSet,
    Home,
    LinkDead,
    LocationUnknown,
    NotMember,
    Privacy,
    PrivatelyAnswered,
    SlotSet,
    SlotUnclear,
    ZoneFirst,
    ZoneSet,
    ZoneUnknown,
)
from bot.domain.notices.plans import TemplatePreview
from bot.domain.people import Consent
from bot.events import Chat
from bot.services.setup import Setup, Step, pack, unpack
from bot.store import groups, people, timers
from bot.store import slots as slot_rows
from bot.store.database import Tx, add
from bot.store.schema import commitments
from tests.services.talk import MONDAY, Talk

HEBREW = "\u05e9\u05dc\u05d5\u05dd" * 1000


async def _group(tx: Tx, code: str = "abc", *, chat: str = "-5", title: str = "Maths <Club>") -> int:
    made = await groups.add_group(tx, platform="telegram", chat=chat, title=title, language="en", join_code=code, at=MONDAY)
    return made.id


async def _set_up(tx: Tx) -> Talk:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say("Europe/London")
    await talk.press("Yes")
    await talk.say("7 mon-fri")
    await talk.press("Later")
    return talk


# --- the way through --------------------------------------------------------------------------------------------------
async def test_a_home_in_eight_taps(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    talk.said(AskZone)
    await talk.say("london")
    assert [button.label for button in talk.buttons][:2] == ["London, United Kingdom · 07:12", "London, Canada · 02:12"]
    await talk.press("London, United")
    talk.said(AskSlot)
    await talk.press("07:00")
    talk.said(AskDays)
    await talk.press("Next")
    talk.said(AskPlan)
    await talk.press("From software")
    talk.said(TemplatePreview)
    text = await talk.press("Use it")
    assert "The first card comes Tue 5 May 2026 07:00 London." in text
    learner = await talk.learner()
    (slot,) = await slot_rows.of_learner(tx, learner.id)
    assert (learner.onboarded, learner.zone, slot.wall, slot.weekdays) == (True, "Europe/London", time(7), frozenset(range(5)))
    timer = await timers.find(tx, kind="slot", subject=slot.id)
    assert timer is not None
    assert timer.due_at == datetime(2026, 5, 5, 6, tzinfo=UTC)
    assert await people.dialogue(tx, learner.id) is None


async def test_every_step_can_be_skipped_and_a_slot_is_not_asked_without_a_zone(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.press("Skip")
    talk.said(AskPlan)
    text = await talk.press("Later")
    assert text.startswith("That will do for now.")
    assert "Place: not told yet" in text
    assert (await talk.learner()).onboarded


async def test_back_leads_through_all_that_was_asked(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say("Tel Aviv")
    assert await talk.press("Yes")
    await talk.press("06:30")
    await talk.press("Next")
    kinds = []
    for _ in range(3):
        await talk.press("Back")
        kinds.append(type(talk.notices[0]))
    assert kinds == [AskDays, AskSlot, AskZone]
    assert "Back" not in [button.label for button in talk.buttons]


async def test_it_goes_on_where_it_was_left_from_nothing_but_the_row(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say("Tel Aviv")
    await talk.press("Yes")
    await talk.press("06:30")
    await talk.press("Sat")
    after_a_restart = Talk(tx, at=MONDAY + timedelta(days=3), updates=100)
    await after_a_restart.say("/start")
    shown = after_a_restart.said(AskDays)
    assert (shown.wall, shown.weekdays) == (time(6, 30), (0, 1, 2, 3, 4, 5))


def test_the_state_survives_its_row() -> None:
    setup = Setup((Step.SLOT, Step.DAYS), Step.DAYS, alone=True, group=3, wall=time(6, 30), days=frozenset({1, 6}))
    assert unpack(setup.step.value, pack(setup)) == setup


async def test_days_are_ticked_in_place_and_none_cannot_be_chosen(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say("Tel Aviv")
    await talk.press("Yes")
    await talk.press("07:00")
    labels = {"Every": 7, "Mon-Fri": 5}
    for label, count in labels.items():
        await talk.press(label)
        assert sum(button.label.startswith("✓") for button in talk.buttons) == count
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        await talk.press(f"✓ {day}")
    assert "tick at least one" in talk.message.plain
    assert "Next" not in [button.label for button in talk.buttons]
    await talk.say("tue and thu")
    (slot,) = await slot_rows.of_learner(tx, (await talk.learner()).id)
    assert slot.weekdays == frozenset({1, 3})


# --- what people answer -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("offset", ["UTC+3", "gmt -5", "+03:00", "−5", "utc+0530"])
async def test_an_offset_is_never_taken(tx: Tx, offset: str) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    assert "summer time" in await talk.say(offset)
    assert (await talk.learner()).zone is None


@pytest.mark.parametrize("said", ["Narnia", "😀", HEBREW, "x" * 4000, "25:99", "%s {said} *_~"])
async def test_rubbish_for_a_place_and_a_time_is_refused_and_the_question_stands(tx: Tx, said: str) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say(said)
    talk.said(ZoneUnknown)
    assert len(talk.message.plain) < 250
    await talk.say("Tel Aviv")
    await talk.press("Yes")
    await talk.say(said)
    talk.said(SlotUnclear)
    assert len(talk.message.plain) < 250
    await talk.press("07:00")
    await talk.say(said)
    talk.said(SlotUnclear)
    await talk.press("Next")
    await talk.say(said)
    talk.said(ButtonsOnly)


async def test_a_location_is_taken_at_once_and_the_sea_is_not(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.press("Share")
    assert talk.message.asks_location
    await talk.say(location=(0.0, -160.0))
    assert talk.notices == [LocationUnknown()]
    await talk.say(location=(51.5, -0.1))
    assert (await talk.learner()).zone == "Europe/London"
    talk.said(AskSlot)


async def test_a_single_place_is_confirmed_by_the_time_there(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    assert await talk.say("Tel Aviv") == "Tel Aviv, Israel: it is 09:12 there now. Right?"
    assert (await talk.learner()).zone is None
    await talk.press("Another")
    talk.said(AskZone)


async def test_old_buttons_still_mean_what_they_say_or_say_that_they_are_over(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say("Tel Aviv")
    place = talk.buttons[0]
    await talk.tap(place)
    await talk.press("07:00")
    day, following = talk.buttons[0], next(button for button in talk.buttons if button.label == "Next")
    await talk.tap(following)
    await talk.press("Later")
    for button in (day, following):
        await talk.tap(button)
        assert talk.notices == [StaleButton(why="over")]
    await talk.tap(place)
    talk.said(ZoneSet)


async def test_a_photo_is_proof_of_study_even_where_start_was_left(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    await talk.say(photo="p1")
    assert not isinstance(talk.notices[0], ButtonsOnly)


async def test_somebody_who_set_everything_up_by_commands_is_at_home(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/timezone Europe/London")
    await talk.say("/slot 07:00 mon-fri")
    await talk.say("/plan template story")
    await talk.press("Use it")
    await talk.say("/start")
    talk.said(Home)
    assert (await talk.learner()).onboarded


async def test_what_is_said_in_a_group_is_no_answer(tx: Tx) -> None:
    talk = Talk(tx)
    await talk.say("/start")
    before = list(talk.messages)
    talk.chat = Chat("telegram", "-5", private=False, title="Maths")
    await talk.say("London calling")
    assert talk.messages == before


# --- later --------------------------------------------------------------------------------------------------------------
async def test_start_again_shows_the_home_with_a_way_to_change_each(tx: Tx) -> None:
    talk = await _set_up(tx)
    await talk.say("/start")
    talk.said(Home)
    await talk.press("Time")
    talk.said(AskSlot)
    await talk.press("Leave")
    talk.said(Home)
    await talk.press("Place")
    await talk.say("Europe/Paris")
    await talk.press("Yes")
    talk.said(ZoneSet)
    assert await people.dialogue(tx, (await talk.learner()).id) is None


@pytest.mark.parametrize("payload", ["x", "join", "mentor_abc", "join_" + "z" * 60, "😀", "x" * 4000, "privacy_"])
async def test_unknown_payloads_are_harmless(tx: Tx, payload: str) -> None:
    talk = await _set_up(tx)
    await talk.say(f"/start {payload}")
    assert isinstance(talk.notices[-1], Home)
    assert isinstance(talk.notices[0], LinkDead) == payload.startswith("join_")


async def test_slot_is_set_in_one_line(tx: Tx) -> None:
    talk = await _set_up(tx)
    assert await talk.say("/slot 6:30 every day") == (
        "06:30, every day, on the clock of London.\nThe next card comes Tue 5 May 2026 06:30 London."
    )
    await talk.say("/slot tue thu")
    shown = talk.said(SlotSet)
    assert (shown.wall, shown.weekdays) == (time(6, 30), (1, 3))
    for rubbish in ("25:99", "x" * 4000, "07:00 someday", "😀", "UTC+3"):
        await talk.say(f"/slot {rubbish}")
        talk.said(SlotUnclear)


async def test_a_slot_without_a_place_asks_for_the_place_first(tx: Tx) -> None:
    talk = Talk(tx)
    assert await talk.say("/slot 6:30 mon-fri") == "06:30 where? Tell me your city first: /timezone London"
    talk.said(ZoneFirst)
    assert await talk.say("/slot second") == "A slot needs a clock. Tell me your city first: /timezone London"
    await talk.say("/slot")
    talk.said(AskZone)
    await talk.say("Tel Aviv")
    await talk.press("Yes")
    talk.said(AskSlot)
    await talk.say("7am")
    await talk.press("Next")
    talk.said(SlotSet)
    assert await people.dialogue(tx, (await talk.learner()).id) is None


async def test_timezone_is_set_in_one_line_and_promises_stay(tx: Tx) -> None:
    talk = await _set_up(tx)
    learner = await talk.learner()
    due_at = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    await add(
        tx,
        commitments,
        learner_id=learner.id,
        source="s",
        text="finish it",
        scope={"kind": "free"},
        state="open",
        in_place=False,
        due_at=due_at,
        due_wall=datetime(2026, 6, 30, 23, 59, 59),  # noqa: DTZ001 - a wall-clock time, naive by nature
        zone="Europe/London",
        first_due_at=due_at,
        created_at=MONDAY,
        published_at=MONDAY,
    )
    assert await talk.say("/timezone asia/tokyo") == (
        "Tokyo it is: 15:12 there now.\n"
        "The next card comes Tue 5 May 2026 07:00 Tokyo.\n"
        "What you have promised does not move with you: the nearest is still due Tue 30 Jun 2026 23:59 London."
    )
    await talk.say("/timezone Paris")
    talk.said(AskPlace)
    await talk.say("/timezone Narnia")
    talk.said(ZoneUnknown)


# --- groups -------------------------------------------------------------------------------------------------------------
async def test_a_join_link_ends_in_the_question_what_the_group_may_see(tx: Tx) -> None:
    group_id = await _group(tx)
    talk = Talk(tx)
    assert "Maths <Club>" in await talk.say("/start join_abc")
    learner = await talk.learner()
    member = await people.membership(tx, learner_id=learner.id, group_id=group_id)
    assert member is not None
    assert member.consent is None
    await talk.press("Skip")
    text = await talk.press("Later")
    talk.said(AskConsent)
    assert "Nothing is chosen for you" in text
    await talk.press("Group +")
    talk.said(Home)
    member = await people.membership(tx, learner_id=learner.id, group_id=group_id)
    assert member is not None
    assert member.consent is Consent.ALERT


async def test_somebody_set_up_is_only_asked_for_consent(tx: Tx) -> None:
    await _group(tx)
    talk = await _set_up(tx)
    await talk.say("/start join_abc")
    talk.said(AskConsent)
    await talk.press("Private")
    talk.said(ConsentSet)
    assert await people.dialogue(tx, (await talk.learner()).id) is None


async def test_privacy_shows_every_group_and_changes_it(tx: Tx) -> None:
    await _group(tx)
    talk = await _set_up(tx)
    await talk.say("/start join_abc")
    await talk.press("Buddy")
    assert "Maths <Club>: Buddy" in await talk.say("/privacy")
    await talk.press("Maths")
    choose = next(button for button in talk.buttons if button.label == "Group")
    await talk.tap(choose)
    assert talk.message.plain == "Maths <Club> sees your promises, your days and your line in the digest. No alerts."
    stranger = Talk(tx, account="2", name="Bob")
    await stranger.tap(choose)
    assert stranger.notices == [StaleButton(why="over")]


async def test_in_a_group_privacy_is_answered_in_private_and_names_no_level_there(tx: Tx) -> None:
    group_id = await _group(tx)
    talk = await _set_up(tx)
    await talk.say("/start join_abc")
    await talk.press("Private")
    talk.chat = Chat("telegram", "-5", private=False, title="Maths <Club>")
    await talk.say("/privacy")
    private, public = talk.notices
    assert isinstance(private, AskConsent)
    assert public == PrivatelyAnswered(reachable=True)
    stranger = Talk(tx, account="2", name="Bob")
    stranger.chat = talk.chat
    await stranger.say("/privacy")
    assert stranger.notices == [NotMember()]
    await people.join(tx, learner_id=(await stranger.learner()).id, group_id=group_id, at=MONDAY)
    await stranger.say("/privacy")
    assert stranger.notices == [PrivatelyAnswered(reachable=False)]
    assert stranger.buttons[0].url == "start:privacy"
    stranger.chat = Chat("telegram", "2", private=True)
    await stranger.say("/start privacy")
    stranger.said(Privacy)
