"""The share module: sealed content, readers, grants, openings, erasures, and a catalogue. It also lends words."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.share import events, reads
from zhulian.modules.share.catalogue import CatalogueHandlers
from zhulian.modules.share.declaring import Declared
from zhulian.modules.share.handlers import Handlers
from zhulian.modules.share.messages import (
    BreakGlass,
    Decline,
    Erase,
    Grant,
    Offer,
    Open,
    Register,
    Request,
    Restrict,
    Review,
    Rewrap,
    Serve,
    Withdraw,
)
from zhulian.modules.share.needs import EncryptionKeys, Parties, People
from zhulian.modules.share.reading import ReadingHandlers
from zhulian.modules.share.verbs import Verbs
from zhulian.modules.share.words import READS, VERBS

__all__ = ["ShareModule"]


class ShareModule:
    """Needs to know for whom a transaction acts, who there is, and to which keys content is sealed."""

    name: str = "share"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.Declined,
        events.EmergencyOpened,
        events.Erased,
        events.Granted,
        events.Offered,
        events.Opened,
        events.Registered,
        events.Requested,
        events.Restricted,
        events.Reviewed,
        events.Rewrapped,
        events.Served,
        events.TakenOver,
        events.Withdrawn,
    )

    def __init__(self, parties: Parties, people: People, encryption: EncryptionKeys) -> None:
        handlers = Handlers(parties, people, encryption)
        reading = ReadingHandlers(parties, encryption)
        catalogue = CatalogueHandlers(parties)
        self.handlers: Mapping[type[Message], Handler] = {
            Register: handlers.handle_register,
            Rewrap: handlers.handle_rewrap,
            Grant: handlers.handle_grant,
            Withdraw: handlers.handle_withdraw,
            Erase: handlers.handle_erase,
            Restrict: handlers.handle_restrict,
            Open: reading.handle_open,
            BreakGlass: reading.handle_break_glass,
            Review: reading.handle_review,
            Serve: reading.handle_serve,
            Offer: catalogue.handle_offer,
            Request: catalogue.handle_request,
            Decline: catalogue.handle_decline,
        }
        verbs = Verbs(people, encryption)
        self.verbs: Mapping[str, VerbRun] = {
            "grant": verbs.grant,
            "withdraw": verbs.withdraw,
            "open": verbs.open,
            "break_glass": verbs.break_glass,
            "review": verbs.review,
            "restrict": verbs.restrict,
            "rewrap": verbs.rewrap,
            "erase": verbs.erase,
        }
        self.reads: Mapping[str, ReadRun] = {"consented": reads.consented, "opened": reads.opened, "review_due": reads.review_due}
        self.contents = Declared()

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is sealed at the start."""
