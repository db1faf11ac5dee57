"""One pass over the recipes of both suites."""

import pytest

from zhulian.crypto import GM, INTL, BadSignature, CannotOpen, Hasher, SoftwareSigner, Suite, fingerprint

both = pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])


@both
def test_sign__holds_for_its_message_only(suite: Suite) -> None:
    key = suite.generate()
    signature = SoftwareSigner(suite, key).sign(b"m")
    assert (len(signature), len(key.public_key)) == (64, suite.public_key_bytes)
    suite.verify(key.public_key, b"m", signature)
    with pytest.raises(BadSignature):
        suite.verify(key.public_key, b"n", signature)
    jobs = [(key.public_key, b"m", signature), (key.public_key, b"n", signature), (b"", b"m", b"")]
    assert suite.verify_many(jobs) == [True, False, False]
    assert key.reveal().hex() not in repr(key)


@both
def test_encrypt__opens_with_its_key_only(suite: Suite) -> None:
    key, other = suite.generate_encryption(), suite.generate_encryption()
    sealed = suite.encrypt(key.public_key, b"secret")
    assert suite.decrypt(key, sealed) == b"secret"
    with pytest.raises(CannotOpen):
        suite.decrypt(other, sealed)


@both
def test_seal__refuses_changed_associated_data(suite: Suite) -> None:
    key = bytes(range(suite.seal_key_bytes))
    sealed = suite.seal_bytes(key, bytes(12), b"data", b"aad")
    assert suite.open_bytes(key, bytes(12), sealed, b"aad") == b"data"
    with pytest.raises(CannotOpen):
        suite.open_bytes(key, bytes(12), sealed, b"aae")


@both
def test_hasher__many_equals_one_by_one(suite: Suite) -> None:
    hasher = Hasher(suite, bytes([7]) * 32)
    assert hasher.many("body", [b"a", b"b"]) == [hasher.digest("body", b"a"), suite.digest(hasher.preimage("body", b"b"))]
    assert fingerprint(suite, b"k") == Hasher(suite).digest("key", b"k").hex()
