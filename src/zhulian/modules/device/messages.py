"""What one may ask of the device module."""

from typing import Literal

from zhulian.ledger.types import Digest, Message, PublicKey, Seconds, SignatureHex
from zhulian.modules.device.format import Batch, Card, DeviceName

__all__ = ["Calibrate", "ChangeKey", "Enrol", "Measure", "Retire"]


class Enrol(Message, frozen=True, tag="device.enrol"):
    """Enrol a device of one's organisation: its card, which its own key signed, and its calibration (digest of the certificate)."""

    card: Card
    certificate: Digest
    signature: SignatureHex
    until: Seconds


class Calibrate(Message, frozen=True, tag="device.calibrate"):
    """Record a calibration: readings count until then. An institute that signs too is recorded as well."""

    certificate: Digest
    device: DeviceName
    until: Seconds


class ChangeKey(Message, frozen=True, tag="device.change_key"):
    """Let a device sign with another key. Where it was `renewed`, the former key still signs for what was read before."""

    device: DeviceName
    possession: SignatureHex
    public_key: PublicKey
    reason: Literal["compromised", "renewed"]


class Retire(Message, frozen=True, tag="device.retire"):
    """End a device for good; what it measured stays."""

    device: DeviceName
    reason: Literal["broken", "lost", "replaced", "tampered"]


class Measure(Message, frozen=True, tag="device.measure"):
    """Record a batch that a device signed by the key of this fingerprint. Whoever carries it adds nothing to it."""

    batch: Batch
    key: Digest
    signature: SignatureHex
