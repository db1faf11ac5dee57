"""What holds for whatever bytes: round trips, single-bit corruption refused, reference and fast path equal, no crash."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zhulian.crypto import GM, INTL, BadKey, BadSignature, CannotOpen, Suite, certificates
from zhulian.crypto.hazmat import curve, der, sm2, sm3
from zhulian.crypto.hazmat.reference import sm2 as reference_sm2
from zhulian.crypto.hazmat.reference import sm3 as reference_sm3
from zhulian.crypto.hazmat.reference import sm4 as reference_sm4
from zhulian.errors import Refusal

KEYS = {
    suite.name: (suite.private_key(bytes(31) + b"\7"), suite.private_key(bytes(31) + b"\7", "encrypt")) for suite in (GM, INTL)
}
both = pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])
scalars = st.integers(1, curve.N - 2)
few = settings(max_examples=25, deadline=None)
some = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def flipped(data: bytes, bit: int) -> bytes:
    place = bit % (8 * len(data))
    return data[: place // 8] + bytes([data[place // 8] ^ 1 << place % 8]) + data[place // 8 + 1 :]


@both
@given(message=st.binary(max_size=200), bit=st.integers(min_value=0, max_value=10**6))
@some
def test_signature__any_changed_bit_is_refused(suite: Suite, message: bytes, bit: int) -> None:
    key = KEYS[suite.name][0]
    signature = suite.sign(key, message)
    suite.verify(key.public_key, message, signature)
    wrong = [(key.public_key, message, flipped(signature, bit)), (flipped(key.public_key, bit), message, signature)]
    if message:
        wrong.append((key.public_key, flipped(message, bit), signature))
    for job in wrong:
        with pytest.raises((BadSignature, BadKey)):
            suite.verify(*job)
    assert suite.verify_many([(key.public_key, message, signature), *wrong]) == [True, *[False] * len(wrong)]


@both
@given(plain=st.binary(min_size=1, max_size=200), bit=st.integers(min_value=0, max_value=10**6))
@some
def test_ciphertext__any_changed_bit_is_refused(suite: Suite, plain: bytes, bit: int) -> None:
    key = KEYS[suite.name][1]
    sealed = suite.encrypt(key.public_key, plain)
    assert suite.decrypt(key, sealed) == plain
    if suite is INTL and bit % (8 * len(sealed)) == 255:
        return  # X25519 passes over the top bit of a point (RFC 7748 §5), and the key schedule binds the bytes all the same
    with pytest.raises(CannotOpen):
        suite.decrypt(key, flipped(sealed, bit))


def test_x25519__the_ignored_bit_is_bound_too() -> None:
    key = KEYS["intl"][1]
    with pytest.raises(CannotOpen):
        INTL.decrypt(key, flipped(INTL.encrypt(key.public_key, b"plain"), 255))


@given(d=scalars, message=st.binary(max_size=100), identifier=st.binary(max_size=40))
@example(d=1, message=b"", identifier=b"")
@example(d=curve.N - 2, message=b"", identifier=bytes(8191))
@few
def test_sm2__reference_and_fast_accept_each_other(d: int, message: bytes, identifier: bytes) -> None:
    secret = sm2.SecretKey(d.to_bytes(32, "big"))
    key = secret.public.raw
    assert reference_sm2.public_key(d) == key
    sm2.verify(key, message, reference_sm2.sign(d, message, identifier), identifier)
    reference_sm2.verify(key, message, secret.sign(message, identifier), identifier)


@given(d=scalars, plain=st.binary(min_size=1, max_size=100))
@few
def test_sm2_encryption__reference_and_fast_open_each_other(d: int, plain: bytes) -> None:
    key = GM.private_key(d.to_bytes(32, "big"), "encrypt")
    assert GM.decrypt(key, reference_sm2.encrypt(key.public_key, plain)) == plain
    assert reference_sm2.decrypt(d, GM.encrypt(key.public_key, plain)) == plain


def test_sm2_encryption__one_byte_always_opens() -> None:
    """A key stream of one zero byte would send the plaintext in clear, which the standard forbids (step A5)."""
    key = KEYS["gm"][1]
    for _ in range(400):
        sealed = GM.encrypt(key.public_key, b"\x5a")
        assert sealed[-1:] != b"\x5a"
        assert GM.decrypt(key, sealed) == b"\x5a"


@given(
    r=st.one_of(st.integers(0, 2**256 - 1), st.sampled_from([0, 1, curve.N - 1, curve.N, curve.P, 2**256 - 1])),
    s=st.one_of(st.integers(0, 2**256 - 1), st.sampled_from([0, 1, curve.N - 1, curve.N, curve.P, 2**256 - 1])),
    digest=st.binary(min_size=32, max_size=32),
)
@some
def test_verify__tables_and_evp_give_one_verdict(r: int, s: int, digest: bytes) -> None:
    key = sm2.PublicKey(KEYS["gm"][0].public_key)
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert sm2._holds(key, digest, signature) == sm2.verify_by_evp(key, digest, signature)


@given(s=scalars, t=scalars, uses=st.sampled_from([0, 100]))
@example(s=1, t=1, uses=0)
@some
def test_verify__every_way_accepts_what_the_equation_accepts(s: int, t: int, uses: int) -> None:
    """r and e are made to fit chosen s and t, so that scalars of any shape are met, with and without a table."""
    r = (t - s) % curve.N
    secret = sm2.SecretKey(bytes(31) + b"\7")
    total = (s + 7 * t) % curve.N
    if r == 0 or not 1 <= total <= curve.N - 2:
        return
    x = int.from_bytes(sm2._multiply_base(total.to_bytes(32, "big"))[1:33], "big")
    digest = ((r - x) % curve.N).to_bytes(32, "big")
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    key = sm2.PublicKey(secret.public.raw)
    key.uses = uses
    assert sm2._holds(key, digest, signature)
    assert sm2.verify_by_evp(key, digest, signature)
    assert not sm2._holds(key, flipped(digest, 0), signature)


def test_verify__x_beyond_n_is_reduced() -> None:
    """A point whose x lies between n and p: r = e + x − n has to be accepted (GB/T 32918.2 §7.1 step B7)."""
    x = curve.N
    while True:
        square = (x**3 + curve.A * x + curve.B) % curve.P
        y = pow(square, (curve.P + 1) // 4, curve.P)
        if y * y % curve.P == square:
            break
        x += 1
    s, t = 12345, 67890
    point = reference_sm2._add((x, y), reference_sm2._multiply(curve.N - s, (curve.GX, curve.GY)))
    raw = reference_sm2._encode_point(reference_sm2._multiply(pow(t, -1, curve.N), point))
    r = t - s
    digest = ((r - x) % curve.N).to_bytes(32, "big")
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    key = sm2.PublicKey(raw)
    assert [sm2._holds(key, digest, signature) for _ in range(5)] == [True] * 5
    assert sm2.verify_by_evp(key, digest, signature)


@both
@given(key=st.binary(max_size=70), message=st.binary(max_size=10), signature=st.binary(max_size=80))
@some
def test_verify__survives_anything(suite: Suite, key: bytes, message: bytes, signature: bytes) -> None:
    good = KEYS[suite.name][0].public_key
    for public_key in (key, good):
        with pytest.raises((BadSignature, BadKey)):
            suite.verify(public_key, message, signature)
    assert suite.verify_many([(key, message, signature)]) == [False]
    with pytest.raises(CannotOpen):
        suite.decrypt(KEYS[suite.name][1], signature)


@given(st.binary(max_size=300))
@some
def test_sm3__reference_equals_fast(message: bytes) -> None:
    assert reference_sm3.digest(message) == sm3.digest(message)


@given(
    key=st.binary(min_size=16, max_size=16),
    nonce=st.binary(min_size=12, max_size=12),
    data=st.binary(max_size=70),
    aad=st.binary(max_size=40),
)
@few
def test_sm4_gcm__reference_equals_fast(key: bytes, nonce: bytes, data: bytes, aad: bytes) -> None:
    sealed = GM.seal_bytes(key, nonce, data, aad)
    assert reference_sm4.gcm_seal(key, nonce, data, aad) == sealed
    assert reference_sm4.gcm_open(key, nonce, sealed, aad) == data


@given(r=st.integers(0, 2**256 - 1), s=st.integers(0, 2**256 - 1))
@some
def test_der__signature_comes_back(r: int, s: int) -> None:
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert der.signature_from_der(der.signature_to_der(raw)) == raw


@given(st.binary(max_size=90))
@some
def test_der__survives_anything(data: bytes) -> None:
    with pytest.raises(BadSignature):
        der.signature_from_der(data)


CA = certificates.create_ca(GM, "org1", "Root", 3650, not_before=1_767_225_600)
LEAF = certificates.issue(CA, KEYS["gm"][0].public_key, "org1", "o7", "sign", 1_767_225_600, 1_777_225_600)
REQUEST = certificates.make_request(CA.signer, "org1", "o7")


def refused(act: Callable[[], Any]) -> None:
    with pytest.raises(Refusal):
        act()


@given(bit=st.integers(min_value=0, max_value=10**6))
@settings(max_examples=300, deadline=None)
def test_certificate__any_changed_bit_is_refused(bit: int) -> None:
    refused(lambda: certificates.verify_chain(GM, [flipped(LEAF, bit), *CA.chain], CA.chain, 1_770_000_000))
    refused(lambda: certificates.verify_request(flipped(REQUEST, bit)))


@given(start=st.integers(0, len(LEAF)), cut=st.integers(0, 20), put=st.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_certificate__any_splice_is_refused(start: int, cut: int, put: bytes) -> None:
    spliced = LEAF[:start] + put + LEAF[start + cut :]
    if spliced != LEAF:
        refused(lambda: certificates.verify_chain(GM, [spliced, *CA.chain], CA.chain, 1_770_000_000))


@given(st.binary(max_size=200))
@some
def test_certificate__survives_anything(data: bytes) -> None:
    refused(lambda: certificates.parse(data))
    refused(lambda: certificates.read_request(data))


def test_generate__keys_differ() -> None:
    assert len({GM.generate().public_key for _ in range(20)}) == 20
