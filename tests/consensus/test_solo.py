"""The application behind its seam, driven by the solo engine: history, restart, pruning, seals, and one history only."""

import random
from pathlib import Path

import msgspec
import pytest

from tests.solo import Solo, open_solo
from tests.world import key_of, make_genesis
from zhulian.consensus.order import OrderChecked
from zhulian.consensus.seal_log import SealedAlready, SealLog, SealLogBroken
from zhulian.consensus.solo.engine import NotTheSealer
from zhulian.errors import Bug
from zhulian.ledger.errors import NotRetained
from zhulian.ledger.genesis import Retention
from zhulian.ledger.receipts import verify_receipt, verify_state_fact
from zhulian.ledger.store import MemoryStore
from zhulian.merkle.reference import specified_root
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose, Seat, SetSealers, Vote


def _reopen(solo: Solo, folder: Path) -> Solo:
    solo.log.close()
    return open_solo(folder, genesis=solo.genesis, store=solo.store, now_ms=solo.now_ms)


def test_step__makes_no_block_of_nothing(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    assert solo.step().header is None
    assert solo.application.head.height == 0


def test_step__links_headers_and_seals_each(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    ids = [solo.run(Deposit(digest=f"{n:064x}")) for n in range(5)]
    for each in ids:
        verify_receipt(solo.application.prover.receipt(each), solo.trusted)
    headers = [solo.application.chain_store.header(height) for height in range(1, 6)]
    assert [each.height for each in headers if each] == [1, 2, 3, 4, 5]
    assert headers[0] is not None
    assert headers[0].previous == solo.genesis.digest().hex()


def test_state_root__is_that_of_the_specification(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    for n in range(4):
        solo.run(Deposit(digest=f"{n:064x}"))
    state = {key[1:]: value[8:] for key, value in solo.store.scan(b"s", b"t")}
    header = solo.application.chain_store.header(4)
    assert header is not None
    assert specified_root(solo.world.world.hasher, state).hex() == header.state_root


def test_refused__is_recorded_without_its_content(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(digest="aa" * 32))
    raw = solo.sign(Deposit(digest="aa" * 32))
    assert solo.submit([raw]) == [None]
    outcome = solo.step().outcomes[0]
    assert outcome.code == "evidence/1"
    record = solo.application.chain_store.block(outcome.height)
    assert record is not None
    assert record.envelopes == [b""]
    assert b"evidence.deposit" in record.results[0]
    assert b"aaaa" not in record.results[0].replace(outcome.transaction.encode(), b"")


@pytest.mark.parametrize("seed", range(3))
def test_restart__goes_on_where_it_was(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    straight = open_solo(tmp_path / "a")
    restarted = open_solo(tmp_path / "b")
    for n in range(12):
        raws = [
            straight.sign(Deposit(digest=f"{n * 10 + k:064x}"), nonce=f"{n * 10 + k:032x}") for k in range(chance.randint(1, 4))
        ]
        for solo in (straight, restarted):
            assert solo.submit(raws) == [None] * len(raws)
            solo.step()
        if chance.random() < 0.4:
            restarted = _reopen(restarted, tmp_path / "b")
        assert restarted.application.head == straight.application.head
    assert [each.code if each else None for each in restarted.submit(raws)] == ["tx/5"] * len(raws)  # ids survive too


def test_recover__seals_a_head_that_was_decided_but_not_sealed(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(digest="aa" * 32))
    raw = solo.sign(Deposit(digest="bb" * 32))
    solo.submit([raw])
    proposal, _ = solo.application.propose(solo.now_ms + 1000)
    assert proposal is not None
    solo.application.finalize(proposal)
    solo.application.commit()  # the power fails before the seal
    again = _reopen(solo, tmp_path)
    receipt = again.application.prover.receipt(proposal.transactions[0].transaction)
    verify_receipt(receipt, again.trusted)


def test_recover__takes_over_seals_that_were_not_stored_yet(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    transaction = solo.run(Deposit(digest="aa" * 32))
    before = solo.application.prover.receipt(transaction)
    again = _reopen(solo, tmp_path)
    assert again.application.prover.receipt(transaction) == before


def test_recover__refuses_an_older_folder(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(digest="aa" * 32))
    backup = MemoryStore()
    backup.write(list(solo.store.scan(b"", b"\xff")))
    solo.run(Deposit(digest="bb" * 32))
    solo.log.close()
    with pytest.raises(SealedAlready):
        open_solo(tmp_path, genesis=solo.genesis, store=backup, now_ms=solo.now_ms)
    with pytest.raises(SealedAlready):
        open_solo(tmp_path, genesis=solo.genesis, store=MemoryStore(), now_ms=solo.now_ms)


def test_seal_log__forgets_a_line_that_a_crash_cut_off(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    solo.run(Deposit(digest="aa" * 32))
    solo.log.close()
    path = tmp_path / "seal.log"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    log = SealLog(path)
    assert log.newest == 1
    log.close()
    assert path.read_bytes() == whole
    path.write_bytes(b"rubbish\n" + whole)
    with pytest.raises(SealLogBroken):
        SealLog(path)


def test_history__is_proved_inside_the_window_and_refused_outside(tmp_path: Path) -> None:
    genesis = msgspec.structs.replace(make_genesis(), retention=Retention(heights=5))
    solo = open_solo(tmp_path, genesis=genesis)
    for n in range(12):
        solo.run(Deposit(digest=f"{n:064x}"))
    application = solo.application
    assert application.oldest() == 7
    for height in range(7, 13):
        for n in (0, 6, 7, 8, 11):
            fact = application.prover.state_fact(["evidence/deposits", f"{n:064x}", "org1"], height)
            assert verify_state_fact(fact, solo.trusted).present == (n < height)
    with pytest.raises(NotRetained):
        application.require_retained(6)
    stale = list(solo.store.scan(b"v", b"w"))
    assert len(stale) < 12  # history outside the window is gone


def test_sealers__change_by_vote_and_receipts_follow(tmp_path: Path) -> None:
    solo = open_solo(tmp_path, orgs=2)
    first = solo.run(Deposit(digest="aa" * 32))
    key = key_of("gm", "org2.seal")
    seats = [Seat(power=1, public_key=key.public_key.hex(), sealer="org2", possession=solo.world.possession("org2", key))]
    alive = solo.world.alive("org1.seal", "org2.seal", header=solo.application.head.digest, time_ms=solo.now_ms)
    action = msgspec.to_builtins(SetSealers(alive=[alive], sealers=seats))
    proposal = solo.run(Propose(actions=[action]), "org1.admin")
    solo.run(Vote(proposal=proposal, vote="yes"), "org2.admin")
    assert [each.sealer for each in solo.application.sealers()] == ["org2"]
    solo.submit([solo.sign(Deposit(digest="bb" * 32))])
    with pytest.raises(NotTheSealer):  # org1's key seals no more
        solo.step()
    solo.engine._signer = type(solo.engine._signer)(solo.genesis.crypto(), key)  # the operator hands over to org2
    solo.engine._key = solo.world.fingerprint("org2.seal")
    second = solo.step().outcomes[0].transaction
    receipt = solo.application.prover.receipt(second)
    assert len(receipt["sealer_changes"]) == 1
    assert verify_receipt(receipt, solo.trusted).seals[0].sealer == "org2"
    assert verify_receipt(solo.application.prover.receipt(first), solo.trusted).seals[0].sealer == "org1"


def test_order__stops_a_commit_without_finalize(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    checked = OrderChecked(solo.application)
    with pytest.raises(Bug):
        checked.commit()
    solo.submit([solo.sign(Deposit(digest="aa" * 32))])
    proposal, _ = checked.propose(solo.now_ms + 1)
    checked.finalize(proposal)
    checked.finalize(proposal)  # another round may execute the block again
    checked.commit()
    with pytest.raises(Bug):
        checked.commit()
