"""DANGER: SM4 (GB/T 32907-2016) and its GCM mode (RFC 8998 §2, NIST SP 800-38D) in plain Python."""

import hmac
from typing import Final

from zhulian.crypto.errors import CannotOpen

__all__ = ["decrypt_block", "encrypt_block", "gcm_open", "gcm_seal"]

_MASK: Final = 0xFFFFFFFF
_S: Final = bytes.fromhex(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62"
    "e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1"
    "e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec684"
    "18f07dec3adc4d2079ee5f3ed7cb3948"
)
"""§6.2: the box S."""
_FK: Final = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
"""§7.3"""
_CK: Final = tuple(int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big") for i in range(32))
"""§7.3"""


def encrypt_block(key: bytes, block: bytes) -> bytes:
    """One block of 16 bytes under a key of 16 (§7.1)."""
    return _rounds(_expand_key(key), block)


def decrypt_block(key: bytes, block: bytes) -> bytes:
    """Undo `encrypt_block`: the round keys backwards (§7.2)."""
    return _rounds(_expand_key(key)[::-1], block)


def _rotate(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & _MASK


def _tau(word: int) -> int:
    """§6.2: four boxes side by side."""
    return int.from_bytes(bytes(_S[byte] for byte in word.to_bytes(4, "big")), "big")


def _expand_key(key: bytes) -> list[int]:
    """§7.3: 32 round keys."""
    k = [int.from_bytes(key[4 * i : 4 * i + 4], "big") ^ _FK[i] for i in range(4)]
    for i in range(32):
        mixed = _tau(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ _CK[i])
        k.append(k[i] ^ mixed ^ _rotate(mixed, 13) ^ _rotate(mixed, 23))
    return k[4:]


def _rounds(round_keys: list[int], block: bytes) -> bytes:
    """§6.1 and §7.1: 32 rounds and the reversal R."""
    x = [int.from_bytes(block[4 * i : 4 * i + 4], "big") for i in range(4)]
    for i, round_key in enumerate(round_keys):
        mixed = _tau(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ round_key)
        x.append(x[i] ^ mixed ^ _rotate(mixed, 2) ^ _rotate(mixed, 10) ^ _rotate(mixed, 18) ^ _rotate(mixed, 24))
    return b"".join(word.to_bytes(4, "big") for word in reversed(x[-4:]))


def gcm_seal(key: bytes, nonce: bytes, data: bytes, aad: bytes = b"") -> bytes:
    """Ciphertext ‖ tag of 16 bytes for a nonce of 12 (SP 800-38D §7.1)."""
    ciphertext = _count(key, nonce, data)
    return ciphertext + _tag(key, nonce, ciphertext, aad)


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """Undo `gcm_seal` (SP 800-38D §7.2).

    Raises:
        CannotOpen: if the tag does not hold.
    """
    ciphertext, tag = sealed[:-16], sealed[-16:]
    if len(sealed) < 16 or not hmac.compare_digest(tag, _tag(key, nonce, ciphertext, aad)):
        raise CannotOpen()
    return _count(key, nonce, ciphertext)


def _count(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """GCTR from counter 2 (SP 800-38D §6.5); its own inverse."""
    out = bytearray()
    for i in range(0, len(data), 16):
        stream = encrypt_block(key, nonce + (2 + i // 16).to_bytes(4, "big"))
        out += bytes(a ^ b for a, b in zip(data[i : i + 16], stream, strict=False))
    return bytes(out)


def _tag(key: bytes, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    h = int.from_bytes(encrypt_block(key, bytes(16)), "big")
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed = 0
    for part in (aad, ciphertext, lengths):
        for i in range(0, len(part), 16):
            hashed = _multiply(hashed ^ int.from_bytes(part[i : i + 16].ljust(16, b"\0"), "big"), h)
    mask = int.from_bytes(encrypt_block(key, nonce + b"\0\0\0\1"), "big")
    return (hashed ^ mask).to_bytes(16, "big")


def _multiply(x: int, y: int) -> int:
    """The product in GF(2^128), bits from the left (SP 800-38D §6.3)."""
    product = 0
    for i in range(127, -1, -1):
        if x >> i & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product
