"""Addresses of Unix sockets, which the kernel cuts at 107 bytes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["reachable"]

_BYTES_MAX = 107


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """An address for the socket at `path`, good within the block; a deep folder is reached through its open number."""
    if len(os.fsencode(path)) <= _BYTES_MAX:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
