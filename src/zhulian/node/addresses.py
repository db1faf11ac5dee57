"""Addresses of Unix sockets, which the kernel cuts at 107 bytes; and waiting for one whose process is only starting."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["appearing", "reachable"]

_BYTES_MAX = 107
_LOOKS, _LOOK_S = 80, 0.1
"""How often and after how many seconds it is looked whether a process has started."""


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


async def appearing(path: Path) -> None:
    """Wait until the socket at `path` is there, eight seconds at most: in a node's first seconds the processes beside it are only starting."""
    for _ in range(_LOOKS):
        if await asyncio.to_thread(path.exists):
            return
        await asyncio.sleep(_LOOK_S)
