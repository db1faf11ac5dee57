"""What stays of corrections."""

from typing import Any

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["CORRECTIONS", "Correction"]


class Correction(Wire, frozen=True):
    """Fields that were put right: what stood there and what stands there now (None: nothing), why, by whom and when."""

    by: dict[str, str]
    height: int
    new: dict[str, Any]
    old: dict[str, Any]
    reason: str
    time: int


CORRECTIONS: Map[Correction] = Map("scenario/corrections", Correction, ("instance", "record", "key", "event"))
"""By the number of the event in the record's trail that made it, in ten digits."""
