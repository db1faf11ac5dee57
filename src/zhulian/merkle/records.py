"""What the state tree keeps in the store beside its pages: one record per version, two marks, and lists of stale pages.

"t" ‖ u64(version) ‖ octal digits       a page, see pages.py
"t" ‖ u64(version) ‖ "r"                 the version's root record
"tn"                                     the newest version
"to"                                     the oldest version kept, and how much of its stale list is already deleted
"u" ‖ u64(version) ‖ u32(part)           pages that `version` replaced: only versions before it need them
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol, Self

from zhulian.merkle.pages import EMPTY

__all__ = [
    "NEWEST_KEY",
    "NOTHING",
    "OLDEST_KEY",
    "STALE_PART",
    "NodeStore",
    "Oldest",
    "Root",
    "pack_stale",
    "root_key",
    "stale_key",
    "unpack_stale",
    "written_after",
]

NEWEST_KEY: Final = b"tn"
OLDEST_KEY: Final = b"to"
STALE_PART: Final = 256
"""Stale pages listed in one value, so that pruning can stop after a bounded amount of work."""

_ROOT: Final = struct.Struct(">32sBQQI")
_LENGTHS: Final = [bytes((length,)) for length in range(256)]
_OLDEST: Final = struct.Struct(">QI")
_AFTER: Final = b"\x01" + bytes(7)
"""Above all versions, and below the marks."""


class NodeStore(Protocol):
    """Where pages are read from; they are written by whoever holds the tree."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The value of each key, in order; None where there is none."""


class Root(NamedTuple):
    """The root record of one version."""

    digest: bytes
    size: int
    """Leaves, at most COUNT_CAP: tells which kind of page the root is."""
    written: int
    """The version that wrote the root page."""
    leaves: int
    """Keys that have a value."""
    stale_parts: int
    """Values in which this version lists the pages that it replaced."""

    def encode(self) -> bytes:
        """The record as the store holds it."""
        return _ROOT.pack(*self)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The record that `encode` wrote."""
        return cls(*_ROOT.unpack(data))


class Oldest(NamedTuple):
    """How far pruning has come."""

    version: int
    """The oldest version that can be read and proved."""
    parts_done: int
    """Parts of that version's stale list whose pages are deleted already."""

    def encode(self) -> bytes:
        """The mark as the store holds it."""
        return _OLDEST.pack(*self)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The mark that `encode` wrote."""
        return cls(*_OLDEST.unpack(data))


NOTHING: Final = Root(EMPTY, 0, 0, 0, 0)
"""The root before the first version."""


def root_key(version: int) -> bytes:
    """Where the root record of `version` lies."""
    return b"t" + version.to_bytes(8, "big") + b"r"


def stale_key(version: int, part: int) -> bytes:
    """Where one part of the list of pages that `version` replaced lies."""
    return b"u" + version.to_bytes(8, "big") + part.to_bytes(4, "big")


def pack_stale(keys: Iterable[bytes]) -> bytes:
    """Keys of pages, each with its length before it in one byte."""
    return b"".join([_LENGTHS[len(key)] + key for key in keys])


def unpack_stale(data: bytes) -> list[bytes]:
    """The keys that `pack_stale` was given."""
    found = []
    at = 0
    while at < len(data):
        end = at + 1 + data[at]
        found.append(data[at + 1 : end])
        at = end
    return found


def written_after(version: int) -> list[tuple[bytes, bytes]]:
    """The ranges of keys (start, end) that hold what versions after `version` have written: pages, roots, stale lists."""
    first = (version + 1).to_bytes(8, "big")
    return [(letter + first, letter + _AFTER) for letter in (b"t", b"u")]
