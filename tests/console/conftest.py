"""One real node with its console, and a real browser in it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright

from tests.console.visiting import Console, Visit


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    home = tmp_path_factory.mktemp("console") / "home"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZHULIAN_", "PYTEST_"))}
    environment = {**clean, "ZHULIAN_HOME": str(home)}
    command = [sys.executable, "-m", "zhulian.cli.main"]
    subprocess.run([*command, "init"], env=environment, check=True, capture_output=True)
    with (home / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n[console]\nenabled = true\n")
    with (home.parent / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "run", "--port", "0"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    link = home / "run" / "console.link"
    end = time.monotonic() + 90
    while not link.exists():
        assert process.poll() is None, (home.parent / "run.log").read_text()
        assert time.monotonic() < end, (home.parent / "run.log").read_text()
        time.sleep(0.1)
    text = link.read_text(encoding="ascii").strip()
    try:
        yield Console(text.split("/enter")[0], text, home)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture
async def browser_context() -> AsyncIterator[BrowserContext]:
    async with async_playwright() as runner:
        browser = await runner.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        context = await browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
        yield context
        await browser.close()


@pytest.fixture
async def visit(browser_context: BrowserContext, console: Console) -> Visit:
    return Visit(await browser_context.new_page(), console)


def _chromium() -> str:
    for each in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if Path(each).exists():
            return each
    raise AssertionError("scripts/system-packages installs a browser")
