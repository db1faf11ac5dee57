"""What the device module announces. Times of readings in Unix milliseconds, other times in Unix seconds."""

from zhulian.ledger.module import Event

__all__ = ["Calibrated", "Enrolled", "GapFound", "KeyChanged", "Measured", "Retired"]


class Enrolled(Event, frozen=True, tag="device.enrolled"):
    """An organisation has enrolled a device."""

    device: str
    key: str
    quality: str
    scale: int
    unit: str
    until: int


class Calibrated(Event, frozen=True, tag="device.calibrated"):
    """A device was calibrated; its readings count until then."""

    certificate: str
    device: str
    until: int


class KeyChanged(Event, frozen=True, tag="device.key_changed"):
    """A device signs with another key from now on."""

    device: str
    key: str
    reason: str


class Retired(Event, frozen=True, tag="device.retired"):
    """A device measures no more."""

    device: str
    reason: str


class Measured(Event, frozen=True, tag="device.measured"):
    """A batch of readings was recorded as number `number` of the device, from 0."""

    count: int
    device: str
    first: int
    last: int
    least: int
    most: int
    number: int
    root: str
    since: int
    until: int


class GapFound(Event, frozen=True, tag="device.gap_found"):
    """Running numbers are missing before or within the batch `number`."""

    device: str
    missing: int
    number: int
