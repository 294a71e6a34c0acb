"""Sentences filled in: marks, values that are never interpreted, plurals of any language, moments in any zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notices import Notice
from bot.domain.notices.general import Apology, Help, Hint, StaleButton, UnknownCommand
from bot.ui import notices, words
from bot.ui.message import Message, Span, Style, Text
from bot.ui.words import Words, bold, city, cut, join

AT = datetime(2026, 6, 21, 12, tzinfo=UTC)
w = Words("en", "Europe/London", AT)


def plain(text: Text) -> str:
    return "".join(span.text for span in text)


# --- marks and values


def test_marks_make_styles() -> None:
    found = w("*bold* and _slanted_ and ~gone~ and plain")
    assert [(span.text, span.style) for span in found] == [
        ("bold", Style.BOLD),
        (" and ", Style.PLAIN),
        ("slanted", Style.ITALIC),
        (" and ", Style.PLAIN),
        ("gone", Style.STRIKE),
        (" and plain", Style.PLAIN),
    ]


@given(st.text(max_size=40))
def test_a_value_is_never_interpreted(value: str) -> None:
    found = w("*{name}* promised", name=value)
    assert all(span.style is Style.BOLD for span in found[:-1])
    shown = " ".join(value.split())
    assert plain(found).replace("\u2068", "").replace("\u2069", "") == f"{shown} promised".replace("\u2068", "").replace(
        "\u2069", ""
    )


@pytest.mark.parametrize("value", ["*not bold*", "{other}", "_x_", "~", "<b>", "%s", "{"])
def test_marks_in_values_are_letters(value: str) -> None:
    assert w("say {it}", it=value) == (Span("say "), Span(value))


def test_a_value_may_be_text_of_its_own() -> None:
    moment = Span("noon", at=AT)
    assert w("*at {when}*", when=(moment, Span("!", Style.ITALIC))) == (
        Span("at ", Style.BOLD),
        Span("noon", Style.BOLD, at=AT),
        Span("!", Style.ITALIC),
    )
    assert w("{link}", link=Span("notes", url="https://example.org")) == (Span("notes", url="https://example.org"),)


def test_a_long_value_floods_nothing_and_stays_on_its_line() -> None:
    assert len(plain(w("{text}", text="x" * 4000))) == 300
    assert plain(w("{text}", text="two\nlines")) == "two lines"
    assert cut("exactly", 7) == "exactly"
    assert cut("a little more", 9) == "a little…"


def test_right_to_left_names_do_not_turn_the_line_round() -> None:
    assert plain(w("{name}: 3 of 5", name="علي")) == "\u2068علي\u2069: 3 of 5"


def test_a_sentence_without_its_value_is_a_defect() -> None:
    with pytest.raises(KeyError):
        w("{missing}")


# --- the catalogue

RUSSIAN = """\
msgid ""
msgstr ""
"Language: ru\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "{n} module"
msgid_plural "{n} modules"
msgstr[0] "{n} модуль"
msgstr[1] "{n} модуля"
msgstr[2] "{n} модулей"

msgid "{name} promised *{what}*"
msgstr "*{what}*: обещание от {name}"
"""


@pytest.fixture
def russian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Words]:
    (tmp_path / "ru.po").write_text(RUSSIAN, encoding="utf-8")
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    monkeypatch.setattr(words, "LANGUAGES", ("en", "ru"))
    words._catalogue.cache_clear()
    yield Words("ru", "Europe/Moscow", AT)
    words._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("n", "says"),
    [(1, "1 модуль"), (2, "2 модуля"), (5, "5 модулей"), (11, "11 модулей"), (21, "21 модуль"), (104, "104 модуля")],
)
def test_plurals_are_the_languages_own(russian: Words, n: int, says: str) -> None:
    assert plain(russian.many("{n} module", "{n} modules", n)) == says


def test_a_translator_may_move_marks_and_values(russian: Words) -> None:
    assert russian("{name} promised *{what}*", name="Ann", what="Limits") == (
        Span("Limits", Style.BOLD),
        Span(": обещание от "),
        Span("Ann"),
    )
    assert plain(russian("not translated yet")) == "not translated yet"
    assert russian.date(date(2026, 6, 30)) == "вт 30 июн. 2026"


@pytest.mark.parametrize("language", ["pt", "zz", "", "en_GB", "../../etc"])
def test_a_language_that_is_not_offered_is_english_throughout(language: str) -> None:
    other = Words(language, "Europe/London", AT)
    assert other.date(date(2026, 6, 30)) == "Tue 30 Jun 2026"
    assert other.weekday(0) == "Monday"
    assert plain(other.many("{n} module", "{n} modules", 2)) == "2 modules"


# --- time


def test_moments_are_told_in_the_owners_zone_and_kept_as_instants() -> None:
    due = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
    assert w.moment(due) == (Span("Tue 30 Jun 2026 23:59 London", at=due),)
    assert plain(w.moment(due, zone="America/New_York")) == "Tue 30 Jun 2026 18:59 New York"
    assert plain(w.clock(due)) == "23:59"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert w.wall(time(7, 0)) == "07:00"


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (range(7), "every day"),
        (range(5), "Mon-Fri"),
        ((2, 0), "Mon, Wed"),
        ((0, 1), "Mon, Tue"),
        ((5, 6, 4), "Fri-Sun"),
        ((), ""),
    ],
)
def test_weekdays_as_people_write_them(days: tuple[int, ...], says: str) -> None:
    assert w.weekdays(days) == says


def test_what_is_said_a_moment_late_keeps_its_days() -> None:
    assert w.until(AT + timedelta(days=7) - timedelta(seconds=3)) == "in 7 days"
    assert w.until(AT + timedelta(days=7) - timedelta(minutes=1)) == "in 6 days"


@pytest.mark.parametrize(
    ("length", "says"),
    [
        (timedelta(days=9, hours=5), "9 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(minutes=45), "45 minutes"),
        (timedelta(seconds=10), "1 minute"),
    ],
)
def test_spans_in_their_largest_unit(length: timedelta, says: str) -> None:
    assert w.span(length) == says
    assert w.until(AT + length) == f"in {says}"
    assert w.until(AT - length) == f"{says} ago"


def test_minutes_studied() -> None:
    assert [w.minutes(n) for n in (0, 45, 60, 90)] == ["0 min", "45 min", "1 h", "1 h 30 min"]


# --- put together


def test_empty_parts_leave_no_gap() -> None:
    assert plain(join(["a", (), "", w("b"), bold("c")])) == "a\nb\nc"
    assert join([]) == ()


def test_a_message_without_its_marks_reads_the_same() -> None:
    message = Message(w("*{name}*", name="Ann"), asks_location=True)
    assert (message.unmarked.plain, message.unmarked.text, message.unmarked.asks_location) == ("Ann", (Span("Ann"),), True)


def test_what_is_said_again_says_so_first() -> None:
    told = notices.again(notices.word(Hint(), w), w)
    assert told.plain.splitlines()[0] == "Again, in case the first got lost."
    assert told.text[0].style is Style.ITALIC


def test_general_notices() -> None:
    said: dict[Notice, str] = {
        Apology("77"): "Nothing was changed; please try again. (For the operator: update 77.)",
        UnknownCommand("comit", "commit"): "There is no /comit. Did you mean /commit?",
        UnknownCommand("xyz", None): "There is no /xyz. /help lists",
        StaleButton("over"): "That moment has passed.",
        StaleButton("other"): "belongs to somebody else",
        StaleButton("gone"): "from an older message",
        Help((("commit", "TEXT by DATE", "Promise something"),), in_group=False): "/commit TEXT by DATE · Promise something",
    }
    for notice, words_ in said.items():
        assert words_ in notices.word(notice, w).plain
