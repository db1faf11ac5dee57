"""Follows the chain once for all open pages."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from zhulian.client.chain import AsyncChain
from zhulian.errors import Refusal

__all__ = ["Hub"]

_KEPT = 60
_AGAIN_S = 2.0
_ANSWER_S = 8.0
_REST_S = 0.25
"""Between two looks at least, however fast blocks come: pages look once a second."""

T = TypeVar("T")


class Hub:
    """The newest blocks and the node's status, as the event stream brings them. `turn` grows with each change."""

    def __init__(self, chain: AsyncChain) -> None:
        self._chain = chain
        self.blocks: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self.status: dict[str, Any] = {}
        self.away = False
        self.turn = 0
        self._came = asyncio.Event()
        self._made: dict[Hashable, tuple[int, Any]] = {}

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each turn, for all pages that ask for it by this name."""
        turn, made = self._made.get(name, (-1, None))
        if turn != self.turn:
            made = make()
            self._made[name] = (self.turn, made)
        return cast(T, made)

    async def run(self) -> None:
        """Follow for as long as the process lives; a node that is away is asked again."""
        async with asyncio.TaskGroup() as all_parts:
            all_parts.create_task(self._ask())
            all_parts.create_task(self._follow())
            all_parts.create_task(self._read())

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
            self._came.set()
            with contextlib.suppress(Refusal):
                async for _ in self._chain.events():
                    self._came.set()
            await asyncio.sleep(_AGAIN_S)

    async def _read(self) -> None:
        """Read what is new once something came; what comes meanwhile is read together."""
        while True:
            await self._came.wait()
            self._came.clear()
            with contextlib.suppress(Refusal):
                await self._look()
            await asyncio.sleep(_REST_S)

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
