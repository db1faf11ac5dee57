"""The pictures of the documents, taken of a real console: `PICTURES=write pytest -m long tests/console/test_pictures.py`."""

import os
from pathlib import Path

import pytest

from tests.console.visiting import Shared, Visit
from zhulian.client import connect

pytestmark = [pytest.mark.anyio, pytest.mark.long]

_PAGES = {
    "home": "/",
    "apps": "/apps",
    "evidence": "/evidence",
    "board": "/apps/food",
    "blocks": "/blocks",
    "network": "/network",
    "supervise": "/supervise",
    "people": "/people",
    "transaction": "/transactions/{transaction}",
}
_STORY = "/play/receivable/more_than_there_is"
_WIDE, _PHONE = (1280, 800), (390, 844)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pictures__hold_no_fault_and_fit_their_width(
    visit: Visit, shared: Shared, root: Path, language: str, tmp_path: Path
) -> None:
    folder = _folder(root, tmp_path)
    with connect(shared.gateway, home=visit.console.home) as chain:
        newest = chain.block(chain.status()["height"])["transactions"][0]["result"]["transaction"]
    await visit.enter("org1.admin")
    await visit.go("/evidence")
    for number in range(3):
        file = tmp_path / f"{language}{number}.txt"
        file.write_text(f"{language} {number}", encoding="utf-8")
        await visit.page.set_input_files("input[type=file] >> nth=0", file)
        await visit.page.locator(".note.ok").nth(number).wait_for(timeout=20_000)
    for width, height in (_WIDE, _PHONE):
        await visit.page.set_viewport_size({"width": width, "height": height})
        for name, path in _PAGES.items():
            await visit.go(f"{path.format(transaction=newest)}?lang={language}")
            await visit.page.locator(".zone").wait_for()
            await visit.page.wait_for_timeout(1_500)
            wide = await visit.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide at {width}"
            size = "" if width == _WIDE[0] else "-phone"
            await visit.page.screenshot(path=folder / f"console-{name}{size}.{language}.png", type="png")
    assert not visit.faults


def _folder(root: Path, tmp_path: Path) -> Path:
    return root / "docs" / "images" if os.environ.get("PICTURES") == "write" else tmp_path


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pictures__of_a_story_that_plays(visit: Visit, root: Path, language: str, tmp_path: Path) -> None:
    page = visit.page
    await visit.enter()
    for width, height in (_WIDE, _PHONE):
        await page.set_viewport_size({"width": width, "height": height})
        await visit.go(f"{_STORY}?lang={language}")
        await page.locator(".cast li").first.wait_for(timeout=40_000)
        for number in range(4):
            await page.locator(".controls button").first.click()
            await page.locator(".scene").nth(number).wait_for()
        await page.evaluate("scrollTo(0, 0)")
        await page.wait_for_timeout(300)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        size = "" if width == _WIDE[0] else "-phone"
        await page.screenshot(path=_folder(root, tmp_path) / f"console-play{size}.{language}.png", type="png")
    assert not visit.faults


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pictures__of_what_the_public_sees(visit: Visit, shared: Shared, root: Path, language: str, tmp_path: Path) -> None:
    page = visit.page
    for width, height in (_WIDE, _PHONE):
        await page.set_viewport_size({"width": width, "height": height})
        size = "" if width == _WIDE[0] else "-phone"
        await page.goto(f"{shared.lot}?lang={language}")
        await page.wait_for_selector("body[data-checked=good]")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.screenshot(path=_folder(root, tmp_path) / f"public-record{size}.{language}.png", type="png")
        await page.goto(f"{shared.gateway}/verify?lang={language}")
        await page.set_input_files("#choose", [shared.file, shared.receipt])
        await page.wait_for_selector("body[data-checked=file]")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.screenshot(path=_folder(root, tmp_path) / f"public-verify{size}.{language}.png", type="png")
    assert not visit.faults
