"""An upgrade as the prover sees it: two versions in one stage, the records under the first, and what they are once they have moved.

Records move one by one, each at its first touch; whoever reads one before sees it moved already (`modules/scenario/opening/migrate.py`). So all
records that are spoken of are moved together here. Totals go on from what they were, as long as every record counts for the same in both versions.
"""

from collections.abc import Mapping, Sequence

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.types_of import bare_type
from zhulian.language.expressions import types
from zhulian.language.proving.building import identity
from zhulian.language.proving.doing import Doer, Done
from zhulian.language.proving.promises import Promised, promises_of
from zhulian.language.proving.questions import Question, any_record
from zhulian.language.proving.reading import Reading
from zhulian.language.proving.solving import Named, solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Symbols, Term, Z
from zhulian.language.proving.worlds import World
from zhulian.language.upgrades.passage import Passage, Way

__all__ = ["UPGRADE", "Crossing", "Totalled", "cross", "fails", "no_longer"]

UPGRADE = Doer("upgrade", "upgrade", "", "upgrade")
_ROUNDS = 3
"""How far records are moved that are named by records that move; of those beyond nothing is known."""
_OF_MOVING = ("trail", "trail_length")
"""Reads that moving a record changes by itself."""
Totalled = dict[str, bool]
"""By the name of a total, whether every record counts for the same in both versions; filled as it is asked."""


class Crossing:
    """Both versions in symbols that they share. `old` begins where the version before begins; `new` is what comes of a world of it."""

    def __init__(
        self,
        before: Checked,
        after: Checked,
        passage: Passage,
        *,
        exact: bool = False,
        empty: bool = False,
        names: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.passage = passage
        self.symbols = Symbols(after, exact=exact, before=before)
        self.old = Stage(before, exact=exact, empty=empty, names=names, symbols=self.symbols.of(before), mark="before ")
        self.new = Stage(after, exact=exact, symbols=self.symbols, held=self.old.may_hold)
        self.world = self.old.start
        self._moved: dict[tuple[str, int], None] = {}
        self._totals: dict[str, None] = {}
        """The totals that the later version was asked for."""

    def leave(self, world: World) -> None:
        """Let the records move as they are in a world of the version before; nothing has been read of the later one yet."""
        self.world = world
        start = self.new.start
        for name in world.names():
            if world.is_changed(name) and (name.startswith("read ") or name.partition(".")[0] in self.new.records.lent):
                start.put(name, world.array(name))
        self.new.totals.before = self._total

    def _total(self, name: str, given: Sequence[Z]) -> Term:
        if not self.old.totals.knows(name):
            raise Outside("total")
        self._totals[name] = None
        return self.old.totals.worth(self.world, name, given)

    def same_settings(self) -> list[Named]:
        """That settings which both versions have stay as they were, each by its name: the operator may give others with the upgrade."""
        found = []
        for name, term in self.new.settings.items():
            was = self.old.settings.get(name)
            if was is None or was.value.sort() != term.value.sort():
                continue
            same = self.symbols.both(was.there == term.there, self.symbols.where(term.there, was.value == term.value))
            found.append(Named(("setting", name, ""), same))
        return found

    def show(self, record: str, ref: Z) -> None:
        """Speak of all that a record shows, before and after, so that an example has its values."""
        for stage, world in ((self.old, self.world), (self.new, self.new.start)):
            for field in stage.records.shapes[record].fields if record in stage.records.shapes else ():
                if field.visibility == "public":
                    stage.records.field(world, record, ref, field.name)
            if stage.records.states(record) if record in stage.records.shapes else ():
                stage.records.field(world, record, ref, "state")

    def facts(self) -> list[Z]:
        """That every record which was spoken of is what its way makes of it; asked when all has been read.

        Raises:
            Outside: where something was read of which a later version does not know what it is.
        """
        found: list[Z] = []
        records = self.new.records
        for _ in range(_ROUNDS):
            for record, refs in [(name, list(refs)) for name, refs in records.known.items() if name in records.shapes]:
                for ref in refs:
                    if (record, identity(ref)) not in self._moved:
                        self._moved[record, identity(ref)] = None
                        found += self._record(record, ref)
        return found

    def _record(self, record: str, ref: Z) -> list[Z]:
        symbols, old, new = self.symbols, self.old.records, self.new.records
        known = record in old.shapes
        if known:
            old.note(record, ref)
        there = old.exists(self.world, record, ref) if known else symbols.false
        found = [] if record == INSTANCE else [new.exists(self.new.start, record, ref) == there]
        spoken = [name.partition(".")[2] for name in self.new.start.names() if name.startswith(f"{record}.")]
        fields = list(dict.fromkeys(each.rstrip("?") for each in spoken if each not in ("there", "touched")))
        way = self.passage.ways.get(record)
        if known and way is None and fields:
            raise Outside("kept")
        if way is None:
            return found
        exists = symbols.true if record == INSTANCE else there
        for name in fields:
            value, present = new.raw(self.new.start, record, ref, name)
            given, is_there = self._given(way, record, ref, name, known=known)
            same = symbols.true if given is None else symbols.where(is_there, value == given)
            found.append(symbols.where(exists, symbols.both(present == is_there, same)))
        return found

    def _given(self, way: Way, record: str, ref: Z, name: str, *, known: bool) -> tuple[Z, Z]:
        """What a field is given, and whether it is; None where nothing is."""
        symbols, new = self.symbols, self.new.records
        fields = new.fields[record]
        if name == "state" and name not in fields:
            return self._state(way, record, ref, known=known), symbols.true
        if name == "since" and name not in fields and (way.start is not None or not known):
            return new.time, symbols.true
        if name in ("since", "owner") and name not in fields:
            return self.old.records.raw(self.world, record, ref, name)
        if name in way.trees:
            tree = way.trees[name]
            reading = Reading(
                self.old.symbols, self.old.records, self.old.asking, self.world,
                {"settings": self.new.settings, "this": symbols.term(ref)}, None,
            )  # fmt: skip
            found = reading.settled(reading.read(tree), tree.type)
            return self._coded(found.value, tree.type, bare_type(fields[name], name)), symbols.both(found.ok, found.there)
        if name in way.carried:
            value, there = self.old.records.raw(self.world, record, ref, name)
            return self._coded(value, self.old.records.sort(record, name), new.sort(record, name)), there
        if name in way.defaults:
            return new.default(fields[name]), symbols.true
        return None, symbols.false

    def _state(self, way: Way, record: str, ref: Z, *, known: bool) -> Z:
        states = self.new.records.states(record)
        if not way.states or not known:
            return self.symbols.number(states.index(way.start or states[0]))
        value, _ = self.old.records.raw(self.world, record, ref, "state")
        before = self.old.records.states(record)
        return self._chosen(value, {before.index(one): states.index(other) for one, other in way.states.items()})

    def _coded(self, value: Z, before: types.Type, after: types.Type) -> Z:
        """A choice by its number in the later version, which may have others between."""
        while isinstance(before, types.Optional):
            before = before.of
        if not isinstance(before, types.Enum) or not isinstance(after, types.Enum) or before.values == after.values:
            return value
        return self._chosen(value, {place: after.values.index(each) for place, each in enumerate(before.values)})

    def _chosen(self, value: Z, numbers: Mapping[int, int]) -> Z:
        found = self.symbols.number(0)
        for one, other in numbers.items():
            found = self.symbols.choose(value == one, self.symbols.number(other), found)
        return found

    def known_here(self, totalled: Totalled, limit: int) -> None:
        """Hold that what was read goes on as the model has it.

        Raises:
            Outside: a total is another one, or a use or the tasks of a record are.
        """
        before, after = self.old.checked.definition.tree, self.new.checked.definition.tree
        if not all(self._counts_alike(name, totalled, limit) for name in self._totals):
            raise Outside("total")
        uses = {each.name: each for each in before.uses}
        changed = [each.name for each in after.uses if each.name in uses and uses[each.name] != each]
        spoken = [word for name in self.new.start.names() for word in name.replace(".", " ").split(" ")]
        if any(each in spoken for each in changed):
            raise Outside("use")
        if any(each in spoken for each in _OF_MOVING):
            raise Outside("trail")
        if "done" in spoken and [each.tasks for each in before.records] != [each.tasks for each in after.records]:
            raise Outside("tasks")

    def _counts_alike(self, name: str, totalled: Totalled, limit: int) -> bool:
        if name not in totalled:
            crossing = Crossing(self.old.checked, self.new.checked, self.passage)
            totalled[name] = crossing.counts_alike(name, limit)
        return totalled[name]

    def counts_alike(self, name: str, limit: int) -> bool:
        """Whether any record counts for the same in a total of both versions."""
        one, other = (
            next((each for each in stage.checked.definition.tree.totals if each.name == name), None)
            for stage in (self.old, self.new)
        )
        if one is None or other is None or (one.record, one.of, one.kind) != (other.record, other.of, other.kind):
            return False
        if one.record not in self.passage.ways:  # its records are kept, with a total that is the same to the word
            return True
        self.leave(self.old.start)
        ref = self.symbols.named("any counted", self.symbols.refs[one.record])
        given: list[Z] = []
        try:
            if one.of:
                given = [
                    self.symbols.named(
                        "counted for", self.old.records.field(self.old.start, one.record, ref, one.of).value.sort()
                    )
                ]
            same = self.old.totals.counts(self.old.start, one, ref, given) == self.new.totals.counts(
                self.new.start, other, ref, given
            )
            facts = self.assumed()
        except Outside:
            return False
        return (
            solve(self.symbols, [], [*(each.formula for each in facts[0]), *facts[1], z3.Not(same)], limit).result == "impossible"
        )

    def assumed(self) -> tuple[list[Named], list[Z]]:
        """What may be assumed: by its name what the version before promised, and facts; called when all has been read."""
        every = [each for several in self.new.promises.values() for each in several]
        later = self.new.assume([self.new.start], without=every)
        moved = self.facts()
        earlier = self.old.assume([self.old.start, self.world])
        named = [
            Named(("before", name.removeprefix("promise "), ""), formula)
            for name, formula in earlier
            if name.startswith("promise")
        ]
        named += [Named(("modules", "", ""), formula) for name, formula in (*earlier, *later) if name == "modules"]
        return named, [*moved, *(formula for name, formula in (*earlier, *later) if not name), *self.symbols.facts]


def fails(crossing: Crossing, promise: Promised, ref: Z) -> Z:
    """That a record does not keep a promise of the later version once it has moved; one between two states is asked of it as it then is."""
    new, symbols = crossing.new, crossing.symbols
    said: Term = new.said(promise, new.start, ref, new.start)
    there = new.records.exists(new.start, promise.record, ref)
    return symbols.both(there, symbols.no(symbols.both(said.ok, said.value)))


def cross(
    before: Checked,
    after: Checked,
    passage: Passage,
    promise: Promised,
    names: frozenset[tuple[str, str]],
    totalled: Totalled,
    limit: int,
) -> Question:
    """Whether a promise of the later version can fail of a record that has moved, all promises of the version before having held.

    Raises:
        Outside: where the model does not cover it.
    """
    crossing = Crossing(before, after, passage, names=names)
    crossing.leave(crossing.old.start)
    ref = any_record(crossing.new, promise)
    broken = fails(crossing, promise, ref)
    crossing.show(promise.record, ref)
    named, facts = crossing.assumed()
    crossing.known_here(totalled, limit)
    stage = crossing.new
    done = Done(UPGRADE, ref, stage.records.time, {}, {}, [], stage.start, stage.start)
    said = stage.said(promise, stage.start, ref, stage.start)
    return Question(stage, promise, done, ref, said, (*named, *crossing.same_settings()), (*facts, broken))


def no_longer(before: Checked, after: Checked, passage: Passage, promise: Promised) -> bool:
    """Whether no record moves that the promise is of: its type is new, or the records finish under their version."""
    return promise.record not in passage.ways or (promise.record != INSTANCE and promise.record not in promises_of(before))
