"""Which operators work between which types, and the name that each has in the typed tree."""

from zhulian.language.errors import Position, UnitsMixed, WrongType
from zhulian.language.expressions.tree import Typed, apply
from zhulian.language.expressions.types import (
    BOOL,
    DATE,
    DURATION,
    INT,
    NUMERIC,
    TIME,
    Asset,
    Date,
    Days,
    Duration,
    ListOf,
    Said,
    Space,
    Time,
    Type,
    join,
)

__all__ = ["COMPARISONS", "RELATIONS", "arithmetic", "compare", "mixed", "negate", "refuse_type"]

COMPARISONS = {"<": "less", "<=": "at_most", ">": "greater", ">=": "at_least"}
RELATIONS = {"==": "equal", "!=": "unequal", **COMPARISONS}
_ORDERED = (*NUMERIC, Date, Time)
_ADVICE = {
    "units": Said("请换算成同一单位的同一类型", "Bring both to one type and unit"),
    "quoted": Said("带单位的数请加引号书写，如 '5.00'", "Write a number with a unit in quotes, such as '5.00'"),
    "span": Said("天数请写 5d，时长请写 5h", "Write days as 5d, hours as 5h"),
    "days": Said("两个日期相差的天数请写 days(a, b)", "Write days(a, b) for the days between two dates"),
    "time": Said("日期请加减天数（1d），时间可加减天数或时长（24h）", "Add days (1d) to a date, days or hours (24h) to a time"),
    "times": Said("请乘以没有单位的整数，或用 share、cost", "Multiply by a whole number without unit, or use share or cost"),
    "text": Said("文字不能相加；请把各部分放在不同字段里", "Texts are not joined; keep the parts in fields of their own"),
    "order": Said("只有数、日期与时间可以比较先后大小", "Only numbers, dates and times have an order"),
}


def refuse_type(wanted: Said, found: Type, place: Position) -> WrongType:
    """The fault that something of type `found` stands where `wanted` is due."""
    said = found.say()
    return WrongType.at(place, wanted_zh=wanted.zh, wanted_en=wanted.en, found_zh=said.zh, found_en=said.en)


def mixed(operator: str, left: Type, right: Type, advice: Said, place: Position) -> UnitsMixed:
    """The fault that an operator or function does not work between two types."""
    one, other = left.say(), right.say()
    return UnitsMixed.at(
        place, operator=operator, left_zh=one.zh, left_en=one.en, right_zh=other.zh, right_en=other.en,
        advice_zh=advice.zh, advice_en=advice.en,
    )  # fmt: skip


def compare(operator: str, left: Typed, right: Typed, place: Position) -> Typed:
    """The typed comparison of two values of one type.

    Raises:
        UnitsMixed: if they have two types, or one without order where order is asked.
    """
    if join(left.type, right.type) is None:
        raise mixed(operator, left.type, right.type, _ADVICE[_plain_number(left.type, right.type)], place)
    if isinstance(left.type, Space | Asset):
        raise mixed(operator, left.type, right.type, _ADVICE["units"], place)
    if operator in COMPARISONS and not isinstance(left.type, _ORDERED):
        raise mixed(operator, left.type, right.type, _ADVICE["order"], place)
    return apply(RELATIONS[operator], (left, right), BOOL, place)


def negate(operand: Typed, place: Position) -> Typed:
    """The typed negative of a number.

    Raises:
        WrongType.
    """
    if not isinstance(operand.type, NUMERIC):
        raise refuse_type(Said("数", "a number"), operand.type, operand.place)
    return apply("negate", (operand,), operand.type, place)


def arithmetic(operator: str, left: Typed, right: Typed, place: Position) -> Typed:
    """The typed sum, difference or product, as the units of the operands allow.

    Raises:
        UnitsMixed.
    """
    if operator == "*":
        return _product(left, right, place)
    one, other = left.type, right.type
    name, result = "", one
    if isinstance(one, NUMERIC) and one == other:
        name = {"+": "add", "-": "subtract"}[operator]
    elif isinstance(one, Date | Time):
        name, result = _moment(operator, one, other)
    elif operator == "+" and isinstance(one, Days | Duration) and isinstance(other, Date | Time):
        name, result = _moment(operator, other, one)
        left, right = right, left
    elif operator == "+" and isinstance(one, ListOf):
        joined = join(one, other)
        name, result = ("concat", joined) if joined is not None else ("", one)
    if name:
        return apply(name, (left, right), result, place)
    raise mixed(operator, one, other, _ADVICE[_hint(operator, one, other)], place)


def _moment(operator: str, one: Type, other: Type) -> tuple[str, Type]:
    sign = {"+": "plus", "-": "minus"}[operator]
    match one, other:
        case Date(), Days():
            return f"date_{sign}_days", DATE
        case Time(), Days():
            return f"time_{sign}_days", TIME
        case Time(), Duration():
            return f"time_{sign}", TIME
        case Time(), Time() if operator == "-":
            return "time_between", DURATION
    return "", one


def _hint(operator: str, one: Type, other: Type) -> str:
    if one == other == DATE and operator == "-":
        return "days"
    if isinstance(one, Date | Time | Days | Duration) or isinstance(other, Date | Time):
        return "time"
    return _plain_number(one, other) if isinstance(one, (*NUMERIC, ListOf)) else "text"


def _plain_number(one: Type, other: Type) -> str:
    """The advice where a plain number may have been meant to have the unit of the other side."""
    if INT in (one, other):
        unit = one if other == INT else other
        if isinstance(unit, Days | Duration):
            return "span"
        if isinstance(unit, NUMERIC):
            return "quoted"
    return "units"


def _product(left: Typed, right: Typed, place: Position) -> Typed:
    one, other = left.type, right.type
    if isinstance(one, NUMERIC) and other == INT:
        return apply("multiply", (left, right), one, place)
    if one == INT and isinstance(other, NUMERIC):
        return apply("multiply", (left, right), other, place)
    raise mixed("*", one, other, _ADVICE["times"], place)
