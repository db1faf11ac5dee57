"""Anchors of every kind over a real chain in memory: proved, and refused for every change."""

import copy
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ledger.test_receipts import changed, leaves, others
from tests.solo import Solo, open_solo
from tests.tsa import make_tsa
from tests.world import CREATED, DAY, certificate_of, key_of
from zhulian import canonical
from zhulian.anchors import (
    ANCHOR,
    Anchor,
    AnchorMalformed,
    BadCoSeal,
    BadOtherChain,
    Held,
    NotOfThisHeader,
    Statement,
    attach,
    co_seal,
    make_statement,
    statement_data,
    verify_attached,
)
from zhulian.anchors.errors import AnchorFault
from zhulian.anchors.receiving import take_co_seal, take_up
from zhulian.anchors.shapes import ChainProof, CoSealProof, StampProof, canonical_bytes
from zhulian.anchors.shelf import Shelf
from zhulian.crypto import fingerprint
from zhulian.crypto.timestamps import TimestampFault, make_request, read_response
from zhulian.ledger.genesis import CODEC
from zhulian.modules.evidence.messages import Deposit


@dataclass
class Scene:
    """A chain with a few blocks, its headers' digests, an attached document with all three kinds, and what is held."""

    solo: Solo
    digests: list[bytes]
    document: dict[str, Any]
    held: Held
    statement: Statement
    anchors: list[Anchor]

    def verify(self, document: Any, height: int = 3, held: Held | None = None) -> Any:
        held = self.held if held is None else held
        return verify_attached(document, self.digests[height - 1], height, self.solo.trusted, held)


def sealed_by(solo: Solo, statement: Statement, signer: str, at: int | None = None) -> Anchor:
    suite_name = solo.genesis.suite
    key = key_of(suite_name, signer)
    time_ms = (solo.now_ms // 1000 if at is None else at) * 1000
    certificate = certificate_of(suite_name, signer, CREATED - DAY, CREATED + 2 * 365 * DAY)
    above = bytes.fromhex(solo.genesis.organisation(signer.partition(".")[0]).certificates[0])  # type: ignore[union-attr]
    crypto = solo.genesis.crypto()
    proof = CoSealProof(
        certificates=[certificate.hex(), above.hex()],
        key=fingerprint(crypto, key.public_key),
        signature=crypto.sign(key, co_seal(solo.trusted.hasher, statement, time_ms)).hex(),
        signer=signer,
        time_ms=time_ms,
    )
    return Anchor(format=ANCHOR, proof=proof, statement=statement)


@pytest.fixture(scope="module", params=["gm", "intl"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    solo = open_solo(tmp_path_factory.mktemp("solo"), orgs=2, suite_name=request.param)
    for number in range(5):
        solo.run(Deposit(commitment=f"{number:064x}"))
    hasher = solo.trusted.hasher
    digests = []
    for height in range(1, 6):
        shown = solo.application.prover.checkpoint(height)
        digests.append(bytes.fromhex(shown["header"]))
    statement = make_statement(hasher, solo.trusted.chain, 1, digests)
    data = statement_data(hasher, statement)
    tsa = make_tsa(tmp_path_factory.mktemp("tsa"))
    token = read_response(tsa.reply(make_request(data, "sm3" if request.param == "gm" else "sha256", 5)))
    other = open_solo(tmp_path_factory.mktemp("other"), orgs=3, suite_name="gm")
    deposited = other.run(Deposit(digest=other.genesis.crypto().digest(data).hex()))
    receipt = other.application.prover.receipt(deposited)
    anchors = [
        Anchor(format=ANCHOR, proof=StampProof(token=token.hex()), statement=statement),
        Anchor(format=ANCHOR, proof=ChainProof(chain=other.trusted.chain, receipt=receipt), statement=statement),
        sealed_by(solo, statement, "org2.clerk"),
    ]
    document = msgspec.to_builtins(attach(hasher, solo.trusted.chain, 3, [(each, digests) for each in anchors]))
    return Scene(solo, digests, document, Held([tsa.root], [other.trusted]), statement, anchors)


def test_anchors__prove_when_and_say_on_what_they_rest(scene: Scene) -> None:
    stamp, chain, witness = scene.verify(scene.document)
    assert (stamp.kind, stamp.is_held, stamp.first, stamp.height) == ("timestamp", True, 1, 5)
    assert abs(stamp.time_ms / 1000 - time.time()) < 120
    assert "CN=Test TSA" in stamp.by
    assert (chain.kind, chain.is_held) == ("chain", True)
    assert chain.time_ms >= (CREATED + 1) * 1000
    assert (witness.kind, witness.by, witness.time_ms) == ("co_seal", "org2.clerk", scene.solo.now_ms)


def test_anchors__without_what_they_rest_on_say_so(scene: Scene) -> None:
    stamp, chain, witness = scene.verify(scene.document, held=Held())
    assert not stamp.is_held
    assert len(stamp.rests_on) == 64
    assert (chain.is_held, chain.time_ms) == (False, None)
    assert witness.is_held


def test_anchors__changed_anywhere_are_refused(scene: Scene) -> None:
    count = 0
    for path, value in leaves(scene.document):
        for other in others(value)[:2]:
            if other is None or other == value:
                continue
            tampered = changed(scene.document, path, other)
            try:
                found = scene.verify(tampered)
            except (AnchorFault, TimestampFault):
                count += 1
                continue
            if path[-2:] == ("proof", "chain"):  # then it says that it was not checked
                assert not found[1].is_held
                continue
            # a bit of the token that nobody reads, such as an accuracy, may change: what is proved may not
            assert path[-1] == "token", path
            assert found == scene.verify(scene.document)
    assert count > 100


def test_anchors__of_another_header_height_or_chain_are_refused(scene: Scene) -> None:
    with pytest.raises(NotOfThisHeader):
        scene.verify(scene.document, height=4)
    with pytest.raises(NotOfThisHeader):
        verify_attached(scene.document, scene.digests[3], 3, scene.solo.trusted, scene.held)
    elsewhere = copy.deepcopy(scene.document) | {"height": 4}
    with pytest.raises(NotOfThisHeader):
        scene.verify(elsewhere, height=4)
    outside = copy.deepcopy(scene.document) | {"height": 6}
    with pytest.raises(NotOfThisHeader):
        verify_attached(outside, bytes(32), 6, scene.solo.trusted, scene.held)
    stranger = scene.held.chains[0]
    with pytest.raises(NotOfThisHeader):
        verify_attached(scene.document | {"chain": stranger.chain}, scene.digests[2], 3, stranger, scene.held)


def test_anchors__of_another_shape_are_refused(scene: Scene) -> None:
    for junk in (None, [], {}, {"format": "zhulian/anchors/1"}, scene.document | {"anchors": []}, scene.document | {"more": 1}):
        with pytest.raises(AnchorMalformed):
            scene.verify(junk)
    reversed_ = copy.deepcopy(scene.document)
    reversed_["anchors"][0]["anchor"]["statement"]["first"] = 6
    with pytest.raises(AnchorMalformed):
        scene.verify(reversed_)


def test_co_seal__of_the_sealer_itself_or_with_a_wrong_certificate_is_refused(scene: Scene) -> None:
    solo, genesis = scene.solo, CODEC.encode(scene.solo.genesis)

    def refused(anchor: Anchor) -> str:
        with pytest.raises(BadCoSeal) as fault:
            take_co_seal(msgspec.to_builtins(anchor), genesis)
        return fault.value.say("en")

    assert "seals the chain itself" in refused(sealed_by(solo, scene.statement, "org1.clerk"))
    assert "expired" in refused(sealed_by(solo, scene.statement, "org2.clerk", CREATED + 3 * 365 * DAY))
    good = sealed_by(solo, scene.statement, "org2.clerk")
    proof = good.proof
    assert isinstance(proof, CoSealProof)
    for change in ({"signer": "org2.second"}, {"key": "0" * 64}, {"time_ms": proof.time_ms + 1}, {"certificates": []}):
        assert refused(msgspec.structs.replace(good, proof=msgspec.structs.replace(proof, **change)))


def test_node__takes_co_seals_of_its_own_headers_alone(scene: Scene) -> None:
    genesis = CODEC.encode(scene.solo.genesis)
    good = take_co_seal(msgspec.to_builtins(scene.anchors[2]), genesis)
    take_up(good, genesis, scene.digests)
    for digests in ([], scene.digests[:4], [*scene.digests[:4], bytes(32)]):
        with pytest.raises(NotOfThisHeader):
            take_up(good, genesis, digests)
    for other in scene.anchors[:2]:
        with pytest.raises(AnchorMalformed):
            take_co_seal(msgspec.to_builtins(other), genesis)
    long = msgspec.structs.replace(scene.statement, height=20_000)
    with pytest.raises(AnchorMalformed):
        take_co_seal(msgspec.to_builtins(sealed_by(scene.solo, long, "org2.clerk")), genesis)


def test_other_chain__that_says_something_else_is_refused(scene: Scene) -> None:
    other = copy.deepcopy(scene.document["anchors"][1])
    other["anchor"]["proof"]["receipt"]["body"]["messages"][0]["digest"] = "0" * 64
    with pytest.raises(BadOtherChain):
        scene.verify(scene.document | {"anchors": [other]})


def test_shelf__gives_back_what_covers_a_height(scene: Scene, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "anchors")
    assert shelf.entries() == []
    for anchor, label in zip(scene.anchors, ("aa" * 8, "bb" * 8, "cc" * 32), strict=True):
        shelf.add(anchor, scene.digests, label)
    (tmp_path / "anchors" / "notes.txt").write_text("not ours")
    assert [each.kind for each in shelf.covering(3)] == ["chain", "co_seal", "timestamp"]
    assert shelf.covering(6) == []
    assert (shelf.anchored("aa" * 8), shelf.anchored("dd" * 8)) == (5, 0)
    read = [shelf.read(each) for each in shelf.covering(3)]
    again = canonical_bytes(attach(scene.solo.trusted.hasher, scene.solo.trusted.chain, 3, read))
    assert len(scene.verify(canonical.decode(again))) == 3
