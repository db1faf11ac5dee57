"""The codes module: sets of codes for things by the million. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.codes import events, reads, verbs
from zhulian.modules.codes.words import READS, VERBS

__all__ = ["CodesModule"]


class CodesModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "codes"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.CodeActivated,
        events.CodesAllowed,
        events.CodesSealed,
        events.CodeSuspected,
        events.CodeTouched,
    )

    def __init__(self) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {
            "allow_codes": verbs.allow_codes,
            "seal": verbs.seal,
            "touch": verbs.touch,
            "activate": verbs.activate,
        }
        self.reads: Mapping[str, ReadRun] = {
            "in_batch": reads.in_batch,
            "activated": reads.activated,
            "suspected": reads.suspected,
            "touched": reads.touched,
            "touched_in": reads.touched_in,
            "activated_in": reads.activated_in,
            "sealed_count": reads.sealed_count,
            "codes_left": reads.codes_left,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no codes at the start."""
