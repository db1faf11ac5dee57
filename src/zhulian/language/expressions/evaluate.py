"""The evaluator that walks the typed tree: the specification of what an expression is worth and what it costs.

Charged are, in this order: one step for each node of the tree at once before anything is read, then each read its declared
cost when it is asked, and operators that look at whole texts or lists, or walk over days, by size when they are reached.
"""

from typing import Protocol

from zhulian.language.errors import AbsentValue, OutOfSteps
from zhulian.language.expressions.dates import Calendar
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
    walk,
)
from zhulian.language.expressions.types import sized

__all__ = ["Charging", "Environment", "Meter", "evaluate", "is_sized", "own_steps"]


class Charging(Protocol):
    """Counts steps; the ledger's own overlay is one."""

    def charge(self, steps: int) -> None:
        """Count the steps, and refuse when there are too few left."""


class Meter:
    """Counts steps up to a most; for tests, tools and pages."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.steps = 0

    def charge(self, steps: int) -> None:
        """Count the steps.

        Raises:
            OutOfSteps: when more than the most are used.
        """
        self.steps += steps
        if self.steps > self.most:
            raise OutOfSteps(line=1, column=1, path="expression", most=self.most)


class Environment(Protocol):
    """What an expression is evaluated in. All answers are pure: the same within one evaluation."""

    @property
    def calendar(self) -> Calendar:
        """Zone and workdays of the chain."""

    def read(self, name: str) -> Value:
        """The variable `name`; for a group such as `input`, whatever `field` understands."""

    def field(self, of: Value, name: str) -> Value:
        """The field of a record or group; None only if it is optional and absent. Refuses where the record is missing."""

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        """The answer of a read; asset classes come by their local name, records as `Ref`."""


def own_steps(tree: Typed) -> int:
    """The steps that are charged at once before anything is read: one for each node."""
    return len(walk(tree))


def evaluate(tree: Typed, environment: Environment, meter: Charging) -> Value:
    """What the tree is worth in the environment.

    Raises:
        Refusal: language/30–38, or what the environment and the meter refuse with; the first from left to right.
    """
    meter.charge(own_steps(tree))
    return _value(tree, environment, meter)


def _value(tree: Typed, environment: Environment, meter: Charging) -> Value:
    match tree:
        case Literal(value=value):
            return value
        case Variable(name=name):
            return environment.read(name)
        case Field(of=of, name=name):
            return environment.field(_value(of, environment, meter), name)
        case RecordAt(record=record, key=key):
            return Ref(record, tuple(_value(each, environment, meter) for each in key))
        case Present(of=of, name=name):
            found = _value(of, environment, meter)
            if found is None:
                raise AbsentValue.at(tree.place, name=name)
            return found
        case Has(of=of):
            return _value(of, environment, meter) is not None
        case OrElse(of=of, other=other):
            found = _value(of, environment, meter)
            return _value(other, environment, meter) if found is None else found
        case Ask(read=read, arguments=arguments, cost=cost):
            values = tuple(_value(each, environment, meter) for each in arguments)
            meter.charge(cost)
            return environment.call(read, values)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return _value(then if _value(condition, environment, meter) else otherwise, environment, meter)
        case Items(items=items):
            return tuple(_value(each, environment, meter) for each in items)
        case Apply():
            return _apply(tree, environment, meter)


def _apply(tree: Apply, environment: Environment, meter: Charging) -> Value:
    operator = tree.operator
    if operator in ("and", "or"):
        left = _value(tree.operands[0], environment, meter)
        return left if bool(left) == (operator == "or") else _value(tree.operands[1], environment, meter)
    values = [_value(each, environment, meter) for each in tree.operands]
    if is_sized(tree):
        meter.charge(SIZED[operator](*values))
    result: Value
    if operator in CALENDAR:
        result = CALENDAR[operator](environment.calendar, *values, tree.place)
    else:
        result = PURE[operator](*values, tree.place)
    return result


def is_sized(tree: Apply) -> bool:
    """Whether the operator is charged by the size of its operands."""
    if tree.operator in ("equal", "unequal"):
        return sized(tree.operands[0].type)
    return tree.operator in SIZED
