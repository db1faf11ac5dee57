"""The typed tree: one immutable form for the evaluator, the words of the manual, the bounds and the prover.

Operators, functions and reads stand in it by name, never as code. Every node knows its type, its privacy label and its
place. What an operator's name means is written once in `meaning.py`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from zhulian.language.errors import NOWHERE, Position
from zhulian.language.expressions.types import Type

__all__ = ["Apply", "Ask", "Choose", "Field", "Has", "Items", "Literal", "OrElse", "Present", "RecordAt", "Ref", "Typed", "Value"]
__all__ += ["Variable", "apply", "below", "walk"]


class Ref(NamedTuple):
    """A record by its type and the parts of its key, whether it exists or not."""

    record: str
    key: tuple["Value", ...]


Value: TypeAlias = int | str | bool | tuple["Value", ...] | Ref | None
"""Numbers in the smallest unit, texts, parties and enums as text, None only for what is absent, lists as tuples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    type: Type
    private: bool = False
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(_Node):
    """A value that the text itself gives; the local name for an asset class."""

    value: Value


@dataclass(frozen=True, slots=True)
class Variable(_Node):
    """A name of the environment, such as `this`, `input` or `actor`."""

    name: str


@dataclass(frozen=True, slots=True)
class Field(_Node):
    """A field of a record or of a group of names; absent (None) only where the type is optional."""

    of: "Typed"
    name: str


@dataclass(frozen=True, slots=True)
class RecordAt(_Node):
    """The record of a type by its key."""

    record: str
    key: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class Present(_Node):
    """An optional value where a `has` before it has shown that it is there."""

    of: "Typed"
    name: str


@dataclass(frozen=True, slots=True)
class Has(_Node):
    """Whether an optional value is there."""

    of: "Typed"


@dataclass(frozen=True, slots=True)
class OrElse(_Node):
    """An optional value, or another where it is absent; the other is evaluated only then."""

    of: "Typed"
    other: "Typed"


@dataclass(frozen=True, slots=True)
class Apply(_Node):
    """An operator or built-in function by its name in `meaning.py`; `and` and `or` stop at the left."""

    operator: str
    operands: tuple["Typed", ...]


@dataclass(frozen=True, slots=True)
class Ask(_Node):
    """A read of the registry or of the definition (totals, indexes), with the steps that each call is charged."""

    read: str
    arguments: tuple["Typed", ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Choose(_Node):
    """One of two values by a condition; only that one is evaluated."""

    condition: "Typed"
    then: "Typed"
    otherwise: "Typed"


@dataclass(frozen=True, slots=True)
class Items(_Node):
    """A list of values."""

    items: tuple["Typed", ...]


Typed: TypeAlias = Literal | Variable | Field | RecordAt | Present | Has | OrElse | Apply | Ask | Choose | Items


def apply(name: str, operands: tuple[Typed, ...], of: Type, place: Position) -> Apply:
    """An operator on operands: private if one of them is."""
    return Apply(operator=name, operands=operands, type=of, private=any(each.private for each in operands), place=place)


def below(tree: Typed) -> tuple[Typed, ...]:
    """What stands directly below a node, in the order of evaluation."""
    match tree:
        case Field(of=of) | Present(of=of) | Has(of=of):
            return (of,)
        case RecordAt(key=several) | Apply(operands=several) | Ask(arguments=several) | Items(items=several):
            return several
        case OrElse(of=of, other=other):
            return (of, other)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case _:
            return ()


def walk(tree: Typed) -> list[Typed]:
    """Every node of the tree, parents before what stands below them."""
    found = [tree]
    for each in below(tree):
        found += walk(each)
    return found
