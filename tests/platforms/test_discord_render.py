"""Messages as Discord's markdown, embeds and rows of buttons."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord import render
from bot.platforms.discord.markdown import escape, markdown
from bot.platforms.discord.render import action_id, components, payload
from bot.ui.message import Action, Among, Button, Message, Option, Select, Span, Style, Tint, press
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.wording import unmarked


def shown(*spans: Span) -> str:
    return markdown(spans, 2000)


def test_styles_stand_for_themselves() -> None:
    assert shown(Span("bold", Style.BOLD), Span(" "), Span("so", Style.ITALIC)) == "**bold** _so_"
    assert shown(Span("gone", Style.STRIKE), Span("x", Style.CODE)) == "~~gone~~\u200b`x`"
    assert shown(Span("said\nso", Style.QUOTE)) == "> said\n> so"


def test_spans_of_one_look_share_their_marks_and_blanks_stand_outside() -> None:
    assert shown(Span("In ", Style.BOLD), Span("Study ", Style.BOLD), Span("now")) == "**In Study** now"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("*a* _b_ ~~c~~ ||d||", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\|"),
        ("# big\n- one\n1. two\n> three", "\\# big\n\\- one\n1\\. two\n\\> three"),
        ("half-done (really)", "half-done (really)"),
        ("<@1> @everyone [x](y)", "\\<\\@1\\> \\@everyone \\[x\\](y)"),
        ("see https://x.org/a_b_c now", "see <https://x.org/a_b_c> now"),
        ("a :smile: at 12:30", "a \\:smile: at 12:30"),
    ],
)
def test_what_people_write_is_never_interpreted(said: str, kept: str) -> None:
    assert escape(said) == kept


def test_a_list_mark_in_the_middle_of_a_line_is_left_alone() -> None:
    assert shown(Span("so: "), Span("- no list")) == "so: - no list"
    assert shown(Span("so:\n"), Span("- no list")) == "so:\n\\- no list"


async def test_everything_reads_as_it_was_written() -> None:
    async with FakeDiscord(now=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as dc:
        ann = dc.person("Ann")
        dc.group("Study", members=[ann])

        @given(st.lists(st.text(alphabet="ab *_~|>#-+1.`[]()<@:\\\n", max_size=12), min_size=1, max_size=4))
        def reads_back(parts: list[str]) -> None:
            text = "".join(parts)
            seen = unmarked(dc.world, shown(*(Span(part) for part in parts)), None)  # type: ignore[arg-type] # names nobody
            assert seen == text

        reads_back()


def test_moments_links_and_people() -> None:
    at = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    assert shown(Span("Tue 30 Jun 2026 23:59 London", at=at)) == "Tue 30 Jun 2026 23:59 London (<t:1782860399:f>)"
    assert shown(Span("notes [1]", url="https://x.org/a b>")) == "[notes \\[1\\]](<https://x.org/a%20b%3E>)"
    assert shown(Span("Ann", account="42")) == "<@42>"
    assert payload(Message((Span("Ann", account="42"),)))["allowed_mentions"] == {"parse": [], "users": ["42"]}
    two = Message((Span("Ann", account="42"), Span("Bob", account="43")))
    assert payload(two)["allowed_mentions"]["users"] == []


def test_a_long_text_becomes_an_embed_and_a_longer_one_is_cut() -> None:
    short = payload(Message((Span("x" * 2000),)))
    assert (len(short["content"]), short["embeds"], short["flags"]) == (2000, [], render.SUPPRESS_EMBEDS)
    long = payload(Message((Span("*" * 2000),)))
    assert (long["content"], long["flags"], len(long["embeds"][0]["description"])) == ("", 0, 4000)
    longest = payload(Message((Span("x" * 5000, Style.BOLD),)))["embeds"][0]["description"]
    assert len(longest) <= 4096
    assert longest.endswith("…")
    assert len(payload(Message((Span("*" * 3000),)), embeds=False)["content"]) <= 2000


@given(st.lists(st.tuples(st.text(max_size=400), st.sampled_from(Style)), max_size=8), st.integers(50, 300))
def test_whatever_is_cut_fits(parts: list[tuple[str, Style]], limit: int) -> None:
    assert len(markdown(tuple(Span(text, style) for text, style in parts), limit)) <= limit


def rows(message: Message) -> list[list[Any]]:
    return [row["components"] for row in components(message)]


def test_seven_days_in_a_row_are_two_rows() -> None:
    week = tuple(press(f"{day}", "start.day", day) for day in range(7))
    assert [len(row) for row in rows(Message((), (week,)))] == [4, 3]


def test_more_rows_than_there_can_be_are_packed() -> None:
    many = tuple((press(f"{n}", "promise.open", n),) for n in range(12))
    assert [len(row) for row in rows(Message((), many))] == [5, 5, 2]
    most = tuple((press(f"{n}", "promise.open", n),) for n in range(40))
    assert sum(map(len, rows(Message((), most)))) == 25


def test_weights_links_and_the_way_into_the_private_chat() -> None:
    [row] = rows(
        Message(
            (),
            (
                (
                    press("Done", "promise.done", 1, tint=Tint.SUCCESS),
                    press("Leave", "group.leave", 1, tint=Tint.DANGER),
                    Button("Page", url="https://x.org"),
                    Button("Join", url="start:join_abc", tint=Tint.PRIMARY),
                ),
            ),
        )
    )
    assert [one["style"] for one in row] == [3, 4, 5, 1]
    assert [one.get("custom_id") for one in row] == ["promise.done|1", "group.leave|1", None, "start|join_abc"]


def test_buttons_that_do_the_same_are_told_apart() -> None:
    [row] = rows(Message((), ((press("a", "plan.file"), press("b", "plan.file")),)))
    ids = [one["custom_id"] for one in row]
    assert len(set(ids)) == 2
    assert {action_id(one) for one in ids} == {"plan.file"}


def test_a_question_offers_a_form_and_what_discord_lacks_is_not_offered() -> None:
    message = Message((), ((press("Share my location", "start.location"),), (press("Back", "start.back"),)), asks="Your city")
    assert [[one["label"] for one in row] for row in rows(message)] == [["Back", "✎ Your city"]]
    file = Message((), (), asks="Your plan as text", asks_file=True)
    assert rows(file)[0][0]["custom_id"] == render.WORDS_FILE


def test_a_label_is_never_too_long_nor_missing() -> None:
    [row] = rows(Message((), ((press("x" * 200, "plan.file"), press("", "plan.templates")),)))
    assert [len(one["label"]) for one in row] == [80, 1]


# --- lists ----------------------------------------------------------------------------------------------------------------
DAY = Select("Day", Action("setup.set", ("day",)), (Option("Monday", "0"), Option("Sunday", "6")), chosen="6")
CHANNEL = Select("Where", Action("setup.channel"), among=Among.CHANNELS, chosen="42")
ROLE = Select("Who", Action("setup.role"), among=Among.ROLES, clears=True)


def test_lists_stand_above_the_buttons_each_in_a_row_of_its_own() -> None:
    many = tuple((press(f"{n}", "promise.open", n),) for n in range(7))
    [where], [who], [day], *rest = rows(Message((), many, (CHANNEL, ROLE, DAY)))
    assert (where["type"], where["default_values"], where["min_values"]) == (8, [{"id": "42", "type": "channel"}], 1)
    assert set(where["channel_types"]) == {0, 5, 10, 11, 12}
    assert (who["type"], who["min_values"], "default_values" in who, who["placeholder"]) == (6, 0, False, "Who")
    assert [(one["label"], one["value"], one["default"]) for one in day["options"]] == [
        ("Monday", "0", False),
        ("Sunday", "6", True),
    ]
    assert (day["type"], day["custom_id"]) == (3, "setup.set|day")
    assert [len(row) for row in rest] == [5, 2], "five rows there are"


def test_a_form_has_a_row_of_its_own_where_there_are_lists_alone() -> None:
    assert [len(row) for row in rows(Message((), (), (DAY,), asks="By when"))] == [1, 1]


def test_a_platform_without_lists_has_buttons_or_a_way_to_them_or_words() -> None:
    opened = replace(DAY, opens=Action("setup.ask", ("day",)))
    where = replace(CHANNEL, instead=(Span("Where you type /setup."),))
    message = Message((Span("Set up"),), ((press("Join", "plan.file"),),), (DAY, opened, where)).unlisted
    assert [[one.label for one in row] for row in message.rows] == [["Monday", "✓ Sunday"], ["Join"], ["Day"]]
    assert [one.action for row in message.rows for one in row][-1] == opened.opens
    assert message.plain == "Set up\nWhere you type /setup."
    assert message.selects == ()


def test_channels_and_roles_are_named_and_nobody_is_notified() -> None:
    spans = (Span("that channel", channel="42"), Span(" "), Span("that role", role="43"))
    assert shown(*spans) == "<#42> <@&43>"
    assert payload(Message(spans))["allowed_mentions"] == {"parse": [], "users": []}
    assert shown(Span("that channel", channel="forged>")) == "that channel"
