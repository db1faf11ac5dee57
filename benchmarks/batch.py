"""How many files a second come into one root: hashing, salts, commitments and the tree, on every core.

    .venv/bin/python benchmarks/batch.py --files 100000 --bytes 1024

Files are made first and are in the page cache, so that the disk is not measured. `processor_us_a_file` is of all processes, and
holds on a busy machine too. `resumed` is a gathering that finds all of them done.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from zhulian.client.gather import gather
from zhulian.client.gathering import Gathering
from zhulian.client.pack import PackWriter
from zhulian.crypto import GM, Hasher

_FOLDER = 1_000
"""Files a folder."""


def _processor_s() -> float:
    """Processor time of this process and of its children that have ended."""
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=100_000)
    options.add_argument("--bytes", type=int, default=1_024)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path, help="where to make the files")
    chosen = options.parse_args()
    hasher = Hasher(GM, bytes(32))
    with tempfile.TemporaryDirectory(prefix="zhulian-batch-", dir=chosen.folder) as name:
        root = Path(name)
        files = root / "files"
        content = os.urandom(chosen.bytes)
        for number in range(chosen.files):
            if number % _FOLDER == 0:
                (files / f"{number // _FOLDER:05d}").mkdir(parents=True)
            (files / f"{number // _FOLDER:05d}" / f"{number:08d}.bin").write_bytes(b"%016d" % number + content[16:])
        print("measuring", file=sys.stderr, flush=True)
        rates, spent = [], _processor_s()
        for round_number in range(chosen.rounds):
            kept = Gathering(root / f"{round_number}.gathering", hasher.genesis, b"secret", files)
            began = time.perf_counter()
            gathered = gather(hasher, b"secret", files, gathering=kept)
            rates.append(round(chosen.files / (time.perf_counter() - began)))
            kept.close()
        processor_us = round((_processor_s() - spent) / chosen.rounds / chosen.files * 1e6, 1)
        kept = Gathering(root / "0.gathering", hasher.genesis, b"secret", files)
        began = time.perf_counter()
        gather(hasher, b"secret", files, gathering=kept)
        resumed = round(chosen.files / (time.perf_counter() - began))
        began = time.perf_counter()
        PackWriter(root / "pack", gathered)
        packed_s = round(time.perf_counter() - began, 3)
    found = {
        "files": chosen.files,
        "bytes_each": chosen.bytes,
        "cores": len(os.sched_getaffinity(0)),
        "files_per_s": rates,
        "processor_us_a_file": processor_us,
        "resumed_files_per_s": resumed,
        "pack_written_s": packed_s,
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
