"""Pages that everybody can use: axe-core finds nothing against WCAG 2.1 AA in either language, light or dark, and a keyboard is enough."""

import json

import pytest

from tests.console.axing import axe_faults
from tests.console.visiting import LOT, Shared, Visit
from zhulian.client import connect

pytestmark = pytest.mark.anyio
PAGES = (
    "/",
    "/evidence",
    "/apps",
    "/apps/open/settlement",
    "/blocks",
    "/network",
    "/govern",
    "/supervise",
    "/developer",
    "/account",
    "/search?q=x",
)
OUTSIDE = ("/enter?again=1", "/enter/help")
WORK = (
    "/apps/food",
    f"/apps/food/records/lot/{LOT}",
    "/apps/food/act/enter_lot",
    "/network/local",
    "/people",
    "/people/org1.clerk",
)


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
async def test_pages__are_clean_by_axe(visit: Visit, axe: str, scheme: str, language: str) -> None:
    await visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visit.enter()
    wrong: dict[str, list[str]] = {}
    for path in (*PAGES, *OUTSIDE):
        await visit.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
        await visit.page.locator("h1").first.wait_for()
        await visit.page.wait_for_timeout(400)
        faults = await axe_faults(visit.page, axe)
        if faults:
            wrong[path] = faults
    assert wrong == {}
    assert not visit.faults


@pytest.mark.parametrize(("scheme", "language"), [("dark", "zh"), pytest.param("light", "en", marks=pytest.mark.long)])
async def test_pages_of_work_and_for_the_public__are_clean_by_axe(
    visit: Visit, shared: Shared, axe: str, scheme: str, language: str
) -> None:
    with connect(shared.gateway, home=visit.console.home) as chain:
        certificate = chain.links.certificate(json.loads(shared.receipt.read_bytes()), name=shared.file.name).url
    await visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visit.enter("org1.admin")
    wrong: dict[str, list[str]] = {}
    for path in (*(f"{visit.console.url}{each}" for each in WORK), shared.lot, f"{shared.gateway}/verify", certificate):
        address, mark, secret = path.partition("#")
        await visit.page.goto(f"{address}?lang={language}{mark}{secret}")
        await visit.page.locator("h1").first.wait_for()
        await visit.page.wait_for_timeout(400)
        faults = await axe_faults(visit.page, axe)
        if faults:
            wrong[path] = faults
    assert wrong == {}
    assert not visit.faults


async def test_keyboard__reaches_content_first_and_sees_where_it_is(visit: Visit) -> None:
    await visit.enter()
    await visit.page.locator("h1").wait_for()
    await visit.page.keyboard.press("Tab")
    focused = visit.page.locator(":focus")
    assert await focused.inner_text() == "跳到正文"
    assert await focused.evaluate("(it) => it.getBoundingClientRect().left >= 0"), "the link shows itself"
    await visit.page.keyboard.press("Enter")
    assert await visit.page.evaluate("document.activeElement.id") == "content"
    await visit.go("/evidence")
    await visit.page.locator("h1").wait_for()
    seen = set()
    for _ in range(24):
        await visit.page.keyboard.press("Tab")
        seen.add(await visit.page.evaluate("document.activeElement.type || document.activeElement.tagName"))
    assert {"A", "file", "submit"} <= seen
    await visit.page.locator("input[type=file]").first.focus()
    outline = await visit.page.locator(".drop").first.evaluate("(it) => getComputedStyle(it).outlineStyle")
    assert outline == "solid"
