"""Writes the vectors beside it: `python vectors/crypto/generate.py [folder]`. What is random elsewhere is derived here."""

import json
import sys
from pathlib import Path
from typing import Any

from certificate_cases import certificate_cases
from sealed_cases import sealed_cases
from signature_cases import D, derive, ed25519_cases, sm2_signature_cases

from zhulian.crypto import GM, INTL, Hasher, fingerprint
from zhulian.crypto.hazmat.reference import sm2, sm3, sm4

HERE = Path(__file__).parent
SM3_SOURCE = "GB/T 32905-2016 annex A"
SM4_SOURCE = "GB/T 32907-2016 annex A"
KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


def flip(data: bytes, place: int) -> bytes:
    """The data with one bit changed."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def sm3_cases() -> list[dict[str, Any]]:
    cases = [
        {"description": "example 1", "source": SM3_SOURCE, "message": b"abc".hex(), "expected": sm3.digest(b"abc").hex()},
        {
            "description": "example 2",
            "source": SM3_SOURCE,
            "message": (b"abcd" * 16).hex(),
            "expected": sm3.digest(b"abcd" * 16).hex(),
        },
    ]
    for size in (0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000):
        message = (derive("sm3") * 32)[:size]
        cases.append({"description": f"{size} bytes", "message": message.hex(), "expected": sm3.digest(message).hex()})
    return cases


def sm4_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = [
        {"description": "example 1", "source": SM4_SOURCE, "key": KEY.hex(), "block": KEY.hex(), "rounds": 1},
        {
            "description": "example 2: one million times",
            "source": SM4_SOURCE,
            "key": KEY.hex(),
            "block": KEY.hex(),
            "rounds": 1_000_000,
            "expected": "595298c7c6fd271f0402f804c33d3f66",
        },
    ]
    for label in ("zeros", "a", "b"):
        key, block = (
            (bytes(16), bytes(16)) if label == "zeros" else (derive(f"sm4 key {label}")[:16], derive(f"sm4 block {label}")[:16])
        )
        cases.append({"description": f"block {label}", "key": key.hex(), "block": block.hex(), "rounds": 1})
    for case in cases:
        if "expected" not in case:
            case["expected"] = sm4.encrypt_block(bytes.fromhex(case["key"]), bytes.fromhex(case["block"])).hex()
    return cases


def gcm_case(description: str, key: bytes, nonce: bytes, aad: bytes, sealed: bytes, expected: str, **more: str) -> dict[str, Any]:
    return {
        "description": description,
        "key": key.hex(),
        "nonce": nonce.hex(),
        "aad": aad.hex(),
        "sealed": sealed.hex(),
        "expected": expected,
        **more,
    }


def sm4_gcm_cases() -> list[dict[str, Any]]:
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([value]) * 8 for value in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = sm4.gcm_seal(KEY, nonce, plain, aad)
    cases = [gcm_case("appendix A.1", KEY, nonce, aad, sealed, plain.hex(), source="RFC 8998 appendix A.1")]
    for size in (0, 1, 15, 16, 17, 100):
        data = (derive("gcm data") * 4)[:size]
        key, iv, more = derive("gcm key")[:16], derive(f"gcm nonce {size}")[:12], (derive("gcm aad") * 2)[: size // 2]
        cases.append(gcm_case(f"{size} bytes", key, iv, more, sm4.gcm_seal(key, iv, data, more), data.hex()))
    refused = "crypto/5"
    cases += [
        gcm_case("a bit of the ciphertext changed", KEY, nonce, aad, flip(sealed, 0), refused),
        gcm_case("a bit of the tag changed", KEY, nonce, aad, flip(sealed, len(sealed) - 1), refused),
        gcm_case("a bit of the associated data changed", KEY, nonce, flip(aad, 3), sealed, refused),
        gcm_case("a bit of the nonce changed", KEY, flip(nonce, 11), aad, sealed, refused),
        gcm_case("a bit of the key changed", flip(KEY, 0), nonce, aad, sealed, refused),
        gcm_case("cut by one byte", KEY, nonce, aad, sealed[:-1], refused),
        gcm_case("shorter than a tag", KEY, nonce, aad, sealed[:15], refused),
        gcm_case("empty", KEY, nonce, aad, b"", refused),
        gcm_case("nonce of 11 bytes", KEY, nonce[:-1], aad, sealed, "crypto/6"),
        gcm_case("key of 15 bytes", KEY[:-1], nonce, aad, sealed, "crypto/6"),
    ]
    return cases


def sm2_encryption_cases() -> list[dict[str, Any]]:
    source = "GB/T 32918.5-2017 annex C"
    k = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    key, plain = sm2.public_key(D), b"encryption standard"
    good = sm2.encrypt(key, plain, k)
    secret = D.to_bytes(32, "big").hex()

    def case(
        description: str, ciphertext: bytes, expected: str = "crypto/5", private: str = secret, **more: str
    ) -> dict[str, Any]:
        return {"description": description, "private_key": private, "ciphertext": ciphertext.hex(), "expected": expected, **more}

    cases = [case("the example on the recommended curve", good, plain.hex(), source=source, k=f"{k:064x}", public_key=key.hex())]
    for size in (1, 31, 32, 33, 200):
        data = (derive("sm2 data") * 8)[:size]
        nonce = int.from_bytes(derive(f"sm2 k {size}"), "big") >> 1
        cases.append(case(f"{size} bytes", sm2.encrypt(key, data, nonce), data.hex()))
    other = int.from_bytes(derive("another key"), "big") >> 1
    cases += [
        case("a bit of C1 changed", flip(good, 40)),
        case("a bit of C3 changed", flip(good, 70)),
        case("a bit of C2 changed", flip(good, len(good) - 1)),
        case("C1 at infinity", b"\x00" + good[1:]),
        case("C1 compressed", bytes([2 + good[64] % 2]) + good[1:33] + good[65:]),
        case("C1 hybrid", bytes([6 + good[64] % 2]) + good[1:]),
        case("C1 all zeros", b"\x04" + bytes(64) + good[65:]),
        case("the old order C1 ‖ C2 ‖ C3", good[:65] + good[97:] + good[65:97]),
        case("C2 cut by one byte", good[:-1]),
        case("no C2", good[:97]),
        case("cut within C3", good[:80]),
        case("empty", b""),
        case("another private key", good, private=f"{other:064x}"),
    ]
    return cases


def preimage_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    for suite in (GM, INTL):
        for genesis in (bytes(32), derive("genesis")):
            hasher = Hasher(suite, genesis)
            for purpose, data in (("body", b"{}"), ("list-node", bytes(8)), ("tree-leaf", derive("left") + derive("right"))):
                cases.append(
                    {
                        "description": f"{suite.name}, {purpose}, {'no genesis' if genesis == bytes(32) else 'a genesis'}",
                        "suite": suite.name,
                        "genesis": genesis.hex(),
                        "purpose": purpose,
                        "data": data.hex(),
                        "preimage": hasher.preimage(purpose, data).hex(),
                        "expected": hasher.digest(purpose, data).hex(),
                    }
                )
        key = suite.private_key(D.to_bytes(32, "big")).public_key
        cases.append(
            {
                "description": f"{suite.name}, fingerprint of a key",
                "suite": suite.name,
                "genesis": bytes(32).hex(),
                "purpose": "key",
                "data": key.hex(),
                "preimage": Hasher(suite).preimage("key", key).hex(),
                "expected": fingerprint(suite, key),
            }
        )
    return cases


FILES = {
    "sm3": ("SM3 digests (GB/T 32905)", sm3_cases),
    "sm4": ("SM4 blocks in ECB, encrypted `rounds` times (GB/T 32907)", sm4_cases),
    "sm4-gcm": ("SM4-GCM: what `sealed` (ciphertext ‖ tag) opens to (RFC 8998 §2)", sm4_gcm_cases),
    "sm2-signature": ("SM2 verification (GB/T 32918.2 §7.1)", sm2_signature_cases),
    "sm2-encryption": ("SM2 decryption of C1 ‖ C3 ‖ C2 (GB/T 32918.4 §7.1)", sm2_encryption_cases),
    "ed25519": ("Ed25519 verification (RFC 8032 §5.1.7) with small-order keys refused", ed25519_cases),
    "preimages": ("Preimages and digests by purpose (docs/formats.md §2)", preimage_cases),
    "sealed": ("Sealed content, opened in whole (docs/formats.md §28)", sealed_cases),
    "certificates": ("Chains (leaf to root) checked at a time for a use; requests", certificate_cases),
}


def main(folder: Path) -> None:
    for name, (description, cases) in FILES.items():
        text = json.dumps({"description": description, "cases": cases()}, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
