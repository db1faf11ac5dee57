"""How a chain lies in an ordered byte map. Every block becomes one atomic batch.

b  u64 height                     the block: header, results, bodies (those of refused or taken-down ones are empty)
k  u64 height                     a header alone, of blocks that a snapshot stands for
e  u64 height                     its seals
l  u64 height                     the sealer set that the block's header commits, where it is another than before
x  transaction id                 u64 height, u32 index
i  u64 minute, u64 height         transaction ids that expire within the minute, 32 bytes each
j  u64 height, u64 minute         that the minute's ids lapsed at `height`; both go when no step back reaches there any more
c  u64 height                     the state keys that the block changed; of the newest heights, for stepping back
s  state key                      u64 height at which it was set, value
h  state key, 0x00, u64 height    what was there until `height`: u64 height at which it was set, value
v  u64 height, state key          says that an `h` entry can go once `height` leaves the window
y  state key, 0x00, u64 height    that the value of a traced key changed at `height`; kept for good
t, u                              the state tree's pages and those that have become stale
m                                 single values
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from zhulian.errors import check
from zhulian.ledger.store import Store
from zhulian.ledger.types import Header, Seal, Sealer

__all__ = ["STEP_BACK_HEIGHTS", "STORE_FORMAT", "Batch", "BlockRecord", "ChainStore", "Head"]

STORE_FORMAT = 2
"""Which form this is, in `mformat`; stores without that have the first. `node.migrations` leads from one to the next."""
STEP_BACK_HEIGHTS = 100
"""From how many blocks a chain can step back."""

_u64 = struct.Struct(">Q").pack
_read_u64 = struct.Struct(">Q").unpack_from
_PLACE = struct.Struct(">QI")
_BASE = struct.Struct(">QQ")
_CACHE_BYTES_MAX = 128 * 1024 * 1024
_CACHE_ENTRY_BYTES = 300
"""What an entry of the cache takes beside its key and value, about."""


class BlockRecord(msgspec.Struct, array_like=True, frozen=True):
    """A block as it is kept: canonical header and results, envelopes of the applied transactions, the engine's height.

    `results` and `envelopes` have one item for each transaction; `ran` is what ran by itself.
    """

    header: bytes
    results: list[bytes]
    envelopes: list[bytes]
    engine_height: int
    ran: list[bytes] = []


class Head(msgspec.Struct, frozen=True):
    """Where the chain stands: ledger height, engine height, header digest, block time."""

    height: int
    engine_height: int
    digest: bytes
    time_ms: int


class Batch:
    """Puts and deletes that will be written together."""

    def __init__(self) -> None:
        self.puts: list[tuple[bytes, bytes]] = []
        self.deletes: list[bytes] = []


class ChainStore:
    """Reads and writes a chain's parts; also the state that the next block starts from (`StateView`)."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._encode = msgspec.msgpack.Encoder().encode
        self._head = msgspec.msgpack.Decoder(Head).decode
        self._record = msgspec.msgpack.Decoder(BlockRecord).decode
        self._keys = msgspec.msgpack.Decoder(list[bytes]).decode
        self._seals = msgspec.json.Decoder(list[Seal]).decode
        self._sealers = msgspec.json.Decoder(list[Sealer]).decode
        self._cache: dict[bytes, bytes | None] = {}
        self._since: dict[bytes, bytes] = {}
        self._cached_bytes = 0

    def get(self, key: bytes) -> bytes | None:
        """The newest value at a state key, or None."""
        if key in self._cache:
            return self._cache[key]
        found = self.store.get(b"s" + key)
        if found is None:
            self._remember(key, None, b"")
            return None
        value = found[8:]
        self._remember(key, value, found[:8])
        return value

    def get_at(self, key: bytes, height: int) -> bytes | None:
        """The value that a state key had after block `height`, which the caller knows to be kept."""
        newest = self.store.get(b"s" + key)
        if newest is not None and _read_u64(newest)[0] <= height:
            return newest[8:]
        start = b"h" + key + b"\x00"
        for _, old in self.store.scan(start + _u64(height + 1), start + b"\xff" * 9):
            return old[8:] if _read_u64(old)[0] <= height else None
        return None

    def keys(self, prefix: bytes, after: bytes, limit: int) -> list[tuple[bytes, bytes]]:
        """Newest state entries whose key starts with `prefix` and lies after `after`, at most `limit`."""
        found = []
        start = b"s" + (after + b"\x00" if after else prefix)
        for key, value in self.store.scan(start, b"s" + prefix + b"\xff"):
            found.append((key[1:], value[8:]))
            if len(found) == limit:
                break
        return found

    def head(self) -> Head | None:
        """Where the chain stands, or None before its state was founded."""
        found = self.store.get(b"mhead")
        return None if found is None else self._head(found)

    def put_head(self, batch: Batch, head: Head) -> None:
        """Move the head."""
        batch.puts.append((b"mhead", self._encode(head)))

    def put_block(self, batch: Batch, height: int, record: BlockRecord, transactions: Sequence[str]) -> None:
        """Add a block and where its transactions are found."""
        batch.puts.append((b"b" + _u64(height), self._encode(record)))
        batch.puts += [(b"x" + bytes.fromhex(each), _PLACE.pack(height, index)) for index, each in enumerate(transactions)]

    def block(self, height: int) -> BlockRecord | None:
        """The block at `height`."""
        found = self.store.get(b"b" + _u64(height))
        return None if found is None else self._record(found)

    def take_down(self, batch: Batch, transactions: Iterable[str]) -> None:
        """Drop the bodies of transactions of earlier blocks; headers, results and proofs stand."""
        by_height: dict[int, list[int]] = {}
        for each in transactions:
            place = self.place(each)
            if place is not None:
                by_height.setdefault(place[0], []).append(place[1])
        for height, indexes in by_height.items():
            record = self.block(height)
            check(record is not None, "an indexed block is there")
            if record is not None:
                envelopes = [b"" if index in indexes else each for index, each in enumerate(record.envelopes)]
                batch.puts.append((b"b" + _u64(height), self._encode(msgspec.structs.replace(record, envelopes=envelopes))))

    def place(self, transaction: str) -> tuple[int, int] | None:
        """Height and index of a transaction."""
        found = self.store.get(b"x" + bytes.fromhex(transaction))
        if found is None:
            return None
        height, index = _PLACE.unpack(found)
        return height, index

    def put_seals(self, batch: Batch, height: int, seals: Sequence[Seal]) -> None:
        """Keep the seals of a header."""
        batch.puts.append((b"e" + _u64(height), msgspec.json.encode(list(seals), order="sorted")))

    def seals(self, height: int) -> list[Seal]:
        """The seals of a header; empty while it has none."""
        found = self.store.get(b"e" + _u64(height))
        return [] if found is None else self._seals(found)

    def put_sealers(self, batch: Batch, height: int, sealers: Sequence[Sealer]) -> None:
        """Keep the set that the header at `height` commits; height 0 is genesis."""
        batch.puts.append((b"l" + _u64(height), msgspec.json.encode(list(sealers), order="sorted")))

    def sealer_changes(self, below: int) -> Iterator[tuple[int, list[Sealer]]]:
        """The heights below `below`, from 1, whose header commits a new set, with the set."""
        for key, value in self.store.scan(b"l" + _u64(1), b"l" + _u64(below)):
            yield _read_u64(key, 1)[0], self._sealers(value)

    def put_ids(self, batch: Batch, height: int, fresh: Mapping[int, Iterable[str]], lapsed: Sequence[int]) -> None:
        """Add the ids of a block, and say which minutes have lapsed with it."""
        for minute, ids in fresh.items():
            batch.puts.append((b"i" + _u64(minute) + _u64(height), b"".join(map(bytes.fromhex, ids))))
        batch.puts += [(b"j" + _u64(height) + _u64(minute), b"") for minute in lapsed]

    def ids(self) -> dict[int, list[str]]:
        """All remembered ids by minute, in the order of the blocks."""
        lapsed = {_read_u64(key, 9)[0] for key, _ in self.store.scan(b"j", b"k")}
        found: dict[int, list[str]] = {}
        for key, value in self.store.scan(b"i", b"j"):
            minute = _read_u64(key, 1)[0]
            if minute not in lapsed:
                ids = [value[at : at + 32].hex() for at in range(0, len(value), 32)]
                found.setdefault(minute, []).extend(ids)
        return found

    def put_state(self, batch: Batch, height: int, changes: Mapping[bytes, bytes | None]) -> None:
        """Move the state to `height`, keeping what was there before as history."""
        keys = list(changes)
        stamp = _u64(height)
        for key, old in zip(keys, self._stored(keys), strict=True):
            if old is not None:
                batch.puts.append((b"h" + key + b"\x00" + stamp, old))
                batch.puts.append((b"v" + stamp + key, b""))
            value = changes[key]
            if value is None:
                batch.deletes.append(b"s" + key)
            else:
                batch.puts.append((b"s" + key, stamp + value))
        if height:
            batch.puts.append((b"c" + stamp, self._encode(keys)))

    def changed(self, height: int) -> list[bytes] | None:
        """The state keys that block `height` changed; None where that is not known any more."""
        found = self.store.get(b"c" + _u64(height))
        return None if found is None else self._keys(found)

    def put_traces(self, batch: Batch, height: int, keys: Iterable[bytes]) -> None:
        """Remember for good that the values of these state keys changed at `height`."""
        stamp = _u64(height)
        batch.puts += [(b"y" + key + b"\x00" + stamp, b"") for key in keys]

    def heights(self, key: bytes, after: int, limit: int) -> list[int]:
        """The heights above `after` at which the value of a traced state key changed, at most `limit`, ascending."""
        start = b"y" + key + b"\x00"
        found = []
        for each, _ in self.store.scan(start + _u64(after + 1), start + b"\xff" * 9):
            found.append(_read_u64(each, len(start))[0])
            if len(found) == limit:
                break
        return found

    def state_committed(self, height: int, changes: Mapping[bytes, bytes | None]) -> None:
        """Tell the cache what the written batch of block `height` has changed."""
        stamp = _u64(height)
        for key, value in changes.items():
            self._remember(key, value, stamp)

    def _stored(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """What stands in the store under state keys, heights included; the store is asked for what the cache lacks only."""
        cache, since = self._cache, self._since
        lacking = [key for key in keys if key not in cache]
        found = dict(zip(lacking, self.store.get_many([b"s" + key for key in lacking]), strict=True))
        for key in keys:
            if key not in found:
                value = cache[key]
                found[key] = None if value is None else since[key] + value
        return [found[key] for key in keys]

    def _remember(self, key: bytes, value: bytes | None, since: bytes) -> None:
        """Keep what a state key has, and the height (8 bytes) that set it."""
        if self._cached_bytes > _CACHE_BYTES_MAX:
            self.forget()
        self._cache[key] = value
        self._since[key] = since
        self._cached_bytes += _CACHE_ENTRY_BYTES + len(key) + len(value or b"")

    def prune_history(self, batch: Batch, through: int, limit: int) -> None:
        """Drop history that only heights up to `through` need, at most `limit` entries."""
        for key, _ in self.store.scan(b"v", b"v" + _u64(through + 1)):
            batch.deletes += [key, b"h" + key[9:] + b"\x00" + key[1:9]]
            limit -= 1
            if limit == 0:
                return

    def prune_steps(self, batch: Batch, through: int) -> None:
        """Drop what only steps back to heights below `through` need."""
        batch.deletes += [key for key, _ in self.store.scan(b"c", b"c" + _u64(through + 1))]
        for mark, _ in self.store.scan(b"j", b"j" + _u64(through + 1)):
            minute = _read_u64(mark, 9)[0]
            batch.deletes += [mark, *(key for key, _ in self.store.scan(b"i" + _u64(minute), b"i" + _u64(minute + 1)))]

    def forget(self) -> None:
        """Forget what the cache holds: the store was changed otherwise."""
        self._cache.clear()
        self._since.clear()
        self._cached_bytes = 0

    def header(self, height: int) -> Header | None:
        """The header at `height`."""
        record = self.block(height)
        found = self.store.get(b"k" + _u64(height)) if record is None else record.header
        return None if found is None else msgspec.json.decode(found, type=Header)

    def put_header(self, batch: Batch, header: Header) -> None:
        """Keep a header whose block is not here."""
        batch.puts.append((b"k" + _u64(header.height), msgspec.json.encode(header, order="sorted")))

    def put_format(self, batch: Batch) -> None:
        """Say that the store is of the newest form."""
        self.put_meta(batch, "format", STORE_FORMAT.to_bytes(2, "big"))

    def ahead(self) -> int:
        """The height that the chain had when it last stepped back or was restored; its blocks up to there come again."""
        return int.from_bytes(self.meta("ahead") or b"", "big")

    def base(self) -> tuple[int, int]:
        """Ledger and engine height of the snapshot from which this chain grew; (0, 0) where it has all blocks."""
        found = self.meta("base")
        return (0, 0) if found is None else _BASE.unpack(found)

    def put_base(self, batch: Batch, height: int, engine_height: int) -> None:
        """Say from which snapshot this chain grows."""
        self.put_meta(batch, "base", _BASE.pack(height, engine_height))

    def meta(self, name: str) -> bytes | None:
        """A single value."""
        return self.store.get(b"m" + name.encode())

    def put_meta(self, batch: Batch, name: str, value: bytes) -> None:
        """Set a single value."""
        batch.puts.append((b"m" + name.encode(), value))
