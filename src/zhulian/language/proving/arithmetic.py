"""What each operator of the language means to z3: the other half of `expressions/meaning.py`, held against it by random tests.

Sums are exact, and refused beyond ±(2^53−1). A product of two unknowns, and a share by unknown parts, is a function of which only
its bounds are noted, unless the symbols are exact; one by a literal is exact always.
"""

from collections.abc import Callable, Mapping

import z3

from zhulian.canonical import INTEGER_MAX
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, DAY_SECONDS, MONTHS_MAX, TIME_MAX, TIME_MIN, WORKDAYS_MAX
from zhulian.language.proving.symbols import Symbols, Z

__all__ = ["NUMBERS", "zone"]

Worth = tuple[Z, Z]
"""The value, and where it is not refused."""


def zone(symbols: Symbols) -> Z:
    """The offset of the chain's zone from UTC, in seconds."""
    found = symbols.named("zone", z3.IntSort(symbols.context))
    symbols.fact(z3.And(found >= -14 * 3600, found <= 14 * 3600))
    return found


def _within(low: int, high: int, value: Z) -> Z:
    return z3.And(value >= low, value <= high)


def _bounded(value: Z) -> Worth:
    return value, _within(-INTEGER_MAX, INTEGER_MAX, value)


def _in_days(value: Z) -> Worth:
    return value, _within(DAY_MIN, DAY_MAX, value)


def _in_time(value: Z) -> Worth:
    return value, _within(TIME_MIN, TIME_MAX, value)


def _is_fixed(value: Z) -> bool:
    return bool(z3.is_int_value(z3.simplify(value)))


def _number(value: Z) -> int:
    return int(z3.simplify(value).as_long())


def product(symbols: Symbols, one: Z, other: Z) -> Z:
    """The product: exact where one side is a literal, otherwise a function with bounds."""
    if symbols.exact or _is_fixed(one) or _is_fixed(other):
        return one * other
    number = z3.IntSort(symbols.context)
    times = symbols.function("times", number, number, number)
    found = times(one, other)
    symbols.fact(found == times(other, one))
    for each, against in ((one, other), (other, one)):
        symbols.fact(z3.Implies(each == 0, found == 0))
        symbols.fact(z3.Implies(each == 1, found == against))
        symbols.fact(z3.Implies(z3.And(each >= 1, against >= 0), found >= against))
        symbols.fact(z3.Implies(z3.And(each >= 0, against <= 0), found <= 0))
    symbols.fact(z3.Implies(z3.And(one <= 0, other <= 0), found >= 0))
    for left, right in symbols.applied.setdefault("times", []):
        if right.eq(other):
            symbols.fact(z3.Implies(z3.And(left <= one, other >= 0), times(left, right) <= found))
            symbols.fact(z3.Implies(z3.And(one <= left, other >= 0), found <= times(left, right)))
    symbols.applied["times"].append((one, other))
    return found


def quotient(symbols: Symbols, over: Z, under: Z, rounding: str) -> Z:
    """`over` by `under` > 0, rounded away from zero (up), towards it (down), or to the nearest (half_up)."""
    size = z3.If(over < 0, -over, over)
    shift = {"up": under - 1, "down": symbols.number(0), "half_up": under / 2}[rounding]
    whole = (size + shift) / under
    return z3.If(over < 0, -whole, whole)


def share(symbols: Symbols, amount: Z, num: Z, den: Z, rounding: str) -> Worth:
    """`amount` · `num` / `den`, rounded once."""
    fine = den > 0
    if symbols.exact or (_is_fixed(den) and _number(den) > 0 and (_is_fixed(num) or _is_fixed(amount))):
        found = quotient(symbols, amount * num, den, rounding)
        return found, z3.And(fine, _within(-INTEGER_MAX, INTEGER_MAX, found))
    number = z3.IntSort(symbols.context)
    function = symbols.function(f"share {rounding}", number, number, number, number)
    found = function(amount, num, den)
    symbols.fact(z3.Implies(z3.Or(amount == 0, num == 0), found == 0))
    symbols.fact(z3.Implies(z3.And(fine, num == den), found == amount))
    symbols.fact(z3.Implies(z3.And(fine, amount >= 0, num >= 0), found >= 0))
    symbols.fact(z3.Implies(z3.And(fine, amount >= 0, num >= 0, num <= den), found <= amount))
    symbols.fact(z3.Implies(z3.And(fine, amount >= 0, num >= den), found >= amount))
    symbols.fact(z3.Implies(z3.And(fine, z3.Or(z3.And(amount >= 0, num <= 0), z3.And(amount <= 0, num >= 0))), found <= 0))
    for word, other in (("down", "half_up"), ("half_up", "up"), ("down", "up")):
        if rounding in (word, other):
            less, more = (
                symbols.function(f"share {each}", number, number, number, number)(amount, num, den) for each in (word, other)
            )
            symbols.fact(z3.Implies(z3.And(fine, amount >= 0, num >= 0), z3.And(less <= more, more <= less + 1)))
    for first, second, third in symbols.applied.setdefault(f"share {rounding}", []):
        same = z3.And(second == num, third == den, fine, num >= 0)
        symbols.fact(z3.Implies(z3.And(same, first <= amount), function(first, second, third) <= found))
        symbols.fact(z3.Implies(z3.And(same, amount <= first), found <= function(first, second, third)))
    symbols.applied[f"share {rounding}"].append((amount, num, den))
    return found, z3.And(fine, _within(-INTEGER_MAX, INTEGER_MAX, found))


def _floor(symbols: Symbols, over: Z, under: Z) -> Worth:
    if symbols.exact or _is_fixed(under):
        return over / under, under > 0
    number = z3.IntSort(symbols.context)
    found = symbols.function("floor_div", number, number, number)(over, under)
    symbols.applied.setdefault("floor_div", []).append((over, under))
    symbols.fact(z3.Implies(z3.And(under >= 1, over >= 0), z3.And(found >= 0, found <= over)))
    symbols.fact(z3.Implies(z3.And(under >= 1, over <= 0), z3.And(found <= 0, found >= over)))
    symbols.fact(z3.Implies(under == 1, found == over))
    symbols.fact(z3.Implies(z3.And(under >= 1, over >= under), found >= 1))
    return found, under > 0


def _ceil(symbols: Symbols, over: Z, under: Z) -> Worth:
    found, fine = _floor(symbols, -over, under)
    return -found, fine


def _add_months(symbols: Symbols, day: Z, months: Z) -> Worth:
    """Between 28 and 31 days a month, and no day where there is no month."""
    number = z3.IntSort(symbols.context)
    found = symbols.function("add_months", number, number, number)(day, months)
    symbols.fact(z3.Implies(months == 0, found == day))
    symbols.fact(z3.Implies(months > 0, z3.And(found >= day + 28 * months, found <= day + 31 * months)))
    symbols.fact(z3.Implies(months < 0, z3.And(found <= day + 28 * months, found >= day + 31 * months)))
    for first, second in symbols.applied.setdefault("add_months", []):
        function = symbols.function("add_months", number, number, number)
        symbols.fact(z3.Implies(z3.And(second == months, first <= day), function(first, second) <= found))
        symbols.fact(z3.Implies(z3.And(second == months, day <= first), found <= function(first, second)))
    symbols.applied["add_months"].append((day, months))
    return found, z3.And(_within(-MONTHS_MAX, MONTHS_MAX, months), _within(DAY_MIN, DAY_MAX, found))


def _workday(symbols: Symbols, day: Z, count: Z) -> Worth:
    """No sooner than the count of days; how many holidays come between is not known."""
    number = z3.IntSort(symbols.context)
    found = symbols.function("workday", number, number, number)(day, count)
    symbols.fact(z3.Implies(count >= 0, found >= day + count))
    symbols.fact(z3.Implies(count < 0, found <= day + count))
    fine = symbols.function("workday is known", number, number, z3.BoolSort(symbols.context))(day, count)
    return found, z3.And(_within(-WORKDAYS_MAX, WORKDAYS_MAX, count), _within(DAY_MIN, DAY_MAX, found), fine)


def _start_of(symbols: Symbols, day: Z) -> Worth:
    return _in_time(day * DAY_SECONDS - zone(symbols))


def date_of(symbols: Symbols, time: Z) -> Worth:
    """The day in the zone to which a time belongs."""
    return _in_days((time + zone(symbols)) / DAY_SECONDS)


NUMBERS: Mapping[str, Callable[..., Worth]] = {
    "less": lambda s, x, y: (x < y, s.true),
    "at_most": lambda s, x, y: (x <= y, s.true),
    "greater": lambda s, x, y: (x > y, s.true),
    "at_least": lambda s, x, y: (x >= y, s.true),
    "add": lambda s, x, y: _bounded(x + y),
    "subtract": lambda s, x, y: _bounded(x - y),
    "multiply": lambda s, x, y: _bounded(product(s, x, y)),
    "negate": lambda s, x: (-x, s.true),
    "smaller": lambda s, x, y: (z3.If(x <= y, x, y), s.true),
    "larger": lambda s, x, y: (z3.If(x >= y, x, y), s.true),
    "number": lambda s, x: (x, s.true),
    "floor_div": _floor,
    "ceil_div": _ceil,
    "date_plus_days": lambda s, x, y: _in_days(x + y),
    "date_minus_days": lambda s, x, y: _in_days(x - y),
    "time_plus": lambda s, x, y: _in_time(x + y),
    "time_minus": lambda s, x, y: _in_time(x - y),
    "time_plus_days": lambda s, x, y: _in_time(x + y * DAY_SECONDS),
    "time_minus_days": lambda s, x, y: _in_time(x - y * DAY_SECONDS),
    "time_between": lambda s, x, y: (x - y, s.true),
    "days": lambda s, x, y: (y - x, s.true),
    "add_months": _add_months,
    "workday": _workday,
    "start_of": _start_of,
    "end_of": lambda s, x: _start_of(s, x + 1),
    "date_of": date_of,
}
"""Operators of numbers by their names in the typed tree."""
