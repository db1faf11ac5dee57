"""What the mandate module announces; every member sees every use."""

from zhulian.ledger.module import Event

__all__ = ["Frozen", "Inspected", "Recalled", "Thawed"]


class Frozen(Event, frozen=True, tag="mandate.frozen"):
    """Something is frozen until `until` (Unix seconds)."""

    document: str
    officers: tuple[str, ...]
    target: str
    until: int


class Thawed(Event, frozen=True, tag="mandate.thawed"):
    """Something is frozen no longer."""

    document: str
    officers: tuple[str, ...]
    target: str


class Inspected(Event, frozen=True, tag="mandate.inspected"):
    """The regulator gathers a case about `scope` until `until` (Unix seconds)."""

    document: str
    officers: tuple[str, ...]
    scope: str
    until: int


class Recalled(Event, frozen=True, tag="mandate.recalled"):
    """A thing is recalled by order, to be carried out until `until` (Unix seconds)."""

    document: str
    officers: tuple[str, ...]
    target: str
    until: int
