"""The earmark module: every unit of a gift followed to what it was spent on. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.earmark import events, reads, verbs
from zhulian.modules.earmark.words import READS, VERBS

__all__ = ["EarmarkModule"]


class EarmarkModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "earmark"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.PouredIn, events.SpentOn)

    def __init__(self) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {"pour": verbs.pour, "spend": verbs.spend}
        self.reads: Mapping[str, ReadRun] = {"poured": reads.poured, "spent": reads.spent, "unspent_of": reads.unspent_of}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no funds at the start."""
