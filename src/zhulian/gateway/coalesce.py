"""Many requests with one transaction each become one call to the ledger: whoever arrives in the same turn rides along."""

import asyncio
from typing import Any

from zhulian.errors import Bug, check
from zhulian.gateway.ledger import Ledger, Wait

__all__ = ["Coalescer"]

_BYTES_MAX = 8 * 1024 * 1024
"""A call never grows beyond what one frame to the ledger holds."""
_Waiting = tuple[bytes, "asyncio.Future[dict[str, Any]]"]


class Coalescer:
    """Collects single submissions of one turn of the event loop; nobody waits for company, so an idle gateway adds nothing."""

    def __init__(self, ledger: Ledger, items_max: int, wait_s: float) -> None:
        self._ledger = ledger
        self._wait_s = wait_s
        self._items_max = items_max
        self._queues: dict[Wait, list[_Waiting]] = {}
        self._bytes: dict[Wait, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, raw: bytes, wait: Wait) -> dict[str, Any]:
        """The outcome of one envelope.

        Raises:
            Refusal: what the ledger answered to the whole call, such as Busy. ConnectionError: it is away.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[dict[str, Any]] = loop.create_future()
        queue = self._queues.get(wait)
        if queue is None:
            queue = self._queues[wait] = []
            self._bytes[wait] = 0
            loop.call_soon(self._flush, wait)
        queue.append((raw, future))
        self._bytes[wait] += len(raw)
        if len(queue) >= self._items_max or self._bytes[wait] >= _BYTES_MAX:
            self._flush(wait)
        return await future

    def _flush(self, wait: Wait) -> None:
        waiting = self._queues.pop(wait, None)
        if waiting:
            task = asyncio.get_running_loop().create_task(self._send(waiting, wait))
            self._tasks.add(task)  # the loop itself keeps only weak references
            task.add_done_callback(self._tasks.discard)

    async def _send(self, waiting: list[_Waiting], wait: Wait) -> None:
        try:
            async with asyncio.timeout(self._wait_s):  # a call that nobody waits for any more keeps no bytes
                outcomes = await self._ledger.submit([raw for raw, _ in waiting], wait)
            check(len(outcomes) == len(waiting), "the ledger answers every envelope")
        except (Exception, Bug) as fault:  # noqa: BLE001 - handed on to everyone who waits; each answers for itself
            for _, future in waiting:
                if not future.done():
                    future.set_exception(fault)
            return
        for (_, future), outcome in zip(waiting, outcomes, strict=True):  # in order
            if not future.done():
                future.set_result(outcome)
