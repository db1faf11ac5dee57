import itertools
import re
from pathlib import Path

import pytest
from gateway_fake import FakeLedger, Make, envelope
from gateway_process import on_socket, running
from playwright.async_api import async_playwright

anyio = pytest.mark.anyio


@anyio
async def test_root__shows_the_chain_and_follows_the_language(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        await http.post("/v1/transactions", content=envelope(1))
        chinese = await http.get("/", headers={"Accept-Language": "zh-CN"})
        english = await http.get("/", headers={"Accept-Language": "en"})
        forced = await http.get("/?lang=en", headers={"Accept-Language": "zh-CN"})
    groups = re.findall("<span>([0-9a-f]{4})</span>", chinese.text)
    assert "".join(groups) == ledger.hasher.genesis.hex()
    assert "正在受理" in chinese.text
    assert "海港银行" in chinese.text
    assert "Harbour Bank" in english.text
    assert english.text == forced.text
    assert "default-src 'none'" in english.headers["content-security-policy"]


@anyio
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_root__says_so_without_a_ledger(client: Make, ledger: FakeLedger, language: str) -> None:
    ledger.away = True
    async with client() as http:
        answer = await http.get(f"/?lang={language}")
    assert answer.status_code == 503
    assert {"zh": "暂停受理", "en": "Not accepting"}[language] in answer.text


@anyio
async def test_root__writes_foreign_words_harmlessly(client: Make, ledger: FakeLedger) -> None:
    ledger.document["organisations"][0]["title"] = title = {"zh": "<script>alert(1)</script>", "en": "<b>"}
    try:
        ledger.__init__(ledger.document)  # type: ignore[misc]
        async with client() as http:
            text = (await http.get("/?lang=zh")).text
    finally:
        title.update(zh="海港银行", en="Harbour Bank")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@anyio
@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_pages__name_nothing_elsewhere(client: Make, path: str) -> None:
    async with client() as http:
        page = await http.get(path)
        parts = [await http.get(each) for each in re.findall(r'(?:src|href)="(/[^"#?]*)', page.text) if "/v1/blocks" not in each]
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text)
    assert {each.status_code for each in parts} == {200}


@pytest.mark.browser
@anyio
async def test_pages__in_a_browser_work_offline_on_a_phone_and_live(ledger: FakeLedger, tmp_path: Path) -> None:
    ledger.add_block()
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with on_socket(ledger, tmp_path), running(tmp_path) as gateway, async_playwright() as play:
        browser = await play.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for width, (path, language) in itertools.product((390, 1440), (("/", "zh"), ("/docs", "en"))):
            context = await browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
            page = await context.new_page()
            asked: list[str] = []
            faults: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, faults=faults: faults.append(message.text))
            page.on("pageerror", lambda fault, faults=faults: faults.append(str(fault)))
            await page.goto(f"{gateway.url}{path}?lang={language}")
            assert await page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if path == "/":
                height = len(ledger.log) + 1
                ledger.add_block()
                await page.locator("#height", has_text=re.compile(f"^{height}$")).wait_for(timeout=15000)
                assert await page.locator("tbody tr").first.locator("td").first.inner_text() == str(height)
            else:
                form = page.locator("#get_block form")
                await form.locator("input").fill("1")
                await form.locator("button").click()
                answer = page.locator("#get_block form + pre")
                await answer.get_by_text('"height": 1').first.wait_for(timeout=15000)
            assert asked
            assert all(each.startswith(gateway.url) for each in asked)
            assert not faults
            await context.close()
        await browser.close()
