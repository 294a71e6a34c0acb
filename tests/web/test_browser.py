"""The sandbox's page in a real browser, as a newcomer uses it."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.props import Hand, until
from tests.sandbox.ground import REAL
from tests.web.browser import CHROMIUM, PHONE, WHY_NOT, Tab, browser, program, tab

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)

PLAN = b"# Knots\n\n## Bends\n- [ ] Sheet bend\n- [ ] Carrick bend\n"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000"
    "000049454e44ae426082"
)


async def test_the_tour_shows_everything_in_five_clicks(home: Path) -> None:
    async with program(home) as (_, address), browser() as made, tab(made, address) as page:
        shown = [
            ("group", "Due Sat 20 Jun 2026 23:59 London"),
            ("private", "Lines, angles and distance · Calculus 1"),
            ("private", "counts as missed"),
            ("group", "is still open"),
            ("group", "finished 18 hours late"),
        ]
        for step, (chat, words) in enumerate(shown, start=1):
            await page.page.locator("[data-tour-next]").click()
            await page.page.wait_for_selector(f"#tour[data-step='{step}']")
            await page.still()
            await expect(page.messages(chat).filter(has_text=words).last).to_be_in_viewport()
        await expect(page.messages("group").filter(has_text="The week").last).to_be_in_viewport()
        picture = page.messages("group").filter(has_text="The week").last.locator("img")
        await expect(picture).to_have_attribute("alt", re.compile(r"^The week as a picture, .* Nora: \d of \d sessions"))
        assert await picture.evaluate("image => image.naturalWidth") == 1080
        assert page.troubles == []


async def test_a_newcomer_talks_to_the_bot(home: Path) -> None:
    async with program(home) as (_, address), browser() as made, tab(made, address) as page:
        private = page.messages("private")
        await page.page.locator("[data-chat=private]").get_by_role("button", name="Start").click()
        await expect(private.last).to_contain_text("city")
        await page.says("private", "Lond")
        await page.presses("private", "Yes, that is here") if await _offers(page, "Yes, that is here") else None
        box = page.page.locator("[data-chat=private] textarea")
        await box.fill("/che")
        option = page.page.locator("[data-chat=private]").get_by_role("option")
        await expect(option).to_have_count(1)
        await box.press("Enter")
        await expect(box).to_have_value("/checkin ")
        await box.type("45m <b>limits</b>")
        await box.press("Enter")
        await expect(private.last).to_contain_text("45 min")
        await expect(private.filter(has_text="/checkin").last).to_contain_text("<b>limits</b>")
        count = await private.count()
        await page.presses("private", "Undo")
        await expect(private.last).to_contain_text("Taken back")
        assert await private.count() == count, "edited in place"
        assert page.troubles == []


async def _offers(page: Tab, label: str) -> bool:
    try:
        await expect(page.messages("private").get_by_role("button", name=label)).to_be_visible()
    except AssertionError:
        return False
    return True


async def test_files_and_photos_are_sent(home: Path) -> None:
    async with program(home) as (_, address), browser() as made, tab(made, address) as page:
        picker = page.page.locator("[data-chat=private] input[type=file]")
        box = page.page.locator("[data-chat=private] textarea")
        await picker.set_input_files({"name": "knots.md", "mimeType": "text/markdown", "buffer": PLAN})
        await box.press("Enter")
        await expect(page.messages("private").last).to_contain_text("Knots")
        await page.presses("private", "Apply")
        await expect(page.messages("private").last).to_contain_text("is your plan now")
        await picker.set_input_files({"name": "proof.png", "mimeType": "image/png", "buffer": PIXEL})
        await box.fill("proof")
        await box.press("Enter")
        await expect(page.messages("private").locator("img").first).to_be_visible()
        await expect(page.messages("private").last).to_contain_text("photo")
        assert page.troubles == []


async def test_a_reload_another_tab_and_a_restart_show_the_same(home: Path) -> None:
    async with browser() as made:
        async with program(home) as (_, address), tab(made, address) as one, tab(made, address) as other:
            await one.says("private", "/timezone Asia/Tokyo")
            await expect(other.messages("private").last).to_contain_text("Tokyo")
            await one.page.locator("[data-clock=week]").click()
            await other.page.wait_for_selector("[data-now^='2026-06-25']")
            await one.still()
            await one.says("group", "/board")
            await expect(one.messages("group").last).to_contain_text("up to date")
            before = await one.messages("group").all_text_contents()
            await expect(other.messages("group")).to_have_text(before)
            await one.page.reload()
            await one.connected()
            await expect(one.messages("group")).to_have_text(before)
            assert [one.troubles, other.troubles] == [[], []]
        async with program(home, real=Hand(REAL)) as (_, address), tab(made, address) as again:
            await expect(again.messages("private").first).to_contain_text("/timezone Asia/Tokyo")
            assert (await again.page.locator("[data-now]").first.get_attribute("data-now") or "").startswith("2026-06-25")


async def test_a_page_finds_its_way_back_to_a_program_that_was_stopped(home: Path) -> None:
    async with browser() as made:
        async with program(home) as (_, address):
            context = await made.new_context()
            page = Tab(await context.new_page())
            await page.page.goto(address)
            await page.connected()
            count = await page.messages("group").count()
        await page.page.wait_for_selector("body[data-connected=false]")
        await page.page.locator("[data-chat=private] textarea").fill("/help")
        await page.page.locator("[data-chat=private] textarea").press("Enter")
        await expect(page.page.locator(".toast")).to_be_visible()
        await expect(page.page.locator("[data-chat=private] textarea")).to_have_value("/help")
        async with program(home, port=int(re.findall(r":(\d+)/", address)[0])) as (app, _):
            await page.page.wait_for_selector("body[data-connected=true]")
            await expect(page.messages("group")).to_have_count(count)
            await page.page.locator("[data-chat=private] textarea").press("Enter")
            await expect(page.messages("private").last).to_contain_text("What I understand here")
            await context.close()
            await until(lambda: app.world is not None and app.world.watchers == 0)


async def test_starting_anew_is_asked_first_and_forgets_everything(home: Path) -> None:
    async with program(home) as (_, address), browser() as made, tab(made, address) as page:
        await page.says("private", "/help")
        await expect(page.messages("private")).to_have_count(2)
        await page.page.locator("[data-fresh]").first.click()
        await page.page.locator("dialog[open]").get_by_role("button").first.press("Escape")
        await expect(page.messages("private")).to_have_count(2)
        await page.page.locator("[data-fresh]").first.click()
        await page.page.locator("dialog[open]").get_by_role("button", name=re.compile("anew", re.IGNORECASE)).click()
        await expect(page.messages("private")).to_have_count(0)
        await page.connected()
        assert page.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone_nothing_is_wider_than_the_screen(home: Path, scheme: str) -> None:
    async with (
        program(home) as (_, address),
        browser() as made,
        tab(made, address, viewport=PHONE, color_scheme=scheme, has_touch=True, is_mobile=True) as page,
    ):
        await page.page.locator("[data-tour-next]").click()
        await page.page.wait_for_selector("#tour[data-step='1']")
        await expect(page.messages("group").last).to_be_in_viewport()
        wide = await page.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        ground = await page.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert not wide
        assert (sum(int(part) for part in re.findall(r"\d+", ground)[:3]) > 384) == (scheme == "light")
        assert page.troubles == []
