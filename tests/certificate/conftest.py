"""One Chromium for the folder, pages that notice every request, and receipts made by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.certificate.chain import Chain
from zhulian.certificate.texts import asset

CONTENT = b"the original, \xe5\x90\x88\xe5\x90\x8c"
CONSORTIUM = ("hangzhou-notary", "ningbo-bank", "zj-court", "zj-ca")


@cache
def made_chain(*names: str, suite_name: str = "gm") -> Chain:
    """A chain that is made once."""
    return Chain(names or ("hangzhou-notary",), suite_name=suite_name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For one file only: Playwright keeps an event loop in this thread, beside which no asyncio.run of another test starts.
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[Page]:
    """An empty page that has the bundle."""
    page = browser.new_page()
    page.add_script_tag(content=asset("verifier.js"))
    yield page
    page.close()


@dataclass
class Opened:
    """A page opened from a file, with every request and every complaint that it made."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def state(self) -> str | None:
        """What the page says the check came to."""
        self.page.wait_for_selector("body[data-checked], body[data-ready]")
        found: str | None = self.page.evaluate("document.body.dataset.checked || null")
        return found

    def becomes(self, name: str, *values: str) -> None:
        """Wait until the page says one of `values` of itself. The page's policy forbids playwright's own waiting scripts."""
        self.page.wait_for_selector(", ".join(f'body[data-{name}="{value}"]' for value in values), timeout=10_000)

    def text(self, selector: str) -> str:
        """The visible text."""
        return self.page.locator(selector).inner_text()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a page from a file of its own, without network."""
    contexts = []

    def start(html: str, **settings: Any) -> Opened:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(offline=True, **settings)
        contexts.append(context)
        context.add_init_script("globalThis.alarms = 0; globalThis.alert = () => { globalThis.alarms += 1; };")
        found = Opened(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
        found.page.goto(path.as_uri())
        return found

    yield start
    for context in contexts:
        context.close()
