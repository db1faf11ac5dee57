"""What a sentence of a contract says of a state: its reads are asked of the module itself, `was` of the state before."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from zhulian.errors import Refusal
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.syntax import (
    Binary,
    Call,
    Choice,
    Expression,
    Flag,
    Name,
    Number,
    Text,
    Unary,
    parts,
)
from zhulian.language.expressions.types import RATE

__all__ = ["Ask", "Undefined", "asked", "calls", "free_names", "holds"]

Ask = Callable[[str, Sequence[Any]], Any]
"""The answer of a read, by its name and arguments in their order."""


class Undefined(Exception):
    """A read is refused, so that the sentence says nothing here."""


def holds(sentence: Expression, names: Mapping[str, Any], now: Ask, before: Ask) -> bool:
    """Whether a sentence is true.

    Raises:
        Undefined.
    """
    return _value(sentence, names, now, before) is True


def calls(sentence: Expression) -> Iterator[Call]:
    """The reads that a sentence speaks of as they are now."""
    if isinstance(sentence, Call):
        if sentence.name == "was":
            return
        if sentence.name not in ("size", "has"):
            yield sentence
    for each in parts(sentence):
        yield from calls(each)


def asked(sentence: Expression) -> Iterator[Call]:
    """All reads of a sentence, those before included."""
    if isinstance(sentence, Call) and sentence.name not in ("size", "has", "was"):
        yield sentence
    for each in parts(sentence):
        yield from asked(each)


def free_names(sentence: Expression, known: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """The names that stand for any value, each with a read and the place among its arguments where it stands."""
    return {
        each.name: (call.name, place)
        for call in asked(sentence)
        for place, each in enumerate(call.arguments)
        if isinstance(each, Name) and each.name not in known
    }


def _value(part: Expression, names: Mapping[str, Any], now: Ask, before: Ask) -> Any:
    match part:
        case Name(name=name):
            return names.get(name)
        case Number(value=value) | Text(value=value) | Flag(value=value):
            return value
        case Unary(operator=sign, operand=inner):
            found = _value(inner, names, now, before)
            return not found if sign == "!" else -found
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return _value(then if _value(condition, names, now, before) else otherwise, names, now, before)
        case Call():
            return _call(part, names, now, before)
        case Binary():
            return _binary(part, names, now, before)
    raise AssertionError(f"no contract says {part}")


def _call(call: Call, names: Mapping[str, Any], now: Ask, before: Ask) -> Any:
    if call.name == "was":
        return _value(call.arguments[0], names, before, before)
    if call.name == "has":
        name = call.arguments[0]
        return isinstance(name, Name) and names.get(name.name) is not None
    values = [_value(each, names, now, before) for each in call.arguments]
    if call.name == "size":
        return len(values[0])
    try:
        return now(call.name, values)
    except Refusal as no:
        raise Undefined from no


def _binary(part: Binary, names: Mapping[str, Any], now: Ask, before: Ask) -> Any:
    left = _value(part.left, names, now, before)
    if part.operator == "&&":
        return left and _value(part.right, names, now, before)
    if part.operator == "||":
        return left or _value(part.right, names, now, before)
    right = _value(part.right, names, now, before)
    if isinstance(left, int) and isinstance(part.right, Text):
        right = read_literal(right, RATE, NOWHERE)
    found: Any = _OPERATORS[part.operator](left, right)
    return found


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "in": lambda item, several: item in several,
}
