"""The comparison of both paths has its rows, and says so where there is no kernel to compare."""

import os
from collections.abc import Callable

from zhulian.assure.bench_native import compare
from zhulian.crypto import GM, native

ROWS = {"sm2_verify", "sm2_verify_new_key", "ed25519_verify", "sm3_64", "sm3_400", "list_tree_leaf", "admission"}


def jobs(count: int) -> list[tuple[bytes, bytes, bytes]]:
    keys = [GM.generate() for _ in range(count)]
    return [(key.public_key, message, GM.sign(key, message)) for key in keys for message in [os.urandom(9)]]


def test_compare__measures_each_path_on_the_same_work() -> None:
    used: list[bool] = []

    def once(act: Callable[[], object], amount: float) -> float:
        act()
        used.append(native.kernel() is not None)
        return amount

    found = compare(once, jobs(3), jobs(2))
    assert set(found) == ROWS
    assert found["sm2_verify"] == {"python": 3, "libcrypto": 3, "native": 3, "times_python": 1.0, "times_libcrypto": 1.0}
    assert found["sm3_64"] == {"python": 1000, "native": 1000, "times_python": 1.0}
    assert (used.count(True), used.count(False)) == (len(ROWS), len(ROWS) + 3)


def test_compare__says_why_there_is_nothing_to_compare() -> None:
    with native.left_out():
        assert compare(lambda act, amount: 1.0, [], []) == {"native": native.state().words.en}
