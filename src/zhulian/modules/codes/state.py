"""What the codes module keeps: quotas, sealed batches, and a mark for each code that was touched."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["BATCHES", "MARKS", "QUOTAS", "ROOTS", "TOUCHED", "Batch", "Mark", "Place", "Quota", "Suspicion"]

Suspicion = Literal["", "far"]
"""Why a code must have been copied; empty where nothing speaks for it. `far`: it was in two places sooner than anything travels."""


class Quota(Wire, frozen=True):
    """How many codes may be sealed under a record, and how many are."""

    allowed: int
    sealed: int


class Batch(Wire, frozen=True):
    """The codes of a batch (the text of a `CodesRoot`), how many of them were touched, activated and suspected, and the quota, if any.

    `count` bounds the codes that can ever be shown under the root; that there are so many, nobody knows.
    """

    activated: int
    codes: str
    count: int
    quota: str
    suspected: int
    touched: int


class Place(Wire, frozen=True):
    """Where a code was touched last, in tenths of a degree, and when (Unix milliseconds)."""

    latitude: int
    longitude: int
    time_ms: int


class Mark(Wire, frozen=True):
    """What is known of one code: when it was touched first (height), how often, whether activated (height, 0 if not), and where last."""

    activated: int
    first: int
    place: Place | None
    suspicion: Suspicion
    touches: int


QUOTAS: Map[Quota] = Map("codes/quotas", Quota, ("record",))
BATCHES: Map[Batch] = Map("codes/batches", Batch, ("record",))
ROOTS: Map[str] = Map("codes/roots", str, ("instance", "root"))
"""For which batch a root stands: one list is sealed once in an instance."""
MARKS: Map[Mark] = Map("codes/marks", Mark, ("record", "code"))
TOUCHED: Map[str] = Map("codes/touched", str, ("instance", "code"))
"""Under which batch a code was touched first: it is of no other."""
