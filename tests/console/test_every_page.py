"""Whatever page is registered: it stands in its first answer, nothing moves afterwards, nobody else is asked, and it is sound for readers of the screen.

The list is made of the routes that the console registers, so a page that is added without an example fails here.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from nicegui import app
from playwright.async_api import BrowserContext, Page
from starlette.routing import Route

from tests.console.axing import axe_faults
from tests.console.visiting import LOT, Console, Shared, Visit
from zhulian.client import connect
from zhulian.console.context import Context
from zhulian.console.entering import Desk
from zhulian.console.hub import Hub
from zhulian.console.server import PAGES
from zhulian.home import Home

pytestmark = pytest.mark.anyio
_EXAMPLES = {
    "/": "/",
    "/account": "/account",
    "/apps": "/apps",
    "/apps/open/{scenario}": "/apps/open/settlement",
    "/apps/{instance}": "/apps/food",
    "/apps/{instance}/act/{action}": "/apps/food/act/enter_lot",
    "/apps/{instance}/records/{record}/{key:path}": f"/apps/food/records/lot/{LOT}",
    "/blocks": "/blocks",
    "/blocks/{height}": "/blocks/1",
    "/desk": "/desk",
    "/developer": "/developer",
    "/enter": "/enter?again=1",
    "/enter/back": "/enter/back",
    "/enter/help": "/enter/help",
    "/evidence": "/evidence",
    "/govern": "/govern",
    "/network": "/network",
    "/network/local": "/network/local",
    "/people": "/people",
    "/people/{signer}": "/people/org1.clerk",
    "/play/{scenario}/{story}": "/play/receivable/more_than_there_is",
    "/requests": "/requests",
    "/search": "/search?q=food",
    "/supervise": "/supervise",
    "/supervise/alerts/{alert}": "/supervise/alerts/none",
    "/transactions/{transaction}": "/transactions/{transaction}",
}
_REFUSED = {"/desk", "/enter/back", "/supervise/alerts/{alert}"}
"""What says no here, since nobody asks who may, or there is nothing: a refusal is a page too."""
_PARTS = "h1, h2, h3, th, dt, summary, button, .q-field__label, .zone"
_MOVES = """new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 50);
})"""
_MOST_MOVED = 0.01
"""Of the screen times how far (Layout Instability); a tenth of what counts as good."""


@pytest.fixture(scope="module")
def routes(console: Console) -> Iterator[set[str]]:
    """The paths that answer with a page."""
    before = list(app.router.routes)
    home = Home(console.home)
    context = Context(home, console.url, Desk(home, home.config().console), Hub(None))  # type: ignore[arg-type]  # it is never run
    for part in PAGES:
        part.register(context)
    added = [each for each in app.router.routes if each not in before]
    yield {each.path for each in added if isinstance(each, Route) and "GET" in (each.methods or ())}
    for each in added:
        app.router.routes.remove(each)


class _Asked:
    """The hosts that a browser asks, by whatever way."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        page.context.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda socket: self._note(socket.url))

    def _note(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")):
            self.hosts.add(urlsplit(url).netloc)


async def test_pages__are_all_in_the_list(routes: set[str]) -> None:
    assert routes == set(_EXAMPLES), "give each page an address to look at"


@pytest.mark.parametrize("width", [390, pytest.param(1440, marks=pytest.mark.long)])
async def test_pages__stand_still_ask_nobody_else_and_are_sound(visit: Visit, shared: Shared, axe: str, width: int) -> None:
    page, asked = visit.page, _Asked(visit.page)
    with connect(shared.gateway, home=visit.console.home) as chain:
        newest = chain.block(chain.status()["height"])["transactions"][0]["result"]["transaction"]
    await visit.enter("org1.admin")
    await page.set_viewport_size({"width": width, "height": 900})
    wrong: dict[str, list[str]] = {}
    for route, path in _EXAMPLES.items():
        await visit.go(path.format(transaction=newest))
        await page.locator("h1").first.wait_for()
        await page.wait_for_timeout(200)
        found = await axe_faults(page, axe)
        moved = await page.evaluate(_MOVES)
        counts = await page.evaluate("['main', 'h1', 'header', '#content'].map((each) => document.querySelectorAll(each).length)")
        refused = await page.locator(".note.bad").all_inner_texts()
        found += [f"moved by {moved}"] if moved > _MOST_MOVED else []
        found += [f"main, h1, header, content: {counts}"] if counts != [1, 1, 1, 1] else []
        found += [f"refused: {refused}"] if bool(refused) is not (route in _REFUSED) else []
        if found:
            wrong[route] = found
    assert wrong == {}
    assert asked.hosts == {urlsplit(visit.console.url).netloc}
    assert not visit.faults


async def test_pages__are_whole_in_their_first_answer(visit: Visit, browser_context: BrowserContext, shared: Shared) -> None:
    """Also without any script: what is read needs none, and says what it says with them."""
    await visit.enter("org1.admin")
    browser = browser_context.browser
    assert browser is not None
    plain = await browser.new_context(java_script_enabled=False, locale="zh-CN")
    await plain.add_cookies(await browser_context.cookies())  # type: ignore[arg-type]  # what one call gives, the other takes
    page = await plain.new_page()
    other: dict[str, tuple[set[str], set[str]]] = {}
    for route, path in _EXAMPLES.items():
        if route.startswith(("/enter", "/play")) or route == "/transactions/{transaction}":
            continue  # made without the framework; begins on its own; needs an example of its own
        await page.goto(visit.console.url + path)
        await visit.go(path)
        await visit.page.locator("#app[data-v-app] .zone").wait_for()
        first, then = await _said(page), await _said(visit.page)
        if first != then or not await page.locator(".rail a").first.is_visible():
            other[route] = (first - then, then - first)
    assert other == {}
    await plain.close()


async def _said(page: Page) -> set[str]:
    """What a page calls its parts."""
    return {each.strip() for each in await page.locator("#content").locator(_PARTS).all_inner_texts()}
