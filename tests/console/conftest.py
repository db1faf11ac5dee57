"""One real node with its console, and a real browser in it."""

import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from importlib import resources
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright

from tests.console.axing import axe_script
from tests.console.visiting import LOT, LOTS, Console, Node, Shared, Visit
from tests.offchain.custody.provider_process import SECRET, Provider
from zhulian.client import connect
from zhulian.home import Home


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A node with its console, custody that two officers founded, and a real directory."""
    from zhulian.network import found_sample
    from zhulian.offchain.custody.founding import set_up

    home, port = tmp_path_factory.mktemp("console") / "home", free_port()
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
    try:
        node.start()
        yield Console(node.link().split("/enter")[0], node, home, directory, codes)
    finally:
        node.stop()
        directory.stop()


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def axe() -> str:
    return axe_script()


@pytest.fixture(scope="session")
def shared(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    folder = tmp_path_factory.mktemp("shared")
    file = folder / "合同.txt"
    file.write_text("借款合同", encoding="utf-8")
    pack = Path(str(resources.files("zhulian.scenarios") / "food_trace" / "scenario.yaml"))
    home = Home(console.home)
    with connect(json.loads(home.node_file.read_bytes())["url"], "org1.clerk", home=home.root) as chain:
        chain.scenario.publish(pack)
        chain.scenario.open("food_trace", as_="food")
        app = chain.app("food")
        for role in ("authority", "producer"):
            app.admit(role, "org1")
        identifier = f"https://id.gs1.org/01/06901234567892/10/{LOT}"
        app.act(
            "enter_lot", given={"number": LOT, "identifier": identifier, "name": "生乳", "authority": "org1", "expires": "+5d"}
        )
        for number in range(1, LOTS):
            more = {
                "number": f"RM-26010{number}0",
                "identifier": f"{identifier}-{number}",
                "name": "生乳",
                "authority": "org1",
                "expires": "+5d",
            }
            app.act("enter_lot", given=more)
        link = chain.links.record("food", "lot", LOT)
        receipt = folder / f"{file.name}.receipt.json"
        receipt.write_text(json.dumps(chain.evidence.deposit(file).receipt.document, ensure_ascii=False), encoding="utf-8")
        return Shared(chain.core.url, link.url, file, receipt)


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
