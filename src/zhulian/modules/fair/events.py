"""What the fair module announces; `record` is the record that the draw or market belongs to."""

from zhulian.ledger.module import Event
from zhulian.ledger.types import Digest

__all__ = [
    "ContributorEntered",
    "DrawMade",
    "DrawSet",
    "MarketCleared",
    "MarketOpened",
    "OrderPlaced",
    "SecretDealt",
    "SecretKnown",
]


class DrawSet(Event, frozen=True, tag="fair.draw_set"):
    """The pool of a draw is fixed; from now on its contributors make the seed."""

    contributors: list[str]
    pool: str
    record: str
    threshold: int
    winners: int


class ContributorEntered(Event, frozen=True, tag="fair.contributor_entered"):
    """A contributor has shown the key to which shares are sealed for it."""

    contributor: str
    record: str


class SecretDealt(Event, frozen=True, tag="fair.secret_dealt"):
    """A contributor has bound itself to a secret, and dealt it so that the others can bring it out."""

    contributor: str
    record: str


class SecretKnown(Event, frozen=True, tag="fair.secret_known"):
    """A secret is out: its dealer revealed it, or the others brought it out."""

    contributor: str
    recovered: bool
    record: str


class DrawMade(Event, frozen=True, tag="fair.draw_made"):
    """The seed, and how many it has drawn; the places stand in the state."""

    record: str
    seed: Digest
    winners: int


class MarketOpened(Event, frozen=True, tag="fair.market_opened"):
    """Orders can be placed."""

    record: str


class OrderPlaced(Event, frozen=True, tag="fair.order_placed"):
    """A party has placed an order."""

    party: str
    price: int
    quantity: int
    record: str
    side: str


class MarketCleared(Event, frozen=True, tag="fair.market_cleared"):
    """All orders are matched at one price."""

    price: int
    record: str
    volume: int
