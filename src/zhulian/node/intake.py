"""The way in: bounded, screened, verified in other processes, admitted, and answered at the stage that was asked for."""

import asyncio
import string
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from zhulian.consensus.application import Application, Screened
from zhulian.consensus.solo import Outcome
from zhulian.errors import REFUSALS, Refusal, Words, check
from zhulian.ledger.errors import Replayed
from zhulian.ledger.transactions import Transaction
from zhulian.node.clock import GuardedClock
from zhulian.node.errors import Busy, NodeStopping, WrongParameters
from zhulian.node.guard import Guard
from zhulian.node.methods import TRANSACTIONS_MAX, Stage, Submit
from zhulian.node.stations import Stations
from zhulian.node.verifying import Verifier

__all__ = ["Intake", "IntakeLimits", "recorded_refusal"]

_SLICE = 128
"""Transactions screened in one go: a few milliseconds, after which blocks and short requests have their turn."""
_RETRY_S_MAX = 30


class IntakeLimits(msgspec.Struct, frozen=True):
    """What one node holds at once: transactions that are in no block yet, by number and by bytes."""

    pending_max: int = 20_000
    pending_bytes_max: int = 64 * 1024 * 1024


class _Call:
    """One `submit` and what is known of its transactions so far."""

    def __init__(self, count: int, stage: Stage) -> None:
        self.stage = stage
        self.outcomes: list[dict[str, Any]] = [{}] * count
        self.missing = count
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, place: int, outcome: dict[str, Any]) -> None:
        self.outcomes[place] = outcome
        self.missing -= 1
        if not self.missing:
            self.done.set_result(None)

    def fail(self, refusal: Refusal) -> None:
        if not self.done.done():
            self.done.set_exception(refusal)


class Intake:
    """Takes submissions for one application; `admitted` hands whoever makes blocks what is to be put in.

    `standstill` answers why no block can be made, if none can: then nothing is taken in.
    """

    def __init__(
        self,
        application: Application,
        verifier: Verifier,
        clock: GuardedClock,
        guard: Guard,
        admitted: Callable[[Sequence[Transaction]], None],
        limits: IntakeLimits,
        stations: Stations,
        standstill: Callable[[], Refusal | None] = lambda: None,
    ) -> None:
        self._stations = stations
        self._guard = guard
        self._standstill = standstill
        self._application = application
        self._verifier = verifier
        self._clock = clock
        self._admitted = admitted
        self._limits = limits
        self._waiting: dict[str, tuple[_Call, int]] = {}
        self._claimed = 0
        self._claimed_bytes = 0
        self._rate = _Rate()
        self.turned_away = 0

    @property
    def pending(self) -> int:
        """Transactions that are here and in no block yet."""
        return len(self._application.pool) + self._claimed

    @property
    def pending_bytes(self) -> int:
        """The bytes of those transactions."""
        return self._application.pool.bytes + self._claimed_bytes

    @property
    def full(self) -> bool:
        """Whether one more transaction of the greatest size would be turned away."""
        return self.pending >= self._limits.pending_max or self.pending_bytes >= self._limits.pending_bytes_max

    async def submit(self, params: Submit) -> list[dict[str, Any]]:
        """One outcome for each transaction in order, when all have come to the stage asked for (see `LedgerClient.submit`).

        Raises:
            Busy: the node holds as much as it may; nothing was looked at. WrongParameters: too many at once.
            Standstill: no block can be made of it now.
        """
        txs = params.txs
        if len(txs) > TRANSACTIONS_MAX:
            raise WrongParameters(
                method="submit", why=Words(f"交易超过 {TRANSACTIONS_MAX} 笔", f"more than {TRANSACTIONS_MAX} transactions")
            )
        size = sum(map(len, txs))
        if self.pending + len(txs) > self._limits.pending_max or self.pending_bytes + size > self._limits.pending_bytes_max:
            raise Busy(pending=self.pending, retry_after_s=self._rate.seconds_for(self.pending))
        if not txs:
            return []
        standing = self._standstill()
        if standing is not None:
            raise standing
        call = _Call(len(txs), params.wait)
        received_ms = time.time_ns() // 1_000_000
        self._claimed += len(txs)
        self._claimed_bytes += size
        for first in range(0, len(txs), _SLICE):
            part = txs[first : first + _SLICE]
            if first:
                await asyncio.sleep(0)
            screened = self._screen(part, first, call)
            self._claimed -= len(part)
            self._claimed_bytes -= sum(map(len, part))
            txs[first : first + _SLICE] = [b""] * len(part)  # from here on the pool alone holds the bytes
            if screened:
                self._guard.spawn(self._admit(screened, call, received_ms))
        await call.done
        return call.outcomes

    def settle(self, outcomes: Sequence[Outcome], *, sealed: bool) -> None:
        """Tell those who wait what became of transactions; of a block without its seals only those who wait for no more."""
        if sealed:
            self._rate.count(len(outcomes))
        for each in outcomes:
            found = self._waiting.get(each.transaction)
            if found is not None and (sealed or found[0].stage == "committed"):
                del self._waiting[each.transaction]
                call, place = found
                call.settle(place, _as_data(each))

    def _screen(self, raws: Sequence[bytes], first: int, call: _Call) -> list[tuple[int, Screened]]:
        found = self._application.screen(raws, self._clock.now())
        screened = []
        for place, each in enumerate(found, first):
            if isinstance(each, Refusal):
                call.settle(place, self._turned_away(each, getattr(each, "transaction", None)))
            else:
                screened.append((place, each))
        return screened

    async def _admit(self, screened: list[tuple[int, Screened]], call: _Call, received_ms: int) -> None:
        jobs = [job for _, each in screened for job in each.jobs]
        try:
            verdicts = await self._verifier.verify(jobs)
        except NodeStopping as stopping:
            call.fail(stopping)
            return
        truths: list[Sequence[bool]] = []
        at = 0
        for _, each in screened:
            truths.append([verdict == 1 for verdict in verdicts[at : at + len(each.jobs)]])
            at += len(each.jobs)
        check(at == len(verdicts), "each signature has its verdict")
        answers = self._application.admit([each for _, each in screened], truths)
        for (place, each), refusal in zip(screened, answers, strict=True):
            transaction = each.transaction.transaction
            if refusal is not None:
                call.settle(place, self._turned_away(refusal, transaction))
            elif call.stage == "admitted":
                call.settle(place, {"transaction": transaction, "status": "admitted"})
            else:
                self._waiting[transaction] = call, place
        taken = [each.transaction for (_, each), refusal in zip(screened, answers, strict=True) if refusal is None]
        self._stations.admitted((each.transaction for each in taken), received_ms)
        self._admitted(taken)

    def _turned_away(self, refusal: Refusal, transaction: str | None) -> dict[str, Any]:
        self.turned_away += 1
        outcome: dict[str, Any] = {"transaction": transaction, "status": "turned_away", "refusal": refusal.as_problem()}
        if isinstance(refusal, Replayed):
            place = self._application.chain_store.place(refusal.transaction)
            if place is not None:
                outcome["height"], outcome["index"] = place
        return outcome


def recorded_refusal(code: str) -> dict[str, Any]:
    """The refusal that a block recorded by its number alone: the chain keeps no fields, so the sentences have gaps."""
    known = REFUSALS.get(code)
    if known is None:
        return {"code": code, "zh": f"未通过（{code}）。", "en": f"Refused ({code}).", "fields": {}}
    return {"code": code, "zh": _GAPS.format(known.zh), "en": _GAPS.format(known.en), "fields": {}}


def _as_data(outcome: Outcome) -> dict[str, Any]:
    if outcome.height == 0:
        refusal = outcome.refusal.as_problem() if outcome.refusal else recorded_refusal(outcome.code or "")
        return {"transaction": outcome.transaction, "status": "turned_away", "refusal": refusal}
    found: dict[str, Any] = {"transaction": outcome.transaction, "height": outcome.height, "index": outcome.index}
    if outcome.code is None:
        return {**found, "status": "applied"}
    refusal = outcome.refusal.as_problem() if outcome.refusal else recorded_refusal(outcome.code)
    return {**found, "status": "refused", "refusal": refusal}


class _Gaps(string.Formatter):
    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Any) -> Any:
        return "…"


_GAPS = _Gaps()


class _Rate:
    """How fast blocks have lately taken transactions in, to say when a retry makes sense."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._counted = 0
        self._per_s = 1000.0

    def count(self, number: int) -> None:
        self._counted += number
        passed = time.monotonic() - self._since
        if passed >= 1:
            self._per_s = max(1.0, self._counted / passed) if self._counted else self._per_s
            self._since, self._counted = time.monotonic(), 0

    def seconds_for(self, pending: int) -> int:
        return min(_RETRY_S_MAX, 1 + int(pending / self._per_s))
