"""What the ticket module announces."""

from zhulian.ledger.module import Event

__all__ = ["TicketBurnt"]


class TicketBurnt(Event, frozen=True, tag="ticket.burnt"):
    """An agency has used a holder's ticket; it can never be used again."""

    agency: str
    holder: str
    instance: str
    ticket: str
    use: str
