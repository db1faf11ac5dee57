"""The mandate module: what the regulator freezes, follows and recalls under the mandate in genesis. Others ask it what is frozen."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.mandate import events
from zhulian.modules.mandate.handlers import Recaller, handle_freeze, handle_inspect, handle_thaw
from zhulian.modules.mandate.messages import Freeze, Inspect, Recall, Thaw
from zhulian.modules.mandate.needs import Recalls
from zhulian.modules.mandate.queries import Freezes

__all__ = ["MandateModule"]


class MandateModule:
    """`freezes` fills a need of whoever moves what belongs to somebody; `recalls` is None where a chain follows no things."""

    name: str = "mandate"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.Frozen, events.Inspected, events.Recalled, events.Thawed)

    def __init__(self, recalls: Recalls | None) -> None:
        self.freezes = Freezes()
        self.handlers: Mapping[type[Message], Handler] = {
            Freeze: handle_freeze,
            Inspect: handle_inspect,
            Recall: Recaller(recalls).handle_recall,
            Thaw: handle_thaw,
        }

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is frozen at the start."""
