"""Reading: nothing is believed without its proof."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.client.fake_node import URL, FakeNode
from tests.world import make_genesis
from zhulian.client import Chain, FromNode, connect
from zhulian.client.errors import AnotherChain, NotOurs, StrangeAnswer
from zhulian.ledger.genesis import CODEC
from zhulian.merkle import ProofFault


def _changing(change: Callable[[Any], Any]) -> Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]:
    def fault(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, content=msgspec.json.encode(change(msgspec.json.decode(go().content))))

    return fault


def test_state__proves_presence_and_absence(chain: Chain, file: Path) -> None:
    done = chain.evidence.deposit(file)
    found = chain.state(("evidence/deposits", done.deposit, "org1"))
    assert found.present
    assert found.value["transaction"] == done.receipt.proved.transaction
    assert not chain.state(("evidence/deposits", "00" * 32, "org1")).present
    assert chain.state(("evidence/deposits", done.deposit, "org1"), height=found.height) == found


def test_state__a_lie_is_noticed(chain: Chain, node: FakeNode, file: Path) -> None:
    done = chain.evidence.deposit(file)
    key = ("evidence/deposits", done.deposit, "org1")
    node.faulty = lambda request: "/state/" in request.url.path

    def hide(fact: Any) -> Any:
        return {name: value for name, value in fact.items() if name != "value"}

    def move(fact: Any) -> Any:
        return {**fact, "key": ["evidence/deposits", "00" * 32, "org1"]}

    def edit(fact: Any) -> Any:
        return {**fact, "value": {**fact["value"], "height": 77}}

    for change in (hide, move, edit):
        node.faults = [_changing(change)]
        with pytest.raises(ProofFault):
            chain.state(key)
    other = chain.state(("evidence/deposits", "11" * 32, "org1"))
    assert not other.present
    true_absence = node.solo.application.prover.state_fact(["evidence/deposits", "22" * 32, "org1"], None)
    node.faults = [_changing(lambda _: msgspec.to_builtins(true_absence))]
    with pytest.raises(NotOurs):  # true, but of another key than was asked for
        chain.state(key)


def test_receipt__a_lie_is_noticed_before_anything_is_handed_out(
    chain: Chain, node: FakeNode, file: Path, tmp_path: Path
) -> None:
    first = chain.evidence.deposit(file)
    node.faulty = lambda request: "/receipts" in request.url.path
    node.faults = [_changing(lambda receipt: {**receipt, "header": {**receipt["header"], "height": 9}})]
    with pytest.raises(ProofFault):
        chain.receipt(first.receipt.proved.transaction)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    second = chain.evidence.deposit(other).receipt.proved.transaction
    plain = {name: value for name, value in first.receipt.document.items() if name != "opening"}
    node.faults = [_changing(lambda _: plain)]
    with pytest.raises(NotOurs):
        chain.receipt(second)


def test_connect__holds_the_node_to_the_genesis(node: FakeNode, tmp_path: Path) -> None:
    with connect(URL, node.identity(), home=tmp_path, transport=node.transport) as chain:  # the node's own
        chain.check_chain()
        digest = chain.core.hasher.genesis.hex()
    with connect(URL, node.identity(), home=tmp_path, genesis_digest=digest, transport=node.transport):
        pass
    with pytest.raises(ProofFault):
        connect(URL, node.identity(), home=tmp_path, genesis_digest="00" * 32, transport=node.transport)
    other = CODEC.encode(make_genesis(orgs=3))
    with (
        connect(URL, node.identity(), home=tmp_path, genesis=other, transport=node.transport) as chain,
        pytest.raises(AnotherChain),
    ):
        chain.check_chain()


def test_submit__to_another_chain_is_turned_away(node: FakeNode, tmp_path: Path, file: Path) -> None:
    other = CODEC.encode(make_genesis(orgs=3))
    with connect(URL, node.identity(), home=tmp_path / "home", genesis=other, transport=node.transport) as chain:
        chain.core.clock = node.clock
        with pytest.raises(FromNode) as no:
            chain.evidence.deposit(file)
    assert no.value.code == "tx/2"


def test_reading__what_is_no_json_is_named(chain: Chain, node: FakeNode) -> None:
    node.faulty = lambda request: True
    node.faults = [lambda request, go: httpx.Response(200, text="<html>")]
    with pytest.raises(StrangeAnswer):
        chain.status()
    node.faults = [lambda request, go: httpx.Response(200, text="[1]")]
    with pytest.raises(StrangeAnswer):
        chain.head()
