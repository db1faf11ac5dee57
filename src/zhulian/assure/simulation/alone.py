"""A node that makes its blocks alone: the real application, the embedded engine and the seal log on a simulated disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian.assure.simulation.founding import key_of, seal_name, the_suite
from zhulian.assure.simulation.replica import Replica
from zhulian.consensus.application import Application
from zhulian.consensus.comet.engine import Committed
from zhulian.consensus.comet.extension import Offer, encode_extension
from zhulian.consensus.order import OrderChecked
from zhulian.consensus.seal_log import SealLog
from zhulian.consensus.solo.engine import SoloEngine
from zhulian.crypto import SoftwareSigner
from zhulian.ledger.transactions import Transaction
from zhulian.ledger.transition import AppliedBlock, Proposal
from zhulian.modules import found_state
from zhulian.node.versions import require_supported

__all__ = ["Alone"]

_STEP_MS = 20
"""How often the node looks for something to do."""


class _Remembering(Application):
    """Remembers what it has executed last, so that a block which became durable just before the power went is not missed."""

    made: AppliedBlock | None = None

    def finalize(self, proposal: Proposal) -> AppliedBlock:
        """As every application."""
        self.made = super().finalize(proposal)
        return self.made


class Alone(Replica):
    """The only node of a chain. A block is decided when it is durable; it is acknowledged when it is sealed."""

    application: _Remembering

    def _open(self) -> None:
        before = self.application.made if self.opened else None
        world = self.program(self.genesis)
        self.application = _Remembering(world, self.disk.store, found_state(world))
        self.application.made = before  # the power may go again before it is told of
        self.opened = True
        require_supported(self.application)
        ordered: Any = OrderChecked(self.application)
        signer = SoftwareSigner(the_suite(), key_of(seal_name(self.name)))
        self._engine = SoloEngine(ordered, signer, SealLog(Path(self.name), self.disk.log), self.clock_ms)
        head = self.application.head
        if before is not None and before.header.height == head.height:
            self._watcher.executed(self, before)
        self._engine.recover()
        if before is not None and before.header.height == head.height:
            self._tell(before)
        self._work()

    def _work(self) -> None:
        """Make blocks as long as there is something to do, and look again later."""
        while self.wants_block():
            stepped = self._engine.step()
            if stepped.applied is not None:
                self._watcher.executed(self, stepped.applied)
                self._tell(stepped.applied)
        self.after(_STEP_MS, self._work)

    def _tell(self, applied: AppliedBlock) -> None:
        height = applied.header.height
        seals = [Offer(height=height, seal=each) for each in self.application.seals(height)]
        self._watcher.offered(self, encode_extension(seals))
        self._watcher.committed(self, Committed(engine_height=height, applied=applied, sealed=(height,)))
        self.application.made = None
        self._timeline.note(self.name, height, self.application.head.digest)

    @property
    def accepting(self) -> bool:
        """Always, while it is up."""
        return self.up

    @property
    def unsealed(self) -> list[int]:
        """The head, where the power went between the block and its seal."""
        height = self.application.head.height
        return [height] if height and not self.application.seals(height) else []

    def _admitted(self, fresh: Sequence[Transaction], spread: bool) -> None:
        """Nobody else is to hear of it."""
