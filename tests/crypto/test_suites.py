"""The recipes of both suites, keys that do not show themselves, and what is refused."""

import copy
import ctypes.util
import hashlib
import hmac
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest

from zhulian.crypto import (
    GM,
    INTL,
    BadKey,
    BadSignature,
    CannotOpen,
    Hasher,
    LibraryMissing,
    SoftwareSigner,
    Suite,
    UnknownSuite,
    WrongLength,
    WrongSuite,
    fingerprint,
    suite,
)
from zhulian.crypto.hazmat import curve, declare, openssl, sm2, sm3
from zhulian.errors import Bug

both = pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])


def test_suite__is_found_by_name_only() -> None:
    assert suite("gm") is GM
    assert suite("intl") is INTL
    with pytest.raises(UnknownSuite) as caught:
        suite("GM")
    assert caught.value.code == "crypto/1"


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
    assert suite.verify_many([]) == []


@both
def test_private_key__does_not_show_itself(suite: Suite) -> None:
    key = suite.generate()
    shown = f"{key!r} {key} {SoftwareSigner(suite, key)!r} {vars(SoftwareSigner(suite, key))!r}"
    assert key.reveal().hex() not in shown
    assert repr(key.reveal()) not in shown
    assert key.public_key.hex() in repr(SoftwareSigner(suite, key))
    for act in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            act(key)


@both
def test_private_key__comes_back_from_its_secret(suite: Suite) -> None:
    for key in (suite.generate(), suite.generate_encryption()):
        again = suite.private_key(key.reveal(), key.use)
        assert (again.public_key, again.use) == (key.public_key, key.use)


@pytest.mark.parametrize("d", [0, curve.N - 1, curve.N, 2**256 - 1])
def test_private_key__refuses_scalars_out_of_range(d: int) -> None:
    with pytest.raises(BadKey):
        GM.private_key(d.to_bytes(32, "big"))


@both
@pytest.mark.parametrize("size", [0, 31, 33])
@pytest.mark.parametrize("use", ["sign", "encrypt"])
def test_private_key__refuses_another_length(suite: Suite, size: int, use: Any) -> None:
    with pytest.raises(BadKey):
        suite.private_key(b"\1" * size, use)


@both
def test_keys__are_not_mixed_between_uses_and_suites(suite: Suite) -> None:
    other = INTL if suite is GM else GM
    signing, opening = suite.generate(), suite.generate_encryption()
    with pytest.raises(BadKey):
        suite.sign(opening, b"m")
    with pytest.raises(BadKey):
        suite.decrypt(signing, bytes(200))
    with pytest.raises(WrongSuite):
        suite.sign(other.generate(), b"m")
    with pytest.raises(WrongSuite):
        suite.decrypt(other.generate_encryption(), bytes(200))
    with pytest.raises(WrongSuite):
        SoftwareSigner(suite, other.generate())


@both
def test_encrypt__opens_with_its_key_only(suite: Suite) -> None:
    key, another = suite.generate_encryption(), suite.generate_encryption()
    sealed = suite.encrypt(key.public_key, b"secret")
    assert sealed != suite.encrypt(key.public_key, b"secret")
    assert suite.decrypt(key, sealed) == b"secret"
    with pytest.raises(CannotOpen):
        suite.decrypt(another, sealed)


@both
def test_encrypt__has_limits(suite: Suite) -> None:
    key = suite.generate_encryption()
    most = bytes(1024 * 1024)
    assert suite.decrypt(key, suite.encrypt(key.public_key, most)) == most
    for wrong in (b"", most + b"\0"):
        with pytest.raises(WrongLength):
            suite.encrypt(key.public_key, wrong)
    for wrong in (b"", bytes(suite.public_key_bytes), key.public_key[:-1]):
        with pytest.raises(BadKey):
            suite.encrypt(wrong, b"secret")


@both
def test_seal__refuses_whatever_was_changed(suite: Suite) -> None:
    key = bytes(range(suite.seal_key_bytes))
    sealed = suite.seal_bytes(key, bytes(12), b"data", b"aad")
    assert suite.open_bytes(key, bytes(12), sealed, b"aad") == b"data"
    for wrong in ((key, bytes(12), sealed, b"aae"), (key, b"\1" * 12, sealed, b"aad"), (key, bytes(12), sealed[:-1], b"aad")):
        with pytest.raises(CannotOpen):
            suite.open_bytes(*wrong)
    for short in ((key[:-1], bytes(12)), (key, bytes(13))):
        with pytest.raises(WrongLength):
            suite.seal_bytes(*short, b"data")


@both
def test_digest__plain_and_keyed(suite: Suite) -> None:
    name = "sm3" if suite is GM else "sha256"
    assert suite.digest(b"abc") == hashlib.new(name, b"abc").digest()
    assert suite.hmac(b"k", b"abc") == hmac.new(b"k", b"abc", name).digest()
    state = suite.new_hash(b"a")
    twin = state.copy()
    state.update(b"bc")
    assert state.digest() == suite.digest(b"abc")
    assert twin.digest() == suite.digest(b"a")


@both
def test_hasher__separates_purposes_and_chains(suite: Suite) -> None:
    hasher = Hasher(suite, bytes([7]) * 32)
    assert hasher.digest("body", b"b") == suite.digest(b"zhulian/body/v1\0" + bytes([7]) * 32 + b"b")
    assert hasher.many("body", [b"a", b"b"]) == [hasher.digest("body", b"a"), hasher.digest("body", b"b")]
    assert len({hasher.digest("body", b"b"), hasher.digest("header", b"b"), Hasher(suite).digest("body", b"b")}) == 3
    assert fingerprint(suite, b"k") == Hasher(suite).digest("key", b"k").hex()
    with pytest.raises(Bug):
        hasher.digest("body/v1", b"")
    with pytest.raises(Bug):
        Hasher(suite, bytes(31))


def test_sm3__works_without_hashlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm3, "_empty", openssl.new_sm3())
    state = openssl.new_sm3(b"a")
    twin = state.copy()
    state.update(b"bc")
    assert state.hexdigest() == hashlib.new("sm3", b"abc").hexdigest()
    assert twin.digest() == hashlib.new("sm3", b"a").digest()
    key = GM.generate()
    GM.verify(key.public_key, b"m", GM.sign(key, b"m"))
    assert GM.hmac(b"k", b"d") == hmac.new(b"k", b"d", "sm3").digest()


@both
def test_verify_many__by_several_threads_at_once(suite: Suite) -> None:
    keys = [suite.generate() for _ in range(4)]
    jobs = [(key.public_key, bytes([n]), suite.sign(key, bytes([n]))) for n in range(10) for key in keys]
    jobs += [(key, message + b"!", signature) for key, message, signature in jobs]
    verdicts: list[list[bool]] = []
    signed: list[bytes] = []

    def work() -> None:
        verdicts.append(suite.verify_many(jobs))
        signed.append(suite.sign(keys[0], b"at once"))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [[True] * 40 + [False] * 40] * 6
    assert suite.verify_many([(keys[0].public_key, b"at once", signature) for signature in signed]) == [True] * 6


def test_sm2__tables_are_bounded_and_change_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2, "TABLES_MAX", 2)
    monkeypatch.setattr(sm2, "_tables", {})
    jobs = []
    for key in [GM.generate() for _ in range(4)]:
        jobs += [(key.public_key, b"m", GM.sign(key, b"m")), (key.public_key, b"n", GM.sign(key, b"m"))]
    holders = []
    for _ in range(3 * sm2.USES_WHEN_FULL):
        assert sm2.verify_many(jobs) == [True, False] * 4
        assert len(sm2._tables) <= 2
        holders += [raw for raw in sm2._tables if raw not in holders]
    assert len(holders) == 4
    assert sum(sm2.public_key(key).table is not None for key, _, _ in jobs[::2]) == 2


def test_sm2__keys_kept_are_bounded() -> None:
    assert sm2.public_key.cache_info().maxsize == sm2.KEYS_MAX


def test_sm2__signs_by_any_identifier_of_the_standard() -> None:
    key = GM.generate()
    for identifier in (b"", b"ALICE123@YAHOO.COM", bytes(8191)):
        sm2.verify(key.public_key, b"m", key.native.sign(b"m", identifier), identifier)
    for act in (key.native.sign, lambda m, i: sm2.verify(key.public_key, m, bytes(64), i)):
        with pytest.raises(WrongLength):
            act(b"m", bytes(8192))


class _NoSm2:
    """A libcrypto whose builder left SM2 out."""

    def OpenSSL_version_num(self) -> int:
        return 0x30000000

    def EC_GROUP_new_by_curve_name(self, _nid: int) -> Any:
        return openssl.NULL


class _Old(_NoSm2):
    def OpenSSL_version_num(self) -> int:
        return 0x1010117F


class _Bare:
    pass


@pytest.mark.parametrize("found", [None, _NoSm2, _Old, _Bare])
def test_lib__names_the_package_where_sm2_is_missing(monkeypatch: pytest.MonkeyPatch, found: Callable[[], Any] | None) -> None:
    def dlopen(_name: str) -> Any:
        if found is None:
            raise OSError("absent")
        return found()

    class Ffi:
        NULL = openssl.NULL

    monkeypatch.setattr(Ffi, "dlopen", staticmethod(dlopen), raising=False)
    monkeypatch.setattr(openssl, "ffi", Ffi)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    openssl.lib.cache_clear()
    try:
        with pytest.raises(LibraryMissing) as caught:
            openssl.lib()
    finally:
        openssl.lib.cache_clear()
    assert "libssl3" in caught.value.say("en")
    assert "libssl3" in caught.value.say("zh")
    assert caught.value.code == "crypto/4"


def test_declare__the_parsed_form_is_up_to_date() -> None:
    assert declare.PARSED.read_text() == declare.parsed()
