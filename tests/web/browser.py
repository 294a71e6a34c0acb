"""A real browser before the whole program: Debian's Chromium, driven by playwright, and the sandbox it looks at."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright

from bot.app import App
from bot.store import migrate
from tests.props import Hand, until
from tests.sandbox.ground import REAL, settings_in

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
WHY_NOT: Final = "needs Chromium: apt-get install chromium"
DESKTOP: Final = {"width": 1280, "height": 860}
PHONE: Final = {"width": 390, "height": 844}
_QUIETLY: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}}
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIETLY), env={**environment})
        yield made
        await made.close()


@asynccontextmanager
async def program(folder: Path, *, real: Hand | None = None, port: int = 0) -> AsyncIterator[tuple[App, str]]:
    """The program with its sandbox in `folder`, and the page's address."""
    settings = settings_in(folder)
    settings = settings.model_copy(update={"web": settings.web.model_copy(update={"port": port})})
    await migrate.upgrade(settings.sandbox.url)
    addresses: list[str] = []
    app, stop = App(settings, real or Hand(REAL), announce=addresses.append), asyncio.Event()
    try:
        async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
            tasks.create_task(app.run(stop))
            await until(lambda: app.world is not None and app.world.row.ready, within=60)
            yield app, f"{addresses[0]}/sandbox"
            stop.set()
    finally:
        await app.close()


class Tab:
    """A page of the browser, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(f"{error}"))
        page.on("console", lambda line: self.troubles.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: self._check(request.url))

    def _check(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "data:")):
            self.troubles.append(f"asked the network for {url}")

    async def connected(self) -> None:
        await self.page.wait_for_selector("body[data-connected=true][data-preparing=false]")

    async def still(self) -> None:
        """Wait until the clock stands and the tour waits."""
        await self.page.wait_for_selector("body[data-moving=false]")

    def messages(self, chat: str) -> Any:
        return self.page.locator(f"[data-chat={chat}] [data-message-id]")

    async def says(self, chat: str, words: str) -> None:
        box = self.page.locator(f"[data-chat={chat}] textarea")
        await box.fill(words)
        await box.press("Enter")

    async def presses(self, chat: str, label: str) -> None:
        await self.messages(chat).get_by_role("button", name=label, exact=True).last.click()


@asynccontextmanager
async def tab(made: Browser, address: str, **how: Any) -> AsyncIterator[Tab]:
    """A tab of its own session with the page open."""
    context = await made.new_context(viewport=how.pop("viewport", DESKTOP), timezone_id="Europe/London", locale="en-GB", **how)
    opened = Tab(await context.new_page())
    opened.page.set_default_timeout(20_000)
    await opened.page.goto(address)
    await opened.connected()
    yield opened
    await context.close()
