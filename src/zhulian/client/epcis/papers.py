"""The papers of events: what the chain is told, and the commitment to the rest, whose salt follows from the client's secret."""

from zhulian.client.epcis.documents import EpcisEvent
from zhulian.client.salts import Salts
from zhulian.crypto import Hasher
from zhulian.modules.trace.format import EVENT, EventPaper, content_digest

__all__ = ["event_paper", "salt_of"]


def salt_of(salts: Salts, hasher: Hasher, document: bytes) -> bytes:
    """The salt for an event's document: it can be made again from the same secret and document."""
    return salts.salt(hasher.suite.digest(document))


def event_paper(hasher: Hasher, instance: str, party: str, event: EpcisEvent, salt: bytes, wrong: str = "") -> str:
    """The paper of an event as canonical JSON; `wrong` is the event that this one declares to be an error."""
    paper = EventPaper(
        action=event.action,  # type: ignore[arg-type]  # one of the three, or none
        by=party,
        content=content_digest(hasher, salt, event.document),
        disposition=event.disposition,
        event=event.event,
        format="zhulian/trace-event/1",
        instance=instance,
        kind=event.kind,
        made=event.made,
        step=event.step,
        things=event.things,
        time_ms=event.time_ms,
        wrong=wrong,
    )
    return EVENT.encode(paper).decode()
