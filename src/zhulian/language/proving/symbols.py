"""The sorts in which the prover speaks of one definition, and the facts that come with its symbols.

Whole numbers are integers with bounds, states and choices numbers from 0, dates day numbers. Texts, parties, files and things that
the language only compares are sorts of which nothing is known but equality; literals of one sort differ. A record is named by a
value made of its key, so that two names are one record just if their keys are equal; owners are parties or such names.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import z3

from zhulian.canonical import INTEGER_MAX
from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.expressions import types
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, TIME_MAX, TIME_MIN
from zhulian.language.proving.building import all_of, any_of, identity, within

__all__ = ["Outside", "Symbols", "Term", "Z", "span_of"]

Z: TypeAlias = Any
"""An expression or a sort of z3, whose Python face has no types."""


class Outside(Exception):
    """A construct that the model does not cover; `what` is its word in the list of reasons."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Term:
    """What an expression is worth: `ok` where it is not refused, `there` where an optional value is present.

    `items` are the parts of a list that is written out, or joined of several; `value` is None then until the list is stored.
    """

    value: Z
    ok: Z
    there: Z
    items: tuple["Term", ...] | None = None
    joined: tuple["Term", ...] | None = None


def span_of(of: types.Type) -> tuple[int, int] | None:
    """The least and the greatest value of a type that is a number; None for others."""
    match of:
        case types.Optional(of=inner):
            return span_of(inner)
        case types.Date():
            return DAY_MIN, DAY_MAX
        case types.Time():
            return TIME_MIN, TIME_MAX
        case types.Enum(values=values):
            return 0, len(values) - 1
        case types.Rate() | types.Int() | types.Money() | types.Price() | types.Quantity() | types.Days() | types.Duration():
            return -INTEGER_MAX, INTEGER_MAX
        case types.AmountOf():
            return -INTEGER_MAX, INTEGER_MAX
    return None


def _keys_of(checked: Checked) -> Mapping[str, Sequence[types.Type]]:
    """The types of the keys of all record types that a definition speaks of."""
    whole: Mapping[str, Sequence[types.Type]] = {} if checked.definition.tree.instance is None else {INSTANCE: ()}
    return {**checked.scopes.base.keys, **whole}


_BOUNDED = ("times", "share up", "share down", "share half_up", "floor_div")
"""Operators that are computed only by exact symbols."""


class Symbols:
    """One z3 context with all that is said in it. `exact`: products and quotients are computed, not bounded.

    `before` is another version of the definition, of which is spoken in the same context.
    """

    def __init__(self, checked: Checked, *, exact: bool = False, before: Checked | None = None) -> None:
        self.checked = checked
        self.exact = exact
        self.context = z3.Context()
        self.true: Z = z3.BoolVal(True, self.context)
        self.false: Z = z3.BoolVal(False, self.context)
        self.truth: Z = z3.BoolSort(self.context)
        self.whole: Z = z3.IntSort(self.context)
        self.facts: list[Z] = []
        """What is so of the symbols themselves, such as the range of a number."""
        self.literals: dict[str, dict[str, Z]] = {}
        self._sorts: dict[str, Z] = {}
        self._count: dict[str, int] = {}
        self._functions: dict[str, Z] = {}
        self._noted: dict[int, None] = {}
        self._holders: dict[int, tuple[Z, Z]] = {}
        self._numbers: dict[int, Z] = {}
        self._selected: dict[tuple[int, ...], Z] = {}
        self._true, self._false = identity(self.true), identity(self.false)
        self.applied: dict[str, list[tuple[Z, ...]]] = {}
        """By the name of an operator, what it was applied to, so that two applications can be held against each other."""
        self.refs: dict[str, Z] = {}
        self._make_refs(_keys_of(checked) if before is None else {**_keys_of(before), **_keys_of(checked)})
        self.owner = self._make_owner()

    @property
    def is_bounded(self) -> bool:
        """Whether a product or a quotient of unknowns is spoken of by its bounds alone, so that an answer may be no state that there can be."""
        return any(self.applied.get(each) for each in _BOUNDED)

    def of(self, checked: Checked) -> "Symbols":
        """The same symbols where the other version is spoken of."""
        found = copy.copy(self)
        found.checked = checked
        return found

    def _make_refs(self, keys: Mapping[str, Sequence[types.Type]]) -> None:
        left = dict(keys)
        while left:
            ready = [name for name, parts in left.items() if all(self._is_known(each) for each in parts)]
            if not ready:
                raise Outside("keys_in_a_circle")
            for name in ready:
                sort = z3.Datatype(f"record {name}", ctx=self.context)
                sort.declare(f"{name}", *((f"{name}.key{place}", self.sort(each)) for place, each in enumerate(left.pop(name))))
                self.refs[name] = sort.create()

    def held_by(self, place: int) -> Z:
        """The function from an owner to the record of the type at a place that it is."""
        if place not in self._holders:
            self._holders[place] = self.owner.accessor(1 + place, 0), self.owner.recognizer(1 + place)
        return self._holders[place][0]

    def is_held_by(self, place: int) -> Z:
        """The function that says whether an owner is a record of the type at a place."""
        self.held_by(place)
        return self._holders[place][1]

    def _is_known(self, of: types.Type) -> bool:
        return not isinstance(of, types.Record) or of.name in self.refs

    def _make_owner(self) -> Z:
        sort = z3.Datatype("owner", ctx=self.context)
        sort.declare("party", ("party.name", self.sort(types.PARTY)))
        for name, ref in self.refs.items():
            sort.declare(f"holds {name}", (f"holder {name}", ref))
        return sort.create()

    def sort(self, of: types.Type) -> Z:
        """The sort of values of a type.

        Raises:
            Outside: for what is no value.
        """
        match of:
            case types.Bool():
                return self.truth
            case types.Optional(of=inner):
                return self.sort(inner)
            case types.Record(name=None):
                return self.owner
            case types.Record(name=name):
                return self.refs[name or ""]
            case types.AnyOf(types=several):
                return self.owner if any(isinstance(each, types.Record) for each in several) else self.sort(several[0])
            case types.ListOf(item=item):
                return self._plain(f"list of {self.sort(item)}")
            case types.Party() | types.Person():
                return self._plain("party")
            case types.Text() | types.Words():
                return self._plain("text")
            case types.File():
                return self._plain("file")
            case types.Tag():
                return self._plain("tag")
            case types.Thing(name=name):
                return self._plain(f"thing {name}")
        if span_of(of) is not None:
            return self.whole
        raise Outside("type")

    def _plain(self, name: str) -> Z:
        if name not in self._sorts:
            self._sorts[name] = z3.DeclareSort(name, self.context)
        return self._sorts[name]

    def number(self, value: int) -> Z:
        """A whole number."""
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = z3.IntVal(value, self.context)
        return found

    def select(self, array: Z, *keys: Z) -> Z:
        """What an array holds at its keys, made once."""
        place = (identity(array), *(identity(each) for each in keys))
        found = self._selected.get(place)
        if found is None:  # what is kept keeps its array and its keys, so that no other has their identity
            found = self._selected[place] = z3.Select(array, *keys)
        return found

    def literal(self, text: str, sort: Z) -> Z:
        """A literal of a sort that has only equality; each differs from the others of its sort."""
        there = self.literals.setdefault(str(sort), {})
        if text not in there:
            there[text] = z3.Const(f"“{text}”", sort)
        return there[text]

    def differing(self) -> list[Z]:
        """That the literals of each sort are different."""
        return [z3.Distinct(*several.values()) for several in self.literals.values() if len(several) > 1]

    def named(self, name: str, sort: Z) -> Z:
        """The symbol of a name: the same whenever it is asked for."""
        return z3.Const(name, sort)

    def fresh(self, name: str, sort: Z) -> Z:
        """A symbol that no other is. Names count up by what they are called, so that they are the same in every run."""
        self._count[name] = self._count.get(name, 0) + 1
        return z3.Const(f"{name}#{self._count[name]}", sort)

    def function(self, name: str, *sorts: Z) -> Z:
        """A function of which nothing is known; the last sort is that of its values."""
        if name not in self._functions:
            self._functions[name] = z3.Function(name, *sorts)
        return self._functions[name]

    def size(self, value: Z) -> Z:
        """How many items a list has, or letters a text."""
        size = self.function(f"size of {value.sort()}", value.sort(), self.whole)(value)
        most = 4096 if str(value.sort()) == "text" else types.LIST_MAX
        self.fact(z3.And(size >= 0, size <= most))
        return size

    def fact(self, formula: Z) -> None:
        """Note what is so in every state."""
        if identity(formula) not in self._noted:
            self._noted[identity(formula)] = None
            self.facts.append(formula)

    def ranged(self, value: Z, of: types.Type) -> Z:
        """The value, of which it is noted that it is one of its type."""
        span = span_of(of)
        if span is not None:
            self.fact(within(value, self.number(span[0]), self.number(span[1])))
        return value

    def term(self, value: Z) -> Term:
        """A value that is there and is not refused."""
        return Term(value, self.true, self.true)

    # Logic that does not grow by what is true anyway.

    def both(self, *several: Z) -> Z:
        """All of them."""
        kept = [each for each in several if identity(each) != self._true]
        return self.true if not kept else kept[0] if len(kept) == 1 else all_of(kept)

    def either(self, *several: Z) -> Z:
        """One of them."""
        kept = [each for each in several if identity(each) != self._false]
        return self.false if not kept else kept[0] if len(kept) == 1 else any_of(kept)

    def no(self, one: Z) -> Z:
        """Not so."""
        which = identity(one)
        return self.false if which == self._true else self.true if which == self._false else z3.Not(one)

    def where(self, condition: Z, formula: Z) -> Z:
        """Where the condition holds, the formula does."""
        if identity(condition) == self._true or identity(formula) == self._true:
            return formula
        return z3.Implies(condition, formula)

    def choose(self, condition: Z, then: Z, otherwise: Z) -> Z:
        """One of two by a condition."""
        if identity(condition) == self._true or identity(then) == identity(otherwise):
            return then
        return otherwise if identity(condition) == self._false else z3.If(condition, then, otherwise)
