"""Dates against the standard library's calendar, workdays against a walk through a year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.language.errors import NOWHERE, LanguageFault
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, Calendar, add_months, calendar_day, day_number, workday
from zhulian.language.expressions.figures import write_date
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.types import DATE

EPOCH = date(1970, 1, 1)


def number(year: int, month: int, of_month: int) -> int:
    return (date(year, month, of_month) - EPOCH).days


@given(st.dates())
def test_days__are_counted_as_the_calendar_does(day: date) -> None:
    count = (day - EPOCH).days
    assert day_number(day.year, day.month, day.day) == count
    assert calendar_day(count) == (day.year, day.month, day.day)
    assert read_literal(write_date(count), DATE, NOWHERE) == count


def test_range__is_that_of_the_calendar() -> None:
    assert ((date.min - EPOCH).days, (date.max - EPOCH).days) == (DAY_MIN, DAY_MAX)


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-00-01", "2026-02-30", "0000-01-01", "2026-1-1", "20260101", "２026-01-01", ""]
)
def test_date__that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LanguageFault):
        read_literal(text, DATE, NOWHERE)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(3000, 1, 1)), st.integers(0, 1200))
def test_months__there_and_back_never_pass_the_start(day: date, months: int) -> None:
    start = (day - EPOCH).days
    there = add_months(start, months, NOWHERE)
    assert add_months(there, -months, NOWHERE) in range(start - 3, start + 1)


# The May holiday of 2026 (1–5 May), with 9 May, a Saturday, worked instead.
TABLE = Calendar(
    holidays=frozenset(number(2026, 5, each) for each in range(1, 6)), working=frozenset({number(2026, 5, 9)}),
    first_year=2026, last_year=2026,
)  # fmt: skip


def test_workday__follows_holidays_and_worked_weekends() -> None:
    assert workday(TABLE, number(2026, 4, 30), 1, NOWHERE) == number(2026, 5, 6)
    assert workday(TABLE, number(2026, 5, 6), 3, NOWHERE) == number(2026, 5, 9)
    assert workday(TABLE, number(2026, 5, 6), -1, NOWHERE) == number(2026, 4, 30)
    assert workday(TABLE, number(2026, 5, 2), 0, NOWHERE) == number(2026, 5, 6)
    assert workday(TABLE, number(2026, 5, 6), 0, NOWHERE) == number(2026, 5, 6)


@given(st.integers(0, 360), st.integers(1, 100))
def test_workday__counts_every_workday_between(start: int, count: int) -> None:
    first = number(2026, 1, 1) + start
    try:
        found = workday(TABLE, first, count, NOWHERE)
    except LanguageFault as refusal:
        assert refusal.code == "language/36"  # noqa: PT017 - the table ends with the year
        return
    between = [EPOCH + timedelta(days=each) for each in range(first + 1, found + 1)]
    holidays, working = TABLE.holidays, TABLE.working
    works = [(each.weekday() < 5 and (each - EPOCH).days not in holidays) or (each - EPOCH).days in working for each in between]
    assert sum(works) == count
    assert works[-1]


def test_workday__gives_up_where_nobody_works() -> None:
    nobody = Calendar(holidays=frozenset(range(number(2026, 1, 1), number(2036, 1, 1))))
    with pytest.raises(LanguageFault):
        workday(nobody, number(2026, 1, 1), 1, NOWHERE)
