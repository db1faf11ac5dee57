"""The asset module: fungible classes, who holds how much of them, and shares for holders. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.asset import events, reads, verbs
from zhulian.modules.asset.moving import Moving
from zhulian.modules.asset.words import READS, VERBS

__all__ = ["AssetModule"]


class AssetModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry; `holding` and `moving` fill needs of others."""

    name: str = "asset"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.Collected,
        events.Distributed,
        events.Issued,
        events.Retired,
        events.Transferred,
    )

    def __init__(self) -> None:
        self.holding = reads.RecordHolding()
        self.moving = Moving()
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {
            "issue": verbs.issue,
            "transfer": verbs.transfer,
            "retire": verbs.retire,
            "distribute": verbs.distribute,
            "collect_share": verbs.collect_share,
        }
        self.reads: Mapping[str, ReadRun] = {"balance": reads.balance, "supply": reads.supply, "entitled": reads.entitled}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There is nothing to own at the start."""
