"""What promises about single records say of all records together: two laws of totals, each proved here in words.

**Sums.** Where every record keeps a promise such as `this.minted + this.drawn <= this.paid_in`, the sums of these fields over all records keep
it too, and with as much to spare as the records that are spoken of have together, since no other record takes any of that away.

**Places.** Where records stand at places of another one, each at its own (the key is both), and every place lies between two numbers,
there are no more of them than places; and fewer by each place that is known to be free.

Both rest on promises as they hold of every record before something happens. Where records come from an earlier version, whose promises
were others, neither is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Record, Total
from zhulian.language.expressions.tree import Apply, Field, Literal, Typed, Variable
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.records import Records
from zhulian.language.proving.symbols import Symbols, Z
from zhulian.language.proving.totals import Totals
from zhulian.language.proving.worlds import World

__all__ = ["Laws"]

_KNOWN = 6
"""Of how many records that are spoken of a law says what they have to spare."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """That the fields of a record, each so many times, are together at least 0."""

    record: str
    times: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Places:
    """That records stand at places from `low` to the field `high` of the record that another part of their key names."""

    record: str
    of: str
    place: str
    low: int
    high: str


class Laws:
    """The laws of one definition, as facts about the beginning of a question."""

    def __init__(self, checked: Checked, promises: Mapping[str, Sequence[Promised]]) -> None:
        tree = checked.definition.tree
        self._sums: list[_Sum] = []
        self._places: list[_Places] = []
        self._totals = tree.totals
        shapes = {each.name: each for each in tree.records}
        for name, shape in shapes.items() if tree.upgrade is None else ():
            said = [
                part
                for each in promises.get(name, ())
                if each.path is not None and not each.two_state
                for part in _parts_of(checked.typed[each.path])
            ]
            self._sums += [_Sum(name, times) for part in said for times in _at_least_nothing(part)]
            self._places += _places_of(shape, shapes, said)

    def facts(self, symbols: Symbols, records: Records, totals: Totals, start: World) -> Iterator[Z]:
        """What the laws say of all totals that were asked; called when all has been read."""
        asked = {name: [given for given, _ in several.values()] for name, several in totals.asked.items()}
        for law in self._sums:
            for several in self._together(law):
                every = [given for each in several.values() for given in asked.get(each.name, [])]
                for given in {tuple(part.sexpr() for part in each): each for each in every}.values():
                    yield self._summed(law, several, given, symbols, records, totals, start)
        for spread in self._places:
            for total in self._totals:
                if (total.kind, total.record, total.of) == ("count", spread.record, spread.of):
                    for given in asked.get(total.name, []):
                        yield self._placed(spread, total, given, symbols, records, totals, start)

    def _together(self, law: _Sum) -> Iterator[dict[str, Total]]:
        """Totals that sum all fields of a law over the same records; a group is kept by the same field under the same condition."""
        groups: dict[tuple[str, str], dict[str, Total]] = {}
        for total in self._totals:
            if total.kind == "sum" and total.record == law.record and total.field in law.times:
                groups.setdefault((total.of, repr(total.where)), {}).setdefault(total.field, total)
        yield from (each for each in groups.values() if len(each) == len(law.times))

    def _summed(
        self, law: _Sum, several: Mapping[str, Total], given: Sequence[Z], symbols: Symbols, records: Records, totals: Totals,
        start: World,
    ) -> Z:  # fmt: skip
        whole = z3.Sum([times * totals.worth(start, several[name].name, given).value for name, times in law.times.items()])
        spare = []
        refs = records.known.get(law.record, [])[:_KNOWN]
        for place, ref in enumerate(refs):
            mine = z3.Sum([times * totals.counts(start, several[name], ref, given) for name, times in law.times.items()])
            spare.append(_once(symbols, ref, refs[:place], mine))
        return whole >= (z3.Sum(spare) if spare else 0)

    def _placed(
        self, law: _Places, total: Total, given: Sequence[Z], symbols: Symbols, records: Records, totals: Totals, start: World
    ) -> Z:
        count = totals.worth(start, total.name, given).value
        of = next(each.record for each in records.shapes[law.record].fields if each.name == law.of)
        high = records.field(start, of, given[0], law.high).value
        key = records.keys[law.record]
        free = []
        refs = records.known.get(law.record, [])[:_KNOWN]
        for number, ref in enumerate(refs):
            place = records.part(law.record, key.index(law.place), ref)
            under = records.part(law.record, key.index(law.of), ref)
            there = records.exists(start, law.record, ref)
            empty = z3.And(under == given[0], place >= law.low, place <= high, z3.Not(there))
            free.append(_once(symbols, ref, refs[:number], z3.If(empty, symbols.number(1), symbols.number(0))))
        return z3.Or(count <= 0, count <= high - law.low + 1 - (z3.Sum(free) if free else 0))


def _once(symbols: Symbols, ref: Z, before: Sequence[Z], number: Z) -> Z:
    """The number, or nothing where the record is one of those before by another name."""
    again = [ref == other for other in before]
    return z3.If(z3.Or(*again), symbols.number(0), number) if again else number


def _parts_of(tree: Typed) -> Iterator[Typed]:
    """All that a promise says at once."""
    if isinstance(tree, Apply) and tree.operator == "and":
        for each in tree.operands:
            yield from _parts_of(each)
    elif not tree.private:
        yield tree


def _at_least_nothing(tree: Typed) -> Iterator[dict[str, int]]:
    """What a comparison of sums of fields says: how many times each field comes to at least 0."""
    if not isinstance(tree, Apply) or tree.operator not in ("at_most", "less", "at_least", "greater", "equal"):
        return
    left, right = (_times(each) for each in tree.operands)
    if left is None or right is None:
        return
    names = dict.fromkeys([*left, *right])
    more = {name: right.get(name, 0) - left.get(name, 0) for name in names}
    ways = {"at_least": (-1,), "greater": (-1,), "equal": (1, -1)}.get(tree.operator, (1,))
    for way in ways:
        found = {name: way * each for name, each in more.items() if each}
        if found:
            yield found


def _times(tree: Typed) -> dict[str, int] | None:
    """How many times each field of the record stands in a sum; None for anything else, a number but 0 among it."""
    if isinstance(tree, Literal):
        return {} if tree.value == 0 and not isinstance(tree.value, bool) else None
    if isinstance(tree, Field):
        return {tree.name: 1} if _is_this(tree.of) else None
    if not isinstance(tree, Apply) or tree.operator not in ("add", "subtract", "negate"):
        return None
    several = [_times(each) for each in tree.operands]
    signs = {"add": (1, 1), "subtract": (1, -1), "negate": (-1,)}[tree.operator]
    found: dict[str, int] = {}
    for sign, each in zip(signs, several, strict=True):
        if each is None:
            return None
        for name, times in each.items():
            found[name] = found.get(name, 0) + sign * times
    return found


def _is_this(tree: Typed) -> bool:
    return isinstance(tree, Variable) and tree.name == "this"


def _is_field(tree: Typed, name: str) -> bool:
    return isinstance(tree, Field) and tree.name == name and _is_this(tree.of)


def _places_of(shape: Record, shapes: Mapping[str, Record], said: Sequence[Typed]) -> Iterator[_Places]:
    """The places of records whose key is another record and a number with two bounds."""
    fields = {each.name: each for each in shape.fields}
    if len(shape.key) != 2:
        return
    for of, place in (shape.key, shape.key[::-1]):
        if fields[of].record not in shapes or fields[of].record == INSTANCE or fields[place].type != "int":
            continue
        lows = [low for each in said for low in _lowest(each, place)]
        highs = [high for each in said for high in _highest(each, of, place)]
        public = [each.name for each in shapes[fields[of].record].fields if each.visibility == "public" and not each.optional]
        for high in dict.fromkeys(each for each in highs if each in public):
            if lows:
                yield _Places(shape.name, of, place, max(lows), high)


def _compared(tree: Typed) -> Iterator[tuple[Typed, Typed]]:
    """What is at most what, by a comparison."""
    if isinstance(tree, Apply) and tree.operator == "at_most":
        yield tree.operands[0], tree.operands[1]
    if isinstance(tree, Apply) and tree.operator == "at_least":
        yield tree.operands[1], tree.operands[0]


def _lowest(tree: Typed, place: str) -> Iterator[int]:
    for low, high in _compared(tree):
        if isinstance(low, Literal) and isinstance(low.value, int) and _is_field(high, place):
            yield low.value


def _highest(tree: Typed, of: str, place: str) -> Iterator[str]:
    for low, high in _compared(tree):
        if _is_field(low, place) and isinstance(high, Field) and _is_field(high.of, of):
            yield high.name
