"""Snapshots: the state at one height in chunks, and a manifest that says what they are and proves the height (docs/formats.md §23).

Whoever takes a snapshot believes nobody: the manifest's header must be sealed by a quorum that sealed changes lead to from
genesis, each chunk must have its digest, and what comes out must have the header's state root.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from zhulian.canonical import Codec
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words
from zhulian.ledger.agreements import NO_RECOVERIES, Agreement
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.proofs import SealerChange
from zhulian.ledger.sealing import follow_sealers, verify_seals
from zhulian.ledger.store import Store
from zhulian.ledger.types import Digest, Header, Seal, Sealer, Wire

__all__ = [
    "CHUNK_BYTES",
    "FORMAT",
    "MANIFEST_BYTES_MAX",
    "Manifest",
    "SnapshotFault",
    "chunk_digest",
    "decode_chunk",
    "encode_manifest",
    "manifest_of",
    "read_manifest",
    "slices",
    "snapshot_digest",
]

FORMAT = 1
CHUNK_BYTES = 1024 * 1024
"""How much content a chunk has, up to one entry more."""
MANIFEST_BYTES_MAX = 3_900_000
"""What the engine carries in one message."""
_CHUNK_BYTES_MAX = 15_000_000
_NAME = "zhulian/snapshot/1"
_ENTRIES = msgspec.msgpack.Decoder(list[tuple[bytes, bytes]])
_encode = msgspec.msgpack.Encoder().encode


class SnapshotFault(
    Refusal,
    code="ledger/16",
    zh="所收快照不可信：{why.zh}。已弃用该快照及其提供者，将改用其他成员的快照。",
    en="The snapshot cannot be trusted: {why.en}. It is dropped with whoever offers it; another member's will be tried.",
):
    why: Words


class Manifest(Wire, frozen=True):
    """What a snapshot is. `chunks` are digests, `engine_height` is that of the engine's block that made the header."""

    chain: str
    chunks: Annotated[list[Digest], Meta(min_length=1)]
    engine_height: Annotated[int, Meta(ge=1)]
    format: str
    header: Header
    seals: list[Seal]
    sealer_changes: list[SealerChange] = msgspec.field(default_factory=list)


_MANIFEST: Codec[Manifest] = Codec(Manifest)


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest's canonical bytes."""
    return _MANIFEST.encode(manifest)


def snapshot_digest(hasher: Hasher, manifest: bytes) -> bytes:
    """The digest that names a snapshot."""
    return hasher.digest("snapshot", manifest)


def chunk_digest(hasher: Hasher, chunk: bytes) -> bytes:
    """The digest of a chunk as the manifest has it."""
    return hasher.digest("snapshot-chunk", chunk)


def slices(store: Store) -> Iterator[bytes]:
    """The content of the newest state in `store` as chunks: state keys with their values, then the ids that still count."""
    entries: list[tuple[bytes, bytes]] = []
    size = 0
    for entry in _content(store):
        entries.append(entry)
        size += len(entry[0]) + len(entry[1]) + 8
        if size >= CHUNK_BYTES:
            yield _encode(entries)
            entries, size = [], 0
    if entries:
        yield _encode(entries)


def _content(store: Store) -> Iterator[tuple[bytes, bytes]]:
    for key, value in store.scan(b"s", b"t"):
        yield key, value[8:]
    lapsed = {key[9:] for key, _ in store.scan(b"j", b"k")}
    for key, value in store.scan(b"i", b"j"):
        if key[1:9] not in lapsed:
            yield key, value


def decode_chunk(hasher: Hasher, manifest: Manifest, index: int, chunk: bytes) -> list[tuple[bytes, bytes]]:
    """The entries of a chunk: `s` and a state key with its value, or `i` and minute and height with ids.

    Raises:
        SnapshotFault: if it is not the chunk that the manifest names, or has another form.
    """
    if len(chunk) > _CHUNK_BYTES_MAX or chunk_digest(hasher, chunk).hex() != manifest.chunks[index]:
        why = Words(f"第 {index} 块与清单所列摘要不符", f"chunk {index} has another digest than the manifest says")
        raise SnapshotFault(why=why)
    try:
        found = _ENTRIES.decode(chunk)
    except msgspec.DecodeError:
        found = [(b"", b"")]
    if any(not (key[:1] == b"s" or (key[:1] == b"i" and len(key) == 17)) for key, _ in found):
        raise SnapshotFault(why=Words(f"第 {index} 块格式有误", f"chunk {index} has another form"))
    return found


def manifest_of(
    chain: str,
    store: ChainStore,
    height: int,
    engine_height: int,
    chunks: Sequence[bytes],
    recoveries: Mapping[int, Agreement] = NO_RECOVERIES,
) -> Manifest | None:
    """The manifest of a snapshot at `height`; None while its header, or one that changes sealers, is not sealed yet.

    What `recoveries` (by the height of the block that records each) rest on is no seal.
    """
    header, seals = store.header(height), store.seals(height)
    changes = []
    for at, sealers in store.sealer_changes(height):
        changed, sealed = store.header(at), store.seals(at)
        if changed is None or not (sealed or at + 1 in recoveries):
            return None
        changes.append(SealerChange(header=changed, sealers=sealers, seals=sealed))
    if header is None or not seals:
        return None
    return Manifest(
        chain=chain,
        chunks=[each.hex() for each in chunks],
        engine_height=engine_height,
        format=_NAME,
        header=header,
        seals=seals,
        sealer_changes=changes,
    )


def read_manifest(
    hasher: Hasher, chain: str, founders: Sequence[Sealer], data: bytes, agreements: Sequence[Agreement] = ()
) -> Manifest:
    """A manifest whose header is sealed by the quorum that sealed changes lead to from `founders`, the sealers of genesis.

    `agreements` are those that this node holds.

    Raises:
        SnapshotFault, or a Refusal that names what is wrong with form or proof.
    """
    found = _MANIFEST.decode(data, MANIFEST_BYTES_MAX)
    if found.format != _NAME or found.chain != chain or found.header.chain != chain:
        raise SnapshotFault(why=Words("它属于另一条链或另一格式", "it is of another chain or format"))
    height = found.header.height
    sealers = follow_sealers(hasher, chain, founders, 0, found.sealer_changes, height, agreements)
    verify_seals(hasher, found.header, found.seals, sealers)
    return found
