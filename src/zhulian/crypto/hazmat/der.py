"""DANGER: the two DER shapes that libcrypto wants at its border; nothing of them is seen outside."""

from typing import Final

from zhulian.crypto.errors import BadSignature
from zhulian.errors import check

__all__ = ["ciphertext_from_der", "ciphertext_to_der", "encode_integer", "signature_from_der", "signature_to_der"]

_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_SEQUENCE: Final = 0x30


def encode_integer(value: bytes) -> bytes:
    """A DER INTEGER from an unsigned big-endian number of at most 32 bytes (X.690 §8.3)."""
    body = value.lstrip(b"\0") or b"\0"
    if body[0] & 0x80:
        body = b"\0" + body
    return bytes((_INTEGER, len(body))) + body


def signature_to_der(raw: bytes) -> bytes:
    """SEQUENCE { r, s } (GB/T 35276 §7.3) from `r ‖ s` of 64 bytes."""
    body = encode_integer(raw[:32]) + encode_integer(raw[32:])
    return bytes((_SEQUENCE, len(body))) + body


def signature_from_der(encoded: bytes) -> bytes:
    """`r ‖ s` of 64 bytes from SEQUENCE { r, s }.

    Raises:
        BadSignature: unless it is exactly the DER of two numbers of at most 32 bytes.
    """
    try:
        r_size = encoded[3]
        s_size = encoded[5 + r_size]
        r, s = encoded[4 : 4 + r_size], encoded[6 + r_size : 6 + r_size + s_size]
        raw = int.from_bytes(r, "big").to_bytes(32, "big") + int.from_bytes(s, "big").to_bytes(32, "big")
    except (IndexError, OverflowError):
        raise BadSignature() from None
    if signature_to_der(raw) != encoded:
        raise BadSignature()
    return raw


def ciphertext_to_der(raw: bytes) -> bytes:
    """SEQUENCE { x, y, C3 OCTET STRING, C2 OCTET STRING } (GB/T 35276 §7.2) from `04 ‖ x ‖ y ‖ C3 ‖ C2`."""
    body = encode_integer(raw[1:33]) + encode_integer(raw[33:65]) + _tagged(_OCTETS, raw[65:97]) + _tagged(_OCTETS, raw[97:])
    return _tagged(_SEQUENCE, body)


def ciphertext_from_der(encoded: bytes) -> bytes:
    """`04 ‖ x ‖ y ‖ C3 ‖ C2` from libcrypto's own SEQUENCE { x, y, C3, C2 }."""
    parts = []
    rest = _untag(encoded)[0]
    while rest:
        part, rest = _untag(rest)
        parts.append(part)
    check(len(parts) == 4, "libcrypto writes four parts of a ciphertext")
    x, y = (int.from_bytes(part, "big").to_bytes(32, "big") for part in parts[:2])
    return b"\x04" + x + y + parts[2] + parts[3]


def _tagged(tag: int, body: bytes) -> bytes:
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _untag(encoded: bytes) -> tuple[bytes, bytes]:
    """The content of the first element, and what follows it."""
    start, size = 2, encoded[1]
    if size & 0x80:
        start = 2 + (size & 0x7F)
        size = int.from_bytes(encoded[2:start], "big")
    return encoded[start : start + size], encoded[start + size :]
