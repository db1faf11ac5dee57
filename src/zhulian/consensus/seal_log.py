"""The seal log: which header this node sealed at each height, outside every backup, so that no height is sealed twice.

A line for each seal, written and flushed to disk before the seal leaves the process. Restoring an old data folder does not
restore the log; a second history then meets the digests of the first and is refused.
"""

import errno
import os
from pathlib import Path
from typing import Protocol

import msgspec

from zhulian.errors import Refusal, check
from zhulian.ledger.types import Digest, Seal, Wire

__all__ = ["LogFile", "SealLog", "SealLogBroken", "SealedAlready"]


class SealedAlready(
    Refusal,
    code="seal/1",
    zh="高度 {height} 已对另一区块 {digest} 签章。数据可能来自旧备份：请从最新数据恢复，不得重签。",
    en="At height {height} another block, {digest}, was sealed before. The data may come from an old backup: restore the newest; never seal twice.",
):
    height: int
    digest: str


class SealLogBroken(
    Refusal,
    code="seal/2",
    zh="签章日志 {path} 自第 {byte} 字节起已损坏。请运行 zhulian doctor，并从副本恢复该文件。",
    en="The seal log {path} is damaged from byte {byte} on. Run zhulian doctor and restore the file from a copy.",
):
    path: str
    byte: int


_KEPT = 4096
"""How many of the newest entries stay in memory."""
_TAIL_BYTES = 1024 * _KEPT
"""How much of the file is read at the start: more than `_KEPT` lines have."""


class _Line(Wire, frozen=True):
    header: Digest
    height: int
    seal: Seal


class LogFile(Protocol):
    """An append-only file. What `append` wrote may be lost or torn until `sync` returns."""

    def size(self) -> int:
        """How many bytes it has."""

    def read(self, at: int, count: int) -> bytes:
        """So many bytes from `at` on."""

    def append(self, data: bytes) -> int:
        """Write at the end; how many bytes of `data` found room."""

    def truncate(self, size: int) -> None:
        """Cut it to `size` bytes."""

    def sync(self) -> None:
        """Return when everything is on the medium."""

    def close(self) -> None:
        """Let go of it."""


class _OsFile:
    """A `LogFile` of the operating system, which nobody else may read."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def size(self) -> int:
        return os.fstat(self._file).st_size

    def read(self, at: int, count: int) -> bytes:
        return os.pread(self._file, count, at)

    def append(self, data: bytes) -> int:
        return os.write(self._file, data)

    def truncate(self, size: int) -> None:
        os.ftruncate(self._file, size)

    def sync(self) -> None:
        os.fdatasync(self._file)

    def close(self) -> None:
        os.close(self._file)


class SealLog:
    """One sealer's log in one file; keeps the newest entries in memory. `file` stands in for the one at `path` in simulations."""

    def __init__(self, path: Path, file: LogFile | None = None) -> None:
        self._path = path
        self._entries: dict[int, _Line] = {}
        self.newest = 0
        self._file: LogFile = _OsFile(path) if file is None else file
        self._read()

    def find(self, height: int) -> Seal | None:
        """The seal given at `height`, if it is among the newest."""
        entry = self._entries.get(height)
        return entry.seal if entry else None

    def refuse_older(self, height: int) -> None:
        """Hold that a data folder that ends at `height` is not older than the log.

        Raises:
            SealedAlready: if a later height was sealed before.
        """
        if self.newest > height:
            raise SealedAlready(height=self.newest, digest=self._entries[self.newest].header)

    def refuse_second(self, height: int, digest: bytes) -> None:
        """Hold that `height` was not sealed with another digest.

        Raises:
            SealedAlready: if it was.
        """
        entry = self._entries.get(height)
        if entry is not None and entry.header != digest.hex():
            raise SealedAlready(height=height, digest=entry.header)

    def append(self, height: int, digest: bytes, seal: Seal) -> None:
        """Record a seal durably; after this it may leave the process.

        Raises:
            SealedAlready: if the height was sealed with another digest.
        """
        self.refuse_second(height, digest)
        check(height > self.newest or height in self._entries, "heights are sealed in their order")
        line = _Line(header=digest.hex(), height=height, seal=seal)
        data = msgspec.json.encode(line, order="sorted") + b"\n"
        size = self._file.size()
        if self._file.append(data) != len(data):  # the disk is full: take the part back, the seal never left
            self._file.truncate(size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        self._file.sync()
        self._keep(line)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self) -> None:
        """Read the newest entries from the end of the file; what lies before them was read when it was the end."""
        decode = msgspec.json.Decoder(_Line).decode
        size = self._file.size()
        start = max(0, size - _TAIL_BYTES)
        tail = self._file.read(start, size - start)
        whole = tail.rfind(b"\n") + 1
        if whole < len(tail):  # cut off by a crash before it was acknowledged
            self._file.truncate(start + whole)
        lines = tail[:whole].splitlines(keepends=True)
        at = start
        for number, line in enumerate(lines):
            at += len(line)
            if start > 0 and number == 0:
                continue  # the rest of a line that begins before the part that was read
            try:
                self._keep(decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise SealLogBroken(path=str(self._path), byte=at - len(line)) from None

    def _keep(self, line: _Line) -> None:
        self._entries[line.height] = line
        self.newest = max(self.newest, line.height)
        self._entries.pop(line.height - _KEPT, None)
