"""What is drawn: the right size, not blank, the same again, whatever names and numbers are in it. Warnings are errors here."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread

from bot.charts.canvas import WIDTH, Canvas
from bot.charts.drawing import draw
from bot.charts.grounds import PALETTES, Form, Ground
from bot.charts.letters import is_word, legible
from bot.domain.charts import BurnupChart, BurnupWords, Chart, HeatChart, Line, ProgressChart
from bot.domain.pace import Forecast
from bot.domain.progress import Burnup, DayState, HeatDay
from tests.charts.samples import HEAT, SAMPLES, TODAY, burnup, crowd, group, heat

LINE = Line("Ann", 3, 5, "2 h", 1, 0)
CHAT = PALETTES[Ground.CHAT]


def pixels(chart: Chart, *, ground: Ground = Ground.CHAT) -> Any:
    return imread(BytesIO(draw(chart, ground=ground)))


def shows(picture: Any, colour: str) -> int:
    """How many pixels are of a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return int((abs(picture[..., :3] - (red, green, blue)).max(axis=-1) < 0.02).sum())


@pytest.mark.parametrize("name", SAMPLES)
def test_each_is_as_wide_as_a_phone_and_not_blank(name: str) -> None:
    drawn = draw(SAMPLES[name])
    assert len(drawn) < 600_000  # Telegram takes 10 MB
    picture = imread(BytesIO(drawn))
    height, width = picture.shape[:2]
    assert width == WIDTH
    assert height <= 2.2 * width  # chats scale what is higher until it cannot be read
    assert picture.std() > 0.03
    assert shows(picture, CHAT.ink) > 300  # its title
    assert picture[..., 3].min() == 1  # no see-through: on a chat's own ground it would not be legible


@pytest.mark.parametrize("name", ["progress", "group", "two-years"])
def test_the_same_facts_give_the_same_bytes(name: str) -> None:
    for form in Form:
        assert draw(SAMPLES[name], form=form) == draw(SAMPLES[name], form=form)


@pytest.mark.parametrize("ground", [Ground.LIGHT, Ground.DARK])
def test_pages_get_vectors_on_their_own_ground(ground: Ground) -> None:
    drawn = ET.fromstring(draw(SAMPLES["progress"], form=Form.SVG, ground=ground))  # noqa: S314 - our own
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.get("viewBox", "").startswith("0 0 777.6 ")
    assert pixels(SAMPLES["progress"], ground=ground)[0, 0, 3] == 0


# --- what they show ---------------------------------------------------------------------------------------------------
def test_missed_days_are_framed_and_excused_ones_are_dots() -> None:
    def days(state: DayState) -> HeatChart:
        return HeatChart("", "", tuple(HeatDay(TODAY - timedelta(days=ago), 0, 0, state) for ago in range(20, -1, -1)), HEAT)

    frames, dots = (shows(pixels(days(state)), CHAT.slipped) for state in (DayState.MISSED, DayState.EXCUSED))
    assert frames > 1000
    assert dots == 0


def test_more_minutes_are_brighter() -> None:
    def cell(day: HeatDay) -> list[int]:
        picture = pixels(HeatChart("", "", (day,), HEAT))[300:, :200]  # its Sunday, and the key's beginning
        return [shows(picture, colour) for colour in CHAT.heat]

    key = cell(HeatDay(TODAY, 0, 0, DayState.AHEAD))
    for level, minutes in enumerate((0, 10, 30, 60, 120)):
        day = HeatDay(TODAY, minutes, 1, DayState.DONE if minutes else DayState.FREE)
        grown = [more - fewer for more, fewer in zip(cell(day), key, strict=True)]
        assert grown.index(max(grown)) == level


def test_the_fan_and_the_promise_are_drawn_where_there_are_any() -> None:
    without = replace(burnup(), burnup=replace(burnup().burnup, promised=(), forecast=None))
    assert shows(pixels(without), CHAT.promised) == 0
    assert shows(pixels(burnup()), CHAT.promised) > 500
    promised = replace(without, burnup=replace(without.burnup, promised=burnup().burnup.promised))
    assert (pixels(burnup()) != pixels(promised)).any()


def test_a_group_grows_by_lines_up_to_forty() -> None:
    heights = [pixels(crowd(count)).shape[0] for count in (1, 5, 20, 40)]
    assert heights == sorted(set(heights))
    assert draw(crowd(40)) == draw(replace(crowd(50), lines=crowd(50).lines[:40], more=""))


# --- letters ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Анна Ёлкина", "Анна Ёлкина"),
        ("محمد", "محمد"),
        ("می‌خواهم", "می‌خواهم"),
        ("Zoë Đặng", "Zoë Đặng"),
        ("Bob 🚀🏳️‍🌈", "Bob"),
        ("𝓛𝓮𝓸", "Leo"),
        ("a\n\tb\0c", "a b c"),
        ("\u202eevil\u2066", "evil"),
        ("\ud800x", "x"),
        ("$x^2$ \\frac{", "$x^2$ \\frac{"),
        ("Z" + "\u0335" * 50, "Z\u0335\u0335"),
    ],
)
def test_what_can_be_drawn_of_a_name(name: str, drawn: str) -> None:
    assert legible(name) == drawn


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=25)
def test_no_name_breaks_a_picture(name: str) -> None:
    assert draw(replace(group(), title=name, lines=(replace(LINE, name=name, minutes=name),)))


def test_a_name_without_a_font_becomes_a_number() -> None:
    name = "𓀀𓀁"
    assert not is_word(legible(name).replace("·", ""))
    assert draw(replace(group(), lines=(replace(LINE, name=name),))) == draw(replace(group(), lines=(replace(LINE, name="#1"),)))


def test_words_are_cut_to_the_room_there_is() -> None:
    canvas = Canvas(height=100, palette=CHAT)
    assert canvas.text((0, 50), "word " * 100, size=30, colour=CHAT.ink, room=200) <= 200
    assert canvas.text((0, 50), "word", size=30, colour=CHAT.ink, room=200) < 200


# --- numbers ----------------------------------------------------------------------------------------------------------
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))
COUNTS = st.integers(min_value=0, max_value=10**6)


@given(
    st.lists(st.tuples(DAYS, COUNTS), min_size=1, max_size=12, unique_by=lambda one: one[0]),
    st.lists(st.tuples(DAYS, COUNTS), max_size=4),
    st.none() | st.lists(DAYS, min_size=3, max_size=3).map(sorted),
    COUNTS,
)
@settings(deadline=None, max_examples=25)
def test_no_numbers_break_a_burn_up(
    done: list[tuple[date, int]], promised: list[tuple[date, int]], forecast: list[date] | None, total: int
) -> None:
    done.sort()
    facts = Burnup(
        days=tuple(day for day, _ in done),
        done=tuple(sorted(count for _, count in done)),
        total=total,
        promised=tuple(sorted(promised)),
        forecast=Forecast(*forecast) if forecast else None,
    )
    assert draw(BurnupChart("", "", facts, BurnupWords("done", "promised", "forecast", HEAT.months)))


@given(st.integers(min_value=1, max_value=900))
@settings(deadline=None, max_examples=8)
def test_a_heat_map_of_any_length_fits(count: int) -> None:
    days = tuple(HeatDay(TODAY - timedelta(days=ago), ago % 200, 1, DayState.DONE) for ago in range(count - 1, -1, -1))
    picture = pixels(ProgressChart(burnup(), replace(heat(), days=days)))
    assert picture.shape[0] <= 1.7 * WIDTH
