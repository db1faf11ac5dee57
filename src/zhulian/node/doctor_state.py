"""The doctor's look at the state: against the newest header, through the tree, and by executing the chain again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhulian.consensus.application import Application
from zhulian.errors import Bug, Refusal
from zhulian.ledger.chain_store import ChainStore, Head
from zhulian.ledger.recent import IDS
from zhulian.ledger.transition import Proposal, World
from zhulian.ledger.types import Applied, Header, Refused
from zhulian.merkle import StateTree, verify_presence
from zhulian.modules import found_state
from zhulian.node.doctor_blocks import kept_transactions, read_block, reader_of
from zhulian.node.finding import Unsound
from zhulian.node.rocks import RocksStore

__all__ = ["StateExamined", "examine_replay", "examine_state"]

_CHUNK = 20_000
_PROVED_MAX = 20_000
"""State entries that are proved through the tree; beyond it an even sample, since a proof costs some 0.1 ms."""

_RESULT = msgspec.json.Decoder(Applied | Refused)


@dataclass(frozen=True)
class StateExamined:
    """How many state entries there are, and how many of them were proved through the tree."""

    keys: int
    proved: int


def examine_state(world: World, chain: ChainStore, head: Head, scratch: Path) -> StateExamined:
    """Build the tree of the newest state anew in `scratch`, hold it and the kept tree against the headers, and prove entries.

    Raises:
        Unsound: at the first fault.
    """
    tree = StateTree(world.hasher, chain.store)
    if tree.newest != head.height:
        raise Unsound("tree", head.height, "状态树不在最新高度。", "the state tree does not stand at the newest height.")
    _examine_roots(chain, tree, head)
    header = chain.header(head.height)
    root = tree.root() if header is None else bytes.fromhex(header.state_root)
    keys = _rebuild(world, chain, head, root, scratch)
    proved = _prove(world, chain, tree, head, root, keys)
    _examine_ids(world, chain, head)
    return StateExamined(keys, proved)


def examine_replay(world: World, chain: ChainStore, head: Head, scratch: Path, advance: Callable[[int], None]) -> int:
    """Execute the chain again in `scratch` as far as its bodies are kept; answers the last height that came out equal.

    Raises:
        Unsound: a block comes out differently.
    """
    reader = reader_of(world)
    with RocksStore(scratch / "replay") as store:
        again = Application(world, store, found_state(world))
        for height in range(1, head.height + 1):
            record = read_block(chain, height)
            header = msgspec.json.decode(record.header, type=Header)
            kept = kept_transactions(reader, record, [_RESULT.decode(each) for each in record.results], height)
            whole = [each for each in kept if each is not None]
            if len(whole) < len(kept):
                advance(head.height - height + 1)
                return height - 1
            try:
                applied = again.finalize(Proposal(height=height, time_ms=header.time_ms, transactions=tuple(whole)))
            except Refusal as refusal:
                raise Unsound("replay", height, refusal.say("zh"), f"{refusal.code}: {refusal.say('en')}") from None
            if applied.header != header:
                wrong = [name for name in header.__struct_fields__ if getattr(header, name) != getattr(applied.header, name)]
                names = ", ".join(wrong)
                raise Unsound(
                    "replay", height, f"重新执行的结果不同：{names}。", f"executed again it comes out differently: {names}."
                )
            again.commit()
            advance(1)
    return head.height


def _examine_roots(chain: ChainStore, tree: StateTree, head: Head) -> None:
    """Hold the tree's root of every retained height against its header."""
    for height in range(max(1, tree.oldest or 0), head.height + 1):
        header = chain.header(height)
        if header is None or tree.root(height).hex() != header.state_root:
            raise Unsound("state_root", height, "状态树的根与区块头不符。", "the state tree's root is another than the header's.")


def _rebuild(world: World, chain: ChainStore, head: Head, root: bytes, scratch: Path) -> int:
    """Make the root out of the state's entries alone."""
    keys = version = 0
    with RocksStore(scratch / "tree") as store:
        tree = StateTree(world.hasher, store)
        chunk: dict[bytes, bytes | None] = {}
        for key, value in chain.store.scan(b"s", b"t"):
            chunk[key[1:]] = value[8:]
            keys += 1
            if len(chunk) == _CHUNK:
                _grow(tree, store, version, chunk)
                version, chunk = version + 1, {}
        _grow(tree, store, version, chunk)
        if tree.root() != root:
            raise Unsound("state", head.height, "状态数据与状态根不符。", "the state's entries do not make the state root.")
    return keys


def _grow(tree: StateTree, store: RocksStore, version: int, chunk: dict[bytes, bytes | None]) -> None:
    update = tree.update(version, chunk)
    store.write(update.writes)
    tree.commit(update)


def _prove(world: World, chain: ChainStore, tree: StateTree, head: Head, root: bytes, keys: int) -> int:
    """Prove entries through the kept tree, whose pages nothing else reads."""
    step = max(1, keys // _PROVED_MAX)
    proved = 0
    for number, (key, value) in enumerate(chain.store.scan(b"s", b"t")):
        if number % step:
            continue
        try:
            verify_presence(world.hasher, root, key[1:], value[8:], tree.prove(head.height, key[1:]))
        except (Refusal, Bug):  # a page that is gone breaks a promise of the tree, and that is what we are looking for
            name = key[1:].decode("utf-8", "replace")[:120]
            raise Unsound("tree", head.height, f"状态树无法证明 {name}。", f"the state tree does not prove {name}.") from None
        proved += 1
    return proved


def _examine_ids(world: World, chain: ChainStore, head: Head) -> None:
    """Hold the remembered transaction ids, which keep anything from being applied twice, against their state leaves."""
    for minute, ids in chain.ids().items():
        digest = bytes(32)
        for each in ids:
            digest = world.hasher.digest("ids", digest + bytes.fromhex(each))
        leaf = IDS.find(chain, f"{minute:010d}")
        if leaf is None or (leaf.count, leaf.digest) != (len(ids), digest.hex()):
            raise Unsound(
                "ids", head.height, "近期交易编号与状态不符。", "the remembered transaction ids are others than the state's."
            )
