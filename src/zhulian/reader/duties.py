"""When a source is to be read: somebody asked for a quote that is not there yet, or the clock says so. Nothing is read or sent here."""

from typing import NamedTuple

from zhulian.modules.oracle.state import Asked, Quote

__all__ = ["Standing", "is_due", "round_of"]


class Standing(NamedTuple):
    """What the chain says of a source: the newest quote, who asked for one, and as of when this reader reported last (0: never)."""

    quote: Quote | None
    asked: Asked | None
    reported: int


def round_of(now: int, every: int) -> int:
    """When the round began that runs now, Unix seconds: all readers of a source count by the same clock, so they read together."""
    return now - now % every if every else 0


def is_due(standing: Standing, now: int, every: int) -> bool:
    """Whether this reader owes a report.

    `every` is the length of a round in seconds; 0 where a source is read only when somebody asks.
    """
    newest = standing.reported if standing.quote is None else max(standing.reported, standing.quote.time)
    if every and newest < round_of(now, every):
        return True
    asked, number = standing.asked, 0 if standing.quote is None else standing.quote.number + 1
    return asked is not None and asked.number == number and standing.reported < asked.time
