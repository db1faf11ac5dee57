"""What modules lend, by their contracts: reads are arrays, verbs change them as `after` says, `axioms` hold in every world.

Reads that `after` does not speak of have the value that they had; a verb without a contract may change all that its module answers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import z3

from zhulian.language.errors import NOWHERE
from zhulian.language.expressions import types
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.syntax import (
    Binary,
    Call,
    Choice,
    Expression,
    Flag,
    Name,
    Number,
    Select,
    Text,
    Unary,
    parse,
    parts,
)
from zhulian.language.proving.building import identity, within
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z, span_of
from zhulian.language.proving.worlds import World
from zhulian.language.registry import Parameter, Read, Verb

__all__ = ["Contracts"]

Value: TypeAlias = Any
"""A value of z3, or the local name of an asset class."""
Bound: TypeAlias = dict[str, Value]
"""Values by the names that a contract calls them; None for what was not given."""
_MOST = 300
"""The most instances of one axiom."""
_MOST_OF_ALL = 4000


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expression:
    """A clause of a contract, read once."""
    return parse(text)


def _calls(clause: Expression) -> Iterator[Call]:
    """The reads that a clause speaks of as they are now."""
    if isinstance(clause, Call):
        if clause.name == "was":
            return
        if clause.name not in ("size", "has"):
            yield clause
    for each in parts(clause):
        yield from _calls(each)


@lru_cache(maxsize=4096)
def _spoken(text: str) -> tuple[str, ...]:
    """The names of the reads that a clause speaks of as they are now."""
    return tuple(each.name for each in _calls(_parsed(text)))


def _key(value: Value) -> str:
    return value if isinstance(value, str) else "-" if value is None else f"#{identity(value)}"


@dataclass(frozen=True)
class _Pending:
    """A clause of `after` about names that are free in it: it holds of every value, so it is said of all that were asked."""

    clause: Expression
    bound: Bound
    before: World
    after: World
    guard: Z


@dataclass(frozen=True)
class _Kept:
    """An array that a verb made anew: what it had where none of the patterns fits."""

    array: str
    patterns: tuple[tuple[Value, ...], ...]
    old: Z
    new: Z


class Contracts:
    """Asks reads, orders verbs, and says at the end what holds of all that was asked."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._registry = symbols.checked.registry
        self._own = symbols.checked.scopes.base.reads
        self._assets = symbols.checked.scopes.base.assets
        self._points: dict[str, dict[tuple[str, ...], tuple[Value, ...]]] = {}
        """By the name of a read, the arguments with which it was asked, asset classes by name among them."""
        self._pending: list[_Pending] = []
        self._kept: list[_Kept] = []
        self._ranged: dict[tuple[int, int], Z] = {}
        """Of which values, under which guards, the range was noted."""
        self.guard: Z = symbols.true
        """Under which condition verbs are ordered at present; what they say holds only there."""
        self.assumed: dict[str, None] = {}
        """The words whose contracts were used."""

    def _read(self, name: str) -> Read:
        found = self._own.get(name) or self._registry.reads.get(name)
        if found is None:
            raise Outside("read")
        return found

    def ask(self, world: World, name: str, given: Sequence[tuple[types.Type, Value]], result: types.Type) -> Term:
        """The answer of a read in a world."""
        read = self._read(name)
        places = self._parameters(read, [of for of, _ in given])
        values = tuple(self._fit(value, of, place.type) for (of, value), place in zip(given, places, strict=True))
        self.assumed[name] = None
        return self._symbols.term(self._select(world, name, values, result))

    def _parameters(self, read: Read, given: Sequence[types.Type]) -> list[Parameter]:
        """The parameters that were given: a class that is not kept per record has no `of`, what may be left out stands last."""
        if len(read.parameters) == len(given):
            return list(read.parameters)
        found: list[Parameter] = []
        for parameter in read.parameters:
            if isinstance(parameter.type, types.PerOf):
                asset = given[parameter.type.parameter]
                if isinstance(asset, types.Asset) and asset.per is None:
                    continue
            if len(found) < len(given):
                found.append(parameter)
        return found

    def _fit(self, value: Value, of: types.Type, want: types.Type) -> Value:
        """The value in the sort of its parameter: an owner is a party or the name of a record."""
        symbols = self._symbols
        if isinstance(value, str) or isinstance(want, types.AnyAsset | types.PerOf | types.AmountOf):
            return value
        try:
            sort = symbols.sort(want)
        except Outside:
            return value
        if sort != symbols.owner or value.sort() == symbols.owner:
            return value
        if isinstance(of, types.Record) and of.name:
            constructor = symbols.owner.constructor(1 + list(symbols.refs).index(of.name))
            return constructor(value)
        return symbols.owner.constructor(0)(value)

    def _array(self, world: World, name: str, values: Sequence[Value], result: types.Type) -> tuple[str, Z]:
        classes = " ".join(each for each in values if isinstance(each, str))
        full = f"read {name} {classes}{len(values)}"
        there = world.known(full)
        if there is not None:
            return full, there
        sorts = [each.sort() for each in values if not isinstance(each, str)]
        if not sorts:
            sorts = [z3.BoolSort(self._symbols.context)]
        return full, world.array(full, *sorts, self._symbols.sort(result))

    def _select(self, world: World, name: str, values: tuple[Value, ...], result: types.Type) -> Z:
        _, array = self._array(world, name, values, result)
        there = self._points.setdefault(name, {})
        key = tuple(_key(each) for each in values)
        there.setdefault(key, values)
        found = self._symbols.select(array, *self._keys(values))
        span = span_of(result)
        which = (identity(found), identity(self.guard))
        if span is not None and which not in self._ranged:
            self._ranged[which] = self.guard
            low, high = (self._symbols.number(each) for each in span)
            self._symbols.fact(self._symbols.where(self.guard, within(found, low, high)))
        return found

    def _keys(self, values: Sequence[Value]) -> list[Z]:
        found = [each for each in values if not isinstance(each, str)]
        return found or [self._symbols.true]

    # Verbs.

    def order(self, world: World, verb: Verb, given: Mapping[str, tuple[types.Type, Value]]) -> list[tuple[str, Z]]:
        """Let a verb change the world; answers with each `before` clause and where it holds."""
        contract = verb.contract
        self.assumed[verb.name] = None
        if contract is None:
            self.forget(world, lambda read: read.module == verb.module)
            return []
        bound: Bound = {}
        for parameter in verb.parameters:
            if parameter.name in given:
                of, value = given[parameter.name]
                bound[parameter.name] = self._fit(value, of, parameter.type)
            elif not (isinstance(parameter.type, types.PerOf)):
                bound[parameter.name] = None
        before = world.copy()
        asked = [
            (text, self._truth(_parsed(text), bound, before, before))
            for text in contract.before
            if not self._asks_absent(_parsed(text), bound)
        ]
        clauses = [each for each in map(_parsed, contract.after) if not self._asks_absent(each, bound)]
        self._change(world, before, clauses, bound)
        for clause in clauses:
            if self._free(clause, bound):
                self._pending.append(_Pending(clause, bound, before, world.copy(), self.guard))
            else:
                self._symbols.facts.append(self._symbols.where(self.guard, self._truth(clause, bound, before, world)))
        return asked

    def forget(self, world: World, which: Callable[[Read], bool]) -> None:
        """Let the reads that are chosen answer anything from now on."""
        for name in world.names():
            if not name.startswith("read "):
                continue
            read = self._read(name.split(" ")[1])
            if which(read):
                array = world.array(name)
                world.put(name, self._symbols.fresh(name, array.sort()))

    def _change(self, world: World, before: World, clauses: Sequence[Expression], bound: Bound) -> None:
        """Make the arrays anew that the clauses speak of, at the points that they speak of."""
        spoken: dict[str, tuple[Read, list[tuple[Value, ...]]]] = {}
        for clause in clauses:
            for call in _calls(clause):
                read = self._read(call.name)
                values = tuple(self._value(each, bound, before, before, None) for each in self._due(read, call, bound))
                full = f"{call.name} {' '.join(each for each in values if isinstance(each, str))}"
                spoken.setdefault(full, (read, []))[1].append(values)
        for read, patterns in spoken.values():
            result = self._result(read, patterns[0])
            sample = self._sample(read, patterns[0])
            full, old = self._array(before, read.name, sample, result)
            if all(each is not None for pattern in patterns for each in pattern):
                new = old
                for pattern in patterns:
                    keys = self._keys(pattern)
                    new = z3.Store(new, *keys, self._symbols.fresh(f"{read.name} after", self._symbols.sort(result)))
                    self._select(before, read.name, pattern, result)
            else:
                new = self._symbols.fresh(full, old.sort())
                self._kept.append(_Kept(read.name, tuple(patterns), old, new))
            world.put(full, new)

    def _result(self, read: Read, values: Sequence[Value]) -> types.Type:
        if isinstance(read.result, types.AmountOf):
            return types.INT
        return read.result

    def _sample(self, read: Read, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """The values with a symbol of the right sort in place of those that are free."""
        parameters = read.parameters
        found: list[Value] = []
        for place, each in enumerate(values):
            sort = self._symbols.sort(parameters[place].type) if each is None else None
            found.append(each if sort is None else self._symbols.named(f"any {read.name} {place}", sort))
        return tuple(found)

    def _due(self, read: Read, call: Call, bound: Bound) -> list[Expression]:
        """The arguments of a call in a contract without the `of` of a class that is not kept per record."""
        kept: list[Expression] = []
        for place, each in enumerate(call.arguments):
            per = read.parameters[place].type
            if isinstance(per, types.PerOf) and isinstance(each, Name) and each.name not in bound:
                asset = call.arguments[per.parameter]
                local = bound.get(asset.name) if isinstance(asset, Name) else None
                if isinstance(local, str) and self._assets[local].per is None:
                    continue
            kept.append(each)
        return kept

    def _asks_absent(self, clause: Expression, bound: Bound) -> bool:
        """Whether a clause is about something that was not given, so that it says nothing."""
        absent = [name for name, value in bound.items() if value is None]
        if isinstance(clause, Name):
            return clause.name in absent
        if isinstance(clause, Call) and clause.name == "has":
            return False
        return any(self._asks_absent(each, bound) for each in parts(clause))

    def _every_call(self, clause: Expression) -> Iterator[Call]:
        if isinstance(clause, Call) and clause.name not in ("size", "has", "was"):
            yield clause
        for each in parts(clause):
            yield from self._every_call(each)

    def _free(self, clause: Expression, bound: Bound) -> list[str]:
        """The names in a clause that stand for any value."""
        found: dict[str, None] = {}
        for call in self._every_call(clause):
            for each in self._due(self._read(call.name), call, bound):
                if isinstance(each, Name) and each.name not in bound:
                    found[each.name] = None
        return list(found)

    # What a clause means.

    def _truth(self, clause: Expression, bound: Bound, before: World, now: World) -> Z:
        return self._value(clause, bound, before, now, z3.BoolSort(self._symbols.context))

    def _value(self, part: Expression, bound: Bound, before: World, now: World, want: Z) -> Value:
        symbols = self._symbols
        match part:
            case Name(name=name):
                return bound.get(name)
            case Number(value=value):
                return symbols.number(value)
            case Flag(value=flag):
                return z3.BoolVal(flag, symbols.context)
            case Text(value=text):
                return self._text(text, want)
            case Unary(operator="!", operand=inner):
                return symbols.no(self._value(inner, bound, before, now, want))
            case Unary(operand=inner):
                return -self._value(inner, bound, before, now, want)
            case Binary():
                return self._binary(part, bound, before, now)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                asked = self._truth(condition, bound, before, now)
                return z3.If(asked, self._value(then, bound, before, now, want), self._value(otherwise, bound, before, now, want))
            case Call():
                return self._call(part, bound, before, now)
            case Select():
                raise Outside("contract")
        raise Outside("contract")

    def _text(self, text: str, want: Z) -> Z:
        symbols = self._symbols
        if want is not None and want == z3.IntSort(symbols.context):
            return symbols.number(read_literal(text, types.RATE, NOWHERE) or 0)
        return symbols.literal(text, symbols.sort(types.TEXT))

    def _call(self, call: Call, bound: Bound, before: World, now: World) -> Z:
        symbols = self._symbols
        if call.name == "was":
            return self._value(call.arguments[0], bound, before, before, None)
        if call.name == "has":
            name = call.arguments[0]
            given = isinstance(name, Name) and bound.get(name.name) is not None
            return symbols.true if given else symbols.false
        if call.name == "size":
            several = self._value(call.arguments[0], bound, before, now, None)
            return symbols.size(several)
        read = self._read(call.name)
        values = []
        for place, each in enumerate(self._due(read, call, bound)):
            found = self._value(each, bound, before, now, None)
            if found is None:
                raise Outside("contract")
            values.append(found if isinstance(found, str) else self._owned(found, read.parameters[place].type))
        return self._select(now, call.name, tuple(values), self._result(read, values))

    def _owned(self, value: Z, want: types.Type) -> Z:
        symbols = self._symbols
        if isinstance(want, types.AnyOf | types.Record) and symbols.sort(want) == symbols.owner and value.sort() != symbols.owner:
            return symbols.owner.constructor(0)(value)
        return value

    def _binary(self, part: Binary, bound: Bound, before: World, now: World) -> Z:
        symbols = self._symbols
        if part.operator in ("&&", "||"):
            left, right = (self._truth(each, bound, before, now) for each in (part.left, part.right))
            return symbols.both(left, right) if part.operator == "&&" else symbols.either(left, right)
        first, second = (part.right, part.left) if isinstance(part.left, Text) else (part.left, part.right)
        one = self._value(first, bound, before, now, None)
        other = self._value(second, bound, before, now, None if one is None else one.sort())
        if one is None or other is None:
            raise Outside("contract")
        if part.operator == "in":
            return symbols.function(f"is in {other.sort()}", other.sort(), one.sort(), z3.BoolSort(symbols.context))(other, one)
        if isinstance(part.left, Text):
            one, other = other, one
        return {
            "==": lambda: one == other,
            "!=": lambda: one != other,
            "<": lambda: one < other,
            "<=": lambda: one <= other,
            ">": lambda: one > other,
            ">=": lambda: one >= other,
            "+": lambda: one + other,
            "-": lambda: one - other,
            "*": lambda: one * other,
        }[part.operator]()

    # What holds of all that was asked.

    def close(self, worlds: Sequence[World]) -> list[Z]:
        """Axioms in the worlds, clauses about any value, and what verbs left as it was, said of all that was asked."""
        found: list[Z] = []
        said: set[tuple[str, ...]] = set()
        while True:  # what is said of one value may speak of another
            count = sum(len(each) for each in self._points.values())
            for name in list(self._points):
                contract = self._read(name).contract
                for text in contract.axioms if contract is not None else ():
                    for world in worlds:
                        found += self._instances(text, _parsed(text), {}, world, world, said)
            for place, each in enumerate(self._pending):
                several = self._instances(f"after {place}", each.clause, each.bound, each.before, each.after, said)
                found += [self._symbols.where(each.guard, one) for one in several]
            if count == sum(len(each) for each in self._points.values()) or len(said) > _MOST_OF_ALL:
                break
        for kept in self._kept:
            for values in list(self._points[kept.array].values()) if kept.array in self._points else []:
                keys = self._keys(values)
                fits = self._symbols.either(*(self._fits(values, pattern) for pattern in kept.patterns))
                found.append(
                    self._symbols.either(fits, self._symbols.select(kept.new, *keys) == self._symbols.select(kept.old, *keys))
                )
        return found

    def nothing(self, world: World, gone: Callable[[Z], Z], empty: Callable[[str, str], bool]) -> list[Z]:
        """What nobody has ever said anything of: reads about a record that is not there (`gone`), and what records of a type hold of
        an asset that nothing gives them (`empty`).
        """
        symbols = self._symbols
        found: list[Z] = []
        for name in self._kept_by_verbs():
            for values in list(self._points.get(name, {}).values()):
                result = self._result(self._read(name), values)
                if not isinstance(result, types.Bool) and span_of(result) is None:
                    continue
                answer = self._select(world, name, values, result)
                without = [gone(each) for each in values if not isinstance(each, str)]
                if name == "balance" and len(values) > 1 and isinstance(values[1], str):
                    without.append(self._held_by_none(values[0], values[1], empty))
                zero = symbols.no(answer) if isinstance(result, types.Bool) else answer == 0
                found.append(symbols.either(symbols.no(symbols.either(*without)), zero))
        return [each for each in found if not z3.is_true(each)]

    def _held_by_none(self, owner: Z, asset: str, empty: Callable[[str, str], bool]) -> Z:
        symbols = self._symbols
        kinds = [place for place, name in enumerate(symbols.refs) if empty(name, asset)]
        return symbols.either(*(symbols.is_held_by(place)(owner) for place in kinds))

    def _kept_by_verbs(self) -> list[str]:
        """The reads that some verb's contract says it changes: all that they answer was said by a verb."""
        found: dict[str, None] = {}
        for verb in self._registry.verbs.values():
            if verb.module == "kernel" or verb.contract is None:
                continue
            for text in verb.contract.after:
                found |= dict.fromkeys(_spoken(text))
        return list(found)

    def _fits(self, values: Sequence[Value], pattern: Sequence[Value]) -> Z:
        symbols = self._symbols
        same = []
        for value, want in zip(values, pattern, strict=True):
            if want is None:
                continue
            if isinstance(value, str) or isinstance(want, str):
                same.append(symbols.true if isinstance(value, str) and isinstance(want, str) and value == want else symbols.false)
            else:
                same.append(value == want)
        return symbols.both(*same)

    def _instances(
        self, text: str, clause: Expression, bound: Bound, before: World, now: World, said: set[tuple[str, ...]]
    ) -> list[Z]:
        """The clause of everything that was asked where it has a free name, but for what is `said` already."""
        ways: list[Bound] = [dict(bound)]
        for call in self._every_call(clause):
            read = self._read(call.name)
            wider: list[Bound] = []
            for way in ways:
                due = self._due(read, call, way)
                if not any(isinstance(each, Name) and each.name not in way for each in due):
                    wider.append(way)
                    continue
                for values in list(self._points.get(call.name, {}).values()):
                    matched = self._match(read, call, values, way)
                    if matched is not None:
                        wider.append(matched)
            ways = wider[:_MOST]
        found: list[Z] = []
        for way in ways:
            key = (text, self._versions(clause, way, now), *(f"{name}={_key(value)}" for name, value in sorted(way.items())))
            if key in said or self._free(clause, way):
                continue
            said.add(key)
            try:
                found.append(self._truth(clause, way, before, now))
            except Outside:
                continue
        return found

    def _versions(self, clause: Expression, way: Bound, now: World) -> str:
        """Which arrays a clause looks at in a world, so that it is not said twice of the same."""
        names = {call.name for call in self._every_call(clause)}
        classes = [each for each in way.values() if isinstance(each, str)]
        arrays = [each for each in now.names() if each.startswith("read ") and each.split(" ")[1] in names]
        arrays = [each for each in arrays if not classes or any(one in each for one in classes)]
        return " ".join(f"{each}:{identity(now.array(each))}" for each in arrays if now.is_changed(each))

    def _match(self, read: Read, call: Call, values: tuple[Value, ...], way: Bound) -> Bound | None:
        """The names with the values of one call, where those that are bound already are the same."""
        found = dict(way)
        left = list(values)
        for place, each in enumerate(call.arguments):
            parameter = read.parameters[place]
            if isinstance(parameter.type, types.PerOf):
                asset = call.arguments[parameter.type.parameter]
                local = found.get(asset.name) if isinstance(asset, Name) else None
                if isinstance(local, str) and self._assets[local].per is None:
                    continue
            if not left:
                return None
            value = left.pop(0)
            if not isinstance(each, Name):
                continue
            there = found.get(each.name)
            if each.name not in found:
                found[each.name] = value
            elif isinstance(there, str) or isinstance(value, str):
                if there is not value and not (isinstance(there, str) and isinstance(value, str) and there == value):
                    return None
            elif there is None or there.sort() != value.sort():
                return None
        return found if not left else None
