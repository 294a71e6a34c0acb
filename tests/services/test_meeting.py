"""Who is speaking and where: made on first sight, kept up to date, and shown by names that harm nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.meeting import meet_group, meet_person, move_group, tidy_name
from bot.store import groups, people
from bot.store.database import Tx
from tests.props import NOON, group, learner

pytestmark = pytest.mark.both_engines


@given(st.text(max_size=100))
def test_a_name_is_one_short_line(name: str) -> None:
    shown = tidy_name(name)
    assert 1 <= len(shown) <= 64
    assert shown == shown.strip()
    assert not set(shown) & set("\n\r\t\0\u202e\u2066\u200b")
    assert tidy_name(shown) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann <3 & Bob", "Ann <3 & Bob"),
        ("Eve\u202e", "Eve"),
        ("two\nlines", "two lines"),
        ("👩\u200d🏫 teacher", "👩\u200d🏫 teacher"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("\u200b", "?"),
        ("", "?"),
        ("x" * 4000, "x" * 63 + "…"),
    ],
)
def test_names_of_all_kinds(name: str, shown: str) -> None:
    assert tidy_name(name) == shown


async def test_a_person_is_met_once_and_followed(tx: Tx) -> None:
    ann = await learner(tx)
    again = await meet_person(
        tx, platform="telegram", account="501", name="Anna", username="anna", language="ru", private=False, at=NOON
    )
    assert (again.id, again.name, again.language) == (ann.id, "Anna", "en")
    account = (await people.accounts(tx, [ann.id], platform="telegram"))[ann.id]
    assert (account.username, account.reachable) == ("anna", True)


async def test_who_was_only_seen_in_a_group_cannot_be_written_to(tx: Tx) -> None:
    bob = await meet_person(
        tx, platform="telegram", account="502", name="Bob", username=None, language="en", private=False, at=NOON
    )
    assert not (await people.accounts(tx, [bob.id], platform="telegram"))[bob.id].reachable


async def test_a_bot_that_is_spoken_to_is_there(tx: Tx) -> None:
    study = await group(tx)
    await groups.change(tx, study.id, active=False)
    back = await meet_group(tx, platform="telegram", chat=study.chat, title="Study hard", at=NOON)
    assert (back.id, back.active, back.title) == (study.id, True, "Study hard")


async def test_a_group_that_moves_keeps_everything(tx: Tx) -> None:
    study, newer, ann = await group(tx), await group(tx, -100777), await learner(tx)
    await people.join(tx, learner_id=ann.id, group_id=newer.id, at=NOON)
    await move_group(tx, study, successor="-100777")
    [moved] = (await groups.get_many(tx, [study.id, newer.id])).values()
    assert (moved.id, moved.chat) == (study.id, "-100777")
    assert [one.group_id for one in await people.groups_of(tx, ann.id)] == [study.id]
    await move_group(tx, moved, successor="-100777")  # told twice, by an update and by a refusal
    assert (await groups.get(tx, study.id)).chat == "-100777"
