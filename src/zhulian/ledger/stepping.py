"""Stepping back: what to write so that a chain stands where it stood some blocks ago.

An engine can come back from a power cut behind the ledger. It can replay forward, and never back; so the ledger goes back
to where the engine stands, and the same blocks are decided again. All of it is one batch.
"""

import struct
from collections.abc import Iterable

import msgspec

from zhulian.errors import Refusal
from zhulian.ledger.chain_store import STEP_BACK_HEIGHTS, Batch, ChainStore, Head
from zhulian.ledger.collections import traced_prefixes
from zhulian.merkle import StateTree
from zhulian.merkle.records import written_after

__all__ = ["TooFarBack", "step_back"]

_u64 = struct.Struct(">Q").pack
_read_u64 = struct.Struct(">Q").unpack_from


class TooFarBack(
    Refusal,
    code="ledger/15",
    zh="共识引擎停在高度 {engine}，账本（高度 {height}）无法退回到该处。请移走 engine/data 与 node/db 两个目录（保留 "
    "priv_validator_state.json 与签章日志）后重新启动，由快照恢复。",
    en="The consensus engine stands at {engine}, and the ledger (height {height}) cannot step back that far. Move the folders "
    "engine/data and node/db away (keep priv_validator_state.json and the seal log) and start again: a snapshot brings the node back.",
):
    engine: int
    height: int


class _Id(msgspec.Struct):
    transaction: str


_ID = msgspec.json.Decoder(_Id)


def step_back(chain: ChainStore, tree: StateTree, head: Head, engine_height: int) -> tuple[Batch, int]:
    """The batch that brings the chain back to the newest block which an engine at `engine_height` had made, and its height.

    The head is the caller's to write. Seals of blocks that go are dropped with them: they come again with the engine's
    later blocks. A body that was taken down stays so.

    Raises:
        TooFarBack: if what is needed for it is not kept.
    """
    height = head.height
    base = chain.base()
    batch = Batch()
    keys: set[bytes] = set()
    while height > 0:
        record = chain.block(height)
        if record is not None and record.engine_height <= engine_height:
            break
        if height == base[0] and base[1] <= engine_height:
            break
        changed = chain.changed(height)
        if record is None or changed is None or head.height - height >= STEP_BACK_HEIGHTS or height <= (tree.oldest or 0):
            raise TooFarBack(engine=engine_height, height=head.height)
        ids = [_ID.decode(each).transaction for each in record.results]
        stamp = _u64(height)
        batch.deletes += [each + stamp for each in (b"b", b"e", b"l", b"c")]
        batch.deletes += [b"x" + bytes.fromhex(each) for each in ids]
        keys.update(changed)
        height -= 1
    _put_old_values(chain, batch, sorted(keys), height)
    _drop_ids(chain, batch, height)
    batch.puts += tree.step_back(height)
    for start, end in written_after(height):
        batch.deletes += [key for key, _ in chain.store.scan(start, end)]
    return batch, height


def _put_old_values(chain: ChainStore, batch: Batch, keys: Iterable[bytes], height: int) -> None:
    """Give each key the value that it had at `height`, and drop what history it has since."""
    traced = traced_prefixes()
    for key in keys:
        start = b"h" + key + b"\x00"
        old = None  # as it was at `height`: the first that history tells, unless it was set later than that
        is_first = True
        for each, value in chain.store.scan(start + _u64(height + 1), start + b"\xff" * 9):
            if is_first:
                old = value if _read_u64(value)[0] <= height else None
                is_first = False
            batch.deletes += [each, b"v" + each[len(start) :] + key]
        if is_first:  # set once since, and for the first time
            newest = chain.store.get(b"s" + key)
            old = newest if newest is not None and _read_u64(newest)[0] <= height else None
        if old is None:
            batch.deletes.append(b"s" + key)
        else:
            batch.puts.append((b"s" + key, old))
        if key.startswith(traced):
            start = b"y" + key + b"\x00"
            batch.deletes += [each for each, _ in chain.store.scan(start + _u64(height + 1), start + b"\xff" * 9)]


def _drop_ids(chain: ChainStore, batch: Batch, height: int) -> None:
    """Drop the ids that later blocks recorded, and let the minutes live again that lapsed with them."""
    batch.deletes += [key for key, _ in chain.store.scan(b"i", b"j") if _read_u64(key, 9)[0] > height]
    batch.deletes += [key for key, _ in chain.store.scan(b"j" + _u64(height + 1), b"k")]
