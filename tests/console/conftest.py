"""One real node with its console, and a real browser in it."""

import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright

from tests.console.visiting import Console, Node, Visit
from tests.offchain.custody.provider_process import SECRET, Provider
from zhulian.home import Home


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A node with its console, custody that two officers founded, and a real directory."""
    from zhulian.network import found_sample
    from zhulian.offchain.custody.founding import set_up

    home, port = tmp_path_factory.mktemp("console") / "home", _free_port()
    directory = Provider(f"http://127.0.0.1:{port}/enter/back")
    found_sample(Home(home), int(time.time()) - 60)
    codes = set_up(Home(home), ["officer.li", "officer.wang"])
    (home / "custody").mkdir(exist_ok=True)
    (home / "custody" / "directory.secret").write_text(SECRET)
    (home / "custody" / "directory.secret").chmod(0o600)
    with (home / "config.toml").open("a", encoding="utf-8") as config:
        config.write(
            f'\n[custody.directory]\nissuer = "{directory.issuer}"\nclient = "custody"\nredirect = "{directory.redirect}"\n'
            f"\n[console]\nenabled = true\nport = {port}\n"
        )
    node = Node(home)
    node.start()
    try:
        yield Console(node.link().split("/enter")[0], node, home, directory, codes)
    finally:
        node.stop()
        directory.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
