"""What the earmark module announces; `start` and `amount` are the stretch of the fund's line."""

from zhulian.ledger.module import Event

__all__ = ["PouredIn", "SpentOn"]


class PouredIn(Event, frozen=True, tag="earmark.poured_in"):
    """A gift was poured into a fund."""

    amount: int
    fund: str
    gift: str
    start: int


class SpentOn(Event, frozen=True, tag="earmark.spent_on"):
    """Something of a fund was spent."""

    amount: int
    fund: str
    spending: str
    start: int
