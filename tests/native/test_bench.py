"""The comparison of both paths has its rows, and says so where there is no kernel to compare."""

import os
from collections.abc import Callable

import zhulian_native

from zhulian.assure.bench_native import compare
from zhulian.crypto import GM, native

ROWS = {"sm2_verify", "sm2_verify_new_key", "ed25519_verify", "sm3_64", "sm3_400", "list_tree_leaf", "admission"}


def jobs(count: int) -> list[tuple[bytes, bytes, bytes]]:
    keys = [GM.generate() for _ in range(count)]
    return [(key.public_key, message, GM.sign(key, message)) for key in keys for message in [os.urandom(9)]]


def test_compare__measures_each_path_on_the_same_work() -> None:
    used: list[bool] = []
    ways: list[str | None] = []

    def once(act: Callable[[], object], amount: float) -> float:
        act()
        used.append(native.kernel() is not None)
        ways.append(zhulian_native.sm2_path())
        return amount

    found = compare(once, jobs(3), jobs(2))
    assert set(found) == ROWS
    assert found["sm2_verify"] == {
        **dict.fromkeys(("python", "libcrypto", "portable", "native"), 3),
        **dict.fromkeys(("times_python", "times_libcrypto"), 1.0),
    }
    assert found["sm3_64"] == {"python": 1000, "native": 1000, "times_python": 1.0}
    assert ways.count("portable") >= 3  # all of them where the processor has no vectors for it
    assert (used.count(True), used.count(False)) == (len(ROWS) + 3, len(ROWS) + 3)


def test_compare__says_why_there_is_nothing_to_compare() -> None:
    with native.left_out():
        assert compare(lambda act, amount: 1.0, [], []) == {"native": native.state().words.en}
