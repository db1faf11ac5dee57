"""The seal log: which header this node sealed at each height, outside every backup, so that no height is sealed twice.

A line for each seal, written and flushed to disk before the seal leaves the process. Restoring an old data folder does not
restore the log; a second history then meets the digests of the first and is refused.
"""

import os
from pathlib import Path

import msgspec

from zhulian.errors import Refusal, check
from zhulian.ledger.types import Digest, Seal, Wire

__all__ = ["SealLog", "SealLogBroken", "SealedAlready"]


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
    zh="签章日志 {path} 第 {line} 行已损坏。请运行 zhulian doctor，并从副本恢复该文件。",
    en="The seal log {path} is damaged at line {line}. Run zhulian doctor and restore the file from a copy.",
):
    path: str
    line: int


class _Line(Wire, frozen=True):
    header: Digest
    height: int
    seal: Seal


class SealLog:
    """One sealer's log in one file; keeps the newest entries in memory."""

    _KEPT = 4096

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[int, _Line] = {}
        self.newest = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
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
        os.write(self._file, msgspec.json.encode(line, order="sorted") + b"\n")
        os.fdatasync(self._file)
        self._keep(line)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _read(self) -> None:
        decode = msgspec.json.Decoder(_Line).decode
        whole = 0
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):  # cut off by a crash before it was acknowledged
                    os.ftruncate(self._file, whole)
                    return
                try:
                    self._keep(decode(line))
                except msgspec.DecodeError:
                    raise SealLogBroken(path=str(self._path), line=number) from None
                whole += len(line)

    def _keep(self, line: _Line) -> None:
        self._entries[line.height] = line
        self.newest = max(self.newest, line.height)
        self._entries.pop(line.height - self._KEPT, None)
