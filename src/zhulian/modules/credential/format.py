"""The papers that verbs take, and the bytes that an issuing key signs of itself (docs/formats.md, "Credentials")."""

from typing import Annotated, Literal, TypeVar

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Refusal
from zhulian.ledger.types import Digest, Seconds, Wire
from zhulian.modules.credential.errors import PaperMalformed
from zhulian.modules.credential.limits import PAPER_BYTES_MAX
from zhulian.modules.credential.messages import Bits, ListName, Organisation, SchemaName, Size

__all__ = ["ATTESTATION", "LIST_PAPER", "AttestationPaper", "ListPaper", "key_preimage", "list_digest", "read_paper"]

_T = TypeVar("_T")
Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
Instance = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
Predicate = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,62}\Z")]
Sequence = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class ListPaper(Wire, frozen=True):
    """A new content of a status list, as its issuer's tool writes it."""

    bits: Bits
    digest: Digest
    format: Literal["zhulian/status-list/1"]
    issuer: Organisation
    list: ListName
    sequence: Sequence
    size: Size


class AttestationPaper(Wire, frozen=True):
    """What a verifier has checked off the chain: of whom, what, when (Unix seconds), and on which status list it rests."""

    by: Organisation
    checked: Seconds
    digest: Digest
    format: Literal["zhulian/attestation/1"]
    instance: Instance
    issuer: Organisation
    list: ListName
    person: Party
    predicate: Predicate
    schema: SchemaName
    sequence: Sequence


LIST_PAPER: canonical.Codec[ListPaper] = canonical.Codec(ListPaper)
ATTESTATION: canonical.Codec[AttestationPaper] = canonical.Codec(AttestationPaper)


def read_paper(codec: canonical.Codec[_T], text: str) -> _T:
    """Read a paper from its canonical JSON.

    Raises:
        PaperMalformed.
    """
    try:
        return codec.decode(text.encode("utf-8", "surrogatepass"), PAPER_BYTES_MAX)
    except Refusal as refusal:
        raise PaperMalformed(why=refusal.words()) from None


def key_preimage(hasher: Hasher, issuer: str, public_key: str) -> bytes:
    """What an issuing key signs of itself: `preimage("issuing-key", jcs({"issuer", "public_key"}))`, bound to this chain."""
    return hasher.preimage("issuing-key", canonical.encode({"issuer": issuer, "public_key": public_key}))


def list_digest(hasher: Hasher, token: bytes) -> str:
    """The digest of a status list's token that stands on the chain, 64 hex digits: `H("status-list", token)`."""
    return hasher.digest("status-list", token).hex()
