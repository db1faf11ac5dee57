"""What the settle module keeps: payments that wait in a queue, what givers keep back, and claims in their order."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["FLOWS", "KEPT", "PLACES", "QUEUES", "WAITING", "Claim", "Flow", "Place", "Queue", "Stage", "Waiting", "number_text"]

_DIGITS = 16
Stage = Literal["waiting", "settled", "withdrawn"]


class Queue(Wire, frozen=True):
    """A queue of one class (`instance`, `asset`, `of`). `order` has rank and number of each payment that waits, the first to go first."""

    asset: str
    entered: int
    instance: str
    order: tuple[tuple[int, int], ...]
    of: str = ""


class Waiting(Wire, frozen=True):
    """A payment that waits: `payer` owes it, and it goes from one owner to another."""

    amount: int
    from_owner: str
    payer: str
    payment: str
    to_owner: str


class Place(Wire, frozen=True):
    """Where a payment stood or stands: its queue, its rank and number there, and what has become of it at which height."""

    height: int
    number: int
    queue: str
    rank: int
    stage: Stage


class Claim(Wire, frozen=True):
    """What is still owed to an owner in a rank, 0 being paid first."""

    amount: int
    owner: str
    rank: int


class Flow(Wire, frozen=True):
    """Claims on one class (`instance`, `asset`, `of`), by rank and then in the order in which they were first entered."""

    asset: str
    claims: tuple[Claim, ...]
    instance: str
    of: str = ""


QUEUES: Map[Queue] = Map("settle/queues", Queue, ("queue",))
"""By the record that the queue belongs to, as `RecordName.text` writes it."""
WAITING: Map[Waiting] = Map("settle/waiting", Waiting, ("queue", "number"))
PLACES: Map[Place] = Map("settle/places", Place, ("payment",))
KEPT: Map[int] = Map("settle/kept", int, ("queue", "owner"))
"""How much an owner keeps back in a queue; absent where that is nothing."""
FLOWS: Map[Flow] = Map("settle/flows", Flow, ("flow",))


def number_text(number: int) -> str:
    """The number of a payment in its queue, from 0, as the part of its key."""
    return f"{number:0{_DIGITS}d}"
