"""Dates and times as whole numbers: the proleptic Gregorian calendar (GB/T 7408.1, ISO 8601), a fixed offset, workdays.

A day is the number of days since 1970-01-01, a time is in Unix seconds. The years 1 to 9999 are the range.
"""

from collections.abc import Set
from dataclasses import dataclass

from zhulian.language.errors import ArgumentOutOfRange, DateOutOfRange, NoWorkdayTable, Position

__all__ = [
    "DAY_MAX",
    "DAY_MIN",
    "DAY_SECONDS",
    "MONTHS_MAX",
    "TIME_MAX",
    "TIME_MIN",
    "WORKDAYS_MAX",
    "Calendar",
    "add_months",
    "calendar_day",
    "date_of",
    "day_number",
    "days_in_month",
    "in_days",
    "in_time",
    "start_of",
    "workday",
]

DAY_SECONDS = 86_400
DAY_MIN, DAY_MAX = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31."""
TIME_MIN, TIME_MAX = DAY_MIN * DAY_SECONDS, (DAY_MAX + 1) * DAY_SECONDS
WORKDAYS_MAX = 366
"""How many workdays ahead or back can be asked for; each day walked is one step."""
MONTHS_MAX = 1200
_WALK_MAX = 4 * WORKDAYS_MAX
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What genesis and governance say about days: the zone's fixed offset from UTC in seconds, and the workday table.

    Monday to Friday are workdays except `holidays`; `working` are the Saturdays and Sundays that are worked (调休). The table
    covers the years `first_year` to `last_year`; a workday outside them is refused rather than guessed.
    """

    offset: int = 8 * 3600
    holidays: Set[int] = frozenset()
    working: Set[int] = frozenset()
    first_year: int = 1
    last_year: int = 9999

    def works(self, day: int, place: Position) -> bool:
        """Whether `day` is a workday.

        Raises:
            NoWorkdayTable: if the table does not have its year.
        """
        year = calendar_day(day)[0]
        if not self.first_year <= year <= self.last_year:
            raise NoWorkdayTable.at(place, year=year)
        return day in self.working or ((day + 3) % 7 < 5 and day not in self.holidays)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """How many days the month has."""
    return 29 if month == 2 and _leap(year) else _LENGTHS[month - 1]


def day_number(year: int, month: int, day: int) -> int:
    """The days from 1970-01-01 to a day of the calendar."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def calendar_day(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day number; the inverse of `day_number`."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + (3 if shifted < 10 else -9)
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def in_days(day: int, place: Position) -> int:
    """The day, if it lies in the range.

    Raises:
        DateOutOfRange.
    """
    if DAY_MIN <= day <= DAY_MAX:
        return day
    raise DateOutOfRange.at(place)


def in_time(time: int, place: Position) -> int:
    """The time, if it lies in the range.

    Raises:
        DateOutOfRange.
    """
    if TIME_MIN <= time <= TIME_MAX:
        return time
    raise DateOutOfRange.at(place)


def add_months(day: int, months: int, place: Position) -> int:
    """The same day of the month `months` later, or the last day of that month where it has no such day.

    Raises:
        ArgumentOutOfRange: beyond ±1200 months. DateOutOfRange.
    """
    if not -MONTHS_MAX <= months <= MONTHS_MAX:
        raise ArgumentOutOfRange.at(place, function="add_months", value=months, least=-MONTHS_MAX, most=MONTHS_MAX)
    year, month, of_month = calendar_day(day)
    years, month0 = divmod(month - 1 + months, 12)
    year, month = year + years, month0 + 1
    if not 1 <= year <= 9999:
        raise DateOutOfRange.at(place)
    return day_number(year, month, min(of_month, days_in_month(year, month)))


def workday(calendar: Calendar, day: int, count: int, place: Position) -> int:
    """The `count`-th workday after `day` (before it, if negative); with 0 `day` itself or else the next workday.

    Raises:
        ArgumentOutOfRange: beyond ±366. NoWorkdayTable, DateOutOfRange.
    """
    if not -WORKDAYS_MAX <= count <= WORKDAYS_MAX:
        raise ArgumentOutOfRange.at(place, function="workday", value=count, least=-WORKDAYS_MAX, most=WORKDAYS_MAX)
    step = -1 if count < 0 else 1
    left, here = abs(count), day
    if count == 0:
        left, here = 1, day - 1
    for _ in range(_WALK_MAX):
        here = in_days(here + step, place)
        left -= calendar.works(here, place)
        if not left:
            return here
    raise NoWorkdayTable.at(place, year=calendar_day(here)[0])


def start_of(calendar: Calendar, day: int) -> int:
    """The first second of a day in the zone."""
    return day * DAY_SECONDS - calendar.offset


def date_of(calendar: Calendar, time: int, place: Position) -> int:
    """The day in the zone to which a time belongs.

    Raises:
        DateOutOfRange.
    """
    return in_days((time + calendar.offset) // DAY_SECONDS, place)
