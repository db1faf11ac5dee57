"""Writing a snapshot into an empty store, in slices, so that it counts only when all of it was checked."""

from collections.abc import Iterator

from zhulian.errors import Words, check
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import Batch, ChainStore, Head
from zhulian.ledger.collections import encode_key
from zhulian.ledger.recent import IDS, MinuteOfIds
from zhulian.ledger.snapshots import Manifest, SnapshotFault, decode_chunk
from zhulian.ledger.store import Store
from zhulian.ledger.transition import World
from zhulian.merkle import StateTree, load_tree

__all__ = ["Restoring", "clear"]

_SLICE = 5_000
_MARK = b"mrestoring"


def clear(store: Store) -> None:
    """Empty a store in slices; a mark stands in it meanwhile, so that what is left by a crash is cleared at the next start."""
    store.write([(_MARK, b"")], [b"mhead"])
    keys: list[bytes] = []
    for key, _ in store.scan(b"", b"\xff"):
        if key != _MARK:
            keys.append(key)
        if len(keys) == _SLICE:
            store.write([], keys, sync=False)
            keys = []
    store.write([], keys)


class Restoring:
    """One snapshot on its way into the store. The store is cleared by the caller before, and again if this fails.

    State entries are written as they come, beside them the key under its digest (`z`), in which order the tree is built.
    """

    def __init__(self, world: World, store: Store, manifest: Manifest) -> None:
        self._world = world
        self._store = store
        self.manifest = manifest
        self._next = 0

    @property
    def is_complete(self) -> bool:
        """Whether all chunks are there."""
        return self._next == len(self.manifest.chunks)

    def take(self, index: int, chunk: bytes) -> None:
        """Check and write the next chunk.

        Raises:
            SnapshotFault: it is not the one that the manifest names.
        """
        check(index == self._next, "chunks are applied in their order")
        hasher = self._world.hasher
        entries = decode_chunk(hasher, self.manifest, index, chunk)
        stamp = self.manifest.header.height.to_bytes(8, "big")
        state = [key for key, _ in entries if key[:1] == b"s"]
        puts = [(key, stamp + value if key[:1] == b"s" else value) for key, value in entries]
        digests = hasher.many("state-key", [key[1:] for key in state])
        puts += [(b"z" + digest, key[1:]) for digest, key in zip(digests, state, strict=True)]
        self._store.write(puts, sync=False)
        self._next += 1

    def finish(self, ahead: int) -> None:
        """Build the tree, hold state and ids against the header, and make the store count.

        `ahead` is the height up to which this node sealed before; those blocks come again.

        Raises:
            SnapshotFault: state or ids are not those of the sealed header.
        """
        world, store, header = self._world, self._store, self.manifest.header
        for writes in load_tree(world.hasher, header.height, self._sorted()):
            store.write(writes, sync=False)
        if StateTree(world.hasher, store).root().hex() != header.state_root:
            raise SnapshotFault(why=Words("状态根与已签章区块头不符", "its state does not have the root of the sealed header"))
        self._check_ids()
        self._drop_order()
        chain = ChainStore(store)
        batch = Batch()
        height, engine_height = header.height, self.manifest.engine_height
        for change in self.manifest.sealer_changes:
            chain.put_sealers(batch, change.header.height, change.sealers)
            chain.put_header(batch, change.header)
            chain.put_seals(batch, change.header.height, change.seals)
        chain.put_sealers(batch, 0, world.genesis.sealers)
        self._put_own_sealers(chain, batch)
        chain.put_header(batch, header)
        chain.put_seals(batch, height, self.manifest.seals)
        chain.put_head(batch, Head(height, engine_height, header_digest(world.hasher, header), header.time_ms))
        chain.put_base(batch, height, engine_height)
        chain.put_meta(batch, "genesis", world.genesis.digest())
        chain.put_format(batch)
        chain.put_meta(batch, "ahead", ahead.to_bytes(8, "big"))
        store.write(batch.puts, [_MARK])

    def _put_own_sealers(self, chain: ChainStore, batch: Batch) -> None:
        """Where the snapshot's own header commits another set than it was sealed by, keep that one too: it is in the state."""
        changes = self.manifest.sealer_changes
        before = changes[-1].sealers if changes else self._world.genesis.sealers
        now = self._world.governing.sealers(chain)
        if list(before) != list(now):
            chain.put_sealers(batch, self.manifest.header.height, now)

    def _sorted(self) -> Iterator[tuple[bytes, bytes]]:
        part: list[bytes] = []
        for _, key in self._store.scan(b"z", b"{"):
            part.append(key)
            if len(part) == _SLICE:
                yield from self._with_values(part)
                part = []
        yield from self._with_values(part)

    def _with_values(self, keys: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for key, value in zip(keys, self._store.get_many([b"s" + key for key in keys]), strict=True):
            yield key, (value or b"")[8:]

    def _check_ids(self) -> None:
        """Hold the lists of ids against the leaves that the state has of them, minute by minute."""
        chain = ChainStore(self._store)
        digest = self._world.hasher.digest
        found = chain.ids()
        for minute, ids in found.items():
            head = bytes(32)
            for each in ids:
                head = digest("ids", head + bytes.fromhex(each))
            if IDS.find(chain, f"{minute:010d}") != MinuteOfIds(count=len(ids), digest=head.hex()):
                raise SnapshotFault(why=Words("交易编号与状态不符", "its transaction ids are not those of the state"))
        prefix = encode_key(IDS.name)[:-1]
        if sum(1 for _ in self._store.scan(b"s" + prefix, b"s" + prefix + b"\xff")) != len(found):
            raise SnapshotFault(why=Words("交易编号不全", "transaction ids are missing"))

    def _drop_order(self) -> None:
        keys: list[bytes] = []
        for key, _ in self._store.scan(b"z", b"{"):
            keys.append(key)
            if len(keys) == _SLICE:
                self._store.write([], keys, sync=False)
                keys = []
        self._store.write([], keys, sync=False)
