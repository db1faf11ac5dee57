"""A market that clears at one price, with every tie broken by a seed that was fixed after the last order (a call auction).

The price is the one at which most changes hands; of several such prices the middle of the lowest and the highest, rounded down.
Whoever offers better than it is filled whole; at the price itself the shorter side is filled whole and the longer pro rata, what
is left over after rounding down going one by one in the order of the digests of seed and party: never by who came first.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zhulian.crypto import Hasher

__all__ = ["Bid", "Cleared", "clear"]


class Bid(NamedTuple):
    """One order: `quantity` whole units at no worse than `price`, both above zero."""

    party: str
    buys: bool
    price: int
    quantity: int


class Cleared(NamedTuple):
    """The price, how many units change hands, and what each party's order is filled with."""

    price: int
    volume: int
    filled: Mapping[str, int]


def clear(hasher: Hasher, seed: bytes, bids: Sequence[Bid]) -> Cleared:
    """Match the orders. Where no buyer pays what any seller asks, nothing changes hands and the price is 0."""
    best, chosen = 0, []
    for price in sorted({each.price for each in bids}):
        wanted = sum(each.quantity for each in bids if each.buys and each.price >= price)
        offered = sum(each.quantity for each in bids if not each.buys and each.price <= price)
        volume = min(wanted, offered)
        if volume > best:
            best, chosen = volume, [price]
        elif volume == best and volume:
            chosen.append(price)
    if not best:
        return Cleared(0, 0, {each.party: 0 for each in bids})
    price = (chosen[0] + chosen[-1]) // 2
    filled: dict[str, int] = {}
    for buys in (True, False):
        filled |= _fill(hasher, seed, [each for each in bids if each.buys is buys], price, best)
    return Cleared(price, best, filled)


def _fill(hasher: Hasher, seed: bytes, side: Sequence[Bid], price: int, volume: int) -> dict[str, int]:
    """What each order of one side gets of `volume`: the better prices first, and pro rata among those of one price."""
    filled = {each.party: 0 for each in side}
    left = volume
    buys = bool(side) and side[0].buys
    for level in sorted({each.price for each in side}, reverse=buys):
        if not left or (level < price if buys else level > price):
            break
        equals = [each for each in side if each.price == level]
        total = sum(each.quantity for each in equals)
        given = min(total, left)
        for each in equals:
            filled[each.party] = each.quantity * given // total
        rest = given - sum(filled[each.party] for each in equals)
        turns = sorted(equals, key=lambda each: hasher.digest("market-turn", seed + each.party.encode()))
        for each in turns:
            if not rest:
                break
            if filled[each.party] < each.quantity:
                filled[each.party] += 1
                rest -= 1
        left -= given
    return filled
