"""Whoever holds no registered key brings no key into the kernel's cache, however often he comes."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import zhulian_native

from tests.edge.bare import NAME, NOW_MS, Bare, device, signer
from tests.modules.device.made import CERTIFICATE, DAY, Bench
from tests.modules.refusals import applied, refused
from tests.solo import open_solo
from tests.world import key_of
from zhulian.crypto import GM, SoftwareSigner, fingerprint
from zhulian.edge.packets import make_packet
from zhulian.ledger.errors import KeyNotRegistered, KeyOfAnother
from zhulian.modules.device.format import Reading
from zhulian.modules.device.messages import Enrol
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


def test_edge__gives_the_kernel_no_key_that_is_not_enrolled(tmp_path: Path) -> None:
    bare = Bare(tmp_path / "edge", [("org1.old", device(9, retired=True))])

    def packets(numbers: Sequence[int]) -> list[bytes]:
        rows = [Reading(device=NAME, sequence=number, time_ms=NOW_MS - 9000 + number, value=number) for number in numbers]
        return [make_packet(bare.hasher, SoftwareSigner(GM, GM.generate()), [each]) for each in rows]

    zhulian_native.sm2_forget()
    for _ in range(8):
        assert set(bare.offer("readings", *packets(range(1, 6)))) == {"edge/6"}
        unknown = [each.replace(NAME.encode(), b"org1.probe-8") for each in packets(range(1, 6))]
        assert set(bare.offer("readings", *unknown)) == {"edge/4"}
        gone = Reading(device="org1.old", sequence=1, time_ms=NOW_MS - 9000, value=1)
        assert bare.offer("readings", make_packet(bare.hasher, signer(9), [gone])) == ["edge/5"]
    assert zhulian_native.sm2_cache_sizes() == (0, 0)
    good = Reading(device=NAME, sequence=1, time_ms=NOW_MS - 9000, value=1)
    assert bare.offer("readings", make_packet(bare.hasher, signer(7), [good])) == [None]
    assert zhulian_native.sm2_cache_sizes() == (1, 0)
    bare.store.close()


def test_chain__takes_devices_at_their_word_without_the_kernel() -> None:
    made = Bench("gm")
    paper = made.card()
    enrol = Enrol(card=paper.card, certificate=CERTIFICATE, signature=paper.signature, until=made.world.time + DAY)
    zhulian_native.sm2_forget()
    for _ in range(8):
        refused(made.world, "device/11", msgspec.structs.replace(enrol, signature="00" * 64), "org1.clerk")
    applied(made.world, enrol, "org1.clerk")
    assert zhulian_native.sm2_cache_sizes() == (0, 0)
