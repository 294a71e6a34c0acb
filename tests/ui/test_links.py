"""Words about one person on two platforms."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.notices import Notice
from bot.domain.notices.links import (
    LinkCode,
    LinkedAccount,
    LinkLeft,
    LinkOwn,
    LinkPlan,
    LinkPreview,
    Links,
    UnlinkAsked,
    Unlinked,
)
from bot.domain.notices.people import GroupSeen
from bot.domain.people import Consent
from bot.ui.message import Style
from bot.ui.notices import word
from bot.ui.words import Words

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
w = Words("en", "Europe/London", AT)
PREVIEW = LinkPreview(
    code="K7QM4XTA",
    other="Anna",
    username=None,
    platform="discord",
    name="Ann",
    kept=LinkPlan(1, "Maths"),
    aside=LinkPlan(2, "Numbers"),
    promises=2,
    groups=tuple(f"Group {n}" for n in range(8)),
    twice=(GroupSeen(3, "Group 3", Consent.ALERT),),
    cards_to="telegram",
)


def test_a_code_stands_out_and_is_easy_to_copy() -> None:
    message = word(LinkCode("K7QM4XTA", ("telegram", "discord"), AT + timedelta(minutes=15)), w)
    assert "/link K7QM-4XTA" in [span.text for span in message.text if span.style is Style.CODE]
    assert "Type this to me on Telegram or Discord, by 13:15:" in message.plain


def test_a_preview_says_what_it_means() -> None:
    message = word(PREVIEW, w)
    assert message.plain.splitlines() == [
        "Link this account with Anna on Discord? Only if that is you.",
        "",
        "The two become one learner: one plan, one card a day. A check-in on either counts in every group of both.",
        "",
        "Plan: “Maths” stays in use, “Numbers” is kept aside",
        "Promises: 2 open, and go on as Ann's",
        "Groups: Group 0, Group 1, Group 2, Group 3, Group 4, Group 5 and 2 more; there you go by Ann",
        "You are in Group 3 twice; it will see: group + alert",
        "Cards go to Telegram; /link changes that",
        "",
        "/link off makes two of it again.",
    ]
    assert [[button.label for button in row] for row in message.rows] == [["Link", "No"], ["Use “Numbers” instead"]]


@pytest.mark.parametrize(
    ("notice", "says"),
    [
        (LinkOwn(("discord",)), "That is your own code. It is to be typed on Discord."),
        (LinkLeft(linked=True), "It stays linked."),
        (Unlinked(own=False, platforms=("discord", "matrix")), "Unlinked. Discord and Matrix: a learner of its own again."),
        (UnlinkAsked(2, ("discord",), ("telegram",), 0, 0, None), "It brought nothing to go back."),
        (UnlinkAsked(2, ("discord",), ("telegram",), 1, 2, "Maths"), "1 check-in, 2 open promises, the plan “Maths”."),
        (Links((LinkedAccount("telegram", None, reachable=False),), "telegram"), "Telegram: I cannot write to you there"),
    ],
)
def test_what_else_is_said(notice: Notice, says: str) -> None:
    assert says in word(notice, w).plain
