"""What the evidence module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.ledger.module import Context

__all__ = ["Parties"]


class Parties(Protocol):
    """For whom a transaction acts."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `party` is what the message names; None means the one party that signs. `counterparties` are those on the other
        side of the matter, among whom no agent of the party may be.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """
