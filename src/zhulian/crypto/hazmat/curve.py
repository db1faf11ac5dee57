"""The recommended SM2 curve (GB/T 32918.5 §2) and the value ZA (GB/T 32918.2 §5.5)."""

from typing import Any, Final

__all__ = ["DEFAULT_ID", "GX", "GY", "ID_BYTES_MAX", "A", "B", "N", "P", "is_on_curve", "split_point", "za"]

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX: Final = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY: Final = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

DEFAULT_ID: Final = b"1234567812345678"
"""The identifier for signatures where no other is agreed (GB/T 35276 §10)."""
ID_BYTES_MAX: Final = 8191
"""ENTLA counts bits in two bytes."""

_CONSTANTS: Final = b"".join(value.to_bytes(32, "big") for value in (A, B, GX, GY))


def is_on_curve(x: int, y: int) -> bool:
    """Whether (x, y) is an affine point of the curve; as the cofactor is 1, it then has order n (GB/T 32918.1 §6.2.1)."""
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def split_point(raw: bytes) -> tuple[int, int] | None:
    """The coordinates of an uncompressed point `04 ‖ x ‖ y` of 65 bytes that lies on the curve, else None."""
    if len(raw) != 65 or raw[0] != 4:
        return None
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    return (x, y) if is_on_curve(x, y) else None


def za(new_sm3: Any, identifier: bytes, public_key: bytes) -> bytes:
    """ZA = SM3(ENTLA ‖ IDA ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA), GB/T 32918.2 §5.5.

    `new_sm3` makes a hashlib-like object; the identifier has at most `ID_BYTES_MAX` bytes; the key has 65.
    """
    return bytes(new_sm3((len(identifier) * 8).to_bytes(2, "big") + identifier + _CONSTANTS + public_key[1:]).digest())
