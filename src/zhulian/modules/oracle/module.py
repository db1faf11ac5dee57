"""The oracle module: values from outside in which n of m organisations agree. It also lends words."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.oracle import events, reads
from zhulian.modules.oracle.handlers import Handlers
from zhulian.modules.oracle.messages import Ask, Close, HandIn, Open, Quote
from zhulian.modules.oracle.needs import Keys, Parties
from zhulian.modules.oracle.verbs import make_quote
from zhulian.modules.oracle.words import READS, VERBS

__all__ = ["OracleModule"]


class OracleModule:
    """Needs to know for whom a transaction acts and whose a key is; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "oracle"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.Asked, events.Closed, events.Opened, events.Quoted, events.Reported)

    def __init__(self, parties: Parties, keys: Keys) -> None:
        handlers = Handlers(parties, keys)
        self.handlers: Mapping[type[Message], Handler] = {
            Open: handlers.handle_open,
            Close: handlers.handle_close,
            Quote: handlers.handle_quote,
            Ask: handlers.handle_ask,
            HandIn: handlers.handle_report,
        }
        self.verbs: Mapping[str, VerbRun] = {"quote": make_quote(keys)}
        self.reads: Mapping[str, ReadRun] = {"quoted": reads.quoted, "quoted_at": reads.quoted_at}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no sources at the start."""
