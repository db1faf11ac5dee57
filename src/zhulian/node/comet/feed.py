"""Hands verified transactions to the engine's mempool, in bundles over its Unix socket, and loses none by the way."""

import asyncio
import base64
from collections import deque
from collections.abc import Callable

from zhulian.consensus.comet.bundle import BUNDLE_BYTES_MAX, BUNDLE_COUNT_MAX, encode_bundle
from zhulian.node.comet.rpc import EngineAway, EngineRpc

__all__ = ["MempoolFeed"]

_BUNDLES = 16
"""Bundles in one call."""
_RETRY_S = 0.2


class MempoolFeed:
    """One call at a time: what comes in meanwhile makes the next one, so that bundles grow with the load.

    `waits` says whether a transaction still waits for a block, `known` is told of each bundle before the engine asks about it.
    A bundle that the engine has already is answered as such and is no fault. While the engine is away (it starts, it
    catches up) or its mempool is full, what waits stays here.
    """

    def __init__(self, rpc: EngineRpc, waits: Callable[[bytes], bool], known: Callable[[bytes, list[bytes]], None]) -> None:
        self._rpc = rpc
        self._waits = waits
        self._known = known
        self._waiting: deque[bytes] = deque()
        self._seal = b""
        self._more = asyncio.Event()
        self.sent = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, raw: bytes) -> None:
        """Hand a transaction over soon."""
        self._waiting.append(raw)
        self._more.set()

    def offer_seal(self, entry: bytes) -> None:
        """Hand this node's newest seal over soon. One that the engine does not take travels in the next vote."""
        self._seal = entry
        self._more.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while (bundles := self._take()) or self._seal:
                entries = [encode_bundle(each) for each in bundles]
                for entry, each in zip(entries, bundles, strict=True):
                    self._known(entry, each)
                if self._seal:
                    entries.insert(0, self._seal)
                    self._seal = b""
                try:
                    await self._rpc.call([("broadcast_tx_async", {"tx": base64.b64encode(entry).decode()}) for entry in entries])
                    self.sent += sum(map(len, bundles))
                except EngineAway:
                    self._waiting.extendleft(raw for each in reversed(bundles) for raw in reversed(each))
                    await asyncio.sleep(_RETRY_S)

    def _take(self) -> list[list[bytes]]:
        """The next bundles, without what a block has taken meanwhile."""
        bundles: list[list[bytes]] = []
        size = BUNDLE_BYTES_MAX
        while self._waiting:
            raw = self._waiting[0]
            if not self._waits(raw):
                self._waiting.popleft()
                continue
            if size + len(raw) > BUNDLE_BYTES_MAX or len(bundles[-1]) == BUNDLE_COUNT_MAX:
                if len(bundles) == _BUNDLES:
                    break
                bundles.append([])
                size = 0
            bundles[-1].append(self._waiting.popleft())
            size += len(raw) + 4
        return bundles
