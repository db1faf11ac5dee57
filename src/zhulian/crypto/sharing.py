"""One secret in the hands of several, any `threshold` of whom can use it and fewer learn nothing (Shamir 1979, Feldman 1987).

A dealer draws a polynomial f of degree `threshold` − 1 over the group's order, publishes its coefficients times G, and gives
holder j (from 1) the number f(j). Everybody can work out f(j)·G from what was published.
"""

from collections.abc import Sequence

from zhulian.crypto.group import Curve, Point, random_number
from zhulian.errors import check

__all__ = ["combine_points", "commitments_of", "draw_polynomial", "lagrange", "share_of", "shown_share"]


def draw_polynomial(group: Curve, threshold: int) -> list[int]:
    """Secret coefficients, the lowest first; the first is the secret."""
    check(threshold >= 1, "at least one holder is needed")
    return [random_number(group) for _ in range(threshold)]


def commitments_of(group: Curve, polynomial: Sequence[int]) -> list[Point]:
    """Each coefficient times G, which may be published."""
    return [group.base_times(each) for each in polynomial]


def share_of(group: Curve, polynomial: Sequence[int], holder: int) -> int:
    """f(`holder`), for the holder alone."""
    check(holder >= 1, "holders are counted from 1")
    value = 0
    for each in reversed(polynomial):
        value = (value * holder + each) % group.order
    return value


def shown_share(group: Curve, commitments: Sequence[Point], holder: int) -> Point:
    """f(`holder`)·G from what was published."""
    return group.combine([(pow(holder, power, group.order), each) for power, each in enumerate(commitments)])


def lagrange(group: Curve, holders: Sequence[int], holder: int) -> int:
    """What the part of `holder` counts when the `holders` put their parts together: the polynomial's value at 0."""
    above, below = 1, 1
    for other in holders:
        if other != holder:
            above = above * other % group.order
            below = below * (other - holder) % group.order
    return above * pow(below, -1, group.order) % group.order


def combine_points(group: Curve, parts: Sequence[tuple[int, Point]]) -> Point:
    """From `threshold` or more (holder, f(holder)·H): f(0)·H."""
    holders = [holder for holder, _ in parts]
    check(len(set(holders)) == len(holders), "each holder gives one part")
    return group.combine([(lagrange(group, holders, holder), part) for holder, part in parts])
