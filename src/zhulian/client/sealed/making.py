"""Sealing: a file or a value becomes sealed bytes on disk, a key, and envelopes for those who may read."""

import mimetypes
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from zhulian import canonical
from zhulian.client.errors import FileGone
from zhulian.crypto import Hasher, Suite
from zhulian.crypto.key_shares import share_check, split
from zhulian.crypto.stream import CHUNK_BYTES, new_key, seal_stream
from zhulian.crypto.wrapping import Envelope, wrap
from zhulian.errors import Words

__all__ = ["Head", "Holder", "Sealed", "Share", "envelope_for", "read_head", "seal_bytes", "seal_file", "shares_for"]

_NAME_BYTES_MAX = 200
_MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_OCTETS = "application/octet-stream"
HEAD = "zhulian/head-of-content/1"


@dataclass(frozen=True)
class Holder:
    """Somebody to whom something can be sealed: the name, the raw public key, and its fingerprint."""

    name: str
    public_key: bytes
    key: str


@dataclass(frozen=True)
class Head:
    """What is sealed beside the content: its digest and salt, by which the chain's commitment is recomputed, its name and kind.

    `place` is (instance, record, field) where it is a field of a scenario, empty where it was deposited as evidence.
    """

    digest: str
    salt: str
    size: int
    name: str = ""
    media: str = _OCTETS
    place: tuple[str, str, str] | None = None

    def encode(self) -> bytes:
        """The head as it is sealed."""
        found: dict[str, Any] = {
            "digest": self.digest,
            "format": HEAD,
            "media": self.media,
            "name": self.name,
            "salt": self.salt,
            "size": self.size,
        }
        return canonical.encode(found if self.place is None else {**found, "place": list(self.place)})


@dataclass(frozen=True)
class Sealed:
    """A sealed content: where its bytes lie, their digest and size, and the key that opens them."""

    path: Path
    blob: str
    size: int
    key: bytes


@dataclass(frozen=True)
class Share:
    """A keeper's share: its envelope, and the check that goes onto the chain."""

    keeper: Holder
    envelope: bytes
    check: str


def seal_file(suite: Suite, source: Path, head: Head, out: Path, progress: Callable[[int], None] | None = None) -> Sealed:
    """Seal a file into `out` with a fresh key, in bounded memory; the digest is taken beside the sealing, in a second thread.

    Raises:
        FileGone: the file cannot be read, or changed while it was read.
    """
    try:
        with source.open("rb") as file:
            sealed = _seal(suite, head, _chunks(file, progress), out)
            if file.tell() != head.size:
                raise FileGone(path=os.fspath(source), why=Words("读取期间文件发生变化", "it changed while it was read"))
    except OSError as fault:
        raise FileGone(path=os.fspath(source), why=Words.quote(fault.strerror or fault)) from None
    return sealed


def seal_bytes(suite: Suite, content: bytes, head: Head, out: Path) -> Sealed:
    """Seal a content that is in memory into `out`, with a fresh key."""
    pieces = (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))
    return _seal(suite, head, pieces, out)


def _seal(suite: Suite, head: Head, chunks: Iterator[bytes], out: Path) -> Sealed:
    key = new_key(suite)
    hashing = suite.new_hash()
    size = 0
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ThreadPoolExecutor(1) as beside, out.open("wb") as file:
        waiting: Future[Any] | None = None
        for piece in seal_stream(suite, key, head.encode(), chunks):
            if waiting is not None:
                waiting.result()
            waiting = beside.submit(hashing.update, piece)
            file.write(piece)
            size += len(piece)
        if waiting is not None:
            waiting.result()
    return Sealed(out, hashing.hexdigest(), size, key)


def envelope_for(hasher: Hasher, blob: str, reader: Holder, key: bytes) -> bytes:
    """The envelope with the key of `blob` for a reader."""
    return wrap(hasher, reader.public_key, Envelope("key", blob, reader.name, reader.key), key)


def shares_for(hasher: Hasher, blob: str, keepers: Sequence[Holder], threshold: int, key: bytes) -> list[Share]:
    """The key's shares, each in the envelope of its keeper."""
    parts = split(hasher.suite, key, threshold, len(keepers))
    made = []
    for index, keeper in enumerate(keepers, 1):
        envelope = wrap(hasher, keeper.public_key, Envelope("share", blob, keeper.name, keeper.key, index), parts[index])
        check = share_check(hasher, bytes.fromhex(blob), index, parts[index]).hex()
        made.append(Share(keeper, envelope, check))
    return made


def media_of(name: str) -> str:
    """The media type that a file's name suggests."""
    return mimetypes.guess_type(name)[0] or _OCTETS


def read_head(data: bytes) -> Head | None:
    """The head of an opened content, with name and media type made harmless; None where it is none."""
    found = canonical.read(data, len(data) or 1)
    if not isinstance(found, dict) or found.get("format") != HEAD:
        return None
    try:
        place = found.get("place")
        return Head(
            digest=bytes.fromhex(found["digest"]).hex(),
            salt=bytes.fromhex(found["salt"]).hex(),
            size=int(found["size"]),
            name=harmless_name(str(found["name"])),
            media=str(found["media"]) if _MEDIA.fullmatch(str(found["media"])) else _OCTETS,
            place=None if place is None else (str(place[0]), str(place[1]), str(place[2])),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def harmless_name(given: str) -> str:
    """A file name that names a file in the folder at hand and nothing else, whoever chose it."""
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(each for each in last if each.isprintable() and each not in '<>:"|?*').strip(" .")
    while len(kept.encode()) > _NAME_BYTES_MAX:
        kept = kept[:-1]
    return kept or "content"


def _chunks(file: BinaryIO, progress: Callable[[int], None] | None) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
        if progress is not None:
            progress(len(chunk))
