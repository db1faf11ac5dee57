"""What the identity module needs of others; filled where the application is put together."""

from typing import Protocol

from zhulian.ledger.overlay import StateView

__all__ = ["SealKeys"]


class SealKeys(Protocol):
    """Which keys and organisations seal blocks, and which keys devices sign with; such keys sign nothing else."""

    def is_seal_key(self, state: StateView, public_key: bytes) -> bool:
        """Whether a sealer seals or votes by the key, or ever did."""

    def is_sealer(self, state: StateView, organisation: str) -> bool:
        """Whether the organisation is in the present set."""

    def is_device_key(self, state: StateView, fingerprint: str) -> bool:
        """Whether a device signs with the key of this fingerprint, or ever did."""
