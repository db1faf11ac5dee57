"""What the ticket module keeps: one value for each ticket that was used."""

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["BURNT", "Burnt"]


class Burnt(Wire, frozen=True):
    """Who used a ticket of whom for what, when (block time in Unix milliseconds) and by which transaction."""

    agency: str
    height: int
    holder: str
    instance: str
    time_ms: int
    transaction: str
    use: str


BURNT: Map[Burnt] = Map("ticket/burnt", Burnt, ("ticket",))
"""By the ticket's id. Kept for ever: a ticket is used once, and its holder can see by whom."""
