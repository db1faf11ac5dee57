"""What rides in vote extensions, in the engine's blocks and in its gossip besides transactions: seals of headers that are decided.

All are canonical JSON. In a block a list of seals stands behind a prefix that no transaction has; it makes no ledger block. In the
gossip one member's seal stands behind another prefix; it never comes into a block, which would be invalid.
"""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from zhulian.canonical import Codec
from zhulian.errors import Refusal
from zhulian.ledger.types import Seal, Wire

__all__ = [
    "EXTENSION_BYTES_MAX",
    "OFFERS_MAX",
    "Offer",
    "Sealed",
    "decode_extension",
    "decode_offer",
    "decode_seals",
    "encode_extension",
    "encode_offer",
    "encode_seals",
    "is_offer",
    "is_seals",
]

OFFERS_MAX = 8
"""The most headers whose seals ride in one vote extension."""
EXTENSION_BYTES_MAX = 8 * 1024
_SEALS_BYTES_MAX = 256 * 1024
_PREFIX = b"zhulian/seals/1\n"
_OFFER_PREFIX = b"zhulian/offer/1\n"

Height = Annotated[int, Meta(ge=1)]


class Offer(Wire, frozen=True):
    """One sealer's seal of the header at `height`."""

    height: Height
    seal: Seal


class Sealed(Wire, frozen=True):
    """The seals of the header at `height`, for nodes that come later and saw no vote for it."""

    height: Height
    seals: Annotated[list[Seal], Meta(max_length=200)]


_OFFERS: Codec[list[Offer]] = Codec(list[Offer])
_SEALED: Codec[Sealed] = Codec(Sealed)


def encode_extension(offers: Sequence[Offer]) -> bytes:
    """The extension of a vote; empty where there is nothing to offer."""
    return _OFFERS.encode(list(offers)) if offers else b""


def decode_extension(data: bytes) -> list[Offer]:
    """The offers of an extension; none at all where its form is wrong, since no vote is rejected for its seals' sake."""
    if not data or len(data) > EXTENSION_BYTES_MAX:
        return []
    try:
        return _OFFERS.decode(data, EXTENSION_BYTES_MAX)[:OFFERS_MAX]
    except Refusal:
        return []


def is_offer(raw: bytes) -> bool:
    """Whether an entry of the mempool is a seal and no transaction."""
    return raw.startswith(_OFFER_PREFIX)


def encode_offer(offer: Offer) -> bytes:
    """The entry of the mempool that carries one seal ahead of the vote it rides in."""
    return _OFFER_PREFIX + encode_extension([offer])


def decode_offer(raw: bytes) -> list[Offer]:
    """What such an entry offers; nothing at all where its form is wrong."""
    return decode_extension(raw.removeprefix(_OFFER_PREFIX))[:1]


def is_seals(raw: bytes) -> bool:
    """Whether an entry of an engine's block is seals and no transaction."""
    return raw.startswith(_PREFIX)


def encode_seals(height: int, seals: Sequence[Seal]) -> bytes:
    """The entry of an engine's block that carries a quorum of seals of the header at `height`."""
    return _PREFIX + _SEALED.encode(Sealed(height=height, seals=sorted(seals, key=lambda each: each.sealer)))


def decode_seals(raw: bytes) -> Sealed | None:
    """The seals of such an entry; None where its form is wrong."""
    if len(raw) > _SEALS_BYTES_MAX:
        return None
    try:
        return _SEALED.decode(raw.removeprefix(_PREFIX), _SEALS_BYTES_MAX)
    except Refusal:
        return None
