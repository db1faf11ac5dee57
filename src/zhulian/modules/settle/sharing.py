"""How an amount goes down through ranks of claims: whole ranks first, the rank that it does not cover in proportion."""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Shares", "share_out"]


class Shares(NamedTuple):
    """What each claim gets, the odd units that the proportion leaves, and the rest behind the last claim."""

    paid: list[int]
    odd: int
    rest: int


def share_out(amount: int, claims: Sequence[tuple[int, int]]) -> Shares:
    """Share an amount between claims, each its rank (the lowest first) and its units, which are above 0.

    In the one rank that is covered in part each gets ⌊left × claim ÷ all claims of the rank⌋; the odd units are fewer than its claims.
    """
    paid = [0] * len(claims)
    left, odd = amount, 0
    for rank in sorted({rank for rank, _ in claims}):
        places = [place for place, each in enumerate(claims) if each[0] == rank]
        whole = sum(claims[place][1] for place in places)
        part = min(left, whole)
        for place in places:
            paid[place] = part * claims[place][1] // whole
        odd += part - sum(paid[place] for place in places)
        left -= part
    return Shares(paid, odd, left)
