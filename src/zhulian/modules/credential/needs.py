"""What the credential module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView

__all__ = ["Parties", "People"]


class Parties(Protocol):
    """For whom a transaction acts."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class People(Protocol):
    """Which organisations there are."""

    def is_organisation(self, state: StateView, organisation: str) -> bool:
        """Whether it is a member and has not left."""
