"""State sync in the engine's words: offers snapshots to nodes that are new, and takes one where this node is new.

The engine carries snapshots between nodes and proves, by its own light client, which app hash stands at their height. What
it carries is believed here only as far as the sealed header goes (ledger/snapshots.py).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from zhulian.consensus.application import Application
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.consensus.comet.wire import message, reply
from zhulian.errors import Refusal
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.restoring import Restoring, clear
from zhulian.ledger.snapshots import FORMAT, read_manifest, snapshot_digest

__all__ = ["BELOW_NEWEST", "SNAPSHOT_METHODS", "AnotherSet", "LedgerNotEmpty", "Snapshots", "StateSync", "Taken"]

SNAPSHOT_METHODS = frozenset({"list_snapshots", "offer_snapshot", "load_snapshot_chunk", "apply_snapshot_chunk"})
BELOW_NEWEST = 2
"""A new node's engine needs the two blocks after the snapshot to prove it."""
_ACCEPT, _ABORT, _REJECT, _REJECT_FORMAT, _REJECT_SENDER = range(1, 6)
_CHUNK_ACCEPT, _CHUNK_RETRY, _CHUNK_REJECT_SNAPSHOT = 1, 3, 5


class LedgerNotEmpty(
    Refusal,
    code="engine/5",
    zh="共识引擎的数据缺失，而账本仍有 {height} 个区块。为免覆盖存档，节点已停止：请恢复 engine/data，或移走 node/db 后重新启动，由快照恢复。",
    en="The consensus engine's data is gone, and the ledger still has {height} blocks. The node has stopped lest the archive be "
    "overwritten: bring engine/data back, or move node/db away and start again to come back by a snapshot.",
):
    height: int


class AnotherSet(
    Refusal,
    code="engine/6",
    zh="快照处的共识节点与已签章状态所列不符，所连的共识网络有误，节点已停止。请核对 config.toml 中各成员的网关与节点地址。",
    en="The validators that the engine was shown are not those of the sealed state: it is connected to another network, and the node "
    "has stopped. Check the members' gateways and peers in config.toml.",
):
    pass


class Taken(NamedTuple):
    """A snapshot that this node offers: the engine's height, how many chunks, and the manifest's bytes."""

    engine_height: int
    chunks: int
    manifest: bytes


class Snapshots(Protocol):
    """Snapshots that this node has taken."""

    def taken(self) -> Sequence[Taken]:
        """Those that are complete and sealed, newest first."""

    def chunk(self, engine_height: int, index: int) -> bytes:
        """A chunk; empty where there is none."""


Proved = Callable[[int], dict[bytes, int] | None]
"""The validators (Ed25519 public key, power) that the engine was shown for a height; None where it is not known."""


class StateSync:
    """The snapshot connection of one node.

    Args:
        application: The ledger.
        seals: Its book of seals.
        snapshots: What this node offers; None: nothing.
        validators: The validators by this node's state.
        proved: The validators that the engine's light client was shown.
        doubt: Told of a snapshot that does not hold: who offered it (the engine's node id, where known) and why.
    """

    def __init__(
        self,
        application: Application,
        seals: SealBook,
        snapshots: Snapshots | None,
        validators: Callable[[], dict[bytes, int]],
        proved: Proved,
        doubt: Callable[[str, Refusal], None],
    ) -> None:
        self._application = application
        self._seals = seals
        self._snapshots = snapshots
        self._validators = validators
        self._proved = proved
        self._doubt = doubt
        self._restoring: Restoring | None = None
        self._senders: set[str] = set()

    @property
    def restoring(self) -> bool:
        """Whether a snapshot is being written."""
        return self._restoring is not None

    def oldest(self) -> int | None:
        """The engine's height of the oldest snapshot on offer: blocks from there on are needed by who takes it."""
        taken = self._snapshots.taken() if self._snapshots is not None else ()
        return min((each.engine_height for each in taken), default=None)

    def answer(self, method: str, request: Any) -> Any:
        """Answer one request of `SNAPSHOT_METHODS`."""
        return getattr(self, f"on_{method}")(request)

    def on_list_snapshots(self, request: Any) -> Any:
        """What this node offers."""
        newest = self._application.info().engine_height - BELOW_NEWEST
        hasher = self._application.world.hasher
        shape = message("Snapshot")
        found = [
            shape(
                height=each.engine_height,
                format=FORMAT,
                chunks=each.chunks,
                hash=snapshot_digest(hasher, each.manifest),
                metadata=each.manifest,
            )
            for each in (self._snapshots.taken() if self._snapshots is not None else ())
            if each.engine_height <= newest
        ]
        return reply("list_snapshots", snapshots=found)

    def on_load_snapshot_chunk(self, request: Any) -> Any:
        """A chunk for another node."""
        known = self._snapshots is not None and request.format == FORMAT
        return reply("load_snapshot_chunk", chunk=self._snapshots.chunk(request.height, request.chunk) if known else b"")  # type: ignore[union-attr]

    def on_offer_snapshot(self, request: Any) -> Any:
        """Judge the manifest; who offers a false one is not asked again.

        Raises:
            LedgerNotEmpty: this node is not new.
        """
        offered = request.snapshot
        if offered.format != FORMAT:
            return reply("offer_snapshot", result=_REJECT_FORMAT)
        application = self._application
        world = application.world
        if application.head.height:
            raise LedgerNotEmpty(height=application.head.height)
        manifest = None
        try:
            manifest = read_manifest(
                world.hasher,
                world.chain,
                world.genesis.sealers,
                bytes(offered.metadata),
                list(world.recoveries.values()),
            )
        except Refusal as wrong:
            self._doubt("", wrong)
        if (
            manifest is None
            or snapshot_digest(world.hasher, bytes(offered.metadata)) != offered.hash
            or header_digest(world.hasher, manifest.header) != request.app_hash
            or (manifest.engine_height, len(manifest.chunks)) != (offered.height, offered.chunks)
        ):
            return reply("offer_snapshot", result=_REJECT_SENDER)
        clear(application.chain_store.store)
        self._restoring = Restoring(world, application.chain_store.store, manifest)
        self._senders.clear()
        return reply("offer_snapshot", result=_ACCEPT)

    def on_apply_snapshot_chunk(self, request: Any) -> Any:
        """Write a chunk, and with the last one the whole; who sent a false one is not asked again.

        Raises:
            AnotherSet: the engine's validators are not those of the state.
        """
        restoring = self._restoring
        if restoring is None:
            return reply("apply_snapshot_chunk", result=_CHUNK_REJECT_SNAPSHOT)
        sender = str(request.sender)
        try:
            restoring.take(request.index, bytes(request.chunk))
        except Refusal as wrong:
            self._doubt(sender, wrong)
            again = {"refetch_chunks": [request.index], "reject_senders": [sender]}
            return reply("apply_snapshot_chunk", result=_CHUNK_RETRY, **again)
        self._senders.add(sender)
        if not restoring.is_complete:
            return reply("apply_snapshot_chunk", result=_CHUNK_ACCEPT)
        self._restoring = None
        try:
            restoring.finish(self._seals.newest)
        except Refusal as wrong:
            self._application.refound()
            for each in sorted(self._senders):
                self._doubt(each, wrong)
            return reply("apply_snapshot_chunk", result=_CHUNK_REJECT_SNAPSHOT, reject_senders=sorted(self._senders))
        self._application.reopen()
        proved = self._proved(restoring.manifest.engine_height + BELOW_NEWEST)
        if proved is not None and proved != self._validators():
            self._application.refound()
            raise AnotherSet()
        self._seals.reopened()
        return reply("apply_snapshot_chunk", result=_CHUNK_ACCEPT)
