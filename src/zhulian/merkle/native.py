"""The tree by the native kernel, where it is there and answers as the specification does (folder native/)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from zhulian.crypto import GM, INTL
from zhulian.crypto.hasher import Hasher
from zhulian.crypto.native import kernel, passes
from zhulian.errors import Bug
from zhulian.merkle.records import NOTHING, STALE_PART, NodeStore, Root
from zhulian.merkle.working import PythonPages, Step, Working

__all__ = ["NativePages", "has_native"]

_BUCKETS_PER_BRANCH: Final = 4
"""Buckets in memory for each branch that may be: reading one from the store takes longer than all else that is done with it."""


class NativePages:
    """`cache_pages` branches are in memory at most, and four times as many buckets (some 400 bytes each); the ones longest unchanged go first."""

    def __init__(self, hasher: Hasher, nodes: NodeStore, cache_pages: int) -> None:
        self._hasher = hasher
        self._read = nodes.get_many
        module = kernel()
        self._fault: type[Exception] = module.PageFault
        prefixes = [hasher.preimage(purpose, b"") for purpose in ("tree-node", "state-value", "tree-leaf")]
        self._tree = module.StateTree(hasher.suite.name, *prefixes, cache_pages, _BUCKETS_PER_BRANCH * cache_pages)

    def update(self, base: Root, version: int, changes: Mapping[bytes, bytes | None]) -> Step:
        """See `Working.update`."""
        keys = self._hasher.many("state-key", list(changes))
        try:
            step = self._tree.update(self._read, base[:3], version, keys, list(changes.values()))
        except self._fault as fault:
            raise _broken(fault) from fault
        digest, size, leaves, _ = step.root()
        return Step(digest, size, leaves, step.writes(), step.stale(STALE_PART), step)

    def commit(self, step: Step) -> None:
        """See `Working.commit`."""
        self._tree.commit(step.kept)

    def warm(self, root: Root) -> int:
        """See `Working.warm`."""
        try:
            found: int = self._tree.warm(self._read, root[:3])
        except self._fault as fault:
            raise _broken(fault) from fault
        return found

    def __len__(self) -> int:
        return len(self._tree)


@lru_cache(maxsize=1)
def has_native() -> bool:
    """Whether the kernel is there and, asked once in each process, does with a sample what the specification does."""
    return kernel() is not None and passes(
        "StateTree",
        lambda: all(_sample(NativePages, hasher) == _sample(PythonPages, hasher) for hasher in (Hasher(GM), Hasher(INTL))),
    )


class _Store(dict[bytes, bytes]):
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.get(key) for key in keys]


def _sample(way: Any, hasher: Hasher) -> list[tuple[bytes, int, int, dict[bytes, bytes], list[bytes]]]:
    """What some versions come to: keys that are put, changed and deleted until buckets split and join again."""
    store = _Store()
    pages: Working = way(hasher, store, 10)
    root = NOTHING
    found = []
    for version, changes in enumerate(_changes(), 1):
        step = pages.update(root, version, changes)
        found.append((step.digest, step.size, step.leaves, dict(step.writes), step.stale))
        store.update(step.writes)
        pages.commit(step)
        root = Root(step.digest, step.size, version if step.writes or not step.size else root.written, 0, 0)
    return found


def _changes() -> Iterator[dict[bytes, bytes | None]]:
    keys = [b"%d" % number for number in range(120)]
    yield dict.fromkeys(keys[:9], b"a")
    yield dict.fromkeys(keys, b"b")
    yield dict.fromkeys(keys[60:], b"c") | dict.fromkeys(keys[5:50])
    yield dict.fromkeys(keys[4:110])
    yield dict.fromkeys(keys)


def _broken(fault: Exception) -> Bug:
    return Bug(f"broken promise: the store gives back page {fault} as it was given")
