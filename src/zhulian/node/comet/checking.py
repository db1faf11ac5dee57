"""CheckTx: what the engine's mempool asks of each transaction, answered from memory or after one verification."""

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any

from zhulian.consensus.application import Application, Screened
from zhulian.consensus.comet.bundle import BUNDLE_COUNT_MAX, decode_bundle, is_bundle
from zhulian.consensus.comet.engine import CometEngine, Verify
from zhulian.consensus.comet.extension import is_offer, is_seals
from zhulian.consensus.comet.wire import reply
from zhulian.errors import Refusal

__all__ = ["Checker"]

RECHECK = 1
_SLICE = BUNDLE_COUNT_MAX
"""Transactions screened in one go: a few milliseconds, after which consensus calls have their turn."""
_FLYING_MAX = 4
"""Slices under verification at once, so that the workers find the next one waiting."""
_BUNDLES_MAX = 4_000
_UNCHECKED_MAX = 8_000
"""Transactions that wait to be checked after their entry was let into the mempool; beyond it commits wait for the checks."""
_PROPOSER_WAITS_S = 0.1

_GOOD = reply("check_tx", code=0)


class _Entry:
    """One entry of the mempool that is being checked: transactions that have no verdict yet, and whether one of them is good."""

    def __init__(self, missing: int, good: bool) -> None:
        self.missing = missing
        self.good = good
        self.code = ""
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def settle(self, code: str | None) -> bool:
        """One of its transactions has its verdict, None where it is good; answers whether it was the last one."""
        self.good = self.good or code is None
        self.code = self.code or code or ""
        self.missing -= 1
        if not self.missing and not self.answer.done():
            self.answer.set_result(_GOOD if self.good else _bad(self.code))
        return not self.missing

    def let_in(self) -> None:
        """Answer before the verdict; a bad entry leaves the mempool when it is asked about again."""
        if not self.answer.done():
            self.answer.set_result(_GOOD)


class Checker:
    """Answers the engine's connections, the mempool's by itself.

    An entry is one transaction, or a bundle of several, which is good as long as one of them is. Bytes that this node has
    verified are known, and answered at once: those that came in through its own door, and those that are asked again after
    a block. Others are gathered while the loop is busy, screened in short slices, and verified together.

    Before a commit the engine waits for all answers of the mempool connection. Consensus comes first: from the block's
    execution to its commit, entries are let in before their verdict, and asked about again right after it.
    """

    def __init__(self, application: Application, engine: CometEngine, verify: Verify, now: Callable[[], int]) -> None:
        self._application = application
        self._engine = engine
        self._verify = verify
        self._now = now
        self._waiting: list[tuple[bytes, bytes]] = []
        self._entries: dict[bytes, _Entry] = {}
        self._working: asyncio.Task[None] | None = None
        self._bundles: OrderedDict[bytes, list[bytes]] = OrderedDict()
        self._verdict = asyncio.Event()
        self._committing = False

    def know(self, entry: bytes, raws: list[bytes]) -> None:
        """Remember what a bundle holds, whose transactions this node has verified."""
        if is_bundle(entry):
            self._bundles[entry] = raws
            while len(self._bundles) > _BUNDLES_MAX:
                self._bundles.popitem(last=False)

    def answer(self, method: str, request: Any) -> Any:
        """Answer a request of any connection."""
        if method == "check_tx":
            return self._check_tx(bytes(request.tx), request.type == RECHECK)
        if method == "prepare_proposal" and self._working is not None and not self._application.pool.ready:
            return self._propose(request)
        if method == "finalize_block":
            return self._finalize(request)
        self._committing = False
        return self._engine.answer(method, request)

    def _check_tx(self, entry: bytes, again: bool) -> Any:
        if is_offer(entry):
            return self._hear(entry, again)
        raws = self._bundles.get(entry) or decode_bundle(entry)
        if again:
            return self._recheck(entry, raws)
        if raws is None or is_seals(entry):
            return _bad("no transaction")
        fresh = [raw for raw in raws if not self._engine.waits(raw)]
        if not fresh:
            return _GOOD
        if entry in self._entries:
            return self._entries[entry].answer
        self.know(entry, raws)
        checked = self._entries[entry] = _Entry(len(fresh), len(fresh) < len(raws))
        self._waiting += [(raw, entry) for raw in fresh]
        if self._working is None:
            self._working = asyncio.ensure_future(self._work())
        if self._committing and len(self._waiting) <= _UNCHECKED_MAX:
            checked.let_in()
        return checked.answer

    def _hear(self, entry: bytes, again: bool) -> Any:
        """A seal. This node's own is let in once, which hands it to the others; theirs are heard, and go no further."""
        if again:
            return _bad("it has been offered")
        if self._engine.offers(entry):
            return _GOOD
        self._engine.hear(entry)
        return _bad("it has been heard")

    def _recheck(self, entry: bytes, raws: list[bytes] | None) -> Any:
        if entry in self._entries or any(self._engine.waits(raw) for raw in raws or ()):
            return _GOOD
        self._bundles.pop(entry, None)
        return _bad("it waits no longer")

    async def _propose(self, request: Any) -> Any:
        """Nothing is ready, but something is being checked: wait a moment rather than propose an empty block."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PROPOSER_WAITS_S):
                while self._working is not None and not self._application.pool.ready:
                    self._verdict.clear()
                    await self._verdict.wait()
        return self._engine.answer("prepare_proposal", request)

    async def _finalize(self, request: Any) -> Any:
        found = await self._engine.answer("finalize_block", request)
        self._committing = True
        if len(self._waiting) <= _UNCHECKED_MAX:
            for each in self._entries.values():
                each.let_in()
        return found

    async def _work(self) -> None:
        """Screen a slice while those before it are verified."""
        flying: deque[asyncio.Future[None]] = deque()
        try:
            await asyncio.sleep(0)  # whatever else has come in on the socket goes into the same slice
            while self._waiting or flying:
                if self._waiting and len(flying) < _FLYING_MAX:
                    part, self._waiting = self._waiting[:_SLICE], self._waiting[_SLICE:]
                    flying.append(asyncio.ensure_future(self._admit(self._screen(part))))
                    await asyncio.sleep(0)
                else:
                    await flying.popleft()
        finally:
            self._working = None
            self._verdict.set()

    def _screen(self, part: Sequence[tuple[bytes, bytes]]) -> list[tuple[Screened, bytes]]:
        good: list[tuple[Screened, bytes]] = []
        for each, (_, entry) in zip(self._application.screen([raw for raw, _ in part], self._now()), part, strict=True):
            if isinstance(each, Refusal):
                self._settle(entry, each.code)
            else:
                good.append((each, entry))
        return good

    async def _admit(self, good: Sequence[tuple[Screened, bytes]]) -> None:
        verdicts = await self._verify([job for each, _ in good for job in each.jobs])
        truths: list[list[bool]] = []
        at = 0
        for each, _ in good:
            truths.append([verdict == 1 for verdict in verdicts[at : at + len(each.jobs)]])
            at += len(each.jobs)
        answers = self._application.admit([each for each, _ in good], truths)
        self._engine.remember([each.transaction for (each, _), refusal in zip(good, answers, strict=True) if refusal is None])
        for (_, entry), refusal in zip(good, answers, strict=True):
            self._settle(entry, None if refusal is None else refusal.code)
        self._verdict.set()

    def _settle(self, entry: bytes, code: str | None) -> None:
        if self._entries[entry].settle(code):
            del self._entries[entry]


def _bad(why: str) -> Any:
    return reply("check_tx", code=1, log=why)
