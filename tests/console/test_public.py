"""Public pages, sharing and verifying in a real browser that has not signed in, on a real node."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Request, Route

from tests.console.visiting import LOT, LOTS, Shared, Visit

pytestmark = pytest.mark.anyio

PAGE_BYTES_MAX = 150_000


async def test_public_page__is_checked_in_the_browser_and_asks_nobody_else(visit: Visit, shared: Shared) -> None:
    sizes: list[int] = []
    page = visit.page
    await page.set_viewport_size({"width": 390, "height": 844})
    done: list[Request] = []

    def note(request: Request) -> None:
        done.append(request)

    page.on("requestfinished", note)
    await page.goto(shared.lot)
    await page.wait_for_selector("body[data-checked=good]", timeout=20_000)
    for each in done:
        found = await each.sizes()
        sizes.append(found["responseBodySize"] + found["responseHeadersSize"])
    assert {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in visit.asked} == {shared.gateway}
    assert sum(sizes) < PAGE_BYTES_MAX, sizes
    await visit.sees("状态证明核验通过")
    await visit.sees("生乳")
    await visit.sees("登记批次")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_text("本机核出的原值").click()
    assert await page.locator("code[data-field=number]").inner_text() == f'"{LOT}"'
    await page.get_by_role("link", name="English").click()
    await page.wait_for_selector("body[data-checked=good]")
    await visit.sees("The state proof holds")
    assert not visit.faults


async def test_public_page__a_changed_value_is_found(visit: Visit, shared: Shared) -> None:
    async def forge(route: Route) -> None:
        answer = await route.fetch()
        text = (await answer.text()).replace('"name":"生乳"', '"name":"熟乳"')
        await route.fulfill(response=answer, body=text)

    await visit.page.route("**/p/*", forge)
    await visit.page.goto(shared.lot)
    await visit.page.wait_for_selector("body[data-checked=bad]", timeout=20_000)
    await visit.sees("核验不通过")


async def test_public_page__reads_without_scripts(browser_context: BrowserContext, shared: Shared) -> None:
    browser = browser_context.browser
    assert browser is not None
    context = await browser.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(shared.lot)
    text = await page.locator("main").inner_text()
    assert re.search(r"20\d\d年\d+月\d+日 \d\d:\d\d:\d\d（UTC\+08:00）", text), "days and the zone as people write them"
    for word in ("生乳", LOT, "示例企业", "浏览器未运行脚本", "登记批次", "核验页的 SM3 摘要"):
        assert word in text
    await page.goto(f"{shared.gateway}/verify")
    assert "zhulian verify" in await page.locator("main").inner_text()
    await context.close()


async def test_verify__says_in_words_what_agrees_and_what_is_missing(visit: Visit, shared: Shared, tmp_path: Path) -> None:
    page = visit.page
    await page.goto(f"{shared.gateway}/verify")
    await page.wait_for_selector("body[data-ready]")
    await page.set_input_files("#choose", shared.file)
    await visit.sees("仅凭原件不能在链上找到它")
    await page.set_input_files("#choose", shared.receipt)
    await visit.sees("原件与存证一致")
    other = tmp_path / "other.txt"
    other.write_text("另一份", encoding="utf-8")
    await page.set_input_files("#choose", other)
    await visit.sees("原件与存证不一致")
    async with page.expect_download() as coming:
        await page.evaluate("address => { location.href = address; }", f"{shared.lot}/proof")
    proof = tmp_path / "lot.state.json"
    await (await coming.value).save_as(proof)
    await page.set_input_files("#choose", proof)
    await visit.sees("状态证明核验通过")
    await visit.sees("生乳")
    assert {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in visit.asked} == {shared.gateway}
    assert not visit.faults


async def test_console__makes_the_code_of_a_record_and_the_link_of_a_certificate(visit: Visit, shared: Shared) -> None:
    page = visit.page
    await visit.enter()
    await visit.go(f"/apps/food/records/lot/{LOT}")
    await page.get_by_role("button", name="生成链接").click()
    await page.get_by_role("img", name="链接的二维码").wait_for()
    assert await page.locator(".share a").get_attribute("href") == shared.lot
    await visit.go("/evidence")
    await page.set_input_files("input[type=file] >> nth=0", shared.file)
    await page.get_by_text("以链接分享证书").click()
    await page.get_by_role("button", name="生成链接").click()
    address = await page.locator(".share a").get_attribute("href")
    assert address is not None
    assert re.match(re.escape(f"{shared.gateway}/p/"), address)
    await page.goto(address)
    await page.wait_for_selector("body[data-checked=good]")
    await page.set_input_files("#choose", shared.file)
    await visit.sees("原件与存证一致")
    assert not visit.faults


async def test_board__is_drawn_and_stands_as_a_table_beside_it(visit: Visit, shared: Shared) -> None:
    page = visit.page
    await visit.enter()
    for _ in range(20):  # the index follows the chain by a moment
        await visit.go("/apps/food")
        await visit.sees("每日登记批次")
        if await page.locator(".echart").count():
            break
        await page.wait_for_timeout(500)
    assert await page.locator(".echart").count() == 1, "one chart has records enough"
    await page.locator(".echart canvas, .echart svg").first.wait_for()
    await page.get_by_text("以表格显示").click()
    assert await page.locator(".chart table td.n").all_inner_texts() == [str(LOTS), str(LOTS)]
    assert {urlsplit(each).netloc for each in visit.asked if each.startswith("http")} == {urlsplit(visit.console.url).netloc}
    assert not visit.faults
