"""Envelopes: only the reader's key opens them, openssl opens them too, and nothing in clear can be changed. Shares of keys."""

import itertools
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian import canonical
from zhulian.crypto import GM, INTL, CannotOpen, Hasher, SealedMalformed, ShareFails, Suite, fingerprint
from zhulian.crypto.certificates import create_ca, issue, parse
from zhulian.crypto.group import group_of
from zhulian.crypto.hazmat.der import ciphertext_to_der
from zhulian.crypto.key_shares import combine, share_check, split
from zhulian.crypto.sharing import lagrange
from zhulian.crypto.wrapping import Envelope, read_envelope, unwrap, wrap

SUITES = pytest.mark.parametrize("suite", [GM, INTL], ids=repr)


@SUITES
def test_envelope__opens_by_the_readers_key_alone(suite: Suite) -> None:
    hasher, key, other = Hasher(suite, bytes(32)), suite.generate_encryption(), suite.generate_encryption()
    made = wrap(hasher, key.public_key, Envelope("key", "ab" * 32, "org2", fingerprint(suite, key.public_key)), b"k" * 16)
    envelope, secret = unwrap(hasher, key, made)
    assert (envelope.reader, envelope.blob, secret) == ("org2", "ab" * 32, b"k" * 16)
    with pytest.raises(CannotOpen):
        unwrap(hasher, other, made)
    with pytest.raises(CannotOpen):
        unwrap(Hasher(suite, b"\x01" * 32), key, made)  # an envelope of another chain


@pytest.mark.parametrize(
    ("member", "value"), [("blob", "cd" * 32), ("reader", "org3"), ("kind", "release"), ("index", 2), ("opening", "x")]
)
def test_envelope__binds_what_stands_in_clear(member: str, value: object) -> None:
    hasher, key = Hasher(GM, bytes(32)), GM.generate_encryption()
    made = wrap(hasher, key.public_key, Envelope("key", "ab" * 32, "org2", "ef" * 32), b"k" * 16)
    document = canonical.decode(made)
    assert isinstance(document, dict)
    with pytest.raises(CannotOpen):
        unwrap(hasher, key, canonical.encode({**document, member: value}))


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"format":"zhulian/envelope/1"}', b"\xff" * 50])
def test_envelope__refuses_what_is_none(data: bytes) -> None:
    with pytest.raises(SealedMalformed):
        read_envelope(data)


def test_envelope__openssl_opens_what_the_certificate_was_sealed_to(tmp_path: Path) -> None:
    ca = create_ca(GM, "org2", "Org2 CA", 365)
    key = GM.generate_encryption()
    now = ca.certificate.not_before
    certificate = parse(issue(ca, key.public_key, "org2", "org2", "encrypt", now, now + 1000))
    made = wrap(
        Hasher(GM), certificate.public_key, Envelope("key", "ab" * 32, "org2", certificate.fingerprint), b"0123456789abcdef"
    )
    _, wrapped = read_envelope(made)
    (tmp_path / "c.der").write_bytes(ciphertext_to_der(wrapped))
    (tmp_path / "k.der").write_bytes(_sec1(key.reveal(), key.public_key))
    command = ["openssl", "pkeyutl", "-decrypt", "-inkey", "k.pem", "-in", "c.der"]
    subprocess.run(
        ["openssl", "ec", "-inform", "DER", "-in", "k.der", "-out", "k.pem"], cwd=tmp_path, check=True, capture_output=True
    )
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert done.stdout[32:] == b"0123456789abcdef"


def _sec1(secret: bytes, public_key: bytes) -> bytes:
    """The private key as SEC 1 DER with the SM2 curve's identifier."""
    curve = bytes.fromhex("a00a06082a811ccf5501822d")
    point = b"\xa1\x44\x03\x42\x00" + public_key
    body = b"\x02\x01\x01\x04\x20" + secret + curve + point
    return b"\x30" + bytes([len(body)]) + body


@settings(max_examples=20, deadline=None)
@given(suite=st.sampled_from([GM, INTL]), threshold=st.integers(2, 5), more=st.integers(0, 3), fill=st.integers(0, 255))
def test_shares__any_threshold_of_them_give_the_key_back(suite: Suite, threshold: int, more: int, fill: int) -> None:
    key = bytes([fill]) * suite.seal_key_bytes
    shares = split(suite, key, threshold, threshold + more)
    for chosen in itertools.islice(itertools.combinations(shares.items(), threshold), 6):
        assert combine(suite, dict(chosen)) == key
    assert combine(suite, shares) == key


def test_shares__fewer_than_the_threshold_or_a_false_one_give_no_key() -> None:
    shares = split(GM, b"0123456789abcdef", 3, 5)
    with pytest.raises(ShareFails):
        combine(GM, {1: shares[1], 2: shares[2]})
    with pytest.raises(ShareFails):
        combine(GM, {**shares, 1: bytes(32)})


def test_shares__fewer_than_the_threshold_fit_every_key() -> None:
    """For two shares of a threshold of three there is, for any key, a third share that gives it: they say nothing."""
    group = group_of(GM)
    shares = split(GM, bytes(16), 3, 5)
    at = {each: lagrange(group, [1, 2, 3], each) for each in (1, 2, 3)}
    known = sum(int.from_bytes(shares[each], "big") * at[each] for each in (1, 2))
    for wanted in (0, 1, 2**128 - 1):
        third = (wanted - known) * pow(at[3], -1, group.order) % group.order
        assert combine(GM, {1: shares[1], 2: shares[2], 3: third.to_bytes(32, "big")}) == wanted.to_bytes(16, "big")


def test_shares__a_false_one_is_told_by_its_check() -> None:
    hasher, blob = Hasher(GM, bytes(32)), b"\x01" * 32
    shares = split(GM, b"0123456789abcdef", 2, 3)
    check = share_check(hasher, blob, 2, shares[2])
    assert share_check(hasher, blob, 2, shares[2]) == check
    assert share_check(hasher, blob, 2, shares[1]) != check
    assert share_check(hasher, blob, 3, shares[2]) != check


@pytest.mark.parametrize("shares", [{}, {1: bytes(32)}, {1: bytes(32), 2: bytes(64)}, {0: bytes(32), 1: bytes(32)}])
def test_shares__refuse_what_does_not_belong_together(shares: dict[int, bytes]) -> None:
    with pytest.raises(ShareFails):
        combine(GM, shares)
