"""A million records of one application in the console: pages by cursor, filters, an export, and the board, each in time and in bounded memory.

Loading takes minutes. With `MILLION=FOLDER` what was loaded stays in that folder, and the next run takes it from there.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from tests.console.conftest import free_port
from tests.console.million import INSTANCE, RECORDS, enter_first, multiply, number_of
from tests.console.visiting import Console, Node, Visit, resident
from tests.offchain.custody.provider_process import Provider
from zhulian.home import Home
from zhulian.network import found_sample

pytestmark = [pytest.mark.anyio, pytest.mark.long]
LIST = f"/apps/{INSTANCE}?record=item"
PAGE_S_MAX = 0.7
GROWTH_BYTES_MAX = 96 * 1024**2
ROUNDS = 3


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    home = Path(os.environ.get("MILLION") or tmp_path_factory.mktemp("million")) / "home"
    node = Node(home)
    if not home.exists():
        _fill(node)
    node.start()
    try:
        yield node
    finally:
        node.stop()


def _fill(node: Node) -> None:
    found_sample(Home(node.home), int(time.time()) - 60)
    with (node.home / "config.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n[console]\nenabled = true\nport = {free_port()}\n")
    node.start()
    try:
        enter_first(node.home, json.loads((node.home / "run" / "node.json").read_bytes())["url"])
        time.sleep(2)  # the index follows by a moment
    finally:
        node.stop()
    multiply(node.home)


@pytest.fixture
async def visit(browser_context: BrowserContext, full: Node) -> Visit:
    url = full.link().split("/enter")[0]
    found = Visit(await browser_context.new_page(), Console(url, full, full.home, Provider.__new__(Provider)))
    await found.enter()
    return found


async def _took(visit: Visit, path: str, content: str) -> float:
    """Seconds until the content of a page is there, the best of a few."""
    found = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        await visit.go(path)
        await visit.page.locator(content).first.wait_for()
        found.append(time.monotonic() - began)
    return min(found)


async def test_list__of_a_million_records_is_read_to_its_end(visit: Visit) -> None:
    rows = "#content td a"
    took = {"first": await _took(visit, LIST, rows)}
    await visit.page.get_by_role("link", name="下一页").click()
    await visit.page.get_by_role("link", name=number_of(50), exact=True).wait_for()
    took["next"] = await _took(visit, visit.page.url.removeprefix(visit.console.url), rows)
    took["newest"] = await _took(visit, f"{LIST}&order=newest", rows)
    assert await visit.page.locator(rows).first.inner_text() == number_of(RECORDS - 1)
    took["far in"] = await _took(visit, f"{LIST}&after={_cursor(visit, number_of(RECORDS // 2))}", rows)
    await visit.page.get_by_role("link", name=number_of(RECORDS // 2 + 1), exact=True).wait_for()
    took["last"] = await _took(visit, f"{LIST}&after={_cursor(visit, number_of(RECORDS - 31))}", rows)
    await visit.page.get_by_role("link", name=number_of(RECORDS - 1), exact=True).wait_for()
    assert await visit.page.get_by_role("link", name="下一页").count() == 0, "the last page ends"
    print({name: round(each, 2) for name, each in took.items()})
    assert max(took.values()) < PAGE_S_MAX, took
    assert not visit.faults


def _cursor(visit: Visit, after: str) -> str:
    """The cursor that the gateway gives behind a record; reading up to it takes twenty thousand pages, of which this is the last."""
    from zhulian.gateway.cursors import seal_cursor

    return seal_cursor("scenario/records", [INSTANCE, "item", ""], after)


async def test_list__of_a_million_records_is_narrowed_and_taken_home(visit: Visit, tmp_path: Path) -> None:
    await visit.go(LIST)
    await visit.page.get_by_text("筛选与排序").click()
    await visit.page.get_by_label("状态").select_option("gone")
    await visit.page.get_by_label("类别").select_option("tent")
    await visit.page.get_by_role("button", name="查看", exact=True).click()
    await visit.page.locator("#content td a").first.wait_for()
    assert set(await visit.page.locator("#content td[data-head='状态']").all_inner_texts()) == {"已核销"}
    assert set(await visit.page.locator("#content td[data-head='类别']").all_inner_texts()) == {"帐篷"}
    rows = "#content td a"
    took = {
        "two conditions": await _took(visit, visit.page.url.removeprefix(visit.console.url), rows),
        "one state": await _took(visit, f"{LIST}&state=lent", rows),
        "a party": await _took(visit, f"{LIST}&w.keeper=org3", rows),
        "a word": await _took(visit, f"{LIST}&q=水泵", rows),
        "one record": await _took(visit, f"{LIST}&q={number_of(123_456)}", rows),
    }
    print({name: round(each, 2) for name, each in took.items()})
    process = visit.console.node.part("zhulian.console")
    before, began = resident(process), time.monotonic()
    await visit.go(f"{LIST}&q={number_of(777_777)}")
    async with visit.page.expect_download() as coming:
        await visit.page.get_by_role("link", name="导出 CSV").click()
    await (await coming.value).save_as(tmp_path / "one.csv")
    assert (tmp_path / "one.csv").read_text(encoding="utf-8-sig").count(number_of(777_777)) == 1
    count = await _export(visit, "/export/stock/item?state=gone&w.kind=tent&w.keeper=org2", tmp_path / "part.csv")
    grown = resident(process) - before
    print(f"export of {count} records and one: {time.monotonic() - began:.1f} s, {grown / 2**20:.0f} MiB more")
    assert count == sum(_fits(place) for place in range(1, RECORDS))
    assert grown < GROWTH_BYTES_MAX
    assert max(took.values()) < PAGE_S_MAX, took
    assert not visit.faults


def _fits(place: int) -> bool:
    from tests.console.million import values_of

    state, fields = values_of(place)
    return (state, fields["kind"], fields["keeper"]) == ("gone", "tent", "org2")


async def _export(visit: Visit, path: str, file: Path) -> int:
    """The rows of a CSV that was read as it came, a piece at a time."""
    import httpx

    cookie = "; ".join(f"{each['name']}={each['value']}" for each in await visit.page.context.cookies())
    async with (
        httpx.AsyncClient(timeout=600) as http,
        http.stream("GET", visit.console.url + path, headers={"Cookie": cookie}) as got,
    ):
        assert got.status_code == 200
        with file.open("wb") as kept:
            async for part in got.aiter_bytes():
                kept.write(part)
    with file.open(encoding="utf-8-sig") as lines:
        return sum(1 for _ in lines) - 1


async def test_board__of_a_million_records_does_not_keep_its_page_waiting(visit: Visit) -> None:
    index = next(each for each in visit.console.node.processes() if "zhulian.opener.process" in _command(each))
    before, began = resident(index, "RssAnon"), time.monotonic()
    await visit.go(f"/apps/{INSTANCE}")
    await visit.page.locator("#content td a").first.wait_for()
    opened = time.monotonic() - began
    await visit.page.get_by_text("各单位物资价值").first.wait_for()
    await visit.page.locator(".board canvas").nth(2).wait_for(timeout=60_000)
    await visit.page.locator(".figure").wait_for(timeout=60_000)
    first = time.monotonic() - began
    took = await _took(visit, f"/apps/{INSTANCE}", ".board canvas >> nth=2")
    grown = resident(index, "RssAnon") - before
    print(
        f"page {opened:.2f} s, charts counted {first:.2f} s, once they are kept {took:.2f} s; index {grown / 2**20:.0f} MiB more"
    )
    assert took < PAGE_S_MAX
    assert grown < 2 * GROWTH_BYTES_MAX
    assert not visit.faults


def _command(process: int) -> str:
    return (Path("/proc") / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
