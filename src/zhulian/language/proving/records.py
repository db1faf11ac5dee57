"""Records in a world: whether one is there, what its fields hold, and what holds of every record that is there.

Each field of a record type is an array from names of records to values, with another that says where it is present.
"""

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.fields import literal
from zhulian.language.definition.shapes import Field, Record
from zhulian.language.definition.types_of import bare_type
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions import types
from zhulian.language.proving.building import identity, within
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z, span_of
from zhulian.language.proving.worlds import World

__all__ = ["Records", "bounds_of"]


def bounds_of(field: Field) -> tuple[int, int] | None:
    """The least and greatest value of a field that is a number; None for others."""
    of = bare_type(field, field.name)
    span = span_of(of)
    if span is None:
        return None
    low = None if field.min is None else literal(field, field.name, field.min, NOWHERE)
    high = None if field.max is None else literal(field, field.name, field.max, NOWHERE)
    return span[0] if low is None else low, span[1] if high is None else high


class Records:
    """Reads and writes records; notes every name of a record that it meets, since promises are assumed of these."""

    def __init__(self, symbols: Symbols, time: Z) -> None:
        self._symbols = symbols
        self.time = time
        """Block time: when whatever happens now happens."""
        tree = symbols.checked.definition.tree
        own = [*tree.records, *([tree.instance] if tree.instance is not None else [])]
        self.shapes: dict[str, Record] = {each.name: each for each in own}
        self.fields: dict[str, dict[str, Field]] = {name: {f.name: f for f in each.fields} for name, each in self.shapes.items()}
        self.lent: dict[str, dict[str, Field]] = {
            each.name: {f.name: f for f in each.fields} for each in tree.uses if each.kind == "record"
        }
        self.keys: dict[str, tuple[str, ...]] = {name: each.key for name, each in self.shapes.items()}
        self.keys |= {each.name: each.key for each in tree.uses if each.kind == "record"}
        self.known: dict[str, list[Z]] = {}
        """By record type, the names that were met."""
        self._met: set[tuple[str, int]] = set()
        self._said: set[tuple[str, int, str, int]] = set()
        self._parts: dict[tuple[str, int, int], Z] = {}
        self._kept: list[Z] = []
        """What is known by its identity, so that nothing else has it."""

    def instance(self) -> Z:
        """The name of the record that belongs to the whole."""
        constructor = self._symbols.refs[INSTANCE].constructor(0)
        return constructor()

    def at(self, record: str, key: list[Z]) -> Z:
        """The name of the record with a key."""
        ref = self._symbols.refs[record].constructor(0)(*key)
        self.note(record, ref)
        return ref

    def part(self, record: str, place: int, ref: Z) -> Z:
        """A part of the key that a name is made of."""
        which = (record, place, identity(ref))
        if which not in self._parts:
            self._parts[which] = z3.simplify(self._symbols.refs[record].accessor(0, place)(ref))
            self._kept.append(ref)
        return self._parts[which]

    def note(self, record: str, ref: Z) -> None:
        """Note a name; what holds of every record of a reachable state is a fact of it."""
        there = self.known.setdefault(record, [])
        if (record, identity(ref)) not in self._met:
            self._met.add((record, identity(ref)))
            there.append(ref)

    def states(self, record: str) -> tuple[str, ...]:
        """The states of a record type."""
        shape = self.shapes[record]
        return tuple(each.name for each in shape.states.every) if shape.states is not None else ()

    def _array(self, world: World, record: str, what: str, sort: Z) -> Z:
        return world.array(f"{record}.{what}", self._symbols.refs[record], sort)

    def exists(self, world: World, record: str, ref: Z) -> Z:
        """Whether the record is there."""
        if record == INSTANCE:
            return self._symbols.true
        return self._symbols.select(self._array(world, record, "there", self._symbols.truth), ref)

    def touched(self, world: World, record: str, ref: Z) -> Z:
        """Whether the action is about the record, so that the engine asks its promises."""
        if not world.is_changed(f"{record}.touched"):
            return self._symbols.false
        return self._symbols.select(self._array(world, record, "touched", self._symbols.truth), ref)

    def sort(self, record: str, name: str) -> types.Type:
        """The type of a field or of what every record has beside."""
        if name == "state":
            return types.Enum(f"{record}.state", self.states(record))
        if name == "since":
            return types.TIME
        if name == "owner":
            return types.PARTY
        fields = self.fields.get(record) or self.lent.get(record) or {}
        if name not in fields:
            raise Outside("field")
        return bare_type(fields[name], name)

    def field(self, world: World, record: str, ref: Z, name: str) -> Term:
        """What a field holds: refused where the record is missing or the field is not filled yet."""
        symbols = self._symbols
        self.note(record, ref)
        exists = self.exists(world, record, ref)
        if name == "tasks":
            return Term(ref, exists, symbols.true)
        if name in self.keys[record]:
            return Term(self.part(record, self.keys[record].index(name), ref), exists, symbols.true)
        of = self.sort(record, name)
        sort = symbols.sort(of)
        value = symbols.select(self._array(world, record, name, sort), ref)
        self._facts(world, record, ref, name, of)
        if name in ("state", "since", "owner") and name not in self.fields.get(record, {}):
            return Term(value, exists, symbols.true)
        there = symbols.select(self._array(world, record, f"{name}?", symbols.truth), ref)
        shape = (self.fields.get(record) or self.lent[record])[name]
        if shape.optional or shape.visibility != "public":
            return Term(value, exists, there)
        return Term(value, symbols.both(exists, there), symbols.true)

    def _facts(self, world: World, record: str, ref: Z, name: str, of: types.Type) -> None:
        """What holds of a field of a record in every reachable state, said of the beginning, since what is stored later is judged."""
        symbols = self._symbols
        which = (record, identity(ref), name, identity(self.time))
        if which in self._said:
            return
        self._said.add(which)
        self._kept += [ref, self.time]
        base = world.base()
        there = self.exists(base, record, ref)
        value = symbols.select(self._array(base, record, name, symbols.sort(of)), ref)
        shape = (self.fields.get(record) or self.lent.get(record) or {}).get(name)
        if isinstance(of, types.Record) and of.name:
            self.note(of.name, value)
        if shape is None:
            span = span_of(of)
            if span is not None:
                high = self.time if name == "since" else symbols.number(span[1])
                symbols.fact(within(value, symbols.number(span[0]), high))
            return
        present = symbols.select(self._array(base, record, f"{name}?", symbols.truth), ref)
        if not shape.optional and not (shape.visibility != "public" and shape.default is not None):
            symbols.fact(z3.Implies(there, present))
        bounds = bounds_of(shape)
        if bounds is not None:
            symbols.fact(z3.Implies(z3.And(there, present), within(value, symbols.number(bounds[0]), symbols.number(bounds[1]))))

    def raw(self, world: World, record: str, ref: Z, name: str) -> tuple[Z, Z]:
        """What stands in a field that is no part of the key, and whether anything does, asked of nothing."""
        symbols = self._symbols
        value = symbols.select(self._array(world, record, name, symbols.sort(self.sort(record, name))), ref)
        if name not in self.fields[record]:  # the state, since when, and the owner
            return value, symbols.true
        return value, symbols.select(self._array(world, record, f"{name}?", symbols.truth), ref)

    # Writing.

    def touch(self, world: World, record: str, ref: Z) -> None:
        """Say that the action is about the record."""
        flags = self._array(world, record, "touched", self._symbols.truth)
        if not world.is_changed(f"{record}.touched"):
            flags = z3.K(self._symbols.refs[record], self._symbols.false)
        world.put(f"{record}.touched", z3.Store(flags, ref, self._symbols.true))
        self.note(record, ref)

    def store(self, world: World, record: str, ref: Z, name: str, term: Term) -> Z:
        """Store a value; answers where the field allows it."""
        symbols = self._symbols
        world.note(record, ref)
        self.touch(world, record, ref)
        if name in self.keys[record]:
            return self.part(record, self.keys[record].index(name), ref) == term.value
        of = self.sort(record, name)
        array = self._array(world, record, name, symbols.sort(of))
        world.put(f"{record}.{name}", z3.Store(array, ref, term.value))
        shape = self.fields[record].get(name)
        if shape is None:
            return symbols.true
        flags = self._array(world, record, f"{name}?", symbols.truth)
        world.put(f"{record}.{name}?", z3.Store(flags, ref, term.there))
        bounds = bounds_of(shape)
        if bounds is None:
            return symbols.true
        return symbols.where(term.there, z3.And(term.value >= bounds[0], term.value <= bounds[1]))

    def create(self, world: World, record: str, ref: Z, state: str) -> None:
        """Let a record be there from now on, with its defaults."""
        symbols = self._symbols
        flags = self._array(world, record, "there", symbols.truth)
        world.note(record, ref)
        self.touch(world, record, ref)
        world.put(f"{record}.there", z3.Store(flags, ref, symbols.true))
        for name, field in self.fields[record].items():
            if name in self.keys[record]:
                continue
            default = None if field.visibility != "public" else self.default(field)
            if default is not None:
                self.store(world, record, ref, name, symbols.term(default))
                continue
            presence = self._array(world, record, f"{name}?", symbols.truth)
            world.put(f"{record}.{name}?", z3.Store(presence, ref, symbols.false))
        if self.states(record):
            self.enter(world, record, ref, state)

    def enter(self, world: World, record: str, ref: Z, state: str) -> None:
        """Let a record enter a state now."""
        symbols = self._symbols
        number = symbols.number(self.states(record).index(state))
        self.store(world, record, ref, "state", symbols.term(number))
        self.store(world, record, ref, "since", symbols.term(self.time))

    def default(self, field: Field) -> Z:
        """The value that a field begins with; None where it has none."""
        symbols = self._symbols
        if field.default is None:
            return None
        of = bare_type(field, field.name)
        if isinstance(of, types.Bool):
            return symbols.true if field.default == "true" else symbols.false
        if isinstance(of, types.Enum):
            return symbols.number(of.values.index(field.default))
        if isinstance(of, types.Text):
            return symbols.literal(field.default, symbols.sort(of))
        found = literal(field, field.name, field.default, NOWHERE)
        return None if found is None else symbols.number(found)
