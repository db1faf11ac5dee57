"""Sealed content: what goes in comes out, in whole and in parts, and no cut, swap or move goes unnoticed."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.crypto import GM, INTL, ChunkFails, SealedCut, SealedMalformed, Suite
from zhulian.crypto.stream import CHUNK_BYTES, HEADER_BYTES, Layout, Opener, new_key, seal_stream

SUITES = pytest.mark.parametrize("suite", [GM, INTL], ids=repr)
SEALED_CHUNK = CHUNK_BYTES + 16


def chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))


def sealed(suite: Suite, key: bytes, content: bytes, head: bytes = b"head") -> bytes:
    return b"".join(seal_stream(suite, key, head, chunks(content)))


def opened(key: bytes, data: bytes) -> bytes:
    layout = Layout.parse(data[:HEADER_BYTES])
    Opener(key, layout).head(data[HEADER_BYTES:])
    source = io.BytesIO(data)
    source.seek(layout.content_at)
    return b"".join(Opener(key, layout).whole(source))


@SUITES
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_stream__opens_what_it_sealed_at_every_edge(suite: Suite, size: int) -> None:
    content, key = bytes(range(256)) * (size // 256) + bytes(size % 256), new_key(suite)
    data = sealed(suite, key, content)
    layout = Layout.parse(data)
    assert len(data) == layout.sealed_bytes(size)
    assert Opener(key, layout).head(data[HEADER_BYTES:]) == b"head"
    assert opened(key, data) == content


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200), head=st.binary(min_size=1, max_size=50), flip=st.integers(0, 2**31))
def test_stream__no_changed_bit_goes_unnoticed(content: bytes, head: bytes, flip: int) -> None:
    key = bytes(range(16))
    data = bytearray(sealed(GM, key, content, head))
    data[flip % len(data)] ^= 1 << (flip % 8)
    with pytest.raises((ChunkFails, SealedMalformed, SealedCut)):
        opened(key, bytes(data))


@SUITES
def test_stream__reads_one_chunk_by_itself(suite: Suite) -> None:
    content, key = b"a" * CHUNK_BYTES + b"b" * CHUNK_BYTES + b"c", new_key(suite)
    data = sealed(suite, key, content)
    layout = Layout.parse(data)
    first, last = layout.chunk_range(2)
    assert Opener(key, layout).chunk(2, data[first:last], last=False) == b"b" * CHUNK_BYTES
    with pytest.raises(ChunkFails):
        Opener(key, layout).chunk(2, data[first:last], last=True)
    with pytest.raises(ChunkFails):
        Opener(key, layout).chunk(1, data[first:last], last=False)


def test_stream__tells_a_cut_from_a_change() -> None:
    key = new_key(GM)
    data = sealed(GM, key, bytes(CHUNK_BYTES) + b"tail")
    at = Layout.parse(data).content_at
    with pytest.raises(SealedCut) as cut:
        opened(key, data[: at + SEALED_CHUNK])
    assert cut.value.chunk == 2
    with pytest.raises(SealedCut):
        opened(key, data[: at + 3])
    with pytest.raises(ChunkFails):
        opened(key, data[:-1])
    with pytest.raises(SealedCut):
        Layout.parse(data[:10])


def test_stream__does_not_open_with_another_key_or_after_swaps() -> None:
    key = new_key(GM)
    data = sealed(GM, key, b"x" * CHUNK_BYTES + b"y" * CHUNK_BYTES + b"z")
    at = Layout.parse(data).content_at
    one, two = data[at : at + SEALED_CHUNK], data[at + SEALED_CHUNK : at + 2 * SEALED_CHUNK]
    with pytest.raises(ChunkFails):
        opened(key, data[:at] + two + one + data[at + 2 * SEALED_CHUNK :])
    with pytest.raises(ChunkFails):
        opened(new_key(GM), data)
    other = sealed(GM, key, b"x" * CHUNK_BYTES + b"y" * CHUNK_BYTES + b"z")  # the same key again: another header
    with pytest.raises(ChunkFails):
        opened(key, data[:at] + other[at:])


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04" + bytes(40), b"zlsealed\x02\x01\x14" + bytes(13), b"zlsealed\x01\x09\x14" + bytes(13)]
)
def test_layout__refuses_what_is_no_sealed_content(data: bytes) -> None:
    with pytest.raises((SealedMalformed, SealedCut)):
        Layout.parse(data)
