"""What reads answer in a world: those of the kernel, totals by their change, indexes, and reads of modules by their contracts."""

from collections.abc import Sequence
from typing import TypeAlias

import z3

from zhulian.language.expressions import types
from zhulian.language.proving.arithmetic import date_of
from zhulian.language.proving.contracts import Contracts
from zhulian.language.proving.owning import whole_titles
from zhulian.language.proving.records import Records
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z
from zhulian.language.proving.totals import Totals
from zhulian.language.proving.worlds import World

__all__ = ["Asking"]

Given: TypeAlias = Sequence[tuple[types.Type, Z]]
"""The arguments of a read with their types; an asset class by its local name."""


class Asking:
    """Answers reads."""

    def __init__(self, symbols: Symbols, records: Records, contracts: Contracts, totals: Totals) -> None:
        self._symbols = symbols
        self._records = records
        self._contracts = contracts
        self._totals = totals
        self._whole = whole_titles(symbols.checked)
        tree = symbols.checked.definition.tree
        self._indexes = {index.name: (each.name, index.fields) for each in tree.records for index in each.indexes}

    def ask(self, world: World, read: str, given: Given, result: types.Type) -> Term:
        """The answer of a read.

        Raises:
            Outside: for reads that the model does not know.
        """
        symbols = self._symbols
        if read == "now":
            return symbols.term(symbols.ranged(self._records.time, types.TIME))
        if read == "today":
            value, fine = date_of(symbols, self._records.time)
            return Term(value, fine, symbols.true)
        if read == "known":
            return symbols.term(self._exists(world, given))
        if self._totals.knows(read):
            return self._totals.worth(world, read, [value for _, value in given])
        if read in self._indexes:
            return self._by_index(world, read, [value for _, value in given])
        if read in ("in_codes", "not_in_codes", "in_bulk"):
            sorts = [value.sort() for _, value in given]
            return symbols.term(symbols.function(read, *sorts, z3.BoolSort(symbols.context))(*(value for _, value in given)))
        term = self._contracts.ask(world, read, given, result)
        if read in ("trail", "trail_length", "owners", "burdens", "part_owned", "done"):
            exists = self._exists(world, given)
            if read == "owners" and getattr(given[0][0], "name", None) in self._whole:
                symbols.fact(z3.Implies(exists, symbols.size(term.value) == 1))
            return Term(term.value, symbols.both(term.ok, exists), term.there)
        return term

    def _exists(self, world: World, given: Given) -> Z:
        of, ref = given[0]
        if isinstance(of, types.Thing):  # the tasks of a record, which stand for the record
            name = next((each for each, sort in self._symbols.refs.items() if sort == ref.sort()), None)
        else:
            name = of.name if isinstance(of, types.Record) else None
        if name is None:
            raise Outside("record")
        self._records.note(name, ref)
        return self._records.exists(world, name, ref)

    def _by_index(self, world: World, index: str, values: list[Z]) -> Term:
        """The one record with these values, or a name of none: which it is, is not known."""
        symbols = self._symbols
        record, fields = self._indexes[index]
        ref = symbols.fresh(f"by {index}", symbols.refs[record])
        found = [self._records.field(world, record, ref, each) for each in fields]
        there = self._records.exists(world, record, ref)
        same = symbols.both(*(z3.And(each.there, each.value == value) for each, value in zip(found, values, strict=True)))
        symbols.fact(z3.Implies(there, same))
        for other in self._records.known.get(record, []):
            fits = [self._records.field(world, record, other, each) for each in fields]
            fit = symbols.both(*(z3.And(each.there, each.value == value) for each, value in zip(fits, values, strict=True)))
            symbols.fact(z3.Implies(z3.And(self._records.exists(world, record, other), fit), other == ref))
        return symbols.term(ref)
