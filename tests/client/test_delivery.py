"""What happens to signed bytes on a bad line: sent again while that is safe, signed again never too early, applied once."""

import contextlib
import random
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.fake_node import FakeNode, Fault, busy, lost_answer, lost_request, problem, silent, strange, unreachable
from zhulian.client import Chain, FromNode, OutcomeUnknown, Unreachable
from zhulian.client.errors import StrangeAnswer

_FAULTS: list[Fault] = [unreachable, lost_request, lost_answer, busy, silent]


@settings(max_examples=25)
@given(faults=st.lists(st.sampled_from(range(len(_FAULTS))), max_size=6))
def test_deposit__is_applied_once_whatever_the_line_loses(tmp_path_factory: pytest.TempPathFactory, faults: list[int]) -> None:
    folder = tmp_path_factory.mktemp("line")
    node = FakeNode(folder)
    path = folder / "file"
    path.write_bytes(random.Random(str(faults)).randbytes(20))
    with pytest.MonkeyPatch.context() as patch, node.connect(folder / "home") as chain:
        patch.setattr("zhulian.client.line.time.sleep", node.sleep)
        node.faults = [_FAULTS[each] for each in faults]
        done = chain.evidence.deposit(path)
        assert done.receipt.proved.applied
        assert len(set(node.submitted)) == 1
        assert chain.core.journal.open_intents(chain.core.chain) == []
        assert chain.evidence.deposit(path).found


@pytest.mark.parametrize("fault", [lost_request, lost_answer, silent])
def test_submit__a_crash_after_sending_is_picked_up_with_the_same_bytes(
    node: FakeNode, tmp_path: Path, file: Path, fault: Fault
) -> None:
    class Crash(Exception):
        pass

    def crash(request: httpx.Request, go: object) -> httpx.Response:
        with contextlib.suppress(httpx.TransportError):
            fault(request, go)  # type: ignore[arg-type]
        raise Crash

    node.faults = [crash]
    with node.connect(tmp_path / "home") as chain, pytest.raises(Crash):
        chain.evidence.deposit(file)
    with node.connect(tmp_path / "home") as chain:
        assert len(chain.core.journal.open_intents(chain.core.chain)) == 1
        (outcome,) = chain.resume()
        assert outcome.status == "applied"
        assert chain.core.journal.open_intents(chain.core.chain) == []
        assert chain.evidence.deposit(file).found
    assert len(set(node.submitted)) <= 1


def test_submit__a_crash_before_sending_is_picked_up_by_the_next_deposit(node: FakeNode, tmp_path: Path, file: Path) -> None:
    node.faults = [unreachable] * 100
    with node.connect(tmp_path / "home") as chain, pytest.raises(Unreachable):
        chain.evidence.deposit(file)
    node.faults = []
    with node.connect(tmp_path / "home") as chain:
        (intent,) = chain.core.journal.open_intents(chain.core.chain)
        done = chain.evidence.deposit(file)
        assert done.receipt.proved.transaction == intent.transaction
        assert node.submitted == [intent.envelope]


def test_submit__signs_anew_only_after_the_first_body_has_lapsed(node: FakeNode, tmp_path: Path, file: Path) -> None:
    node.faults = [unreachable] * 100
    with node.connect(tmp_path / "home") as chain:
        with pytest.raises(Unreachable):
            chain.evidence.deposit(file)
        node.faults = []
        (intent,) = chain.core.journal.open_intents(chain.core.chain)
        node.wait(intent.expires - node.clock() + 5)
        with pytest.raises(OutcomeUnknown):  # a block made just before may still turn up
            chain.evidence.deposit(file)
        assert node.submitted == []
        node.wait(120)
        done = chain.evidence.deposit(file)
        assert done.receipt.proved.transaction != intent.transaction
        assert len(node.submitted) == 1


def test_submit__finds_after_expiry_what_a_block_took(node: FakeNode, tmp_path: Path, file: Path) -> None:
    with node.connect(tmp_path / "home") as chain:
        node.faults = [lost_answer, *[unreachable] * 10_000]
        node.faulty = lambda request: True
        with pytest.raises((OutcomeUnknown, Unreachable)):
            chain.evidence.deposit(file)
        node.faults = []
        (intent,) = chain.core.journal.open_intents(chain.core.chain)
        assert node.clock() >= intent.expires  # it kept trying as long as that made sense
        done = chain.evidence.deposit(file)
        assert done.receipt.proved.transaction == intent.transaction
        assert len(node.submitted) == 1


def test_submit__patience_ends_early_only_where_nothing_was_sent(node: FakeNode, chain: Chain, file: Path) -> None:
    node.faults = [unreachable] * 10_000
    began = node.clock()
    with pytest.raises(Unreachable):
        chain.evidence.deposit(file)
    assert node.clock() - began < 30


def test_submit__waits_as_long_as_the_node_asks(node: FakeNode, chain: Chain, file: Path) -> None:
    node.faults = [busy, busy]
    chain.evidence.deposit(file)
    assert [each for each in node.slept if each >= 2] == [2, 2]


def test_submit__a_refusal_is_final_and_closes_the_intent(node: FakeNode, chain: Chain) -> None:
    with pytest.raises(FromNode) as no:
        chain.submit([{"type": "evidence.withdraw", "deposit": "00" * 32, "party": "org1", "reason": "mistaken"}])
    assert (no.value.code, no.value.problem["outcome"]) == ("evidence/3", "refused")
    assert len(node.submitted) == 1
    assert chain.core.journal.open_intents(chain.core.chain) == []


def test_submit__what_is_turned_away_may_be_signed_again_at_once(node: FakeNode, chain: Chain) -> None:
    for _ in range(2):
        with pytest.raises(FromNode) as no:
            chain.submit([{"type": "no.such"}], intent="the same")
        assert no.value.code == "tx/11"
    assert len(set(node.submitted)) == 2


def test_submit__a_proxy_in_between_is_named(node: FakeNode, chain: Chain, file: Path) -> None:
    node.faults = [strange]
    with pytest.raises(StrangeAnswer):
        chain.evidence.deposit(file)
    assert chain.evidence.deposit(file).receipt.proved.applied


def test_submit__several_signers_sign_one_body(node: FakeNode, chain: Chain) -> None:
    message = {"type": "evidence.deposit", "digest": "11" * 32, "party": "org1"}
    outcome = chain.submit([message], signers=[node.identity("org2.clerk"), node.identity("org1.clerk")])
    receipt = chain.receipt(outcome.transaction)
    assert [each.signer for each in receipt.proved.signers] == ["org1.clerk", "org2.clerk"]


def test_deposit_many__sends_again_only_what_has_no_answer(node: FakeNode, chain: Chain, tmp_path: Path) -> None:
    files = [tmp_path / f"f{number}" for number in range(5)]
    for path in files:
        path.write_bytes(path.name.encode())
    node.faults = [unreachable, lost_answer, busy]
    done = chain.evidence.deposit_many(files)
    assert all(each.receipt.proved.applied for each in done)  # type: ignore[union-attr]
    assert len(set(node.submitted)) == 5


def test_submit__an_expired_answer_to_a_second_try_is_no_proof_that_the_first_failed(
    node: FakeNode, chain: Chain, file: Path
) -> None:
    chain.core.clock = lambda: node.clock() - 200  # this machine's clock is behind the node's

    def lost_and_late(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
        go()
        node.wait(150)
        raise httpx.ReadTimeout("no answer", request=request)

    node.faults = [lost_and_late]
    done = chain.evidence.deposit(file)
    assert done.receipt.proved.applied
    assert len(set(node.submitted)) == 1


def test_submit__after_a_gateway_gave_up_waiting_patience_lasts_until_the_body_expires(
    node: FakeNode, chain: Chain, file: Path
) -> None:
    node.faulty = lambda request: True
    node.faults = [lambda request, go: problem(503, "gateway/6"), *[unreachable] * 10_000]
    began = node.clock()
    with pytest.raises(OutcomeUnknown):
        chain.evidence.deposit(file)
    assert node.clock() - began >= 300
