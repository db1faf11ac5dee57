"""Holds a LevelDB folder, which the consensus engine's databases are, against its own checksums; nothing of it is interpreted.

Tables and logs as LevelDB's documents describe them (table_format.md, log_format.md): every block and record has a masked
CRC-32C (RFC 3720 §B.4).
"""

import struct
from collections.abc import Iterator
from pathlib import Path

__all__ = ["check_folder"]

_MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER = 48
_TRAILER = 5
_LOG_BLOCK = 32 * 1024
_LOG_HEAD = 7
_MASK = 0xA282EAD8


def _table() -> list[int]:
    found = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        found.append(value)
    return found


_TABLE = _table()


def check_folder(folder: Path) -> None:
    """Hold every table and log in `folder` against its checksums; half a record at the very end of a log is what a crash leaves.

    Raises:
        ValueError: naming the first file that does not hold.
    """
    for path in sorted(folder.iterdir()):
        if path.suffix == ".ldb":
            _check_table(path)
        elif path.suffix == ".log" or path.name.startswith("MANIFEST-"):
            _check_log(path)
    current = folder / "CURRENT"
    if current.exists() and not (folder / current.read_text(encoding="utf-8", errors="replace").strip()).is_file():
        raise ValueError("CURRENT names no file that is there")


def _check_table(path: Path) -> None:
    data = path.read_bytes()
    if len(data) < _FOOTER or data[-8:] != _MAGIC:
        raise ValueError(f"{path.name}: it has no footer")
    footer = data[-_FOOTER:]
    meta_at, meta_size, at = _handle(footer, 0, path)
    index_at, index_size, _ = _handle(footer, at, path)
    handles = [*_handles(_block(data, meta_at, meta_size, path), path), *_handles(_block(data, index_at, index_size, path), path)]
    for start, size in handles:
        _block(data, start, size, path)


def _block(data: bytes, start: int, size: int, path: Path) -> bytes:
    """A block's content, its checksum held."""
    whole = data[start : start + size + _TRAILER]
    if len(whole) < size + _TRAILER or _masked(whole[: size + 1]) != int.from_bytes(whole[size + 1 :], "little"):
        raise ValueError(f"{path.name}: the block at byte {start} is damaged")
    return _unsnappy(whole[:size], path) if whole[size] == 1 else whole[:size]


def _handles(block: bytes, path: Path) -> Iterator[tuple[int, int]]:
    """The places of other blocks that the entries of an index block have as their values."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end, at = len(block) - 4 - 4 * restarts, 0
    while at < end:
        _, at = _varint(block, at, path)
        fresh, at = _varint(block, at, path)
        length, at = _varint(block, at, path)
        start, size, _ = _handle(block, at + fresh, path)
        yield start, size
        at += fresh + length


def _check_log(path: Path) -> None:
    data = path.read_bytes()
    at = 0
    while at < len(data):
        room = _LOG_BLOCK - at % _LOG_BLOCK
        if room < _LOG_HEAD:
            at += room
            continue
        if len(data) - at < _LOG_HEAD:
            return
        crc, length, kind = struct.unpack_from("<IHB", data, at)
        if (crc, length, kind) == (0, 0, 0):  # room that was made beforehand, or filling
            at += room
            continue
        body = data[at + 6 : at + _LOG_HEAD + length]
        if length > room - _LOG_HEAD or (len(body) == length + 1 and _masked(body) != crc):
            raise ValueError(f"{path.name}: the record at byte {at} is damaged")
        at += _LOG_HEAD + length


def _handle(data: bytes, at: int, path: Path) -> tuple[int, int, int]:
    start, at = _varint(data, at, path)
    size, at = _varint(data, at, path)
    return start, size, at


def _varint(data: bytes, at: int, path: Path) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError(f"{path.name}: a number in it has no end")


def _masked(data: bytes) -> int:
    """The checksum as it is stored. A log has it over kind and content, a table over content and kind; both in file order here."""
    crc = 0xFFFFFFFF
    table = _TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


def _unsnappy(data: bytes, path: Path) -> bytes:
    """Snappy's block format (format_description.txt): literals and copies of what came before."""
    size, at = _varint(data, 0, path)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length = int.from_bytes(data[at : at + extra], "little")
                at += extra
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if kind == 1:
            length, offset = 4 + ((tag >> 2) & 7), (tag >> 5) << 8 | data[at]
            at += 1
        else:
            width = 2 if kind == 2 else 4
            length, offset = 1 + (tag >> 2), int.from_bytes(data[at : at + width], "little")
            at += width
        if not 0 < offset <= len(out):
            raise ValueError(f"{path.name}: a block cannot be unpacked")
        for _ in range(length):
            out.append(out[-offset])
    if len(out) != size:
        raise ValueError(f"{path.name}: a block cannot be unpacked")
    return bytes(out)
