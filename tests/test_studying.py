"""Commands, buttons and dialogues of the study day, each as a turn on a real database."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest

from bot import buttons, commands
from bot.dialogues.checkins import DIALOGUES, photo_came
from bot.domain.checkins import Outcome, SessionState
from bot.domain.errors import Refused
from bot.domain.notices.cards import Answered, Card
from bot.domain.notices.checkins import CheckinLogged, DetailsAsked, MinutesRefused
from bot.domain.notices.general import StaleButton
from bot.domain.people import Consent, Group, Learner
from bot.domain.plan_edits import Part, Target
from bot.events import Chat, Person, Pressed, Said
from bot.services import card_facts, done, plan_editing, sessions
from bot.services.facts import unpack
from bot.services.meeting import meet_group
from bot.store import checkins, people, plans
from bot.store import sessions as held
from bot.store.database import Tx
from bot.turn import Turn
from bot.ui.message import Action
from tests.services.studying import learner_with, live_until, queued, said, utc

NOON = utc("2026-05-04 12:00")
SLOT = utc("2026-05-05 07:00")
DAY = date(2026, 5, 5)
PERSON = Person("telegram", "1", "Ada")
PRIVATE = Chat("telegram", "1", private=True)


@dataclass
class Desk:
    """A learner at the keyboard: says and presses things, each a turn of its own."""

    tx: Tx
    learner: Learner
    group: Group | None = None
    turns: int = 0

    def turn(self, event: Said | Pressed) -> Turn:
        self.turns += 1
        return Turn(tx=self.tx, at=event.at, event=event, source=f"u{self.turns}", learner=self.learner, group=self.group)

    def said(self, words: str, at: datetime, photo: str | None = None) -> Said:
        chat = Chat("telegram", self.group.chat, private=False) if self.group else PRIVATE
        return Said(PERSON, chat, at, ref=f"r{self.turns}", words=words, photo=photo)

    async def command(self, name: str, words: str = "", *, at: datetime = SLOT) -> None:
        await commands.handle(self.turn(self.said(words, at)), name, words)

    async def press(self, name: str, *args: object, at: datetime = SLOT, ref: str = "elsewhere") -> None:
        event = Pressed(PERSON, PRIVATE, at, ref, Action(name, tuple(str(arg) for arg in args)), answer_to="tap")
        await buttons.handle(self.turn(event), event)

    async def answer(self, words: str, *, at: datetime = SLOT) -> None:
        state = await people.dialogue(self.tx, self.learner.id)
        assert state is not None
        event = self.said(words, at)
        await DIALOGUES[state.name](self.turn(event), event, state)

    async def last(self, act: str = "send") -> object:
        row = (await queued(self.tx, act=act))[-1]
        return unpack(row["kind"], row["facts"])


@pytest.fixture
async def desk(tx: Tx) -> Desk:
    learner = await learner_with(tx, at=NOON)
    await live_until(tx, SLOT)
    return Desk(tx, learner)


async def test_a_tap_on_the_card_refreshes_it_in_place(desk: Desk) -> None:
    (row,) = await queued(desk.tx, kind="card")
    of = (desk.learner.id, DAY, "main")
    await desk.press("card.start", *of, ref=f"m{row['id']}")
    await desk.press("card.answer", *of, "done", at=SLOT + timedelta(minutes=30), ref=f"m{row['id']}")
    edits = [row for row in await queued(desk.tx, act="edit") if row["due_at"] >= SLOT]
    assert [edit["key"] for edit in edits] == [f"edit:card:{desk.learner.id}:2026-05-05"]
    seen = await said(desk.tx, edits[0], at=SLOT + timedelta(minutes=30))
    assert seen is not None
    assert seen.plain.startswith("Tue 5 May · done\n30 min since Start · Limits")


async def test_a_tap_elsewhere_is_answered_briefly_there(desk: Desk) -> None:
    await desk.press("card.answer", desk.learner.id, DAY, "main", "partly")
    answered = await desk.last("edit")
    assert isinstance(answered, Answered)
    assert (answered.outcome, answered.module) == (Outcome.PARTLY, "Limits")


async def test_later_shows_its_choices_and_back_the_card(desk: Desk) -> None:
    of = (desk.learner.id, DAY, "main")
    await desk.press("card.later", *of, at=SLOT + timedelta(minutes=1))
    asked = await desk.last("edit")
    assert isinstance(asked, Card)
    assert [one.code for one in asked.choices] == ["30", "work", "night"]
    await desk.press("card.back", *of, at=SLOT + timedelta(minutes=1))
    card = await desk.last("edit")
    assert isinstance(card, Card)
    assert card.choices == ()
    await desk.press("card.until", *of, "work", at=SLOT + timedelta(minutes=2))
    session = await held.find(desk.tx, learner_id=desk.learner.id, day=DAY)
    assert session is not None
    assert session.later_until == utc("2026-05-05 18:00")


@pytest.mark.parametrize(
    ("args", "at", "why"),
    [
        ((999, DAY, "main"), SLOT, "other"),
        ((None, DAY, "main"), utc("2026-05-06 03:00"), "over"),
        ((None, "yesterday", "main"), SLOT, "gone"),
    ],
)
async def test_a_stale_press_says_why(desk: Desk, args: tuple[object, ...], at: datetime, why: str) -> None:
    owner, *rest = args
    with pytest.raises(Refused) as refused:
        await desk.press("card.start", owner or desk.learner.id, *rest, at=at)
    assert refused.value.notice == StaleButton(why=why)


async def test_a_module_is_finished_and_unfinished_from_the_card(desk: Desk) -> None:
    made = await sessions.answer(desk.tx, desk.learner, Outcome.DONE, day=DAY, slot="main", at=SLOT)
    of = (desk.learner.id, DAY, "main", made.module_id)
    await desk.press("card.finish", *of)
    card = await desk.last("edit")
    assert isinstance(card, Card)
    assert card.finished
    await desk.press("card.unfinish", *of)
    card = await desk.last("edit")
    assert isinstance(card, Card)
    assert not card.finished


@pytest.mark.parametrize(
    ("finished", "pressed", "studied"),
    [
        ("before the card", "Done", "Derivatives"),
        ("after it", "Done", "Limits"),
        ("after Start, before the card", "Done", "Limits"),
        ("after it", "Not today", None),
    ],
)
async def test_a_tap_is_about_what_was_next_when_the_card_came(
    desk: Desk, finished: str, pressed: str, studied: str | None
) -> None:
    first = (await plans.next_module_ids(desk.tx, [desk.learner.id]))[desk.learner.id]
    if "Start" in finished:
        await sessions.start(desk.tx, desk.learner, day=DAY, slot="main", at=SLOT - timedelta(minutes=40))
    minutes = 20 if finished == "after it" else -20
    await done.finish(desk.tx, desk.learner, first, at=SLOT + timedelta(minutes=minutes))
    outcome = Outcome.DONE if pressed == "Done" else Outcome.SKIPPED
    made = await sessions.answer(desk.tx, desk.learner, outcome, day=DAY, slot="main", at=SLOT + timedelta(hours=1))
    module = await plans.module(desk.tx, desk.learner.id, made.module_id) if made.module_id else None
    assert (module.title if module else None) == studied


async def test_a_card_follows_a_plan_that_was_put_in_another_order(desk: Desk) -> None:
    plan = await plans.active(desk.tx, desk.learner.id)
    assert plan is not None
    first, second = plan.tracks[0].modules[:2]
    assert first.id is not None
    await plan_editing.step(desk.tx, desk.learner, Target(Part.MODULE, first.id), "last", at=SLOT)
    assert (await queued(desk.tx, kind="card", act="edit"))[-1]["facts"]["learner"] == desk.learner.id
    card = await card_facts.describe(desk.tx, desk.learner, day=DAY, slot="main", at=SLOT)
    assert card.module is not None
    assert card.module.title == second.title
    made = await sessions.answer(desk.tx, desk.learner, Outcome.DONE, day=DAY, slot="main", at=SLOT)
    assert made.module_id == second.id


async def test_words_are_added_after_being_asked_for(desk: Desk) -> None:
    made = await sessions.answer(desk.tx, desk.learner, Outcome.DONE, day=DAY, slot="main", at=SLOT)
    await desk.press("checkin.add", made.id)
    assert await desk.last() == DetailsAsked(day=DAY, anew=False)
    with pytest.raises(Refused) as refused:
        await desk.answer("99999m")
    assert refused.value.notice == MinutesRefused(most=960)
    await desk.answer("50m proofs")
    logged = await desk.last()
    assert isinstance(logged, CheckinLogged)
    assert (logged.minutes, logged.note, logged.module) == (50, "proofs", "Limits")
    assert await people.dialogue(desk.tx, desk.learner.id) is None


async def test_a_question_left_over_night_does_not_hold_the_learner(desk: Desk) -> None:
    made = await sessions.answer(desk.tx, desk.learner, Outcome.DONE, day=DAY, slot="main", at=SLOT)
    await desk.press("checkin.edit", made.id)
    await desk.answer("50m", at=utc("2026-05-06 09:00"))
    assert await desk.last() == StaleButton(why="over")
    assert await people.dialogue(desk.tx, desk.learner.id) is None


async def test_checkin_without_words_and_today_send_the_card_anew(desk: Desk) -> None:
    await desk.command("checkin")
    await desk.command("today")
    cards = await queued(desk.tx, kind="card")
    assert len(cards) == 3
    assert {card["shows"] for card in cards} == {f"card:{desk.learner.id}:2026-05-05"}


@pytest.mark.parametrize(("consent", "module"), [(None, None), (Consent.PRIVATE, None), (Consent.GROUP, "Limits")])
async def test_in_a_group_nothing_but_minutes_and_perhaps_the_module_is_said(
    desk: Desk, consent: Consent | None, module: str | None
) -> None:
    group = await meet_group(desk.tx, platform="telegram", chat="-5", title="G", at=NOON)
    await people.join(desk.tx, learner_id=desk.learner.id, group_id=group.id, at=NOON)
    if consent is not None:
        await people.set_consent(desk.tx, learner_id=desk.learner.id, group_id=group.id, consent=consent)
    desk.group = group
    await desk.command("checkin", "90m limits a private thought https://notes.example")
    row = next(row for row in await queued(desk.tx) if row["kind"] == "CheckinLogged")
    message = await said(desk.tx, row, at=SLOT)
    assert message is not None
    assert message.plain == "Logged for Tue 5 May: 1 h 30 min" + (f" · {module}" if module else "")
    assert "private thought" not in str(row["facts"])


async def test_undo_under_an_echo_says_what_is_left(desk: Desk) -> None:
    await desk.command("checkin", "30m")
    logged = await desk.last()
    assert isinstance(logged, CheckinLogged)
    await desk.press("checkin.undo", logged.checkin)
    session = await held.find(desk.tx, learner_id=desk.learner.id, day=DAY)
    assert session is not None
    assert session.state is SessionState.PLANNED


async def test_a_photo_in_a_group_is_nobodys_business(desk: Desk) -> None:
    desk.group = await meet_group(desk.tx, platform="telegram", chat="-5", title="G", at=NOON)
    event = desk.said("", SLOT, photo="file")
    await photo_came(desk.turn(event), event)
    assert await checkins.of_day(desk.tx, learner_id=desk.learner.id, day=DAY) == []
