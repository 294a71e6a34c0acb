"""Plays the term, which takes minutes, and writes it down: `python -m tests.term [FOLDER] [WEEKS]`, docs/term unless told."""

import asyncio
import sys
from pathlib import Path

from tests.term.documents import documents
from tests.term.play import WEEKS, play

FOLDER = Path(__file__).parents[2] / "docs" / "term"


def main(folder: Path = FOLDER, weeks: int = WEEKS) -> None:
    """Write what becomes of so many weeks into a folder."""
    for name, text in documents(asyncio.run(play(weeks))).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, int(sys.argv[2]) if sys.argv[2:] else WEEKS)
