"""The registry module: numbers that are unique across the chain. It lends words, and its spaces are set by vote."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.registry import events, reads, verbs
from zhulian.modules.registry.governed import handle_set_space
from zhulian.modules.registry.messages import SetSpace
from zhulian.modules.registry.queries import NumberClaims, SpaceRules
from zhulian.modules.registry.words import READS, VERBS

__all__ = ["RegistryModule"]


class RegistryModule:
    """`governed` is left to a vote; `verbs` and `reads` run what `lend` adds to the registry of words."""

    name: str = "registry"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (events.Claimed, events.Freed, events.SpaceSet)

    def __init__(self) -> None:
        self.spaces = SpaceRules()
        self.claims = NumberClaims()
        self.handlers: Mapping[type[Message], Handler] = {}
        self.governed: Mapping[type[Message], Handler] = {SetSpace: handle_set_space}
        self.verbs: Mapping[str, VerbRun] = {"claim": verbs.claim, "free": verbs.free}
        self.reads: Mapping[str, ReadRun] = {"taken": reads.taken}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no spaces before the members set them up."""
