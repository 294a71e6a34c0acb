"""Messages as Telegram shows them: whatever the text, what arrives is the text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import BUTTONS
from bot.messenger import Target
from bot.platforms.telegram import render
from bot.ui.message import Button, Message, Span, Style, Tint, press
from tests.fakes.telegram import html
from tests.fakes.telegram.limits import keyboard_of
from tests.platforms.conftest import Wire

AT = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
letters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
spans = st.builds(
    Span,
    letters,
    st.sampled_from(Style),
    url=st.none() | st.sampled_from(["https://example.org/?a=1&b=2", 'https://example.org/"><b>']),
    at=st.none() | st.just(AT),
    account=st.none() | st.just("5000000001"),
)


@given(st.lists(spans, max_size=8).map(tuple))
def test_any_text_arrives_as_it_is(text: tuple[Span, ...]) -> None:
    plain, _ = html.parse(render.html(text))
    assert plain == "".join(span.text for span in text)


@given(st.lists(spans, max_size=8).map(tuple), st.integers(2, 60))
def test_what_is_cut_fits(text: tuple[Span, ...], limit: int) -> None:
    kept = "".join(span.text for span in render.within(text, limit))
    whole = "".join(span.text for span in text)
    assert html.units(kept) <= max(limit, 0)
    assert kept == whole or (html.units(whole) > limit and whole.startswith(kept.removesuffix(" …")))


@given(st.text(max_size=300))
def test_units_are_counted_as_telegram_does(text: str) -> None:
    assert render.units(text) == html.units(text)
    assert html.units(render.toast(text)) <= render.TOAST_LIMIT
    assert render.units(render.first_units(text, 7)) <= 7


NAMES = ["Ann <3 & Bob", "👩‍🏫 Ann", "علي \u202e reversed", "<b>bold</b>", "&lt;", "x" * 4000, "🔥" * 2048, "_*~`{name}"]


@pytest.mark.parametrize("name", NAMES)
async def test_names_of_all_kinds_arrive(wire: Wire, name: str) -> None:
    wire.ann.says("/start")
    message = Message((Span(name, Style.BOLD), Span(" promised.")))
    await wire.bot.send(Target(str(wire.ann.id)), message, reply_to=None, silent=False, nonce="1")
    [seen] = wire.tg.dm(wire.ann)
    whole = f"{name} promised."
    assert seen.text == (whole if html.units(whole) <= 4096 else seen.text)
    assert html.units(seen.text) <= 4096
    assert not wire.tg.refusals


def test_moments_links_and_people() -> None:
    text = (Span("Tue 30 Jun", at=AT), Span("notes", url="https://example.org/?a=1&b=2"), Span("Ann", account="5"))
    _, found = html.parse(render.html(text))
    assert [(one["type"], one.get("unix_time"), one.get("url")) for one in found] == [
        ("date_time", int(AT.timestamp()), None),
        ("text_link", None, "https://example.org/?a=1&b=2"),
        ("text_link", None, "tg://user?id=5"),
    ]


def test_every_style_is_one_of_telegrams() -> None:
    kinds = [html.parse(render.html((Span("x", style),)))[1] for style in Style]
    assert [one[0]["type"] if one else None for one in kinds] == [None, "bold", "italic", "strikethrough", "code", "blockquote"]


def test_buttons_links_and_tints() -> None:
    name = BUTTONS[0].name
    rows = (
        (press("Go", name, 1, tint=Tint.PRIMARY), Button("Read", url="https://example.org")),
        (Button("Join", url="start:join-x1"),),
    )
    markup = render.keyboard(rows, bot_name="plan_e_bot")
    assert markup is not None
    told = keyboard_of(markup.to_dict())
    assert told == {
        "inline_keyboard": [
            [{"text": "Go", "callback_data": f"{name}|1", "style": "primary"}, {"text": "Read", "url": "https://example.org"}],
            [{"text": "Join", "url": "https://t.me/plan_e_bot?start=join-x1"}],
        ]
    }
    assert render.keyboard((), bot_name="x") is None
    with pytest.raises(ValueError, match="not a button"):
        render.keyboard(((press("Go", name, "x" * 64),),), bot_name="x")


def test_a_question_for_the_place_has_a_button_to_share_it_in_private_only() -> None:
    ask = Message((Span("Where are you?"),), asks_location=True)
    options = {"bot_name": "x", "location_label": "Share"}
    shared = render.reply_markup(ask, private=True, **options)
    assert shared is not None
    assert shared.to_dict()["keyboard"][0][0]["request_location"]
    assert render.reply_markup(ask, private=False, **options) is None
