"""Pages: how the state tree lies in the store, and the hashing of one page.

The tree of 256 levels is cut into pages by the octal digits of the key digest. A subtree with at most `BUCKET_MAX` leaves is
a *bucket*: its leaves one after the other. A larger one is a *branch*: three levels of nodes, whose eight lowest are the
roots of the pages below. So the cut follows from the content alone, and a page is known by its *path*, the octal digits
that lead to it, and the version that wrote it.

A bucket is the concatenation of records, sorted: key digest, value digest, leaf digest (96 bytes each).

A branch is one string of bytes, worked on in place, without an object per node:

    inner nodes 1 … 7        7 × 32 bytes      node i has the children 2i and 2i + 1; node 1 is the page's own root
    nodes 8 … 15             8 × 32 bytes      the pages below
    counts                   8 × 1 byte        leaves below each, at most COUNT_CAP
    versions                 8 × 8 bytes       the version that wrote each page below

so that node i is the 32 bytes at 32i − 32 and its children are the 64 bytes at 64i − 32, ready to be hashed. The store holds all but the inner nodes,
which are computed when a page is read and checked against the digest that the page above holds.
"""

from typing import Final

from zhulian.crypto.hasher import Hasher
from zhulian.errors import check

__all__ = [
    "BUCKET_MAX",
    "CHILDREN",
    "COUNTS",
    "COUNT_CAP",
    "DEPTH_MAX",
    "EMPTY",
    "LEVELS",
    "RECORD",
    "SIZE",
    "VERSIONS",
    "WAYS",
    "PageHasher",
    "branches_below",
    "count_below",
    "digits",
    "page_key",
    "set_child",
]

EMPTY: Final = bytes(32)
"""The digest of a subtree without leaves."""
LEVELS: Final = 3
"""Levels of the tree in one branch: the bits of an octal digit."""
WAYS: Final = 1 << LEVELS
DEPTH_MAX: Final = 256 // LEVELS
"""Branches on top of each other, at most; a billion keys take ten."""
BUCKET_MAX: Final = 8
"""A subtree with more leaves is a branch."""
RECORD: Final = 96
COUNT_CAP: Final = 255
"""Counts of leaves stop here; they only tell empty, single, bucket and branch apart."""

CHILDREN: Final = (WAYS - 1) * 32
COUNTS: Final = CHILDREN + WAYS * 32
VERSIONS: Final = COUNTS + WAYS
SIZE: Final = VERSIONS + WAYS * 8
ALL: Final = (1 << WAYS) - 1


def digits(key_digest: bytes) -> bytes:
    """The 86 octal digits of a key digest in ASCII, most significant bit first (two zero bits make up the last)."""
    return b"%086o" % (int.from_bytes(key_digest, "big") << 2)


def page_key(version: int, path: bytes) -> bytes:
    """Where the store holds a page. The version comes first: what one block writes lies together and in order."""
    return b"t" + version.to_bytes(8, "big") + path


def set_child(page: bytearray, child: int, digest: bytes, count: int, version: bytes) -> None:
    """Enter in a branch what stands below: the digest of a page, its leaves and the version that wrote it (8 bytes)."""
    at = CHILDREN + 32 * child
    page[at : at + 32] = digest
    page[COUNTS + child] = count
    at = VERSIONS + 8 * child
    page[at : at + 8] = version


def branches_below(path: bytes, page: bytearray) -> list[tuple[bytes, bytes, int]]:
    """The branches that stand right below the branch at `path`: path, digest and the version that wrote each."""
    found = []
    for child, count in enumerate(page[COUNTS:VERSIONS]):
        if count > BUCKET_MAX:
            digest = bytes(page[CHILDREN + 32 * child : CHILDREN + 32 * child + 32])
            written = int.from_bytes(page[VERSIONS + 8 * child : VERSIONS + 8 * child + 8], "big")
            found.append((path + b"%o" % child, digest, written))
    return found


def count_below(page: bytes | bytearray, node: int) -> int:
    """How many leaves stand below `node` of a branch; exact below COUNT_CAP."""
    first, last = _SPANS[node]
    return sum(page[first:last])


def _spans() -> tuple[tuple[int, int], ...]:
    """For each node the slice of the counts below it."""
    found = [(0, 0)]
    for node in range(1, 2 * WAYS):
        wide = WAYS >> (node.bit_length() - 1)
        first = node * wide - WAYS
        found.append((COUNTS + first, COUNTS + first + wide))
    return tuple(found)


def _orders() -> tuple[tuple[int, ...], ...]:
    """For each set of changed children (a bit mask) the nodes to hash again, lowest first."""
    found = []
    for mask in range(1 << WAYS):
        nodes = []
        level = [WAYS + child for child in range(WAYS) if mask >> child & 1]
        while level and level != [1]:
            level = sorted({node >> 1 for node in level})
            nodes += level
        found.append(tuple(nodes))
    return tuple(found)


_SPANS: Final = _spans()
_ORDERS: Final = _orders()


class PageHasher:
    """The hashing of nodes, from one prepared hash object that is copied for each node."""

    def __init__(self, hasher: Hasher) -> None:
        self._base = hasher.suite.new_hash()
        self._base.update(hasher.preimage("tree-node", b""))

    def node(self, pair: bytes) -> bytes:
        """The digest of a node from its 64 bytes of children."""
        hashing = self._base.copy()
        hashing.update(pair)
        digest: bytes = hashing.digest()
        return digest

    def open_branch(self, stored: bytes, digest: bytes) -> bytearray:
        """A branch as the store holds it, with its inner nodes computed; `digest` is what the page above says of it.

        Raises:
            Bug: if the page is not the one that the tree was built with.
        """
        page = bytearray(CHILDREN) + stored
        check(len(page) == SIZE and self.branch(page) == digest, "the store gives back the pages that it was given")
        return page

    def branch(self, page: bytearray, changed: int = ALL) -> bytes:
        """Hash a branch again after the children in the mask `changed` were set; its own digest."""
        copy = self._base.copy
        is_full = 0 not in page[COUNTS:VERSIONS]
        digest = EMPTY
        for node in _ORDERS[changed]:
            place = node << 6
            pair = page[place - 32 : place + 32]
            if is_full or not (pair.startswith(EMPTY) or pair.endswith(EMPTY)):
                hashing = copy()
                hashing.update(pair)
                digest = hashing.digest()
            else:
                digest = self._beside_nothing(page, node)
            place >>= 1
            page[place - 32 : place] = digest
        return digest

    def _beside_nothing(self, page: bytearray, node: int) -> bytes:
        """The digest of a node of a branch one of whose children, at least, is empty."""
        pair = bytes(page[64 * node - 32 : 64 * node + 32])
        if count_below(page, node) > 1:
            return self.node(pair)
        return pair[32:] if pair.startswith(EMPTY) else pair[:32]  # a leaf that is alone moves up as it is

    def bucket(self, records: bytes, depth: int) -> bytes:
        """The digest of a subtree at `depth` from its sorted records."""
        size = len(records)
        if size <= RECORD:
            return records[64:] or EMPTY
        if size == 2 * RECORD and (records[depth >> 3] ^ records[RECORD + (depth >> 3)]) >> (7 - (depth & 7)) & 1:
            return self.node(records[64:96] + records[160:])  # a pair that parts right here needs no search
        keys = [int.from_bytes(records[at : at + 32], "big") for at in range(0, size, RECORD)]
        leaves = [records[at : at + 32] for at in range(64, size, RECORD)]
        return self._fold(keys, leaves, 0, len(keys), depth)

    def _fold(self, keys: list[int], leaves: list[bytes], low: int, high: int, depth: int) -> bytes:
        """The digest over leaves `low` to `high` (two at least), whose keys share their first `depth` bits."""
        first = keys[low]
        length = (first ^ keys[high - 1]).bit_length()  # the bits of a key below the fork, its own included
        if high - low == 2:
            pair = leaves[low] + leaves[low + 1]
        else:
            middle = low + 1
            fork = first >> length - 1
            while keys[middle] >> length - 1 == fork:
                middle += 1
            below = 257 - length
            left = leaves[low] if middle - low == 1 else self._fold(keys, leaves, low, middle, below)
            right = leaves[middle] if high - middle == 1 else self._fold(keys, leaves, middle, high, below)
            pair = left + right
        hashing = self._base.copy()
        hashing.update(pair)
        digest: bytes = hashing.digest()
        if length + depth < 256:
            for above in range(length, 256 - depth):  # up from the fork the neighbours are empty
                digest = self.node(EMPTY + digest if first >> above & 1 else digest + EMPTY)
        return digest
