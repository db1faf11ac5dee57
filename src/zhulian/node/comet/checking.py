"""CheckTx: what the engine's mempool asks of each transaction, answered from memory or after one verification."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from zhulian.consensus.application import Application, Screened
from zhulian.consensus.comet.engine import CometEngine, Verify
from zhulian.consensus.comet.extension import is_seals
from zhulian.consensus.comet.wire import reply
from zhulian.errors import Refusal

__all__ = ["Checker"]

RECHECK = 1
_SLICE = 128
"""Transactions screened in one go: a few milliseconds, after which consensus calls have their turn."""

_GOOD = reply("check_tx", code=0)


class Checker:
    """Answers the mempool connection.

    Bytes that this node has verified are known, and answered at once: those that came in through its own door, and those that
    are asked again after a block. Others are gathered while the loop is busy, screened in short slices, and verified together.
    """

    def __init__(self, application: Application, engine: CometEngine, verify: Verify, now: Callable[[], int]) -> None:
        self._application = application
        self._engine = engine
        self._verify = verify
        self._now = now
        self._waiting: list[tuple[bytes, asyncio.Future[Any]]] = []
        self._working: asyncio.Task[None] | None = None

    def answer(self, method: str, request: Any) -> Any:
        """Answer a request of the mempool connection."""
        if method != "check_tx":
            return self._engine.answer(method, request)
        raw = bytes(request.tx)
        if request.type == RECHECK:
            return _GOOD if self._engine.waits(raw) else _bad("it waits no longer")
        if self._engine.waits(raw):
            return _GOOD
        if is_seals(raw):
            return _bad("seals are no transaction")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((raw, done))
        if self._working is None:
            self._working = asyncio.ensure_future(self._work())
        return done

    async def _work(self) -> None:
        try:
            await asyncio.sleep(0)  # whatever else has come in on the socket goes into the same slice
            while self._waiting:
                part, self._waiting = self._waiting[:_SLICE], self._waiting[_SLICE:]
                await self._check(part)
        finally:
            self._working = None

    async def _check(self, part: Sequence[tuple[bytes, "asyncio.Future[Any]"]]) -> None:
        good: list[tuple[Screened, asyncio.Future[Any]]] = []
        for each, (_, done) in zip(self._application.screen([raw for raw, _ in part], self._now()), part, strict=True):
            if isinstance(each, Refusal):
                _settle(done, _bad(each.code))
            else:
                good.append((each, done))
        if not good:
            return
        verdicts = await self._verify([job for each, _ in good for job in each.jobs])
        truths: list[list[bool]] = []
        at = 0
        for each, _ in good:
            truths.append([verdict == 1 for verdict in verdicts[at : at + len(each.jobs)]])
            at += len(each.jobs)
        answers = self._application.admit([each for each, _ in good], truths)
        for (each, done), refusal in zip(good, answers, strict=True):
            if refusal is None:
                self._engine.remember([each.transaction])
            _settle(done, _GOOD if refusal is None else _bad(refusal.code))


def _settle(done: "asyncio.Future[Any]", answer: Any) -> None:
    if not done.done():
        done.set_result(answer)


def _bad(why: str) -> Any:
    return reply("check_tx", code=1, log=why)
