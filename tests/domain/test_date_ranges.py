"""Spans of days as people say them, said on a Tuesday, 2 June 2026, in London."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.date_ranges import NoSpan, ReadSpan, Span, SpanPast, SpansAsked, parse_span

TODAY = date(2026, 6, 2)


def read(phrase: str, *, today: date = TODAY) -> ReadSpan:
    """A phrase said at noon, in the language of its letters."""
    language = "ru" if any("а" <= letter <= "я" for letter in phrase.lower()) else "en"
    at = datetime(today.year, today.month, today.day, 11, tzinfo=UTC)
    return parse_span(phrase, today=today, at=at, zone="Europe/London", language=language)


def short(found: ReadSpan) -> str:
    """ "3.6-10.6"; "?" between several; "/" before another end."""
    match found:
        case Span(first, last, doubtful):
            also = f"/{doubtful.day}.{doubtful.month}" if doubtful else ""
            year = f".{last.year}" if last.year != TODAY.year else ""
            return f"{first.day}.{first.month}-{last.day}.{last.month}{year}{also}"
        case SpansAsked(options):
            return " ? ".join(short(one) for one in options)
        case SpanPast():
            return "past"
        case NoSpan(reason):
            return reason


SAID = {
    "3 Jun to 10 Jun": "3.6-10.6",
    "3 Jun - 10 Jun": "3.6-10.6",
    "3-10 Jun": "3.6-10.6",
    "3–10 June": "3.6-10.6",
    "from 3 to 10 June": "3.6-10.6",
    "June 3 to 10": "3.6-10.6",
    "June 3-10": "3.6-10.6",
    "Jun 3 - Jun 10": "3.6-10.6",
    "3.06-10.06": "3.6-10.6",
    "3-10.06": "3.6-10.6",
    "03.06.2026-10.06.2026": "3.6-10.6",
    "2026-06-03 to 2026-06-10": "3.6-10.6",
    "2026-06-03 - 2026-06-10": "3.6-10.6",
    "from 3 Jun until 10 Jun": "3.6-10.6",
    "between 3 June and 10 June": "3.6-10.6",
    "3rd to 10th of June": "3.6-10.6",
    "the 10th to the 15th": "10.6-15.6",
    "20 jun to 10 jul": "20.6-10.7",
    "28 Dec to 5 Jan": "28.12-5.1.2027",
    "Monday to Friday": "8.6-12.6",
    "Mon-Fri": "8.6-12.6",
    "tomorrow to Friday": "3.6-5.6",
    "from tomorrow to Sunday": "3.6-7.6",
    # what began before tomorrow is cut
    "today to Friday": "3.6-5.6",
    "2 Jun to 5 Jun": "3.6-5.6",
    "28 May to 10 Jun": "3.6-10.6",
    # an end alone: is that day off as well?
    "until Monday": "3.6-7.6/8.6",
    "till Friday": "3.6-4.6/5.6",
    "until 10 Jun": "3.6-9.6/10.6",
    "until 10 June inclusive": "3.6-10.6",
    "through Friday": "3.6-5.6",
    "until the end of June": "3.6-30.6",
    "until end of the week": "3.6-7.6",
    "until tomorrow": "3.6-3.6",
    # a length
    "1 week": "3.6-9.6",
    "a week": "3.6-9.6",
    "for two weeks": "3.6-16.6",
    "10 days": "3.6-12.6",
    "a month": "3.6-2.7",
    "from Monday for a week": "8.6-14.6",
    "for 3 days from 20 June": "20.6-22.6",
    "a week from Monday": "8.6-14.6 ? 15.6-15.6",
    # by name
    "next week": "8.6-14.6",
    "this week": "3.6-7.6",
    "this weekend": "6.6-7.6",
    "next weekend": "6.6-7.6 ? 13.6-14.6",
    "next month": "1.7-31.7",
    "August": "1.8-31.8",
    "in August": "1.8-31.8",
    "tomorrow": "3.6-3.6",
    "Friday": "5.6-5.6",
    "5 June": "5.6-5.6",
    # several readings
    "tomorrow until next Friday": "3.6-5.6 ? 3.6-12.6",
    "Tuesday": "9.6-9.6",  # this one is today, and gone
    "3/6 to 10/6": "3.6-10.6",
    # none
    "yesterday": "past",
    "25 May to 30 May": "past",
    "30 Feb to 3 Mar": "no-such-date",
    "from Monday": "endless",
    "10 Jun to 3 Jun": "unknown",
    "5 hours": "unknown",
    "tomorrow 10:00": "unknown",
    "soon": "vague",
    "hello": "unknown",
    "  ": "empty",
    "x" * 500: "unknown",
    # Russian
    "с 3 по 10 июня": "3.6-10.6",
    "с 3 июня по 10 июня": "3.6-10.6",
    "3-10 июня": "3.6-10.6",
    "3 июня - 10 июня": "3.6-10.6",
    "с 28 декабря по 5 января": "28.12-5.1.2027",
    "отпуск с 3 по 10 июня": "3.6-10.6",
    "с понедельника по пятницу": "8.6-12.6",
    "с завтра до пятницы": "3.6-5.6",
    "до понедельника": "3.6-7.6/8.6",
    "до 10 июня включительно": "3.6-10.6",
    "по пятницу": "3.6-5.6",
    "до конца июня": "3.6-30.6",
    "до конца недели": "3.6-7.6",
    "неделю": "3.6-9.6",
    "на две недели": "3.6-16.6",
    "10 дней": "3.6-12.6",
    "на месяц": "3.6-2.7",
    "на следующей неделе": "8.6-14.6",
    "на выходных": "6.6-7.6",
    "завтра": "3.6-3.6",
    "в августе": "1.8-31.8",
    "с понедельника на неделю": "8.6-14.6",
    "на неделю с 15 июня": "15.6-21.6",
    "вчера": "past",
}


@pytest.mark.parametrize(("phrase", "meant"), SAID.items())
def test_a_phrase_is_read_or_asked_about(phrase: str, meant: str) -> None:
    assert short(read(phrase)) == meant


def test_around_the_turn_of_the_year() -> None:
    assert read("28 Dec to 5 Jan", today=date(2027, 1, 2)) == Span(date(2027, 1, 3), date(2027, 1, 5), cut=True)
    assert read("28 Dec to 5 Jan", today=date(2027, 1, 20)) == SpanPast(Span(date(2026, 12, 28), date(2027, 1, 5)))
    assert read("27 Feb to 1 Mar", today=date(2028, 2, 20)) == Span(date(2028, 2, 27), date(2028, 3, 1))


def test_next_week_said_on_a_sunday_is_asked_about() -> None:
    assert read("next week", today=date(2026, 6, 7)) == SpansAsked(
        (Span(date(2026, 6, 8), date(2026, 6, 14)), Span(date(2026, 6, 15), date(2026, 6, 21)))
    )


def test_whether_it_was_cut_is_told() -> None:
    whole, cut = read("3 Jun to 5 Jun"), read("today to Friday")
    assert isinstance(whole, Span)
    assert isinstance(cut, Span)
    assert (whole.cut, cut.cut) == (False, True)


@given(st.integers(1, 300), st.integers(0, 60), st.sampled_from(["%d %B %Y", "%Y-%m-%d", "%d.%m.%Y", "%B %d %Y"]))
def test_two_written_dates_are_what_they_say(ahead: int, long: int, form: str) -> None:
    first = TODAY + timedelta(days=ahead)
    last = first + timedelta(days=long)
    assert read(f"{first.strftime(form)} to {last.strftime(form)}") == Span(first, last)


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_breaks_it_or_begins_before_tomorrow(phrase: str) -> None:
    found = read(phrase)
    spans = found.options if isinstance(found, SpansAsked) else (found,) if isinstance(found, Span) else ()
    assert all(TODAY < one.first <= one.last for one in spans)
