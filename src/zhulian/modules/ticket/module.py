"""The ticket module: one-use consent given offline. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.ticket import events
from zhulian.modules.ticket.needs import Keys
from zhulian.modules.ticket.reads import make_ticket_ok
from zhulian.modules.ticket.verbs import make_burn
from zhulian.modules.ticket.words import READS, VERBS

__all__ = ["TicketModule"]


class TicketModule:
    """Needs to know whose a key is; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "ticket"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.TicketBurnt,)

    def __init__(self, keys: Keys) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {"burn": make_burn(keys)}
        self.reads: Mapping[str, ReadRun] = {"ticket_ok": make_ticket_ok(keys)}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """No ticket is used at the start."""
