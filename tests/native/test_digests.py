"""Lists of SM3 through the kernel, beside libcrypto's and the reference's."""

import hashlib
from itertools import pairwise

import pytest
import zhulian_native
from hypothesis import given
from hypothesis import strategies as st

from zhulian.crypto import GM, INTL, Hasher, native
from zhulian.crypto.hazmat import sm3
from zhulian.crypto.hazmat.reference import sm3 as reference
from zhulian.merkle.list_tree import ListTree, verify_list_path


def test_kernel__is_in_use() -> None:
    assert native.state().used, native.state().words.en
    assert native.kernel() is zhulian_native


@given(prefix=st.binary(max_size=130), items=st.lists(st.binary(max_size=400), max_size=70))
def test_sm3_many__agrees_with_libcrypto(prefix: bytes, items: list[bytes]) -> None:
    assert zhulian_native.sm3_many(prefix, items) == [sm3.digest(prefix + item) for item in items]


def test_sm3_many__agrees_with_the_reference_around_every_block_edge() -> None:
    items = [bytes([size % 256]) * size for size in range(132)]
    assert zhulian_native.sm3_many(b"", items) == [reference.digest(item) for item in items]


def test_sm3_many__takes_long_items_among_short_ones() -> None:
    items = [b"short"] * 20 + [bytes(300_000)] + [b""] * 20 + [bytes(100_000)]
    assert zhulian_native.sm3_many(b"x", items) == [sm3.digest(b"x" + item) for item in items]


@pytest.mark.parametrize("items", [None, 7, "text", [1], [None], ["text"], [memoryview(b"x")]])
def test_sm3_many__raises_on_what_is_no_list_of_bytes(items: object) -> None:
    with pytest.raises(TypeError):
        zhulian_native.sm3_many(b"", items)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 16, 17, 31, 100, 129])
def test_hasher__gives_the_same_list_on_both_paths(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [hashlib.sha256(bytes([place])).digest() * (place % 5) for place in range(count)]
    for suite in (GM, INTL):
        hasher = Hasher(suite, bytes(range(32)))
        fast = hasher.many("list-leaf", items), ListTree(hasher, items)
        with monkeypatch.context() as patch:
            patch.setattr(native, "kernel", lambda: None)
            slow = hasher.many("list-leaf", items), ListTree(hasher, items)
        assert fast[0] == slow[0]
        assert fast[1].root == slow[1].root
        for index in range(count):
            verify_list_path(hasher, slow[1].root, items[index], fast[1].path(index))


def test_sm3_many__gives_fresh_bytes_of_32() -> None:
    found = zhulian_native.sm3_many(b"", [b"same"] * 40)
    assert {type(each) for each in found} == {bytes}
    assert {len(each) for each in found} == {32}
    assert all(left == right for left, right in pairwise(found))
