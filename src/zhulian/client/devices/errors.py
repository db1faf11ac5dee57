"""What the client refuses about devices."""

from zhulian.errors import Refusal

__all__ = ["DeviceUnknown", "DevicesFault"]


class DevicesFault(Refusal):
    """Anything that the client refuses about devices."""


class DeviceUnknown(
    DevicesFault,
    code="client/170",
    zh="链上没有设备 {device}。请核对机构与序号，或先登记。",
    en="There is no device {device} on the chain. Check its name (org.serial), or enrol it first.",
):
    device: str
