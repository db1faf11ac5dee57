"""What the oracle module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.ledger.module import Acting, Context, KeyHolder
from zhulian.ledger.overlay import StateView

__all__ = ["Keys", "Parties"]


class Parties(Protocol):
    """For whom a transaction acts."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class Keys(Protocol):
    """Whose a key is, and whether it may sign now."""

    def holder(self, state: StateView, fingerprint: str) -> KeyHolder | None:
        """Who holds the key, whether or not it may still act."""

    def judge(self, state: StateView, signer: str, fingerprint: str, time: int) -> Acting:
        """The signer's authority at block time `time` (Unix seconds).

        Raises:
            Refusal: if the key or its holder may not act now.
        """
