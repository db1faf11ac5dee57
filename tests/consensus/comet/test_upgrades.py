"""A module's new version switches on at one height on all nodes; an old node stops in words; a rehearsal tells beforehand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.comet import Node, StandIn, open_network
from zhulian.errors import Refusal
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.errors import CannotRehearse, UnsupportedVersion
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Context, Handler, Module
from zhulian.ledger.rehearsing import rehearse
from zhulian.ledger.transition import World
from zhulian.ledger.types import Applied, Message
from zhulian.modules import assemble
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose, SetVersion, Vote
from zhulian.node.versions import Coming, coming


class NoPlainDigests(Refusal, code="test/90", zh="第 2 版不收公开摘要。", en="Version 2 takes no plain digest."):
    """What the test's version 2 of the evidence module refuses."""


class _Evidence:
    """The evidence module with a version 2, in which a deposit is a commitment."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.name = module.name
        self.versions = (1, 2)
        self.events = module.events
        self.handlers: Mapping[type[Message], Handler] = {**module.handlers, Deposit: self.handle_deposit}

    def found(self, *given: Any) -> None:
        self._module.found(*given)

    def handle_deposit(self, context: Context, message: Deposit) -> None:
        if context.block.rules.versions["evidence"] >= 2 and message.digest is not None:
            raise NoPlainDigests()
        self._module.handlers[Deposit](context, message)


def newer(genesis: Genesis) -> World:
    """The program of the next release."""
    world = assemble(genesis)
    changed = {each.name: _Evidence(each) for each in world.modules if each.name == "evidence"}
    modules: tuple[Any, ...] = tuple(changed.get(each.name, each) for each in world.modules)
    return msgspec.structs.replace(world, modules=modules, handlers={**world.handlers, **changed["evidence"].handlers})


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = open_network(tmp_path, monkeypatch=monkeypatch)
    for node in made.nodes[1:]:
        _install(made, node)
    return made


def _install(network: StandIn, node: Node) -> None:
    if node.up:
        network.crash(node)
    node.program = newer
    network.start(node)


def _run(network: StandIn, message: Message, signer: str) -> Any:
    (no,) = network.up[0].submit([network.sign(message, signer)])
    assert no is None
    network.round()
    applied = network.up[0].commits[-1].applied
    assert applied is not None
    return applied.results[0]


def _decide(network: StandIn, from_height: int) -> None:
    action = msgspec.to_builtins(SetVersion(from_height=from_height, module="evidence", version=2))
    proposed = _run(network, Propose(actions=[action]), "org1.admin")
    for each in ("org2", "org3"):
        assert isinstance(_run(network, Vote(proposal=proposed.transaction, vote="yes"), f"{each}.admin"), Applied)


def _deposit(network: StandIn, number: int) -> Any:
    return _run(network, Deposit(digest=f"{number:064x}"), "org1.clerk")


def test_version__switches_on_at_its_height_on_all_nodes_and_an_old_one_stops_in_words(network: StandIn) -> None:
    old = network.nodes[0]
    _decide(network, from_height=6)
    assert coming(network.nodes[1].application) == [Coming(6, "evidence", 2, True)]
    assert coming(old.application) == [Coming(6, "evidence", 2, False)]  # what its status warns of
    assert isinstance(_deposit(network, 1), Applied)
    assert isinstance(_deposit(network, 2), Applied)  # height 5, the last under version 1
    (no,) = network.up[0].submit([network.sign(Deposit(digest=f"{3:064x}"))])
    assert no is None
    with pytest.raises(UnsupportedVersion) as stopped:
        network.round()
    for language in ("zh", "en"):
        said = stopped.value.say(language)
        assert "evidence" in said
        assert "6" in said
        assert "2" in said
    network.crash(old)
    network.round()
    assert network.up[0].commits[-1].applied.results[0].code == "test/90"  # type: ignore[union-attr]
    network.until_sealed()
    assert len({each.application.head.digest for each in network.up}) == 1
    with pytest.raises(UnsupportedVersion):  # it does not start either
        network.start(old)
    _install(network, old)
    network.until_sealed()
    assert {each.application.head.height for each in network.up} == {6}
    assert len({each.application.head.digest for each in network.up}) == 1
    assert coming(old.application) == []


def test_rehearsal__tells_what_would_come_out_otherwise_and_touches_nothing(network: StandIn) -> None:
    for number in range(1, 4):
        _deposit(network, number)
    _run(network, Deposit(commitment="ab" * 32), "org1.clerk")
    node = network.nodes[0]
    before = dict(node.store.scan(b"", b"\xff" * 64))
    chain = ChainStore(node.store)
    found = rehearse(newer(network.genesis), chain, "evidence", 2, 3)
    assert (found.first, found.last, found.transactions, found.not_kept) == (2, 4, 3, 0)
    assert [(each.height, each.was, each.now) for each in found.differences] == [
        (2, "applied", "test/90"),
        (3, "applied", "test/90"),
    ]
    assert found.differing == 2
    gone = {each.key for each in found.state if each.now is None}
    assert any(f"{2:064x}" in key for key in gone)
    assert not any("ab" * 32 in key for key in gone)
    assert dict(node.store.scan(b"", b"\xff" * 64)) == before


def test_rehearsal__of_what_changes_nothing_finds_nothing(network: StandIn) -> None:
    _run(network, Deposit(commitment="ab" * 32), "org1.clerk")
    found = rehearse(newer(network.genesis), ChainStore(network.nodes[0].store), "evidence", 2, 100)
    assert (found.differing, found.differing_keys, found.transactions) == (0, 0, 1)


def test_rehearsal__needs_the_program_the_module_and_blocks(network: StandIn) -> None:
    chain = ChainStore(network.nodes[0].store)
    with pytest.raises(CannotRehearse):
        rehearse(newer(network.genesis), chain, "evidence", 2, 100)
    _deposit(network, 1)
    with pytest.raises(UnsupportedVersion):
        rehearse(assemble(network.genesis), chain, "evidence", 2, 100)
    with pytest.raises(CannotRehearse):
        rehearse(newer(network.genesis), chain, "evidense", 2, 100)
