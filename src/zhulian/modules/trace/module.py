"""The trace module: the way of things through many hands. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.trace import events, reads, verbs
from zhulian.modules.trace.recalling import Recalling
from zhulian.modules.trace.words import READS, VERBS

__all__ = ["TraceModule"]


class TraceModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry; `recalling` fills a need of others."""

    name: str = "trace"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.ErrorDeclared,
        events.EventRecorded,
        events.HolderChanged,
        events.LotRecalled,
        events.ThingTracked,
    )

    def __init__(self) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.recalling = Recalling()
        self.verbs: Mapping[str, VerbRun] = {
            "track": verbs.track,
            "observe": verbs.observe,
            "ship": verbs.ship,
            "receive": verbs.receive,
            "aggregate": verbs.aggregate,
            "transform": verbs.transform,
            "recall": verbs.recall,
        }
        self.reads: Mapping[str, ReadRun] = {
            "recalled": reads.recalled,
            "tracked": reads.tracked,
            "held_by": reads.held_by,
            "bound_for": reads.bound_for,
            "events_of": reads.events_of,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is followed at the start."""
