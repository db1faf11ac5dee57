"""The application at CometBFT's wheel: one history on all nodes, seals of decided headers only, crashes anywhere, replay."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.comet import StandIn, open_network
from zhulian.consensus.comet.extension import Offer, decode_offer, encode_extension, encode_offer, encode_seals, is_seals
from zhulian.consensus.comet.wire import Response
from zhulian.crypto import native
from zhulian.errors import Words
from zhulian.ledger.errors import BadSignatureOnBody
from zhulian.ledger.receipts import verify_receipt
from zhulian.modules.evidence.messages import Deposit


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return open_network(tmp_path, monkeypatch=monkeypatch)


def _deposit(network: StandIn, number: int, node: int = 0) -> str:
    raw = network.sign(Deposit(digest=f"{number:064x}"), f"org{node + 1}.clerk")
    assert network.nodes[node].submit([raw]) == [None]
    return network.nodes[node].application.pool.waiting()[-1].transaction


def test_block__is_the_same_on_all_nodes_and_sealed_by_all(network: StandIn) -> None:
    ids = [_deposit(network, number, number % 4) for number in range(8)]
    network.until_sealed()
    heads = {each.application.head.digest for each in network.nodes}
    assert len(heads) == 1
    for node in network.nodes:
        for each in ids:
            receipt = node.application.prover.receipt(each)
            assert len(receipt["seals"]) >= 3
            verify_receipt(receipt, network.trusted)


def test_empty_engine_blocks__make_no_ledger_block_and_move_no_hash(network: StandIn) -> None:
    _deposit(network, 1)
    network.until_sealed()
    before = network.nodes[0].application.head
    network.round()
    network.round()
    after = network.nodes[0].application.head
    assert (after.height, after.digest) == (before.height, before.digest)
    assert after.engine_height == before.engine_height + 2


def test_signature__is_verified_once_on_each_node(network: StandIn) -> None:
    for number in range(5):
        _deposit(network, number)
    network.until_sealed()
    assert [each.verified for each in network.nodes] == [5, 5, 5, 5]


def test_block_of_a_proposer_alone__is_verified_by_the_others(network: StandIn) -> None:
    network.turn = 0
    _deposit(network, 1)
    network.round(spread=False)
    assert {each.application.head.height for each in network.nodes} == {1}
    assert [each.verified for each in network.nodes] == [1, 1, 1, 1]


def test_block__is_refused_only_where_the_reference_refuses_the_signature_too(
    network: StandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuses_all(jobs: Sequence[Any]) -> bytes:
        return bytes(len(jobs))

    network.turn = 0
    _deposit(network, 1)
    _deposit(network, 2)
    waiting = network.nodes[0].application.pool.waiting()
    for node in network.nodes[1:]:
        node.engine._verify = refuses_all
    fresh = network.nodes[1].application.examine([each.raw for each in waiting])
    bad = [(transaction, tuple((key, said + b".", signature) for key, said, signature in jobs)) for transaction, jobs in fresh]
    used = native.State(True, "9.9", Words("", ""))
    monkeypatch.setattr(native, "_found", [(object(), used)])
    with pytest.raises(BadSignatureOnBody):
        asyncio.run(network.nodes[1].engine._check([bad[0]]))
    assert native.state() is used
    with pytest.raises(BadSignatureOnBody):
        asyncio.run(network.nodes[1].engine._check([fresh[0], bad[1]]))
    assert native.kernel() is None
    assert "refused a good signature in block" in native.state().words.en
    assert "误拒" in caplog.text
    network.round(spread=False)
    assert {each.application.head.height for each in network.nodes} == {1}


def test_seal__is_of_the_decided_header_and_comes_one_block_later(network: StandIn) -> None:
    _deposit(network, 1)
    network.round()
    assert all(each.book.unsealed == [1] for each in network.nodes)
    network.round()
    assert all(each.book.unsealed == [] for each in network.nodes)
    assert all(1 in each.commits[-2].sealed for each in network.nodes), "told before the next block is written"
    block = network.round()
    assert any(is_seals(raw) for raw in block.txs), "the seals ride in a block for those who come later"


def test_seals_sent_ahead__complete_a_quorum_before_the_next_block(network: StandIn) -> None:
    _deposit(network, 1)
    network.round()
    entries = [each.commits[-1].offer for each in network.nodes]
    first, *rest = network.nodes
    assert first.engine.offers(entries[0])
    assert not first.engine.offers(entries[1])
    assert not first.engine.offers(b"")
    first.engine.hear(entries[1])
    assert first.book.unsealed == [1], "two of four are no quorum"
    first.engine.hear(entries[2])
    assert first.book.unsealed == []
    assert first.commits[-1].sealed == (1,)
    first.engine.hear(entries[2])
    first.engine.hear(entries[3])
    assert len(first.commits) == 2, "told once"
    network.round()
    assert not any(each.engine.offers(entry) for each, entry in zip(network.nodes, entries, strict=True)), "a vote has carried it"
    assert all(each.book.unsealed == [] for each in rest)


def test_seals_sent_ahead_of_the_block__are_kept_until_the_node_has_it(network: StandIn) -> None:
    _deposit(network, 1)
    slow = network.nodes[3]
    network.crash(slow)
    network.round()
    entries = [each.commits[-1].offer for each in network.up]
    slow.open()  # its engine has not brought it the block yet
    forged = decode_offer(entries[0])[0]
    for _ in range(200):
        slow.engine.hear(encode_offer(Offer(height=1, seal=replace(forged.seal, sealer="org4"))))
    assert slow.doubts == [], "anybody can say so in anybody's name"
    slow.close()
    slow.open()
    for entry in entries:
        slow.engine.hear(entry)
        slow.engine.hear(b"zhulian/offer/1\nrubbish")
    network.finalize(slow, network.blocks[-1])
    slow.ask("commit")
    assert slow.book.unsealed == []
    assert slow.commits[-1].sealed == (1,)
    assert slow.commits[-1].offer == b"", "it has not voted, and seals with its next vote"


def test_one_node_away__the_others_go_on_and_it_catches_up_with_seals(network: StandIn) -> None:
    away = network.nodes[3]
    network.crash(away)
    ids = [_deposit(network, number) for number in range(3)]
    network.until_sealed()
    network.round()
    network.round()
    network.start(away)
    assert away.application.head == network.nodes[0].application.head
    verify_receipt(away.application.prover.receipt(ids[0]), network.trusted)


@pytest.mark.parametrize("when", ["prepared", "processed", "extended", "finalized", "committed"])
def test_crash__between_any_two_calls_loses_nothing(network: StandIn, when: str) -> None:
    node = network.nodes[2]
    _deposit(network, 1)
    network.round()
    if when == "finalized":  # the engine has saved the block and its response, the application has written nothing
        network.clock[0] += 1000
        _deposit(network, 2)
        block = network.round()
        network.crash(node)
        node.store = node.store  # the store survives
        network.start(node)
        assert network.blocks[-1] is block
    else:
        calls = ["prepared", "processed", "extended", "committed"].index(when)
        if calls >= 1:
            node.ask("prepare_proposal", max_tx_bytes=1 << 20, height=9, time={"seconds": network.clock[0] // 1000 + 1})
        if calls >= 2:
            node.ask("process_proposal", txs=[], hash=b"x", height=9, time={"seconds": network.clock[0] // 1000 + 1})
        network.crash(node)
        network.start(node)
    _deposit(network, 7)
    network.until_sealed()
    assert {each.application.head.digest for each in network.nodes} == {network.nodes[0].application.head.digest}


@pytest.mark.parametrize("seed", range(2))
def test_random_crashes__end_in_one_history(network: StandIn, seed: int) -> None:
    chance = random.Random(seed)
    ids: list[str] = []
    for number in range(16):
        ids.append(_deposit(network, 1000 * seed + number, network.nodes.index(chance.choice(network.up))))
        network.round()
        if len(network.up) == 4 and chance.random() < 0.3:
            network.crash(chance.choice(network.up))
        elif len(network.up) == 3 and chance.random() < 0.5:
            network.start(next(each for each in network.nodes if not each.up))
    for node in network.nodes:
        if not node.up:
            network.start(node)
    network.until_sealed()
    network.round()
    assert len({each.application.head.digest for each in network.nodes}) == 1
    there = network.nodes[0].application
    placed = [each for each in ids if there.chain_store.place(each)]
    assert len(placed) >= len(ids) - 6, (
        "only what waited in a crashed node's memory alone may be missing, and was not acknowledged"
    )
    for each in placed:
        verify_receipt(there.prover.receipt(each), network.trusted)


def test_bad_seals_in_votes__are_ignored_and_named(network: StandIn) -> None:
    _deposit(network, 1)
    network.round()
    node, liar = network.nodes[0], network.nodes[3]
    good = liar.book.offers()[0]
    forged = Offer(height=1, seal=type(good.seal)(key=good.seal.key, sealer="org2", signature=good.seal.signature, time_ms=1))
    answer = node.ask("verify_vote_extension", height=2, vote_extension=encode_extension([forged]))
    assert answer.status == 1, "a vote is never dropped for its seals' sake"
    assert node.doubts == [("org2", 1, "another key")]
    late = Offer(height=99, seal=good.seal)
    node.ask("verify_vote_extension", height=2, vote_extension=encode_extension([late]))
    network.until_sealed()
    assert network.nodes[0].book.unsealed == []


def test_oversized_vote_extension__is_the_only_one_rejected(network: StandIn) -> None:
    assert network.nodes[0].ask("verify_vote_extension", height=1, vote_extension=b"x" * 9_000).status == 2
    assert network.nodes[0].ask("verify_vote_extension", height=1, vote_extension=b"rubbish").status == 1


@pytest.mark.parametrize("bad", ["junk", "unsigned", "twice", "seals"])
def test_bad_proposal__is_rejected(network: StandIn, bad: str) -> None:
    raw = network.sign(Deposit(digest="aa" * 32))
    other = network.sign(Deposit(digest="bb" * 32))
    txs = {
        "junk": [b"junk"],
        "unsigned": [raw.replace(b'"signature":"', b'"signature":"00', 1)[:-2] + b"}"],
        "twice": [raw, raw],
        "seals": [encode_seals(1, [])[:-3]],
    }[bad]
    stamp = {"seconds": network.clock[0] // 1000 + 1}
    node = network.nodes[0]
    assert node.ask("process_proposal", txs=txs, hash=b"a", height=1, time=stamp).status == 2
    assert node.ask("process_proposal", txs=[other], hash=b"b", height=1, time=stamp).status == 1
    network.until_sealed()


def test_later_round__replaces_what_an_earlier_one_executed(network: StandIn) -> None:
    stamp = {"seconds": network.clock[0] // 1000 + 1}
    node = network.nodes[0]
    first, second = (network.sign(Deposit(digest=each * 32)) for each in ("aa", "bb"))
    assert node.ask("process_proposal", txs=[first], hash=b"a", height=1, time=stamp).status == 1
    assert node.ask("process_proposal", txs=[second], hash=b"b", height=1, time=stamp).status == 1
    found = node.ask("finalize_block", txs=[first], hash=b"a", height=1, time=stamp)
    node.ask("commit")
    assert bytes(found.app_hash) == node.application.head.digest
    assert node.application.head.height == 1


def test_member_that_proposes_after_a_round_that_failed__may_still_commit_the_block_of_that_round(network: StandIn) -> None:
    stamp = {"seconds": network.clock[0] // 1000 + 1}
    node = network.nodes[0]
    raw = network.sign(Deposit(digest="aa" * 32))
    assert node.ask("process_proposal", txs=[raw], hash=b"a", height=1, time=stamp).status == 1
    node.ask("prepare_proposal", max_tx_bytes=1 << 20, height=1, time=stamp)
    node.ask("finalize_block", txs=[raw], hash=b"a", height=1, time=stamp)
    node.ask("commit")
    assert node.application.head.height == 1


def test_responses__fit_their_message() -> None:
    assert {each.name for each in Response.DESCRIPTOR.fields} >= {"finalize_block", "exception"}


def test_node_that_fetches_blocks__seals_and_flushes_only_when_it_votes_again(
    network: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others have made and sealed long since is replayed without a seal or a flush of its own for each block."""
    away = network.nodes[3]
    _deposit(network, 1)
    network.until_sealed()
    network.crash(away)
    for number in range(2, 7):
        _deposit(network, number)
        network.round()
    network.until_sealed()
    flushes: list[bool] = []
    write = away.store.write

    def watched(puts: Any, deletes: Any = (), *, sync: bool = True) -> None:
        flushes.append(sync)
        write(puts, deletes, sync=sync)

    monkeypatch.setattr(away.store, "write", watched)
    network.start(away)
    newest = away.application.head.height
    assert newest == network.nodes[0].application.head.height == 6
    assert away.book.newest == 1, "it has sealed nothing of what the others have sealed long since"
    assert flushes.count(True) <= 1, "the quorum that the last, empty block brought"
    flushes.clear()
    network.round()
    assert away.book.newest == newest, "its vote carries its seal of the newest header"
    assert True in flushes, "which is on disk before it is sealed"
    _deposit(network, 7)
    network.until_sealed()
    assert away.book.newest == 7
    assert all(away.application.seals(height) for height in range(1, 8))
