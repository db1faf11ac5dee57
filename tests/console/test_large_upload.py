"""Five gigabytes through the evidence page: streamed in bounded memory, with progress, and stopped by one click."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.console.visiting import Console, Visit, resident

pytestmark = [pytest.mark.anyio, pytest.mark.long]
FILE_BYTES = 5 * 1024**3
GROWTH_BYTES_MAX = 64 * 1024**2
FIRST = "input[type=file] >> nth=0"


def _file(folder: Path, name: str, size: int) -> Path:
    """A file of that size, which takes no room until somebody reads it, and which nobody has deposited."""
    path = folder / name
    with path.open("xb") as made:
        made.write(f"{time.time_ns()}".encode())
        made.truncate(size)
    return path


class Memory:
    """The most that processes had in memory while it watched, beyond what they had before."""

    def __init__(self, **processes: int) -> None:
        self._before = {name: resident(each) for name, each in processes.items()}
        self._processes = processes
        self.grown = dict.fromkeys(processes, 0)

    async def watch(self) -> None:
        while True:
            for name, each in self._processes.items():
                self.grown[name] = max(self.grown[name], resident(each) - self._before[name])
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _watching(console: Console) -> AsyncIterator[Memory]:
    memory = Memory(console=console.node.part("zhulian.console"), gateway=console.node.part("zhulian.gateway"))
    task = asyncio.create_task(memory.watch())
    try:
        yield memory
    finally:
        task.cancel()


def _left(console: Console) -> int:
    """Bytes that lie in the console's folder of uploads."""
    return sum(each.stat().st_size for each in (console.home / "console" / "uploads").rglob("*") if each.is_file())


async def test_upload__of_five_gigabytes_is_streamed_with_progress(visit: Visit, console: Console, tmp_path: Path) -> None:
    file = _file(tmp_path, "扫描件.bin", FILE_BYTES)
    await visit.enter()
    await visit.go("/evidence")
    seen: list[float] = []
    async with _watching(console) as memory:
        began = time.monotonic()
        await visit.page.set_input_files(FIRST, file)
        bar = visit.page.locator(".sending progress")
        await bar.wait_for()
        while (came := await bar.evaluate("(it) => it.hasAttribute('value') ? it.value : null")) is not None:
            seen.append(float(came))
            if len(seen) == 3:
                other = await visit.page.context.new_page()
                at = time.monotonic()
                await other.goto(f"{console.url}/blocks")
                await other.get_by_role("heading", name="区块浏览器").wait_for()
                print(f"another page meanwhile: {time.monotonic() - at:.2f} s")
                await other.close()
            await visit.page.wait_for_timeout(300)
        sent = time.monotonic() - began
        await visit.page.locator(".note.ok").first.wait_for(timeout=240_000)
        print(
            f"5 GB: {sent:.1f} s on the way, {time.monotonic() - began - sent:.1f} s until it is deposited; memory {memory.grown}"
        )
    assert len(set(seen)) > 5, "the bar moves"
    assert seen == sorted(seen)
    assert max(memory.grown.values()) < GROWTH_BYTES_MAX, memory.grown
    assert _left(console) == 0, "the copy is gone once it is deposited"
    assert not visit.faults


async def test_upload__is_stopped_by_a_click_and_leaves_nothing(visit: Visit, console: Console, tmp_path: Path) -> None:
    file = _file(tmp_path, "停.bin", FILE_BYTES)
    await visit.enter()
    await visit.go("/evidence")
    await visit.page.set_input_files(FIRST, file)
    for _ in range(200):
        if _left(console) > 64 * 1024**2:
            break
        await asyncio.sleep(0.1)
    await visit.page.locator(".sending button").click()
    assert await visit.page.locator(".sending").count() == 0
    for _ in range(100):
        if _left(console) == 0:
            break
        await asyncio.sleep(0.1)
    assert _left(console) == 0
    assert await visit.page.locator(".note.ok").count() == 0
    assert not visit.faults
