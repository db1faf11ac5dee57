"""DANGER: SM2 in plain Python on the recommended curve (GB/T 32918.1, .2, .4 and .5)."""

import hmac
import secrets
from itertools import count

from zhulian.crypto.errors import BadKey, BadSignature, CannotOpen, WrongLength
from zhulian.crypto.hazmat.curve import DEFAULT_ID, GX, GY, ID_BYTES_MAX, A, N, P, is_on_curve
from zhulian.crypto.hazmat.curve import B as _B
from zhulian.crypto.hazmat.reference.sm3 import digest as sm3
from zhulian.errors import Words

__all__ = ["decrypt", "encrypt", "public_key", "sign", "verify", "za"]

_Point = tuple[int, int] | None
"""An affine point; None is the point at infinity."""


def public_key(d: int) -> bytes:
    """P = [d]G as `04 ‖ x ‖ y` (GB/T 32918.1 §6.1).

    Raises:
        BadKey: unless 1 <= d <= n − 2.
    """
    if not 1 <= d <= N - 2:
        raise BadKey(why=Words("私钥 d 应在 1 与 n − 2 之间", "d lies between 1 and n − 2"))
    return _encode_point(_multiply(d, (GX, GY)))


def za(identifier: bytes, key: bytes) -> bytes:
    """ZA = SM3(ENTLA ‖ IDA ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA) (GB/T 32918.2 §5.5).

    Raises:
        WrongLength: if the identifier has more than 8191 bytes.
    """
    if len(identifier) > ID_BYTES_MAX:
        raise WrongLength(
            what=Words("用户标识", "identifier"),
            wanted=Words(f"不超过 {ID_BYTES_MAX} 字节", f"at most {ID_BYTES_MAX} bytes"),
            size=len(identifier),
        )
    constants = b"".join(value.to_bytes(32, "big") for value in (A, _B, GX, GY))
    return sm3((8 * len(identifier)).to_bytes(2, "big") + identifier + constants + key[1:])


def sign(d: int, message: bytes, identifier: bytes = DEFAULT_ID, k: int | None = None) -> bytes:
    """The signature `r ‖ s`, 64 bytes (GB/T 32918.2 §6.1); `k` is given for the standard's example only.

    Raises:
        BadKey: unless 1 <= d <= n − 2. BadSignature: if the given `k` cannot be used.
    """
    e = _digest(identifier, public_key(d), message)  # A1, A2
    while True:
        chosen = 1 + secrets.randbelow(N - 1) if k is None else k  # A3
        point = _multiply(chosen, (GX, GY))  # A4
        r = (e + point[0]) % N if point else 0  # A5
        s = pow(1 + d, -1, N) * (chosen - r * d) % N  # A6
        if r != 0 and r + chosen != N and s != 0:
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")  # A7
        if k is not None:
            raise BadSignature()


def verify(key: bytes, message: bytes, signature: bytes, identifier: bytes = DEFAULT_ID) -> None:
    """Check `r ‖ s` (GB/T 32918.2 §7.1).

    Raises:
        BadKey: if the key is not a point of the curve. BadSignature: if the signature does not hold.
    """
    point = _decode_point(key)
    if len(signature) != 64:
        raise BadSignature()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not 1 <= r < N or not 1 <= s < N:  # B1, B2
        raise BadSignature()
    e = _digest(identifier, key, message)  # B3, B4
    t = (r + s) % N  # B5
    if t == 0:
        raise BadSignature()
    total = _add(_multiply(s, (GX, GY)), _multiply(t, point))  # B6
    if total is None or (e + total[0]) % N != r:  # B7
        raise BadSignature()


def encrypt(key: bytes, plaintext: bytes, k: int | None = None) -> bytes:
    """C1 ‖ C3 ‖ C2 (GB/T 32918.4 §6.1); `k` is given for the standard's example only.

    Raises:
        BadKey: if the key is not a point of the curve. WrongLength: if the plaintext is empty.
    """
    point = _decode_point(key)
    if not plaintext:
        raise WrongLength(what=Words("明文", "plaintext"), wanted=Words(" 1 字节以上", "1 byte or more"), size=0)
    while True:
        chosen = 1 + secrets.randbelow(N - 1) if k is None else k  # A1
        c1 = _encode_point(_multiply(chosen, (GX, GY)))  # A2
        shared = _encode_point(_multiply(chosen, point))  # A3, A4; the cofactor is 1
        stream = _kdf(shared[1:], len(plaintext))  # A5
        if any(stream):
            break
        if k is not None:
            raise CannotOpen()
    c2 = _xor(plaintext, stream)  # A6
    c3 = sm3(shared[1:33] + plaintext + shared[33:])  # A7
    return c1 + c3 + c2  # A8


def decrypt(d: int, ciphertext: bytes) -> bytes:
    """Undo `encrypt` (GB/T 32918.4 §7.1).

    Raises:
        CannotOpen: if the ciphertext is damaged, malformed or for another key.
    """
    if len(ciphertext) < 98:
        raise CannotOpen()
    c1, c3, c2 = ciphertext[:65], ciphertext[65:97], ciphertext[97:]
    try:
        point = _decode_point(c1)  # B1
    except BadKey:
        raise CannotOpen() from None
    shared = _encode_point(_multiply(d, point))  # B2, B3
    stream = _kdf(shared[1:], len(c2))  # B4
    plaintext = _xor(c2, stream)  # B5
    if not any(stream) or not hmac.compare_digest(c3, sm3(shared[1:33] + plaintext + shared[33:])):  # B4, B6
        raise CannotOpen()
    return plaintext  # B7


def _digest(identifier: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(sm3(za(identifier, key) + message), "big")


def _kdf(z: bytes, length: int) -> bytes:
    """GB/T 32918.4 §5.4.3."""
    stream = b""
    for counter in count(1):
        if len(stream) >= length:
            break
        stream += sm3(z + counter.to_bytes(4, "big"))
    return stream[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _encode_point(point: _Point) -> bytes:
    """GB/T 32918.1 §4.2.9, uncompressed."""
    if point is None:
        raise BadKey(why=Words("无穷远点没有编码", "the point at infinity has no encoding here"))
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def _decode_point(raw: bytes) -> tuple[int, int]:
    """GB/T 32918.1 §4.2.10 and §6.2.1."""
    if len(raw) != 65 or raw[0] != 4:
        raise BadKey(why=Words("SM2 公钥应为 65 字节的 04 ‖ x ‖ y", "an SM2 public key is 04 ‖ x ‖ y of 65 bytes"))
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    if not is_on_curve(x, y):
        raise BadKey(why=Words("该点不在 SM2 曲线上", "the point is not on the SM2 curve"))
    return x, y


def _add(p: _Point, q: _Point) -> _Point:
    """The sum of two points (GB/T 32918.1 §3.2.3.1)."""
    if p is None:
        return q
    if q is None:
        return p
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) if p == q else (y2 - y1) * pow(x2 - x1, -1, P)
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def _multiply(k: int, point: _Point) -> _Point:
    """[k]P by doubling and adding (GB/T 32918.1 annex A.3)."""
    total: _Point = None
    for bit in f"{k:b}":
        total = _add(total, total)
        if bit == "1":
            total = _add(total, point)
    return total
