"""Suite `gm`: SM2, SM3 and SM4-GCM."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Any, Final

from zhulian.crypto import native
from zhulian.crypto.errors import BadKey, WrongSuite
from zhulian.crypto.hazmat import curve, sm2, sm2_encryption, sm3
from zhulian.crypto.hazmat.aead import SM4_GCM
from zhulian.crypto.keys import KeyUse, PrivateKey
from zhulian.errors import Words

__all__ = ["GmSuite"]


class GmSuite:
    """SM2 (GB/T 32918) with the default identifier of GB/T 35276, SM3 (GB/T 32905), SM4-GCM (GB/T 32907, RFC 8998)."""

    name: Final = "gm"
    public_key_bytes: Final = 65
    seal_key_bytes: Final = SM4_GCM.key_bytes

    def digest(self, data: bytes) -> bytes:
        return sm3.digest(data)

    def new_hash(self, data: bytes = b"") -> Any:
        return sm3.new(data)

    def hmac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, sm3.new)

    def generate(self) -> PrivateKey:
        return self.private_key(_random_scalar(), "sign")

    def generate_encryption(self) -> PrivateKey:
        return self.private_key(_random_scalar(), "encrypt")

    def private_key(self, secret: bytes, use: KeyUse = "sign") -> PrivateKey:
        held = sm2.SecretKey(secret)
        return PrivateKey(self.name, use, held.public.raw, bytes(secret), held)

    def check_public_key(self, public_key: bytes) -> None:
        sm2.public_key(public_key)

    def check_encryption_key(self, public_key: bytes) -> None:
        sm2.public_key(public_key)

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        _check_use(key, "sign")
        return bytes(key.native.sign(message))

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        sm2.verify(public_key, message, signature)

    def verify_many(self, jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
        return native.verdicts("sm2_verify_many", jobs, sm2.verify_many)

    def encrypt(self, public_key: bytes, plaintext: bytes) -> bytes:
        return sm2_encryption.encrypt(public_key, plaintext)

    def decrypt(self, key: PrivateKey, ciphertext: bytes) -> bytes:
        _check_use(key, "encrypt")
        return sm2_encryption.decrypt(key.native, ciphertext)

    def seal_bytes(self, key: bytes, nonce: bytes, data: bytes, aad: bytes = b"") -> bytes:
        return SM4_GCM.seal(key, nonce, data, aad)

    def open_bytes(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
        return SM4_GCM.open(key, nonce, sealed, aad)

    def __repr__(self) -> str:
        return "GM"


def _random_scalar() -> bytes:
    """A number d with 1 <= d <= n − 2, evenly (GB/T 32918.1 §6.1)."""
    return (1 + secrets.randbelow(curve.N - 2)).to_bytes(32, "big")


def _check_use(key: PrivateKey, use: KeyUse) -> None:
    if key.suite != GmSuite.name:
        raise WrongSuite(found=key.suite, wanted=GmSuite.name)
    if key.use != use:
        raise BadKey(why=Words(f"该密钥不用于 {use}", f"this key is for another use than {use}"))
