"""What the settle module announces; the money that moves is announced by the asset module."""

from zhulian.ledger.module import Event

__all__ = ["ClaimEntered", "KeptBack", "PaidInOrder", "PaymentQueued", "PaymentWithdrawn", "QueueCleared"]


class PaymentQueued(Event, frozen=True, tag="settle.payment_queued"):
    """A payment waits to be settled."""

    amount: int
    from_owner: str
    payer: str
    payment: str
    queue: str
    rank: int
    to_owner: str


class PaymentWithdrawn(Event, frozen=True, tag="settle.payment_withdrawn"):
    """A payment waits no longer, and was not made."""

    payment: str
    queue: str


class KeptBack(Event, frozen=True, tag="settle.kept_back"):
    """An owner keeps so much back in a queue."""

    amount: int
    owner: str
    queue: str


class QueueCleared(Event, frozen=True, tag="settle.queue_cleared"):
    """So many payments were made together, by which `moved` changed hands. `left` wait on, of which `held_up` are frozen."""

    held_up: int
    left: int
    moved: int
    queue: str
    settled: int


class ClaimEntered(Event, frozen=True, tag="settle.claim_entered"):
    """Something more is owed to an owner in a rank."""

    amount: int
    flow: str
    owner: str
    rank: int


class PaidInOrder(Event, frozen=True, tag="settle.paid_in_order"):
    """An amount went down through the ranks: what claims got together, the odd units, and the rest behind the last."""

    amount: int
    flow: str
    odd: int
    paid: int
    rest: int
