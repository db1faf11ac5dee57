"""The console's main stories on a node of a network: the engine decides the blocks, and four organisations seal them."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.test_stories import test_application__is_opened_admitted_to_and_worked_in as application_story
from tests.console.test_stories import test_deposit__is_seen_at_once_proved_and_verified as deposit_story
from tests.console.visiting import Console, Node, Visit
from tests.offchain.custody.provider_process import Provider
from tests.trial import Trial

pytestmark = [pytest.mark.anyio, pytest.mark.long]
START_S = 240.0


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A network of four, with a console beside the first node."""
    trial = Trial(tmp_path_factory.mktemp("net"))
    home = trial.home("org1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with home.config_file.open("a", encoding="utf-8") as config:
        config.write(f"\n[console]\nenabled = true\nport = {port}\n")
    directory = Provider(f"http://127.0.0.1:{port}/enter/back")
    try:
        trial.up()
        end = time.monotonic() + START_S
        while not home.console_link.exists():
            assert time.monotonic() < end, home.logs
            time.sleep(0.2)
        yield Console(f"http://127.0.0.1:{port}", Node(home.root), home.root, directory)
    finally:
        trial.down()
        directory.stop()


async def test_deposit__on_a_network_is_proved_and_verified(visit: Visit, tmp_path: Path) -> None:
    await deposit_story(visit, tmp_path)


async def test_application__on_a_network_is_opened_and_worked_in(visit: Visit) -> None:
    await application_story(visit)


async def test_home__on_a_network_shows_blocks_as_they_are_sealed_by_four(visit: Visit, tmp_path: Path) -> None:
    await visit.enter()
    await visit.sees("正常受理")
    newest = visit.page.locator("#content td a[href^='/blocks/']").first
    await newest.wait_for()
    before = await newest.get_attribute("href")
    other = Visit(await visit.page.context.new_page(), visit.console)
    await other.go("/evidence")
    file = tmp_path / "network.txt"
    file.write_text(f"{time.time_ns()}", encoding="utf-8")
    await other.page.set_input_files("input[type=file] >> nth=0", file)
    await other.sees("已存证，已签章")
    await visit.page.locator(f"#content tr:first-child td a[href^='/blocks/']:not([href='{before}'])").first.wait_for()
    height = int(str(await newest.get_attribute("href")).rpartition("/")[2])
    await visit.go("/network")
    await visit.page.locator("h1").wait_for()
    for name in ("org1", "org2", "org3", "org4"):
        await visit.page.locator("#content").get_by_text(name).first.wait_for()
    await visit.go(f"/blocks/{height}")
    await visit.page.locator("h1").wait_for()
    assert not visit.faults
    assert not other.faults
