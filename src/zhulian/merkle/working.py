"""How a tree works on its pages: what a batch of changes comes to, and which pages of the newest version are in memory.

There are two ways that answer alike, byte for byte: the one in Python, here, which is the specification, and that of the
native kernel (native.py).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from zhulian.crypto.hasher import Hasher
from zhulian.errors import Bug
from zhulian.merkle.batch import Batch, Changes, Outcome
from zhulian.merkle.pages import BUCKET_MAX, CHILDREN, PageHasher, branches_below, digits, page_key
from zhulian.merkle.records import STALE_PART, NodeStore, Root, pack_stale

__all__ = ["PythonPages", "Step", "Working"]


class Step(NamedTuple):
    """What a batch of changes comes to."""

    digest: bytes
    """The new root, 32 bytes."""
    size: int
    """Leaves, at most COUNT_CAP."""
    leaves: int
    """Keys that have a value now, less those that had one before."""
    writes: list[tuple[bytes, bytes]]
    """The new pages under their keys."""
    stale: list[bytes]
    """Keys of pages that the new version does not use any more, packed in parts of STALE_PART."""
    kept: Any
    """For `commit`, whatever that needs."""


class Working(Protocol):
    """Either way. The pages in memory change nothing but the time that it takes."""

    def update(self, base: Root, version: int, changes: Mapping[bytes, bytes | None]) -> Step:
        """What `version` comes to: the newest version, whose root record is `base`, with `changes`. Nothing changes in here."""

    def commit(self, step: Step) -> None:
        """Remember the pages of a step that is in the store."""

    def warm(self, root: Root) -> int:
        """Read pages of the newest version from the root down while they fit; how many branches are in memory then."""

    def __len__(self) -> int:
        """How many branches are in memory."""


class PythonPages:
    """The specification. `cache_pages` branches are in memory at most; the one longest unchanged goes first."""

    def __init__(self, hasher: Hasher, nodes: NodeStore, cache_pages: int) -> None:
        self._hasher = hasher
        self._nodes = nodes
        self._hashing = PageHasher(hasher)
        self._cache_pages = cache_pages
        self._cache: dict[bytes, bytes] = {}  # by path, the one longest unchanged first

    def update(self, base: Root, version: int, changes: Mapping[bytes, bytes | None]) -> Step:
        """See `Working.update`."""
        batch = Batch(self._hashing, self._nodes, self._cache, base, version, self._digested(changes))
        digest, size, outcome = batch.run()
        here = page_key(version, b"")
        writes = [(here + path, page[CHILDREN:]) for path, page in outcome.branches.items()]
        writes += [(here + path, page) for path, page in outcome.buckets.items()]
        parts = [pack_stale(outcome.stale[at : at + STALE_PART]) for at in range(0, len(outcome.stale), STALE_PART)]
        return Step(digest, size, outcome.leaves, writes, parts, outcome)

    def commit(self, step: Step) -> None:
        """See `Working.commit`."""
        outcome: Outcome = step.kept
        cache = self._cache
        for path in outcome.dropped:
            cache.pop(path, None)
        for path, page in outcome.branches.items():
            cache.pop(path, None)  # put in again, it is the youngest
            cache[path] = page
        while len(cache) > self._cache_pages:
            del cache[next(iter(cache))]

    def warm(self, root: Root) -> int:
        """See `Working.warm`."""
        cache = self._cache
        level = [(b"", root.digest, root.written)] if root.size > BUCKET_MAX else []
        while level and len(cache) < self._cache_pages:
            level = level[: self._cache_pages - len(cache)]
            below: list[tuple[bytes, bytes, int]] = []
            found = self._nodes.get_many([page_key(written, path) for path, _, written in level])
            for (path, digest, written), data in zip(level, found, strict=True):
                if data is None:
                    raise Bug(f"broken promise: the store holds page {path.decode()} of version {written}")
                page = self._hashing.open_branch(data, digest)
                cache[path] = bytes(page)
                below += branches_below(path, page)
            level = below
        return len(cache)

    def __len__(self) -> int:
        return len(self._cache)

    def _digested(self, changes: Mapping[bytes, bytes | None]) -> Changes:
        """The changes by their digests, sorted."""
        many = self._hasher.many
        digests = many("state-key", list(changes))
        puts = [key for key, value in zip(digests, changes.values(), strict=True) if value is not None]
        values = many("state-value", [value for value in changes.values() if value is not None])
        pairs = [key + value for key, value in zip(puts, values, strict=True)]
        records = dict(zip(puts, map(bytes.__add__, pairs, many("tree-leaf", pairs)), strict=True))
        keys = sorted(digests)
        return Changes(list(map(digits, keys)), keys, list(map(records.get, keys)))
