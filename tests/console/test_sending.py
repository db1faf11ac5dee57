"""Files on a line that breaks, of the wrong kind, and too large: what the evidence page says, and how it goes on."""

from pathlib import Path

import pytest
from playwright.async_api import Route

from tests.console.visiting import Visit

pytestmark = pytest.mark.anyio
GIGABYTES = 17


async def test_file__that_does_not_arrive_is_sent_again_and_a_wrong_one_is_named(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    first, second = (page.locator(f"input[type=file] >> nth={each}") for each in (0, 2))
    await visit.enter()
    await visit.go("/evidence")

    async def broken(route: Route) -> None:
        await (route.abort("connectionreset") if route.request.method == "PUT" else route.continue_())

    await page.route("**/upload/*", broken)
    file = tmp_path / "再传.txt"
    file.write_text("sent twice", encoding="utf-8")
    await first.set_input_files(file)
    await visit.sees("没有传完")
    await page.unroute("**/upload/*")
    await page.get_by_role("button", name="重试").click()
    await visit.sees("已存证，已签章")
    assert await page.locator(".sending").count() == 0
    large = tmp_path / "大.bin"
    with large.open("xb") as made:
        made.truncate(GIGABYTES * 1024**3)
    await first.set_input_files(large)
    await page.locator(".sending.bad").get_by_text("console/10").wait_for()
    assert "最多可接收" in await page.locator(".sending.bad").inner_text()
    await second.set_input_files(file)
    await page.locator(".sending.bad").get_by_text("console/11").wait_for()
    assert await page.locator(".sending.bad").get_by_text(".json").count() == 1
    assert not visit.faults
