"""DANGER: a group of prime order in which proofs are made, on libcrypto's point arithmetic; callers use `zhulian.crypto.group`.

The recommended SM2 curve (GB/T 32918.5 §2) or P-256 (NIST SP 800-186 §3.2.1.3); both have cofactor 1, so every point of the
curve but infinity has the order n. Points travel compressed, 33 bytes (GB/T 32918.1 §4.2.9); infinity is the single byte 00.

`Point.times` and `base_times` go through libcrypto's ladder, which takes constant time; `combine` does not, and handles
public numbers only.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from zhulian.crypto.errors import BadPoint
from zhulian.crypto.hazmat.openssl import NID_SM2, NULL, clear, ffi, lib
from zhulian.errors import check

__all__ = ["NID_P256", "Curve", "Point", "curve_by_number"]

NID_P256: Final = 415
"""libcrypto's number for P-256, which it calls prime256v1."""
_ORDERS: Final = {
    NID_SM2: 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    NID_P256: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
}
_INFINITY: Final = b"\0"
_COMPRESSED: Final = 2


class Point:
    """A point of a curve; it never changes."""

    __slots__ = ("_encoded", "curve", "native")

    def __init__(self, curve: "Curve", native: Any) -> None:
        self.curve = curve
        self.native = native
        self._encoded: bytes | None = None

    def encode(self) -> bytes:
        """33 bytes, or one for infinity; two points are equal exactly when their bytes are."""
        if self._encoded is None:
            out = ffi.new("unsigned char[33]")
            size = lib().EC_POINT_point2oct(self.curve.native, self.native, _COMPRESSED, out, 33, NULL)
            check(size in (1, 33), "libcrypto writes a point")
            self._encoded = bytes(ffi.buffer(out, size))
        return self._encoded

    def __add__(self, other: "Point") -> "Point":
        sum_ = self.curve._new()
        done = lib().EC_POINT_add(self.curve.native, sum_, self.native, other.native, self.curve._scratch.context)
        check(done == 1, "libcrypto adds points")
        return Point(self.curve, sum_)

    def __neg__(self) -> "Point":
        return self.curve.combine(((self.curve.order - 1, self),))

    def __sub__(self, other: "Point") -> "Point":
        return self + -other

    def times(self, number: int) -> "Point":
        """The point added to itself `number` times, in constant time."""
        return self.curve._multiply(number, self)

    @property
    def infinite(self) -> bool:
        """Whether it is the neutral element."""
        return self.encode() == _INFINITY

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self.curve is other.curve and self.encode() == other.encode()

    def __hash__(self) -> int:
        raise TypeError("points are compared, not looked up")


class Curve:
    """A curve of libcrypto by its number; `order` is the number of its points."""

    def __init__(self, nid: int) -> None:
        library = lib()
        self.native = ffi.gc(library.EC_GROUP_new_by_curve_name(nid), library.EC_GROUP_free)
        check(self.native != NULL, "libcrypto knows the curve")
        self.order = _ORDERS[nid]
        self._scratch = _Scratch()

    def decode(self, encoded: bytes) -> Point:
        """The point that 33 bytes (or one, for infinity) stand for.

        Raises:
            BadPoint: if they stand for none; each point has one form.
        """
        if encoded == _INFINITY:
            return self.infinity()
        if len(encoded) != 33 or encoded[0] not in (2, 3):
            raise BadPoint()
        found = self._new()
        if lib().EC_POINT_oct2point(self.native, found, encoded, 33, self._scratch.context) != 1:
            clear()
            raise BadPoint()
        return Point(self, found)

    def infinity(self) -> Point:
        """The neutral element."""
        return self.combine(((0, self.base_times(1)),))

    def base_times(self, number: int) -> Point:
        """The generator added to itself `number` times, in constant time."""
        return self._multiply(number, None)

    def combine(self, terms: Sequence[tuple[int, Point]], base: int = 0) -> Point:
        """`base`·G plus each number times its point. Numbers and points are public: the time tells of them."""
        library, scratch = lib(), self._scratch
        total = self._new()
        scratch.load(scratch.first, base % self.order)
        started = False
        for number, point in terms:
            scratch.load(scratch.second, number % self.order)
            part = total if not started else self._new()
            head = scratch.first if not started else NULL
            done = library.EC_POINT_mul(self.native, part, head, point.native, scratch.second, scratch.context)
            if started:
                done &= library.EC_POINT_add(self.native, total, total, part, scratch.context)
            check(done == 1, "libcrypto multiplies points")
            started = True
        if not started:
            return self.base_times(base)
        return Point(self, total)

    def _multiply(self, number: int, point: Point | None) -> Point:
        library, scratch = lib(), self._scratch
        product = self._new()
        scratch.load(scratch.secret, number % self.order)
        if point is None:
            done = library.EC_POINT_mul(self.native, product, scratch.secret, NULL, NULL, scratch.context)
        else:
            done = library.EC_POINT_mul(self.native, product, NULL, point.native, scratch.secret, scratch.context)
        scratch.load(scratch.secret, 0)
        check(done == 1, "libcrypto multiplies a point")
        return Point(self, product)

    def _new(self) -> Any:
        library = lib()
        return ffi.gc(library.EC_POINT_new(self.native), library.EC_POINT_free)


class _Scratch(threading.local):
    """Numbers that one thread overwrites at each call (cffi releases the interpreter lock)."""

    def __init__(self) -> None:
        library = lib()
        self.context = ffi.gc(library.BN_CTX_new(), library.BN_CTX_free)
        self.first, self.second = (ffi.gc(library.BN_new(), library.BN_clear_free) for _ in range(2))
        self.secret = ffi.gc(library.BN_secure_new(), library.BN_clear_free)

    def load(self, into: Any, number: int) -> None:
        lib().BN_bin2bn(number.to_bytes(32, "big"), 32, into)


@lru_cache(maxsize=2)
def curve_by_number(nid: int) -> Curve:
    """The curve, opened once."""
    return Curve(nid)
