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
import json
import pstats
import resource
import sys
import tempfile
from pathlib import Path

from zhulian.assure.bench_tree import batches, measure, prepare
from zhulian.crypto import Hasher, suite
from zhulian.node.rocks import RocksStore


def _say(line: str) -> None:
    print(line, file=sys.stderr)


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
                ways = prepare(hasher, kind, count, Path(folder), _say)
                for size in given.batch:
                    work = batches(count, size, given.new, size)
                    measure(hasher, ways, work, given.seconds / 4, given.window)  # fills the caches
                    profiler = cProfile.Profile() if given.profile else None
                    if profiler:
                        profiler.enable()
                    found = measure(hasher, ways, work, given.seconds, given.window)
                    if profiler:
                        profiler.disable()
                        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(14)
                    for row in found:
                        rows.append({"store": kind, "keys": count, "batch": size, **row})
                        _say(json.dumps(rows[-1]))
                for way in ways:
                    if isinstance(way.store, RocksStore):
                        _say(f"{way.name}: on disk {way.store.bytes_on_disk() / 1e6:.0f} MB")
                    way.close()
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
