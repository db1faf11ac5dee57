"""The group of prime order in which a suite's proofs are made: the SM2 curve for `gm`, P-256 for `intl`.

Numbers are taken modulo the group's order and travel as 32 bytes, big-endian; points as 33 bytes (`hazmat/group.py`).
"""

import secrets
from typing import Final

from zhulian.crypto.errors import BadPoint
from zhulian.crypto.hasher import Hasher
from zhulian.crypto.hazmat.group import NID_P256, Curve, Point, curve_by_number
from zhulian.crypto.hazmat.openssl import NID_SM2
from zhulian.crypto.suites import Suite

__all__ = ["NUMBER_BYTES", "POINT_BYTES", "Curve", "Point", "challenge", "group_of", "random_number", "read_point"]

NUMBER_BYTES: Final = 32
POINT_BYTES: Final = 33
_NUMBERS: Final = {"gm": NID_SM2, "intl": NID_P256}


def group_of(suite: Suite) -> Curve:
    """The suite's group."""
    return curve_by_number(_NUMBERS[suite.name])


def random_number(group: Curve) -> int:
    """A secret from 1 to the order less 1, evenly, from the system's randomness."""
    return 1 + secrets.randbelow(group.order - 1)


def read_point(group: Curve, text: str) -> Point:
    """A point other than infinity from its 66 hex digits.

    Raises:
        BadPoint.
    """
    try:
        encoded = bytes.fromhex(text)
    except ValueError:
        raise BadPoint() from None
    if len(encoded) != POINT_BYTES or text != encoded.hex():
        raise BadPoint()
    return group.decode(encoded)


def challenge(hasher: Hasher, group: Curve, purpose: str, context: bytes, points: tuple[Point, ...]) -> int:
    """The number that a proof must answer to (Fiat and Shamir 1986): the digest of everything that the proof is about.

    `context` is canonical JSON or fixed-length bytes; its length goes before it, so that no two statements share an input.
    """
    parts = [len(context).to_bytes(4, "big"), context, *(point.encode().ljust(POINT_BYTES, b"\0") for point in points)]
    return int.from_bytes(hasher.digest(purpose, b"".join(parts)), "big") % group.order
