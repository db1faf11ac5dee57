"""The ballot module: secret votes that anyone can recount. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.ballot import events, reads, verbs
from zhulian.modules.ballot.words import READS, VERBS

__all__ = ["BallotModule"]


class BallotModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "ballot"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.BallotCast,
        events.BoxClosed,
        events.BoxCounted,
        events.BoxMerged,
        events.BoxOpened,
        events.BoxSetUp,
        events.KeyAccepted,
        events.KeyDealt,
        events.PartGiven,
        events.TrusteeEnrolled,
    )

    def __init__(self) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {
            "set_up_box": verbs.set_up_box,
            "set_up_like": verbs.set_up_like,
            "enrol_trustee": verbs.enrol_trustee,
            "deal_key": verbs.deal_key,
            "accept_key": verbs.accept_key,
            "cast": verbs.cast,
            "close_box": verbs.close_box,
            "merge_box": verbs.merge_box,
            "give_part": verbs.give_part,
            "announce": verbs.announce,
        }
        self.reads: Mapping[str, ReadRun] = {
            "box_open": reads.box_open,
            "box_counted": reads.box_counted,
            "ballots_in": reads.ballots_in,
            "voted": reads.voted,
            "result": reads.result,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no boxes at the start."""
