"""The application with a watch: how long executing and writing a block take, and when its proposal was here."""

import time
from collections.abc import Callable

from zhulian.consensus.application import Application
from zhulian.ledger.transition import AppliedBlock, Proposal
from zhulian.ledger.types import Header

__all__ = ["TimedApplication"]


class TimedApplication(Application):
    """Tells `executed` and `written` how many seconds each took."""

    executed: Callable[[float], object] | None = None
    written: Callable[[float], object] | None = None
    proposed_ms: int = 0
    """When the proposal that was executed last came to be executed, in Unix milliseconds."""

    def finalize(self, proposal: Proposal) -> AppliedBlock:
        """See `Application.finalize`."""
        self.proposed_ms = time.time_ns() // 1_000_000
        began = time.perf_counter()
        applied = super().finalize(proposal)
        if self.executed is not None:
            self.executed(time.perf_counter() - began)
        return applied

    def commit(self, engine_height: int | None = None, *, sync: bool = True) -> Header:
        """See `Application.commit`."""
        began = time.perf_counter()
        header = super().commit(engine_height, sync=sync)
        if self.written is not None:
            self.written(time.perf_counter() - began)
        return header
