"""The list tree against its definition, and every wrong path refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.crypto.hasher import Hasher
from zhulian.errors import Bug
from zhulian.merkle import ListPath, ListTree, ProofFault, ProofMalformed, list_root, verify_list_path
from zhulian.merkle.errors import (
    IndexBeyondCount,
    NotACount,
    NotADigest,
    RootDiffers,
    SiblingsMiscounted,
    TooManySiblings,
    WrongMembers,
)
from zhulian.merkle.reference import specified_list_root


def named(n: int) -> list[bytes]:
    return [b"item %d" % i for i in range(n)]


@pytest.mark.parametrize("n", [*range(35), 63, 64, 65, 100, 127, 128, 129, 1000])
def test_root__is_the_specified_one(hasher: Hasher, n: int) -> None:
    assert list_root(hasher, named(n)) == specified_list_root(hasher, named(n))


@pytest.mark.parametrize("n", [*range(1, 20), 100])
def test_path__leads_every_item_to_the_root(hasher: Hasher, n: int) -> None:
    tree = ListTree(hasher, named(n))
    for index, item in enumerate(named(n)):
        path = tree.path(index)
        verify_list_path(hasher, tree.root, item, path)
        assert ListPath.from_json(path.to_json()) == path
        with pytest.raises(RootDiffers) as caught:
            verify_list_path(hasher, tree.root, item + b"!", path, part="transaction_path")
        assert caught.value.part == "transaction_path"
        assert "transaction_path" in caught.value.say("zh")


@given(data=st.data(), items=st.lists(st.binary(max_size=8), min_size=1, max_size=40))
def test_path__refuses_every_change(hasher: Hasher, data: st.DataObject, items: list[bytes]) -> None:
    tree = ListTree(hasher, items)
    index = data.draw(st.integers(0, len(items) - 1))
    path = tree.path(index)
    verify_list_path(hasher, tree.root, items[index], path)
    wrong = [
        replace(path, count=path.count + 1),
        replace(path, count=path.count - 1),
        replace(path, count=2 * path.count),
        replace(path, siblings=(*path.siblings, bytes(32))),
        replace(path, index=-1),
        replace(path, index=path.count),
        replace(path, index=path.index + path.count),
    ]
    wrong += [replace(path, index=other) for other in range(path.count) if items[other] != items[index]]
    if path.siblings:
        place = data.draw(st.integers(0, len(path.siblings) - 1))
        bit = data.draw(st.integers(0, 255))
        old = path.siblings[place]
        flipped = (int.from_bytes(old, "big") ^ 1 << bit).to_bytes(32, "big")
        for new in (flipped, old[:-1], old + b"\0", b""):
            wrong.append(replace(path, siblings=(*path.siblings[:place], new, *path.siblings[place + 1 :])))
        wrong.append(replace(path, siblings=path.siblings[:-1]))
        wrong.append(replace(path, siblings=path.siblings[1:]))
        if path.siblings != path.siblings[::-1]:
            wrong.append(replace(path, siblings=path.siblings[::-1]))
    for other in wrong:
        with pytest.raises(ProofFault):
            verify_list_path(hasher, tree.root, items[index], other)


def test_path__names_index_and_length_faults(hasher: Hasher) -> None:
    tree = ListTree(hasher, named(5))
    path = tree.path(4)
    with pytest.raises(IndexBeyondCount):
        verify_list_path(hasher, tree.root, b"item 4", replace(path, index=5))
    with pytest.raises(SiblingsMiscounted) as caught:
        verify_list_path(hasher, tree.root, b"item 4", replace(path, siblings=()))
    assert (caught.value.found, caught.value.expected) == (0, 1)


def test_path__an_inner_node_is_no_item(hasher: Hasher) -> None:
    tree = ListTree(hasher, named(4))
    left = hasher.digest("list-node", (2).to_bytes(8, "big") + tree.path(0).siblings[0] * 2)
    for forged in (ListPath(2, 0, (tree.path(0).siblings[1],)), ListPath(2, 0, (left,))):
        with pytest.raises(RootDiffers):
            verify_list_path(hasher, tree.root, (2).to_bytes(8, "big") + tree.path(0).siblings[0] * 2, forged)


def test_path__of_no_item_is_a_bug(hasher: Hasher) -> None:
    with pytest.raises(Bug):
        ListTree(hasher, named(3)).path(3)
    with pytest.raises(Bug):
        ListTree(hasher, []).path(0)


GOOD = {"count": 2, "index": 0, "siblings": ["ab" * 32]}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (None, WrongMembers),
        ([], WrongMembers),
        ("{}", WrongMembers),
        ({}, WrongMembers),
        ({"count": 2, "index": 0}, WrongMembers),
        ({**GOOD, "extra": 1}, WrongMembers),
        ({**GOOD, "siblings": {}}, WrongMembers),
        ({**GOOD, "siblings": "ab" * 32}, WrongMembers),
        ({**GOOD, "siblings": None}, WrongMembers),
        ({**GOOD, "siblings": ["AB" * 32]}, NotADigest),
        ({**GOOD, "siblings": ["ab" * 31]}, NotADigest),
        ({**GOOD, "siblings": ["ab" * 33]}, NotADigest),
        ({**GOOD, "siblings": ["ab" * 32 + "\n"]}, NotADigest),
        ({**GOOD, "siblings": ["ab" * 31 + "１a"]}, NotADigest),
        ({**GOOD, "siblings": [5]}, NotADigest),
        ({**GOOD, "siblings": [b"ab" * 32]}, NotADigest),
        ({**GOOD, "siblings": ["ab" * 32] * 54}, TooManySiblings),
        ({**GOOD, "count": -1}, NotACount),
        ({**GOOD, "count": 2.0}, NotACount),
        ({**GOOD, "count": "2"}, NotACount),
        ({**GOOD, "count": 2**53}, NotACount),
        ({**GOOD, "index": True}, NotACount),
        ({**GOOD, "index": None}, NotACount),
    ],
)
def test_from_json__refuses_and_names_the_place(value: Any, fault: type[ProofMalformed]) -> None:
    assert ListPath.from_json(GOOD).to_json() == GOOD
    with pytest.raises(fault) as caught:
        ListPath.from_json(value, part="result_path")
    assert caught.value.part == "result_path"
