"""The engine comes back behind the ledger: the ledger steps back, the same blocks are decided again, and all is as it was."""

import random
from pathlib import Path

import pytest

from tests.comet import Node, StandIn, open_network
from zhulian.assure.simulation.disk import Disk
from zhulian.consensus.seal_log import SealedAlready
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.receipts import verify_receipt, verify_state_fact
from zhulian.ledger.stepping import TooFarBack
from zhulian.modules.evidence.messages import Deposit

Content = dict[bytes, bytes]


def _content(node: Node) -> Content:
    """Everything in the store but seals, which come by other ways, and the mark that says that there was a step back."""
    return {key: value for key, value in node.store.scan(b"", b"\xff") if key[:1] != b"e" and key != b"mahead"}


def _deposit(network: StandIn, number: int, node: int = 0) -> None:
    raw = network.sign(Deposit(digest=f"{number:064x}"), f"org{node + 1}.clerk")
    assert network.nodes[node].submit([raw]) == [None]


def _replay(network: StandIn, node: Node) -> None:
    for block in network.blocks[node.ask("info").last_block_height :]:
        network.finalize(node, block)
        node.ask("commit")


def _play(network: StandIn, chance: random.Random, rounds: int, contents: dict[int, Content]) -> None:
    for _ in range(rounds):
        for _ in range(chance.choice([0, 0, 1, 3])):
            _deposit(network, chance.randrange(12), chance.randrange(4))  # the same digests again and again: refused ones too
        if chance.random() < 0.2:
            network.clock[0] += 120_000  # ids lapse
        network.round()
        contents[len(network.blocks)] = _content(network.nodes[0])


def test_block_that_a_killed_process_left__is_durable_before_it_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = open_network(tmp_path, monkeypatch=monkeypatch)
    node, disk = network.nodes[0], Disk(random.Random(1))
    network.crash(node)
    node.store = disk.store
    _deposit(network, 1, 1)
    network.round()
    network.start(node)  # which replays the block, and need not bring it to the medium at once
    node.close()  # killed, and without a power cut
    node.open()
    assert node.log.newest == 1, "it seals what it finds"
    disk.lose()
    assert ChainStore(disk.store).head() == network.nodes[1].application.head


@pytest.mark.parametrize("seed", range(6))
def test_step_back_and_replay__gives_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    network = open_network(tmp_path, monkeypatch=monkeypatch)
    contents: dict[int, Content] = {}
    _play(network, chance, 24, contents)
    network.until_sealed()
    node = network.nodes[0]
    for _ in range(4):
        now = _content(node)
        at = len(network.blocks) - chance.randrange(1, 15)
        node.engine.step_back(at)
        then = contents[at]
        after = _content(node)
        lost = {key: value for key, value in then.items() if after.get(key) != value}
        assert not {key for key in lost if key[:1] in b"sxbiltuymhvy"}, "all that was there is there again"
        assert not {key for key in after if key not in then}, "nothing of later is left"
        assert node.application.tree.root().hex() == node.application.chain_store.header(node.application.head.height).state_root
        if chance.random() < 0.5:
            network.crash(node)
            network.start(node)
        _replay(network, node)
        assert _content(node) == now
        assert node.application.head == network.nodes[1].application.head
    _play(network, chance, 5, contents)
    network.until_sealed()
    assert len({each.application.head.digest for each in network.nodes}) == 1
    assert all(node.application.seals(height) for height in range(1, node.application.head.height + 1))


def test_proofs_after_a_step_back__hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = open_network(tmp_path, monkeypatch=monkeypatch)
    node = network.nodes[0]
    for number in range(6):
        _deposit(network, number)
        network.round()
    network.until_sealed()
    network.round()
    network.round()
    node.engine.step_back(4)
    _replay(network, node)
    network.until_sealed()
    for height in range(1, 7):
        record = node.application.chain_store.block(height)
        assert record is not None
        key = ["ledger/ids", "0"]
        verify_state_fact(node.application.prover.state_fact(key, height), network.trusted)
    found = node.application.chain_store.block(6)
    assert found is not None
    transaction = found.results[0].split(b'"transaction":"')[1][:64].decode()
    verify_receipt(node.application.prover.receipt(transaction), network.trusted)


def test_another_block_at_a_sealed_height__stops_the_node_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = open_network(tmp_path, monkeypatch=monkeypatch)
    node = network.nodes[0]
    _deposit(network, 1)
    network.round()
    network.round()
    node.engine.step_back(0)
    first = network.blocks[0]
    first.time_ms += 1
    before = _content(node)
    with pytest.raises(SealedAlready):
        network.finalize(node, first)
    assert _content(node) == before


def test_too_far__is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = open_network(tmp_path, monkeypatch=monkeypatch, retention=3)
    for number in range(8):
        _deposit(network, number)
        network.round()
    before = _content(network.nodes[0])
    with pytest.raises(TooFarBack, match="snapshot"):
        network.nodes[0].engine.step_back(1)
    assert _content(network.nodes[0]) == before
