"""Batches of signatures through the kernel, beside libcrypto, the reference and OpenSSL's Ed25519."""

import hashlib
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import zhulian_native
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.crypto import GM, INTL, CryptoFault, native
from zhulian.crypto.hazmat import curve, sm2
from zhulian.crypto.hazmat.reference import sm2 as reference
from zhulian.errors import Refusal

Job = tuple[bytes, bytes, bytes]
VECTORS = Path(__file__).parents[2] / "vectors" / "crypto"
DEFAULT_ID = b"1234567812345678".hex()
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19


def verdict(verify: Callable[[bytes, bytes, bytes], None], job: Job) -> int:
    try:
        verify(*job)
    except Refusal:
        return 0
    return 1


def by_evp(job: Job) -> int:
    """libcrypto's own verdict, which shares no arithmetic with ours."""
    key, message, signature = job
    try:
        loaded = sm2.public_key(key)
    except CryptoFault:
        return 0
    if len(signature) != 64:
        return 0
    return int(sm2.verify_by_evp(loaded, loaded.digest(message), signature))


def raw(number: int) -> bytes:
    return number.to_bytes(32, "big")


@cache
def public(d: int) -> bytes:
    """The public key of d, computed once."""
    return reference.public_key(d)


def crafted(d: int, s: int, t: int, message: bytes) -> Job:
    """A signature whose s and t are chosen; it holds where r happens to be e + x, and its points meet as s, t and d say."""
    return public(d), message, raw((t - s) % curve.N) + raw(s)


def verify_sm2(jobs: list[Job]) -> bytes:
    """The kernel's verdicts, which are the same with vector instructions, where there are such, and without."""
    found = zhulian_native.sm2_verify_many(jobs)
    with native.portable():
        assert zhulian_native.sm2_verify_many(jobs) == found
    return bytes(found)


@pytest.mark.parametrize("name", ["sm2-signature", "ed25519"])
def test_vectors__get_their_verdicts(name: str) -> None:
    cases = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    cases = [each for each in cases if each.get("identifier", DEFAULT_ID) == DEFAULT_ID]
    jobs = [
        (bytes.fromhex(each["public_key"]), bytes.fromhex(each["message"]), bytes.fromhex(each["signature"])) for each in cases
    ]
    verify = verify_sm2 if name.startswith("sm2") else zhulian_native.ed25519_verify_many
    expected = bytes(int(each["expected"] == "valid") for each in cases)
    assert len(jobs) > 5
    for _ in range(6):  # with and without tables
        assert verify(jobs) == expected
    for job, one in zip(jobs, expected, strict=True):
        assert verify([job]) == bytes([one])


@pytest.mark.parametrize("d", [1, 2, 3, 7, curve.N - 2, curve.N - 3, 2**255])
def test_sm2__agrees_where_points_meet(d: int) -> None:
    edges = [1, 2, 3, curve.N - 1, curve.N - 2, 2**128, (curve.N + 1) // 2, (curve.N - 1) // 2, d % curve.N, curve.N - d]
    jobs = [crafted(d, s, t, b"meet") for s in edges for t in edges]
    # t·d = −s: the sum is the point at infinity, with every r that gives
    jobs += [crafted(d, -t * d % curve.N, t, b"infinity") for t in edges if t * d % curve.N]
    good = [(reference.public_key(d), bytes([place]), reference.sign(d, bytes([place]))) for place in range(3)]
    jobs += good
    expected = bytes(map(by_evp, jobs))
    assert sum(expected) >= len(good)
    zhulian_native.sm2_forget()
    assert b"".join(verify_sm2([job]) for job in jobs[:3]) == expected[:3]  # of a key without a table
    for _ in range(2):
        assert verify_sm2(jobs) == expected
    assert verify_sm2(jobs[-5:]) == bytes(verdict(reference.verify, job) for job in jobs[-5:])


def test_sm2__agrees_where_r_and_s_stand_at_the_edges() -> None:
    key, message, good = reference.public_key(5), b"edges", reference.sign(5, b"edges")
    values = [0, 1, 2, curve.N - 1, curve.N, curve.N + 1, curve.P, 2**256 - 1, int.from_bytes(good[:32], "big")]
    jobs = [(key, message, raw(r) + raw(s)) for r in values for s in values]
    jobs += [
        (key, message, good),
        (key, message, good[:32] + raw(curve.N - int.from_bytes(good[:32], "big"))),
    ]  # the second has t = 0
    jobs += [(key, message, good[:size]) for size in (0, 1, 63)] + [(key, message, good + b"\0")]
    assert verify_sm2(jobs) == bytes(verdict(reference.verify, job) for job in jobs)


def test_sm2__refuses_keys_that_are_no_points() -> None:
    key, good = reference.public_key(5), reference.sign(5, b"key")
    x, y = key[1:33], key[33:]
    small = next(x for x in range(1, 50) if pow(x**3 + curve.A * x + curve.B, (curve.P - 1) // 2, curve.P) == 1)
    bad = [b"", key[:64], key + b"\0", b"\2" + key[1:], b"\0" * 65, b"\4" + bytes(64), b"\4" + b"\xff" * 64, b"\4" + y + x]
    bad += [b"\4" + raw(small + curve.P) + y, b"\4" + x + raw(curve.P - int.from_bytes(y, "big") - 1), b"\4" + raw(curve.P) + y]
    jobs = [(each, b"key", good) for each in bad]
    assert verify_sm2([*jobs, (key, b"key", good)]) == bytes(len(bad)) + b"\1"
    assert [verdict(GM.verify, job) for job in jobs] == [0] * len(bad)


def test_sm2__agrees_with_libcrypto_on_signatures_of_many_keys() -> None:
    chance = random.Random(7)
    keys = [GM.generate() for _ in range(9)]
    jobs = []
    for place in range(400):
        key, message = keys[min(place % 10, 8)], chance.randbytes(chance.choice((0, 1, 55, 64, 300)))
        signature = bytearray(GM.sign(key, message))
        if place % 3 == 0:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        jobs.append((keys[0].public_key if place % 11 == 5 else key.public_key, message, bytes(signature)))
    expected = bytes(map(by_evp, jobs))
    assert 100 < sum(expected) < 300
    for size in (1, 2, 31, 48, 49, 400):
        assert b"".join(verify_sm2(jobs[at : at + size]) for at in range(0, 400, size)) == expected
    fresh = [(key.public_key, b"once", GM.sign(key, b"once")) for key in (GM.generate() for _ in range(21))]
    fresh[13] = fresh[13][:2] + fresh[12][2:]
    assert verify_sm2(fresh) == b"\1" * 13 + b"\0" + b"\1" * 7
    assert bytes(sm2.verify_many(jobs)) == expected


@given(st.lists(st.tuples(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70)), max_size=6))
def test_boundary__answers_any_bytes(jobs: list[Job]) -> None:
    assert verify_sm2(jobs) == bytes(sm2.verify_many(jobs))
    assert zhulian_native.ed25519_verify_many(jobs) == bytes(verdict(INTL.verify, job) for job in jobs)


@pytest.mark.parametrize("verify", [zhulian_native.sm2_verify_many, zhulian_native.ed25519_verify_many])
@pytest.mark.parametrize("jobs", [None, 7, [1], [()], [(b"", b"")], [(b"", b"", "")], [(b"", b"", b"", b"")], [None], "jobs"])
def test_boundary__raises_on_what_are_no_jobs(verify: Callable[[object], bytes], jobs: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        verify(jobs)


def test_cache__stays_bounded_and_forgets() -> None:
    key, message, good = reference.public_key(9), b"cache", reference.sign(9, b"cache")
    for _ in range(10):
        assert verify_sm2([(key, message, good)]) == b"\1"
    keys, tables = zhulian_native.sm2_cache_sizes()
    assert 1 <= tables <= keys <= 8192
    assert tables <= 512


def small_order() -> list[bytes]:
    """Every encoding of the eight points of small order, also those that are not canonical."""
    ys = [0, 1, FIELD - 1, FIELD, FIELD + 1, 2707385501144840649318225287225658788936804267575313519463743609750303402022]
    ys.append(FIELD - ys[-1])
    return [(y | sign << 255).to_bytes(32, "little") for y in ys for sign in (0, 1)]


def test_ed25519__agrees_with_openssl_at_the_edges() -> None:
    key = INTL.private_key(bytes(range(32)))
    message, good = b"edges", INTL.sign(key, b"edges")
    s = int.from_bytes(good[32:], "little")
    signatures = [good, good[:32] + (s + ORDER).to_bytes(32, "little"), good[:32] + bytes(32), bytes(64), b"\xff" * 64, good[:63]]
    signatures += [each + good[32:] for each in small_order()]
    signatures += [each + bytes(32) for each in small_order()]  # s = 0, R of small order: holds where the cofactor is multiplied
    keys = [key.public_key, *small_order(), (FIELD + 3).to_bytes(32, "little"), b"\xff" * 32, bytes(31), key.public_key + b"\0"]
    keys += [y.to_bytes(32, "little") for y in range(2, 30)]  # half of them are no points
    jobs = [(public, message, signature) for public in keys for signature in signatures]
    assert zhulian_native.ed25519_verify_many(jobs) == bytes(verdict(INTL.verify, job) for job in jobs)
    assert zhulian_native.ed25519_verify_many([(key.public_key, message, good)]) == b"\1"


def _mixed_order(key_seed: bytes, message: bytes, tweak: bytes) -> Job:
    """A signature whose R lies off by a point of small order: it holds with the cofactor and not without."""
    expanded = hashlib.sha512(key_seed).digest()
    a = (int.from_bytes(expanded[:32], "little") & ((1 << 254) - 8)) | (1 << 254)
    public = INTL.private_key(key_seed).public_key
    challenge = int.from_bytes(hashlib.sha512(tweak + public + message).digest(), "little") % ORDER
    return public, message, tweak + (challenge * a % ORDER).to_bytes(32, "little")


@settings(max_examples=20)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=40))
def test_ed25519__multiplies_by_no_cofactor(seed: bytes, message: bytes) -> None:
    jobs = [_mixed_order(seed, message, tweak) for tweak in small_order()]
    expected = bytes(verdict(INTL.verify, job) for job in jobs)
    assert zhulian_native.ed25519_verify_many(jobs) == expected
    assert sum(expected) == 1  # R is the neutral point, canonically encoded, and s·B = k·A


@settings(max_examples=30)
@given(st.lists(st.tuples(st.binary(max_size=100), st.integers(0, 64 * 8)), min_size=1, max_size=8))
def test_ed25519__agrees_with_openssl(items: list[tuple[bytes, int]]) -> None:
    key = INTL.private_key(bytes(31) + b"\7")
    jobs = []
    for message, flip in items:
        signature = int.from_bytes(INTL.sign(key, message), "big") ^ (1 << flip if flip < 512 else 0)
        jobs.append((key.public_key, message, signature.to_bytes(64, "big")))
    assert zhulian_native.ed25519_verify_many(jobs) == bytes(verdict(INTL.verify, job) for job in jobs)


def test_suites__give_the_same_verdicts_on_both_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    for suite in (GM, INTL):
        key = suite.generate()
        good = suite.sign(key, b"both")
        jobs = [(key.public_key, b"both", good), (key.public_key, b"botH", good), (b"no key", b"both", good)] * 3
        fast = suite.verify_many(jobs)
        with monkeypatch.context() as patch:
            patch.setattr(native, "kernel", lambda: None)
            assert suite.verify_many(jobs) == fast == [True, False, False] * 3
