"""The README's pictures of the sandbox: `python -m tests.web.pictures` takes the tour in Chromium and keeps each step."""

import asyncio
import tempfile
from pathlib import Path

from tests.web.browser import browser, program, tab

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


async def draw(to: Path = PICTURES) -> None:
    """Take the tour and keep a picture of each of its five steps."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            program(Path(folder)) as (_, address),
            browser() as made,
            tab(made, address, reduced_motion="reduce") as opened,
        ):
            for step in range(1, 6):
                await opened.page.locator("[data-tour-next]").click()
                await opened.page.wait_for_selector(f"#tour[data-step='{step}']")
                await opened.still()
                await opened.page.wait_for_timeout(700)
                await opened.page.screenshot(path=to / f"sandbox-{step}.png")
            assert not opened.troubles, opened.troubles


if __name__ == "__main__":
    asyncio.run(draw())
