"""What the oracle module keeps: sources, and the newest quote of each."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire
from zhulian.modules.oracle.format import SignedReport

__all__ = ["ASKS", "QUOTES", "REPORTS", "SOURCES", "Asked", "Quote", "Source"]


class Source(Wire, frozen=True):
    """A source: `needed` of `readers` must agree, to the digit or within `tolerance` of the median, and have read in the last `fresh_s` seconds.

    `about` is the digest of the document that says what is read where. Values are in 10^-scale of `unit`.
    """

    about: str
    agreement: Literal["exact", "median"]
    fresh_s: int
    height: int
    needed: int
    owner: str
    readers: tuple[str, ...]
    scale: int
    signers: tuple[str, ...]
    tolerance: int
    unit: str
    closed: int | None = None


class Quote(Wire, frozen=True):
    """A value in which enough readers agreed: as of when (the oldest of their reports), who they were, and in which transaction."""

    height: int
    number: int
    readers: tuple[str, ...]
    time: int
    transaction: str
    value: int


class Asked(Wire, frozen=True):
    """That a new quote was asked for: by whom, and the number that it will have. It is open until there is a quote of that number."""

    height: int
    number: int
    party: str
    time: int


SOURCES: Map[Source] = Map("oracle/sources", Source, ("source",))
QUOTES: Map[Quote] = Map("oracle/quotes", Quote, ("source",), traced=True)
"""The newest; nodes remember the history of each."""
ASKS: Map[Asked] = Map("oracle/asks", Asked, ("source",))
REPORTS: Map[SignedReport] = Map("oracle/reports", SignedReport, ("source", "organisation"))
"""The newest report that each reader has handed in by itself. It counts while it is newer than the newest quote, and fresh."""
