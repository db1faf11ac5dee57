"""What a gathering has done already, kept beside the pack, so that one that was cut off goes on where it was.

A part is taken from here only while every file of it is the same as it was: its name, size, inode and both of its times. Who
can set a file's change time back to the nanosecond can fool this, and deposits a root that the file does not fit.

The file: a head of 48 bytes (magic, and a digest over chain, client secret and folder), then parts, each its key (32 bytes), the
length of what follows (u32), msgpack of openings, levels and top, and SHA-256 over all of that. What a crash tore off at the end is cut.
"""

import hashlib
import os
import struct
from collections.abc import Sequence
from pathlib import Path

import msgspec

from zhulian.client.errors import FileGone
from zhulian.errors import Words

__all__ = ["Gathering", "Part", "part_key"]

_MAGIC = b"zhulian/gather/1"
_LENGTH = struct.Struct(">I")
_TIMES = struct.Struct(">QQQQ")
_PART_BYTES_MAX = 1 << 20


class Part(msgspec.Struct, array_like=True, frozen=True):
    """What one part of a folder came to: digest ‖ salt of each file, the tree's kept levels over it, and its node."""

    openings: bytes
    levels: list[bytes]
    top: bytes


_ENCODE = msgspec.msgpack.encode
_DECODE = msgspec.msgpack.Decoder(Part).decode


def part_key(names: Sequence[bytes], stats: Sequence[os.stat_result]) -> bytes:
    """Names files as they are now; 32 bytes. `stats` are theirs, taken before they are read."""
    digest = hashlib.sha256()
    for name, found in zip(names, stats, strict=True):
        digest.update(name + b"\0" + _TIMES.pack(found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns))
    return digest.digest()


class Gathering:
    """The progress of one gathering at `path`, which only this user can read: it holds salts."""

    def __init__(self, path: Path, genesis: bytes, secret: bytes, folder: Path) -> None:
        """Open what there is of the same chain, secret and folder; anything else is begun anew.

        Raises:
            FileGone: the file cannot be written.
        """
        self._path = path
        head = _MAGIC + hashlib.sha256(genesis + secret + os.fsencode(folder)).digest()
        self._places: dict[bytes, tuple[int, int]] = {}
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            if os.pread(self._file, len(head), 0) != head:
                os.ftruncate(self._file, 0)
                os.write(self._file, head)
            self._read(len(head))
        except OSError as fault:
            raise FileGone(path=str(path), why=Words.quote(fault.strerror or fault)) from None

    def __len__(self) -> int:
        return len(self._places)

    def find(self, key: bytes) -> Part | None:
        """The part with this key, if it was done."""
        place = self._places.get(key)
        return None if place is None else _DECODE(os.pread(self._file, place[1], place[0]))

    def add(self, key: bytes, part: Part) -> None:
        """Keep a part that is done.

        Raises:
            FileGone: the file cannot be written.
        """
        if key in self._places:
            return
        data = _ENCODE(part)
        entry = key + _LENGTH.pack(len(data)) + data
        try:
            start = os.fstat(self._file).st_size
            os.write(self._file, entry + hashlib.sha256(entry).digest())
        except OSError as fault:
            raise FileGone(path=str(self._path), why=Words.quote(fault.strerror or fault)) from None
        self._places[key] = start + 32 + _LENGTH.size, len(data)

    def close(self) -> None:
        """Keep the file for the next time."""
        os.close(self._file)

    def _read(self, at: int) -> None:
        """Find the whole parts, and cut off what is none."""
        size = os.fstat(self._file).st_size
        while True:
            head = os.pread(self._file, 32 + _LENGTH.size, at)
            length = _LENGTH.unpack_from(head, 32)[0] if len(head) == 32 + _LENGTH.size else _PART_BYTES_MAX + 1
            end = at + len(head) + length + 32
            if length > _PART_BYTES_MAX or end > size:
                break
            entry = os.pread(self._file, len(head) + length + 32, at)
            if hashlib.sha256(entry[:-32]).digest() != entry[-32:]:
                break
            self._places[head[:32]] = at + len(head), length
            at = end
        if at < size:
            os.ftruncate(self._file, at)
