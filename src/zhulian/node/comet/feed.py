"""Hands verified transactions to the engine's mempool, in batches over its Unix socket, and loses none by the way."""

import asyncio
import base64
from collections import deque

from zhulian.node.comet.rpc import EngineAway, EngineRpc

__all__ = ["MempoolFeed"]

_BATCH = 400
_BATCH_BYTES = 4 * 1024 * 1024
_RETRY_S = 0.2


class MempoolFeed:
    """One batch at a time: what comes in meanwhile makes the next one, so that batches grow with the load.

    A transaction that the engine has already is answered as such and is no fault. While the engine is away (it starts, it
    catches up), what waits stays here; what has left the pool meanwhile falls out at the engine's own check.
    """

    def __init__(self, rpc: EngineRpc) -> None:
        self._rpc = rpc
        self._waiting: deque[bytes] = deque()
        self._more = asyncio.Event()
        self.sent = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, raw: bytes) -> None:
        """Hand a transaction over soon."""
        self._waiting.append(raw)
        self._more.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                batch = self._take()
                try:
                    await self._rpc.call([("broadcast_tx_async", {"tx": base64.b64encode(raw).decode()}) for raw in batch])
                    self.sent += len(batch)
                except EngineAway:
                    self._waiting.extendleft(reversed(batch))
                    await asyncio.sleep(_RETRY_S)

    def _take(self) -> list[bytes]:
        batch: list[bytes] = []
        size = 0
        while self._waiting and len(batch) < _BATCH and size < _BATCH_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1])
        return batch
