"""Spans of time as definitions write them."""

__all__ = ["seconds_of"]

_UNITS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}


def seconds_of(span: str) -> int:
    """A span such as `3d`, `24h` or `30min` in seconds, a day counted as 24 hours; 0 where there is none."""
    if not span:
        return 0
    unit = span.lstrip("0123456789")
    return int(span.removesuffix(unit)) * _UNITS[unit]
