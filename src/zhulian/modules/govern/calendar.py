"""Days as text, without a clock: whether a calendar of workdays makes sense."""

from zhulian.ledger.genesis import Workdays

__all__ = ["first_wrong_day"]

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def first_wrong_day(workdays: Workdays) -> str | None:
    """The first day (YYYY-MM-DD) that does not exist, is out of order or double, or is both free and worked; else None."""
    for days in (workdays.holidays, workdays.worked):
        for place, day in enumerate(days):
            if not _exists(day) or (place > 0 and days[place - 1] >= day):
                return day
    free = dict.fromkeys(workdays.holidays)
    return next((day for day in workdays.worked if day in free), None)


def _exists(day: str) -> bool:
    year, month, date = int(day[:4]), int(day[5:7]), int(day[8:])
    if not 1 <= month <= 12:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= date <= _DAYS[month - 1] + (1 if leap and month == 2 else 0)
