"""Nothing exists on one platform only: every command, every button and every notice, by the tables themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import buttons
from bot.buttons import BUTTONS
from bot.commands import COMMANDS
from bot.domain.notices import Notice
from bot.domain.notices.commitments import PromiseLine
from bot.domain.notices.groups import Setting, SetupChoice
from bot.domain.notices.plan_edits import DropRefused, ModuleShown, MoveShown, Neighbour, SourceShown, SourcesShown
from bot.domain.notices.plans import ImportEmpty, ImportPreview, ImportRefused, ProblemLine, SourceLine, TrackShown
from bot.domain.notices.slips import PromisesNear
from bot.domain.plans import SourceKind
from bot.platforms.discord import render as discord
from bot.platforms.telegram import render as telegram
from bot.platforms.telegram.adapter import Telegram
from bot.services.plan_draft import Reason, Refusal
from bot.ui import notices
from bot.ui.message import Message, press
from bot.ui.words import Words
from tests.fakes.telegram import FakeTelegram
from tests.platforms.conftest import settings as telegram_settings
from tests.platforms.discord_line import line
from tests.props import NOON, Hand

KINDS = sorted(notices._BY_NOUN, key=lambda kind: kind.__name__)
WORDS = Words("en", "Europe/London", NOON)
ONLY_WHERE_IT_CAN_BE = {"start.location"}  # Discord has no way to share where one is

# Facts of any kind, but such as can be: no eighth day of the week, no place that is none.
ANY: dict[type, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    date: st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    int: st.integers(0, 6),
    float: st.floats(0, 1),
    str: st.just("Europe/London"),
}


def example(kind: type) -> st.SearchStrategy[Notice]:
    """Notices of a kind; where a field's words are a choice among few, one of those."""
    problem = st.builds(ProblemLine, reason=st.sampled_from([*Reason]))
    source = st.builds(SourceLine, kind=st.sampled_from([*SourceKind]))
    match kind.__name__:
        case SetupChoice.__name__:
            return st.builds(kind, setting=st.just(Setting.DAY), options=st.just(("0", "6")), chosen=st.just("0"))
        case ImportRefused.__name__:
            return st.builds(kind, code=st.sampled_from([*Refusal]))
        case ImportEmpty.__name__ | ImportPreview.__name__:
            return st.builds(kind, problems=st.lists(problem, max_size=2).map(tuple))
        case PromisesNear.__name__:
            return st.builds(kind, lines=st.lists(st.from_type(PromiseLine), min_size=1, max_size=2).map(tuple))
        case TrackShown.__name__ | ModuleShown.__name__:
            return st.builds(kind, sources=st.lists(source, max_size=2).map(tuple))
        case SourcesShown.__name__:
            return st.builds(kind, sources=st.lists(st.tuples(st.integers(1, 9), source), max_size=2).map(tuple))
        case SourceShown.__name__:
            return st.builds(kind, source=source)
        case MoveShown.__name__:
            return st.builds(kind, around=st.lists(st.from_type(Neighbour), min_size=1, max_size=2).map(tuple))
        case DropRefused.__name__:
            return st.builds(kind, promises=st.just(((1, "finish Calculus"),)))
        case _:
            return st.from_type(kind)


@pytest.fixture(autouse=True, scope="module")
def _facts_that_can_be() -> Iterator[None]:
    for kind, strategy in ANY.items():
        st.register_type_strategy(kind, strategy)
    yield
    for kind, strategy in (
        (datetime, st.datetimes()),
        (date, st.dates()),
        (int, st.integers()),
        (float, st.floats()),
        (str, st.text()),
    ):
        st.register_type_strategy(kind, strategy)


async def test_every_command_is_called_by_one_name_on_both(tmp_path: Path) -> None:
    clock = Hand()
    names = {one.name for one in COMMANDS}
    async with FakeTelegram(now=clock) as tg:
        bot = Telegram(telegram_settings(tg), clock)
        await bot.start()
        await bot.register(COMMANDS, WORDS)
        scopes = ("all_private_chats", "all_group_chats", "all_chat_administrators")
        assert {one["command"] for scope in scopes for one in tg.commands(scope={"type": scope})} == names
        await bot.stop()
    async with line(tmp_path) as wire:
        typed = [one for one in wire.dc.commands() if one["type"] == 1]
        assert {one["name"] for one in typed} == names
        by_name = {one["name"]: one for one in typed}
        for one in COMMANDS:
            private, group = one.where.covers(in_group=False), one.where.covers(in_group=True)
            assert by_name[one.name]["contexts"] == [*([0] if group else []), *([1] if private else [])], one.name


@pytest.mark.parametrize("one", BUTTONS, ids=lambda one: str(one.name))
def test_every_button_can_be_pressed_on_both(one: Any) -> None:
    message = Message((), ((press("Press", one.name, *("1" for _ in range(one.arguments))),),))
    keyboard = telegram.keyboard(message.rows, bot_name="plan_e_bot")
    assert keyboard is not None
    made = [each["custom_id"] for row in discord.components(message) for each in row["components"]]
    on_telegram = [each.callback_data for row in keyboard.inline_keyboard for each in row]
    assert made == ([] if one.name in ONLY_WHERE_IT_CAN_BE else on_telegram)
    assert bool(one.needs) == (one.name in ONLY_WHERE_IT_CAN_BE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_every_notice_is_shown_on_both(kind: type) -> None:
    @settings(max_examples=3, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    @given(example(kind))
    def shown(notice: Notice) -> None:
        message = notices.word(notice, WORDS)
        body, html = discord.payload(message), telegram.html(message.unlisted.text)
        text = body["content"] or "".join(one["description"] for one in body["embeds"])
        assert bool(text.strip()) == bool(html.strip())
        keyboard = telegram.keyboard(message.unlisted.rows, bot_name="plan_e_bot")
        there = [each.text for row in keyboard.inline_keyboard for each in row] if keyboard else []
        parts = [each for row in body["components"] for each in row["components"]]
        labels = [each["label"] for each in parts if each["type"] == 2 and not each["label"].startswith("✎")]
        here = [*offered(message, parts, opened=False), *labels, *offered(message, parts, opened=True)]
        unfit = {each.label for row in message.rows for each in row if each.action and each.action.name in ONLY_WHERE_IT_CAN_BE}
        assert here == [label[: discord.LABEL_LIMIT] for label in there if label not in unfit][: len(here)]
        assert len(here) == min(25, len(there) - len(unfit))

    shown()


def offered(message: Message, parts: list[Any], *, opened: bool) -> list[str]:
    """What stands in the lists of options: on Telegram a button each, or one that opens the list and is called like it."""
    lists = [each for each in parts if each["type"] == 3]
    assert len(lists) == len([one for one in message.selects if one.among is None])
    labels: list[str] = []
    for one in message.selects:
        if one.among is None:
            made = next(each for each in lists if each["custom_id"] == buttons.encode(one.action))
            options = [f"{'✓ ' if each['default'] else ''}{each['label']}" for each in made["options"]]
            labels += [made["placeholder"]] if one.opens and opened else options if not one.opens and not opened else []
    return labels
