"""The credential module: what credentials that live off the chain rest on. It takes messages and lends words."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.credential import events, reads
from zhulian.modules.credential.handlers import Handlers
from zhulian.modules.credential.messages import AddKey, Define, Publish, RetireKey, SetStatus
from zhulian.modules.credential.needs import Parties, People
from zhulian.modules.credential.verbs import Verbs
from zhulian.modules.credential.words import READS, VERBS

__all__ = ["CredentialModule"]


class CredentialModule:
    """Needs to know for whom a transaction acts and which organisations there are."""

    name: str = "credential"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.Attested,
        events.KeyAdded,
        events.KeyRetired,
        events.ListPublished,
        events.SchemaDefined,
        events.StatusSet,
    )

    def __init__(self, parties: Parties, people: People) -> None:
        handlers = Handlers(parties, people)
        self.handlers: Mapping[type[Message], Handler] = {
            AddKey: handlers.handle_add_key,
            Define: handlers.handle_define,
            Publish: handlers.handle_publish,
            RetireKey: handlers.handle_retire_key,
            SetStatus: handlers.handle_set_status,
        }
        verbs = Verbs(people)
        self.verbs: Mapping[str, VerbRun] = {
            "attest": verbs.attest,
            "publish_list": verbs.publish_list,
            "set_status": verbs.set_status,
        }
        self.reads: Mapping[str, ReadRun] = {"attested": reads.attested, "holds": reads.holds}

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Nothing is defined at the start."""
