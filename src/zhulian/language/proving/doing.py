"""One thing that happens to an instance: an action, a timer or sweep, a correction, the end of the time for tasks."""

from collections.abc import Iterator
from dataclasses import dataclass

import z3

from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Action, Correction, Record, Signatory, Timer
from zhulian.language.expressions import types
from zhulian.language.proving.effects import Effects, Rule
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Term, Z
from zhulian.language.proving.worlds import World

__all__ = ["Doer", "Done", "do", "doers_of"]


@dataclass(frozen=True, slots=True)
class Doer:
    """What may happen: its kind, its name, the record type that it is about, and its place in the definition."""

    kind: str
    name: str
    record: str
    path: str


@dataclass(slots=True)
class Done:
    """What happened, as symbols: who signed, what was handed in, the worlds before and after, and what would have refused it."""

    doer: Doer
    this: Z
    time: Z
    parties: dict[str, Z]
    inputs: dict[str, Term]
    rules: list[Rule]
    before: World
    after: World


def doers_of(checked: Checked) -> Iterator[Doer]:
    """All that may happen to an instance of a definition, in its order."""
    tree = checked.definition.tree
    for action in tree.actions:
        yield Doer("action", action.name, action.on or action.creates, f"actions.{action.name}")
    for timer in tree.timers:
        yield Doer("sweep" if timer.sweep else "timer", timer.name, timer.on, f"timers.{timer.name}")
    for record in tree.records:
        for place, _ in enumerate(record.correct):
            yield Doer("correction", f"{record.name}.{place + 1}", record.name, f"records.{record.name}.correct[{place}]")
        if record.tasks is not None:
            yield Doer("task", f"{record.name}.tasks", record.name, f"records.{record.name}.tasks")
            yield Doer("expiry", f"{record.name}.expiry", record.name, f"records.{record.name}.tasks")


def do(stage: Stage, doer: Doer, world: World, mark: str = "") -> Done:
    """Let it happen in a world; `mark` tells its symbols from those of other things that happen.

    Raises:
        Outside: where the model does not cover what it does.
    """
    return _Doing(stage, doer, world, mark).done()


class _Doing:
    def __init__(self, stage: Stage, doer: Doer, world: World, mark: str) -> None:
        self._stage = stage
        self._doer = doer
        self._mark = mark
        symbols = stage.symbols
        self._this: Z = symbols.named(f"{mark}this", symbols.refs[doer.record])
        self._parties: dict[str, Z] = {}
        self._inputs: dict[str, Term] = {}
        self._effects = Effects(stage, world.copy(), world, {"this": symbols.term(self._this)}, doer.record, self._this)
        self._before = world
        stage.records.note(doer.record, self._this)

    def done(self) -> Done:
        """Let it happen."""
        tree, doer = self._stage.checked.definition.tree, self._doer
        match doer.kind:
            case "action":
                self._act(next(each for each in tree.actions if each.name == doer.name))
            case "timer" | "sweep":
                self._ring(next(each for each in tree.timers if each.name == doer.name))
            case _:
                record = next(each for each in tree.records if each.name == doer.record)
                self._change(record)
        effects = self._effects
        return Done(
            doer, self._this, self._stage.records.time, self._parties, self._inputs, effects.rules, self._before, effects.world
        )

    # Actions.

    def _act(self, action: Action) -> None:
        stage, effects, path = self._stage, self._effects, self._doer.path
        effects.pays_less = action.short == "pay_less"
        self._signed(action)
        if action.on:
            self._about(action.froms)
        self._given(action)
        if action.creates:
            del effects.names["this"]
        for each in action.let:
            effects.names[each.name] = effects.worth(f"{path}.let.{each.name}")
        for index, guard in enumerate(action.require):
            found = effects.reading().holds(stage.checked.typed[f"{path}.require[{index}].that"])
            effects.rule("require", guard.refusal, f"{path}.require[{index}].that", found)
        if action.creates:
            self._begin(action)
        opened = self._opened(action)
        if opened is None:
            self._effected(action)
            return
        saved, no = effects.world, stage.symbols.no(opened)
        effects.world = saved.copy()
        with effects.beneath(opened):
            self._reveal(action)
            self._effected(action)
        true, effects.world = effects.world, saved.copy()
        with effects.beneath(no):
            self._touch()
            if not action.otherwise:
                effects.rule("reveal", action.opens, path, stage.symbols.false)
            effects.run(action.otherwise, f"{path}.else")
        true.merge(opened, effects.world)
        effects.world = true

    def _effected(self, action: Action) -> None:
        effects = self._effects
        if not action.creates:
            self._touch()
            if action.to:
                effects.enter(self._doer.record, self._this, action.to, self._doer.path)
        effects.run(action.do, f"{self._doer.path}.do")

    def _touch(self) -> None:
        self._stage.records.touch(self._effects.world, self._doer.record, self._this)

    def _signed(self, action: Action) -> None:
        symbols, effects = self._stage.symbols, self._effects
        for signatory in action.by:
            name = signatory.name or "actor"
            party = symbols.named(f"{self._mark}by {name}", symbols.sort(types.PARTY))
            self._parties[name] = party
            effects.rule("who", name, f"{self._doer.path}.by", self._may_sign(signatory, party))
        if len(self._parties) > 1 and not action.one_party:
            effects.rule("who", "", f"{self._doer.path}.by", z3.Distinct(*self._parties.values()))
        if list(self._parties) == ["actor"] and not action.by[0].name:
            effects.names["actor"] = symbols.term(self._parties["actor"])
        else:
            effects.names["by"] = {name: symbols.term(party) for name, party in self._parties.items()}

    def _may_sign(self, signatory: Signatory, party: Z) -> Z:
        symbols, checked = self._stage.symbols, self._stage.checked
        below = f"{self._doer.path}.by.{signatory.name}" if signatory.name else f"{self._doer.path}.by"
        ways = []
        for place, who in enumerate(signatory.any):
            typed = checked.typed.get(f"{below}[{place}].is")
            if who.equals is None or typed is None:
                return symbols.true
            found = self._effects.reading().read(typed)
            ways.append(symbols.both(found.ok, found.there, found.value == party))
        return symbols.either(*ways)

    def _about(self, froms: tuple[str, ...]) -> None:
        """The record is there, and in one of the states."""
        stage, effects, record = self._stage, self._effects, self._doer.record
        shape = stage.records.shapes[record]
        there = stage.records.exists(self._before, record, self._this)
        if shape.lazy and self._doer.kind == "action":
            self._touch_first(shape, there)
        else:
            effects.rule("there", record, self._doer.path, there)
        if froms:
            state = stage.records.field(effects.world, record, self._this, "state").value
            names = stage.records.states(record)
            effects.rule("state", "", self._doer.path, stage.symbols.either(*(state == names.index(each) for each in froms)))

    def _touch_first(self, shape: Record, there: Z) -> None:
        """A lazy record comes into being under its parent, where it is not there yet."""
        stage, effects, record = self._stage, self._effects, self._doer.record
        parent = stage.records.part(record, 0, self._this)
        stage.records.note(shape.lazy, parent)
        found = stage.records.exists(self._before, shape.lazy, parent)
        effects.rule("there", shape.lazy, self._doer.path, stage.symbols.either(there, found))
        saved, effects.world = effects.world, effects.world.copy()
        stage.records.create(effects.world, record, self._this, shape.states.start.name if shape.states is not None else "")
        effects.world.merge(stage.symbols.no(there), saved)

    def _given(self, action: Action) -> None:
        stage, effects = self._stage, self._effects
        for each in action.input:
            self._inputs[each.name] = stage.given(each, f"{self._mark}input {each.name}")
        if not action.input:
            return
        effects.names["input"] = self._inputs
        for each in action.input:
            typed = stage.checked.typed.get(f"{self._doer.path}.input.{each.name}.not")
            if typed is not None:
                forbidden = effects.reading().read(typed)
                mine = self._inputs[each.name]
                if forbidden.value is not None and forbidden.value.sort() == mine.value.sort():
                    other = stage.symbols.either(stage.symbols.no(mine.there), mine.value != forbidden.value)
                    effects.rule("input", each.name, f"{self._doer.path}.input.{each.name}", other)

    def _begin(self, action: Action) -> None:
        """Begin the record that is created with what the input says of it."""
        stage, effects, record = self._stage, self._effects, self._doer.record
        symbols, shape = stage.symbols, stage.records.shapes[record]
        effects.names["this"] = symbols.term(self._this)
        effects.rule("new", record, self._doer.path, symbols.no(stage.records.exists(self._before, record, self._this)))
        start = shape.states.start.name if shape.states is not None else ""
        stage.records.create(effects.world, record, self._this, action.to or start)
        effects.first_owner(record, self._this)
        for each in action.input:
            if not each.field:
                continue
            given = self._inputs[each.name]
            effects.rule(
                "field", f"{record}.{each.name}", self._doer.path,
                stage.records.store(effects.world, record, self._this, each.name, given),
            )  # fmt: skip

    # Sealed groups.

    def _opened(self, action: Action) -> Z | None:
        """Whether what is shown of a sealed group is what was sealed; None where the action opens none."""
        shape = self._stage.records.shapes[self._doer.record]
        if not action.opens or action.opens not in [each.name for each in shape.sealed]:
            return None
        return self._stage.symbols.named(f"{self._mark}opened truly", z3.BoolSort(self._stage.symbols.context))

    def _reveal(self, action: Action) -> None:
        stage, record = self._stage, self._doer.record
        shape = stage.records.shapes[record]
        group = next(each for each in shape.sealed if each.name == action.opens)
        for name in group.fields:
            field = stage.records.fields[record][name]
            shown = stage.given(field, f"{self._mark}shown {name}")
            stage.records.store(self._effects.world, record, self._this, name, Term(shown.value, shown.ok, stage.symbols.true))
            self._inputs[name] = shown

    # Timers, and what else changes a record.

    def _ring(self, timer: Timer) -> None:
        stage, effects = self._stage, self._effects
        self._about(timer.froms)
        typed = stage.checked.typed.get(f"{self._doer.path}.at")
        if typed is not None:
            due = effects.reading().read(typed)
            effects.rule("time", timer.name, f"{self._doer.path}.at", stage.symbols.both(due.ok, due.value <= stage.records.time))
        self._touch()
        if timer.to:
            effects.enter(self._doer.record, self._this, timer.to, self._doer.path)
        effects.run(timer.do, f"{self._doer.path}.do")

    def _change(self, record: Record) -> None:
        stage, effects = self._stage, self._effects
        if self._doer.kind == "correction":
            self._about(())
            self._correct(record.correct[int(self._doer.name.partition(".")[2]) - 1])
            return
        tasks = record.tasks
        if tasks is None:
            raise Outside("tasks")
        during = tasks.during or (record.states.start.name if record.states is not None else "")
        self._about((during,) if during else ())
        self._touch()
        stage.contracts.forget(effects.world, lambda read: read.name == "done")
        if self._doer.kind == "expiry" and tasks.expired:
            effects.enter(record.name, self._this, tasks.expired, self._doer.path)

    def _correct(self, correction: Correction) -> None:
        stage, effects = self._stage, self._effects
        self._touch()
        for name in correction.fields:
            field = stage.records.fields[self._doer.record][name]
            given = stage.given(field, f"{self._mark}corrected {name}")
            changed = stage.symbols.named(f"{self._mark}corrects {name}", z3.BoolSort(stage.symbols.context))
            old = stage.records.field(effects.world, self._doer.record, self._this, name)
            new = Term(
                stage.symbols.choose(changed, given.value, old.value), stage.symbols.true,
                stage.symbols.choose(changed, given.there, old.there),
            )  # fmt: skip
            self._inputs[name] = given
            stage.records.store(effects.world, self._doer.record, self._this, name, new)
