"""The vault itself: uploads in pieces that can be resumed, reads in ranges, quotas, scrubbing and sweeping."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.crypto import Suite
from zhulian.home import VaultConfig
from zhulian.offchain.vault.catalogue import Catalogue, Entry
from zhulian.offchain.vault.errors import (
    DigestDiffers,
    NotHere,
    OffsetDiffers,
    OverQuota,
    TooLargeForVault,
    UploadOfAnother,
)
from zhulian.offchain.vault.seam import PIECE_BYTES, Backend, checked_digest
from zhulian.offchain.vault.sweeping import Judge, Swept, gone

__all__ = ["Progress", "Scrubbed", "Vault"]

_UPLOAD_S = 24 * 3600
"""How long an upload that does not go on is kept."""
_NOWHERE = "-"


@dataclass(frozen=True)
class Progress:
    """How far an upload is: the next byte that is due, and whether the object is there."""

    offset: int
    complete: bool


@dataclass(frozen=True)
class Scrubbed:
    """What a scrub found: objects and bytes read again, those whose digest differs, those that are not there."""

    objects: int
    bytes: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]


class Vault:
    """Objects by digest over one store. Methods block; they may be called from several threads."""

    def __init__(
        self, suite: Suite, store: Backend, catalogue: Catalogue, staging: Path, config: VaultConfig, clock: Callable[[], float]
    ) -> None:
        self._suite = suite
        self._store = store
        self._catalogue = catalogue
        self._staging = staging
        self._config = config
        self._clock = clock
        self._hashing: dict[str, tuple[int, Any]] = {}
        self._busy = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        staging.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def config(self) -> VaultConfig:
        """The vault's settings."""
        return self._config

    def accept(self, party: str, digest: str, offset: int, size: int, piece: bytes, about: str = "") -> Progress:
        """Take a piece of an upload of `size` bytes that begins at `offset`; with the last one the object is there.

        `about` is the content that the object is for, by which a vault finds it quickly when that is erased.

        Raises:
            NotADigest, TooLargeForVault, OverQuota, UploadOfAnother, OffsetDiffers, DigestDiffers, StoreFails.
        """
        checked_digest(digest)
        with self._lock_of(digest):
            entry = self._catalogue.find(digest)
            if entry is not None and entry.fault == "":
                return Progress(entry.size, complete=True)
            path = self._staging / digest
            there = path.stat().st_size if path.exists() else 0
            if offset not in (0, there) or offset + len(piece) > max(size, 1):
                raise OffsetDiffers(expected=there, given=offset)
            self._begin(party, digest, size, about)
            there = path.stat().st_size if path.exists() else 0
            if offset != there:
                raise OffsetDiffers(expected=there, given=offset)
            hashing = self._hash_of(digest, path, there)
            with path.open("ab") as file:
                file.write(piece)
            hashing.update(piece)
            self._hashing[digest] = (there + len(piece), hashing)
            if there + len(piece) < size:
                return Progress(there + len(piece), complete=False)
            return self._finish(party, digest, size, about, path, hashing.hexdigest())

    def progress(self, digest: str) -> Progress:
        """How far an upload is; 0 where there is none.

        Raises:
            NotADigest.
        """
        checked_digest(digest)
        entry = self._catalogue.find(digest)
        if entry is not None and entry.fault == "":
            return Progress(entry.size, complete=True)
        path = self._staging / digest
        return Progress(path.stat().st_size if path.exists() else 0, complete=False)

    def brought_by(self, digest: str) -> str | None:
        """The party that brought an object; None where there is none."""
        entry = self._catalogue.find(checked_digest(digest))
        return None if entry is None else entry.party

    def size(self, digest: str) -> int:
        """The object's size in bytes.

        Raises:
            NotHere, NotADigest, StoreFails.
        """
        found = self._store.find_size(checked_digest(digest))
        if found is None:
            if self._catalogue.find(digest) is not None:
                self._catalogue.check(digest, int(self._clock()), "missing")
            raise NotHere(digest=digest, elsewhere=self._elsewhere())
        return found

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The object's bytes from `start`, all that follow or at most `length` of them, in pieces.

        Raises:
            NotHere, NotADigest, StoreFails.
        """
        size = self.size(digest)
        left = max(0, size - start) if length is None else max(0, min(length, size - start))
        return self._store.read(digest, start, left)

    def delete(self, digest: str) -> int:
        """Remove an object and answer the bytes freed.

        Raises:
            NotADigest, StoreFails.
        """
        checked_digest(digest)
        with self._lock_of(digest):
            entry = self._catalogue.find(digest)
            self._store.delete(digest)
            self._catalogue.delete(digest)
            return 0 if entry is None else entry.size

    def brought_for(self, content: str) -> list[str]:
        """The objects that were brought for a content."""
        return [each.digest for each in self._catalogue.about(content)]

    @property
    def followed(self) -> int | None:
        """The height up to which erasures on the chain were carried out here; None before the first."""
        return self._catalogue.mark("erasures")

    @followed.setter
    def followed(self, height: int) -> None:
        self._catalogue.set_mark("erasures", height)

    def held(self, party: str | None = None) -> tuple[int, int]:
        """Objects and bytes of a party, or of all."""
        return self._catalogue.held(party)

    def scrub(self, told: Callable[[int], None] | None = None) -> Scrubbed:
        """Read every object again and hold it against its name; `told` hears of bytes read. Damaged ones are served no more.

        Raises:
            StoreFails: the store does not answer at all.
        """
        objects = size = 0
        damaged: list[str] = []
        missing: list[str] = []
        for entry in self._entries():
            objects += 1
            found = self._store.find_size(entry.digest)
            fault = "" if found is not None else "missing"
            if found is not None:
                hashing = self._suite.new_hash()
                for piece in self._store.read(entry.digest, 0, found):
                    hashing.update(piece)
                    size += len(piece)
                    if told is not None:
                        told(len(piece))
                fault = "" if hashing.hexdigest() == entry.digest else "damaged"
            if fault == "damaged":
                self._store.delete(entry.digest)  # what is served is what was asked for, or nothing
            {"damaged": damaged, "missing": missing}.get(fault, []).append(entry.digest)
            self._catalogue.check(entry.digest, int(self._clock()), fault)
        return Scrubbed(objects, size, tuple(damaged), tuple(missing))

    def sweep(self, judge: Judge, content: str | None = None) -> Swept:
        """Remove what no live record on the chain names (see `sweeping`), of all objects or those for one content.

        Raises:
            Refusal: whatever `judge` raises; what was removed before stays removed.
        """
        now = int(self._clock())
        looked, freed = 0, 0
        removed: list[str] = []
        for entry in list(self._catalogue.about(content)) if content is not None else self._entries():
            looked += 1
            for each in gone((entry,), judge, now, self._config.grace_s):
                freed += self.delete(each.digest)
                removed.append(each.digest)
        if content is None:
            for upload in self._catalogue.uploads():
                if now - upload.stored > _UPLOAD_S:
                    self._drop(upload.digest)
        return Swept(looked, tuple(removed), freed)

    def rebuild(self) -> int:
        """Take objects of the store into the catalogue that it does not know, as after its loss; answers how many."""
        count = 0
        for digest in self._store.names():
            if self._catalogue.find(digest) is None:
                size = self._store.find_size(digest) or 0
                self._catalogue.finish(Entry(digest, size, _NOWHERE, "", int(self._clock())))
                count += 1
        return count

    def close(self) -> None:
        """Close the catalogue."""
        self._catalogue.close()

    def _begin(self, party: str, digest: str, size: int, about: str) -> None:
        known = self._catalogue.find_upload(digest)
        if known is not None and int(self._clock()) - known.stored > _UPLOAD_S:
            self._drop(digest)
            known = None
        if known is not None:
            if known.party != party or known.size != size:
                raise UploadOfAnother(digest=digest)
            return
        if not 0 < size <= self._config.object_bytes_max:
            raise TooLargeForVault(size=size, most=self._config.object_bytes_max)
        with self._busy:
            for whose, named, most in (
                (party, party, self._config.party_bytes_max),
                (None, self._config.operator, self._config.bytes_max),
            ):
                held = self._catalogue.held(whose)[1]
                if held + size > most:
                    raise OverQuota(party=named, wanted=held + size, most=most)
            self._catalogue.begin(Entry(digest, size, party, about[:64], int(self._clock())))

    def _finish(self, party: str, digest: str, size: int, about: str, path: Path, found: str) -> Progress:
        self._hashing.pop(digest, None)
        if found != digest:
            self._drop(digest)
            raise DigestDiffers(digest=digest, found=found)
        self._store.put(digest, path)
        self._catalogue.finish(Entry(digest, size, party, about[:64], int(self._clock()), int(self._clock())))
        return Progress(size, complete=True)

    def _drop(self, digest: str) -> None:
        self._hashing.pop(digest, None)
        (self._staging / digest).unlink(missing_ok=True)
        self._catalogue.drop_upload(digest)

    def _hash_of(self, digest: str, path: Path, there: int) -> Any:
        """The hash of what is there of an upload, from memory or, after a restart, from the file."""
        kept = self._hashing.get(digest)
        if kept is not None and kept[0] == there:
            return kept[1]
        hashing = self._suite.new_hash()
        if there:
            with path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    hashing.update(piece)
        return hashing

    def _entries(self) -> Iterator[Entry]:
        last = ""
        while page := self._catalogue.after(last):
            yield from page
            last = page[-1].digest

    def _lock_of(self, digest: str) -> threading.Lock:
        with self._busy:
            if len(self._locks) > 10_000:
                self._locks = {name: lock for name, lock in self._locks.items() if lock.locked()}
            return self._locks.setdefault(digest, threading.Lock())

    def _elsewhere(self) -> str:
        return ", ".join(self._config.elsewhere) or "—"
