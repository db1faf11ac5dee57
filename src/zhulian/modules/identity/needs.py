"""What the identity module needs of others; filled where the application is put together."""

from typing import Protocol

from zhulian.ledger.overlay import StateView

__all__ = ["SealKeys"]


class SealKeys(Protocol):
    """Which keys seal blocks, and therefore sign nothing else."""

    def is_seal_key(self, state: StateView, public_key: bytes) -> bool:
        """Whether a sealer of the present set seals by the key."""
