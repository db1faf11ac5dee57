"""The evidence module: deposits of files by commitment, digest or batch, with witnesses and withdrawals."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.evidence import events
from zhulian.modules.evidence.handlers import Handlers
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.evidence.needs import Parties

__all__ = ["EvidenceModule"]


class EvidenceModule:
    """Needs to know for whom a transaction acts."""

    name: str = "evidence"
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

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is deposited at the start."""
