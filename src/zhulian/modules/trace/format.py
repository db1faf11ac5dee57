"""The paper of an EPCIS event as it is handed in: what the chain must know, and a commitment to all the rest (docs/formats.md, "Papers of events")."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Refusal
from zhulian.identifiers import IDENTIFIER_MAX
from zhulian.ledger.types import Digest, Milliseconds, Wire
from zhulian.modules.trace.errors import EventMalformed
from zhulian.modules.trace.limits import MADE_MAX, PAPER_BYTES_MAX, THINGS_MAX

__all__ = ["EVENT", "SALT_BYTES", "EventPaper", "Kind", "content_digest", "read_event"]

SALT_BYTES = 32
Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
Identifier = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
EventName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\A[!-~]+\Z")]
Step = Annotated[str, Meta(pattern=r"\A[a-z_]{0,40}\Z")]
Kind = Literal["aggregation", "object", "transformation"]


class EventPaper(Wire, frozen=True):
    """An event of EPCIS 2.0: what happened (`kind`, `action`, `step`, `disposition`), when by the recorder's clock, to which things, by normalised identifiers.

    `made` holds what came of it: the outputs of a transformation, the parent of an aggregation. `content` commits to the whole document
    of the event with a salt; `wrong` names the event that this one declares to be an error.
    """

    by: Party
    content: Digest
    event: EventName
    format: Literal["zhulian/trace-event/1"]
    instance: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
    kind: Kind
    things: Annotated[tuple[Identifier, ...], Meta(max_length=THINGS_MAX)]
    time_ms: Milliseconds
    action: Literal["ADD", "OBSERVE", "DELETE", ""] = ""
    disposition: Step = ""
    made: Annotated[tuple[Identifier, ...], Meta(max_length=MADE_MAX)] = ()
    step: Step = ""
    wrong: Annotated[str, Meta(max_length=200)] = ""


EVENT: canonical.Codec[EventPaper] = canonical.Codec(EventPaper)


def content_digest(hasher: Hasher, salt: bytes, document: bytes) -> str:
    """The commitment to an event's document, 64 hex digits: `digest("trace-event", salt ‖ document)`, with a salt of 32 bytes."""
    return hasher.digest("trace-event", salt + document).hex()


def read_event(text: str) -> EventPaper:
    """Read the paper of an event from its canonical JSON.

    Raises:
        EventMalformed.
    """
    try:
        return EVENT.decode(text.encode("utf-8", "surrogatepass"), PAPER_BYTES_MAX)
    except Refusal as refusal:
        raise EventMalformed(why=refusal.words()) from None
