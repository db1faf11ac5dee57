"""What guards and pages may ask about tickets."""

from zhulian.language.lending import Arguments, Caller, ReadRun
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.ticket.errors import TicketFault
from zhulian.modules.ticket.judging import judge_ticket, wanted_use
from zhulian.modules.ticket.needs import Keys

__all__ = ["make_ticket_ok"]


def make_ticket_ok(keys: Keys) -> ReadRun:
    """The read `ticket_ok`, which asks `keys` whose a key is."""

    def ticket_ok(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
        """Whether a ticket holds now, unused, for this use by this agency."""
        try:
            judge_ticket(keys, block, state, caller, wanted_use(arguments))
        except TicketFault:
            return False
        return True

    return ticket_ok
