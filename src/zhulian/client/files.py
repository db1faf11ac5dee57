"""File digests: the plain suite digest of a file's bytes, as `openssl dgst -sm3 FILE` prints it."""

import os
from collections.abc import Callable
from pathlib import Path

from zhulian.client.errors import FileGone
from zhulian.crypto import Suite
from zhulian.errors import Words

__all__ = ["file_digest"]

_CHUNK = 1 << 20


def file_digest(suite: Suite, path: str | os.PathLike[str], progress: Callable[[int], None] | None = None) -> bytes:
    """The digest of the file's bytes, 32 bytes; `progress` is told how many bytes each step read.

    Raises:
        FileGone: if it cannot be read.
    """
    state = suite.new_hash()
    try:
        with Path(path).open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                state.update(chunk)
                if progress is not None:
                    progress(len(chunk))
    except OSError as fault:
        raise FileGone(path=os.fspath(path), why=Words.quote(fault.strerror or fault)) from None
    return bytes(state.digest())
