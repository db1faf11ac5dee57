"""What a reader should know beside the promises: what never happens, what is never left, money that is locked, and examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from zhulian.language.definition.check import Checked
from zhulian.language.definition.locks import held_by
from zhulian.language.expressions import types
from zhulian.language.proving.doing import Doer, Done, do
from zhulian.language.proving.examples import example
from zhulian.language.proving.report import Finding, Witness
from zhulian.language.proving.solving import Answer, Named, solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Z

__all__ = ["NOTHING", "Around", "look_around"]


@dataclass(frozen=True, slots=True)
class Around:
    """What was found; `locked` are record type, state and asset of each place where money can be locked.

    `outside` is what the model does not cover of anything that happens; where there is any, nothing is concluded of locked money.
    """

    findings: tuple[Finding, ...]
    witnesses: tuple[Witness, ...]
    locked: tuple[tuple[str, str, str], ...]
    outside: tuple[str, ...] = ()


NOTHING = Around((), (), ())
"""Where nobody has looked."""


class _Look:
    """One doer, asked several things."""

    def __init__(self, checked: Checked, doer: Doer, limit: int) -> None:
        self._limit = limit
        self.stage = Stage(checked)
        self.done: Done = do(self.stage, doer, self.stage.start)
        self._kept = self._promises_after()
        self._assumed: list[tuple[str, Z]] | None = None

    def _promises_after(self) -> list[Z]:
        """That the record that it is about keeps its promises."""
        stage, done = self.stage, self.done
        found = []
        for promise in stage.promises.get(done.doer.record, ()):
            if promise.two_state and stage.records.exists(stage.start, promise.record, done.this) is None:
                continue
            try:
                said = stage.said(promise, done.after, done.this, stage.start)
            except Outside:
                continue
            condition = stage.records.exists(stage.start, promise.record, done.this) if promise.two_state else stage.symbols.true
            found.append(stage.symbols.where(condition, stage.symbols.both(said.ok, said.value)))
        return found

    def possible(self, *more: Z) -> Answer:
        """Whether it can happen with all promises kept before and after, and more besides."""
        if self._assumed is None:
            self._assumed = self.stage.assume([self.stage.start, self.done.after])
        named = [Named((each.kind, each.name, each.path), each.formula) for each in self.done.rules]
        facts = [each for _, each in self._assumed]
        return solve(self.stage.symbols, named, [*facts, *self._kept, *more], self._limit)

    def state(self, record: str, ref: Z, *, after: bool) -> Z:
        """The state of a record before or after."""
        return self.stage.records.field(self.done.after if after else self.stage.start, record, ref, "state").value


def look_around(checked: Checked, doers: Sequence[Doer], limit: int, *, sure: bool) -> Around:
    """Look at everything that can happen; where the promises contradict one another (not `sure`) nothing is concluded."""
    findings = [
        Finding(kind="unsigned", place=each.path, name=each.doer, detail=f"{each.asset}: {each.owner}")
        for each in checked.exceptions
    ]
    witnesses: list[Witness] = []
    left: set[tuple[str, str]] = set()
    out: set[tuple[str, str, str]] = set()
    held = held_by(checked.definition.tree, checked.found)
    unknown: dict[str, str] = {}
    for doer in doers if sure else ():
        try:
            look = _Look(checked, doer, limit)
        except Outside as outside:
            unknown[doer.record] = outside.what
            if held:
                findings.append(Finding(kind="unjudged", place=doer.path, name=doer.name, detail=outside.what))
            continue
        answer = look.possible()
        if answer.result == "impossible" and doer.kind in ("action", "timer"):
            detail = ", ".join(dict.fromkeys(name or kind for kind, name, _ in answer.core))
            findings.append(Finding(kind="never", place=doer.path, name=doer.name, detail=detail))
        if answer.result == "possible" and doer.kind == "action" and not look.done.after.loose:
            witnesses.append(example(look.stage, look.done, answer.model))
        if answer.result != "impossible":
            left |= _leaves(look)
            out |= _lets_out(look, held)
    known = [each for each in (*checked.definition.tree.records,) if each.name not in unknown]
    for record in known if sure else ():
        ends = [each.name for each in record.states.final] if record.states is not None else []
        for state in record.states.every if record.states is not None else ():
            if state.name not in ends and (record.name, state.name) not in left:
                place = f"records.{record.name}.states.{state.name}"
                findings.append(Finding(kind="left", place=place, name=f"{record.name}.{state.name}"))
    locked = [
        (record, state, asset)
        for (record, asset), states in held.items()
        for state in states
        if sure and not unknown and (record, state, asset) not in out
    ]
    findings += [
        Finding(kind="locked", place=f"records.{record}", name=record, detail=f"{state}: {asset}")
        for record, state, asset in locked
    ]
    return Around(tuple(findings), tuple(witnesses), tuple(locked), tuple(dict.fromkeys(unknown.values())))


def _leaves(look: _Look) -> set[tuple[str, str]]:
    """The states that it can lead out of."""
    found: set[tuple[str, str]] = set()
    records = look.stage.records
    for record, shape in records.shapes.items():
        if shape.states is None or not look.done.after.is_changed(f"{record}.state"):
            continue
        ref = look.stage.symbols.named("leaving", look.stage.symbols.refs[record])
        names = records.states(record)
        froms = look.done.doer.record == record and _froms(look.stage.checked, look.done.doer)
        for state in froms or names:
            before, after = (look.state(record, ref, after=each) for each in (False, True))
            there = records.exists(look.stage.start, record, ref)
            answer = look.possible(there, before == names.index(state), after != before)
            if answer.result != "impossible":
                found.add((record, state))
    return found


def _froms(checked: Checked, doer: Doer) -> tuple[str, ...]:
    tree = checked.definition.tree
    several = tree.timers if doer.kind in ("timer", "sweep") else tree.actions if doer.kind == "action" else ()
    found: tuple[str, ...] = next((each.froms for each in several if each.name == doer.name), ())
    return found


def _lets_out(look: _Look, held: dict[tuple[str, str], tuple[str, ...]]) -> set[tuple[str, str, str]]:
    """From which records, in which states, it can let which assets out."""
    found: set[tuple[str, str, str]] = set()
    stage = look.stage
    for (record, asset), states in held.items():
        kind = stage.checked.scopes.base.assets[asset]
        array = [name for name in look.done.after.names() if name.startswith(f"read balance {asset}")]
        if not any(look.done.after.is_changed(each) for each in array):
            continue
        ref = stage.symbols.named("letting out", stage.symbols.refs[record])
        given: list[tuple[types.Type, Z]] = [(types.Record(record), ref), (kind, asset)]
        if kind.per is not None:
            given.append((types.Record(kind.per), stage.symbols.named("letting out of", stage.symbols.refs[kind.per])))
        before, after = (stage.asking.ask(world, "balance", given, types.INT).value for world in (stage.start, look.done.after))
        for state in states:
            more = [z3.And(before > 0, after < before), stage.records.exists(stage.start, record, ref)]
            if state:
                more.append(look.state(record, ref, after=False) == stage.records.states(record).index(state))
            if look.possible(*more).result != "impossible":
                found.add((record, state, asset))
    return found
