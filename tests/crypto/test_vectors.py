"""Every vector against every implementation of it."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from zhulian.crypto import GM, INTL, CannotOpen, Hasher, certificates, suite
from zhulian.crypto.hazmat import openssl, sm2, sm2_encryption, sm3
from zhulian.crypto.hazmat.reference import sm2 as reference_sm2
from zhulian.crypto.hazmat.reference import sm3 as reference_sm3
from zhulian.crypto.hazmat.reference import sm4 as reference_sm4
from zhulian.crypto.stream import HEADER_BYTES, Layout, Opener
from zhulian.errors import Refusal

VECTORS = Path(__file__).parents[2] / "vectors" / "crypto"
Case = dict[str, Any]


def over(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Runs a test for each case of a vector file (see conftest)."""

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        function.vectors = name  # type: ignore[attr-defined]
        return function

    return mark


def outcome(act: Callable[[], object]) -> str:
    """`valid`, the bytes in hex, or the number of the refusal."""
    try:
        found = act()
    except Refusal as refusal:
        return refusal.code
    return found.hex() if isinstance(found, bytes) else "valid"


def raw(case: Case, *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


@over("sm3")
def test_sm3__all_three_agree(case: Case) -> None:
    (message,) = raw(case, "message")
    assert sm3.digest(message).hex() == case["expected"]
    assert openssl.new_sm3(message).digest().hex() == case["expected"]
    assert reference_sm3.digest(message).hex() == case["expected"]


@over("sm4")
def test_sm4__blocks(case: Case) -> None:
    key, block = raw(case, "key", "block")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    out, fast = bytearray(31), block
    for _ in range(case["rounds"]):
        encryptor.update_into(fast, out)
        fast = bytes(out[:16])
    assert fast.hex() == case["expected"]
    if case["rounds"] == 1:
        assert reference_sm4.encrypt_block(key, block).hex() == case["expected"]
        assert reference_sm4.decrypt_block(key, fast) == block


@over("sm4-gcm")
def test_sm4_gcm__opens_or_refuses(case: Case) -> None:
    key, nonce, aad, sealed = raw(case, "key", "nonce", "aad", "sealed")
    assert outcome(lambda: GM.open_bytes(key, nonce, sealed, aad)) == case["expected"]
    if case["expected"] == "crypto/6":
        return
    assert outcome(lambda: reference_sm4.gcm_open(key, nonce, sealed, aad)) == case["expected"]
    if not case["expected"].startswith("crypto/"):
        assert GM.seal_bytes(key, nonce, bytes.fromhex(case["expected"]), aad) == sealed


@over("sm2-signature")
def test_sm2_signature__tables_evp_and_reference_agree(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    key, message, signature, identifier = raw(case, "public_key", "message", "signature", "identifier")
    expected = case["expected"]
    for _ in range(sm2.USES_BEFORE_TABLE + 1):  # from the third time on the key has a table
        assert outcome(lambda: sm2.verify(key, message, signature, identifier)) == expected
    assert outcome(lambda: reference_sm2.verify(key, message, signature, identifier)) == expected
    if identifier == b"1234567812345678":
        assert outcome(lambda: GM.verify(key, message, signature)) == expected
        assert GM.verify_many([(key, message, signature)]) == [expected == "valid"]
        assert sm2.verify_many([(key, message, signature)]) == [expected == "valid"]
    monkeypatch.setattr(sm2, "_tables_work", lambda: False)
    assert outcome(lambda: sm2.verify(key, message, signature, identifier)) == expected


@over("sm2-encryption")
def test_sm2_encryption__fast_and_reference_agree(case: Case) -> None:
    secret, ciphertext = raw(case, "private_key", "ciphertext")
    key = GM.private_key(secret, "encrypt")
    assert outcome(lambda: GM.decrypt(key, ciphertext)) == case["expected"]
    assert outcome(lambda: reference_sm2.decrypt(int.from_bytes(secret, "big"), ciphertext)) == case["expected"]
    if "k" in case:
        plain = bytes.fromhex(case["expected"])
        assert reference_sm2.encrypt(bytes.fromhex(case["public_key"]), plain, int(case["k"], 16)) == ciphertext


def test_sm2__key_of_the_standard() -> None:
    """GB/T 32918.5-2017 annex A: the key pair and ZA, as printed."""
    secret = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    x = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    y = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    za = "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
    r = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    s = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    public = bytes.fromhex("04" + x + y)
    assert GM.private_key(bytes.fromhex(secret)).public_key == public
    assert reference_sm2.public_key(int(secret, 16)) == public
    assert reference_sm2.za(b"1234567812345678", public).hex().upper() == za
    GM.verify(public, b"message digest", bytes.fromhex(r + s))


def test_sm2__ciphertext_of_the_standard() -> None:
    """GB/T 32918.5-2017 annex C: the ciphertext, as printed."""
    secret = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    c1 = (
        "0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
        "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    )
    c3, c2 = "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766", "21886CA989CA9C7D58087307CA93092D651EFA"
    key = GM.private_key(bytes.fromhex(secret), "encrypt")
    assert GM.decrypt(key, bytes.fromhex(c1 + c3 + c2)) == b"encryption standard"


def test_sm4_gcm__of_rfc_8998() -> None:
    """RFC 8998 appendix A.1, as printed."""
    key, nonce = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    sealed = (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    plain = b"".join(bytes([value]) * 8 for value in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    assert GM.seal_bytes(key, nonce, plain, aad).hex().upper() == sealed
    assert reference_sm4.gcm_seal(key, nonce, plain, aad).hex().upper() == sealed


def test_aes_gcm__of_the_gcm_paper() -> None:
    """McGrew and Viega, The Galois/Counter Mode of Operation, test case 14."""
    sealed = bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    assert INTL.seal_bytes(bytes(32), bytes(12), bytes(16)) == sealed
    assert INTL.open_bytes(bytes(32), bytes(12), sealed) == bytes(16)
    with pytest.raises(CannotOpen):
        INTL.open_bytes(bytes(32), bytes(12), sealed[:-1] + b"\0")


@over("ed25519")
def test_ed25519__accepts_and_refuses(case: Case) -> None:
    key, message, signature = raw(case, "public_key", "message", "signature")
    assert outcome(lambda: INTL.verify(key, message, signature)) == case["expected"]
    assert INTL.verify_many([(key, message, signature)]) == [case["expected"] == "valid"]


@over("preimages")
def test_hasher__preimages_and_digests(case: Case) -> None:
    genesis, data = raw(case, "genesis", "data")
    hasher = Hasher(suite(case["suite"]), genesis)
    assert hasher.preimage(case["purpose"], data).hex() == case["preimage"]
    assert hasher.digest(case["purpose"], data).hex() == case["expected"]
    assert hasher.many(case["purpose"], [data, data]) == [bytes.fromhex(case["expected"])] * 2


@over("certificates")
def test_certificates__chains_and_requests(case: Case) -> None:
    if "request" in case:
        assert outcome(lambda: certificates.verify_request(bytes.fromhex(case["request"]))) == case["expected"]
        return
    chain, roots = ([bytes.fromhex(der) for der in case[part]] for part in ("chain", "roots"))
    kind = suite(case["suite"])
    assert outcome(lambda: certificates.verify_chain(kind, chain, roots, case["at"], case["usage"])) == case["expected"]


@over("sealed")
def test_sealed__opens_in_whole_or_says_why_not(case: Case) -> None:
    key, sealed, head = raw(case, "key", "sealed", "head")

    def opened() -> bytes:
        layout = Layout.parse(sealed[:HEADER_BYTES])
        opener = Opener(key, layout)
        assert opener.head(sealed[HEADER_BYTES:]) == head
        source = io.BytesIO(sealed)
        source.seek(layout.content_at)
        return b"".join(opener.whole(source))

    assert outcome(opened) == case["expected"]


def test_generate__writes_the_same_vectors(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(VECTORS / "generate.py"), str(tmp_path)], check=True, timeout=120)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in VECTORS.glob("*.json"))
    for name in written:
        assert (tmp_path / name).read_bytes() == (VECTORS / name).read_bytes(), name


def test_overhead__is_what_the_ciphertext_adds() -> None:
    key = GM.generate_encryption()
    assert len(GM.encrypt(key.public_key, b"1")) == 1 + sm2_encryption.OVERHEAD_BYTES
