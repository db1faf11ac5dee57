"""How fast the state tree takes batches of changes: in Python and by the native kernel, side by side.

Every batch is durable before the next one begins (`rocks`: one WriteBatch with sync). The keys are spread evenly. Where the native
kernel is there, both ways take the same batches by turns, each on a store of its own that begins as a copy of the other's, and must
come to the same roots.
"""

import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from zhulian.crypto import Hasher, suite
from zhulian.errors import check
from zhulian.merkle import StateTree, load_tree
from zhulian.merkle.native import has_native
from zhulian.node.rocks import RocksStore

__all__ = ["Way", "batches", "measure", "prepare", "run"]

_BATCHES = (500, 2_000)
_WINDOW = 64


class _Target(Protocol):
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = ()) -> None: ...


class _PlainHasher(Hasher):
    """Hashes lists as a machine without the kernel does."""

    def many(self, purpose: str, items: Sequence[bytes]) -> list[bytes]:
        return [self.digest(purpose, item) for item in items]


class _DictStore:
    """A store without a disk."""

    def __init__(self, held: dict[bytes, bytes] | None = None) -> None:
        self.held: dict[bytes, bytes] = held if held is not None else {}

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.held.get(key) for key in keys]

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = ()) -> None:
        for key in deletes:
            self.held.pop(key, None)
        self.held.update(puts)


def _state_key(number: int) -> bytes:
    return b'["evidence/deposits","%s"]' % hashlib.sha256(b"%d" % number).hexdigest().encode()


def _state_value(number: int, turn: int) -> bytes:
    return b'{"height":%d,"party":"org1","salted":"%064x","signer":"org1.o7","time":1766880000}' % (turn, number)


def _fill(hasher: Hasher, store: _Target, count: int) -> None:
    """Load `count` keys at version 0."""
    items = sorted((hasher.digest("state-key", _state_key(n)), n) for n in range(count))
    pairs = ((_state_key(n), _state_value(n, 0)) for _, n in items)
    for writes in load_tree(hasher, 0, pairs):
        store.write(writes)


def batches(count: int, size: int, new: float, seed: int) -> Iterator[dict[bytes, bytes | None]]:
    """Batches of `size` changes of `count` keys; `new` is the share of changes that add a key."""
    check(size < count or new > 0, "a batch changes each key once")
    chance = random.Random(seed)  # noqa: S311 - the same choice in each run
    turn = 0
    while True:
        turn += 1
        changes: dict[bytes, bytes | None] = {}
        while len(changes) < size:
            if chance.random() < new:
                number = count
                count += 1
            else:
                number = chance.randrange(count)
            changes[_state_key(number)] = _state_value(number, turn)
        yield changes


@dataclass
class Way:
    """A tree on a store of its own, and what its batches have taken: seconds on the clock, and of the processor."""

    name: str
    tree: StateTree
    store: _Target
    times: list[float] = field(default_factory=list)
    hashes: list[float] = field(default_factory=list)
    compute: float = 0.0
    prune: float = 0.0
    commit: float = 0.0
    write: float = 0.0
    on_clock_write: float = 0.0
    changed: int = 0
    pages: int = 0
    written: int = 0

    def take(self, hasher: Hasher, changes: dict[bytes, bytes | None], window: int) -> None:
        """One batch, durable when this returns."""
        self.hashes.append(_yardstick(hasher, 500))
        version = (self.tree.newest or 0) + 1
        began, used = time.perf_counter(), [time.thread_time()]
        update = self.tree.update(version, changes)
        used.append(time.thread_time())
        prune = self.tree.prune(version - window)
        used.append(time.thread_time())
        clock = time.perf_counter()
        self.store.write([*update.writes, *prune.writes], prune.deletes)
        self.on_clock_write += time.perf_counter() - clock
        used.append(time.thread_time())
        self.tree.commit(update)
        self.tree.commit_prune(prune)
        used.append(time.thread_time())
        self.times.append(time.perf_counter() - began)
        self.compute += used[1] - used[0]
        self.prune += used[2] - used[1]
        self.write += used[3] - used[2]
        self.commit += used[4] - used[3]
        self.changed += len(changes)
        self.pages += len(update.writes)
        self.written += sum(len(key) + len(value) for key, value in update.writes)

    def close(self) -> None:
        """Let go of the store."""
        if isinstance(self.store, RocksStore):
            self.store.close()

    def row(self) -> dict[str, float | str]:
        """Figures of all batches, per change; `_us` are microseconds of the processor."""
        each = 1e6 / self.changed
        tree = self.compute + self.prune + self.commit
        return {
            "way": self.name,
            "updates_per_s": round(self.changed / sum(self.times)),
            "node_hash_us": round(statistics.mean(self.hashes), 2),
            "processor_us": round((tree + self.write) * each, 2),
            "processor_in_node_hashes": round((tree + self.write) * each / statistics.mean(self.hashes), 1),
            "batch_ms_p50": round(statistics.median(self.times) * 1e3, 2),
            "batch_ms_p99": round(sorted(self.times)[int(len(self.times) * 0.99)] * 1e3, 2),
            "tree_us": round(tree * each, 2),
            "compute_us": round(self.compute * each, 2),
            "prune_us": round(self.prune * each, 2),
            "commit_us": round(self.commit * each, 2),
            "write_us": round(self.write * each, 2),
            "write_on_clock_us": round(self.on_clock_write * each, 2),
            "pages_per_update": round(self.pages / self.changed, 2),
            "bytes_per_update": round(self.written / self.changed),
        }


def measure(
    hasher: Hasher, ways: Sequence[Way], work: Iterator[dict[bytes, bytes | None]], seconds: float, window: int
) -> list[dict[str, float | str]]:
    """Let all ways take the same batches by turns until the slowest has had `seconds`; a row for each, and in the last how it compares.

    `ratio` is of processor time: of the tree alone (`tree_us`: computing, pruning, committing), and with the write into the store.
    """
    own = [Way(way.name, way.tree, way.store) for way in ways]
    while max(sum(way.times) for way in own) < seconds:
        changes = next(work)
        for way in own:
            way.take(hasher, changes, window)
        check(len({way.tree.root() for way in own}) == 1, "both ways of the tree come to the same root")
    rows = [way.row() for way in own]
    if len(rows) > 1:
        for name in ("tree_us", "processor_us"):
            rows[-1][f"ratio_{name.removesuffix('_us')}"] = round(float(rows[0][name]) / float(rows[-1][name]), 1)
    return rows


def _yardstick(hasher: Hasher, count: int) -> float:
    """Microseconds of processor time for one node's hash, as an average over `count`."""
    base = hasher.suite.new_hash(hasher.preimage("tree-node", b""))
    pair = bytes(64)
    began = time.thread_time()
    for _ in range(count):
        hashing = base.copy()
        hashing.update(pair)
        hashing.digest()
    return (time.thread_time() - began) / count * 1e6


def prepare(hasher: Hasher, kind: str, count: int, folder: Path, told: Callable[[str], object] = lambda line: None) -> list[Way]:
    """The ways that there are, warm, each on a store of `count` keys: `rocks` in `folder`, or `dict` without a disk.

    `told` is called with what is done and how long it took. The caller closes the ways.
    """
    names = ["python", *(["native"] if has_native() else [])]
    began = time.perf_counter()
    stores: list[RocksStore | _DictStore] = []
    if kind == "rocks":
        first = RocksStore(folder / "python")
        _fill(hasher, first, count)
        stores.append(first)
        for name in names[1:]:
            first.checkpoint(folder / name)
            stores.append(RocksStore(folder / name))
    else:
        held = _DictStore()
        _fill(hasher, held, count)
        stores += [held, *(_DictStore(dict(held.held)) for _ in names[1:])]
    told(f"loaded {count} keys in {time.perf_counter() - began:.1f} s")
    ways = []
    for name, store in zip(names, stores, strict=True):
        own = hasher if name == "native" else _PlainHasher(hasher.suite, hasher.genesis)
        tree = StateTree(own, store, native=name == "native")
        began = time.perf_counter()
        pages = tree.warm()
        told(f"{name}: {pages} branches in the cache in {time.perf_counter() - began:.2f} s")
        ways.append(Way(name, tree, store))
    return ways


def run(seconds: float = 4, keys: int = 100_000) -> dict[str, Any]:
    """Measure batches of 500 and of 2,000 changes of `keys` keys, each until the slower way has had `seconds`.

    Figures are per change; those that end in `_us` are microseconds of processor time, which others on the machine disturb less.
    """
    hasher = Hasher(suite("gm"), bytes(range(32)))
    found: dict[str, Any] = {"keys": keys, "native": has_native(), "window": _WINDOW}
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        ways = prepare(hasher, "rocks", keys, Path(folder))
        try:
            for size in _BATCHES:
                work = batches(keys, size, 0.0, size)
                measure(hasher, ways, work, seconds / 4, _WINDOW)  # fills the caches
                rows = measure(hasher, ways, work, seconds, _WINDOW)
                found[f"batch_{size}"] = {str(row.pop("way")): row for row in rows}
        finally:
            for way in ways:
                way.close()
    return found
