"""One batch of changes applied to the state tree: down level by level to read the pages, up again to hash them.

Reading goes in as many rounds as the tree has pages on top of each other, each with one call for all pages of that round.
Nothing is written: the outcome is lists of pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhulian.errors import Bug
from zhulian.merkle.build import split
from zhulian.merkle.pages import (
    BUCKET_MAX,
    CHILDREN,
    COUNT_CAP,
    COUNTS,
    EMPTY,
    LEVELS,
    RECORD,
    VERSIONS,
    WAYS,
    PageHasher,
    page_key,
    set_child,
)
from zhulian.merkle.records import NodeStore, Root

__all__ = ["Batch", "Change", "Outcome"]

Change = tuple[bytes, bytes, bytes | None]
"""Octal digits of the key digest, the key digest, and the new record of 96 bytes or None for none."""


@dataclass(slots=True)
class Outcome:
    """What a batch came to. Paths are octal digits; `branches` hold their inner nodes, ready to be worked on."""

    buckets: dict[bytes, bytes] = field(default_factory=dict)
    branches: dict[bytes, bytes] = field(default_factory=dict)
    stale: list[bytes] = field(default_factory=list)
    """Keys of pages that the new version does not use any more."""
    dropped: list[bytes] = field(default_factory=list)
    """Paths at which a branch stood and none stands now."""
    digest: bytes = EMPTY
    count: int = 0
    leaves: int = 0
    """Keys that have a value now, less those that had one before."""
    is_changed: bool = False


_NO_BRANCH = bytearray()  # stands where a task has a bucket; never written to


class _Task:
    """The changes `low` to `high` and the page that they meet; `count` and `version` are what the page above says of it."""

    __slots__ = ("branch", "bucket", "changed", "child", "count", "high", "low", "parent", "path", "version")

    def __init__(self, path: bytes, count: int, version: int, low: int, high: int, parent: "_Task | None", child: int) -> None:
        self.path = path
        self.count = count
        self.version = version
        self.low = low
        self.high = high
        self.parent = parent
        self.child = child
        self.bucket = b""
        self.branch = _NO_BRANCH
        self.changed = 0


class Batch:
    """Sorted changes on their way through the tree of one base version."""

    def __init__(
        self, hashing: PageHasher, nodes: NodeStore, cache: Mapping[bytes, bytes], base: Root, version: int, changes: list[Change]
    ) -> None:
        self._hashing = hashing
        self._nodes = nodes
        self._cache = cache
        self._base = base
        self._version = version
        self._changes = changes
        self._outcome = Outcome()

    def run(self) -> Outcome:
        """Apply the changes to the base."""
        base = self._base
        rounds = self._descend(_Task(b"", base.size, base.written, 0, len(self._changes), None, 0))
        for depth in range(len(rounds) - 1, -1, -1):
            for task in rounds[depth]:
                if task.count > BUCKET_MAX:
                    self._settle_branch(task, depth)
                else:
                    self._settle_bucket(task, depth)
        if not self._outcome.is_changed:
            self._outcome.digest, self._outcome.count = base.digest, base.size
        return self._outcome

    def _descend(self, root: _Task) -> list[list[_Task]]:
        """All pages that the changes meet, one list per round of reading."""
        changes = self._changes
        rounds = []
        tasks = [root]
        depth = 0
        while tasks:
            self._read(tasks)
            rounds.append(tasks)
            below: list[_Task] = []
            for task in tasks:
                if task.count <= BUCKET_MAX:
                    continue
                page = task.branch
                low = task.low
                high = task.high
                while low < high:
                    path = changes[low][0][: depth + 1]
                    end = low + 1
                    while end < high and changes[end][0].startswith(path):
                        end += 1
                    child = path[depth] & 7
                    at = VERSIONS + 8 * child
                    below.append(
                        _Task(path, page[COUNTS + child], int.from_bytes(page[at : at + 8], "big"), low, end, task, child)
                    )
                    low = end
            tasks = below
            depth += 1
        return rounds

    def _read(self, tasks: list[_Task]) -> None:
        """Give each task its page, from the cache or from the store."""
        missing = []
        for task in tasks:
            if task.count > BUCKET_MAX:
                known = self._cache.get(task.path)
                if known is not None:
                    task.branch = bytearray(known)
                    continue
            if task.count:
                missing.append(task)
        if not missing:
            return
        found = self._nodes.get_many([page_key(task.version, task.path) for task in missing])
        for task, data in zip(missing, found, strict=True):
            if data is None:
                raise Bug("broken promise: the store holds every page of the newest version")
            if task.count <= BUCKET_MAX:
                task.bucket = data
            else:
                task.branch = self._hashing.open_branch(data, self._expected(task))

    def _expected(self, task: _Task) -> bytes:
        """The digest that the page above, or the root record, holds of a page."""
        if task.parent is None:
            return self._base.digest
        at = CHILDREN + 32 * task.child
        return bytes(task.parent.branch[at : at + 32])

    def _settle_bucket(self, task: _Task, depth: int) -> None:
        """Put the changes into a bucket, which may split into a branch."""
        old = task.bucket
        records = {old[at : at + 32]: old[at : at + RECORD] for at in range(0, len(old), RECORD)}
        before = len(records)
        for _, key, record in self._changes[task.low : task.high]:
            if record is None:
                records.pop(key, None)
            else:
                records[key] = record
        count = len(records)
        new = b"".join(sorted(records.values())) if count > 1 else b"".join(records.values())
        if new == old:
            return
        outcome = self._outcome
        outcome.leaves += count - before
        if before:
            outcome.stale.append(page_key(task.version, task.path))
        if count <= BUCKET_MAX:
            if count:
                outcome.buckets[task.path] = new
            self._report(task, self._hashing.bucket(new, LEVELS * depth), count)
        else:
            self._report(task, *split(self._hashing, task.path, new, self._version, outcome.branches, outcome.buckets))

    def _settle_branch(self, task: _Task, depth: int) -> None:
        """Hash a branch whose children were set, or make it a bucket when few leaves are left."""
        if not task.changed:
            return
        outcome = self._outcome
        outcome.stale.append(page_key(task.version, task.path))
        page = task.branch
        count = min(COUNT_CAP, sum(page[COUNTS:VERSIONS]))
        if count > BUCKET_MAX:
            digest = self._hashing.branch(page, task.changed)
            outcome.branches[task.path] = bytes(page)
            self._report(task, digest, count)
            return
        outcome.dropped.append(task.path)
        records = self._gather(task)
        if records:
            outcome.buckets[task.path] = records
        self._report(task, self._hashing.bucket(records, LEVELS * depth), count)

    def _gather(self, task: _Task) -> bytes:
        """The records of the buckets below a branch, which are taken away."""
        outcome = self._outcome
        page = task.branch
        parts = []
        for child in range(WAYS):
            if not page[COUNTS + child]:
                continue
            path = task.path + b"%o" % child
            part = outcome.buckets.pop(path, None)
            if part is None:
                at = VERSIONS + 8 * child
                key = page_key(int.from_bytes(page[at : at + 8], "big"), path)
                part = self._nodes.get_many([key])[0]
                outcome.stale.append(key)
            if part is None:
                raise Bug("broken promise: the store holds every page of the newest version")
            parts.append(part)
        return b"".join(parts)

    def _report(self, task: _Task, digest: bytes, count: int) -> None:
        """Tell the page above what became of a page; at the top, the outcome."""
        parent = task.parent
        if parent is None:
            self._outcome.digest = digest
            self._outcome.count = count
            self._outcome.is_changed = True
            return
        parent.changed |= 1 << task.child
        set_child(parent.branch, task.child, digest, count, self._version.to_bytes(8, "big") if count else bytes(8))
