"""How far two places lie apart at least, in whole numbers, so that every node comes to the same."""

from math import isqrt
from typing import Final

__all__ = ["apart_km"]

_ONE: Final = 10**12
_PI: Final = 3_141_592_653_590
"""π in units of 1/_ONE."""
_RADIUS_KM: Final = 6_357
"""The polar radius, rounded up: the least that the Earth has."""


def apart_km(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many kilometres lie between two places (latitude and longitude in tenths of a degree), at least.

    It is the straight line through the sphere, so that it never says more than any way on the surface has: for places that are near
    it comes close, and from one side of the Earth to the other it is two thirds.
    """
    squares = sum((a - b) ** 2 for a, b in zip(_point(*one), _point(*other), strict=True))
    return _RADIUS_KM * isqrt(squares) // _ONE


def _point(latitude: int, longitude: int) -> tuple[int, int, int]:
    flat = _sine(latitude + 900)
    return flat * _sine(longitude + 900) // _ONE, flat * _sine(longitude) // _ONE, _sine(latitude)


def _sine(tenths: int) -> int:
    """The sine of an angle in tenths of a degree, in units of 1/_ONE, by its series about 0."""
    turned = (tenths + 900) % 3600 - 900  # -900 … 2699
    if turned > 900:
        turned = 1800 - turned
    angle = turned * _PI // 1800
    term, total, power = angle, angle, 1
    while term:
        power += 2
        term = -_towards_zero(_towards_zero(term * angle, _ONE) * angle, _ONE * power * (power - 1))
        total += term
    return total


def _towards_zero(number: int, divisor: int) -> int:
    return number // divisor if number >= 0 else -(-number // divisor)
