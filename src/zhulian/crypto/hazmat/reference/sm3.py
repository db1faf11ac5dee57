"""DANGER: SM3 in plain Python (GB/T 32905-2016)."""

from typing import Final

__all__ = ["digest"]

_MASK: Final = 0xFFFFFFFF
_IV: Final = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
"""Section 4.1."""


def digest(message: bytes) -> bytes:
    """SM3 of `message`, 32 bytes (§5)."""
    padded = _pad(message)
    state: tuple[int, ...] = _IV
    for start in range(0, len(padded), 64):
        state = _compress(state, padded[start : start + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def _pad(message: bytes) -> bytes:
    """§5.2: a one bit, zeros up to 448 mod 512, the length in bits as 64 bits."""
    zeros = (55 - len(message)) % 64
    return message + b"\x80" + bytes(zeros) + (8 * len(message)).to_bytes(8, "big")


def _rotate(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & _MASK


def _p0(x: int) -> int:
    """Section 4.4."""
    return x ^ _rotate(x, 9) ^ _rotate(x, 17)


def _p1(x: int) -> int:
    """Section 4.4."""
    return x ^ _rotate(x, 15) ^ _rotate(x, 23)


def _ff(j: int, x: int, y: int, z: int) -> int:
    """Section 4.3."""
    return x ^ y ^ z if j < 16 else (x & y) | (x & z) | (y & z)


def _gg(j: int, x: int, y: int, z: int) -> int:
    """Section 4.3."""
    return x ^ y ^ z if j < 16 else (x & y) | (~x & _MASK & z)


def _expand(block: bytes) -> tuple[list[int], list[int]]:
    """§5.3.2: the words W0 … W67 and W′0 … W′63."""
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        w.append(_p1(w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)) ^ _rotate(w[j - 13], 7) ^ w[j - 6])
    return w, [w[j] ^ w[j + 4] for j in range(64)]


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """§5.3.3: CF(V, B)."""
    w, w_prime = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A  # §4.2
        ss1 = _rotate((_rotate(a, 12) + e + _rotate(constant, j)) & _MASK, 7)
        ss2 = ss1 ^ _rotate(a, 12)
        tt1 = (_ff(j, a, b, c) + d + ss2 + w_prime[j]) & _MASK
        tt2 = (_gg(j, e, f, g) + h + ss1 + w[j]) & _MASK
        a, b, c, d = tt1, a, _rotate(b, 9), c
        e, f, g, h = _p0(tt2), e, _rotate(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
