"""Seals that lie, come late or come from the wrong key are named, and the chain goes on; a crash between any two calls heals."""

from pathlib import Path
from typing import Any

import pytest

from tests.comet import Node, StandIn, network_genesis, open_network
from tests.world import key_of
from zhulian.consensus.comet.extension import Offer, encode_extension
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.receipts import verify_receipt
from zhulian.ledger.types import Seal
from zhulian.modules.evidence.messages import Deposit


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return open_network(tmp_path, monkeypatch=monkeypatch)


def _deposit(network: StandIn, number: int, node: int = 0) -> str:
    raw = network.sign(Deposit(digest=f"{number:064x}"), f"org{node + 1}.clerk")
    assert network.nodes[node].submit([raw]) == [None]
    return network.nodes[node].application.pool.waiting()[-1].transaction


def _sealed_by(node: Node, digest: bytes, *, sealer: str = "", time_ms: int = 5) -> Seal:
    """A seal with a node's key over whatever digest."""
    hasher = node.application.world.hasher
    signer = SoftwareSigner(hasher.suite, key_of(hasher.suite.name, node.seal_name))
    signature = signer.sign(seal_preimage(hasher, digest, time_ms)).hex()
    key = fingerprint(hasher.suite, signer.public_key)
    return Seal(key=key, sealer=sealer or node.name, signature=signature, time_ms=time_ms)


def _all_agree(network: StandIn, transactions: list[str]) -> None:
    network.until_sealed()
    assert len({each.application.head.digest for each in network.nodes}) == 1
    for node in network.nodes:
        for each in transactions:
            verify_receipt(node.application.prover.receipt(each), network.trusted)


def test_equivocating_seal__is_named_and_counts_for_nothing(network: StandIn) -> None:
    """The liar shows another header's seal to some, and its true one to others."""
    first = _deposit(network, 1)
    network.round()
    liar = network.nodes[3]
    other = Offer(height=1, seal=_sealed_by(liar, b"\x07" * 32))
    for node in network.nodes[:2]:
        assert node.ask("verify_vote_extension", height=2, vote_extension=encode_extension([other])).status == 1
        assert node.doubts == [("org4", 1, "bad signature")]
    second = _deposit(network, 2)
    _all_agree(network, [first, second])
    assert all(each.sealer != "org4" or each.time_ms != 5 for node in network.nodes for each in node.application.seals(1))


def test_junk_seal_in_a_late_precommit__is_named_and_changes_nothing(network: StandIn) -> None:
    """A vote for a height that is long decided comes with junk for headers that are sealed, unsealed and unknown."""
    first = _deposit(network, 1)
    network.until_sealed()
    network.round()
    sealed = [list(node.application.seals(1)) for node in network.nodes]
    second = _deposit(network, 2)
    network.round()
    junk = [Offer(height=at, seal=_sealed_by(network.nodes[3], b"\x09" * 32)) for at in (1, 2, 77)]
    for data in (encode_extension(junk), b"\xff" * 200, b"[]", encode_extension(junk)[:-7]):
        for node in network.nodes[:3]:
            assert node.ask("verify_vote_extension", height=1, vote_extension=data).status == 1
    assert {each[2] for node in network.nodes[:3] for each in node.doubts} == {"bad signature"}
    assert [list(node.application.seals(1)) for node in network.nodes] == sealed
    _all_agree(network, [first, second])


def _with_seal_names(folder: Path, names: dict[str, str]) -> StandIn:
    genesis = network_genesis(4)
    network = open_network(folder)
    for node in network.nodes:
        network.crash(node)
        (node.folder / f"{node.name}.seal.log").unlink()
        node.seal_name = names.get(node.name, node.seal_name)
        network.start(node)
    assert network.genesis == genesis
    return network


def test_seal_keys_of_two_nodes_swapped__each_seals_under_the_name_that_its_key_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhulian.consensus.comet.engine._STALE_S", 3600.0)
    network = _with_seal_names(tmp_path, {"org3": "org4.seal", "org4": "org3.seal"})
    assert [each.book.name for each in network.nodes] == ["org1", "org2", "org4", "org3"]
    _all_agree(network, [_deposit(network, 1)])
    assert network.nodes[0].doubts == []


def test_two_nodes_with_one_key_and_one_with_a_strange_one__those_who_miss_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One member's node holds another's key: the chain goes on with three, and says whose seal is missing."""
    monkeypatch.setattr("zhulian.consensus.comet.engine._STALE_S", 3600.0)
    network = _with_seal_names(tmp_path, {"org4": "org3.seal"})
    transactions = [_deposit(network, 1)]
    _all_agree(network, transactions)
    node = network.nodes[0]
    silent = node.book.heard.silent(node.application.head.height, ["org1", "org2", "org3", "org4"])
    assert [name for name, count in silent.items() if count] == ["org4"]
    strange = _with_seal_names(_fresh(tmp_path), {"org2": "nobody.seal"})
    assert strange.nodes[1].book.name == ""
    transactions = [_deposit(strange, 1)]
    _all_agree(strange, transactions)


def _fresh(folder: Path) -> Path:
    (folder / "fresh").mkdir()
    return folder / "fresh"


def _calls(network: StandIn, victim: Node) -> list[Any]:
    """The engine's calls of one block as steps on the whole network; those of the victim are steps of their own."""
    network.clock[0] += 1000
    network.spread()
    height, stamp = network.height, {"seconds": network.clock[0] // 1000, "nanos": 0}
    names = [each.name for each in network.nodes]
    votes = [
        {"vote_extension": network.extensions.get(name, b""), "block_id_flag": 2 if name in network.extensions else 1}
        for name in names
    ]
    found: dict[str, Any] = {"extensions": {}}

    def on(node: Node, method: str, **fields: Any) -> Any:
        return node.ask(method, **fields) if node.up else None

    def prepare(node: Node) -> None:
        made = on(node, "prepare_proposal", max_tx_bytes=4 << 20, local_last_commit={"votes": votes}, height=height, time=stamp)
        if made is not None:
            found["txs"] = list(made.txs)

    def extend(node: Node) -> None:
        said = on(node, "extend_vote", hash=b"h%d" % height, height=height)
        if said is not None:
            found["extensions"][node.name] = said.vote_extension

    def hear(node: Node) -> None:
        for name, extension in found["extensions"].items():
            if name != node.name:
                on(node, "verify_vote_extension", height=height, vote_extension=extension)

    others = [each for each in network.nodes if each is not victim]
    steps: list[Any] = [lambda: prepare(victim), lambda: prepare(others[0])]
    for act in (
        lambda node: on(node, "process_proposal", txs=found["txs"], hash=b"h%d" % height, height=height, time=stamp),
        extend,
        hear,
    ):
        steps += [lambda act=act: act(victim), lambda act=act: [act(each) for each in others]]

    def decide() -> None:
        from tests.comet import Block

        network.blocks.append(Block(height, found["txs"], network.clock[0], b"h%d" % height))
        network.voters.setdefault(height + 2, network.voters[height + 1])
        network.extensions = found["extensions"]

    steps.append(decide)
    block = lambda: network.blocks[-1]  # noqa: E731
    steps += [
        lambda: victim.up and network.finalize(victim, block()),
        lambda: [network.finalize(each, block()) for each in others],
    ]
    steps += [lambda: on(victim, "commit"), lambda: [each.ask("commit") for each in others]]
    return steps


@pytest.mark.parametrize("at", range(26))
def test_crash_after_any_call_of_two_blocks__ends_in_one_history(network: StandIn, at: int) -> None:
    """The block with a transaction, and the one whose votes carry its seals: the victim falls after the step `at` of both."""
    victim = network.nodes[2]
    first = _deposit(network, 1)
    number = 0
    for _ in range(2):
        for step in _calls(network, victim):
            step()
            if number == at:
                network.crash(victim)
            number += 1
    assert number == 26
    if not victim.up:
        network.start(victim)
    second = _deposit(network, 2, 2)
    _all_agree(network, [first, second])
    network.crash(victim)
    network.start(victim)
    assert victim.log.newest == network.nodes[0].log.newest
