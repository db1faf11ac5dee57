"""Hostile words in every field of every page: they come back as words, wherever they are shown."""

import pytest
from playwright.async_api import Page

from tests.console.test_faults import HOSTILE
from tests.console.visiting import LOT, Console, Shared, Visit
from zhulian.client import connect

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PAGES = (
    "/search?q=x", "/evidence", "/apps", "/apps/open/settlement", "/apps/food", "/apps/food/act/enter_lot", f"/apps/food/records/lot/{LOT}",
    f"/apps/food/act/examine?on={LOT}", "/network", "/network/local", "/govern", "/supervise", "/developer", "/account", "/enter?again=1", "/enter/help",
)  # fmt: skip
FIELDS = "input:visible:not([type=file]):not([type=checkbox]):not([type=radio]):not([readonly]), textarea:visible"
IMAGE = "<img src=x onerror=window.hit=1>"


async def _fill(page: Page, turn: int) -> int:
    """Put hostile words into all fields; how many there were."""
    fields = page.locator(FIELDS)
    count = await fields.count()
    for at in range(count):
        kind = await fields.nth(at).get_attribute("type") or "text"
        if kind in ("text", "password", "search"):
            await fields.nth(at).fill(HOSTILE[(at + turn) % len(HOSTILE)])
    return count


async def test_every_field__takes_hostile_words_as_words(visit: Visit, shared: Shared) -> None:
    page = visit.page
    await visit.enter("org4.clerk")
    filled = 0
    for turn, path in enumerate(PAGES):
        await visit.go(path)
        await page.locator("h1").first.wait_for()
        await page.wait_for_timeout(500)
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        filled += await _fill(page, turn)
        assert await page.evaluate("window.hit") is None, path
        buttons = page.locator(
            "#content form button.go, #content .form button, #content .form .q-btn, #content section:has(textarea) button.go"
        )
        for at in range(await buttons.count()):
            if await buttons.nth(at).is_visible() and await buttons.nth(at).is_enabled():
                await buttons.nth(at).click()
                await page.wait_for_timeout(500)
                assert await page.evaluate("window.hit") is None, path
                if await buttons.count() <= at + 1:
                    break
        await page.wait_for_timeout(500)
        assert await page.evaluate("window.hit") is None, path
    assert filled > 2 * len(PAGES), filled
    assert not visit.faults


async def test_hostile_records__are_words_in_lists_records_searches_and_public_pages(
    visit: Visit, console: Console, shared: Shared
) -> None:
    number = "XS26-000001"
    with connect(shared.gateway, "org1.clerk", home=console.home) as chain:
        given = {
            "number": number,
            "identifier": "https://id.gs1.org/01/06901234567892/10/XS",
            "name": IMAGE,
            "authority": "org1",
            "expires": "+5d",
        }
        chain.app("food").act("enter_lot", given=given)
        height = chain.status()["height"]
        public = chain.links.record("food", "lot", number).url
    await visit.enter()
    for path in (
        "/apps/food",
        "/apps/food?record=lot",
        f"/apps/food/records/lot/{number}",
        "/search?q=onerror",
        f"/blocks/{height}",
    ):
        await visit.go(path)
        await visit.page.locator("h1").first.wait_for()
        await visit.page.wait_for_timeout(500)
        assert await visit.page.evaluate("window.hit") is None, path
        assert await visit.page.locator("img[src=x]").count() == 0, path
    await visit.page.locator("td a").first.click()
    await visit.sees(IMAGE)
    await visit.page.goto(public)
    await visit.page.wait_for_selector("body[data-checked=good]")
    await visit.sees(IMAGE)
    assert await visit.page.evaluate("window.hit") is None
    assert not visit.faults
