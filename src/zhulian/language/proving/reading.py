"""Typed expressions in a world: what each is worth to z3, and where it is refused. It follows `expressions/evaluate.py` node by node."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.expressions import tree as typed_tree
from zhulian.language.expressions import types
from zhulian.language.expressions.tree import Typed
from zhulian.language.proving.arithmetic import NUMBERS, share
from zhulian.language.proving.asking import Asking
from zhulian.language.proving.records import Records
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z
from zhulian.language.proving.worlds import World

__all__ = ["Names", "Reading"]

Names: TypeAlias = Mapping[str, "Term | Mapping[str, Term]"]
"""What an expression may name: values, and groups of values such as `input`."""


class Reading:
    """Reads expressions in one world; `was` is the world before, where an expression may look at it."""

    def __init__(self, symbols: Symbols, records: Records, asking: Asking, world: World, names: Names, was: World | None) -> None:
        self._symbols = symbols
        self._records = records
        self._asking = asking
        self._world = world
        self._names = names
        self._was = was

    def read(self, tree: Typed) -> Term:
        """What the tree is worth.

        Raises:
            Outside: for a construct that the model does not cover.
        """
        symbols = self._symbols
        match tree:
            case typed_tree.Literal():
                return symbols.term(self._literal(tree))
            case typed_tree.Variable(name=name):
                return self._variable(name)
            case typed_tree.Field():
                return self._field(tree)
            case typed_tree.RecordAt(record=record, key=key):
                parts = [self.read(each) for each in key]
                ref = self._records.at(
                    record, [self.settled(each, part.type).value for each, part in zip(parts, key, strict=True)]
                )
                return Term(ref, symbols.both(*(each.ok for each in parts)), symbols.true)
            case typed_tree.Present(of=of):
                found = self.read(of)
                return Term(found.value, symbols.both(found.ok, found.there), symbols.true, found.items, found.joined)
            case typed_tree.Has(of=of):
                found = self.read(of)
                return Term(found.there, found.ok, symbols.true)
            case typed_tree.OrElse():
                return self._or_else(tree)
            case typed_tree.Ask():
                return self._ask(tree)
            case typed_tree.Choose():
                return self._choose(tree)
            case typed_tree.Items(items=items):
                found_items = tuple(self.read(each) for each in items)
                return Term(None, symbols.both(*(each.ok for each in found_items)), symbols.true, items=found_items)
            case typed_tree.Apply():
                return self._apply(tree)

    def holds(self, tree: Typed) -> Z:
        """Where the tree is not refused and true."""
        found = self.read(tree)
        return self._symbols.both(found.ok, found.value)

    def settled(self, term: Term, of: types.Type) -> Term:
        """The value with one symbol for a list, of which is noted what it holds."""
        if term.items is None and term.joined is None:
            return term
        symbols = self._symbols
        sort = symbols.sort(of)
        whole = symbols.fresh("list", sort)
        item = (
            of.of.item if isinstance(of, types.Optional) and isinstance(of.of, types.ListOf) else getattr(of, "item", types.INT)
        )
        symbols.fact(self._symbols.size(whole) == self._size(term, of))
        for each in self._parts(term):
            symbols.fact(self._contains(whole, self.settled(each, item).value))
        return Term(whole, term.ok, term.there)

    def _parts(self, term: Term) -> tuple[Term, ...]:
        if term.items is not None:
            return term.items
        return tuple(each for side in term.joined or () for each in self._parts(side))

    def _literal(self, tree: typed_tree.Literal) -> Z:
        symbols, value = self._symbols, tree.value
        if isinstance(tree.type, types.Enum) and isinstance(value, str):
            return symbols.number(tree.type.values.index(value))
        if isinstance(value, bool):
            return z3.BoolVal(value, symbols.context)
        if isinstance(value, int):
            return symbols.number(value)
        if isinstance(value, str) and isinstance(tree.type, types.Asset):
            return None
        if isinstance(value, str):
            return symbols.literal(value, symbols.sort(tree.type))
        raise Outside("literal")

    def _variable(self, name: str) -> Term:
        found = self._names.get("this" if name == "was" else name)
        if name == INSTANCE and found is None:
            return self._symbols.term(self._records.instance())
        if not isinstance(found, Term):
            raise Outside("name")
        return found

    def _field(self, tree: typed_tree.Field) -> Term:
        of = tree.of
        if isinstance(of, typed_tree.Variable) and isinstance(of.type, types.Space):
            group = self._names.get(of.name)
            if isinstance(group, Term) or group is None or tree.name not in group:
                raise Outside("name")
            return group[tree.name]
        world = self._world
        if isinstance(of, typed_tree.Variable) and of.name == "was":
            if self._was is None:
                raise Outside("was")
            world = self._was
        owner = self.read(of)
        record = of.type.of if isinstance(of.type, types.Optional) else of.type
        if not isinstance(record, types.Record) or record.name is None:
            raise Outside("field")
        found = self._records.field(world, record.name, owner.value, tree.name)
        return Term(found.value, self._symbols.both(owner.ok, owner.there, found.ok), found.there)

    def _or_else(self, tree: typed_tree.OrElse) -> Term:
        symbols, one, other = self._symbols, self.read(tree.of), self.read(tree.other)
        one, other = self.settled(one, tree.of.type), self.settled(other, tree.other.type)
        ok = symbols.both(one.ok, symbols.either(one.there, other.ok))
        return Term(symbols.choose(one.there, one.value, other.value), ok, symbols.either(one.there, other.there))

    def _choose(self, tree: typed_tree.Choose) -> Term:
        symbols, asked = self._symbols, self.read(tree.condition)
        then, otherwise = (self.settled(self.read(each), each.type) for each in (tree.then, tree.otherwise))
        ok = symbols.both(asked.ok, symbols.where(asked.value, then.ok), symbols.either(asked.value, otherwise.ok))
        there = symbols.choose(asked.value, then.there, otherwise.there)
        return Term(symbols.choose(asked.value, then.value, otherwise.value), ok, there)

    def _ask(self, tree: typed_tree.Ask) -> Term:
        symbols = self._symbols
        given: list[tuple[types.Type, Z]] = []
        fine: list[Z] = []
        for each in tree.arguments:
            if isinstance(each.type, types.Asset):
                given.append((each.type, each.type.name))
                continue
            found = self.settled(self.read(each), each.type)
            fine += [found.ok, found.there]
            given.append((each.type, found.value))
        found = self._asking.ask(self._world, tree.read, given, tree.type)
        return Term(found.value, symbols.both(*fine, found.ok), found.there)

    def _apply(self, tree: typed_tree.Apply) -> Term:
        symbols, name = self._symbols, tree.operator
        if name in ("and", "or"):
            left, right = self.read(tree.operands[0]), self.read(tree.operands[1])
            if name == "and":
                ok = symbols.both(left.ok, symbols.where(left.value, right.ok))
                return Term(symbols.both(left.value, right.value), ok, symbols.true)
            ok = symbols.both(left.ok, symbols.either(left.value, right.ok))
            return Term(symbols.either(left.value, right.value), ok, symbols.true)
        if name == "share" or name == "share_rate":
            return self._share(tree)
        found = [self.read(each) for each in tree.operands]
        ok = symbols.both(*(each.ok for each in found))
        if name == "not":
            return Term(symbols.no(found[0].value), ok, symbols.true)
        if name in ("equal", "unequal"):
            same = self._same(found[0], found[1], tree)
            return Term(same if name == "equal" else symbols.no(same), ok, symbols.true)
        if name == "in":
            return Term(
                self._among(self.settled(found[0], tree.operands[0].type), found[1], tree.operands[1].type), ok, symbols.true
            )
        if name == "size":
            return Term(self._size(found[0], tree.operands[0].type), ok, symbols.true)
        if name == "concat":
            fits = self._size(found[0], tree.operands[0].type) + self._size(found[1], tree.operands[1].type) <= types.LIST_MAX
            return Term(None, symbols.both(ok, fits), symbols.true, joined=(found[0], found[1]))
        value, fine = NUMBERS[name](symbols, *(each.value for each in found))
        return Term(value, symbols.both(ok, fine), symbols.true)

    def _share(self, tree: typed_tree.Apply) -> Term:
        symbols = self._symbols
        amount, num, den = (self.read(each) for each in tree.operands[:3])
        word = tree.operands[3]
        rounding = str(word.value) if isinstance(word, typed_tree.Literal) else "down"
        parts = den.value * 1_000_000 if tree.operator == "share_rate" else den.value
        value, fine = share(symbols, amount.value, num.value, parts, rounding)
        return Term(value, symbols.both(amount.ok, num.ok, den.ok, fine), symbols.true)

    def _same(self, one: Term, other: Term, tree: typed_tree.Apply) -> Z:
        symbols = self._symbols
        one, other = (self.settled(each, part.type) for each, part in zip((one, other), tree.operands, strict=True))
        if one.value.sort() != other.value.sort():
            raise Outside("comparison")
        same = one.value == other.value
        if z3.is_true(one.there) and z3.is_true(other.there):
            return same
        return symbols.either(symbols.both(one.there, other.there, same), z3.And(z3.Not(one.there), z3.Not(other.there)))

    def _among(self, value: Term, several: Term, of: types.Type) -> Z:
        symbols = self._symbols
        if several.items is not None:
            item = getattr(of, "item", types.INT)
            return symbols.either(*(value.value == self.settled(each, item).value for each in several.items))
        if several.joined is not None:
            return symbols.either(*(self._among(value, each, of) for each in several.joined))
        return self._contains(several.value, value.value)

    def _contains(self, several: Z, value: Z) -> Z:
        symbols = self._symbols
        inside = symbols.function(f"is in {several.sort()}", several.sort(), value.sort(), z3.BoolSort(symbols.context))
        symbols.fact(z3.Implies(inside(several, value), self._symbols.size(several) >= 1))
        return inside(several, value)

    def _size(self, term: Term, of: types.Type) -> Z:
        symbols = self._symbols
        if term.items is not None:
            return symbols.number(len(term.items))
        if term.joined is not None:
            return self._size(term.joined[0], of) + self._size(term.joined[1], of)
        return self._symbols.size(term.value)

    def terms(self) -> dict[str, Any]:
        """The names that are known here."""
        return dict(self._names)
