"""The engine's databases against their checksums: tables and logs built here, byte by byte, and every byte of them flipped."""

import struct
from pathlib import Path

import pytest

from zhulian.node.leveldb import _masked, _unsnappy, check_folder


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _stored(block: bytes, kind: int = 0) -> bytes:
    return block + bytes([kind]) + _masked(block + bytes([kind])).to_bytes(4, "little")


def _index(places: list[tuple[int, int]]) -> bytes:
    out = b""
    for number, (start, size) in enumerate(places):
        value = _varint(start) + _varint(size)
        out += _varint(0) + _varint(1) + _varint(len(value)) + bytes([number]) + value
    return out + struct.pack("<II", 0, 1)


def _table() -> bytes:
    """Two blocks of content, the second packed, an empty index of others, and the index."""
    plain, packed = b"content" * 5, _varint(12) + bytes([2 << 2]) + b"abc" + bytes([(5 << 2) | 1, 3])
    file = _stored(plain)
    second = len(file)
    file += _stored(packed, 1)
    meta = len(file), len(_index([]))
    file += _stored(_index([]))
    index = _index([(0, len(plain)), (second, len(packed))])
    place = len(file), len(index)
    file += _stored(index)
    footer = b"".join(map(_varint, (*meta, *place)))
    return file + footer.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")


def _log(*records: bytes) -> bytes:
    out = b""
    for each in records:
        body = b"\x01" + each
        out += struct.pack("<IHB", _masked(body), len(each), 1) + each
    return out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "000001.ldb").write_bytes(_table())
    (tmp_path / "000002.log").write_bytes(_log(b"one", b"two" * 20))
    (tmp_path / "MANIFEST-000003").write_bytes(_log(b"edit"))
    (tmp_path / "CURRENT").write_text("MANIFEST-000003\n", encoding="utf-8")
    (tmp_path / "LOG").write_bytes(b"whatever")
    return tmp_path


def test_checksum__is_that_of_the_standard() -> None:
    """RFC 3720 §B.4: 32 bytes of zeros, and 32 of ones; masked as LevelDB stores it."""
    for data, crc in ((bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43)):
        assert _masked(data) == (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def test_sound_folder__is_sound_also_with_a_torn_end(folder: Path) -> None:
    check_folder(folder)
    log = folder / "000002.log"
    whole = log.read_bytes()
    for end in (_log(b"cut off")[:-3], bytes(40)):
        log.write_bytes(whole + end)
        check_folder(folder)


def test_any_flipped_byte_of_a_table__is_found(folder: Path) -> None:
    table = _table()
    footer = len(table) - 48
    for at in [*range(footer), *range(len(table) - 8, len(table))]:
        (folder / "000001.ldb").write_bytes(table[:at] + bytes([table[at] ^ 4]) + table[at + 1 :])
        with pytest.raises(ValueError, match=r"000001\.ldb"):
            check_folder(folder)


def test_flipped_byte_of_a_log__is_found(folder: Path) -> None:
    whole = (folder / "000002.log").read_bytes()
    for at in range(len(_log(b"one"))):
        if at in (4, 5):  # a longer record may be one that was cut off
            continue
        (folder / "000002.log").write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(ValueError, match=r"000002\.log"):
            check_folder(folder)


def test_current_that_names_nothing__is_found(folder: Path) -> None:
    (folder / "CURRENT").write_text("MANIFEST-000009\n", encoding="utf-8")
    with pytest.raises(ValueError, match="CURRENT"):
        check_folder(folder)


def test_unsnappy__refuses_what_points_before_the_beginning() -> None:
    assert _unsnappy(_varint(6) + bytes([2 << 2]) + b"abc" + bytes([(2 << 2) | 2, 3, 0]), Path("x")) == b"abcabc"
    for bad in (_varint(9) + bytes([(2 << 2) | 2, 3, 0]), _varint(2) + bytes([2 << 2]) + b"abc", b"\xff"):
        with pytest.raises(ValueError):
            _unsnappy(bad, Path("x"))
