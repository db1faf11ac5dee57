"""Suite `intl`: Ed25519, SHA-256 and AES-256-GCM."""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhulian.crypto import native
from zhulian.crypto.errors import BadKey, BadSignature, CannotOpen, WrongLength, WrongSuite
from zhulian.crypto.hazmat.aead import AES_256_GCM, NONCE_BYTES, TAG_BYTES
from zhulian.crypto.keys import KeyUse, PrivateKey
from zhulian.errors import Words

__all__ = ["IntlSuite"]

_PLAINTEXT_BYTES_MAX: Final = 1024 * 1024
_FIELD: Final = 2**255 - 19
_EDWARDS_D: Final = -121665 * pow(121666, -1, _FIELD) % _FIELD
_Y_OF_ORDER_8: Final = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_LOW_ORDER_Y: Final = frozenset({1, _FIELD - 1, 0, _Y_OF_ORDER_8, _FIELD - _Y_OF_ORDER_8})
"""The points of order 1, 2, 4 and 8 by their y."""


_PROBE: Final = X25519PrivateKey.from_private_bytes(bytes(31) + b"\x40")
"""Any key tells a public key of small order, since scalars are multiples of 8."""


class IntlSuite:
    """Ed25519 (RFC 8032), SHA-256 (FIPS 180-4), X25519 (RFC 7748) with HKDF (RFC 5869), AES-256-GCM."""

    name: Final = "intl"
    public_key_bytes: Final = 32
    seal_key_bytes: Final = AES_256_GCM.key_bytes

    def digest(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def new_hash(self, data: bytes = b"") -> Any:
        return hashlib.sha256(data)

    def hmac(self, key: bytes, data: bytes) -> bytes:
        return hmac.digest(key, data, "sha256")

    def generate(self) -> PrivateKey:
        return self._signing(Ed25519PrivateKey.generate())

    def generate_encryption(self) -> PrivateKey:
        return self._decrypting(X25519PrivateKey.generate())

    def private_key(self, secret: bytes, use: KeyUse = "sign") -> PrivateKey:
        if len(secret) != 32:
            raise BadKey(
                why=Words(
                    f"本套件的私钥应为 32 字节，实为 {len(secret)} 字节",
                    f"a private key of this suite has 32 bytes, this one {len(secret)}",
                )
            )
        if use == "sign":
            return self._signing(Ed25519PrivateKey.from_private_bytes(secret))
        return self._decrypting(X25519PrivateKey.from_private_bytes(secret))

    def _signing(self, held: Ed25519PrivateKey) -> PrivateKey:
        return PrivateKey(self.name, "sign", held.public_key().public_bytes_raw(), held.private_bytes_raw(), held)

    def _decrypting(self, held: X25519PrivateKey) -> PrivateKey:
        return PrivateKey(self.name, "encrypt", held.public_key().public_bytes_raw(), held.private_bytes_raw(), held)

    def check_public_key(self, public_key: bytes) -> None:
        _loaded(public_key)

    def check_encryption_key(self, public_key: bytes) -> None:
        _x25519(public_key)

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        _check_use(key, "sign")
        return bytes(key.native.sign(message))

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        try:
            _loaded(public_key).verify(signature, message)
        except InvalidSignature:
            raise BadSignature() from None

    def verify_many(self, jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
        return native.verdicts("ed25519_verify_many", jobs, _verify_many)

    def encrypt(self, public_key: bytes, plaintext: bytes) -> bytes:
        if not 1 <= len(plaintext) <= _PLAINTEXT_BYTES_MAX:
            raise WrongLength(
                what=Words("明文", "plaintext"),
                wanted=Words(f" 1 至 {_PLAINTEXT_BYTES_MAX} 字节", f"1 to {_PLAINTEXT_BYTES_MAX} bytes"),
                size=len(plaintext),
            )
        ephemeral = X25519PrivateKey.generate()
        shared = ephemeral.exchange(_x25519(public_key))
        opening = ephemeral.public_key().public_bytes_raw()
        return opening + AES_256_GCM.seal(_derive(shared, opening, public_key), bytes(NONCE_BYTES), plaintext, b"")

    def decrypt(self, key: PrivateKey, ciphertext: bytes) -> bytes:
        _check_use(key, "encrypt")
        if len(ciphertext) < 32 + TAG_BYTES:
            raise CannotOpen()
        opening = ciphertext[:32]
        try:
            shared = key.native.exchange(X25519PublicKey.from_public_bytes(opening))
        except ValueError:
            raise CannotOpen() from None
        return AES_256_GCM.open(_derive(shared, opening, key.public_key), bytes(NONCE_BYTES), ciphertext[32:], b"")

    def seal_bytes(self, key: bytes, nonce: bytes, data: bytes, aad: bytes = b"") -> bytes:
        return AES_256_GCM.seal(key, nonce, data, aad)

    def open_bytes(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
        return AES_256_GCM.open(key, nonce, sealed, aad)

    def __repr__(self) -> str:
        return "INTL"


def _verify_many(jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
    verdicts = []
    for public_key, message, signature in jobs:
        try:
            _loaded(public_key).verify(signature, message)
        except (InvalidSignature, BadKey):
            verdicts.append(False)
        else:
            verdicts.append(True)
    return verdicts


@lru_cache(maxsize=8192)
def _loaded(public_key: bytes) -> Ed25519PublicKey:
    if len(public_key) != 32:
        raise BadKey(
            why=Words(
                f"Ed25519 公钥应为 32 字节，实为 {len(public_key)} 字节",
                f"an Ed25519 public key has 32 bytes, this one {len(public_key)}",
            )
        )
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    if y >= _FIELD:
        raise BadKey(why=Words("编码不规范（RFC 8032 第 5.1.3 条）", "the encoding is not canonical (RFC 8032 §5.1.3)"))
    if y in _LOW_ORDER_Y:  # with such a key one signature would hold for many messages
        raise BadKey(why=Words("该点的阶过小", "the point has a small order"))
    square = (y * y - 1) * (_EDWARDS_D * y * y + 1) % _FIELD  # x² times a square (RFC 8032 §5.1.3); OpenSSL checks it late
    if pow(square, (_FIELD - 1) // 2, _FIELD) != 1:
        raise BadKey(why=Words("该点不在曲线上", "the point is not on the curve"))
    return Ed25519PublicKey.from_public_bytes(public_key)


def _x25519(public_key: bytes) -> X25519PublicKey:
    if len(public_key) != 32:
        raise BadKey(
            why=Words(
                f"X25519 公钥应为 32 字节，实为 {len(public_key)} 字节",
                f"an X25519 public key has 32 bytes, this one {len(public_key)}",
            )
        )
    loaded = X25519PublicKey.from_public_bytes(public_key)
    try:
        _PROBE.exchange(loaded)
    except ValueError:  # RFC 7748 §6.1: the shared secret is zero, whoever exchanges
        raise BadKey(why=Words("该点的阶过小", "the point has a small order")) from None
    return loaded


def _derive(shared: bytes, opening: bytes, public_key: bytes) -> bytes:
    info = b"zhulian/encrypt/v1\0" + opening + public_key
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(shared)


def _check_use(key: PrivateKey, use: KeyUse) -> None:
    if key.suite != IntlSuite.name:
        raise WrongSuite(found=key.suite, wanted=IntlSuite.name)
    if key.use != use:
        raise BadKey(why=Words(f"该密钥不用于 {use}", f"this key is for another use than {use}"))
