"""What each operator and built-in function means, by its name in the typed tree: the specification of all back ends.

Every function takes the operands' values and the place to blame. Results stay within ±(2^53−1) or refuse; products inside
`share` and `cost` are exact and rounded once.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from zhulian.canonical import INTEGER_MAX
from zhulian.language.errors import DivisorNotPositive, ListTooLong, Overflow, Position
from zhulian.language.expressions import dates
from zhulian.language.expressions.dates import DAY_SECONDS, Calendar, in_days, in_time
from zhulian.language.expressions.types import LIST_MAX

__all__ = ["CALENDAR", "PURE", "ROUNDING", "SIZED", "bounded", "divide", "weight"]

ROUNDING = ("up", "down", "half_up")
"""Away from zero, towards zero, to the nearest with halves away from zero."""
_TEXT_STEP = 64


def bounded(value: int, place: Position) -> int:
    """The value, if it is within ±(2^53−1).

    Raises:
        Overflow.
    """
    if -INTEGER_MAX <= value <= INTEGER_MAX:
        return value
    raise Overflow.at(place)


def divide(over: int, under: int, rounding: str, place: Position) -> int:
    """`over` by `under`, rounded to a whole number as the word says.

    Raises:
        DivisorNotPositive, Overflow.
    """
    if under <= 0:
        raise DivisorNotPositive.at(place, divisor=max(under, -INTEGER_MAX))
    whole, rest = divmod(abs(over), under)
    if rest and (rounding == "up" or (rounding == "half_up" and 2 * rest >= under)):
        whole += 1
    return bounded(-whole if over < 0 else whole, place)


def _floor_div(over: int, under: int, place: Position) -> int:
    if under <= 0:
        raise DivisorNotPositive.at(place, divisor=under)
    return over // under


def _ceil_div(over: int, under: int, place: Position) -> int:
    return -_floor_div(-over, under, place)


def _share(amount: int, num: int, den: int, rounding: str, place: Position) -> int:
    if den <= 0:
        raise DivisorNotPositive.at(place, divisor=den)
    return divide(amount * num, den, rounding, place)


def _share_rate(amount: int, rate: int, den: int, rounding: str, place: Position) -> int:
    if den <= 0:
        raise DivisorNotPositive.at(place, divisor=den)
    return divide(amount * rate, den * 1_000_000, rounding, place)


def _concat(left: tuple[Any, ...], right: tuple[Any, ...], place: Position) -> tuple[Any, ...]:
    if len(left) + len(right) > LIST_MAX:
        raise ListTooLong.at(place, most=LIST_MAX)
    return left + right


PURE: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "not": lambda x, at: not x,
        "equal": lambda x, y, at: x == y,
        "unequal": lambda x, y, at: x != y,
        "less": lambda x, y, at: x < y,
        "at_most": lambda x, y, at: x <= y,
        "greater": lambda x, y, at: x > y,
        "at_least": lambda x, y, at: x >= y,
        "in": lambda x, y, at: x in y,
        "concat": _concat,
        "size": lambda x, at: len(x),
        "add": lambda x, y, at: bounded(x + y, at),
        "subtract": lambda x, y, at: bounded(x - y, at),
        "multiply": lambda x, y, at: bounded(x * y, at),
        "negate": lambda x, at: -x,
        "smaller": lambda x, y, at: min(x, y),
        "larger": lambda x, y, at: max(x, y),
        "number": lambda x, at: x,
        "floor_div": _floor_div,
        "ceil_div": _ceil_div,
        "share": _share,
        "share_rate": _share_rate,
        "date_plus_days": lambda x, y, at: in_days(x + y, at),
        "date_minus_days": lambda x, y, at: in_days(x - y, at),
        "time_plus": lambda x, y, at: in_time(x + y, at),
        "time_minus": lambda x, y, at: in_time(x - y, at),
        "time_plus_days": lambda x, y, at: in_time(x + y * DAY_SECONDS, at),
        "time_minus_days": lambda x, y, at: in_time(x - y * DAY_SECONDS, at),
        "time_between": lambda x, y, at: x - y,
        "days": lambda x, y, at: y - x,
        "add_months": dates.add_months,
    }
)
"""Operators of their operands alone; `and` and `or`, which may not look at the right, stand in the evaluator."""


def _end_of(calendar: Calendar, day: int, place: Position) -> int:
    return in_time(dates.start_of(calendar, day + 1), place)


def _start_of(calendar: Calendar, day: int, place: Position) -> int:
    return in_time(dates.start_of(calendar, day), place)


CALENDAR: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"workday": dates.workday, "start_of": _start_of, "end_of": _end_of, "date_of": dates.date_of}
)
"""Functions that ask the environment's calendar, which comes as their first argument."""


def weight(value: Any) -> int:
    """The steps that looking at a whole value takes beyond its first: one for 64 characters, one for each item of a list."""
    if type(value) is str:
        return len(value) // _TEXT_STEP
    if type(value) is tuple:
        return len(value) + sum(weight(each) for each in value)
    return 0


def _workday_steps(day: int, count: int) -> int:
    return min(abs(count), dates.WORKDAYS_MAX) + 1


def _both(left: Any, right: Any) -> int:
    return weight(left) + weight(right)


SIZED: Mapping[str, Callable[..., int]] = MappingProxyType(
    {"equal": _both, "unequal": _both, "in": _both, "concat": _both, "workday": _workday_steps}
)
"""What an operator is charged by the size of its operands, on top of one step for its node."""
