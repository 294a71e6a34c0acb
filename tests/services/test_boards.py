"""The pinned board: what it says of whom, when it goes up, how it follows."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.checkins import SessionState
from bot.domain.digest import units
from bot.domain.people import MAIN, Consent
from bot.domain.rest import PauseKind
from bot.services import boards, groups
from bot.store import pauses, people, sessions, timers
from bot.store.database import Database, Tx
from tests.services.grouping import ALL_RIGHTS, Hall

pytestmark = pytest.mark.both_engines

FRIDAY = datetime(2026, 6, 19, 22, 59, 59, tzinfo=UTC)  # the end of it in London


@pytest.fixture
async def hall(database: Database) -> Hall:
    made = Hall(database)
    await made.opens()
    return made


async def became(hall: Hall, learner_id: int, state: SessionState) -> None:
    async with hall.database.write() as tx:
        session = await sessions.find(tx, learner_id=learner_id, day=hall.today(), slot=MAIN)
        assert session is not None
        await sessions.change(tx, [session.id], state=state)
        await boards.touch(tx, 1, at=hall.at)
    await hall.settle()


async def touch(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await boards.touch(tx, 1, at=hall.at)
    await hall.settle()


async def test_it_goes_up_pinned_and_silent_with_the_first_who_is_to_be_seen(hall: Hall) -> None:
    await hall.person("11", "Ann", consent=None)
    await hall.person("12", "Bob", consent=Consent.BUDDY)
    assert len(hall.here) == 1  # the checklist
    await hall.person("13", "Cem", wall=time(18))
    assert hall.board.text == (
        "Board · Sun 14 Jun\n\nStudying today\n… Cem, 18:00\n\nPromised\nNothing yet. /commit makes the first one.\n\n"
        "2 members study in private."
    )
    assert (hall.board.pinned, hall.board.silent) == (True, True)


async def test_without_the_right_it_is_not_pinned_until_the_right_comes(database: Database) -> None:
    hall = Hall(database)
    await hall.opens(rights={"post": True})
    await hall.person("11", "Ann")
    assert not hall.board.pinned
    await hall.says("11", "/board")
    assert "I may not pin it" in hall.here[-1].text
    assert hall.here[-1].reply_to == hall.board.ref
    await hall.opens(rights=ALL_RIGHTS)
    assert hall.board.pinned


async def test_it_tells_what_became_of_the_day(hall: Hall) -> None:
    states = {
        "Ann": (SessionState.DONE, "✓ Ann"),
        "Bob": (SessionState.PARTLY, "✓ Bob, in part"),
        "Cem": (SessionState.SKIPPED, "– Cem, not today"),
        "Dan": (SessionState.EXCUSED, "– Dan, excused"),
        "Eva": (SessionState.MISSED, "– Eva"),
    }
    for number, (name, (state, _)) in enumerate(states.items()):
        await hall.studied(await hall.person(str(20 + number), name), hall.today(), state)
    await hall.until(hall.at + timedelta(minutes=1))
    await touch(hall)
    assert hall.board.text.split("\n")[3:8] == [line for _, line in states.values()]


async def test_slots_elsewhere_are_told_on_their_owners_clock_and_day(hall: Hall) -> None:
    await hall.until(datetime(2026, 6, 14, 20, 30, tzinfo=UTC))  # 21:30 in London, Monday 08:30 in Auckland
    await hall.person("11", "Ana", zone="Pacific/Auckland", wall=time(9))
    await hall.person("12", "Ben", wall=time(22))
    assert "… Ben, 22:00\n… Ana, 09:00 Auckland" not in hall.board.text
    await hall.until(hall.at + timedelta(minutes=1))
    assert "… Ben, 22:00" in hall.board.text
    assert "… Ana, 09:00 Auckland" in hall.board.text


async def test_a_new_day_begins_when_it_does_for_each_member(hall: Hall) -> None:
    ana = await hall.person("11", "Ana", zone="Pacific/Auckland", wall=time(9))
    await hall.person("12", "Ben", wall=time(7))
    await hall.studied(ana, date(2026, 6, 14))
    await hall.until(datetime(2026, 6, 14, 14, 50, tzinfo=UTC))  # Auckland is on its 14th until 15:00 UTC
    await touch(hall)
    assert "✓ Ana" in hall.board.text
    await hall.until(datetime(2026, 6, 14, 15, 6, tzinfo=UTC))
    assert "… Ana, 09:00 Auckland" in hall.board.text
    await hall.until(datetime(2026, 6, 15, 2, 6, tzinfo=UTC))
    assert hall.board.text.startswith("Board · Mon 15 Jun")
    assert len([one for one in hall.here if one.text.startswith("Board")]) == 1


async def test_promises_stand_by_date_with_what_consent_allows(hall: Hall) -> None:
    ann = await hall.person("11", "Ann")
    bob = await hall.person("12", "Bob", consent=Consent.PRIVATE)
    await hall.promises(ann, "later", due_at=FRIDAY + timedelta(days=7))
    await hall.promises(ann, "soon", due_at=FRIDAY - timedelta(hours=6))
    await hall.promises(ann, "next year", due_at=FRIDAY + timedelta(days=365))
    await hall.promises(ann, "late", due_at=hall.at - timedelta(days=2), slipped_at=hall.at - timedelta(days=2))
    await hall.promises(ann, "long gone", due_at=hall.at - timedelta(days=31), slipped_at=hall.at - timedelta(days=31))
    await hall.promises(ann, "kept to myself", due_at=FRIDAY, consent=Consent.BUDDY)
    await hall.promises(ann, "undecided", due_at=FRIDAY, consent=None)
    await hall.promises(ann, "done", due_at=FRIDAY, state="done", done_at=hall.at)
    await hall.promises(bob, "public once", due_at=FRIDAY)
    await hall.until(hall.at + timedelta(minutes=1))
    await touch(hall)
    assert hall.board.text.split("\n\n")[2].split("\n") == [
        "Promised",
        "Fri 12 Jun 10:00 late: Ann · late",
        "Fri 19 Jun 17:59: Ann · soon",
        "Fri 26 Jun: Ann · later",
        "Sat 19 Jun 2027: Ann · next year",
    ]
    assert "Bob" not in hall.board.text


async def test_who_withdraws_consent_is_off_the_board_at_the_next_edit(hall: Hall) -> None:
    ann = await hall.person("11", "Ann", wall=time(18))
    await hall.promises(ann, "limits", due_at=FRIDAY)
    async with hall.database.write() as tx:
        await groups.choose_consent(tx, ann, await hall.group(tx), Consent.PRIVATE, at=hall.at)
    await hall.until(hall.at + timedelta(minutes=1))
    assert "Ann" not in hall.board.text
    assert "1 member studies in private." in hall.board.text


async def test_it_is_edited_at_most_every_thirty_seconds(hall: Hall) -> None:
    learner = await hall.person("11", "Ann")
    await hall.studied(learner, hall.today(), SessionState.PLANNED)
    began = hall.at
    for second in range(0, 60, 5):
        hall.at = began + timedelta(seconds=second)
        await became(hall, learner.id, SessionState.DONE if second % 10 else SessionState.PARTLY)
    await hall.until(began + timedelta(seconds=95))
    assert hall.walls.edits <= 3
    assert "✓ Ann" in hall.board.text
    assert "in part" not in hall.board.text


async def test_what_changes_while_it_is_being_put_up_is_not_lost(hall: Hall) -> None:
    ann = await hall.person("11", "Ann", consent=None)
    async with hall.database.write() as tx:
        await people.set_consent(tx, learner_id=ann.id, group_id=1, consent=Consent.GROUP)
        await boards.touch(tx, 1, at=hall.at)
        await boards.touch(tx, 1, at=hall.at)
    await hall.settle()
    assert len([one for one in hall.here if one.text.startswith("Board")]) == 1


async def test_one_that_is_on_its_way_is_not_put_up_again_under_another_date(hall: Hall) -> None:
    """Found by the simulation (seed 1004): a move heard late, and a tick of the next day, made two boards."""
    ann = await hall.person("11", "Ann", consent=None)
    async with hall.database.write() as tx:
        await people.set_consent(tx, learner_id=ann.id, group_id=1, consent=Consent.GROUP)
        await boards.touch(tx, 1, at=hall.at - timedelta(hours=20))
        await boards.touch(tx, 1, at=hall.at)
    await hall.settle()
    assert len([one for one in hall.here if one.text.startswith("Board")]) == 1


async def test_a_deleted_board_is_put_up_anew(hall: Hall) -> None:
    await hall.person("11", "Ann")
    gone = hall.board
    hall.here.remove(gone)
    await hall.person("12", "Bob", wall=time(19))
    await hall.until(hall.at + timedelta(minutes=1))
    assert "… Bob, 19:00" in hall.board.text
    assert hall.board.ref != gone.ref
    assert hall.board.pinned


async def test_asked_for_without_anybody_to_show_it_says_so(hall: Hall) -> None:
    await hall.person("11", "Ann", consent=Consent.PRIVATE)
    await hall.says("11", "/board")
    assert hall.here[-1].text.startswith("There is nothing to show yet: nobody here has chosen to be seen.")


async def test_it_fits_whatever_people_are_called(hall: Hall) -> None:
    for number, learner in enumerate(await hall.crowd(["👩‍💻" * 12 + "שלום עולם <&>" * 3] * 60, wall=time(19))):
        await hall.promises(learner, "🦉" * 300, due_at=FRIDAY + timedelta(days=number))
    await touch(hall)
    assert units(hall.board.text) <= 4096
    assert hall.board.text.count("and ") == 2  # both lists are counted to their end


async def test_it_fits_whoever_is_away(hall: Hall) -> None:
    crowd = await hall.crowd(["👩‍💻" * 12 + "שלום עולם <&>" * 3] * 60, wall=time(19))
    for number, learner in enumerate(crowd):
        await hall.promises(learner, "🦉" * 300, due_at=FRIDAY + timedelta(days=number))
    async with hall.database.write() as tx:
        for learner in crowd[::2]:
            await off(tx, learner.id, first=hall.today(), announced=True)
    await touch(hall)
    assert units(hall.board.text) <= 4096
    assert hall.board.text.count("and ") == 3  # all three lists are counted to their end


@pytest.mark.parametrize(
    ("kind", "announced", "consent", "told"),
    [
        (PauseKind.PLANNED, True, Consent.GROUP, "Ann, until Sun 21 Jun"),
        (PauseKind.PLANNED, False, Consent.GROUP, None),
        (PauseKind.PLANNED, True, Consent.PRIVATE, None),
        (PauseKind.AUTO, False, Consent.GROUP, "Ann, until they are back"),
        (PauseKind.AUTO, False, Consent.PRIVATE, None),
        (PauseKind.SICK, False, Consent.GROUP, "– Ann, excused"),
    ],
)
async def test_who_is_away_is_shown_where_that_was_said_and_may_be_seen(
    hall: Hall, kind: PauseKind, announced: bool, consent: Consent, told: str | None
) -> None:
    ann = await hall.person("11", "Ann", consent=consent, wall=time(18))
    await hall.person("12", "Bob", wall=time(19))
    async with hall.database.write() as tx:
        last = {PauseKind.AUTO: None, PauseKind.SICK: hall.today()}.get(kind, hall.today() + timedelta(days=7))
        await off(tx, ann.id, first=hall.today(), last=last, kind=kind, announced=announced)
    await touch(hall)
    await hall.until(hall.at + timedelta(minutes=1))
    assert "Bob" in hall.board.text
    assert told in hall.board.text if told else "Ann" not in hall.board.text
    assert ("Away" in hall.board.text) is (told is not None and "until" in told)
    await hall.until(datetime(2026, 6, 14, 17, 30, tzinfo=UTC))  # the digest
    weekly = hall.digests[0]
    assert ("away until Sun 21 Jun" in weekly or "on a break" in weekly) is (told is not None and "until" in told)


async def off(
    tx: Tx,
    learner_id: int,
    *,
    first: date,
    last: date | None = date(2026, 12, 31),
    kind: PauseKind = PauseKind.PLANNED,
    announced: bool = False,
) -> None:
    """Somebody is away from `first` on."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    await pauses.put(tx, learner_id=learner_id, kind=kind, first=first, last=last, announced=announced, at=at)


async def test_one_turn_of_the_timer_serves_many_groups(hall: Hall) -> None:
    await hall.person("11", "Ann", wall=time(7))
    async with hall.database.write() as tx:
        timer = await timers.find(tx, kind="board", subject=1)
        assert timer is not None
        await boards.boards_due(tx, [timer], timer.due_at)
        following = await timers.find(tx, kind="board", subject=1)
    assert timer.due_at == datetime(2026, 6, 15, 2, 5, tzinfo=UTC)
    assert following is not None
    assert following.due_at == datetime(2026, 6, 16, 2, 5, tzinfo=UTC)
