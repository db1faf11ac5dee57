"""Days as people write them on the command line."""

from datetime import datetime
from zoneinfo import ZoneInfo

from zhulian.cli.errors import BadValue

__all__ = ["day_end"]


def day_end(text: str, zone: str, command: str, option: str) -> int:
    """The last second of a day (YYYY-MM-DD) in the chain's zone, Unix seconds.

    Raises:
        BadValue: it is no day.
    """
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, second=59, tzinfo=ZoneInfo(zone))
    except ValueError:
        raise BadValue(command=command, name=option, why=text) from None
    return int(day.timestamp())
