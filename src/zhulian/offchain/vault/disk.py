"""Objects as files: written beside, synced, then moved into place, so that one is there whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from zhulian.errors import Words
from zhulian.offchain.vault.errors import StoreFails
from zhulian.offchain.vault.seam import PIECE_BYTES

__all__ = ["DiskStore"]


class DiskStore:
    """`root/ab/cd/abcd…`; nothing but the digest goes into a path."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, digest: str, source: Path) -> None:
        path = self._path(digest)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with source.open("rb+") as file:
                os.fsync(file.fileno())
            if source.stat().st_dev == self._root.stat().st_dev:
                source.replace(path)
            else:
                beside = path.with_suffix(".new")
                shutil.copyfile(source, beside)
                beside.replace(path)
                source.unlink()
            _sync_folder(path.parent)
        except OSError as wrong:
            raise _failed(wrong) from None

    def find_size(self, digest: str) -> int | None:
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as wrong:
            raise _failed(wrong) from None

    def read(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        try:
            with self._path(digest).open("rb") as file:
                file.seek(start)
                left = length
                while left > 0:
                    piece = file.read(min(PIECE_BYTES, left))
                    if not piece:
                        raise StoreFails(why=Words("对象比登记的短", "an object is shorter than it was"))
                    left -= len(piece)
                    yield piece
        except OSError as wrong:
            raise _failed(wrong) from None

    def delete(self, digest: str) -> None:
        path = self._path(digest)
        try:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                _sync_folder(path.parent)
        except OSError as wrong:
            raise _failed(wrong) from None

    def names(self) -> Iterator[str]:
        for first in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for second in sorted(first.glob("[0-9a-f][0-9a-f]")):
                for path in sorted(second.iterdir()):
                    if len(path.name) == 64:
                        yield path.name

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:4] / digest


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _failed(wrong: OSError) -> StoreFails:
    return StoreFails(why=Words.quote(wrong.strerror or type(wrong).__name__))
