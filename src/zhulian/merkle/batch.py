"""One batch of changes applied to the state tree: down level by level to read the pages, up again to hash them.

Reading goes in as many rounds as the tree has pages on top of each other, each with one call for all pages of that round.
Nothing is written: the outcome is lists of pages. This is the hottest code of the package, hence the long loops over local
names; what a page is made of stands in pages.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zhulian.errors import Bug
from zhulian.merkle.build import split
from zhulian.merkle.pages import BUCKET_MAX, CHILDREN, COUNT_CAP, COUNTS, LEVELS, RECORD, VERSIONS, WAYS, PageHasher
from zhulian.merkle.records import NodeStore, Root

__all__ = ["Batch", "Changes", "Outcome"]

_DIGIT: Final = WAYS - 1  # masks the octal digit out of its ASCII character


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in the order of their key digests: the digest's octal digits, the digest, and the new record of 96 bytes or None."""

    ways: Sequence[bytes]
    keys: Sequence[bytes]
    records: Sequence[bytes | None]


@dataclass(slots=True)
class Outcome:
    """What a batch came to. Paths are octal digits; `branches` hold their inner nodes, ready to be worked on."""

    buckets: dict[bytes, bytes] = field(default_factory=dict)
    branches: dict[bytes, bytes] = field(default_factory=dict)
    stale: list[bytes] = field(default_factory=list)
    """Keys of pages that the new version does not use any more."""
    dropped: list[bytes] = field(default_factory=list)
    """Paths at which a branch stood and none stands now."""
    leaves: int = 0
    """Keys that have a value now, less those that had one before."""


class _Branch:
    """A branch on its way: the changes `low` to `high` meet it; `changed` is the mask of children that were set anew."""

    __slots__ = ("changed", "child", "count", "high", "key", "low", "page", "parent", "path")

    def __init__(self, key: bytes, path: bytes, count: int, low: int, high: int, parent: "_Branch", child: int) -> None:
        self.key = key
        self.path = path
        self.count = count
        self.low = low
        self.high = high
        self.parent = parent
        self.child = child
        self.changed = 0
        self.page: bytearray


class _Top(_Branch):
    """Stands above the root page, as its only child, so that every page has a page above."""

    __slots__ = ()

    def __init__(self, root: Root, high: int) -> None:
        super().__init__(b"", b"", root.size, 0, high, self, 0)
        self.page = bytearray(CHILDREN) + root.digest + bytes(COUNTS - CHILDREN - 32)
        self.page += bytes((root.size,)) + bytes(WAYS - 1) + root.written.to_bytes(8, "big")


_Bucket = tuple[bytes, bytes, bytes, int, int, _Branch, int]
"""A bucket on its way: its key in the store ("" if there is none yet), path, records, and as in `_Branch`."""


class Batch:
    """Sorted changes on their way through the tree of one base version."""

    def __init__(
        self, hashing: PageHasher, nodes: NodeStore, cache: Mapping[bytes, bytes], base: Root, version: int, changes: Changes
    ) -> None:
        self._hashing = hashing
        self._nodes = nodes
        self._cache = cache
        self._base = base
        self._version = version
        self._changes = changes
        self._outcome = Outcome()

    def run(self) -> tuple[bytes, int, Outcome]:
        """Apply the changes; the root's new digest, its leaves (up to COUNT_CAP) and what to write."""
        top = _Top(self._base, len(self._changes.ways))
        rounds = self._descend(top)
        while rounds:
            branches, buckets = rounds.pop()
            depth = len(rounds)
            self._settle_branches(branches, depth)
            self._settle_buckets(buckets, depth)
        return bytes(top.page[CHILDREN : CHILDREN + 32]), top.page[COUNTS], self._outcome

    def _descend(self, top: _Branch) -> list[tuple[list[_Branch], list[_Bucket]]]:
        """All pages that the changes meet, as they are now, round by round from the root down."""
        rounds = []
        above = [top] if self._changes.ways else []
        depth = 0
        while above:
            branches, buckets = self._meet(above, depth)
            self._read(branches)
            rounds.append((branches, self._filled(buckets)))
            above = branches
            depth += 1
        return rounds

    def _meet(self, above: list[_Branch], depth: int) -> tuple[list[_Branch], list[_Bucket]]:
        """The pages at `depth` that the changes meet, not yet read."""
        ways = self._changes.ways
        branches: list[_Branch] = []
        buckets: list[_Bucket] = []
        for parent in above:
            page = parent.page
            low = parent.low
            high = parent.high
            while low < high:
                path = ways[low][:depth]
                end = low + 1
                while end < high and ways[end].startswith(path):
                    end += 1
                child = path[-1] & _DIGIT if depth else 0
                count = page[COUNTS + child]
                if count:
                    at = VERSIONS + 8 * child
                    key = b"t" + page[at : at + 8] + path
                    if count > BUCKET_MAX:
                        branches.append(_Branch(key, path, count, low, end, parent, child))
                    else:
                        buckets.append((key, path, b"", low, end, parent, child))
                else:
                    buckets.append((b"", path, b"", low, end, parent, child))
                low = end
        return branches, buckets

    def _read(self, branches: list[_Branch]) -> None:
        """Open all branches, from the cache or else from the store."""
        cached = self._cache.get
        missing = []
        for branch in branches:
            known = cached(branch.path)
            if known is None:
                missing.append(branch)
            else:
                branch.page = bytearray(known)
        if missing:
            for branch, data in zip(missing, self._stored([branch.key for branch in missing]), strict=True):
                at = CHILDREN + 32 * branch.child
                branch.page = self._hashing.open_branch(data, bytes(branch.parent.page[at : at + 32]))

    def _filled(self, buckets: list[_Bucket]) -> list[_Bucket]:
        """The buckets with their records."""
        keys = [bucket[0] for bucket in buckets if bucket[0]]
        if not keys:
            return buckets
        found = iter(self._stored(keys))
        return [
            (key, path, next(found), low, high, parent, child) if key else (key, path, records, low, high, parent, child)
            for key, path, records, low, high, parent, child in buckets
        ]

    def _stored(self, keys: list[bytes]) -> list[bytes]:
        found = []
        for key, data in zip(keys, self._nodes.get_many(keys), strict=True):
            if data is None:
                raise Bug(f"broken promise: the store holds page {key.hex()} of the newest version")
            found.append(data)
        return found

    def _settle_buckets(self, tasks: list[_Bucket], depth: int) -> None:
        """Put the changes into the buckets at `depth`, some of which split into branches, and tell the pages above."""
        outcome = self._outcome
        keys = self._changes.keys
        changed = self._changes.records
        hash_bucket = self._hashing.bucket
        version = self._version.to_bytes(8, "big")
        for key, path, old, low, high, parent, child in tasks:
            if high - low > BUCKET_MAX:
                new = _merge_many(old, keys[low:high], changed[low:high])
            else:
                new = old
                at = 0
                for place in range(low, high):
                    wanted = keys[place]
                    while at < len(new) and new[at : at + 32] < wanted:
                        at += RECORD
                    after = at + RECORD if new[at : at + 32] == wanted else at
                    new = new[:at] + (changed[place] or b"") + new[after:]
            if new == old:
                continue
            count = len(new) // RECORD
            outcome.leaves += count - len(old) // RECORD
            if old:
                outcome.stale.append(key)
            if count > BUCKET_MAX:
                digest, count = split(self._hashing, path, new, self._version, outcome.branches, outcome.buckets)
            else:
                digest = hash_bucket(new, LEVELS * depth)
                if count:
                    outcome.buckets[path] = new
            parent.changed |= 1 << child
            page = parent.page
            at = CHILDREN + 32 * child
            page[at : at + 32] = digest
            page[COUNTS + child] = count
            at = VERSIONS + 8 * child
            page[at : at + 8] = version

    def _settle_branches(self, tasks: list[_Branch], depth: int) -> None:
        """Hash the branches at `depth` whose children were set, make buckets of those with few leaves, tell the pages above."""
        outcome = self._outcome
        hash_branch = self._hashing.branch
        version = self._version.to_bytes(8, "big")
        for task in tasks:
            if not task.changed:
                continue
            outcome.stale.append(task.key)
            page = task.page
            count = sum(page[COUNTS:VERSIONS])
            if count > BUCKET_MAX:
                count = min(count, COUNT_CAP)
                digest = hash_branch(page, task.changed)
                outcome.branches[task.path] = bytes(page)
            else:
                outcome.dropped.append(task.path)
                records = self._gather(task)
                digest = self._hashing.bucket(records, LEVELS * depth)
                if records:
                    outcome.buckets[task.path] = records
            parent = task.parent
            child = task.child
            parent.changed |= 1 << child
            page = parent.page
            at = CHILDREN + 32 * child
            page[at : at + 32] = digest
            page[COUNTS + child] = count
            at = VERSIONS + 8 * child
            page[at : at + 8] = version

    def _gather(self, task: _Branch) -> bytes:
        """The records of the buckets below a branch, which are taken away."""
        outcome = self._outcome
        page = task.page
        parts = []
        for child in range(WAYS):
            if not page[COUNTS + child]:
                continue
            path = task.path + b"%o" % child
            part = outcome.buckets.pop(path, None)
            if part is None:
                at = VERSIONS + 8 * child
                key = b"t" + page[at : at + 8] + path
                (part,) = self._stored([key])
                outcome.stale.append(key)
            parts.append(part)
        return b"".join(parts)


def _merge_many(old: bytes, keys: Sequence[bytes], changed: Sequence[bytes | None]) -> bytes:
    """The records of a bucket after many changes, where splicing them in one by one would take too long."""
    records: dict[bytes, bytes | None] = {old[at : at + 32]: old[at : at + RECORD] for at in range(0, len(old), RECORD)}
    records.update(zip(keys, changed, strict=True))
    return b"".join(sorted(record for record in records.values() if record is not None))
