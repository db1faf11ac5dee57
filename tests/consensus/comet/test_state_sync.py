"""A node that is new takes a snapshot: what it comes to is what the others have, and a liar is named and leaves nothing."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.comet import Node, StandIn, open_network
from zhulian.consensus.comet.state_sync import AnotherSet, LedgerNotEmpty, StateSync, Taken
from zhulian.consensus.comet.wire import message
from zhulian.errors import Refusal
from zhulian.ledger import snapshots
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.errors import Replayed
from zhulian.ledger.proofs import NoQuorum
from zhulian.ledger.proving import BeforeSnapshot
from zhulian.ledger.receipts import verify_receipt, verify_state_fact
from zhulian.ledger.store import MemoryStore
from zhulian.modules.evidence.messages import Deposit

ACCEPT, REJECT_SENDER = 1, 5
CHUNK_ACCEPT, CHUNK_RETRY, CHUNK_REJECT = 1, 3, 5


class Kept:
    """Snapshots in memory, taken in one go."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[bytes, list[bytes]]] = {}

    def take(self, node: Node) -> None:
        """Take one of what the node has now; call it once the head is sealed."""
        application = node.application
        chunks = list(snapshots.slices(node.store))
        head = application.head
        record = application.chain_store.block(head.height)
        assert record is not None
        hasher = application.world.hasher
        digests = [snapshots.chunk_digest(hasher, each) for each in chunks]
        manifest = snapshots.manifest_of(
            application.world.chain, application.chain_store, head.height, record.engine_height, digests
        )
        assert manifest is not None
        self.found[record.engine_height] = snapshots.encode_manifest(manifest), chunks

    def taken(self) -> list[Taken]:
        return [Taken(height, len(chunks), manifest) for height, (manifest, chunks) in self.found.items()]

    def chunk(self, engine_height: int, index: int) -> bytes:
        return self.found[engine_height][1][index]


class Scene:
    """A network with history, a snapshot of its first node, and its last node wiped."""

    def __init__(self, network: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(snapshots, "CHUNK_BYTES", 4096)
        self.network = network
        self.ids: list[str] = []
        self.raws: list[bytes] = []
        for number in range(8):
            self.deposit(number, number % 4)
            network.clock[0] += 90_000
            network.round()
        network.until_sealed()
        self.kept = Kept()
        self.kept.take(network.nodes[0])
        self.deposit(100)
        for _ in range(4):
            network.round()
        self.doubts: list[tuple[str, Refusal]] = []
        self.validators: dict[bytes, int] = {b"v": 1}
        self.node = network.nodes[3]
        network.crash(self.node)
        self.node.store = MemoryStore()
        self.node.open()
        self.sync = self.sync_of(self.node)

    def sync_of(self, node: Node, kept: Kept | None = None) -> StateSync:
        return StateSync(
            node.application,
            node.book,
            kept,
            lambda: {b"v": 1},
            lambda height: self.validators,
            lambda *said: self.doubts.append(said),
        )

    def deposit(self, number: int, node: int = 0) -> None:
        raw = self.network.sign(Deposit(digest=f"{number:064x}"), f"org{node + 1}.clerk")
        assert self.network.nodes[node].submit([raw]) == [None]
        self.raws.append(raw)
        self.ids.append(self.network.nodes[node].application.pool.waiting()[-1].transaction)

    def app_hash(self) -> bytes:
        """As the engine's light client would have it."""
        (taken,) = self.kept.taken()
        world = self.network.nodes[0].application.world
        header = msgspec.json.decode(taken.manifest, type=snapshots.Manifest).header
        return header_digest(world.hasher, header)

    def offered(self) -> Any:
        (found,) = _ask(self.sync_of(self.network.nodes[0], self.kept), "list_snapshots").snapshots
        return found

    def take_all(self, *, sender: str = "peer") -> list[int]:
        snapshot = self.offered()
        assert _ask(self.sync, "offer_snapshot", snapshot=snapshot, app_hash=self.app_hash()).result == ACCEPT
        found = []
        for index in range(snapshot.chunks):
            chunk = self.kept.chunk(snapshot.height, index)
            found.append(_ask(self.sync, "apply_snapshot_chunk", index=index, chunk=chunk, sender=sender).result)
        return found

    def catch_up(self) -> None:
        for block in self.network.blocks[self.node.ask("info").last_block_height :]:
            self.network.finalize(self.node, block)
            self.node.ask("commit")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(open_network(tmp_path, monkeypatch=monkeypatch), monkeypatch)


def _ask(sync: StateSync, method: str, **fields: Any) -> Any:
    name = "Request" + "".join(part.capitalize() for part in method.split("_"))
    return getattr(sync.answer(method, message(name)(**fields)), method)


def _state(node: Node) -> dict[bytes, bytes]:
    return {key: value[8:] for key, value in node.store.scan(b"s", b"t")}


def test_new_node__stands_where_the_others_do_and_goes_on_with_them(scene: Scene) -> None:
    found = scene.take_all()
    assert len(found) > 3
    assert set(found) == {CHUNK_ACCEPT}
    node, other = scene.node, scene.network.nodes[0]
    info = node.ask("info")
    assert info.last_block_height == scene.offered().height
    assert info.last_block_app_hash == scene.app_hash()
    scene.catch_up()
    assert node.application.head == other.application.head
    assert _state(node) == _state(other)
    assert node.application.chain_store.ids() == other.application.chain_store.ids()
    assert node.application.first() > 1
    scene.deposit(200, 3)
    scene.network.until_sealed()
    verify_receipt(node.application.prover.receipt(scene.ids[-1]), scene.network.trusted)
    key = ["evidence/deposits", f"{3:064x}"]
    verify_state_fact(node.application.prover.state_fact(key, None), scene.network.trusted)
    verify_state_fact(node.application.prover.state_fact(key, node.application.first() - 1), scene.network.trusted)
    with pytest.raises(BeforeSnapshot, match="keeps all blocks"):
        node.application.prover.receipt(scene.ids[0])
    scene.network.crash(node)
    scene.network.start(node)
    assert node.application.head == other.application.head
    assert not scene.doubts


def test_same_transaction_again__is_known_to_the_new_node(scene: Scene) -> None:
    scene.take_all()
    (refused,) = scene.node.submit([scene.raws[7]])
    assert isinstance(refused, Replayed)


def test_new_node__can_offer_what_it_took(scene: Scene) -> None:
    scene.take_all()
    scene.catch_up()
    scene.network.until_sealed()
    again = Kept()
    again.take(scene.node)
    scene.network.round()
    scene.network.round()
    (offered,) = _ask(scene.sync_of(scene.node, again), "list_snapshots").snapshots
    manifest = snapshots.read_manifest(
        scene.node.application.world.hasher, scene.node.application.world.chain, scene.network.genesis.sealers, offered.metadata
    )
    assert manifest.header.height == scene.node.application.head.height


def test_step_back_of_a_new_node__goes_to_its_snapshot_and_no_further(scene: Scene) -> None:
    scene.take_all()
    scene.catch_up()
    before = scene.node.application.head
    scene.node.engine.step_back(scene.offered().height)
    assert scene.node.application.head.height == scene.node.application.first() - 1
    scene.catch_up()
    assert scene.node.application.head == before
    with pytest.raises(Refusal, match="cannot step back"):
        scene.node.engine.step_back(scene.offered().height - 1)


def test_snapshot__is_offered_two_heights_below_the_newest_only(scene: Scene) -> None:
    node = scene.network.nodes[0]
    kept = Kept()
    kept.found = {node.application.head.engine_height - below: (b"", [b""]) for below in (0, 1)}
    assert not _ask(scene.sync_of(node, kept), "list_snapshots").snapshots


def test_false_chunk__names_the_sender_and_is_fetched_again(scene: Scene) -> None:
    snapshot = scene.offered()
    assert _ask(scene.sync, "offer_snapshot", snapshot=snapshot, app_hash=scene.app_hash()).result == ACCEPT
    found = _ask(scene.sync, "apply_snapshot_chunk", index=0, chunk=scene.kept.chunk(snapshot.height, 0) + b"x", sender="liar")
    assert (found.result, list(found.refetch_chunks), list(found.reject_senders)) == (CHUNK_RETRY, [0], ["liar"])
    assert [who for who, _ in scene.doubts] == ["liar"]
    for index in range(snapshot.chunks):
        chunk = scene.kept.chunk(snapshot.height, index)
        assert _ask(scene.sync, "apply_snapshot_chunk", index=index, chunk=chunk, sender="peer").result == CHUNK_ACCEPT
    scene.catch_up()
    assert scene.node.application.head == scene.network.nodes[0].application.head


def _forge(scene: Scene, entries: Any) -> None:
    """Let the first node offer another content, with digests that fit it."""
    hasher = scene.network.nodes[0].application.world.hasher
    ((height, (manifest, chunks)),) = scene.kept.found.items()
    changed = [msgspec.msgpack.encode(entries(msgspec.msgpack.decode(each, type=list[tuple[bytes, bytes]]))) for each in chunks]
    read = msgspec.json.decode(manifest, type=snapshots.Manifest)
    digests = [snapshots.chunk_digest(hasher, each).hex() for each in changed]
    scene.kept.found[height] = snapshots.encode_manifest(msgspec.structs.replace(read, chunks=digests)), changed


@pytest.mark.parametrize(
    "lie",
    [
        lambda entries: [(key, value.replace(b"org1", b"org2")) for key, value in entries],
        lambda entries: [(key, value) for key, value in entries if key[:1] != b"i"],
        lambda entries: [(key, value[32:] if key[:1] == b"i" else value) for key, value in entries],
        lambda entries: entries[1:],
        lambda entries: [*entries, (b's["evidence/deposits","00"]', b"{}")],
    ],
)
def test_false_content__is_rejected_and_leaves_genesis(scene: Scene, lie: Any) -> None:
    honest = dict(scene.kept.found)
    _forge(scene, lie)
    found = scene.take_all(sender="liar")
    assert found[-1] == CHUNK_REJECT
    assert {who for who, _ in scene.doubts} == {"liar"}
    assert scene.node.application.head.height == 0
    assert not scene.node.store.get(b"mrestoring")
    scene.kept.found = honest
    assert scene.take_all()[-1] == CHUNK_ACCEPT


def test_header_without_a_quorum__is_rejected(scene: Scene) -> None:
    ((height, (manifest, chunks)),) = scene.kept.found.items()
    read = msgspec.json.decode(manifest, type=snapshots.Manifest)
    fewer = msgspec.structs.replace(read, seals=read.seals[:2])
    scene.kept.found = {height: (snapshots.encode_manifest(fewer), chunks)}
    assert _ask(scene.sync, "offer_snapshot", snapshot=scene.offered(), app_hash=scene.app_hash()).result == REJECT_SENDER
    assert isinstance(scene.doubts[0][1], NoQuorum)


def test_another_app_hash_than_the_engine_proved__is_rejected(scene: Scene) -> None:
    assert _ask(scene.sync, "offer_snapshot", snapshot=scene.offered(), app_hash=bytes(32)).result == REJECT_SENDER


def test_validators_of_another_network__stop_the_node(scene: Scene) -> None:
    scene.validators = {b"w": 1}
    with pytest.raises(AnotherSet):
        scene.take_all()
    assert scene.node.application.head.height == 0


def test_ledger_with_blocks__is_never_overwritten(scene: Scene) -> None:
    sync = scene.sync_of(scene.network.nodes[1])
    with pytest.raises(LedgerNotEmpty):
        _ask(sync, "offer_snapshot", snapshot=scene.offered(), app_hash=scene.app_hash())


def test_crash_while_restoring__begins_again_at_genesis(scene: Scene) -> None:
    snapshot = scene.offered()
    _ask(scene.sync, "offer_snapshot", snapshot=snapshot, app_hash=scene.app_hash())
    _ask(scene.sync, "apply_snapshot_chunk", index=0, chunk=scene.kept.chunk(snapshot.height, 0), sender="peer")
    scene.network.crash(scene.node)
    scene.node.open()
    assert scene.node.application.head.height == 0
    assert ChainStore(scene.node.store).head() is not None
    scene.sync = scene.sync_of(scene.node)
    assert scene.take_all()[-1] == CHUNK_ACCEPT


def test_wiped_validator__seals_no_second_block_where_it_sealed_before(scene: Scene) -> None:
    newest = scene.node.log.newest
    assert newest > 0
    scene.take_all()
    scene.catch_up()
    assert scene.node.log.newest == newest
    scene.deposit(300)
    scene.network.until_sealed()
    assert scene.node.log.newest == newest + 1
