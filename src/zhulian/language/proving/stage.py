"""Everything that belongs to one question: symbols, the state at the beginning, and what may be assumed of it.

Assumed is what the engine itself has seen to: all promises of the records that are spoken of, ranges, that nothing is unique twice,
and what modules say of their reads.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.locks import held_by
from zhulian.language.definition.shapes import Total
from zhulian.language.definition.types_of import bare_type, type_of
from zhulian.language.expressions import types
from zhulian.language.proving.asking import Asking
from zhulian.language.proving.building import all_of, identity
from zhulian.language.proving.contracts import Contracts
from zhulian.language.proving.laws import Laws
from zhulian.language.proving.promises import Promised, promises_of
from zhulian.language.proving.reading import Names, Reading
from zhulian.language.proving.records import Records, bounds_of
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z
from zhulian.language.proving.totals import Totals
from zhulian.language.proving.worlds import World

__all__ = ["Stage"]

Held: TypeAlias = Mapping[tuple[str, str], tuple[str, ...]]
"""By record type and asset, the states in which a record may hold it."""
_OTHERS = 8
"""Of how many records that are spoken of what is held is asked, where an asset is kept per record."""
_ROUNDS = 2
"""How far the promises of records are assumed that are named by promises of records."""


class Stage:
    """One question's symbols and its world at the beginning."""

    def __init__(
        self,
        checked: Checked,
        *,
        exact: bool = False,
        empty: bool = False,
        names: frozenset[tuple[str, str]] = frozenset(),
        symbols: Symbols | None = None,
        mark: str = "",
        held: Held | None = None,
    ) -> None:
        """`names` are record types with fields that are known to name only records that are there; `empty` is an instance that was
        just opened. Where two versions share their `symbols`, what one of them keeps has a `mark`; `held` is what records may hold
        by another version's rules.
        """
        self.checked = checked
        self.names = names
        self.symbols = symbols = Symbols(checked, exact=exact) if symbols is None else symbols
        self._mark = mark
        tree = checked.definition.tree
        self.start = World(symbols, mark, (INSTANCE, *(each.name for each in tree.records)) if mark else ())
        self.records = Records(symbols, symbols.ranged(symbols.named("now", z3.IntSort(symbols.context)), types.TIME))
        self.totals = Totals(symbols, self.records, self.start)
        self.contracts = Contracts(symbols)
        self.asking = Asking(symbols, self.records, self.contracts, self.totals)
        self.totals.judge = self._counted
        self.settings = {each.name: self._setting(each.name) for each in checked.definition.tree.settings}
        self.promises = promises_of(checked)
        self.may_hold = held_by(tree, checked.found) if held is None else held
        self._empty_start = empty
        self._is_gone: dict[int, tuple[Z, Z]] = {}
        """By the identity of a value, the value itself and what `_gone` answers."""
        if empty:
            self._open()

    def _setting(self, name: str) -> Term:
        field = next(each for each in self.checked.definition.tree.settings if each.name == name)
        return self.given(field, f"{self._mark}setting {name}")

    def _open(self) -> None:
        """Begin with no record but that of the whole, which has its defaults."""
        symbols = self.symbols
        for record, shape in self.records.shapes.items():
            if record == INSTANCE:
                start = shape.states.start.name if shape.states is not None else ""
                self.records.create(self.start, record, self.records.instance(), start)
            self.start.put(f"{record}.there", z3.K(symbols.refs[record], symbols.false))
            self.start.put(f"{record}.touched", z3.K(symbols.refs[record], symbols.false))
        self.start.written.clear()

    def _nothing_issued(self) -> None:
        """No asset of this definition has been issued, and nothing counts in any total."""
        for name, asset in self.checked.scopes.base.assets.items():
            if asset.per is None and any(each.name == name for each in self.checked.definition.tree.assets):
                self.symbols.fact(self.asking.ask(self.start, "supply", [(asset, name)], types.INT).value == 0)

    def given(self, field: object, name: str) -> Term:
        """Any value that a field allows, as a setting or an input may have."""
        symbols = self.symbols
        of = bare_type(field, field.name)  # type: ignore[arg-type,attr-defined]  # a Field, or what is one in all but name
        value = symbols.named(name, symbols.sort(of))
        symbols.ranged(value, of)
        there = symbols.true
        if isinstance(type_of(field), types.Optional):  # type: ignore[arg-type]  # as above
            there = symbols.named(f"{name}?", z3.BoolSort(symbols.context))
        bounds = bounds_of(field)  # type: ignore[arg-type]  # as above
        if bounds is not None:
            symbols.fact(symbols.where(there, z3.And(value >= bounds[0], value <= bounds[1])))
        if isinstance(of, types.Record) and of.name:
            self.records.note(of.name, value)
        return Term(value, symbols.true, there)

    def reading(self, world: World, names: Names, was: World | None = None) -> Reading:
        """Who reads expressions in a world."""
        return Reading(self.symbols, self.records, self.asking, world, {"settings": self.settings, **names}, was)

    def _counted(self, world: World, total: Total, ref: Z) -> Z:
        """Whether a record counts in a total, whose condition names its fields by themselves."""
        names: dict[str, Term] = {}
        fields = [*self.records.fields[total.record], *(["state", "since"] if self.records.states(total.record) else [])]
        typed = self.checked.typed[f"totals.{total.name}.where"]
        for name in fields:
            found = self.records.field(world, total.record, ref, name)
            names[name] = Term(found.value, self.symbols.true, found.there)
        return self.reading(world, names).holds(typed)

    def said(self, promise: Promised, world: World, ref: Z, was: World | None = None) -> Term:
        """What a promise says of a record in a world."""
        symbols = self.symbols
        if promise.path is None:
            return self._empty(promise.record, world, ref)
        found = self.reading(world, {"this": symbols.term(ref)}, was).read(self.checked.typed[promise.path])
        return Term(found.value, found.ok, symbols.true)

    def _empty(self, record: str, world: World, ref: Z) -> Term:
        """That a record in a final state holds nothing."""
        symbols, shape = self.symbols, self.records.shapes[record]
        if shape.states is None or not shape.states.final:
            return symbols.term(symbols.true)
        state = self.records.field(world, record, ref, "state").value
        names = self.records.states(record)
        final = symbols.either(*(state == names.index(each.name) for each in shape.states.final))
        return symbols.term(symbols.where(final, symbols.both(*(each == 0 for each in self.held(record, world, ref)))))

    def held(self, record: str, world: World, ref: Z) -> list[Z]:
        """What a record holds of each asset: of one that is kept per record, of those of the records that are spoken of."""
        found: list[Z] = []
        for name, asset in self.checked.scopes.base.assets.items():
            given: list[tuple[types.Type, Z]] = [(types.Record(record), ref), (asset, name)]
            others = (
                [()] if asset.per is None else [(types.Record(asset.per), each) for each in self.records.known.get(asset.per, [])]
            )
            more = [[each] if each else [] for each in others[:_OTHERS]]
            found += [self.asking.ask(world, "balance", [*given, *each], types.INT).value for each in more]
        return found

    def assume(self, worlds: Sequence[World], without: Sequence[Promised] = ()) -> list[tuple[str, Z]]:
        """What holds at the beginning, by its name, and what modules say of the worlds; called when all has been read."""
        symbols = self.symbols
        found: dict[tuple[str, int], tuple[str, Z]] = {}
        for _ in range(_ROUNDS):
            if INSTANCE in self.records.shapes:
                self.records.note(INSTANCE, self.records.instance())
            for record, refs in list(self.records.known.items()):
                for ref in list(refs):
                    for promise in self.promises.get(record, ()):
                        if promise.two_state or promise in without or (promise.name, identity(ref)) in found:
                            continue
                        held = self._held_before(promise, ref)
                        if held is not None:
                            found[promise.name, identity(ref)] = (f"promise {record}.{promise.name}", held)
        self._unique()
        self._named()
        self.totals.close(self._gone, self.names, empty=self._empty_start)
        if not without and self.totals.before is None:
            for fact in list(Laws(self.checked, self.promises).facts(symbols, self.records, self.totals, self.start)):
                symbols.fact(fact)
        if self._empty_start:
            self._nothing_issued()
        modules = [("modules", each) for each in self.contracts.close(worlds)]
        modules += [("modules", each) for each in self.contracts.nothing(self.start, self._gone, self._holds_none)]
        return [*found.values(), *modules, *(("", each) for each in [*symbols.differing(), *symbols.facts])]

    def _gone(self, value: Z) -> Z:
        """That a value is the name of a record of this instance that is not there."""
        if identity(value) not in self._is_gone:
            self._is_gone[identity(value)] = (value, self._missing(value))
        return self._is_gone[identity(value)][1]

    def _missing(self, value: Z) -> Z:
        symbols, records = self.symbols, self.records
        found: list[Z] = []
        sort = value.sort()
        of = next((name for name, each in symbols.refs.items() if identity(each) == identity(sort)), None)
        if of is not None and of in records.shapes and of != INSTANCE:
            found.append(symbols.no(records.exists(self.start, of, value)))
        elif identity(sort) == identity(symbols.owner):
            for place, name in enumerate(symbols.refs):
                if name not in records.shapes or name == INSTANCE:
                    continue
                there = records.exists(self.start, name, symbols.held_by(place)(value))
                found.append(all_of((symbols.is_held_by(place)(value), z3.Not(there))))
        return symbols.either(*found)

    def _holds_none(self, record: str, asset: str) -> bool:
        return record in self.records.shapes and (record, asset) not in self.may_hold

    def _held_before(self, promise: Promised, ref: Z) -> Z | None:
        try:
            said = self.said(promise, self.start, ref)
        except Outside:
            return None
        there = self.records.exists(self.start, promise.record, ref)
        return self.symbols.where(there, self.symbols.both(said.ok, said.value))

    def _named(self) -> None:
        """What a field names is there."""
        for record, field in self.names:
            other = self.records.fields[record][field].record
            for ref in list(self.records.known.get(record, [])):
                found = self.records.field(self.start, record, ref, field)
                there = self.symbols.both(self.records.exists(self.start, record, ref), found.ok, found.there)
                self.symbols.fact(z3.Implies(there, self.records.exists(self.start, other, found.value)))

    def _unique(self) -> None:
        """Two records do not have one value of a unique field."""
        symbols = self.symbols
        for record, shape in self.records.shapes.items():
            refs = self.records.known.get(record, [])
            for field in shape.fields:
                if not field.unique or field.name in shape.key:
                    continue
                for place, one in enumerate(refs):
                    for other in refs[:place]:
                        first, second = (self.records.field(self.start, record, each, field.name) for each in (one, other))
                        there = [self.records.exists(self.start, record, each) for each in (one, other)]
                        alike = z3.And(*there, first.there, second.there, first.value == second.value)
                        symbols.fact(z3.Implies(alike, one == other))
