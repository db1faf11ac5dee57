"""Attacks that once worked, or nearly: each stays tried."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.solo import Solo, open_solo
from tests.world import key_of, make_genesis
from zhulian import canonical
from zhulian.consensus.application import Screened
from zhulian.consensus.solo.engine import NotTheSealer
from zhulian.errors import Refusal
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.limits import Limits
from zhulian.ledger.receipts import trust, verify_receipt, verify_state_fact
from zhulian.ledger.transition import Proposal
from zhulian.ledger.types import Sealer
from zhulian.merkle import ProofFault
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose, SetLimits, TakeDown, Vote
from zhulian.modules.identity.messages import Enrol, Vouched


def _decide(solo: Solo, *actions: Any) -> None:
    proposal = solo.run(Propose(actions=[msgspec.to_builtins(each) for each in actions]), "org1.admin")
    solo.run(Vote(proposal=proposal, vote="yes"), "org2.admin")


@pytest.mark.parametrize(
    "data", [b'{"body":' + b"[]" * 33 + b'\\"' * 30_000, b'"' * 64_000 + b"[]" * 40, b'"' + b"\\" * 60_001 + b"[" * 40]
)
def test_bound__takes_linear_time(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Refusal):
        canonical.decode(data)
    assert time.process_time() - began < 1  # once 95 s


def test_read__knows_no_encoding_but_utf_8() -> None:
    with pytest.raises(canonical.Malformed):
        canonical.read(('["≢",' + "[" * 9000 + "]" * 9000 + ',"≢"]').encode("utf-16-le"))


def test_receipt__refuses_a_list_item_doubled_or_dropped(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    ids = [solo.sign(Deposit(digest=f"{n:064x}")) for n in range(3)]
    solo.submit(ids)
    receipt = solo.application.prover.receipt(solo.step().outcomes[1].transaction)

    def lists(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(node, dict):
            return [found for key, value in node.items() for found in lists(value, (*path, key))]
        if isinstance(node, list):
            return [path, *(found for place, value in enumerate(node) for found in lists(value, (*path, place)))]
        return []

    for path in lists(receipt):
        for change in ("double", "drop"):
            tampered = copy.deepcopy(receipt)
            at: Any = tampered
            for key in path:
                at = at[key]
            if not at:
                continue
            at.append(at[-1]) if change == "double" else at.pop()
            with pytest.raises(ProofFault):
                verify_receipt(tampered, solo.trusted)


def test_fact__needs_a_key_with_a_part(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(digest="aa" * 32))
    fact = solo.application.prover.state_fact([""], None)
    verify_state_fact(fact, solo.trusted)
    with pytest.raises(ProofFault):
        verify_state_fact({**fact, "key": []}, solo.trusted)


def test_receipt__of_a_key_whose_certificate_stays_off_the_chain(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    key = key_of("gm", "org1.vouched")
    vouched = Vouched(certificate="ab" * 32, not_after=solo.now_ms // 1000 + 1000, not_before=0, public_key=key.public_key.hex())
    possession = solo.world.possession("org1.vouched", key)
    solo.run(Enrol(duties=[], kind="officer", possession=possession, signer="org1.vouched", vouched=vouched), "org1.admin")
    solo.world.use_key("org1.vouched", key)
    receipt = solo.application.prover.receipt(solo.run(Deposit(digest="aa" * 32), "org1.vouched"))
    proved = verify_receipt(receipt, solo.trusted)
    assert proved.signers[0].organisation == "org1"
    assert proved.signers[0].certificate is None
    without = {name: value for name, value in receipt.items() if name != "facts"}
    with pytest.raises(ProofFault):
        verify_receipt(without, solo.trusted)


def test_checkpoint__is_held_against_its_own_height(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    receipt = solo.application.prover.receipt(solo.run(Deposit(digest="aa" * 32)))
    checkpoint = solo.application.prover.checkpoint(1)
    verify_receipt(receipt, trust(CODEC.encode(solo.genesis), checkpoint=checkpoint))
    with pytest.raises(ProofFault):
        verify_receipt(receipt, trust(CODEC.encode(solo.genesis), checkpoint={**checkpoint, "header": "00" * 32}))


def test_take_down__drops_every_body_that_was_named(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    raws = [solo.sign(Deposit(digest=f"{n:064x}")) for n in range(3)]
    solo.submit(raws)
    ids = [each.transaction for each in solo.step().outcomes]
    _decide(solo, *(TakeDown(basis="cd" * 32, reason="order", transaction=each) for each in ids[:2]))
    record = solo.application.chain_store.block(1)
    assert record is not None
    assert [bool(each) for each in record.envelopes] == [False, False, True]
    verify_receipt(solo.application.prover.receipt(ids[2]), solo.trusted)
    for gone in ids[:2]:
        with pytest.raises(Refusal) as caught:
            solo.application.prover.receipt(gone)
        assert caught.value.code == "ledger/13"


def test_solo__makes_no_block_that_it_cannot_seal_alone(tmp_path: Path) -> None:
    genesis = make_genesis(2)
    other = Sealer(power=1, public_key=key_of("gm", "org2.seal").public_key.hex(), sealer="org2")
    with pytest.raises(NotTheSealer):
        open_solo(tmp_path, genesis=msgspec.structs.replace(genesis, sealers=[*genesis.sealers, other]))


def test_pool__lets_nothing_unfit_stand_in_the_way(tmp_path: Path) -> None:
    solo = open_solo(tmp_path, orgs=2)
    proposal = solo.run(
        Propose(
            actions=[
                msgspec.to_builtins(
                    SetLimits(
                        limits=msgspec.structs.replace(
                            Limits(), transaction_bytes_max=16_384, block_bytes_max=16_384, organisation_block_bytes_max=16_384
                        )
                    )
                )
            ]
        ),
        "org1.admin",
    )
    vote = solo.sign(Vote(proposal=proposal, vote="yes"), "org2.admin")
    big = solo.sign([Deposit(digest=f"{n:064x}") for n in range(60)] * 1, "org2.clerk")
    assert solo.submit([vote]) == [None]
    solo.step()
    assert solo.submit([solo.sign(Deposit(digest="aa" * 32))]) == [None]
    lowered = msgspec.structs.replace(solo.application.world.governing.rules(solo.application.chain_store, 9).limits)
    assert lowered.block_bytes_max == 16_384
    large = solo.application._reader.read(big, Limits())
    unfit = msgspec.structs.replace(large, raw=large.raw + b" " * 20_000)
    solo.application.pool.reserve(unfit, 10)
    solo.application.pool.add(unfit, 10)
    stepped = solo.step()
    assert stepped.header is not None
    assert [each.code for each in stepped.outcomes] == ["tx/1", None]


def test_pool__is_not_filled_in_anothers_name(tmp_path: Path) -> None:
    genesis = make_genesis(2, limits=msgspec.structs.replace(Limits(), organisation_pending_max=2))
    solo = open_solo(tmp_path, genesis=genesis)
    forged = []
    for n in range(5):
        envelope = json.loads(solo.sign(Deposit(digest=f"{n:064x}")))
        envelope["signatures"][0]["signature"] = "11" * 64
        forged.append(canonical.encode(envelope))
    screened = [each for each in solo.application.screen(forged, solo.now_ms // 1000) if isinstance(each, Screened)]
    assert len(screened) == 5  # on their way to the workers
    honest = solo.sign(Deposit(digest="ee" * 32))
    assert solo.submit([honest]) == [None]
    solo.application.admit(screened, [[False]] * 5)
    assert len(solo.application.pool) == 1
    assert solo.application.pool.bytes == len(honest)


def test_pool__takes_the_first_of_two_good_signings_of_one_body(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    raw = solo.sign(Deposit(digest="aa" * 32), nonce="00" * 16)
    other = solo.sign(Deposit(digest="aa" * 32), nonce="00" * 16)  # SM2 signatures differ from time to time
    assert raw != other
    answers = solo.submit([raw, other])
    assert answers[0] is None
    assert answers[1] is not None
    assert answers[1].code == "tx/5"
    assert len(solo.step().outcomes) == 1


def test_judge__takes_no_expired_transaction_into_a_block(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    raw = solo.sign(Deposit(digest="aa" * 32))
    transaction = solo.application._reader.read(raw, Limits())
    late = Proposal(height=1, time_ms=(transaction.expires + 1) * 1000, transactions=(transaction,))
    with pytest.raises(Refusal) as caught:
        solo.application.judge(late)
    assert caught.value.code == "tx/3"
