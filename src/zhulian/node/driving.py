"""The seam between the ledger process and what makes its blocks: alone, or with others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from zhulian.consensus.application import Application
from zhulian.consensus.solo import Outcome, SoloEngine
from zhulian.errors import Refusal
from zhulian.ledger.transactions import Transaction
from zhulian.node.clock import GuardedClock
from zhulian.node.errors import NoEngine
from zhulian.node.guard import Guard

__all__ = ["Driver", "Settled", "SoloDriver"]

_LOOK_S = 60.0


class Settled(Protocol):
    """Told what became of transactions; `sealed`: their block has its quorum of seals, otherwise it is only committed."""

    def __call__(self, outcomes: Sequence[Outcome], *, sealed: bool) -> None: ...


class Driver(Protocol):
    """Makes blocks of what is admitted."""

    engine: str

    def admitted(self, transactions: Sequence[Transaction]) -> None:
        """These have been verified and wait for a block."""

    def start(self) -> None:
        """Begin to work, in tasks of the guard."""

    async def open(self) -> None:
        """Open the doors that the engine needs, before anything else of the node is reachable."""

    async def close(self) -> None:
        """Close them."""

    @property
    def accepting(self) -> bool:
        """Whether a block would come of what is taken in now."""

    @property
    def standstill(self) -> Refusal | None:
        """Why no block can be made, where this node knows it."""

    def status(self) -> dict[str, Any]:
        """What there is to say about the engine, beside what the ledger says."""

    def versions(self) -> dict[str, str]:
        """The versions of programs that take part beside this one, by `engine`."""

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[Any]]]:
        """What may be asked of the engine beside the ledger, by the methods' names."""


class SoloDriver:
    """Group commit: a block as soon as there is something to put in and the one before is durable and sealed.

    While a block is made here, the workers verify what comes next; it is admitted between two blocks. On a quiet chain
    the keeper makes a block when something falls due by itself.
    """

    engine = "solo"

    def __init__(
        self,
        application: Application,
        engine: SoloEngine,
        clock: GuardedClock,
        guard: Guard,
        settled: Settled,
        made: Callable[[int], None],
    ) -> None:
        self._application = application
        self._engine = engine
        self._clock = clock
        self._guard = guard
        self._settled = settled
        self._made = made
        self._work = asyncio.Event()

    def admitted(self, transactions: Sequence[Transaction]) -> None:
        """Wake the loop."""
        self._work.set()

    def start(self) -> None:
        """Begin to make blocks."""
        self._guard.spawn(self._make_blocks())

    async def open(self) -> None:
        """Nobody else takes part."""

    async def close(self) -> None:
        """Nobody else takes part."""

    @property
    def accepting(self) -> bool:
        """Always."""
        return True

    @property
    def standstill(self) -> Refusal | None:
        """Nobody else is needed."""
        return None

    def status(self) -> dict[str, Any]:
        """Nothing beside the ledger."""
        return {}

    def versions(self) -> dict[str, str]:
        """No other program takes part."""
        return {}

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[Any]]]:
        """What a network's node would answer for: there is none here."""
        return {"engine": self._no_engine, "snapshots": self._no_snapshots}

    async def _no_engine(self, params: Any) -> dict[str, Any]:
        raise NoEngine()

    async def _no_snapshots(self, params: Any) -> list[dict[str, Any]]:
        return []

    async def _make_blocks(self) -> None:
        while True:
            await self._rest()
            self._work.clear()
            while self._application.pool.ready or self._application.is_due(self._clock.now_ms()):
                self._guard.check()  # nothing is signed after an exception that nobody foresaw
                stepped = self._engine.step()
                self._settled(stepped.outcomes, sealed=True)
                if stepped.header is not None:
                    self._made(len(stepped.outcomes))
                await asyncio.sleep(0)

    async def _rest(self) -> None:
        """Return when there is work, or when the next thing falls due by itself; at the latest after a minute."""
        due = self._application.due()
        left_s = _LOOK_S if due is None else min(due - self._clock.now_ms() / 1000, _LOOK_S)
        try:
            async with asyncio.timeout(max(left_s, 0.0)):
                await self._work.wait()
        except TimeoutError:
            return
