"""What the scenario module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.language.lending import Owner
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView

__all__ = ["Holding", "Parties"]


class Parties(Protocol):
    """For whom a transaction acts; the identity module fills it."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `counterparties` are those on the other side of the matter, among whom no agent of the party may be.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class Holding(Protocol):
    """Whether a record owns anything; the asset module fills it, in constant time."""

    def holds(self, state: StateView, owner: Owner) -> bool:
        """Whether the owner, which must be a record, has units of any class, or a share of a payout still to collect."""
