"""What the earmark module keeps: the line of each fund, and the stretches on it."""

from typing import Final

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["FUNDS", "GIFTS", "PLACES", "SPENDINGS", "Fund", "Place", "Stretch", "number_text"]

_DIGITS: Final = 16
"""As many as the greatest number of the language has."""


class Fund(Wire, frozen=True):
    """How far a fund's line is poured and spent, in the smallest unit of what it holds, and by how many stretches."""

    gifts: int
    poured: int
    spendings: int
    spent: int


class Stretch(Wire, frozen=True):
    """A stretch of the line: where it begins and how long it is, whose it is, when it was taken, and by which transaction."""

    amount: int
    height: int
    record: str
    start: int
    time_ms: int
    transaction: str


class Place(Wire, frozen=True):
    """Which stretch of its fund's line a gift or a spending has taken: the number among its kind, from 0, and where it lies."""

    amount: int
    fund: str
    gift: bool
    number: int
    start: int


FUNDS: Map[Fund] = Map("earmark/funds", Fund, ("fund",))
GIFTS: Map[Stretch] = Map("earmark/gifts", Stretch, ("fund", "number"))
SPENDINGS: Map[Stretch] = Map("earmark/spendings", Stretch, ("fund", "number"))
PLACES: Map[Place] = Map("earmark/places", Place, ("record",))


def number_text(number: int) -> str:
    """The number of a stretch among those of its kind, from 0, as the part of its key."""
    return f"{number:0{_DIGITS}d}"
