"""What each proof of a vote is about: the context that goes into its challenge, so that it is worth nothing elsewhere.

Trustees, voters and whoever recomputes use the same functions as the chain.
"""

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.crypto.group import Curve, Point
from zhulian.crypto.proofs import Cipher

__all__ = ["DEAL_PURPOSE", "KEY_PURPOSE", "MARK_PURPOSE", "PART_PURPOSE", "TOTAL_PURPOSE", "ballot_context",
           "cipher_of", "deal_context", "key_context", "mask_share", "part_context", "trustee_context"]  # fmt: skip

KEY_PURPOSE = "ballot-key"
DEAL_PURPOSE = "ballot-deal"
MARK_PURPOSE = "ballot-mark"
TOTAL_PURPOSE = "ballot-total"
PART_PURPOSE = "ballot-part"


def key_context(box: str, trustee: str) -> bytes:
    """For a trustee's key for shares."""
    return canonical.encode({"box": box, "trustee": trustee})


def deal_context(box: str, trustee: str, commitments: list[str]) -> bytes:
    """For the first coefficient of a trustee's polynomial."""
    return canonical.encode({"box": box, "commitments": commitments, "trustee": trustee})


def trustee_context(box: str, dealer: str, holder: str) -> bytes:
    """For the mask of a share that one trustee deals to another."""
    return canonical.encode({"box": box, "dealer": dealer, "holder": holder})


def ballot_context(box: str, key: str, voter: str, choice: int) -> bytes:
    """For the mark of one choice, counted from 0; -1 stands for the number of marks."""
    return canonical.encode({"box": box, "choice": choice, "key": key, "voter": voter})


def part_context(box: str, trustee: str, choice: int) -> bytes:
    """For a trustee's part of the opening of one sum."""
    return canonical.encode({"box": box, "choice": choice, "trustee": trustee})


def mask_share(hasher: Hasher, context: bytes, seed: Point, common: Point, data: bytes) -> bytes:
    """Hide or show a share of 32 bytes: `common` is made of the seed's number and the holder's key, known to these two alone."""
    mask = hasher.digest("ballot-share", len(context).to_bytes(4, "big") + context + seed.encode() + common.encode())
    return bytes(one ^ other for one, other in zip(data, mask, strict=True))


def cipher_of(group: Curve, first: str, second: str) -> Cipher:
    """The cipher that two points in hex make; infinity is allowed, as the half of an empty sum.

    Raises:
        BadPoint.
    """
    return Cipher(group.decode(bytes.fromhex(first)), group.decode(bytes.fromhex(second)))
