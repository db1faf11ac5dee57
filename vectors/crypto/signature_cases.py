"""Cases for SM2 and Ed25519 verification."""

from typing import Any

from zhulian.crypto import GM, INTL
from zhulian.crypto.hazmat.curve import DEFAULT_ID, N, P
from zhulian.crypto.hazmat.der import signature_to_der
from zhulian.crypto.hazmat.reference import sm2, sm3

D = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
"""The private key of the examples in GB/T 32918.5."""
K = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
P256_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
"""The generator of NIST P-256: a good key of the wrong curve."""


def derive(label: str) -> bytes:
    """32 bytes that are always the same for a label."""
    return sm3.digest(b"zhulian vectors " + label.encode())


def number(value: int) -> bytes:
    """A number as 32 bytes."""
    return value.to_bytes(32, "big")


def case(description: str, key: bytes, message: bytes, signature: bytes, expected: str, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = {"description": description, "public_key": key.hex(), "message": message.hex()}
    return {**found, "signature": signature.hex(), "expected": expected, **more}


def sm2_signature_cases() -> list[dict[str, Any]]:
    key, message = sm2.public_key(D), b"message digest"
    good = sm2.sign(D, message, DEFAULT_ID, K)
    identifier = DEFAULT_ID.hex()
    cases = [
        case(
            "the example on the recommended curve",
            key,
            message,
            good,
            "valid",
            source="GB/T 32918.5-2017 annex A",
            private_key=f"{D:064x}",
            k=f"{K:064x}",
        )
    ]
    for label in ("a", "b", "c"):
        d, k = (int.from_bytes(derive(f"{kind} {label}"), "big") >> 1 for kind in ("d", "k"))
        text = (derive("text") * 20)[: 7 * len(label) + ord(label)]
        cases.append(case(f"key {label}", sm2.public_key(d), text, sm2.sign(d, text, DEFAULT_ID, k), "valid"))
    extremes = {"private key 1": 1, "private key n − 2": N - 2}
    cases += [
        case(label, sm2.public_key(d), message, sm2.sign(d, message, DEFAULT_ID, K), "valid") for label, d in extremes.items()
    ]
    for entry in cases:
        entry["identifier"] = identifier
    alice = b"ALICE123@YAHOO.COM"
    other = {"identifier": alice.hex()}
    cases.append(
        case("another identifier, the same on both sides", key, message, sm2.sign(D, message, alice, K), "valid", **other)
    )
    cases.append(case("empty identifier on both sides", key, message, sm2.sign(D, message, b"", K), "valid", identifier=""))
    cases.append(case("identifier other than signed with", key, message, good, "crypto/2", **other))
    cases.append(case("identifier left out", key, message, good, "crypto/2", identifier=""))
    cases += [
        {**entry, "identifier": identifier} for entry in _bad_signatures(key, message, good) + _bad_keys(key, message, good)
    ]
    return cases


def _bad_signatures(key: bytes, message: bytes, good: bytes) -> list[dict[str, Any]]:
    r, s = int.from_bytes(good[:32], "big"), int.from_bytes(good[32:], "big")
    at_infinity = -r * D * pow(1 + D, -1, N) % N
    changed = {
        "a bit of r changed": bytes([good[0] ^ 1]) + good[1:],
        "a bit of s changed": good[:63] + bytes([good[63] ^ 1]),
        "r is zero": bytes(32) + good[32:],
        "s is zero": good[:32] + bytes(32),
        "r is n": number(N) + good[32:],
        "s is n": good[:32] + number(N),
        "s beyond n by the same value": good[:32] + (number(s + N) if s + N < 2**256 else number(2**256 - 1)),
        "all bits set": b"\xff" * 64,
        "all zeros": bytes(64),
        "r + s is n": good[:32] + number(N - r),
        "s mirrored": good[:32] + number(N - s),
        "the sum of points is at infinity": good[:32] + number(at_infinity),
        "r and s exchanged": good[32:] + good[:32],
        "cut by one byte": good[:-1],
        "one byte too many": good + b"\0",
        "empty": b"",
        "in DER": signature_to_der(good),
    }
    cases = [case(label, key, message, signature, "crypto/2") for label, signature in changed.items()]
    cases.append(case("a bit of the message changed", key, b"message digesu", good, "crypto/2"))
    cases.append(case("empty message", key, b"", good, "crypto/2"))
    cases.append(case("another good key", sm2.public_key(D + 1), message, good, "crypto/2"))
    mirrored = key[:33] + number(P - int.from_bytes(key[33:], "big"))
    cases.append(case("the key mirrored", mirrored, message, good, "crypto/2"))
    return cases


def _bad_keys(key: bytes, message: bytes, good: bytes) -> list[dict[str, Any]]:
    x, y = key[1:33], key[33:]
    changed = {
        "key off the curve": b"\x04" + x + number(int.from_bytes(y, "big") ^ 1),
        "key on P-256": P256_POINT,
        "key compressed": bytes([2 + y[-1] % 2]) + x,
        "key hybrid": bytes([6 + y[-1] % 2]) + x + y,
        "key at infinity": b"\x00",
        "key all zeros": b"\x04" + bytes(64),
        "x beyond p": b"\x04" + number(2**256 - 1) + y,
        "key cut by one byte": key[:-1],
        "key with one byte too many": key + b"\0",
        "key without 04": key[1:],
        "empty key": b"",
    }
    return [case(label, wrong, message, good, "crypto/3") for label, wrong in changed.items()]


def ed25519_cases() -> list[dict[str, Any]]:
    rfc = {"source": "RFC 8032 §7.1"}
    cases = []
    for label, secret, message in (
        ("test 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", b""),
        ("test 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", b"\x72"),
    ):
        key = INTL.private_key(bytes.fromhex(secret))
        cases.append(case(label, key.public_key, message, INTL.sign(key, message), "valid", private_key=secret, **rfc))
    key = INTL.private_key(derive("ed25519"))
    message = b"message digest"
    good = INTL.sign(key, message)
    order = 2**252 + 27742317777372353535851937790883648493
    beyond = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    bad = {
        "a bit of R changed": bytes([good[0] ^ 1]) + good[1:],
        "a bit of S changed": good[:40] + bytes([good[40] ^ 1]) + good[41:],
        "S beyond the order": beyond,
        "cut by one byte": good[:-1],
        "one byte too many": good + b"\0",
        "empty": b"",
        "all zeros": bytes(64),
    }
    cases.append(case("a key of ours", key.public_key, message, good, "valid"))
    cases += [case(label, key.public_key, message, signature, "crypto/2") for label, signature in bad.items()]
    cases.append(case("a bit of the message changed", key.public_key, b"message digesu", good, "crypto/2"))
    small = bytes([1]) + bytes(31)
    keys = {
        "key of order 1": small,
        "key of order 2": (2**255 - 20).to_bytes(32, "little"),
        "key of order 4": bytes(32),
        "key of order 8": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        "key off the curve": (2).to_bytes(32, "little"),
        "key not canonical": (2**255 - 18).to_bytes(32, "little"),
        "key cut by one byte": key.public_key[:-1],
        "an SM2 key": GM.private_key(number(D)).public_key,
        "empty key": b"",
    }
    cases += [case(label, wrong, message, good, "crypto/3") for label, wrong in keys.items()]
    return cases
