"""Reviews and study days: values in, values out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reviews import Rating, Review, first_study, merged, of_the_day, recalled
from bot.services.long_memory import LONGEST, due_again

DAY = date(2026, 5, 4)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def review(module: int, step: int = 1, **values: object) -> Review:
    return Review(id=10 * module + step, learner_id=1, module_id=module, step=step, due_day=DAY, done_day=None, **values)  # type: ignore[arg-type]


def test_reviews_count_from_the_first_study() -> None:
    later = DAY + timedelta(days=3)
    assert first_study(None, None) is None
    assert first_study(later, DAY) == first_study(DAY, later) == first_study(DAY, None) == first_study(None, DAY) == DAY


def test_of_several_steps_the_last_stands_for_all() -> None:
    assert merged([review(1, 2), review(1), review(2)]) == [review(1, 2), review(2)]


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 3)), unique=True), st.integers(0, 9), st.integers(0, 9))
def test_a_day_takes_no_more_than_its_number_and_loses_none(steps: list[tuple[int, int]], settled: int, most: int) -> None:
    due = [review(*one) for one in steps]
    places = {module: -module for module in range(9)}
    taken, left = of_the_day(due, settled=settled, most=most, places=places)
    assert len(taken) + left == len({one.module_id for one in due})
    assert len(taken) <= max(0, most - settled)
    assert [one.module_id for one in taken] == sorted((one.module_id for one in taken), reverse=True)


def test_what_was_skipped_is_not_remembered_and_a_day_counts_once() -> None:
    def done(step: int, after: int, **values: object) -> Review:
        return Review(step, 1, 1, step, DAY, DAY + timedelta(days=after), **values)  # type: ignore[arg-type]

    history = recalled([done(1, 1), done(2, 7, skipped=True), done(3, 9, rating=1), done(4, 0)], first=DAY)
    assert history == [(DAY, Rating.GOOD), (DAY + timedelta(days=1), Rating.GOOD), (DAY + timedelta(days=9), Rating.AGAIN)]


# --- long-term memory -------------------------------------------------------------------------------------------------
GAPS = st.lists(st.tuples(st.integers(1, 800), st.sampled_from(Rating)), max_size=30)


@given(GAPS)
def test_what_is_better_known_comes_back_later_but_within_a_year(gaps: list[tuple[int, Rating]]) -> None:
    history = [(DAY, Rating.GOOD)]
    for gap, rating in gaps:
        history.append((history[-1][0] + timedelta(days=gap), rating))
    today = history[-1][0] + timedelta(days=5)
    after = [due_again([*history, (today, rating)]) for rating in Rating]
    assert after == sorted(after)
    assert all(timedelta(days=1) <= one - today <= timedelta(days=LONGEST) for one in after)
    assert after == [due_again([*history, (today, rating)]) for rating in Rating]  # no dice


def test_it_forgets_as_it_should() -> None:
    good = [(DAY, Rating.GOOD), (DAY + timedelta(days=1), Rating.GOOD), (DAY + timedelta(days=7), Rating.GOOD)]
    assert due_again(good) == DAY + timedelta(days=7 + 29)
    lapsed = [*good, (DAY + timedelta(days=36), Rating.AGAIN)]
    assert due_again(lapsed) == DAY + timedelta(days=38)
    always_easy = [*good, *((DAY + timedelta(days=365 * n), Rating.EASY) for n in range(1, 20))]
    assert due_again(always_easy) == always_easy[-1][0] + timedelta(days=LONGEST)
