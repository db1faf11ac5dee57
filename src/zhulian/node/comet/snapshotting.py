"""Cuts a checkpoint of the store into chunks, in a process of its own: `python -m zhulian.node.comet.snapshotting FOLDER SUITE GENESIS`.

The ledger process makes the checkpoint (hard links, a consistent view) and goes on; this process reads it at leisure.
"""

import os
import shutil
import sys
from pathlib import Path

import msgspec

from zhulian.crypto import Hasher, suite
from zhulian.ledger.snapshots import chunk_digest, slices
from zhulian.node.rocks import RocksStore

__all__ = ["CHECKPOINT", "DIGESTS", "chunk_name", "main"]

CHECKPOINT = "checkpoint"
DIGESTS = "digests.json"
_CACHE_BYTES = 8 * 1024 * 1024
_NICE = 10


def chunk_name(index: int) -> str:
    """The file of a chunk."""
    return f"{index:06d}.chunk"


def main(arguments: list[str]) -> int:
    """Write the chunks of FOLDER/checkpoint beside it, then their digests, and remove the checkpoint."""
    folder, hasher = Path(arguments[0]), Hasher(suite(arguments[1]), bytes.fromhex(arguments[2]))
    os.nice(_NICE)
    digests: list[str] = []
    with RocksStore(folder / CHECKPOINT, read_only=True, cache_bytes=_CACHE_BYTES) as store:
        for index, chunk in enumerate(slices(store)):
            (folder / chunk_name(index)).write_bytes(chunk)
            digests.append(chunk_digest(hasher, chunk).hex())
    shutil.rmtree(folder / CHECKPOINT)
    (folder / DIGESTS).write_bytes(msgspec.json.encode(digests))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
