"""The README's picture, from the bot's own messages: `python -m tests.flows.picture` plays a fortnight and draws it."""

import asyncio
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from tests.fakes.telegram import Group, Person, Seen
from tests.flows.stage import Stage, stage
from tests.flows.test_story import join, set_up

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "telegram.png"
STYLE = """
body{margin:0;font:15px/1.42 "DejaVu Sans",system-ui,sans-serif;background:#dfe7ec;color:#0f1419}
main{display:grid;grid-template-columns:1fr 1fr;gap:22px;padding:24px;width:1136px}
h2{font-size:14px;margin:0 0 10px;color:#4b6372;font-weight:600}
.bubble{background:#fff;border-radius:14px 14px 14px 4px;padding:10px 14px;margin:0 0 4px;max-width:500px;white-space:pre-line;
box-shadow:0 1px 1px #0002;overflow-wrap:anywhere}
.mine{background:#e7fbd3;border-radius:14px 14px 4px 14px;margin-left:auto;width:fit-content;margin-bottom:12px}
.row{display:flex;gap:4px;max-width:528px;margin-bottom:4px}
.row span{flex:1;background:#ffffffb8;border-radius:8px;text-align:center;padding:6px 4px;font-size:14px;color:#22688f}
.after{height:10px}time{color:#7d8f99;font-size:12px;float:right;margin:6px 0 0 12px}
tg-time{text-decoration:underline dotted #9ab}
"""


async def play() -> str:
    """Play the fortnight and return the page."""
    async with stage(datetime(2026, 6, 15, 17, tzinfo=UTC)) as s:
        ann = s.tg.person("Ann", username="ann")
        leo = s.tg.person("Leo")
        group = s.tg.group("Study", members=[ann, leo])
        s.tg.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        for person in (ann, leo):
            await set_up(s, person, city="London", time="07:00")
            await join(s, person, group, "Group + alert")
        promise = "/commit finish Limits and Continuity by 28 June"
        await s.says(ann, promise, chat=group)
        post = await s.presses(ann, "Publish", chat=group)
        checkin = "/checkin 50m limits, exercises 1 to 12"
        for day in (16, 17, 18, 19, 22, 23):
            await s.until(datetime(2026, 6, day, 6, 5, tzinfo=UTC))
            card = await s.presses(ann, "Done")
            for label in [label for label in card.labels if label.startswith("Reviewed")]:
                await s.presses(ann, label)
            await s.presses(ann, "Finished")
        await s.until(datetime(2026, 6, 24, 6, 1, tzinfo=UTC))
        card = s.last(ann)
        echo = await s.says(ann, checkin)
        await s.until(datetime(2026, 6, 28, 18, 5, tzinfo=UTC))
        digest = s.last(group)
        await s.until(datetime(2026, 6, 29, 12, tzinfo=UTC))
        alert = next(seen for seen in s.seen(group) if "Cheer" in seen.labels)
        return page(s, ann, group, [card, checkin, echo], [promise, post, digest, alert])


def page(s: Stage, ann: Person, group: Group, private: list[Seen | str], public: list[Seen | str]) -> str:
    """The two chats side by side."""
    columns = (("Ann, in private", private), ("Study, the group", public))
    panes = "".join(f"<section><h2>{title}</h2>{''.join(map(bubble, shown))}</section>" for title, shown in columns)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><main>{panes}</main>"


def bubble(shown: Seen | str) -> str:
    """One message with its buttons; what a person typed stands to the right."""
    if isinstance(shown, str):
        return f'<div class="bubble mine">{escape(shown)}</div>'
    rows = "".join(f'<div class="row">{"".join(f"<span>{escape(label)}</span>" for label in row)}</div>' for row in shown.buttons)
    return f'<div class="bubble">{shown.html}</div>{rows}<div class="after"></div>'


def draw(html: str) -> None:
    """Have Chromium take the picture, cut to what is on it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        height = 130 + 24 * html.count("\n") // 2 + 40 * len(re.findall('class="row"', html)) // 2
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
             f"--user-data-dir={folder}/profile", f"--window-size=1184,{height}", f"--screenshot={PICTURE}", file.as_uri()],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


if __name__ == "__main__":
    draw(asyncio.run(play()))
