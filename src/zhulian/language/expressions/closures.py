"""Compiles a typed tree once into nested closures, which answer as the evaluator does, step for step, and faster.

`evaluate.py` says what is right; a test holds both to the same values, refusals and steps. Common shapes (a field of a group,
comparisons, sums) have closures of their own.
"""

import operator as python
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from zhulian.canonical import INTEGER_MAX
from zhulian.language.errors import AbsentValue, Overflow
from zhulian.language.expressions.evaluate import Charging, Environment, is_sized, own_steps
from zhulian.language.expressions.meaning import CALENDAR, PURE, SIZED
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
    RecordAt,
    Ref,
    Typed,
    Value,
    Variable,
)

__all__ = ["Program", "compile_tree"]

Program: TypeAlias = Callable[[Environment, Charging], Value]
"""Answers with the value of an expression; charges and refuses as `evaluate` does."""
_Part: TypeAlias = Callable[[Environment, Charging], Any]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "equal": python.eq,
        "unequal": python.ne,
        "less": python.lt,
        "at_most": python.le,
        "greater": python.gt,
        "at_least": python.ge,
    }
)
_SUM: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {"add": python.add, "subtract": python.sub, "multiply": python.mul}
)


def compile_tree(tree: Typed) -> Program:
    """The program of a typed tree, to be kept with the definition."""
    steps, part = own_steps(tree), _part(tree)
    if isinstance(tree, Variable):
        return _variable(tree.name, steps)
    if isinstance(tree, Field) and isinstance(tree.of, Variable):
        return _field_of_variable(tree.of.name, tree.name, steps)

    def program(environment: Environment, meter: Charging) -> Value:
        meter.charge(steps)
        return part(environment, meter)  # type: ignore[no-any-return]

    return program


def _variable(name: str, steps: int) -> Program:
    def program(environment: Environment, meter: Charging) -> Value:
        meter.charge(steps)
        return environment.read(name)

    return program


def _field_of_variable(variable: str, name: str, steps: int) -> Program:
    def program(environment: Environment, meter: Charging) -> Value:
        meter.charge(steps)
        return environment.field(environment.read(variable), name)

    return program


def _part(tree: Typed) -> _Part:
    match tree:
        case Literal(value=value):
            return lambda environment, meter: value
        case Variable(name=name):
            return lambda environment, meter: environment.read(name)
        case Field():
            return _field(tree)
        case RecordAt(record=record, key=key):
            key_of = _several(key)
            return lambda environment, meter: Ref(record, key_of(environment, meter))
        case Present():
            return _present(tree)
        case Has(of=of):
            inner = _part(of)
            return lambda environment, meter: inner(environment, meter) is not None
        case OrElse():
            return _or_else(tree)
        case Ask():
            return _ask(tree)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            asked, first, second = _part(condition), _part(then), _part(otherwise)
            return lambda environment, meter: (
                first(environment, meter) if asked(environment, meter) else second(environment, meter)
            )
        case Items(items=items):
            return _several(items)
        case Apply():
            return _apply(tree)


def _several(trees: tuple[Typed, ...]) -> _Part:
    each = [_part(tree) for tree in trees]
    if len(each) == 1:
        only = each[0]
        return lambda environment, meter: (only(environment, meter),)
    if len(each) == 2:
        first, second = each
        return lambda environment, meter: (first(environment, meter), second(environment, meter))
    if len(each) == 3:
        one, two, three = each
        return lambda environment, meter: (one(environment, meter), two(environment, meter), three(environment, meter))
    return lambda environment, meter: tuple([part(environment, meter) for part in each])


def _field(tree: Field) -> _Part:
    name = tree.name
    if isinstance(tree.of, Variable):
        group = tree.of.name
        return lambda environment, meter: environment.field(environment.read(group), name)
    of = _part(tree.of)
    return lambda environment, meter: environment.field(of(environment, meter), name)


def _present(tree: Present) -> _Part:
    of, name, place = _part(tree.of), tree.name, tree.place

    def run(environment: Environment, meter: Charging) -> Any:
        found = of(environment, meter)
        if found is None:
            raise AbsentValue.at(place, name=name)
        return found

    return run


def _or_else(tree: OrElse) -> _Part:
    of, other = _part(tree.of), _part(tree.other)

    def run(environment: Environment, meter: Charging) -> Any:
        found = of(environment, meter)
        return other(environment, meter) if found is None else found

    return run


def _ask(tree: Ask) -> _Part:
    name, cost, arguments = tree.read, tree.cost, _several(tree.arguments)

    def run(environment: Environment, meter: Charging) -> Any:
        values = arguments(environment, meter)
        meter.charge(cost)
        return environment.call(name, values)

    return run


def _apply(tree: Apply) -> _Part:
    name = tree.operator
    if name in ("and", "or"):
        return _logic(tree)
    if name == "not":
        inner = _part(tree.operands[0])
        return lambda environment, meter: not inner(environment, meter)
    if name in _COMPARE and not is_sized(tree):
        compare, left, right = _COMPARE[name], _part(tree.operands[0]), _part(tree.operands[1])
        if isinstance(tree.operands[1], Literal):
            value: Any = tree.operands[1].value
            return lambda environment, meter: compare(left(environment, meter), value)
        return lambda environment, meter: compare(left(environment, meter), right(environment, meter))
    if name in _SUM:
        return _sum(tree)
    if name in CALENDAR:
        return _calendar(tree)
    return _general(tree)


def _logic(tree: Apply) -> _Part:
    left, right = _part(tree.operands[0]), _part(tree.operands[1])
    if tree.operator == "and":
        return lambda environment, meter: left(environment, meter) and right(environment, meter)
    return lambda environment, meter: left(environment, meter) or right(environment, meter)


def _sum(tree: Apply) -> _Part:
    combine, left, right, place = _SUM[tree.operator], _part(tree.operands[0]), _part(tree.operands[1]), tree.place

    def run(environment: Environment, meter: Charging) -> Any:
        value = combine(left(environment, meter), right(environment, meter))
        if -INTEGER_MAX <= value <= INTEGER_MAX:
            return value
        raise Overflow.at(place)

    return run


def _calendar(tree: Apply) -> _Part:
    function, operands, place = CALENDAR[tree.operator], _several(tree.operands), tree.place
    charge = SIZED[tree.operator] if is_sized(tree) else None

    def run(environment: Environment, meter: Charging) -> Any:
        values = operands(environment, meter)
        if charge is not None:
            meter.charge(charge(*values))
        return function(environment.calendar, *values, place)

    return run


def _general(tree: Apply) -> _Part:
    function, operands, place = PURE[tree.operator], _several(tree.operands), tree.place
    if not is_sized(tree):
        return lambda environment, meter: function(*operands(environment, meter), place)
    charge = SIZED[tree.operator]

    def run(environment: Environment, meter: Charging) -> Any:
        values = operands(environment, meter)
        meter.charge(charge(*values))
        return function(*values, place)

    return run
