r"""A pack: the receipts of a whole folder in one file, from which each is made when somebody asks for it.

Layout (integers big-endian and unsigned, `n` files in the order of the list tree, which is that of their names):

    0            magic        16 bytes, "zhulian/pack/1\n\0"
    16           records      n × 72: file digest (32) ‖ salt (32) ‖ end of the name in `names` (u64)
    names        names        all names one after the other: bytes, relative to the folder, parts joined by "/"
    by_digest    order        n × u32: numbers of the records in the order of their digests
    nodes        tree         the list tree's levels from 4 up to the root, lowest first, 32 bytes a node
    receipt      JSON         the receipt of the `evidence.deposit_batch` transaction, without opening
    end          trailer      u64 n ‖ u64 names ‖ u64 by_digest ‖ u64 nodes ‖ u64 receipt ‖ u64 end ‖ magic (16)

Level *k* has ceil(n / 2^k) nodes; the lowest four levels are computed again from at most 16 records. The pack holds the
salts, so keep it as you keep the files: with a digest at hand it shows that the file was recorded.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from zhulian import canonical
from zhulian.client.errors import FileGone, NotAPack, NotInPack, PackDamaged
from zhulian.client.gather import KEPT_LEVEL, Gathered
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words
from zhulian.merkle import ListPath, ListTree

__all__ = ["Pack", "PackWriter"]

_MAGIC = b"zhulian/pack/1\n\0"
_TRAILER = struct.Struct(">QQQQQQ16s")
_RECORD = struct.Struct(">32s32sQ")
_GROUP = 1 << KEPT_LEVEL


class PackWriter:
    """Writes a pack in two steps: everything but the receipt before the root is submitted, the receipt afterwards.

    Until `finish` the file bears another name, so that a pack is always whole.
    """

    def __init__(self, path: Path, gathered: Gathered) -> None:
        """Write down what was gathered, and fsync it.

        Raises:
            FileGone: the file cannot be written.
        """
        self._path = path
        self._draft = path.with_name(f".{path.name}.{gathered.root.hex()[:16]}.part")
        count = len(gathered.names)
        ends, end = [], 0
        for name in gathered.names:
            end += len(name)
            ends.append(end)
        openings = gathered.openings
        digests = [openings[at : at + 32] for at in range(0, 64 * count, 64)]
        names_at = 16 + _RECORD.size * count
        order_at = names_at + end
        nodes_at = order_at + 4 * count
        receipt_at = nodes_at + sum(len(level) for level in gathered.levels)
        self._places = (count, names_at, order_at, nodes_at, receipt_at)
        try:
            with self._draft.open("wb") as file:
                file.write(_MAGIC)
                file.write(b"".join(openings[64 * at : 64 * at + 64] + end.to_bytes(8, "big") for at, end in enumerate(ends)))
                file.write(b"".join(gathered.names))
                file.write(struct.pack(f">{count}I", *sorted(range(count), key=digests.__getitem__)))
                file.writelines(gathered.levels)
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise FileGone(path=str(self._draft), why=Words.quote(fault.strerror or fault)) from None

    def finish(self, receipt: dict[str, Any]) -> None:
        """Add the receipt, fsync, and give the pack its name.

        Raises:
            FileGone: the file cannot be written.
        """
        data = canonical.encode(receipt)
        end = self._places[-1] + len(data)
        try:
            with self._draft.open("r+b") as file:
                file.seek(self._places[-1])
                file.truncate()
                file.write(data)
                file.write(_TRAILER.pack(*self._places, end, _MAGIC))
                file.flush()
                os.fsync(file.fileno())
            self._draft.replace(self._path)
        except OSError as fault:
            raise FileGone(path=str(self._path), why=Words.quote(fault.strerror or fault)) from None


class Pack:
    """A pack open for reading; only what is asked for is read from disk."""

    def __init__(self, path: Path) -> None:
        """Open the pack and check its outline.

        Raises:
            FileGone: it cannot be read. NotAPack: it is something else. PackDamaged: it was cut or overwritten.
        """
        self._path = str(path)
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if file.read(16) != _MAGIC:
                    raise NotAPack(path=self._path)
                if size < 16 + _TRAILER.size:
                    raise PackDamaged(path=self._path, why=Words("内容不完整", "it was cut short"))
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as fault:
            raise FileGone(path=self._path, why=Words.quote(fault.strerror or fault)) from None
        self.count, self._names, self._order, self._nodes, self._receipt, end, magic = _TRAILER.unpack(
            self._map[-_TRAILER.size :]
        )
        places = (16 + _RECORD.size * self.count, self._order - 4 * self.count, self._nodes - 4 * self.count)
        expected = (self._names, self._order - 4 * self.count, self._order)
        nodes = 32 * sum(_widths(self.count))
        if (
            magic != _MAGIC
            or end != size - _TRAILER.size
            or places != expected
            or self._receipt != self._nodes + nodes
            or self._receipt > end
        ):
            self.close()
            raise PackDamaged(path=self._path, why=Words("各部分不相符", "its parts do not fit together"))
        self._end = end

    def close(self) -> None:
        """Close the file."""
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def names(self) -> Iterator[str]:
        """All names, in order."""
        return (os.fsdecode(self._name(index)) for index in range(self.count))

    def by_name(self, name: str) -> int:
        """The number of the file of that name.

        Raises:
            NotInPack: there is none.
        """
        wanted = os.fsencode(name)
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._name(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == self.count or self._name(low) != wanted:
            raise NotInPack(name=name)
        return low

    def by_digest(self, digest: bytes) -> int:
        """The number of the first file with that digest.

        Raises:
            NotInPack: there is none.
        """
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._record(self._numbered(middle))[0] < digest:
                low = middle + 1
            else:
                high = middle
        if low == self.count or self._record(self._numbered(low))[0] != digest:
            raise NotInPack(name=digest.hex())
        return self._numbered(low)

    def receipt(self, hasher: Hasher, index: int) -> dict[str, Any]:
        """The ordinary receipt of file number `index`, its opening with the path; not verified yet.

        Raises:
            PackDamaged: what the pack holds there is no receipt.
        """
        digest, salt, _ = self._record(index)
        try:
            found = canonical.read(self._map[self._receipt : self._end])
        except Refusal as wrong:
            raise PackDamaged(path=self._path, why=wrong.words()) from None
        if not isinstance(found, dict):
            raise PackDamaged(path=self._path, why=Words("其中的回执不是 JSON 对象", "its receipt is no object"))
        path = ListPath(self.count, index, (*self._low_siblings(hasher, index), *self._high_siblings(index)))
        return {**found, "opening": {"digest": digest.hex(), "path": path.to_json(), "salt": salt.hex()}}

    def _low_siblings(self, hasher: Hasher, index: int) -> tuple[bytes, ...]:
        start = index - index % _GROUP
        records = [self._record(at) for at in range(start, min(start + _GROUP, self.count))]
        return (
            ListTree(hasher, [hasher.digest("commitment", salt + digest) for digest, salt, _ in records])
            .path(index - start)
            .siblings
        )

    def _high_siblings(self, index: int) -> Iterator[bytes]:
        place, at = index >> KEPT_LEVEL, self._nodes
        for width in _widths(self.count):
            beside = place ^ 1
            if beside < width:
                yield self._map[at + 32 * beside : at + 32 * beside + 32]
            at += 32 * width
            place >>= 1

    def _record(self, index: int) -> tuple[bytes, bytes, int]:
        digest, salt, end = _RECORD.unpack_from(self._map, 16 + _RECORD.size * index)
        return digest, salt, end

    def _name(self, index: int) -> bytes:
        start = self._record(index - 1)[2] if index else 0
        return self._map[self._names + start : self._names + self._record(index)[2]]

    def _numbered(self, place: int) -> int:
        (found,) = struct.unpack_from(">I", self._map, self._order + 4 * place)
        if found >= self.count:
            raise PackDamaged(path=self._path, why=Words("摘要索引越界", "its order by digest leads outside"))
        return int(found)


def _widths(count: int) -> Iterator[int]:
    """How many nodes each kept level has, from `KEPT_LEVEL` up to the root."""
    width = -(-count // _GROUP)
    while True:
        yield width
        if width <= 1:
            return
        width = -(-width // 2)
