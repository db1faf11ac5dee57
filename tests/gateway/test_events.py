import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from gateway_fake import FakeLedger

from zhulian.gateway.errors import TooManyStreams
from zhulian.gateway.stream import Hub

pytestmark = pytest.mark.anyio


def _heights(chunks: list[bytes]) -> list[int]:
    return [int(line[4:]) for chunk in chunks for line in chunk.decode().splitlines() if line.startswith("id: ")]


@asynccontextmanager
async def _following(hub: Hub, after: int) -> AsyncIterator[list[bytes]]:
    """A reader that collects what comes, in a task of its own."""
    chunks: list[bytes] = []

    async def read() -> None:
        async for chunk in hub.follow(after):
            chunks.append(chunk)  # noqa: PERF401

    hub.enter()
    task = asyncio.create_task(read())
    try:
        yield chunks
    finally:
        task.cancel()
        hub.leave()


async def _until(holds: Any) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_stream__gives_every_block_once_in_order(ledger: FakeLedger) -> None:
    for _ in range(150):
        ledger.add_block()
    hub = Hub(ledger, 4, 15)
    async with _following(hub, 0) as whole, _following(hub, 140) as late:
        await _until(lambda: len(_heights(whole)) == 150)
        for _ in range(5):
            ledger.add_block()
            await asyncio.sleep(0.01)
        await _until(lambda: len(_heights(whole)) == 155 and len(_heights(late)) == 15)
    assert _heights(whole) == list(range(1, 156))
    assert _heights(late) == list(range(141, 156))


async def test_stream__a_reader_that_fell_behind_what_is_kept_misses_nothing(ledger: FakeLedger) -> None:
    hub = Hub(ledger, 4, 15)
    async with _following(hub, 0) as quick:
        stream = hub.follow(0)
        await anext(stream)
        for _ in range(600):
            ledger.add_block()
        await _until(lambda: len(_heights(quick)) == 600)
        found: list[int] = []
        async with asyncio.timeout(5):
            while len(found) < 600:
                found += _heights([await anext(stream)])
    assert found == list(range(1, 601))


async def test_stream__many_readers_cost_the_ledger_one_question(ledger: FakeLedger) -> None:
    hub = Hub(ledger, 50, 15)
    async with asyncio.TaskGroup() as group:
        readers = [[] for _ in range(40)]  # type: ignore[var-annotated]

        async def read(into: list[int]) -> None:
            async for chunk in hub.follow(0):
                into += _heights([chunk])
                if into and into[-1] == 20:
                    return

        for into in readers:
            hub.enter()
            group.create_task(read(into))
        await asyncio.sleep(0.05)
        before = len(ledger.calls)
        for _ in range(20):
            ledger.add_block()
            await asyncio.sleep(0.002)
    assert all(into == list(range(1, 21)) for into in readers)
    assert len(ledger.calls) - before <= 21 * 2
    await hub.close()


async def test_stream__beats_while_nothing_happens_and_survives_a_ledger_that_is_away(ledger: FakeLedger) -> None:
    hub = Hub(ledger, 4, 0.05)
    ledger.away = True
    async with _following(hub, 0) as chunks:
        await _until(lambda: chunks.count(b": \n\n") >= 1)
        ledger.away = False
        ledger.add_block()
        await _until(lambda: _heights(chunks) == [1])


async def test_stream__places_are_counted(ledger: FakeLedger) -> None:
    hub = Hub(ledger, 1, 15)
    hub.enter()
    with pytest.raises(TooManyStreams):
        hub.enter()
    hub.leave()
    hub.enter()
    hub.leave()
    assert hub.streams == 0


async def test_stream__closing_ends_every_reader(ledger: FakeLedger) -> None:
    hub = Hub(ledger, 4, 15)
    async with _following(hub, 0) as chunks:
        await _until(lambda: chunks)
        await hub.close()
        with pytest.raises(TooManyStreams):
            hub.enter()
