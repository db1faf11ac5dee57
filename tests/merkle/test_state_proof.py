"""Proofs of presence and absence: what holds, and every change refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.merkle.stores import GM_HASHER, MemoryNodes
from tests.merkle.stores import PythonTree as StateTree
from zhulian.merkle import ProofFault, ProofMalformed, StateProof, verify_absence, verify_presence
from zhulian.merkle.errors import LeafNotInTheWay, NotADigest, RootDiffers, TooManySiblings, WrongKindOfProof, WrongMembers

STATE = {b'["k","%d"]' % n: b'{"n":%d}' % n for n in range(50)}
PRESENT = sorted(STATE)
ABSENT = [b'["k","%d"]' % n for n in range(50, 100)]


def built() -> StateTree:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {**STATE}))
    return tree


TREE = built()
ROOT = TREE.root()


def changed_siblings(data: st.DataObject, proof: StateProof) -> list[StateProof]:
    siblings = proof.siblings
    place = data.draw(st.integers(0, len(siblings) - 1))
    old = siblings[place]
    flipped = (int.from_bytes(old, "big") ^ 1 << data.draw(st.integers(0, 255))).to_bytes(32, "big")
    wrong = [
        replace(proof, siblings=(*siblings[:place], new, *siblings[place + 1 :])) for new in (flipped, old[:-1], old + b"\0", b"")
    ]
    wrong += [
        replace(proof, siblings=each) for each in (siblings[1:], siblings[:-1], (*siblings, bytes(32)), (bytes(32), *siblings))
    ]
    wrong += [replace(proof, siblings=each) for each in (siblings[::-1], siblings * 2, ()) if each != siblings]
    return wrong


@given(data=st.data(), key=st.sampled_from(PRESENT))
def test_presence__refuses_every_change(data: st.DataObject, key: bytes) -> None:
    proof = TREE.prove(1, key)
    verify_presence(GM_HASHER, ROOT, key, STATE[key], proof)
    for wrong in changed_siblings(data, proof):
        with pytest.raises(ProofFault):
            verify_presence(GM_HASHER, ROOT, key, STATE[key], wrong, part="proof")
    other = data.draw(st.sampled_from([each for each in PRESENT + ABSENT if each != key]))
    for root, a_key, value in (
        (ROOT, key, STATE[key] + b" "),
        (ROOT, key, b""),
        (ROOT, other, STATE[key]),
        (bytes(32), key, STATE[key]),
        (ROOT[:-1], key, STATE[key]),
    ):
        with pytest.raises(RootDiffers):
            verify_presence(GM_HASHER, root, a_key, value, proof)
    with pytest.raises(ProofFault):
        verify_absence(GM_HASHER, ROOT, key, proof)
    met = (GM_HASHER.digest("state-key", key), GM_HASHER.digest("state-value", STATE[key]))
    with pytest.raises(LeafNotInTheWay):
        verify_absence(GM_HASHER, ROOT, key, replace(proof, other=met))
    with pytest.raises(WrongKindOfProof):
        verify_presence(GM_HASHER, ROOT, key, STATE[key], replace(proof, other=met))


@given(data=st.data(), key=st.sampled_from(ABSENT))
def test_absence__refuses_every_change(data: st.DataObject, key: bytes) -> None:
    proof = TREE.prove(1, key)
    verify_absence(GM_HASHER, ROOT, key, proof)
    for wrong in changed_siblings(data, proof):
        with pytest.raises(ProofFault):
            verify_absence(GM_HASHER, ROOT, key, wrong)
    present = data.draw(st.sampled_from(PRESENT))
    with pytest.raises(ProofFault):
        verify_absence(GM_HASHER, ROOT, present, proof)
    with pytest.raises(ProofFault):
        verify_presence(GM_HASHER, ROOT, key, b"1", proof)
    digest = GM_HASHER.digest("state-key", key)
    others: list[tuple[bytes, bytes]] = [(digest, bytes(32)), (b"", b""), (digest[:-1] + bytes([digest[-1] ^ 1]), bytes(32))]
    if proof.other is not None:
        a_key, value = proof.other
        with pytest.raises(RootDiffers):
            verify_absence(GM_HASHER, ROOT, key, replace(proof, other=None))
        others += [(a_key, digest), (a_key, value[:-1]), (a_key + b"\0", value[:-1]), (a_key[:-1], value), (value, a_key)]
    for other in others:
        with pytest.raises(ProofFault):
            verify_absence(GM_HASHER, ROOT, key, replace(proof, other=other))


def test_absence__comes_in_both_kinds_here() -> None:
    kinds = {TREE.prove(1, key).other is None for key in ABSENT}
    assert kinds == {True, False}


def test_absence__in_small_states() -> None:
    nodes = MemoryNodes()
    tree = StateTree(GM_HASHER, nodes)
    nodes.take(tree, tree.update(1, {}))
    nodes.take(tree, tree.update(2, {b"a": b"1"}))
    assert tree.prove(1, b"a") == StateProof(())
    verify_absence(GM_HASHER, tree.root(1), b"a", StateProof(()))
    verify_presence(GM_HASHER, tree.root(2), b"a", b"1", StateProof(()))
    verify_absence(GM_HASHER, tree.root(2), b"b", tree.prove(2, b"b"))
    with pytest.raises(RootDiffers):
        verify_absence(GM_HASHER, tree.root(2), b"a", StateProof(()))
    with pytest.raises(LeafNotInTheWay):
        verify_absence(GM_HASHER, tree.root(2), b"a", tree.prove(2, b"b"))


def test_faults__name_the_part() -> None:
    proof = TREE.prove(1, PRESENT[0])
    with pytest.raises(RootDiffers) as caught:
        verify_presence(GM_HASHER, bytes(32), PRESENT[0], b"1", proof, part="organisations[2].proof")
    assert caught.value.part == "organisations[2].proof"
    assert "organisations[2].proof" in caught.value.say("en")
    with pytest.raises(TooManySiblings):
        verify_presence(GM_HASHER, ROOT, PRESENT[0], b"1", StateProof((bytes(32),) * 257))
    with pytest.raises(LeafNotInTheWay):
        verify_absence(GM_HASHER, ROOT, ABSENT[0], StateProof((bytes(32),) * 257, (bytes(32), bytes(32))))


@pytest.mark.parametrize("key", PRESENT[:5] + ABSENT[:15])
def test_json__there_and_back(key: bytes) -> None:
    proof = TREE.prove(1, key)
    assert StateProof.from_json(proof.to_json()) == proof


HEX = "ab" * 32
GOOD = {"siblings": [HEX], "other": {"key": HEX, "value": HEX}}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, WrongMembers),
        ([], WrongMembers),
        ({}, WrongMembers),
        ({"other": GOOD["other"]}, WrongMembers),
        ({**GOOD, "count": 1}, WrongMembers),
        ({**GOOD, "other": None}, WrongMembers),
        ({**GOOD, "other": {"key": HEX}}, WrongMembers),
        ({**GOOD, "other": {"key": HEX, "value": HEX, "depth": 1}}, WrongMembers),
        ({**GOOD, "other": {"key": HEX.upper(), "value": HEX}}, NotADigest),
        ({**GOOD, "other": {"key": HEX, "value": HEX[:-2]}}, NotADigest),
        ({**GOOD, "other": {"key": HEX, "value": None}}, NotADigest),
        ({"siblings": HEX}, WrongMembers),
        ({"siblings": [HEX, HEX.upper()]}, NotADigest),
        ({"siblings": [HEX + "00"]}, NotADigest),
        ({"siblings": [" " + HEX[1:]]}, NotADigest),
        ({"siblings": [1]}, NotADigest),
        ({"siblings": [HEX] * 257}, TooManySiblings),
    ],
)
def test_from_json__refuses_and_names_the_part(value: Any, fault: type[ProofMalformed]) -> None:
    assert StateProof.from_json(GOOD).to_json() == GOOD
    with pytest.raises(fault) as caught:
        StateProof.from_json(value, part="state_proof")
    assert caught.value.part == "state_proof"
