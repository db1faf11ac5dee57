"""The shapes of anchors (docs/formats.md §26), and reading them strictly."""

from typing import Annotated, Any, TypeVar

import msgspec

from zhulian import canonical
from zhulian.anchors.errors import AnchorMalformed
from zhulian.errors import Refusal
from zhulian.ledger.limits import HARD
from zhulian.ledger.proofs import StateFact
from zhulian.ledger.types import Digest, Hex, Milliseconds, SignatureHex, SignerName, Wire

__all__ = [
    "ANCHOR",
    "ATTACHED",
    "ATTACHED_MAX",
    "SPAN_MAX",
    "Anchor",
    "Attached",
    "AttachedAnchor",
    "ChainProof",
    "CoSealProof",
    "StampProof",
    "Statement",
    "canonical_bytes",
    "read_as",
]

ANCHOR = "zhulian/anchor/1"
ATTACHED = "zhulian/anchors/1"
SPAN_MAX = 65_536
"""The most headers that one anchor covers."""
ATTACHED_MAX = 16

T = TypeVar("T")
_Height = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Statement(Wire, frozen=True):
    """What is anchored: the headers `first` to `height` under one root, the last of them being `header`."""

    chain: str
    first: _Height
    header: Digest
    height: _Height
    root: Digest


class StampProof(Wire, frozen=True, tag_field="kind", tag="timestamp"):
    """A time-stamp token (RFC 3161) over the statement's preimage, DER in hex."""

    token: Hex


class ChainProof(Wire, frozen=True, tag_field="kind", tag="chain"):
    """A receipt of another chain on which the statement's preimage was deposited in public."""

    chain: str
    receipt: dict[str, Any]


class CoSealProof(Wire, frozen=True, tag_field="kind", tag="co_seal"):
    """The signature of an organisation that has checked the headers; certificates leaf first, facts as in a receipt."""

    certificates: list[Hex]
    key: Digest
    signature: SignatureHex
    signer: SignerName
    time_ms: Milliseconds
    facts: list[StateFact] = msgspec.field(default_factory=list)


class Anchor(Wire, frozen=True):
    """A statement and what binds it."""

    format: str
    proof: StampProof | ChainProof | CoSealProof
    statement: Statement


class AttachedAnchor(Wire, frozen=True):
    """An anchor with the path of one header below its root."""

    anchor: Anchor
    path: Any


class Attached(Wire, frozen=True):
    """The anchors of one header, beside its receipt."""

    anchors: Annotated[list[AttachedAnchor], msgspec.Meta(min_length=1, max_length=ATTACHED_MAX)]
    chain: str
    format: str
    height: _Height


_CODECS: dict[Any, canonical.Codec[Any]] = {shape: canonical.Codec(shape) for shape in (Anchor, Attached)}


def canonical_bytes(value: msgspec.Struct) -> bytes:
    """The canonical JSON of one of these shapes."""
    return canonical.encode(msgspec.to_builtins(value))


def read_as(shape: type[T], document: Any) -> T:
    """Read a parsed document as `shape`.

    Raises:
        AnchorMalformed.
    """
    try:
        found: T = _CODECS[shape].decode(canonical.encode(document), HARD.receipt_bytes_max)
    except canonical.WrongShape as wrong:
        raise AnchorMalformed(why=wrong.why) from None
    except Refusal as wrong:
        raise AnchorMalformed(why=wrong.words()) from None
    return found
