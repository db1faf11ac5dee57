"""What the evidence module announces."""

from zhulian.ledger.module import Event

__all__ = ["BatchDeposited", "Deposited", "Withdrawn", "Witnessed"]


class Deposited(Event, frozen=True, tag="evidence.deposited"):
    """A file was deposited; `deposit` is its commitment or digest."""

    deposit: str
    party: str
    via: str | None = None


class BatchDeposited(Event, frozen=True, tag="evidence.batch_deposited"):
    """`count` files were deposited under one root."""

    count: int
    deposit: str
    party: str
    via: str | None = None


class Witnessed(Event, frozen=True, tag="evidence.witnessed"):
    """An organisation has witnessed a deposit."""

    deposit: str
    kind: str
    organisation: str
    party: str


class Withdrawn(Event, frozen=True, tag="evidence.withdrawn"):
    """A deposit was withdrawn; it stays on the chain."""

    deposit: str
    party: str
    reason: str
