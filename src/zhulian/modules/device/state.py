"""What the device module keeps: each device, how far its readings go, its batches, and figures of many batches together."""

from typing import Literal

from zhulian.ledger.collections import Map
from zhulian.ledger.types import Wire

__all__ = ["BATCHES", "DEVICES", "KEYS", "LINES", "SPANS", "Calibration", "Device", "End", "Figures", "FormerKey", "KeyOf", "Line",
           "Recorded", "number_text"]  # fmt: skip

_DIGITS = 8
"""As many as the number of the last batch of a device has."""


class Calibration(Wire, frozen=True):
    """Until when (Unix seconds) the readings of a device count, by the digest of which certificate, and who signed for it."""

    certificate: str
    height: int
    signers: tuple[str, ...]
    until: int


class FormerKey(Wire, frozen=True):
    """A key that was replaced in good order: it still signs for what was read until then (Unix milliseconds)."""

    key: str
    public_key: str
    until_ms: int


class End(Wire, frozen=True):
    """When a device was retired, and why."""

    height: int
    reason: Literal["broken", "lost", "replaced", "tampered"]
    time_ms: int


class Device(Wire, frozen=True):
    """A device: what it measures in 10^-scale of `unit` between `low` and `high`, and the key that it signs with."""

    calibration: Calibration
    height: int
    high: int
    key: str
    low: int
    owner: str
    public_key: str
    quality: str
    scale: int
    signers: tuple[str, ...]
    time_ms: int
    unit: str
    former: FormerKey | None = None
    retired: End | None = None


class KeyOf(Wire, frozen=True):
    """Whose a key is or was."""

    device: str


class Figures(Wire, frozen=True):
    """Of one batch or of several that follow each other: how many readings, their sum, least and greatest, how many running
    numbers are missing, and the longest time in milliseconds without a reading, each counted from the batch before.
    """

    count: int
    least: int
    missing: int
    most: int
    silence: int
    total: int

    def and_then(self, other: "Figures") -> "Figures":
        """The figures of both, which follow each other."""
        return Figures(
            count=self.count + other.count,
            least=min(self.least, other.least),
            missing=self.missing + other.missing,
            most=max(self.most, other.most),
            silence=max(self.silence, other.silence),
            total=self.total + other.total,
        )


class Line(Wire, frozen=True):
    """How far the readings of a device go: batches, readings, and number, clock and value of the last.

    `weight` bounds every sum that anybody can ask for.
    """

    batches: int
    last: int
    missing: int
    newest: int
    readings: int
    until: int
    weight: int


class Recorded(Wire, frozen=True):
    """A batch as it was recorded: what the device signed, its figures, and when that came to the chain."""

    figures: Figures
    first: int
    height: int
    key: str
    last: int
    newest: int
    pause: int
    root: str
    since: int
    time_ms: int
    transaction: str
    until: int


DEVICES: Map[Device] = Map("device/devices", Device, ("device",))
KEYS: Map[KeyOf] = Map("device/keys", KeyOf, ("key",))
"""By fingerprint, for ever: a key is never used by two."""
LINES: Map[Line] = Map("device/lines", Line, ("device",))
BATCHES: Map[Recorded] = Map("device/batches", Recorded, ("device", "number"))
SPANS: Map[Figures] = Map("device/spans", Figures, ("device", "level", "place"))
"""Figures of 2^level batches from number place × 2^level on, once they are all there."""


def number_text(number: int) -> str:
    """The number of a batch or span of a device, from 0, as the part of its key."""
    return f"{number:0{_DIGITS}d}"
