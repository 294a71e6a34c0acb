"""Limits: evenly paced, a small burst, and silence where the platform asked for it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import Bucket, Limits
from bot.store.outbox import Act, Lane
from tests.fakes.telegram import RateLimits
from tests.fakes.telegram.errors import Refused
from tests.props import NOON

SECOND = timedelta(seconds=1)


def take(
    limits: Limits,
    line: str,
    *,
    group: bool = False,
    act: Act = Act.SEND,
    lane: Lane = Lane.ANSWER,
    after: timedelta = timedelta(),
) -> float:
    return limits.take("telegram", line, group=group, act=act, lane=lane, at=NOON + after).total_seconds()


def test_a_private_chat_takes_three_at_once_and_then_one_a_second() -> None:
    limits = Limits(per_second={"telegram": 25.0})
    assert [take(limits, "l:1") for _ in range(4)] == [0, 0, 0, 1]
    assert take(limits, "l:2") == 0
    assert take(limits, "l:1", after=SECOND) == 0
    assert take(limits, "l:1", after=SECOND) == 1


def test_a_group_takes_eighteen_a_minute() -> None:
    limits = Limits(per_second={"telegram": 25.0})
    said = sum(take(limits, "g:1", group=True, after=timedelta(seconds=n / 10)) == 0 for n in range(600))
    assert said in range(18, 22)  # the burst comes on top, once


def test_taps_are_answered_whatever_the_pace_but_not_against_a_429() -> None:
    limits = Limits(per_second={"telegram": 1.0})
    while take(limits, "l:1") == 0:
        pass
    assert take(limits, "t:1", act=Act.TOAST) == 0
    limits.block("telegram", until=NOON + 30 * SECOND)
    limits.block("telegram", until=NOON + 10 * SECOND)
    assert take(limits, "t:1", act=Act.TOAST) == 30
    assert take(limits, "l:2", after=29 * SECOND) == 1
    assert (limits.room(NOON), limits.open(NOON)) == (0, False)
    assert limits.open(NOON + 30 * SECOND)
    assert take(limits, "l:2", after=30 * SECOND) == 0


def test_one_platform_being_blocked_leaves_the_other_alone() -> None:
    limits = Limits(per_second={"telegram": 25.0, "discord": 40.0})
    limits.block("telegram", until=NOON + 30 * SECOND)
    assert limits.open(NOON)
    assert limits.room(NOON) > 0
    assert limits.take("discord", "l:1:discord", group=False, act=Act.SEND, lane=Lane.CARD, at=NOON) == timedelta()


def test_how_long_to_sleep() -> None:
    limits = Limits(per_second={"telegram": 10.0})
    assert limits.next_room(NOON) == 1.0
    while take(limits, f"l:{limits.room(NOON)}") == 0:
        pass
    assert 0 < limits.next_room(NOON) <= 0.1
    limits.block("telegram", until=NOON + 30 * SECOND)
    assert limits.next_room(NOON) == 1.0


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=60), st.integers(1, 5))
def test_a_bucket_lets_through_no_more_than_its_rate_and_burst(gaps: list[int], burst: int) -> None:
    bucket, at, taken = Bucket(SECOND, burst), NOON, []
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        assert (bucket.room(at) > 0) == (bucket.wait(at) == timedelta())
        if bucket.wait(at) == timedelta():
            bucket.take(at)
            taken.append(at)
    for start, first in enumerate(taken):
        for count, last in enumerate(taken[start:], 1):
            assert count <= burst + (last - first) / SECOND + 1e-6


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 6), st.booleans(), st.sampled_from(Lane)), max_size=200))
def test_whoever_keeps_to_the_limits_is_never_refused_by_telegram(sends: list[tuple[int, int, bool, Lane]]) -> None:
    limits, telegram, at = Limits(per_second={"telegram": 25.0}), RateLimits(), NOON
    for gap, who, in_group, lane in sends:
        at += timedelta(milliseconds=gap)
        line = f"g:{who}" if in_group else f"l:{who}:telegram"
        if limits.take("telegram", line, group=in_group, act=Act.SEND, lane=lane, at=at) == timedelta():
            try:
                telegram.take(-who if in_group else who, at=at)
            except Refused as refused:
                raise AssertionError(f"{line} at {at}") from refused


def test_chats_of_long_ago_are_forgotten() -> None:
    limits = Limits(per_second={"telegram": 1e6})
    for n in range(10_001):
        take(limits, f"l:{n}", after=timedelta(seconds=n))
    assert len(limits._chats) < 10


def test_what_was_counted_before_the_clock_went_back_holds_nobody_up() -> None:
    limits = Limits(per_second={"telegram": 25.0})
    while take(limits, "l:1", after=timedelta(days=7)) == 0:
        pass
    assert take(limits, "l:1") == 0
    assert limits.room(NOON) > 0


def test_cards_leave_room_for_answers_and_lose_nothing_by_it() -> None:
    limits = Limits(per_second={"telegram": 25.0})
    assert [take(limits, f"l:{n}", lane=Lane.CARD) for n in range(4)] == [0, 0, 0, 0.04]
    assert (limits.room(NOON), limits.room(NOON, answers=True)) == (0, 2)
    assert [take(limits, f"l:{n}", lane=Lane.ANSWER) for n in range(5, 8)] == [0, 0, 0.04]
    assert (limits.room(NOON), limits.room(NOON, answers=True), limits.next_room(NOON)) == (0, 0, 0.04)
    in_a_second = [NOON + timedelta(milliseconds=n) for n in range(1, 1001)]
    assert (
        sum(
            limits.take("telegram", f"l:{at}", group=False, act=Act.SEND, lane=Lane.CARD, at=at) == timedelta()
            for at in in_a_second
        )
        == 23
    )
    assert limits.room(in_a_second[-1], answers=True) == 2


def test_a_slow_platform_has_one_for_all() -> None:
    limits = Limits(per_second={"telegram": 1.0})
    assert (limits.room(NOON), take(limits, "l:1", lane=Lane.CARD), take(limits, "l:2")) == (1, 0, 1)


def test_what_came_to_nothing_makes_room_for_another() -> None:
    limits = Limits(per_second={"telegram": 25.0})
    while take(limits, "l:1") == 0:
        pass
    before = (limits.room(NOON, answers=True), take(limits, "l:1"))
    limits.give_back("telegram", "l:1", group=False, act=Act.SEND, at=NOON)
    limits.give_back("telegram", "t:1", group=False, act=Act.TOAST, at=NOON)
    assert (limits.room(NOON, answers=True), take(limits, "l:1")) == (before[0] + 1, 0)
    assert (limits.room(NOON, answers=True), take(limits, "l:1")) == before


def test_what_was_held_up_together_does_not_leave_together() -> None:
    limits = Limits(per_second={"telegram": 10.0})

    def waits(lane: Lane, act: Act = Act.SEND, after: timedelta = timedelta()) -> float:
        return limits.door("telegram", act=act, lane=lane, at=NOON + after).total_seconds()

    assert [waits(Lane.CARD) for _ in range(4)] == [0, 0, 0.1, 0.2]
    assert (waits(Lane.ANSWER), waits(Lane.ANSWER, Act.TOAST)) == (0, 0)
    assert (waits(Lane.CARD), waits(Lane.CARD, after=SECOND)) == (0.4, 0)
    assert waits(Lane.CARD, after=-7 * 24 * 3600 * SECOND) == 0  # the clock went back
