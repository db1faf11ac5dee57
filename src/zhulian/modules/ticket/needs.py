"""What the ticket module needs of others; filled where the application is put together."""

from typing import Protocol

from zhulian.ledger.module import Acting, KeyHolder
from zhulian.ledger.overlay import StateView

__all__ = ["Keys"]


class Keys(Protocol):
    """Whose a key is, and whether it may sign now."""

    def holder(self, state: StateView, fingerprint: str) -> KeyHolder | None:
        """Who holds the key, whether or not it may still act."""

    def judge(self, state: StateView, signer: str, fingerprint: str, time: int) -> Acting:
        """The signer's authority at block time `time` (Unix seconds).

        Raises:
            Refusal: if the key or its holder may not act now.
        """
