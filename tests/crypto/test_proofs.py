"""The group, the proofs in it, and secrets in several hands."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.crypto import GM, INTL, BadPoint, BadProof, Hasher, Suite
from zhulian.crypto.group import group_of, random_number, read_point
from zhulian.crypto.hazmat import curve
from zhulian.crypto.hazmat.reference import sm2 as reference
from zhulian.crypto.proofs import (
    Answer,
    Cipher,
    add_ciphers,
    encrypt_number,
    prove_equal,
    prove_known,
    prove_one_of,
    verify_equal,
    verify_known,
    verify_one_of,
)
from zhulian.crypto.sharing import combine_points, commitments_of, draw_polynomial, lagrange, share_of, shown_share

SUITES = pytest.mark.parametrize("suite", [GM, INTL], ids=lambda suite: suite.name)
NUMBERS = st.integers(min_value=1, max_value=curve.N - 2)


@given(NUMBERS)
@settings(max_examples=20)
def test_group__agrees_with_plain_python(number: int) -> None:
    raw = reference.public_key(number)
    assert group_of(GM).base_times(number).encode() == bytes([2 + raw[64] % 2]) + raw[1:33]


def test_group__agrees_with_openssl_on_p256() -> None:
    made = subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-conv_form", "compressed"],
        capture_output=True,
        check=True,
        timeout=30,
    )
    shown = subprocess.run(
        ["openssl", "ec", "-text", "-noout", "-conv_form", "compressed"],
        input=made.stdout,
        capture_output=True,
        check=True,
        timeout=30,
    )
    text = shown.stdout.decode().replace("\n", "").replace(" ", "")
    secret, point = text.split("priv:")[1].split("pub:")[0], text.split("pub:")[1].split("ASN1")[0]
    number = int(secret.replace(":", ""), 16)
    assert group_of(INTL).base_times(number).encode().hex() == point.replace(":", "")


@SUITES
def test_group__keeps_its_laws(suite: Suite) -> None:
    group = group_of(suite)
    a, b = random_number(group), random_number(group)
    assert group.base_times(a) + group.base_times(b) == group.base_times(a + b)
    assert group.base_times(a).times(b) == group.base_times(a * b)
    assert (group.base_times(a) - group.base_times(a)).infinite
    assert group.combine([(a, group.base_times(b)), (b, group.base_times(a))], 5) == group.base_times(2 * a * b + 5)
    assert group.base_times(group.order).infinite
    assert group.decode(group.infinity().encode()).infinite


@SUITES
@pytest.mark.parametrize("text", ["", "00", "04" + "11" * 32, "02" + "ff" * 32, "zz" * 33, "02" + "11" * 31, "02" + "AB" * 32])
def test_read_point__refuses_what_is_none(suite: Suite, text: str) -> None:
    with pytest.raises(BadPoint):
        read_point(group_of(suite), text)


@SUITES
def test_proofs__hold_and_fail_when_anything_is_changed(suite: Suite) -> None:
    group, hasher = group_of(suite), Hasher(suite, bytes(32))
    secret = random_number(group)
    shown, base = group.base_times(secret), group.base_times(7)
    known = prove_known(hasher, group, "proof-key", b"here", secret)
    verify_known(hasher, group, "proof-key", b"here", shown, known)
    equal = prove_equal(hasher, group, "proof-part", b"here", base, secret)
    verify_equal(hasher, group, "proof-part", b"here", shown, base, base.times(secret), equal)
    for context, point, proof in [
        (b"there", shown, known),
        (b"here", base, known),
        (b"here", shown, Answer(known.challenge, known.answer + 1)),
    ]:
        with pytest.raises(BadProof):
            verify_known(hasher, group, "proof-key", context, point, proof)
    with pytest.raises(BadProof):
        verify_equal(hasher, group, "proof-part", b"here", shown, base, base.times(secret + 1), equal)
    with pytest.raises(BadProof):  # of another chain
        verify_known(Hasher(suite, bytes([1] * 32)), group, "proof-key", b"here", shown, known)


@SUITES
@pytest.mark.parametrize("true", [0, 1, 2])
def test_one_of__shows_that_a_cipher_holds_what_is_allowed(suite: Suite, true: int) -> None:
    group, hasher = group_of(suite), Hasher(suite, bytes(32))
    key, blind = group.base_times(random_number(group)), random_number(group)
    cipher = encrypt_number(group, key, true, blind)
    proof = prove_one_of(hasher, group, "proof-mark", b"c", key, cipher, (0, 1, 2), true, blind)
    verify_one_of(hasher, group, "proof-mark", b"c", key, cipher, (0, 1, 2), proof)
    other = encrypt_number(group, key, 3, blind)
    for wrong_cipher, values, wrong in [
        (other, (0, 1, 2), proof),
        (Cipher(cipher.second, cipher.first), (0, 1, 2), proof),
        (cipher, (0, 1, 3), proof),
        (cipher, (0, 1, 2), proof[:2]),
        (cipher, (0, 1), proof[:2]),
    ]:
        with pytest.raises(BadProof):
            verify_one_of(hasher, group, "proof-mark", b"c", key, wrong_cipher, values, wrong)


@SUITES
def test_ciphers__add_what_they_hold(suite: Suite) -> None:
    group = group_of(suite)
    secret = random_number(group)
    key = group.base_times(secret)
    total = add_ciphers([encrypt_number(group, key, each, random_number(group)) for each in (0, 1, 1, 3)])
    assert total.second - total.first.times(secret) == group.base_times(5)


@SUITES
def test_sharing__any_threshold_of_holders_opens_and_fewer_do_not(suite: Suite) -> None:
    group = group_of(suite)
    polynomial = draw_polynomial(group, 3)
    published, base = commitments_of(group, polynomial), group.base_times(11)
    shares = {holder: share_of(group, polynomial, holder) for holder in range(1, 6)}
    for holder, share in shares.items():
        assert shown_share(group, published, holder) == group.base_times(share)
    for several in ([1, 2, 3], [5, 3, 1], [1, 2, 3, 4, 5]):
        parts = [(holder, base.times(shares[holder])) for holder in several]
        assert combine_points(group, parts) == base.times(polynomial[0])
        assert sum(lagrange(group, several, each) * shares[each] for each in several) % group.order == polynomial[0]
    assert combine_points(group, [(1, base.times(shares[1])), (2, base.times(shares[2]))]) != base.times(polynomial[0])
