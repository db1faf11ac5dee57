"""The built-in functions: how each takes its arguments and what it becomes in the typed tree."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from zhulian.language.errors import WrongCount
from zhulian.language.expressions.meaning import ROUNDING
from zhulian.language.expressions.operators import mixed, refuse_type
from zhulian.language.expressions.syntax import Call, Expression
from zhulian.language.expressions.syntax import Text as Quoted
from zhulian.language.expressions.tree import Literal, Typed, apply
from zhulian.language.expressions.types import (
    DATE,
    DAYS,
    INT,
    NUMERIC,
    RATE,
    TIME,
    Days,
    Duration,
    ListOf,
    Money,
    Price,
    Quantity,
    Rate,
    Said,
    Text,
    Type,
)

__all__ = ["FUNCTIONS", "USAGE", "Checking"]

_AMOUNT = Said("数额（金额、数量、天数或整数）", "an amount (money, a quantity, days or a whole number)")
USAGE = {
    "share": "share(amount, num, den, up|down|half_up)",
    "cost": "cost(quantity, price, up|down|half_up)",
    "floor_div": "floor_div(a, b)",
    "ceil_div": "ceil_div(a, b)",
    "min": "min(a, b)",
    "max": "max(a, b)",
    "size": "size(list)",
    "number": "number(days)",
    "days": "days(from, to)",
    "add_months": "add_months(date, months)",
    "workday": "workday(date, count)",
    "start_of": "start_of(date)",
    "end_of": "end_of(date)",
    "date_of": "date_of(time)",
}
"""How each function is written."""


class Checking(Protocol):
    """What a function asks of the checker about its arguments."""

    def value(self, part: Expression, want: Type | None = None) -> Typed: ...
    def value_near(self, part: Expression, near: Type) -> Typed: ...
    def pair(self, one: Expression, other: Expression, want: Type | None = None) -> tuple[Typed, Typed]: ...
    def word(self, part: Expression, words: tuple[str, ...]) -> Typed: ...
    def count(self, part: Call, wanted: int, usage: str) -> None: ...


def _numeric(found: Typed) -> Typed:
    if not isinstance(found.type, NUMERIC):
        raise refuse_type(_AMOUNT, found.type, found.place)
    return found


def _share(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`share(amount, num, den, rounding)`, or `share(amount, rate, rounding)`, or a rate as num over a plain number."""
    usage = USAGE["share"]
    if len(part.arguments) == 3:
        amount = _numeric(checker.value_near(part.arguments[0], want or INT))
        rate = checker.value(part.arguments[1], RATE)
        rounding = checker.word(part.arguments[2], ROUNDING)
        one = Literal(value=1, type=INT, place=part.place)
        return apply("share_rate", (amount, rate, one, rounding), amount.type, part.place)
    if len(part.arguments) != 4:
        raise WrongCount.at(part.place, name="share", wanted="4", given=len(part.arguments), usage=usage)
    amount = _numeric(checker.value_near(part.arguments[0], want or INT))
    num, den = checker.pair(part.arguments[1], part.arguments[2])
    rounding = checker.word(part.arguments[3], ROUNDING)
    if isinstance(num.type, Rate) and den.type == INT:
        return apply("share_rate", (amount, num, den, rounding), amount.type, part.place)
    if num.type != den.type or not isinstance(num.type, NUMERIC):
        advice = Said("分子与分母须同一单位", "Numerator and denominator must have one unit")
        raise mixed("share", num.type, den.type, advice, part.place)
    return apply("share", (amount, num, den, rounding), amount.type, part.place)


def _cost(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`cost(quantity, price, rounding)`: money in the hundredth part of the price's currency."""
    checker.count(part, 3, USAGE["cost"])
    quantity, price = checker.value(part.arguments[0]), checker.value(part.arguments[1])
    rounding = checker.word(part.arguments[2], ROUNDING)
    of = price.type
    if not isinstance(of, Price):
        raise refuse_type(Said("单价", "a price"), of, price.place)
    unit, scale = ("", 0) if quantity.type == INT else ("?", 0)
    if isinstance(quantity.type, Quantity):
        unit, scale = quantity.type.unit, quantity.type.scale
    if unit != of.unit:
        advice = Said("数量的单位须与单价的单位相同", "The quantity must be in the unit of the price")
        raise mixed("cost", quantity.type, price.type, advice, part.place)
    exponent = scale + of.scale - 2
    if exponent < 0:
        factor = Literal(value=10**-exponent, type=INT, place=part.place)
        price = apply("multiply", (price, factor), price.type, part.place)
    den = Literal(value=10 ** max(0, exponent), type=INT, place=part.place)
    return apply("share", (quantity, price, den, rounding), Money(of.currency), part.place)


def _quotient(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`floor_div` and `ceil_div`: an amount by a plain number, or by an amount of its unit (how many times)."""
    checker.count(part, 2, USAGE[part.name])
    over = _numeric(checker.value(part.arguments[0]))
    quoted = isinstance(part.arguments[1], Quoted)  # a plain 0 stays a number here
    under = _numeric(checker.value(part.arguments[1], over.type if quoted else None))
    if under.type == INT:
        return apply(part.name, (over, under), over.type, part.place)
    if under.type != over.type:
        advice = Said("除数须为整数，或与被除数同一单位", "Divide by a whole number or by an amount of the same unit")
        raise mixed(part.name, over.type, under.type, advice, part.place)
    return apply(part.name, (over, under), INT, part.place)


def _extreme(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`min` and `max` of two amounts, dates or times of one type."""
    checker.count(part, 2, USAGE[part.name])
    one, other = checker.pair(part.arguments[0], part.arguments[1], want)
    if one.type != other.type:
        raise mixed(part.name, one.type, other.type, Said("两者须同一类型与单位", "Both must have one type and unit"), part.place)
    if not isinstance(one.type, NUMERIC) and one.type not in (DATE, TIME):
        raise refuse_type(_AMOUNT, one.type, one.place)
    return apply({"min": "smaller", "max": "larger"}[part.name], (one, other), one.type, part.place)


def _size(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`size`: how many items a list has, or characters a text."""
    checker.count(part, 1, USAGE["size"])
    found = checker.value(part.arguments[0])
    if not isinstance(found.type, ListOf | Text):
        raise refuse_type(Said("列表或文字", "a list or a text"), found.type, found.place)
    return apply("size", (found,), INT, part.place)


def _number(checker: Checking, part: Call, want: Type | None) -> Typed:
    """`number`: the plain number of calendar days, or of seconds of a duration."""
    checker.count(part, 1, USAGE["number"])
    found = checker.value(part.arguments[0])
    if not isinstance(found.type, Days | Duration):
        raise refuse_type(Said("天数或时长", "days or a duration"), found.type, found.place)
    return apply("number", (found,), INT, part.place)


def _plain(wants: tuple[Type, ...], of: Type) -> "Function":
    def function(checker: Checking, part: Call, want: Type | None) -> Typed:
        checker.count(part, len(wants), USAGE[part.name])
        found = tuple(checker.value(each, due) for each, due in zip(part.arguments, wants, strict=True))
        return apply(part.name, found, of, part.place)

    return function


Function = Callable[[Checking, Call, Type | None], Typed]
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "share": _share,
        "cost": _cost,
        "floor_div": _quotient,
        "ceil_div": _quotient,
        "min": _extreme,
        "max": _extreme,
        "size": _size,
        "number": _number,
        "days": _plain((DATE, DATE), DAYS),
        "add_months": _plain((DATE, INT), DATE),
        "workday": _plain((DATE, INT), DATE),
        "start_of": _plain((DATE,), TIME),
        "end_of": _plain((DATE,), TIME),
        "date_of": _plain((TIME,), DATE),
    }
)
"""By name: takes the checker and the call, gives the typed call."""
