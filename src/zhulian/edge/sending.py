"""Carrying batches to the chain: of each device the oldest first, sent again until the chain has said yes or no for good."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from zhulian.client.chain import AsyncChain
from zhulian.edge.known import KnownDevices
from zhulian.edge.store import Held, Store
from zhulian.errors import Refusal
from zhulian.node.guard import Guard

__all__ = ["Answer", "Sender"]

Answer = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Tells a device what became of its batch."""

FINAL = frozenset(f"device/{number}" for number in (8, 11, 12, 13, 14, 16, 18, 19))
"""What a later try cannot mend; a calibration, a key or a clock can still come right."""
_TOGETHER = 8
_LOOK_S, _RETRY_S, _RETRY_MAX_S = 0.2, 1.0, 60.0


class Sender:
    """Sends what waits in the store. `answer` is told of every batch that is settled."""

    def __init__(self, chain: AsyncChain, store: Store, known: KnownDevices, answer: Answer) -> None:
        self._chain = chain
        self._store = store
        self._known = known
        self._answer = answer
        self._rest_s = 0.0
        self.waits: dict[str, str] = {}
        """For each device whose batch waits longer than it should, the number of the reason."""

    async def run(self) -> None:
        """Send, for ever."""
        while True:
            waiting = self._store.waiting()
            if not waiting:
                await asyncio.sleep(_LOOK_S)
                continue
            settled = 0
            for start in range(0, len(waiting), _TOGETHER):
                settled += sum(await asyncio.gather(*(self._send(each) for each in waiting[start : start + _TOGETHER])))
            self._rest_s = 0.0 if settled else min(max(_RETRY_S, 2 * self._rest_s), _RETRY_MAX_S)
            await asyncio.sleep(self._rest_s)

    async def begin(self, guard: Guard) -> None:
        """Know the devices before any door opens: from the chain, or from the disk while that is away."""
        while not guard.stopping:
            try:
                await self._known.refresh(self._chain)
                return
            except Refusal:
                if len(self._known):
                    return
                await asyncio.sleep(_RETRY_S)

    async def refresh(self, every_s: float) -> None:
        """Read the devices anew now and then, for ever; while the node is away, what was known before holds."""
        while True:
            try:
                await self._known.refresh(self._chain)
            except Refusal as no:
                self.waits["-"] = no.code
            else:
                self.waits.pop("-", None)
            await asyncio.sleep(every_s)

    async def _send(self, held: Held) -> bool:
        """Whether the batch is settled now."""
        paper = held.sealed.paper
        batch = paper.batch
        core, intent = self._chain.core, f"device:{batch.device}:{batch.first}:{batch.root}"
        try:
            transaction = core.journal.applied(core.chain, intent)  # what an edge that was stopped had sent
            height = 0
            if transaction is None:
                message = {
                    "batch": msgspec.to_builtins(batch),
                    "key": paper.key,
                    "signature": paper.signature,
                    "type": "device.measure",
                }
                done = await self._chain.submit([message], wait="committed", intent=intent)
                transaction, height = done.transaction, done.height or 0
        except Refusal as no:
            if no.code not in FINAL:
                self.waits[batch.device] = no.code
                return False
            self._store.settle(held, "refused", no.code)
            await self._answer(batch.device, {"first": batch.first, "last": batch.last, "refused": no.as_problem()})
            return True
        self.waits.pop(batch.device, None)
        self._store.settle(held, "recorded", transaction, height)
        told = {"first": batch.first, "last": batch.last, "recorded": transaction}
        await self._answer(batch.device, told)
        return True
