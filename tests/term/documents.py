"""The two documents of a term that was played."""

from datetime import date, timedelta
from typing import Final

from tests.term.cast import CAST
from tests.term.play import FIRST, GROUP_TITLE, Term
from tests.term.transcript import Chat, boards_in, lines_of

TOLD: Final = "ilya"  # whose private chat is shown
_ZONE: Final = "Europe/London"
_HOW: Final = (
    "Times are London's. `✎` is a message that was edited in place, with the lines that are new; edits that only count on are "
    "left out. `Buttons` look like this, and **[so]** when somebody presses one. Made by `python -m tests.term`; see "
    "[README](README.md)."
)


def documents(term: Term) -> dict[str, str]:
    """Their names and what stands in them."""
    name = next(one.name for one in CAST if one.key == TOLD)
    opening = f"Everything that is public in a group of ten, in the order it was said. The board is shown on Sundays.\n\n{_HOW}"
    group = Chat(f"{GROUP_TITLE}: the group", _ZONE, opening, boards_in(term.group, term.journal))
    private = Chat(f"{name} and Plan E: a private chat", _ZONE, f"One learner's side of the same sixteen weeks.\n\n{_HOW}")
    return {
        "group.md": group.write(lines_of(term.group, term.journal, term.deeds)),
        "private.md": private.write(lines_of(term.private[TOLD], term.journal, term.deeds)),
    }


def up_to(text: str, days: int) -> str:
    """What stands in a document up to the end of that many days of the term, on London's clock."""
    after: date = FIRST + timedelta(days=days)
    kept: list[str] = []
    for block in text.split("\n## "):
        heading = block.split("\n")[0]
        if kept and _day(heading) >= after:
            break
        kept.append(block)
    return "\n## ".join(kept).rstrip() + "\n"


def _day(heading: str) -> date:
    """The day of a heading: "Mon 2 Feb 2026"."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - reads as it is written
    _, day, month, year = heading.split()
    return date(int(year), months.index(month) + 1, int(day))
