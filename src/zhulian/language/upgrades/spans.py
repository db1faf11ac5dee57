"""Whether an expression has a value for every record, whatever its fields hold within their bounds, and between which numbers.

Numbers are followed as spans of least and most value. `a ? b : c` narrows the fields that `a` compares with a literal, so an
author can always make an expression total by saying what holds otherwise.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from zhulian.canonical import INTEGER_MAX
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, DAY_SECONDS, TIME_MAX, TIME_MIN
from zhulian.language.expressions.tree import (
    Apply,
    Ask,
    Choose,
    Field,
    Has,
    Items,
    Literal,
    OrElse,
    Present,
    Typed,
    Variable,
)
from zhulian.language.expressions.types import LIST_MAX, NUMERIC, Date, ListOf, Optional, Said, Text, Time, Type

__all__ = ["Known", "MayRefuse", "Span", "full_span", "span_of"]

Span: TypeAlias = tuple[int, int]
"""The least and the most that a number can be; (0, 0) of what is no number."""
Known: TypeAlias = Mapping[tuple[str, str], Span]
"""What is known of fields: by variable and name, such as `("this", "amount")`."""

_NONE: Span = (0, 0)
_FULL: Span = (-INTEGER_MAX, INTEGER_MAX)
_DAYS: Span = (DAY_MIN, DAY_MAX)
_TIMES: Span = (TIME_MIN, TIME_MAX)
_TEXT_MAX = 4096
_OVERFLOW = Said("结果可能超出数值范围", "the result may leave the range of numbers")
_DIVISOR = Said("除数可能不是正数", "the divisor may not be positive")
_BEYOND = Said("结果可能超出日期范围", "the result may leave the calendar")
_READS = Said("迁移时只能读取本记录与参数", "a record moves by itself and the settings alone")
_LONG = Said("列表可能过长", "the list may become too long")


class MayRefuse(Exception):
    """An expression that some record could have no value for, with the reason."""

    def __init__(self, why: Said) -> None:
        self.why = why
        super().__init__(why.en)


def full_span(of: Type) -> Span:
    """Between which numbers values of a type lie, where nothing more is known."""
    match of:
        case Optional(of=inner):
            return full_span(inner)
        case Date():
            return _DAYS
        case Time():
            return _TIMES
    return _FULL if isinstance(of, NUMERIC) else _NONE


def span_of(tree: Typed, known: Known) -> Span:
    """The span of an expression's values.

    Raises:
        MayRefuse: if it is not shown that it always has a value.
    """
    match tree:
        case Literal(value=value):
            return (value, value) if type(value) is int else _NONE
        case Variable():
            return _NONE
        case Field(of=Variable(name=group), name=name, type=of):
            return known.get((group, name)) or full_span(of)
        case Present(of=inner):
            return span_of(inner, known)
        case Has(of=inner):
            span_of(inner, known)
            return _NONE
        case OrElse(of=inner, other=other):
            return _hull(span_of(inner, known), span_of(other, known))
        case Choose(condition=condition, then=then, otherwise=otherwise):
            span_of(condition, known)
            return _either(condition, then, otherwise, known)
        case Items(items=items):
            for each in items:
                span_of(each, known)
            return _NONE
        case Apply():
            return _apply(tree, known)
        case Ask():
            raise MayRefuse(_READS)
    raise MayRefuse(_READS)


def _either(condition: Typed, then: Typed, otherwise: Typed, known: Known) -> Span:
    """A branch that is never taken may be anything."""
    spans = []
    for branch, truth in ((then, True), (otherwise, False)):
        narrowed = _narrow(condition, truth, known)
        if all(low <= high for low, high in narrowed.values()):
            spans.append(span_of(branch, narrowed))
    return spans[0] if len(spans) == 1 else _hull(spans[0], spans[1]) if spans else _NONE


def _narrow(condition: Typed, truth: bool, known: Known) -> dict[tuple[str, str], Span]:
    """What is known where the condition has come out so."""
    found = dict(known)
    match condition:
        case Apply(operator="not", operands=(inner,)):
            return _narrow(inner, not truth, known)
        case Apply(operator="and" | "or" as word, operands=(left, right)) if (word == "and") == truth:
            return _narrow(right, truth, _narrow(left, truth, known))
        case Apply(operator=sign, operands=(left, right)) if sign in _BOUNDS:
            sign = sign if truth else _OPPOSITE[sign]
            for one, other, way in ((left, right, sign), (right, left, _MIRROR[sign])):
                place, literal = _place(one), _number(other)
                if place is not None and literal is not None:
                    low, high = found.get(place) or full_span(one.type)
                    least, most = _BOUNDS[way](literal)
                    found[place] = (max(low, least), min(high, most))
    return found


def _place(tree: Typed) -> tuple[str, str] | None:
    match tree:
        case Field(of=Variable(name=group), name=name, type=of) if not isinstance(of, Optional) and full_span(of) != _NONE:
            return group, name
        case Present(of=inner) if (path := _field(inner)) is not None:
            return path
    return None


def _field(tree: Typed) -> tuple[str, str] | None:
    match tree:
        case Field(of=Variable(name=group), name=name, type=of) if full_span(of) != _NONE:
            return group, name
    return None


def _number(tree: Typed) -> int | None:
    return tree.value if isinstance(tree, Literal) and type(tree.value) is int else None


_BOUNDS: Mapping[str, Callable[[int], Span]] = MappingProxyType(
    {
        "less": lambda x: (-INTEGER_MAX, x - 1),
        "at_most": lambda x: (-INTEGER_MAX, x),
        "greater": lambda x: (x + 1, INTEGER_MAX),
        "at_least": lambda x: (x, INTEGER_MAX),
        "equal": lambda x: (x, x),
        "unequal": lambda x: _FULL,
    }
)
_MIRROR = {
    "less": "greater", "at_most": "at_least", "greater": "less", "at_least": "at_most", "equal": "equal", "unequal": "unequal",
}  # fmt: skip
_OPPOSITE = {
    "less": "at_least", "at_most": "greater", "greater": "at_most", "at_least": "less", "equal": "unequal", "unequal": "equal",
}  # fmt: skip


def _apply(tree: Apply, known: Known) -> Span:
    operator = tree.operator
    if operator in ("and", "or"):
        left, right = tree.operands
        span_of(left, known)
        span_of(right, _narrow(left, operator == "and", known))
        return _NONE
    spans = [span_of(each, known) for each in tree.operands]
    if operator == "size":
        of = tree.operands[0].type
        return (0, min(of.most, LIST_MAX) if isinstance(of, ListOf) else of.most if isinstance(of, Text) else _TEXT_MAX)
    if operator == "concat":
        most = sum(each.type.most if isinstance(each.type, ListOf) else LIST_MAX for each in tree.operands)
        if most > LIST_MAX:
            raise MayRefuse(_LONG)
        return _NONE
    found = _SPANS.get(operator)
    if found is None:
        raise MayRefuse(_BEYOND)
    return found(*spans)


def _hull(*spans: Span) -> Span:
    return min(each[0] for each in spans), max(each[1] for each in spans)


def _within(span: Span, of: Span, why: Said) -> Span:
    if span[0] < of[0] or span[1] > of[1]:
        raise MayRefuse(why)
    return span


def _add(one: Span, other: Span) -> Span:
    return one[0] + other[0], one[1] + other[1]


def _less(one: Span, other: Span) -> Span:
    return one[0] - other[1], one[1] - other[0]


def _times(one: Span, other: Span) -> Span:
    corners = [x * y for x in one for y in other]
    return min(corners), max(corners)


def _over(over: Span, under: Span) -> Span:
    """Whole numbers around a quotient, whichever way it is rounded."""
    if under[0] <= 0:
        raise MayRefuse(_DIVISOR)
    corners = [x // y for x in over for y in under] + [-(-x // y) for x in over for y in under]
    return _within((min(corners), max(corners)), _FULL, _OVERFLOW)


def _nothing(*spans: Span) -> Span:
    return _NONE


_SPANS: Mapping[str, Callable[..., Span]] = MappingProxyType(
    {
        **dict.fromkeys(("not", "equal", "unequal", "less", "at_most", "greater", "at_least", "in"), _nothing),
        "add": lambda x, y: _within(_add(x, y), _FULL, _OVERFLOW),
        "subtract": lambda x, y: _within(_less(x, y), _FULL, _OVERFLOW),
        "multiply": lambda x, y: _within(_times(x, y), _FULL, _OVERFLOW),
        "negate": lambda x: (-x[1], -x[0]),
        "smaller": lambda x, y: (min(x[0], y[0]), min(x[1], y[1])),
        "larger": lambda x, y: (max(x[0], y[0]), max(x[1], y[1])),
        "number": lambda x: x,
        "floor_div": _over,
        "ceil_div": _over,
        "share": lambda amount, num, den, rounding: _over(_times(amount, num), den),
        "share_rate": lambda amount, rate, den, rounding: _over(_times(amount, rate), _times(den, (1_000_000, 1_000_000))),
        "date_plus_days": lambda x, y: _within(_add(x, y), _DAYS, _BEYOND),
        "date_minus_days": lambda x, y: _within(_less(x, y), _DAYS, _BEYOND),
        "time_plus": lambda x, y: _within(_add(x, y), _TIMES, _BEYOND),
        "time_minus": lambda x, y: _within(_less(x, y), _TIMES, _BEYOND),
        "time_plus_days": lambda x, y: _within(_add(x, _times(y, (DAY_SECONDS, DAY_SECONDS))), _TIMES, _BEYOND),
        "time_minus_days": lambda x, y: _within(_less(x, _times(y, (DAY_SECONDS, DAY_SECONDS))), _TIMES, _BEYOND),
        "time_between": _less,
        "days": lambda x, y: _less(y, x),
    }
)
"""The span of each operator's result; what is not here may refuse, such as whatever asks the table of workdays."""
