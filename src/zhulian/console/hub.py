"""Follows the chain once for all open pages."""

import asyncio
import contextlib
from collections import deque
from typing import Any

from zhulian.client.chain import AsyncChain
from zhulian.errors import Refusal

__all__ = ["Hub"]

_KEPT = 60
_AGAIN_S = 2.0
_ANSWER_S = 8.0


class Hub:
    """The newest blocks and the node's status, as the event stream brings them. `turn` grows with each change."""

    def __init__(self, chain: AsyncChain) -> None:
        self._chain = chain
        self.blocks: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.status: dict[str, Any] = {}
        self.away = False
        self.turn = 0

    async def run(self) -> None:
        """Follow for as long as the process lives; a node that is away is asked again."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._ask())
            both.create_task(self._follow())

    async def _ask(self) -> None:
        """See whether the node answers: the stream of events goes on by itself and does not tell."""
        while True:
            away = True
            with contextlib.suppress(Refusal, TimeoutError):
                async with asyncio.timeout(_ANSWER_S):
                    await self._chain.status()
                    away = False
            if away != self.away:
                self.away = away
                self.turn += 1
            await asyncio.sleep(_AGAIN_S)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(Refusal):
                await self._look()
                async for _ in self._chain.events():
                    with contextlib.suppress(Refusal):
                        await self._look()
            await asyncio.sleep(_AGAIN_S)

    async def _look(self) -> None:
        self.status = await self._chain.status()
        known = {each["height"] for each in self.blocks}
        for each in reversed((await self._chain.blocks(limit=_KEPT))["items"]):
            height = each["header"]["height"]
            if height not in known:
                block = await self._chain.block(height)
                self.blocks.appendleft(
                    {
                        "height": height,
                        "time_ms": block["header"]["time_ms"],
                        "transactions": len(block["transactions"]),
                        "seals": len(block["seals"]),
                        "lag_ms": _lag(block),
                        "digest": block["digest"],
                    }
                )
        self.turn += 1


def _lag(block: dict[str, Any]) -> int | None:
    """Milliseconds from a block's time to the median of its sealers' clocks; None where it is not sealed, never below nothing."""
    times = sorted(each["time_ms"] for each in block["seals"])
    return max(0, times[len(times) // 2] - block["header"]["time_ms"]) if times else None
