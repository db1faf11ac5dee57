"""Which of the payments that wait can be made together, when everybody is paid what they are to get at the same moment.

Each giver's payments are taken in their order, none before those ahead of it. All begin as if made. While a giver comes to less than it
may, its last payment is put back. What stays is the greatest set that can be made: putting back is never avoidable, since a giver
that is short with all that others could pay it is short with less as well, and any two sets that can be made can be made
together. So it does not matter whom one begins with (Bech and Soramäki, Gridlock Resolution in Interbank Payment Systems, 2001, §3).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["Due", "payable"]


class Due(NamedTuple):
    """A payment that waits: who gives, who takes, and how many units."""

    giver: str
    taker: str
    amount: int


def payable(waiting: Sequence[Due], room: Mapping[str, int]) -> list[bool]:
    """For each payment, in the order of their rank and arrival, whether it is made; each is put back once at most.

    `room` is what each giver has above what it keeps back; it may be below zero.
    """
    made = [True] * len(waiting)
    comes_to = {name: room[name] for name in dict.fromkeys(each.giver for each in waiting)}
    stays: dict[str, list[int]] = {name: [] for name in comes_to}
    for place, due in enumerate(waiting):
        stays[due.giver].append(place)
        comes_to[due.giver] -= due.amount
        if due.taker in comes_to:
            comes_to[due.taker] += due.amount
    short = [name for name in comes_to if comes_to[name] < 0]
    while short:
        name = short.pop()
        while comes_to[name] < 0 and stays[name]:
            place = stays[name].pop()
            made[place] = False
            comes_to[name] += waiting[place].amount
            taker = waiting[place].taker
            if taker in comes_to:
                comes_to[taker] -= waiting[place].amount
                short.append(taker)
    return made
