"""The pictures in docs/pictures: `python -m tests.charts.pictures`, or every sample into a folder: `… pictures FOLDER`."""

import sys
from pathlib import Path

from bot.charts.drawing import draw
from tests.charts.samples import SAMPLES

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
KEPT = ("progress", "two-years", "group")


def main() -> None:
    folder, names = (Path(sys.argv[1]), tuple(SAMPLES)) if len(sys.argv) > 1 else (PICTURES, KEPT)
    for name in names:
        (folder / f"chart-{name}.png").write_bytes(draw(SAMPLES[name]))


if __name__ == "__main__":
    main()
