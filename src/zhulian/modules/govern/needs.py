"""What the govern module needs of others; filled where the application is put together."""

from typing import Protocol

from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView

__all__ = ["Membership"]


class Membership(Protocol):
    """Who has a vote, and the proofs that new keys need."""

    def voting_organisations(self, state: StateView) -> tuple[str, ...]:
        """The organisations that have a vote now, sorted; never empty."""

    def key_is_registered(self, context: Context, public_key: bytes) -> bool:
        """Whether the key signs transactions, or ever did."""

    def possession_data(self, name: str, public_key: bytes) -> bytes:
        """What a new key signs for the purpose `possession`."""

    def require_possession(self, context: Context, name: str, public_key: bytes, signature: bytes) -> None:
        """Check that `name` holds the key (docs/formats.md §2, `possession`).

        Raises:
            Refusal: if the signature does not hold.
        """
