"""The pictures of the documents, taken of a real console: `PICTURES=write pytest -m long tests/console/test_pictures.py`."""

import os
from pathlib import Path

import pytest

from tests.console.visiting import Visit

pytestmark = [pytest.mark.anyio, pytest.mark.long]

_PAGES = {"home": "/", "apps": "/apps", "evidence": "/evidence"}
_WIDE, _PHONE = (1280, 800), (390, 844)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pictures__hold_no_fault_and_fit_their_width(visit: Visit, root: Path, language: str, tmp_path: Path) -> None:
    folder = root / "docs" / "images" if os.environ.get("PICTURES") == "write" else tmp_path
    await visit.enter()
    await visit.go("/evidence")
    for number in range(3):
        file = tmp_path / f"{language}{number}.txt"
        file.write_text(f"{language} {number}", encoding="utf-8")
        await visit.page.set_input_files("input[type=file] >> nth=0", file)
        await visit.page.locator(".note.ok").nth(number).wait_for(timeout=20_000)
    for width, height in (_WIDE, _PHONE):
        await visit.page.set_viewport_size({"width": width, "height": height})
        for name, path in _PAGES.items():
            await visit.go(f"{path}?lang={language}")
            await visit.page.locator("h2").first.wait_for()
            await visit.page.wait_for_timeout(1_500)
            wide = await visit.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide at {width}"
            size = "" if width == _WIDE[0] else "-phone"
            await visit.page.screenshot(path=folder / f"console-{name}{size}.{language}.png", type="png")
    assert not visit.faults
