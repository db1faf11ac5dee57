"""What the mandate module keeps."""

from zhulian.ledger.collections import Item, Map
from zhulian.ledger.types import Wire

__all__ = ["FROZEN", "INSPECTIONS", "RECALLS", "STANDING", "Frozen", "Inspection", "Recall"]


class Frozen(Wire, frozen=True):
    """A freeze: by whose officers, under which legal document (its digest), since which height, and until when (Unix seconds)."""

    document: str
    height: int
    officers: tuple[str, ...]
    transaction: str
    until: int


class Inspection(Wire, frozen=True):
    """That a case is gathered: about what, by whose officers, under which legal document (its digest), until when (Unix seconds)."""

    document: str
    height: int
    officers: tuple[str, ...]
    scope: str
    until: int


class Recall(Wire, frozen=True):
    """A recall by order: by whose officers, under which legal document (its digest), since which height, to be done until when (Unix seconds)."""

    document: str
    height: int
    officers: tuple[str, ...]
    transaction: str
    until: int


FROZEN: Map[Frozen] = Map("mandate/frozen", Frozen, ("target",))
"""What is or was frozen, as messages name it; it is so until `until`, and gone once it was thawed."""
STANDING: Item[int] = Item("mandate/standing", int)
"""How many entries there are, so that nobody looks where there is none."""
INSPECTIONS: Map[Inspection] = Map("mandate/inspections", Inspection, ("transaction",))
"""Every case that was gathered, by the transaction that said so; kept for good."""
RECALLS: Map[Recall] = Map("mandate/recalls", Recall, ("target",))
"""Every thing that the regulator recalled, by its record; kept for good."""
