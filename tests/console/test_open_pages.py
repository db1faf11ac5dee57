"""Two hundred open pages on one console: blocks reach all of them, one more page opens, a click is answered, memory stays bounded."""

import asyncio
import json
import statistics
import time
from pathlib import Path

import httpx
import pytest

from tests.console.listening import Listener
from tests.console.visiting import Console, Visit, resident, spent
from zhulian.client import connect
from zhulian.client.chain import connect_async

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PAGES, TABS = 200, 10
WATCH_S = 20.0
PAGE_BYTES_MAX = 1_000_000
"""What an open page may take of the console's memory."""
SHARE_MAX = 0.5
"""Of one core, for the console's process with all pages open and blocks coming."""


async def _blocks(console: Console, folder: Path, stop: asyncio.Event) -> int:
    """A deposit, and so a block, a few times a second."""
    url = json.loads((console.home / "run" / "node.json").read_bytes())["url"]
    count = 0
    async with await connect_async(url, "org1.clerk", home=console.home) as chain:
        while not stop.is_set():
            count += 1
            file = folder / f"{count}.txt"
            file.write_text(f"{time.time_ns()}")
            await chain.evidence.deposit(file)
            await asyncio.sleep(0.3)
    return count


async def test_pages__two_hundred_follow_the_blocks_and_stay_quick(visit: Visit, console: Console, tmp_path: Path) -> None:
    await visit.enter()
    context, process = visit.page.context, console.node.part("zhulian.console")
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in await context.cookies())
    before = resident(process)
    listeners = [Listener(console.url, cookie) for _ in range(PAGES - TABS)]
    async with httpx.AsyncClient(timeout=60) as http:
        opened = [await each.open(http, "/") for each in listeners]
    tabs = [await context.new_page() for _ in range(TABS)]
    for each in tabs:
        await each.goto(console.url)
    stop = asyncio.Event()
    making = asyncio.create_task(_blocks(console, tmp_path, stop))
    await asyncio.sleep(3)
    used, began, marks = spent(process), time.monotonic(), [len(each.came) for each in listeners]
    clicks, more = [], []
    await visit.go("/developer")
    await visit.page.locator("textarea").fill("scenario: x\nversion: 1\nnonsense: yes\n")
    while time.monotonic() - began < WATCH_S:
        at = time.monotonic()
        await visit.page.get_by_role("button", name="检查").click()
        clicks.append(time.monotonic() - at)
        at = time.monotonic()
        page = await context.new_page()
        await page.goto(console.url)
        await page.get_by_role("heading", name="首页").wait_for()
        more.append(time.monotonic() - at)
        await page.close()
        await asyncio.sleep(0.5)
    lasted = time.monotonic() - began
    share = (spent(process) - used) / lasted
    came = [len(each.came) - mark for each, mark in zip(listeners, marks, strict=True)]
    grown = resident(process) - before
    stop.set()
    count = await making
    with connect(json.loads((console.home / "run" / "node.json").read_bytes())["url"], home=console.home) as chain:
        height = chain.status()["height"]
    print(
        f"HTML of a page {statistics.median(opened):.3f} s; {count} blocks; {min(came)} to {max(came)} updates in {lasted:.1f} s"
    )
    print(f"console: {share:.2f} of a core, {before / 2**20:.0f} MiB and {grown / PAGES / 1024:.0f} KiB a page")
    print(f"one more page {statistics.median(more):.2f} s; a click {statistics.median(clicks):.2f} s")
    await asyncio.sleep(3)
    for each in listeners:
        assert not each.lost
        assert f"/blocks/{height}" in each.words
    for tab in tabs:
        assert await tab.locator(f"a[href='/blocks/{height}']").count() == 1
    for each in listeners:
        await each.close()
    assert min(came) > WATCH_S / 3, "a page that is behind shows the newest of several blocks at once, but does not stand still"
    assert grown / PAGES < PAGE_BYTES_MAX
    assert share < SHARE_MAX
    assert not visit.faults
