"""Splitting a digest and cutting a board, as laws over what people may call themselves and promise."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commitments import Progress, State
from bot.domain.digest import LONGEST_TEXT, MEMBER_WORDS, PROMISE_WORDS, count_lines, fit, most_parts, split, units
from bot.domain.notices.commitments import Promise
from bot.domain.notices.digests import Digest, MemberWeek

names = st.text(min_size=1, max_size=64)


def promise(person: str, text: str) -> Promise:
    due_at = datetime(2026, 6, 12, 23, tzinfo=UTC)
    free = Progress(0, 0, None)
    return Promise(1, person, text, State.OPEN, due_at, "UTC", (), (), free, slipped=False, done_at=None, late_seconds=0)


def week(name: str) -> MemberWeek:
    return MemberWeek(name, done=5, planned=6, minutes=300, modules=2, streak=4, reliability=0.9)


promises = st.lists(st.builds(promise, names, st.text(min_size=1, max_size=300)), max_size=20).map(tuple)
digests = st.builds(
    lambda kept, slipped, ahead, people: Digest(
        first=date(2026, 6, 8),
        last=date(2026, 6, 14),
        weeks=1,
        part=0,
        parts=1,
        kept=kept,
        slipped=slipped,
        ahead=ahead,
        members=people,
        unnamed=3,
    ),
    promises,
    promises,
    promises,
    st.lists(st.builds(week, names), max_size=60).map(tuple),
)


@given(digests)
def test_parts_hold_every_line_once_in_order(digest: Digest) -> None:
    parts = split(digest)
    for section in ("kept", "slipped", "ahead", "members"):
        assert sum((getattr(part, section) for part in parts), ()) == getattr(digest, section)
    assert [part.part for part in parts] == list(range(len(parts)))
    assert {part.parts for part in parts} == {len(parts)}
    assert [part.unnamed for part in parts] == [0] * (len(parts) - 1) + [3]


@given(digests)
def test_the_bound_reckoned_beforehand_is_never_too_low(digest: Digest) -> None:
    promised = (*digest.kept, *digest.slipped, *digest.ahead)
    weight = sum(2 * len(one.person) + 2 * min(LONGEST_TEXT, len(one.text)) + PROMISE_WORDS for one in promised)
    weight += sum(2 * len(one.name) + MEMBER_WORDS for one in digest.members)
    assert len(split(digest)) <= max(1, most_parts(weight))


def test_one_part_where_nothing_is_long() -> None:
    digest = Digest(date(2026, 6, 8), date(2026, 6, 14), 1, 0, 1, (promise("Ann", "limits"),), (), (), (week("Ann"),), 0)
    assert split(digest) == (digest,)
    assert count_lines(digest) == 2


def test_nothing_needs_no_part_to_be_queued() -> None:
    assert most_parts(0) == 0
    assert most_parts(1) == 1


@given(st.lists(st.integers(1, 400)), st.integers(0, 3_000))
def test_fit_takes_the_longest_beginning_that_has_room(costs: list[int], room: int) -> None:
    taken = len(fit(costs, costs, room=room))
    assert sum(costs[:taken]) <= room
    assert taken == len(costs) or sum(costs[: taken + 1]) > room


def test_units_are_counted_as_telegram_does() -> None:
    assert [units(text) for text in ("abc", "é", "שלום", "🦉", "👩‍💻")] == [3, 1, 4, 2, 5]
