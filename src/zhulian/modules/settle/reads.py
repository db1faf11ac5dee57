"""What guards and pages may ask about payments that wait and claims in their order."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.settle.state import FLOWS, PLACES, QUEUES

__all__ = ["claims_left", "queue_length", "settled", "waits"]


def waits(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a payment waits in a queue."""
    place = PLACES.find(state, _name(arguments, "payment"))
    return place is not None and place.stage == "waiting"


def settled(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether a payment that waited in a queue has been made."""
    place = PLACES.find(state, _name(arguments, "payment"))
    return place is not None and place.stage == "settled"


def queue_length(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many payments wait in a queue."""
    queue = QUEUES.find(state, _name(arguments, "queue"))
    return 0 if queue is None else len(queue.order)


def claims_left(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many claims of an order of payments are not paid in full yet."""
    flow = FLOWS.find(state, _name(arguments, "flow"))
    return 0 if flow is None else len(flow.claims)


def _name(arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    return record.text
