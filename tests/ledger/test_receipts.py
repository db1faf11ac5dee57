"""Receipts and state facts: proved by an outsider, and every value in them is held by the proof."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.solo import Solo, open_solo
from zhulian import canonical
from zhulian.client.devices.papers import make_batch, make_card
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Refusal
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.proofs import GenesisDiffers
from zhulian.ledger.receipts import Trusted, trust, verify_receipt, verify_state_fact
from zhulian.merkle import ListTree, ProofFault
from zhulian.modules.device.format import READING, Reading, gather, reading_salts
from zhulian.modules.device.messages import Enrol, Measure
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw

_FILE = b"the original"


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a document with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*path, index))
    else:
        yield path, node


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of `document` with another value at `path`."""
    copied = copy.deepcopy(document)
    at = copied
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return copied


def is_refused(verify: Callable[[], object]) -> bool:
    """Whether a verification raises a fault that names a part."""
    try:
        verify()
    except ProofFault as fault:
        return bool(fault.part)
    return False


def others(value: Any) -> list[Any]:
    """Other values of the same kind, and of another."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, str(value)]
    text = str(value)
    swapped = [
        text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :] for at in {0, len(text) // 2, len(text) - 1} if text
    ]
    return [*swapped, text + "0", text[:-1], None, 0]


@pytest.fixture(scope="module", params=["gm", "intl"])
def solo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Solo:
    return open_solo(tmp_path_factory.mktemp("solo"), orgs=2, suite_name=request.param)


@pytest.fixture(scope="module")
def receipt(solo: Solo) -> dict[str, Any]:
    hasher = solo.world.world.hasher
    digest, salt = hasher.suite.digest(_FILE), bytes(range(32))
    raws = [solo.sign(Deposit(commitment=f"{n:064x}")) for n in range(4)]
    mine = solo.sign(
        [Deposit(commitment=hasher.digest("commitment", salt + digest).hex(), party="org1")], ["org1.clerk", "org2.clerk"]
    )
    assert solo.submit([*raws, mine]) == [None] * 5
    made = solo.application.prover.receipt(solo.step().outcomes[4].transaction)
    return {**made, "opening": {"digest": digest.hex(), "salt": salt.hex()}}


def test_verify__proves_who_what_when_and_where(solo: Solo, receipt: dict[str, Any]) -> None:
    proved = verify_receipt(receipt, solo.trusted, file_digest=solo.genesis.crypto().digest(_FILE))
    assert proved.applied
    assert [each.signer for each in proved.signers] == ["org1.clerk", "org2.clerk"]
    assert proved.height == 1
    assert proved.not_before_ms == receipt["header"]["time_ms"]
    assert proved.not_after_ms >= proved.not_before_ms
    assert proved.digest == solo.genesis.crypto().digest(_FILE).hex()


def test_verify__survives_reformatting(solo: Solo, receipt: dict[str, Any]) -> None:
    pretty = json.dumps(dict(reversed(receipt.items())), indent=2, ensure_ascii=False).encode()
    verify_receipt(canonical.read(pretty), solo.trusted)


def test_verify__refuses_another_file(solo: Solo, receipt: dict[str, Any]) -> None:
    with pytest.raises(ProofFault) as caught:
        verify_receipt(receipt, solo.trusted, file_digest=solo.genesis.crypto().digest(b"another"))
    assert caught.value.part == "file"


def test_verify__refuses_every_change_of_every_value(solo: Solo, receipt: dict[str, Any]) -> None:
    trusted = solo.trusted
    count = 0
    for path, value in leaves(receipt):
        for other in others(value):
            tampered = changed(receipt, path, other)
            assert is_refused(lambda tampered=tampered: verify_receipt(tampered, trusted)), (path, other)
            count += 1
    assert count > 250


def test_verify__refuses_a_missing_or_spare_member_anywhere(solo: Solo, receipt: dict[str, Any]) -> None:
    trusted = solo.trusted

    def objects(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        if isinstance(node, dict):
            yield path
            for key, value in node.items():
                yield from objects(value, (*path, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                yield from objects(value, (*path, index))

    for path in objects(receipt):
        at = receipt
        for key in path:
            at = at[key]
        assert isinstance(at, dict)
        for name in [*at, "spare"]:
            if path == () and name == "opening":
                continue  # without its opening a receipt proves the commitment only
            smaller = copy.deepcopy(receipt)
            inner: Any = smaller
            for key in path:
                inner = inner[key]
            if name == "spare":
                inner["spare"] = 1
            else:
                del inner[name]
            assert is_refused(lambda smaller=smaller: verify_receipt(smaller, trusted)), (path, name)


@given(st.data())
def test_verify__refuses_random_damage(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    document, trusted = _made(tmp_path_factory)
    written = bytearray(canonical.encode(document))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != written[place]))
    try:
        read = canonical.read(bytes(written))
    except Refusal:
        return
    if read != document:
        with pytest.raises(ProofFault):
            verify_receipt(read, trusted)


_kept: list[tuple[dict[str, Any], Trusted]] = []


def _made(factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Trusted]:
    if not _kept:
        solo = open_solo(factory.mktemp("damage"), orgs=2)
        _kept.append((solo.application.prover.receipt(solo.run(Deposit(digest="ab" * 32))), solo.trusted))
    return _kept[0]


def test_trust__refuses_every_change_of_genesis(solo: Solo, receipt: dict[str, Any]) -> None:
    document = json.loads(CODEC.encode(solo.genesis))
    for path, value in leaves(document):
        for other in others(value)[:2]:
            data = json.dumps(changed(document, path, other)).encode()
            assert is_refused(lambda data=data: verify_receipt(receipt, trust(data))), (path, other)


def test_trust__holds_genesis_against_its_published_digest(solo: Solo) -> None:
    data = CODEC.encode(solo.genesis)
    trust(data, genesis_digest=solo.genesis.digest().hex())
    with pytest.raises(GenesisDiffers):
        trust(data, genesis_digest="00" * 32)


def test_verify__takes_up_a_checkpoint(solo: Solo, receipt: dict[str, Any]) -> None:
    checkpoint = solo.application.prover.checkpoint(1)
    later = solo.application.prover.receipt(solo.run(Deposit(digest="cd" * 32)))
    proved = verify_receipt(later, trust(CODEC.encode(solo.genesis), checkpoint=checkpoint))
    assert proved.from_checkpoint == 1
    for path, value in leaves(checkpoint):
        if path[-1] in ("header", "height", "power"):
            continue  # the verifier's own word: whoever holds a checkpoint trusts its sealers and their power
        with pytest.raises(ProofFault):
            verify_receipt(later, trust(CODEC.encode(solo.genesis), checkpoint=changed(checkpoint, path, others(value)[0])))


def test_verify__opens_a_file_of_a_batch(solo: Solo) -> None:
    hasher = solo.world.world.hasher
    digests = [hasher.suite.digest(bytes([n])) for n in range(5)]
    commitments = [hasher.digest("commitment", bytes(32) + each) for each in digests]
    tree = ListTree(hasher, commitments)
    made = solo.application.prover.receipt(solo.run(DepositBatch(count=5, root=tree.root.hex())))
    opening = {"digest": digests[3].hex(), "path": tree.path(3).to_json(), "salt": bytes(32).hex()}
    verify_receipt({**made, "opening": opening}, solo.trusted, file_digest=digests[3])
    for path, value in leaves(opening):
        with pytest.raises(ProofFault):
            verify_receipt({**made, "opening": changed(opening, path, others(value)[0])}, solo.trusted)


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_verify__opens_a_reading_of_a_device(suite: str, tmp_path: Path) -> None:
    solo = open_solo(tmp_path, orgs=2, suite_name=suite, modules=("device",))
    hasher, now = solo.world.world.hasher, solo.now_ms // 1000
    signer = SoftwareSigner(hasher.suite, hasher.suite.generate())
    card = make_card(hasher, signer, "org1.probe-1", quality="temperature", unit="°C", scale=1, low=-400, high=600)
    solo.run(Enrol(card=card.card, certificate="ce" * 32, signature=card.signature, until=now + 86_400))
    readings = [Reading(device="org1.probe-1", sequence=n, time_ms=now * 1000 + n, value=-180 - n) for n in range(1, 6)]
    paper = make_batch(hasher, signer, readings, bytes(32))
    made = solo.application.prover.receipt(solo.run(Measure(batch=paper.batch, key=paper.key, signature=paper.signature)))
    _, tree = gather(hasher, readings, bytes(32))
    digest = hasher.suite.digest(READING.encode(readings[3]))
    (salt,) = reading_salts(hasher, bytes(32), [4])
    opening = {"digest": digest.hex(), "path": tree.path(3).to_json(), "salt": salt.hex()}
    assert verify_receipt({**made, "opening": opening}, solo.trusted, file_digest=digest).applied
    for path, value in leaves(opening):
        with pytest.raises(ProofFault):
            verify_receipt({**made, "opening": changed(opening, path, others(value)[0])}, solo.trusted)


def test_state_fact__proves_presence_absence_and_history(solo: Solo) -> None:
    deposit = "ef" * 32
    key = ["evidence/deposits", deposit, "org1"]
    before = solo.application.head.height
    solo.run(Deposit(digest=deposit))
    set_at = solo.application.head.height
    solo.run(Withdraw(deposit=deposit, party="org1", reason="mistaken"))
    prover = solo.application.prover
    absent = verify_state_fact(prover.state_fact(key, before), solo.trusted)
    there = verify_state_fact(prover.state_fact(key, set_at), solo.trusted)
    withdrawn = verify_state_fact(prover.state_fact(key, None), solo.trusted)
    assert not absent.present
    assert there.present
    assert "withdrawn" not in there.value
    assert withdrawn.value["withdrawn"]["reason"] == "mistaken"


def test_state_fact__holds_every_value(solo: Solo) -> None:
    for key in (["identity/organisations", "org2"], ["identity/organisations", "nobody"]):
        fact = solo.application.prover.state_fact(key, None)
        verify_state_fact(fact, solo.trusted)
        for path, value in leaves(fact):
            if path[0] == "key" and "value" not in fact:
                continue  # a proof of absence covers a whole branch: what else is absent there is truly absent
            tampered = changed(fact, path, others(value)[0])
            assert is_refused(lambda tampered=tampered: verify_state_fact(tampered, solo.trusted)), path
