"""DANGER: SM2 public-key encryption (GB/T 32918.4) on libcrypto, with the ciphertext C1 ‖ C3 ‖ C2 raw."""

from typing import Final

from zhulian.crypto.errors import CannotOpen, WrongLength
from zhulian.crypto.hazmat import curve, sm2
from zhulian.crypto.hazmat.der import ciphertext_from_der, ciphertext_to_der
from zhulian.crypto.hazmat.openssl import clear, ffi, lib
from zhulian.errors import Words, check

__all__ = ["OVERHEAD_BYTES", "PLAINTEXT_BYTES_MAX", "decrypt", "encrypt"]

OVERHEAD_BYTES: Final = 97
"""C1 has 65 bytes, C3 has 32."""
PLAINTEXT_BYTES_MAX: Final = 1024 * 1024


def encrypt(public_key: bytes, plaintext: bytes) -> bytes:
    """C1 ‖ C3 ‖ C2 for 1 byte to 1 MiB (GB/T 32918.4 §6.1).

    Raises:
        BadKey: if the key is not a point of the curve. WrongLength: if the plaintext is empty or longer.
    """
    if not 1 <= len(plaintext) <= PLAINTEXT_BYTES_MAX:
        raise WrongLength(
            what=Words("明文", "plaintext"),
            wanted=Words(f" 1 至 {PLAINTEXT_BYTES_MAX} 字节", f"1 to {PLAINTEXT_BYTES_MAX} bytes"),
            size=len(plaintext),
        )
    context = sm2.context_for(sm2.evp_key(sm2.public_key(public_key)), lib().EVP_PKEY_encrypt_init)
    while True:
        out = ffi.new("unsigned char[]", len(plaintext) + OVERHEAD_BYTES + 32)
        size = ffi.new("size_t *", len(out))
        done = lib().EVP_PKEY_encrypt(context, out, size, plaintext, len(plaintext))
        check(done == 1, "libcrypto encrypts")
        raw = ciphertext_from_der(bytes(ffi.buffer(out, size[0])))
        if raw[OVERHEAD_BYTES:] != plaintext:  # step A5: a key stream of zeros is drawn again, which libcrypto omits
            return raw


def decrypt(key: sm2.SecretKey, ciphertext: bytes) -> bytes:
    """Undo `encrypt` (GB/T 32918.4 §7.1).

    Raises:
        CannotOpen: if the ciphertext is damaged, malformed or for another key.
    """
    size_max = len(ciphertext) - OVERHEAD_BYTES
    if not 1 <= size_max <= PLAINTEXT_BYTES_MAX or curve.split_point(ciphertext[:65]) is None:
        raise CannotOpen()
    encoded = ciphertext_to_der(ciphertext)
    out = ffi.new("unsigned char[]", len(encoded))
    size = ffi.new("size_t *", len(out))
    context = sm2.context_for(key.pkey, lib().EVP_PKEY_decrypt_init)
    if lib().EVP_PKEY_decrypt(context, out, size, encoded, len(encoded)) != 1:
        clear()
        raise CannotOpen()
    plaintext = bytes(ffi.buffer(out, size[0]))
    if plaintext == ciphertext[OVERHEAD_BYTES:]:  # step B4: a key stream of zeros is an error
        raise CannotOpen()
    return plaintext
