"""How fast the state tree takes batches of changes, against the number of keys that it holds.

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
from pathlib import Path
from typing import Protocol

from zhulian.crypto import suite
from zhulian.crypto.hasher import Hasher
from zhulian.merkle import StateTree, load_tree
from zhulian.node.rocks import RocksStore


class Target(Protocol):
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = ()) -> None: ...


class DictStore:
    """A store without a disk."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}

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


def fill(hasher: Hasher, store: Target, count: int) -> StateTree:
    """Load `count` keys at version 0."""
    began = time.perf_counter()
    items = sorted((hasher.digest("state-key", state_key(n)), n) for n in range(count))
    pairs = ((state_key(n), state_value(n, 0)) for _, n in items)
    for writes in load_tree(hasher, 0, pairs):
        store.write(writes)
    took = time.perf_counter() - began
    tree = StateTree(hasher, store)
    began = time.perf_counter()
    pages = tree.warm()
    print(
        f"loaded {count} keys in {took:.1f} s, {pages} branches in the cache in {time.perf_counter() - began:.1f} s",
        file=sys.stderr,
    )
    return tree


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


def run(
    hasher: Hasher, tree: StateTree, store: Target, work: Iterator[dict[bytes, bytes | None]], seconds: float, window: int
) -> dict[str, float]:
    times: list[float] = []
    hashes: list[float] = []
    parts = [0.0, 0.0, 0.0]
    pages = written = changed = 0
    processor = 0.0
    while sum(times) < seconds:
        changes = next(work)
        hashes.append(yardstick(hasher, 500))
        version = (tree.newest or 0) + 1
        used = time.thread_time()
        began = time.perf_counter()
        update = tree.update(version, changes)
        computed = time.perf_counter()
        prune = tree.prune(version - window)
        pruned = time.perf_counter()
        store.write([*update.writes, *prune.writes], prune.deletes)
        tree.commit(update)
        tree.commit_prune(prune)
        ended = time.perf_counter()
        processor += time.thread_time() - used
        times.append(ended - began)
        for place, took in enumerate((computed - began, pruned - computed, ended - pruned)):
            parts[place] += took
        changed += len(changes)
        pages += len(update.writes)
        written += sum(len(key) + len(value) for key, value in update.writes)
    total = sum(times)
    return {
        "updates_per_s": round(changed / total),
        "node_hash_us": round(statistics.mean(hashes), 2),
        "processor_us": round(processor / changed * 1e6, 1),
        "processor_in_node_hashes": round(processor / changed * 1e6 / statistics.mean(hashes), 1),
        "batch_ms_p50": round(statistics.median(times) * 1e3, 2),
        "batch_ms_p99": round(sorted(times)[int(len(times) * 0.99)] * 1e3, 2),
        "compute_us": round(parts[0] / changed * 1e6, 1),
        "prune_us": round(parts[1] / changed * 1e6, 1),
        "write_us": round(parts[2] / changed * 1e6, 1),
        "pages_per_update": round(pages / changed, 2),
        "bytes_per_update": round(written / changed),
    }


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
                store: Target = RocksStore(Path(folder) / "db") if kind == "rocks" else DictStore()
                tree = fill(hasher, store, count)
                for size in given.batch:
                    work = batches(count, size, given.new, size)
                    run(hasher, tree, store, work, given.seconds / 4, given.window)  # fills the caches
                    profiler = cProfile.Profile() if given.profile else None
                    if profiler:
                        profiler.enable()
                    row = run(hasher, tree, store, work, given.seconds, given.window)
                    if profiler:
                        profiler.disable()
                        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(14)
                    rows.append({"store": kind, "keys": count, "batch": size, **row})
                    print(json.dumps(rows[-1]), file=sys.stderr)
                if isinstance(store, RocksStore):
                    print(f"on disk {store.bytes_on_disk() / 1e6:.0f} MB", file=sys.stderr)
                    store.close()
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
