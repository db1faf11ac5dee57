"""Time zones at the edges, where the machine's own rules are good enough; the chain itself counts with a fixed offset."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["offset_of"]


def offset_of(zone: str, time: int) -> int:
    """The seconds by which a zone such as Asia/Shanghai is east of UTC at `time` (Unix seconds); 0 where its rules are not here."""
    try:
        found = datetime.fromtimestamp(time, ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return 0
    return 0 if found is None else int(found.total_seconds())
