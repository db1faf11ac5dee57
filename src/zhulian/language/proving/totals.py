"""Totals: what each was at the beginning, and how it changes with every record that was written since.

A total is the sum, over all records, of what each counts for. So it has changed by what the written records count for now less what
they counted for then, however many others there are.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import z3

from zhulian.canonical import INTEGER_MAX
from zhulian.language.definition.shapes import Total
from zhulian.language.proving.records import Records, bounds_of
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z
from zhulian.language.proving.worlds import World

__all__ = ["Totals"]

_KNOWN = 6
"""How many records that are spoken of are held against a total."""
Answering: TypeAlias = Callable[[str, Sequence[Z]], Term]
"""What a total of a name is for what is given."""
Judge: TypeAlias = Callable[[World, Total, Z], Z]
"""Where the condition of a total holds of a record."""


class Totals:
    """Answers what totals are; `judge` reads their conditions."""

    def __init__(self, symbols: Symbols, records: Records, start: World) -> None:
        self._symbols = symbols
        self._records = records
        self._start = start
        self._all = {each.name: each for each in symbols.checked.definition.tree.totals}
        self.asked: dict[str, dict[tuple[str, ...], tuple[tuple[Z, ...], Z]]] = {}
        self.judge: Judge | None = None
        self.before: Answering | None = None
        """Who answers instead, from the state that the records had under another version."""

    def knows(self, name: str) -> bool:
        """Whether it is the name of a total."""
        return name in self._all

    def worth(self, world: World, name: str, given: Sequence[Z]) -> Term:
        """What a total is now, for what is given.

        Raises:
            Outside: any number of records may have been written that it counts.
        """
        if self.before is not None:
            return self.before(name, given)
        symbols, total = self._symbols, self._all[name]
        if total.record in world.loose:
            raise Outside("each")
        number = z3.IntSort(symbols.context)
        if given:
            before = z3.Select(self._start.array(f"total {name}", given[0].sort(), number), given[0])
        else:
            before = symbols.named(f"total {name}", number)
        symbols.fact(z3.And(before >= -INTEGER_MAX, before <= INTEGER_MAX))
        written = world.written.get(total.record, [])
        changes = [self._change(world, total, written, place, given) for place in range(len(written))]
        asked = self.asked.setdefault(name, {})
        asked.setdefault(tuple(each.sexpr() for each in given), (tuple(given), before))
        return symbols.term(z3.Sum(before, *changes) if changes else before)

    def _change(self, world: World, total: Total, written: list[Z], place: int, given: Sequence[Z]) -> Z:
        """How much one written record counts for more than it did; nothing where it is another one by another name."""
        symbols = self._symbols
        more = self.counts(world, total, written[place], given) - self.counts(self._start, total, written[place], given)
        again = [written[place] == other for other in written[:place]]
        return z3.If(z3.Or(*again), symbols.number(0), more) if again else more

    def counts(self, world: World, total: Total, ref: Z, given: Sequence[Z]) -> Z:
        """For how much a record counts in a total, for what is given."""
        symbols, records = self._symbols, self._records
        counted = [records.exists(world, total.record, ref)]
        if total.of:
            of = records.field(world, total.record, ref, total.of)
            counted += [of.there, of.value == given[0]]
        amount = symbols.number(1)
        if total.kind == "sum":
            field = records.field(world, total.record, ref, total.field)
            counted.append(field.there)
            amount = field.value
        if total.where is not None and self.judge is not None:
            counted.append(self.judge(world, total, ref))
        return z3.If(symbols.both(*counted), amount, symbols.number(0))

    def close(self, gone: Callable[[Z], Z], names: frozenset[tuple[str, str]], *, empty: bool) -> None:
        """Say of all totals that were asked how little they can be; of a record that is not there (`gone`) nothing counts,
        where the total is kept by a field that names only records that are (`names`), and nothing at all where there is no record yet
        (`empty`).
        """
        for name, several in self.asked.items():
            total = self._all[name]
            for given, before in list(several.values()):
                if empty:
                    self._symbols.fact(before == 0)
                    continue
                self._least(total, self._records.known.get(total.record, [])[:_KNOWN], given, before)
                for each in given if (total.record, total.of) in names else ():
                    nothing = gone(each)
                    if not z3.is_false(nothing):
                        self._symbols.fact(z3.Implies(nothing, before == 0))

    def _least(self, total: Total, refs: Sequence[Z], given: Sequence[Z], before: Z) -> None:
        """Where nothing counts for less than nothing, a total is at least what the records that are known count for together."""
        field = self._records.fields[total.record].get(total.field)
        bounds = None if field is None else bounds_of(field)
        if total.kind == "sum" and (bounds is None or bounds[0] < 0):
            return
        parts = []
        for place, ref in enumerate(refs):
            again = [ref == other for other in refs[:place]]
            counts = self.counts(self._start, total, ref, given)
            parts.append(z3.If(z3.Or(*again), self._symbols.number(0), counts) if again else counts)
        self._symbols.fact(before >= (z3.Sum(*parts) if parts else 0))
