"""Sharing a data key t-of-n: any `threshold` shares give it back, fewer say nothing about it (Shamir, *How to share a secret*, 1979).

Each half of 16 bytes is the secret coefficient of a polynomial over the suite's group order (`sharing`). A wrong share gives a wrong
key and no error, so a check of each share stands on the chain.
"""

from collections.abc import Mapping
from typing import Final

from zhulian.crypto.errors import ShareFails
from zhulian.crypto.group import NUMBER_BYTES, group_of
from zhulian.crypto.hasher import Hasher
from zhulian.crypto.sharing import draw_polynomial, lagrange, share_of
from zhulian.crypto.suites import Suite
from zhulian.errors import Words, check

__all__ = ["SHARES_MAX", "combine", "share_check", "split"]

SHARES_MAX: Final = 32
_PART: Final = 16


def split(suite: Suite, key: bytes, threshold: int, count: int) -> dict[int, bytes]:
    """`count` shares of a data key (16 or 32 bytes) by index from 1; 32 bytes for each 16 of the key."""
    check(len(key) in (_PART, 2 * _PART), "a data key has 16 or 32 bytes")
    check(2 <= threshold <= count <= SHARES_MAX, "a threshold is between 2 and the count")
    group = group_of(suite)
    shares: dict[int, bytes] = dict.fromkeys(range(1, count + 1), b"")
    for start in range(0, len(key), _PART):
        polynomial = [int.from_bytes(key[start : start + _PART], "big"), *draw_polynomial(group, threshold - 1)]
        for index in shares:
            shares[index] += share_of(group, polynomial, index).to_bytes(NUMBER_BYTES, "big")
    return shares


def combine(suite: Suite, shares: Mapping[int, bytes]) -> bytes:
    """The key from at least the threshold's number of shares.

    Raises:
        ShareFails: they do not belong together; where they are too few or one is wrong, that shows here almost always.
    """
    size = suite.seal_key_bytes // _PART * NUMBER_BYTES
    if (
        len(shares) < 2
        or not all(len(each) == size for each in shares.values())
        or not all(1 <= each <= SHARES_MAX for each in shares)
    ):
        raise ShareFails(why=Words("数量、编号或长度不符", "their number, index or length is wrong"))
    group, holders = group_of(suite), sorted(shares)
    key = b""
    for start in range(0, size, NUMBER_BYTES):
        parts = [
            int.from_bytes(shares[each][start : start + NUMBER_BYTES], "big") * lagrange(group, holders, each) for each in holders
        ]
        value = sum(parts) % group.order
        if value >> (8 * _PART):
            raise ShareFails(why=Words("合成的结果不是密钥", "what they give together is no key"))
        key += value.to_bytes(_PART, "big")
    return key


def share_check(hasher: Hasher, blob: bytes, index: int, share: bytes) -> bytes:
    """What stands on the chain beside a share, so that a false one is told and its keeper named; 32 bytes.

    A share is as random as a key, so its digest gives nothing away.
    """
    return hasher.digest("key-share", blob + bytes([index]) + share)
