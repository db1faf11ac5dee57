"""The evidence module: deposits of files by commitment, digest or batch, with witnesses and withdrawals. It also lends words."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.evidence import events, reads, verbs
from zhulian.modules.evidence.handlers import Handlers
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.evidence.needs import Parties
from zhulian.modules.evidence.presented import PRESENTED
from zhulian.modules.evidence.words import READS, VERBS

__all__ = ["EvidenceModule"]


class EvidenceModule:
    """Needs to know for whom a transaction acts; `verbs` and `reads` run what `lend` adds to the registry of words."""

    name: str = "evidence"
    presented: str = PRESENTED
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.BatchDeposited, events.Deposited, events.Withdrawn, events.Witnessed)

    def __init__(self, parties: Parties) -> None:
        handlers = Handlers(parties)
        self.handlers: Mapping[type[Message], Handler] = {
            Deposit: handlers.handle_deposit,
            DepositBatch: handlers.handle_deposit_batch,
            Witness: handlers.handle_witness,
            Withdraw: handlers.handle_withdraw,
        }
        self.verbs: Mapping[str, VerbRun] = {"deposit": verbs.deposit, "witness": verbs.witness}
        self.reads: Mapping[str, ReadRun] = {"deposited": reads.deposited}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is deposited at the start."""
