"""Sealed content: any length in bounded memory, readable in ranges, and no cut, swap or reordering goes unnoticed.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: *Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance*, CRYPTO 2015, §7) over the suite's GCM: chunks of 1 MiB, the nonce made of a random prefix, the chunk's
number and a flag on the last one, the header authenticated with each. Chunk 0 is the head: what is known of the content. A key
seals one content only (docs/formats.md §28).
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from zhulian.crypto.errors import CannotOpen, ChunkFails, SealedCut, SealedMalformed
from zhulian.crypto.suites import GM, INTL, Suite
from zhulian.errors import Words, check

__all__ = ["CHUNK_BYTES", "HEADER_BYTES", "HEAD_BYTES_MAX", "Layout", "Opener", "new_key", "seal_stream"]

CHUNK_BYTES: Final = 1024 * 1024
"""Of plain content in each chunk but the last."""
HEAD_BYTES_MAX: Final = 64 * 1024
_MAGIC: Final = b"zlsealed"
_HEADER: Final = struct.Struct(">8sBBBx7sxI")
HEADER_BYTES: Final = _HEADER.size
_TAG_BYTES: Final = 16
_VERSION: Final = 1
_CHUNK_LOG: Final = 20
_SUITES: Final = {GM.name: 1, INTL.name: 2}


def new_key(suite: Suite) -> bytes:
    """A fresh key for one content, from the system's randomness."""
    return secrets.token_bytes(suite.seal_key_bytes)


def seal_stream(suite: Suite, key: bytes, head: bytes, chunks: Iterable[bytes], prefix: bytes | None = None) -> Iterator[bytes]:
    """The sealed form of a content, piece by piece: header with head, then one piece for each chunk.

    `chunks` are plain pieces of `CHUNK_BYTES`, the last one of 0 to as many; `read_chunks` gives them. `prefix` (7 bytes) is
    drawn unless a vector fixes it.
    """
    check(0 < len(head) <= HEAD_BYTES_MAX, "a head has 1 byte to 64 KiB")
    drawn = secrets.token_bytes(7) if prefix is None else prefix
    header = _HEADER.pack(_MAGIC, _VERSION, _SUITES[suite.name], _CHUNK_LOG, drawn, len(head))
    yield header + suite.seal_bytes(key, _nonce(drawn, 0, last=False), head, header)
    waiting: bytes | None = None
    number = 0
    for chunk in chunks:
        if waiting is not None:
            check(len(waiting) == CHUNK_BYTES, "only the last chunk is shorter")
            number += 1
            yield suite.seal_bytes(key, _nonce(drawn, number, last=False), waiting, header)
        waiting = chunk
    yield suite.seal_bytes(key, _nonce(drawn, number + 1, last=True), waiting or b"", header)


@dataclass(frozen=True)
class Layout:
    """Where what is in a sealed content; made from its first `HEADER_BYTES` bytes."""

    suite: Suite
    header: bytes
    prefix: bytes
    head_bytes: int

    @classmethod
    def parse(cls, header: bytes) -> "Layout":
        """Read the header, of which nothing is authenticated before a chunk was opened.

        Raises:
            SealedMalformed, SealedCut.
        """
        if len(header) < HEADER_BYTES and _MAGIC.startswith(header[:8]):
            raise SealedCut(chunk=0)
        if header[:8] != _MAGIC:
            raise SealedMalformed(why=Words("开头标识不符", "it begins otherwise"))
        _, version, kind, log, prefix, head_bytes = _HEADER.unpack(header[:HEADER_BYTES])
        found = next((each for each in (GM, INTL) if _SUITES[each.name] == kind), None)
        if version != _VERSION or found is None or log != _CHUNK_LOG or not 0 < head_bytes <= HEAD_BYTES_MAX:
            raise SealedMalformed(why=Words("版本、套件或分块大小无法识别", "its version, suite or chunk size is not known"))
        return cls(found, bytes(header[:HEADER_BYTES]), prefix, head_bytes)

    @property
    def content_at(self) -> int:
        """Where chunk 1 begins."""
        return HEADER_BYTES + self.head_bytes + _TAG_BYTES

    def chunk_range(self, number: int) -> tuple[int, int]:
        """Where chunk `number` (from 1) begins and would end if it were full."""
        start = self.content_at + (number - 1) * (CHUNK_BYTES + _TAG_BYTES)
        return start, start + CHUNK_BYTES + _TAG_BYTES

    def sealed_bytes(self, size: int) -> int:
        """The size of the sealed form of a content of `size` bytes."""
        return self.content_at + size + _TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


class Opener:
    """Opens a sealed content with its key, in order or in parts."""

    def __init__(self, key: bytes, layout: Layout) -> None:
        self._key = key
        self.layout = layout

    def head(self, sealed: bytes) -> bytes:
        """The head, from the bytes between header and content.

        Raises:
            ChunkFails, SealedCut.
        """
        if len(sealed) < self.layout.head_bytes + _TAG_BYTES:
            raise SealedCut(chunk=0)
        return self._open(0, sealed[: self.layout.head_bytes + _TAG_BYTES], last=False)

    def chunk(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Chunk `number` (from 1); `last` is what the place in the content says of it.

        Raises:
            ChunkFails: it is another chunk, was changed, or is last where it should not be, or the other way round.
        """
        return self._open(number, sealed, last=last)

    def whole(self, source: BinaryIO) -> Iterator[bytes]:
        """The content chunk by chunk from a source that stands behind the head.

        Raises:
            ChunkFails; SealedCut: the source ends before the last chunk.
        """
        number, sealed = 1, _read(source, CHUNK_BYTES + _TAG_BYTES)
        while True:
            following = _read(source, CHUNK_BYTES + _TAG_BYTES) if len(sealed) == CHUNK_BYTES + _TAG_BYTES else b""
            if len(sealed) < _TAG_BYTES:
                raise SealedCut(chunk=number)
            try:
                yield self._open(number, sealed, last=not following)
            except ChunkFails:
                if not following and self._is_inner(number, sealed):
                    raise SealedCut(chunk=number + 1) from None
                raise
            if not following:
                return
            number, sealed = number + 1, following

    def _is_inner(self, number: int, sealed: bytes) -> bool:
        """Whether a chunk that comes last is in truth one from the middle: the rest was cut off."""
        try:
            self._open(number, sealed, last=False)
        except ChunkFails:
            return False
        return True

    def _open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        nonce = _nonce(self.layout.prefix, number, last=last)
        try:
            return self.layout.suite.open_bytes(self._key, nonce, sealed, self.layout.header)
        except CannotOpen:
            raise ChunkFails(chunk=number) from None


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    """7 bytes of prefix, the number in 4, 1 on the last chunk."""
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _read(source: BinaryIO, size: int) -> bytes:
    """Up to `size` bytes, fewer only at the end."""
    parts, left = [], size
    while left:
        got = source.read(left)
        if not got:
            break
        parts.append(got)
        left -= len(got)
    return b"".join(parts)
