"""Times as a reader in the chain's zone knows them."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["day", "moment", "zone_name"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = 253402214400000
"""9999-12-31; what lies beyond is shown as the number it is."""


def moment(time_ms: int, zone: str) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm` of a Unix time in milliseconds, in `zone`, or in UTC where this machine does not know it."""
    if time_ms >= _LATEST_MS:
        return f"{time_ms} ms"
    local = (_EPOCH + timedelta(milliseconds=time_ms)).astimezone(_zone(zone))
    return f"{local:%Y-%m-%d %H:%M:%S}.{time_ms % 1000:03d}"


def day(time_s: int, zone: str) -> str:
    """`YYYY-MM-DD` of a Unix time in seconds, in `zone`."""
    return moment(time_s * 1000, zone).partition(" ")[0]


def zone_name(zone: str) -> str:
    """The zone that the two above use."""
    return zone if _zone(zone) is not UTC else "UTC"


def _zone(zone: str) -> tzinfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, or a folder of zones
        return UTC
