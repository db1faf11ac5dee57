"""How fast the state tree takes batches of changes, against the number of keys that it holds: in Python and by the native kernel.

    .venv/bin/python benchmarks/state_tree.py --keys 10000 100000 1000000 --batch 200 500 2000 --store rocks dict

Every batch is durable before the next one begins (`rocks`: one WriteBatch with sync). The keys are spread evenly; `--new`
is the share of changes that add a key, the others set a random key that exists. `--window` versions stay provable, older
ones are pruned in the same write. The yardstick
is one node's hash alone, timed between the batches of the same row; both it and `processor_us` are processor time of the
thread, which other programmes on the machine disturb less than the time on the clock.
"""

import argparse
import cProfile
import hashlib
import json
import pstats
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from zhulian.crypto import suite
from zhulian.crypto.hasher import Hasher
from zhulian.merkle import StateTree, load_tree
from zhulian.merkle.native import has_native
from zhulian.node.rocks import RocksStore


class Target(Protocol):
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = ()) -> None: ...


class PlainHasher(Hasher):
    """Hashes lists as a machine without the kernel does."""

    def many(self, purpose: str, items: Sequence[bytes]) -> list[bytes]:
        return [self.digest(purpose, item) for item in items]


class DictStore:
    """A store without a disk."""

    def __init__(self, held: dict[bytes, bytes] | None = None) -> None:
        self.held: dict[bytes, bytes] = held if held is not None else {}

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.held.get(key) for key in keys]

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = ()) -> None:
        for key in deletes:
            self.held.pop(key, None)
        self.held.update(puts)


def state_key(number: int) -> bytes:
    return b'["evidence/deposits","%s"]' % hashlib.sha256(b"%d" % number).hexdigest().encode()


def state_value(number: int, turn: int) -> bytes:
    return b'{"height":%d,"party":"org1","salted":"%064x","signer":"org1.o7","time":1766880000}' % (turn, number)


def fill(hasher: Hasher, store: Target, count: int) -> None:
    """Load `count` keys at version 0."""
    began = time.perf_counter()
    items = sorted((hasher.digest("state-key", state_key(n)), n) for n in range(count))
    pairs = ((state_key(n), state_value(n, 0)) for _, n in items)
    for writes in load_tree(hasher, 0, pairs):
        store.write(writes)
    print(f"loaded {count} keys in {time.perf_counter() - began:.1f} s", file=sys.stderr)


def batches(count: int, size: int, new: float, seed: int) -> Iterator[dict[bytes, bytes | None]]:
    chance = random.Random(seed)
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
            changes[state_key(number)] = state_value(number, turn)
        yield changes


@dataclass
class Way:
    """A tree on a store of its own, and what its batches have taken: seconds on the clock, and of the processor."""

    name: str
    tree: StateTree
    store: Target
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
        self.hashes.append(yardstick(hasher, 500))
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


def run(
    hasher: Hasher, ways: Sequence[Way], work: Iterator[dict[bytes, bytes | None]], seconds: float, window: int
) -> list[dict[str, float | str]]:
    """Let all ways take the same batches by turns until the slowest has had `seconds`; a row for each."""
    own = [Way(way.name, way.tree, way.store) for way in ways]
    while max(sum(way.times) for way in own) < seconds:
        changes = next(work)
        for way in own:
            way.take(hasher, changes, window)
        if len({way.tree.root() for way in own}) != 1:
            raise SystemExit("the ways come to different roots")
    return [way.row() for way in own]


def yardstick(hasher: Hasher, count: int) -> float:
    """Microseconds of processor time for one node's hash, as an average over `count`."""
    base = hasher.suite.new_hash(hasher.preimage("tree-node", b""))
    pair = bytes(64)
    began = time.thread_time()
    for _ in range(count):
        hashing = base.copy()
        hashing.update(pair)
        hashing.digest()
    return (time.thread_time() - began) / count * 1e6


def _ways(hasher: Hasher, kind: str, count: int, folder: Path) -> list[Way]:
    """The ways that there are, each on a store of `count` keys."""
    names = ["python", *(["native"] if has_native() else [])]
    stores: list[Target] = []
    if kind == "rocks":
        first = RocksStore(folder / "python")
        fill(hasher, first, count)
        stores.append(first)
        for name in names[1:]:
            first.checkpoint(folder / name)
            stores.append(RocksStore(folder / name))
    else:
        held = DictStore()
        fill(hasher, held, count)
        stores += [held, *(DictStore(dict(held.held)) for _ in names[1:])]
    ways = []
    for name, store in zip(names, stores, strict=True):
        own = hasher if name == "native" else PlainHasher(hasher.suite, hasher.genesis)
        tree = StateTree(own, store, native=name == "native")
        began = time.perf_counter()
        pages = tree.warm()
        print(f"{name}: {pages} branches in the cache in {time.perf_counter() - began:.2f} s", file=sys.stderr)
        ways.append(Way(name, tree, store))
    return ways


def _measure(
    hasher: Hasher, ways: Sequence[Way], size: int, count: int, kind: str, given: argparse.Namespace
) -> list[dict[str, float | str]]:
    """A row for each way, in batches of `size`; beside the last how it compares with the first."""
    work = batches(count, size, given.new, size)
    run(hasher, ways, work, given.seconds / 4, given.window)  # fills the caches
    profiler = cProfile.Profile() if given.profile else None
    if profiler:
        profiler.enable()
    rows = run(hasher, ways, work, given.seconds, given.window)
    if profiler:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(14)
    for name in ("tree_us", "processor_us"):
        rows[-1][f"ratio_{name.removesuffix('_us')}"] = round(float(rows[0][name]) / float(rows[-1][name]), 1)
    rows = [{"store": kind, "keys": count, "batch": size, **row} for row in rows]
    for row in rows:
        print(json.dumps(row), file=sys.stderr)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--batch", type=int, nargs="+", default=[200, 500, 2000])
    parser.add_argument("--store", nargs="+", choices=["rocks", "dict"], default=["rocks", "dict"])
    parser.add_argument("--suite", default="gm")
    parser.add_argument("--new", type=float, default=0.0, help="share of changes that add a key")
    parser.add_argument("--window", type=int, default=64, help="versions kept")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each row")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    hasher = Hasher(suite(given.suite), bytes(range(32)))
    rows = []
    for kind in given.store:
        for count in given.keys:
            with tempfile.TemporaryDirectory(dir=".") as folder:
                ways = _ways(hasher, kind, count, Path(folder))
                for size in given.batch:
                    rows += _measure(hasher, ways, size, count, kind, given)
                for way in ways:
                    if isinstance(way.store, RocksStore):
                        print(f"{way.name}: on disk {way.store.bytes_on_disk() / 1e6:.0f} MB", file=sys.stderr)
                        way.store.close()
    report = {
        "suite": given.suite,
        "new": given.new,
        "window": given.window,
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rows": rows,
    }
    if given.json:
        print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
