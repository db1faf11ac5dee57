"""Strict reading of the members of proofs (docs/formats.md §1): every fault is a `ProofMalformed` that names the place."""

import re
from typing import Any

from zhulian.merkle.errors import NotACount, NotADigest, TooManySiblings, WrongMembers

__all__ = ["COUNT_MAX", "parse_count", "parse_digest", "parse_digests", "parse_members"]

COUNT_MAX = 2**53 - 1
"""The largest count and index, as canonical JSON bounds its integers."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def parse_members(
    value: Any, names: frozenset[str], *, part: str, place: str, optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The object `value`, which has all members of `names` and none beside them and `optional`.

    Raises:
        WrongMembers: if it is no object, or a member is missing or spare.
    """
    if type(value) is not dict or not names <= value.keys() or not value.keys() <= names | optional:
        raise WrongMembers(part=part, place=place)
    return value


def parse_digest(value: Any, *, part: str, place: str) -> bytes:
    """The 32 bytes that 64 lower-case hex digits stand for.

    Raises:
        NotADigest: for another type, another length, upper case or any other character.
    """
    if type(value) is not str or _DIGEST.fullmatch(value) is None:
        raise NotADigest(part=part, place=place)
    return bytes.fromhex(value)


def parse_digests(value: Any, *, most: int, part: str, place: str) -> tuple[bytes, ...]:
    """A list of at most `most` digests in hex.

    Raises:
        WrongMembers: if it is no list. TooManySiblings: if it is longer. NotADigest: if one of them is none.
    """
    if type(value) is not list:
        raise WrongMembers(part=part, place=place)
    if len(value) > most:
        raise TooManySiblings(part=part, place=place, most=most)
    return tuple(parse_digest(item, part=part, place=f"{place}[{index}]") for index, item in enumerate(value))


def parse_count(value: Any, *, part: str, place: str) -> int:
    """A whole number from 0 to 2^53−1; truth values are none.

    Raises:
        NotACount: for anything else.
    """
    if type(value) is not int or not 0 <= value <= COUNT_MAX:
        raise NotACount(part=part, place=place)
    return value
