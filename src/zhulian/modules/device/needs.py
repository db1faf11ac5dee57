"""What the device module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.ledger.module import Context, KeyHolder
from zhulian.ledger.overlay import StateView

__all__ = ["Keys", "Parties"]


class Parties(Protocol):
    """For whom a transaction acts."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `party` is what the message names.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class Keys(Protocol):
    """Whose a key is."""

    def holder(self, state: StateView, fingerprint: str) -> KeyHolder | None:
        """Who holds the key, whether or not it may still act."""
