"""Whoever holds no registered key brings no key into the kernel's cache, however often he comes."""

from pathlib import Path

import zhulian_native

from tests.solo import open_solo
from tests.world import key_of
from zhulian.crypto import GM, fingerprint
from zhulian.ledger.errors import KeyNotRegistered, KeyOfAnother
from zhulian.modules.evidence.messages import Deposit


def test_screen__gives_the_kernel_no_key_that_the_state_does_not_know(tmp_path: Path) -> None:
    solo = open_solo(tmp_path)
    good = solo.sign(Deposit(digest="ab" * 32))
    clerk = fingerprint(GM, key_of("gm", "org1.clerk").public_key).encode()
    assert good.count(clerk) == 1
    strange = [good.replace(clerk, fingerprint(GM, GM.generate().public_key).encode()) for _ in range(40)]
    seal = fingerprint(GM, key_of("gm", "org1.seal").public_key).encode()
    zhulian_native.sm2_forget()
    for _ in range(8):
        refused = solo.submit([*strange, good.replace(clerk, seal)])
        assert all(isinstance(each, KeyNotRegistered | KeyOfAnother) for each in refused)
    assert zhulian_native.sm2_cache_sizes() == (0, 0)
    assert solo.submit([good]) == [None]
    assert zhulian_native.sm2_cache_sizes() == (1, 0)
