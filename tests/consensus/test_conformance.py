"""What every engine owes the ledger, played on each: the embedded one, and CometBFT's calls among four nodes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.comet import StandIn, open_network
from tests.modules.scenario.opening.ground import MODULES
from tests.modules.scenario.timing.cans import SOURCE, do
from tests.solo import Solo, open_solo
from zhulian.consensus.application import Application
from zhulian.errors import Refusal
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.limits import Limits
from zhulian.ledger.receipts import Trusted, verify_receipt, verify_state_fact
from zhulian.ledger.types import Message
from zhulian.modules.evidence.messages import Deposit, Withdraw
from zhulian.modules.govern.messages import Propose, SetLimits, Vote
from zhulian.modules.scenario.messages import Admit, Open, Publish
from zhulian.modules.scenario.state import RECORDS, SWEEPS
from zhulian.modules.scenario.timing.schedule import OVER


class Engine(Protocol):
    """What the suite asks of an engine."""

    trusted: Trusted

    def sign(self, messages: Sequence[Message] | Message, signer: str = ..., **more: Any) -> bytes: ...
    def submit(self, raws: Sequence[bytes]) -> list[Refusal | None]: ...
    def settle(self) -> None: ...
    def restart(self) -> None: ...
    def applications(self) -> list[Application]: ...


class SoloCase:
    """The embedded engine."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self._folder = folder
        self._solo: Solo = open_solo(folder, **settings)
        self.trusted = self._solo.trusted

    def sign(self, messages: Sequence[Message] | Message, signer: str = "org1.clerk", **more: Any) -> bytes:
        return self._solo.sign(messages, signer, **more)

    def submit(self, raws: Sequence[bytes]) -> list[Refusal | None]:
        return self._solo.submit(raws)

    def settle(self) -> None:
        self._solo.step()

    def restart(self) -> None:
        self._solo.log.close()
        self._solo = open_solo(self._folder, genesis=self._solo.genesis, store=self._solo.store, now_ms=self._solo.now_ms)

    def applications(self) -> list[Application]:
        return [self._solo.application]


class NetworkCase:
    """Four nodes; submissions go round among their doors."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self._network: StandIn = open_network(folder, monkeypatch=monkeypatch, **settings)
        self.trusted = self._network.trusted
        self._door = 0

    def sign(self, messages: Sequence[Message] | Message, signer: str = "org1.clerk", **more: Any) -> bytes:
        return self._network.sign(messages, signer, **more)

    def submit(self, raws: Sequence[bytes]) -> list[Refusal | None]:
        self._door += 1
        return self._network.nodes[self._door % 4].submit(raws)

    def settle(self) -> None:
        self._network.until_sealed()

    def restart(self) -> None:
        node = self._network.nodes[self._door % 4]
        self._network.crash(node)
        self._network.start(node)

    def applications(self) -> list[Application]:
        return [each.application for each in self._network.nodes]


@pytest.fixture(params=["solo", "cometbft"])
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def build(**settings: Any) -> Engine:
        if request.param == "solo":
            return SoloCase(tmp_path, **settings)
        return NetworkCase(tmp_path, monkeypatch, **settings)

    return build


def _ids(engine: Engine) -> list[str]:
    """The transactions of the chain in their order, which all nodes share."""
    found = []
    for application in engine.applications():
        mine = []
        for height in range(1, application.head.height + 1):
            record = application.chain_store.block(height)
            assert record is not None
            mine += [bytes(each) for each in record.results]
        found.append(mine)
    assert all(each == found[0] for each in found)
    return [each.decode() for each in found[0]]


def test_nothing_to_do__makes_no_block(make: Any) -> None:
    engine: Engine = make()
    engine.settle()
    assert [each.head.height for each in engine.applications()] == [0] * len(engine.applications())


def test_acknowledged__is_in_a_block_with_a_receipt_that_holds(make: Any) -> None:
    engine: Engine = make()
    raws = [engine.sign(Deposit(digest=f"{n:064x}")) for n in range(6)]
    for at in range(0, 6, 2):
        assert engine.submit(raws[at : at + 2]) == [None, None]
        engine.settle()
    assert len(_ids(engine)) == 6
    for application in engine.applications():
        for n in range(6):
            fact = application.prover.state_fact(["evidence/deposits", f"{n:064x}", "org1"], application.head.height)
            assert verify_state_fact(fact, engine.trusted).value is not None
            place = application.prover.receipt(fact["value"]["transaction"])
            verify_receipt(place, engine.trusted)


def test_same_bytes_twice__count_once_whatever_the_door(make: Any) -> None:
    engine: Engine = make()
    raw = engine.sign(Deposit(digest="aa" * 32))
    assert engine.submit([raw]) == [None]
    engine.settle()
    refused = engine.submit([raw])[0]
    assert refused is not None
    assert refused.code == "tx/5"
    assert len(_ids(engine)) == 1


def test_refused__is_recorded_on_all_and_changes_nothing(make: Any) -> None:
    engine: Engine = make()
    for _ in range(2):
        assert engine.submit([engine.sign(Deposit(digest="aa" * 32))]) == [None]
        engine.settle()
    before = {each.chain_store.get(b'["evidence/deposits","' + b"aa" * 32 + b'","org1"]') for each in engine.applications()}
    assert len(before) == 1
    assert '"code":"evidence/1"' in _ids(engine)[1]


def test_restart__keeps_history_ids_and_seals(make: Any) -> None:
    engine: Engine = make()
    raw = engine.sign(Deposit(digest="aa" * 32))
    engine.submit([raw])
    engine.settle()
    heads = [each.head.digest for each in engine.applications()]
    engine.restart()
    assert [each.head.digest for each in engine.applications()] == heads
    assert [each.code if each else None for each in engine.submit([raw])] == ["tx/5"]
    engine.submit([engine.sign(Withdraw(deposit="aa" * 32, party="org1", reason="mistaken"))])
    engine.settle()
    assert len(_ids(engine)) == 2


def test_decision_of_the_members__rules_the_next_block_everywhere(make: Any) -> None:
    engine: Engine = make()
    limits = Limits(block_transactions_max=3)
    engine.submit([engine.sign(Propose(actions=[SetLimits(limits=limits)]), "org1.admin")])
    engine.settle()
    proposal = engine.applications()[0].chain_store.keys(b'["govern/proposals"', b"", 1)[0][0].split(b'"')[3].decode()
    for org in ("org2", "org3", "org4"):
        if engine.submit([engine.sign(Vote(proposal=proposal, vote="yes"), f"{org}.admin")]) != [None]:
            break
        engine.settle()
    for application in engine.applications():
        rules = application.world.governing.rules(application.chain_store, application.head.height + 1)
        assert rules.limits.block_transactions_max == 3
    engine.submit([engine.sign(Deposit(digest=f"{n:064x}")) for n in range(7)])
    height = engine.applications()[0].head.height
    for _ in range(3):
        engine.settle()
    record = engine.applications()[0].chain_store.block(height + 1)
    assert record is not None
    assert len(record.results) == 3


def test_headers__link_and_every_one_is_sealed(make: Any) -> None:
    engine: Engine = make()
    for n in range(5):
        engine.submit([engine.sign(Deposit(digest=f"{n:064x}"))])
        engine.settle()
    for application in engine.applications():
        for height in range(2, application.head.height + 1):
            header = application.chain_store.header(height)
            assert header is not None
            assert header.previous == application.digest_at(height - 1).hex()
            assert application.seals(height)


def test_sweep__goes_page_by_page_on_every_node_whoever_stops_meanwhile(make: Any) -> None:
    small = Limits(block_steps_max=40_000, organisation_block_steps_max=40_000)  # room for one page a block
    engine: Engine = make(limits=small, modules=MODULES)
    tree = read_definition(SOURCE).to_json()
    digest = engine.applications()[0].world.hasher.digest("definition", tree).hex()
    cans = [do("fill", code=code, lot=["1"], bad=False) for code in range(30)]
    for messages in (
        [Publish(definition=digest, text=tree.decode())],
        [Open(definition=digest, instance="first")],
        [Admit(instance="first", party="org1", role="maker"), do("pack", number=1)],
        cans,
        [do("recall", 1)],
    ):
        assert engine.submit([engine.sign(messages)]) == [None]
        engine.settle()
    for number in range(2, 7):  # what others do makes blocks
        engine.restart()
        assert engine.submit([engine.sign(do("pack", number=number))]) == [None]
        engine.settle()
        states = [each.chain_store for each in engine.applications()]
    for state in states:
        sweep = SWEEPS.get(state, "first", "stop", "1")
        assert (sweep.next, sweep.done, sweep.rested, sweep.queued) == (30, 30, 0, OVER)
        assert RECORDS.get(state, "first", "lot", "1").state == "told_"
        assert RECORDS.get(state, "first", "can", "29").state == "stopped"
    assert len({each.head.digest for each in engine.applications()}) == 1
