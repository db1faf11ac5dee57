"""One look at the chain serves all open pages, however many pages and however fast blocks come."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from zhulian.client.chain import AsyncChain
from zhulian.console.hub import Hub

pytestmark = pytest.mark.anyio
BURST = 200


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Chain:
    """A chain whose blocks come in a burst; `asked` counts the looks."""

    def __init__(self) -> None:
        self.asked = 0
        self.height = 1

    async def status(self) -> dict[str, Any]:
        return {"height": self.height}

    async def blocks(self, limit: int) -> dict[str, Any]:
        self.asked += 1
        return {"items": [{"header": {"height": each}} for each in range(self.height, max(0, self.height - limit), -1)]}

    async def block(self, height: int) -> dict[str, Any]:
        return {"header": {"time_ms": height}, "transactions": [], "seals": [], "digest": f"{height:064x}"}

    async def events(self) -> AsyncIterator[object]:
        for _ in range(BURST):
            self.height += 1
            yield object()
            await asyncio.sleep(0.001)
        await asyncio.Event().wait()


async def test_hub__reads_a_burst_of_blocks_in_few_looks_and_misses_none_of_the_newest() -> None:
    chain = Chain()
    hub = Hub(cast(AsyncChain, chain))
    running = asyncio.create_task(hub.run())
    for _ in range(100):
        await asyncio.sleep(0.05)
        if hub.blocks and hub.blocks[0]["height"] == BURST + 1:
            break
    running.cancel()
    assert chain.asked < 10
    heights = [each["height"] for each in hub.blocks]
    assert heights == list(range(BURST + 1, BURST + 1 - len(heights), -1))


def test_hub__makes_a_part_once_for_each_turn() -> None:
    hub = Hub(cast(AsyncChain, Chain()))
    made: list[str] = []

    def make(language: str) -> int:
        made.append(language)
        return len(made)

    given = [hub.once(("part", language), lambda language=language: make(language)) for language in ("zh", "en", "zh", "en")]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert given == [1, 2, 1, 2]
    hub.turn += 1
    assert hub.once(("part", "zh"), lambda: make("zh")) == 3
