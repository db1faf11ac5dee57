"""What a device signs with its own key: its card, a new key, and its batches. No chain is needed for it."""

from collections.abc import Sequence

from zhulian.crypto import Hasher, Signer, fingerprint
from zhulian.modules.device.format import (
    BatchPaper,
    Card,
    CardPaper,
    Reading,
    batch_preimage,
    card_preimage,
    gather,
    key_preimage,
)

__all__ = ["make_batch", "make_card", "make_possession"]


def make_card(
    hasher: Hasher, signer: Signer, device: str, *, quality: str, unit: str, scale: int, low: int, high: int
) -> CardPaper:
    """The card of a device that measures `quality` in 10^-scale of `unit`, between `low` and `high`, signed by its key."""
    card = Card(device=device, high=high, low=low, public_key=signer.public_key.hex(), quality=quality, scale=scale, unit=unit)
    signature = signer.sign(card_preimage(hasher, card)).hex()
    return CardPaper(card=card, format="zhulian/device-card/1", signature=signature)


def make_possession(hasher: Hasher, signer: Signer, device: str) -> str:
    """The signature by which a device shows that it holds its new key."""
    return signer.sign(key_preimage(hasher, device, signer.public_key.hex())).hex()


def make_batch(hasher: Hasher, signer: Signer, readings: Sequence[Reading], seed: bytes) -> BatchPaper:
    """The batch of readings in the order of their numbers, salted by the 32 secret bytes `seed`, signed by the device."""
    batch, _ = gather(hasher, readings, seed)
    signature = signer.sign(batch_preimage(hasher, batch)).hex()
    key = fingerprint(hasher.suite, signer.public_key)
    return BatchPaper(batch=batch, format="zhulian/measurements/1", key=key, signature=signature)
