"""A chunk of a snapshot is what its manifest names, and of the one form, or it is dropped."""

from types import SimpleNamespace

import msgspec
import pytest

from zhulian.crypto import GM, Hasher
from zhulian.ledger.snapshots import SnapshotFault, chunk_digest, decode_chunk

HASHER = Hasher(GM)


@pytest.mark.parametrize(
    ("entries", "named", "why"),
    [
        ([(b"sk", b"v")], False, "another digest"),
        ([(b"xk", b"v")], True, "another form"),
        ([(b"i" + bytes(15), b"v")], True, "another form"),
        (b"\xc1", True, "another form"),
    ],
)
def test_chunk__of_another_digest_or_form_is_refused(entries: object, named: bool, why: str) -> None:
    chunk = entries if isinstance(entries, bytes) else msgspec.msgpack.encode(entries)
    manifest = SimpleNamespace(chunks=[chunk_digest(HASHER, chunk).hex() if named else "00" * 32])
    with pytest.raises(SnapshotFault, match=why):
        decode_chunk(HASHER, manifest, 0, chunk)  # type: ignore[arg-type]


def test_chunk__of_the_one_form_is_read() -> None:
    chunk = msgspec.msgpack.encode([(b"sk", b"v"), (b"i" + bytes(16), b"")])
    manifest = SimpleNamespace(chunks=[chunk_digest(HASHER, chunk).hex()])
    assert decode_chunk(HASHER, manifest, 0, chunk) == [(b"sk", b"v"), (b"i" + bytes(16), b"")]  # type: ignore[arg-type]
