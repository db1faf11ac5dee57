"""A ticket as the holder hands it over: what it says, and the bytes that are signed (docs/formats.md §13)."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words
from zhulian.ledger.types import Digest, Seconds, SignatureHex, SignerName, Wire
from zhulian.modules.ticket.errors import TicketMalformed

__all__ = ["BYTES_MAX", "CONSENT", "SIGNED", "Consent", "Signed", "read_ticket", "ticket_id", "ticket_preimage"]

BYTES_MAX = 4096
"""The longest ticket, in bytes of UTF-8; it must fit a QR code or a short message."""

Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
InstanceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
Use = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}\Z")]
Nonce = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Part = Annotated[str, Meta(max_length=512)]


class Consent(Wire, frozen=True):
    """What the holder consents to: that `agency` makes the use `use` in `instance` once, from `issued` until `expires`.

    Times in Unix seconds, both included. `record` is type and key of the record that it is about, absent where it is about none.
    """

    agency: Party
    expires: Seconds
    holder: Party
    instance: InstanceName
    issued: Seconds
    nonce: Nonce
    use: Use
    record: Annotated[list[Part], Meta(min_length=1, max_length=8)] | None = None


class Signed(Wire, frozen=True):
    """A ticket with its signature, by the key (fingerprint) of `signer`, who is the holder or signs for it."""

    consent: Consent
    format: Literal["zhulian/ticket/1"]
    key: Digest
    signature: SignatureHex
    signer: SignerName


CONSENT: canonical.Codec[Consent] = canonical.Codec(Consent)
SIGNED: canonical.Codec[Signed] = canonical.Codec(Signed)


def ticket_preimage(hasher: Hasher, consent: Consent) -> bytes:
    """What the holder signs: `preimage("ticket", jcs(consent))`, bound to this chain."""
    return hasher.preimage("ticket", CONSENT.encode(consent))


def ticket_id(hasher: Hasher, consent: Consent) -> str:
    """The digest under which the ticket is burnt, 64 hex digits: that of what is signed, whoever signed it and how."""
    return hasher.digest("ticket", CONSENT.encode(consent)).hex()


def read_ticket(text: str) -> Signed:
    """Read a ticket from its canonical JSON.

    Raises:
        TicketMalformed.
    """
    try:
        return SIGNED.decode(text.encode("utf-8", "surrogatepass"), BYTES_MAX)
    except Refusal as refusal:
        raise TicketMalformed(why=_words(refusal)) from None


def _words(refusal: Refusal) -> Words:
    return refusal.words()
