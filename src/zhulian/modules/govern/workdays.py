"""Zone and workdays of the chain, as rules of definitions ask for them."""

from types import MappingProxyType

from zhulian.language.expressions.dates import Calendar, calendar_day, day_number
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.govern.state import WORKDAYS

__all__ = ["OFFSETS", "ChainCalendar"]

OFFSETS = MappingProxyType(
    {
        "Asia/Shanghai": 8 * 3600,
        "Asia/Urumqi": 6 * 3600,
        "Asia/Hong_Kong": 8 * 3600,
        "Asia/Macau": 8 * 3600,
        "Asia/Taipei": 8 * 3600,
        "Asia/Singapore": 8 * 3600,
        "Asia/Tokyo": 9 * 3600,
        "UTC": 0,
        "Etc/UTC": 0,
    }
)
"""Seconds east of UTC by zone. Only zones without summer time have one offset at all times; others count as UTC."""


class ChainCalendar:
    """The calendar that governance has set; the newest is kept at hand, since it follows from its bytes alone."""

    def __init__(self) -> None:
        self._known: tuple[bytes, str, Calendar] = (b"", "", Calendar())

    def calendar(self, state: StateView, block: Block) -> Calendar:
        """The calendar as governance has it now. `state` must not charge."""
        data, zone = state.get(WORKDAYS.key()) or b"", block.genesis.zone
        if self._known[:2] != (data, zone):
            self._known = (data, zone, _calendar(data, zone))
        return self._known[2]


def _calendar(data: bytes, zone: str) -> Calendar:
    table = WORKDAYS.decode(data)
    holidays, working = [_day(each) for each in table.holidays], [_day(each) for each in table.worked]
    years = [calendar_day(each)[0] for each in (*holidays, *working)]
    return Calendar(
        offset=OFFSETS.get(zone, 0),
        holidays=frozenset(holidays),
        working=frozenset(working),
        first_year=min(years, default=1),
        last_year=max(years, default=0),
    )


def _day(text: str) -> int:
    return day_number(int(text[:4]), int(text[5:7]), int(text[8:]))
