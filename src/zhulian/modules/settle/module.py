"""The settle module: payments settled together, and money paid out in a fixed order. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.settle import events, reads
from zhulian.modules.settle.needs import Assets, Freezes
from zhulian.modules.settle.verbs import Settling
from zhulian.modules.settle.words import READS, VERBS

__all__ = ["SettleModule"]


class SettleModule:
    """Moves `assets`, and asks `freezes` what the regulator has frozen, where a chain has a mandate; `verbs` and `reads` run what `lend` adds."""

    name: str = "settle"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.ClaimEntered,
        events.KeptBack,
        events.PaidInOrder,
        events.PaymentQueued,
        events.PaymentWithdrawn,
        events.QueueCleared,
    )

    def __init__(self, assets: Assets, freezes: Freezes | None) -> None:
        verbs = Settling(assets, freezes)
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {
            "queue_payment": verbs.queue_payment,
            "withdraw_payment": verbs.withdraw_payment,
            "keep_back": verbs.keep_back,
            "clear_queue": verbs.clear_queue,
            "owe": verbs.owe,
            "waterfall": verbs.waterfall,
        }
        self.reads: Mapping[str, ReadRun] = {
            "waits": reads.waits,
            "settled": reads.settled,
            "queue_length": reads.queue_length,
            "claims_left": reads.claims_left,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing waits at the start."""
