"""What the fair module keeps: a draw or a market for each record that has one."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Digest, Wire

__all__ = ["BOOKS", "DEALT", "DRAWS", "ENTERED", "MARKETS", "MISSING", "RESULTS", "SECRETS", "Book", "Dealt", "Draw", "Drawn", "Entered",
           "Market", "Missing", "Order", "PointHex", "Secret"]  # fmt: skip

PointHex = Annotated[str, Meta(pattern=r"\A0[23][0-9a-f]{64}\Z")]
"""A point of the suite's group other than infinity: 33 bytes, compressed."""
Stage = Literal["entering", "dealing", "revealing", "drawn"]


class Draw(Wire, frozen=True):
    """A draw of `winners` from the pool, a set of codes that stood before any secret was dealt.

    `done` counts the contributors who have done what the stage asks for. Any `threshold` of them can bring out a secret that its
    dealer withholds; fewer learn nothing of it.
    """

    contributors: tuple[str, ...]
    count: int
    done: tuple[str, ...]
    pool: str
    stage: Stage
    threshold: int
    winners: int


class Entered(Wire, frozen=True):
    """The key to which shares are sealed for a contributor: `shown` is k·G, `key` is k·H."""

    key: PointHex
    shown: PointHex


class Dealt(Wire, frozen=True):
    """A secret as it was dealt: coefficients times G, and for each contributor in order f(j) times its key."""

    commitments: tuple[PointHex, ...]
    sealed: tuple[PointHex, ...]


class Secret(Wire, frozen=True):
    """What a secret comes to, f(0)·H, and whether its dealer revealed it or the others brought it out."""

    by: Literal["dealer", "others"]
    value: PointHex


class Missing(Wire, frozen=True):
    """Parts of a secret that its dealer has not revealed, by the place of their holder."""

    parts: tuple[tuple[int, PointHex], ...]


class Drawn(Wire, frozen=True):
    """The seed, and the places in the pool that it draws, the first winner first."""

    places: tuple[int, ...]
    seed: Digest


class Market(Wire, frozen=True):
    """Orders for one thing at one time. `price` and `volume` are there once it has cleared; a volume of 0 has no price."""

    cleared: bool
    orders: int
    price: int = 0
    volume: int = 0


class Order(Wire, frozen=True):
    """What a party wants to buy or sell: `quantity` at no worse than `price`; `filled` once the market has cleared."""

    party: str
    price: int
    quantity: int
    side: Literal["buy", "sell"]
    filled: int = 0


class Book(Wire, frozen=True):
    """The orders of a market in the order in which they came, which counts for nothing."""

    orders: tuple[Order, ...]


DRAWS: Map[Draw] = Map("fair/draws", Draw, ("record",))
"""By the record that the draw belongs to, as `RecordName.text` writes it."""
ENTERED: Map[Entered] = Map("fair/entered", Entered, ("record", "contributor"))
DEALT: Map[Dealt] = Map("fair/dealt", Dealt, ("record", "contributor"))
SECRETS: Map[Secret] = Map("fair/secrets", Secret, ("record", "contributor"))
MISSING: Map[Missing] = Map("fair/missing", Missing, ("record", "contributor"))
RESULTS: Map[Drawn] = Map("fair/results", Drawn, ("record",))
MARKETS: Map[Market] = Map("fair/markets", Market, ("record",))
BOOKS: Map[Book] = Map("fair/books", Book, ("record",))
