"""Building pages from leaves: a bucket that overflows, and a whole tree at once."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from zhulian.crypto.hasher import Hasher
from zhulian.errors import check
from zhulian.merkle.errors import ItemsUnsorted
from zhulian.merkle.pages import (
    BUCKET_MAX,
    CHILDREN,
    COUNT_CAP,
    DEPTH_MAX,
    LEVELS,
    RECORD,
    SIZE,
    WAYS,
    PageHasher,
    page_key,
    set_child,
)
from zhulian.merkle.records import NEWEST_KEY, OLDEST_KEY, Oldest, Root, root_key

__all__ = ["load_tree", "split"]

_GROUP: Final = 3
"""Digits by which a load is cut into parts that are built one after the other: 512 of them."""


def split(
    hashing: PageHasher, path: bytes, records: bytes, version: int, branches: dict[bytes, bytes], buckets: dict[bytes, bytes]
) -> tuple[bytes, int]:
    """Write more than BUCKET_MAX sorted records as a branch at `path` and pages below it; its digest and count."""
    depth = len(path)
    check(depth < DEPTH_MAX, "key digests that part this late do not occur")
    shift = 256 - LEVELS * (depth + 1)
    page = bytearray(SIZE)
    written = version.to_bytes(8, "big")
    low = 0
    while low < len(records):
        child = int.from_bytes(records[low : low + 32], "big") >> shift & (WAYS - 1)
        high = low + RECORD
        while high < len(records) and int.from_bytes(records[high : high + 32], "big") >> shift & (WAYS - 1) == child:
            high += RECORD
        part = records[low:high]
        below = path + b"%o" % child
        count = (high - low) // RECORD
        if count > BUCKET_MAX:
            digest, count = split(hashing, below, part, version, branches, buckets)
        else:
            buckets[below] = part
            digest = hashing.bucket(part, LEVELS * (depth + 1))
        set_child(page, child, digest, count, written)
        low = high
    digest = hashing.branch(page)
    branches[path] = bytes(page)
    return digest, min(COUNT_CAP, len(records) // RECORD)


def load_tree(hasher: Hasher, version: int, items: Iterable[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    """All writes of a tree with one version, for an empty store, in lists of moderate size.

    `items` are canonical keys and values in the order of `hasher.digest("state-key", key)`. The tree does not exist before
    the last list is written, so that an interrupted load leaves nothing that could be mistaken for it. Open a `StateTree`
    on the store afterwards.

    Raises:
        ItemsUnsorted: if the items are in another order or one key comes twice.
    """
    hashing = PageHasher(hasher)
    level: list[_Subtree] = []
    leaves = 0
    for path, records in _groups(hasher, items):
        leaves += len(records) // RECORD
        pages = _Pages(hashing, version)
        level.append(pages.leaf(path, records))
        if found := pages.writes():
            yield found
    pages = _Pages(hashing, version)
    while len(level) > 1:
        level = [pages.above(level[at : at + WAYS]) for at in range(0, len(level), WAYS)]
    (top,) = level
    digest, count = pages.settle(top)
    root = Root(digest, count, version, leaves, 0)
    yield [
        *pages.writes(),
        (root_key(version), root.encode()),
        (OLDEST_KEY, Oldest(version, 0).encode()),
        (NEWEST_KEY, version.to_bytes(8, "big")),
    ]


class _Subtree(NamedTuple):
    """A part of the tree whose page is not written yet when it is small: it may still merge into the one above."""

    path: bytes
    digest: bytes
    """Known when it is a branch."""
    size: int
    records: bytes
    """Known when it is small."""


class _Pages:
    """Pages on their way to the store."""

    def __init__(self, hashing: PageHasher, version: int) -> None:
        self._hashing = hashing
        self._version = version
        self._branches: dict[bytes, bytes] = {}
        self._buckets: dict[bytes, bytes] = {}

    def leaf(self, path: bytes, records: bytes) -> _Subtree:
        """The subtree over sorted `records`."""
        count = len(records) // RECORD
        if count <= BUCKET_MAX:
            return _Subtree(path, b"", count, records)
        digest, count = split(self._hashing, path, records, self._version, self._branches, self._buckets)
        return _Subtree(path, digest, count, b"")

    def above(self, children: list[_Subtree]) -> _Subtree:
        """The subtree over eight neighbours."""
        path = children[0].path[:-1]
        total = sum(child.size for child in children)
        if total <= BUCKET_MAX:
            return _Subtree(path, b"", total, b"".join(child.records for child in children))
        page = bytearray(SIZE)
        for place, child in enumerate(children):
            if child.size:
                set_child(page, place, *self.settle(child), self._version.to_bytes(8, "big"))
        digest = self._hashing.branch(page)
        self._branches[path] = bytes(page)
        return _Subtree(path, digest, min(COUNT_CAP, total), b"")

    def settle(self, subtree: _Subtree) -> tuple[bytes, int]:
        """Write the page of a subtree that stays one; its digest and count."""
        if subtree.size > BUCKET_MAX:
            return subtree.digest, subtree.size
        if subtree.size:
            self._buckets[subtree.path] = subtree.records
        return self._hashing.bucket(subtree.records, LEVELS * len(subtree.path)), subtree.size

    def writes(self) -> list[tuple[bytes, bytes]]:
        """What goes into the store."""
        found = [(page_key(self._version, path), page[CHILDREN:]) for path, page in self._branches.items()]
        found += [(page_key(self._version, path), page) for path, page in self._buckets.items()]
        return found


def _groups(hasher: Hasher, items: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """All paths of _GROUP digits in order, each with the records below it."""
    digest = hasher.digest
    shift = 32 - LEVELS * _GROUP
    group = 0
    last = b""
    records: list[bytes] = []
    for key, value in items:
        key_digest = digest("state-key", key)
        if key_digest <= last:
            raise ItemsUnsorted()
        last = key_digest
        own = int.from_bytes(key_digest[:4], "big") >> shift
        while group < own:
            yield b"%0*o" % (_GROUP, group), b"".join(records)
            records = []
            group += 1
        pair = key_digest + digest("state-value", value)
        records.append(pair + digest("tree-leaf", pair))
    while group < WAYS**_GROUP:
        yield b"%0*o" % (_GROUP, group), b"".join(records)
        records = []
        group += 1
