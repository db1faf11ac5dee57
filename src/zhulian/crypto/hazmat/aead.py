"""DANGER: SM4-GCM (RFC 8998 §2) and AES-256-GCM with the caller's nonce; a repeated nonce gives the key stream away."""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes

from zhulian.crypto.errors import CannotOpen, WrongLength
from zhulian.errors import Words

__all__ = ["AES_256_GCM", "NONCE_BYTES", "SM4_GCM", "TAG_BYTES", "Gcm"]

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Gcm:
    """GCM (GB/T 36624 §9, NIST SP 800-38D) over one block cipher."""

    def __init__(self, cipher: type[algorithms.SM4] | type[algorithms.AES], key_bytes: int) -> None:
        self._cipher = cipher
        self.key_bytes: Final = key_bytes

    def seal(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Ciphertext ‖ tag.

        Raises:
            WrongLength: for a key or nonce of another length.
        """
        encryptor = Cipher(self._checked(key, nonce), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Undo `seal`.

        Raises:
            CannotOpen: if the tag does not hold. WrongLength: for a key or nonce of another length.
        """
        algorithm = self._checked(key, nonce)
        if len(sealed) < TAG_BYTES:
            raise CannotOpen()
        decryptor = Cipher(algorithm, modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(aad)
        try:
            return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise CannotOpen() from None

    def _checked(self, key: bytes, nonce: bytes) -> CipherAlgorithm:
        if len(key) != self.key_bytes:
            raise WrongLength(
                what=Words("密钥", "key"), wanted=Words(f" {self.key_bytes} 字节", f"{self.key_bytes} bytes"), size=len(key)
            )
        if len(nonce) != NONCE_BYTES:
            raise WrongLength(
                what=Words("随机数", "nonce"), wanted=Words(f" {NONCE_BYTES} 字节", f"{NONCE_BYTES} bytes"), size=len(nonce)
            )
        return self._cipher(key)


SM4_GCM: Final = Gcm(algorithms.SM4, 16)
AES_256_GCM: Final = Gcm(algorithms.AES, 32)
