"""The state tree: every key of the ledger under one digest per version, with proofs at every version that is kept.

A compact sparse binary tree over the digests of the keys (docs/formats.md §7; the idea is that of the Jellyfish Merkle
tree, Z. Gao, Y. Hu, Q. Wu, 2021). How it lies in the store is told in pages.py and records.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhulian.crypto.hasher import Hasher
from zhulian.errors import Bug, check
from zhulian.merkle.errors import VersionGone
from zhulian.merkle.native import NativePages, has_native
from zhulian.merkle.pages import PageHasher
from zhulian.merkle.proof import StateProof
from zhulian.merkle.proving import prove
from zhulian.merkle.records import (
    NEWEST_KEY,
    NOTHING,
    OLDEST_KEY,
    NodeStore,
    Oldest,
    Root,
    root_key,
    stale_key,
    unpack_stale,
)
from zhulian.merkle.working import PythonPages, Step, Working

__all__ = ["CACHE_PAGES", "StateTree", "TreePrune", "TreeUpdate"]

CACHE_PAGES = 65_536
"""Branches kept in memory unless the caller says otherwise: some 50 MB, all branches of a tree of a million keys."""


@dataclass(frozen=True, slots=True)
class TreeUpdate:
    """A computed next version. The caller writes `writes` in one atomic batch and then commits, or discards it."""

    version: int
    root: bytes
    """The digest of the state at `version`, 32 bytes."""
    writes: list[tuple[bytes, bytes]]
    record: Root = field(repr=False)
    base: Root = field(repr=False)
    step: Step = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreePrune:
    """One step of pruning. The caller puts `writes` and deletes `deletes` in one atomic batch and then commits it."""

    oldest: Oldest
    writes: list[tuple[bytes, bytes]]
    deletes: list[bytes]
    is_done: bool
    """Whether nothing is left to delete for the versions that were named."""


class StateTree:
    """The tree in one store, which holds everything: a new object over the same store goes on where the last one was.

    Reading is all that it does by itself. `update` and `prune` say what to write; `commit` and `commit_prune` follow when
    it is written. What is thrown away instead needs nothing (`discard` says so in the code that does it).
    """

    def __init__(self, hasher: Hasher, nodes: NodeStore, cache_pages: int = CACHE_PAGES, *, native: bool = True) -> None:
        """Open the tree that `nodes` holds; with `native` by the native kernel, where it is there."""
        self._hasher = hasher
        self._nodes = nodes
        self._hashing = PageHasher(hasher)
        self._pages: Working = PythonPages(hasher, nodes, cache_pages)
        if native and has_native():
            self._pages = NativePages(hasher, nodes, cache_pages)
        self._newest: int | None = None
        self._root = NOTHING
        self._oldest = Oldest(0, 0)
        newest, oldest = nodes.get_many([NEWEST_KEY, OLDEST_KEY])
        if newest is not None and oldest is not None:
            self._newest = int.from_bytes(newest, "big")
            self._oldest = Oldest.decode(oldest)
            self._root = self._record(self._newest)

    @property
    def newest(self) -> int | None:
        """The version that updates build on; None before the first."""
        return self._newest

    @property
    def oldest(self) -> int | None:
        """The oldest version that can be read and proved; None before the first."""
        return None if self._newest is None else self._oldest.version

    @property
    def leaves(self) -> int:
        """How many keys have a value in the newest version."""
        return self._root.leaves

    def root(self, version: int | None = None) -> bytes:
        """The digest of the state at `version`, or at the newest (32 zero bytes before the first).

        Raises:
            VersionGone: if that version is pruned or not there yet.
        """
        if version is None:
            return self._root.digest
        return self._kept(version).digest

    def update(self, version: int, changes: Mapping[bytes, bytes | None]) -> TreeUpdate:
        """Compute `version` from the newest one and `changes`: canonical key to canonical value, None to delete.

        The first version may have any number, each later one follows its predecessor. Nothing changes in here, so any
        number of updates may be computed on one base.
        """
        first = self._newest is None
        check(first or version - 1 == self._newest, "versions follow each other")
        base = self._root
        step = self._pages.update(base, version, changes)
        written = version if step.writes or not step.size else base.written
        record = Root(step.digest, step.size, written, base.leaves + step.leaves, len(step.stale))
        writes = [*step.writes, *((stale_key(version, number), part) for number, part in enumerate(step.stale))]
        writes += [(root_key(version), record.encode()), (NEWEST_KEY, version.to_bytes(8, "big"))]
        if first:
            writes.append((OLDEST_KEY, Oldest(version, 0).encode()))
        return TreeUpdate(version, step.digest, writes, record, base, step)

    def commit(self, update: TreeUpdate) -> None:
        """Make `update`, whose writes are in the store, the newest version."""
        check(update.base is self._root, "an update is committed on the version that it was computed from")
        if self._newest is None:
            self._oldest = Oldest(update.version, 0)
        self._newest = update.version
        self._root = update.record
        self._pages.commit(update.step)

    def discard(self, update: TreeUpdate) -> None:
        """Forget `update`, whose writes never reached the store."""

    def prune(self, through: int, limit: int = 10_000) -> TreePrune:
        """Say what to delete so that versions up to `through` are gone, `limit` keys or a little more at a time.

        A page goes when no version above `through` needs it. The newest version always stays.
        """
        version, done = self._oldest
        deletes: list[bytes] = []
        if self._newest is None:
            return TreePrune(self._oldest, [], deletes, is_done=True)
        last = min(through + 1, self._newest)
        parts = self._record(version).stale_parts
        while len(deletes) < limit:
            if done < parts:
                key = stale_key(version, done)
                deletes += unpack_stale(self._present(key))
                deletes.append(key)
                done += 1
            elif version < last:
                deletes.append(root_key(version))
                version += 1
                done = 0
                parts = self._record(version).stale_parts
            else:
                break
        oldest = Oldest(version, done)
        writes = [(OLDEST_KEY, oldest.encode())] if oldest != self._oldest else []
        return TreePrune(oldest, writes, deletes, is_done=version >= last and done >= parts)

    def commit_prune(self, prune: TreePrune) -> None:
        """Go on from `prune`, whose writes and deletes are in the store."""
        self._oldest = prune.oldest

    def step_back(self, version: int) -> list[tuple[bytes, bytes]]:
        """What to write so that `version`, which is kept, is the newest again; the caller also deletes what lies in
        `written_after(version)`, and opens a new tree on the store.

        Raises:
            VersionGone: if that version is pruned or not there yet.
        """
        self._kept(version)
        return [(NEWEST_KEY, version.to_bytes(8, "big"))]

    def prove(self, version: int, key: bytes) -> StateProof:
        """The proof of what `key` (canonical bytes) has at `version`: a value or none, as it stands.

        Raises:
            VersionGone: if that version is pruned or not there yet.
        """
        return prove(self._hashing, self._nodes, self._kept(version), self._hasher.digest("state-key", key))

    def warm(self) -> int:
        """Read pages of the newest version into the cache, from the root down while they fit; how many branches there are in it.

        A node does this before it opens its doors: updates on a cold cache take about twice the time.
        """
        return self._pages.warm(self._root)

    @property
    def cached(self) -> int:
        """How many branches are in the cache."""
        return len(self._pages)

    def _kept(self, version: int) -> Root:
        if self._newest is None or not self._oldest.version <= version <= self._newest:
            raise VersionGone(version=version, oldest=self._oldest.version, newest=self._newest or 0)
        return self._root if version == self._newest else self._record(version)

    def _record(self, version: int) -> Root:
        return Root.decode(self._present(root_key(version)))

    def _present(self, key: bytes) -> bytes:
        data = self._nodes.get_many([key])[0]
        if data is None:
            raise Bug(f"broken promise: the store holds {key.hex()} of the state tree")
        return data
