"""Looks for steps from an empty instance to something that breaks a promise: ways through the states, a few steps long, that the solver fills in.

Each way is tried in a stage of its own, with products computed; what it finds is an idea that only playing it can confirm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Action, Timer
from zhulian.language.expressions import types
from zhulian.language.expressions.dates import Calendar, start_of
from zhulian.language.expressions.tree import Ask, walk
from zhulian.language.proving.doing import Doer, Done, do
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.questions import any_record, breaks
from zhulian.language.proving.solving import solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Z
from zhulian.language.proving.worlds import World

__all__ = ["BEGINS", "LIMIT", "STEPS", "WAIT_MOST", "Purse", "Trail", "played", "trails", "ways_before"]

STEPS = 10
"""The longest way that is tried."""
_PATHS = 3
_MORE = 14
LIMIT = 500_000
"""The solver's own steps for one way."""
SEARCH = 6_000_000
"""The solver's own steps for all ways that are tried in one definition."""
_SHARE = 3
"""A question has one part in so many of what is left."""
_LEAST = 40_000
"""What each step of a way costs at least, since it is also put into formulas before the solver is asked."""
_FIRST_DAY = 20_458
_ZONE = 8 * 3600
BEGINS = start_of(Calendar(offset=_ZONE), _FIRST_DAY) + 9 * 3600
"""When stories begin: 2026-01-05, 09:00 in Beijing."""
WAIT_MOST = 400 * 86_400
"""How long a step may be waited for, in seconds."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Steps that the solver believes in: what is done, one after the other, and the values of a model."""

    stage: Stage
    dones: tuple[Done, ...]
    model: Any
    ref: Z
    begins: int = BEGINS


@dataclass
class Purse:
    """What is left of the solver's own steps to look for ways in one definition, so that proving it takes seconds, and as many on any machine."""

    left: int = SEARCH

    def share(self) -> int:
        """What one question may use up: nothing once too little is left for any way."""
        return max(self.left // _SHARE, min(self.left, LIMIT)) if self.left >= _LEAST else 0


def trails(checked: Checked, promise: Promised, doer: Doer, doers: Sequence[Doer], purse: Purse) -> Iterator[Trail]:
    """Trails that end with the doer and break the promise: by the states of records and as stories go, then with more done on the way,
    until the question's share of the purse is spent.
    """
    likely = [each for each in doers if each.kind in ("action", "timer")]
    share = purse.share()
    seen: set[tuple[Doer, ...]] = set()
    for way in _ways(checked, promise, doer, likely):
        if way in seen:
            continue
        seen.add(way)
        for waits in (False, True) if _asks_time(checked, way) else (False,):
            if share <= 0:
                return
            found, steps = _filled(checked, promise, way, waits=waits)
            cost = max(steps, _LEAST * len(way))
            share, purse.left = share - cost, purse.left - cost
            if found is not None:
                yield found
                break


# Ways through the states.


def ways_before(checked: Checked, record: str, doers: Sequence[Doer]) -> Iterator[tuple[Doer, ...]]:
    """Ways after which there is a record of a type, in each of its states; as stories go first, the shortest first."""
    likely = [each for each in doers if each.kind in ("action", "timer")]
    if record == INSTANCE:
        yield ()
    by_name = {each.name: each for each in likely}
    found: list[tuple[Doer, ...]] = []
    for story in checked.definition.tree.stories:
        way: list[Doer] = []
        for step in story.steps:
            way += [by_name[each] for each in (*step.alerts, step.does) if not step.refused and each in by_name]
            made = record == INSTANCE or any(_creates(checked, each, record) for each in way)
            if made and way and len(way) <= STEPS:
                found.append(tuple(way))
    plans = _Plans(checked, likely)
    shape = checked.scopes.records.get(record)
    for state in shape.states.every if shape is not None and shape.states is not None else ():
        found += plans.made(record, 0, (state.name,))[:1]
    yield from dict.fromkeys(sorted(found, key=len))


def _creates(checked: Checked, doer: Doer, record: str) -> bool:
    created = any(each.name == doer.name and each.creates == record for each in checked.definition.tree.actions)
    return created or _makes(checked, doer, record)


def _ways(checked: Checked, promise: Promised, doer: Doer, likely: Sequence[Doer]) -> Iterator[tuple[Doer, ...]]:
    """Ways that stories go; then the shortest ways to where the doer can act, with nothing, one or two things more done on the way."""
    bases = list(_bases(checked, promise, doer, likely))
    told = list(_told(checked, doer, likely))
    yield from (each for each in (*bases, *told) if len(each) <= STEPS)
    for way in sorted((*told, *bases), key=len):
        records = {each.record for each in way} | {promise.record}
        more = [each for each in likely if each.record in records][:_MORE]
        for one in more:
            for place in range(1, len(way)):
                if len(way) < STEPS:
                    yield (*way[:place], one, *way[place:])
        for one in more:
            for other in more:
                if len(way) + 1 < STEPS:
                    yield (*way[:-1], one, other, way[-1])


def _told(checked: Checked, doer: Doer, likely: Sequence[Doer]) -> Iterator[tuple[Doer, ...]]:
    """What stories do up to where they do it, each thing once; and then it once more."""
    by_name = {each.name: each for each in likely}
    for story in checked.definition.tree.stories:
        names: list[str] = []
        for step in story.steps:
            names += [*step.alerts, *([step.does] if step.does and not step.refused else [])]
        way = list(dict.fromkeys(by_name[each] for each in names if each in by_name))
        if doer in way:
            way = way[: way.index(doer)]
        yield (*way, doer)
        yield (*way, doer, doer)


def _bases(checked: Checked, promise: Promised, doer: Doer, likely: Sequence[Doer]) -> Iterator[tuple[Doer, ...]]:
    plans = _Plans(checked, likely)
    for own in plans.to(doer) or [()]:
        way = (*own, doer)
        if promise.record in (doer.record, INSTANCE) or _makes(checked, doer, promise.record):
            yield way
            continue
        for other in plans.made(promise.record, 0)[:_PATHS]:
            rest = [each for each in own if each not in other]
            yield (*other, *rest, doer)
        yield way


def _makes(checked: Checked, doer: Doer, record: str) -> bool:
    seen = checked.found.actions.get(doer.name) or checked.found.timers.get(doer.name)
    return seen is not None and record in seen.created


class _Plans:
    """Ways to bring a record of a type into a state."""

    def __init__(self, checked: Checked, likely: Sequence[Doer]) -> None:
        self._checked = checked
        self._likely = likely
        tree = checked.definition.tree
        self._shapes: dict[str, Action | Timer] = {each.name: each for each in tree.actions}
        self._shapes |= {each.name: each for each in tree.timers}

    def to(self, doer: Doer, depth: int = 0) -> list[tuple[Doer, ...]]:
        """Ways to where a doer can act: its record made and in one of its states, and the records that it names made."""
        shape = self._shapes.get(doer.name)
        named = [each.record for each in getattr(shape, "input", ()) if each.type == "record"]
        named += [each for each in self._parents(doer.record) if getattr(shape, "creates", "") and each not in named]
        before: list[Doer] = []
        for record in named:
            ways = self.made(record, depth + 1) if record in self._checked.scopes.records else []
            before += [each for each in (ways[0] if ways else ()) if each not in before]
        if getattr(shape, "creates", "") or doer.record == INSTANCE:
            return [tuple(before)]
        froms = getattr(shape, "froms", ())
        found = self.made(doer.record, depth + 1, tuple(froms))[:_PATHS]
        return [(*(each for each in before if each not in way), *way) for way in found]

    def _parents(self, record: str) -> list[str]:
        shape = self._checked.scopes.records.get(record)
        fields = {each.name: each for each in shape.fields} if shape is not None else {}
        return [fields[part].record for part in (shape.key if shape is not None else ()) if fields[part].type == "record"]

    def made(self, record: str, depth: int, states: tuple[str, ...] = ()) -> list[tuple[Doer, ...]]:
        """Ways that make a record of the type and bring it into one of the states (any, where none is named)."""
        if depth > 3 or record not in self._checked.scopes.records:
            return []
        queue: list[tuple[tuple[Doer, ...], str]] = []
        for doer in self._likely:
            shape = self._shapes[doer.name]
            if getattr(shape, "creates", "") == record:
                queue += [((*way, doer), self._state(record, shape)) for way in self.to(doer, depth)[:1]]
            elif _makes(self._checked, doer, record):
                queue += [((*way, doer), self._start(record)) for way in self.to(doer, depth)[:1]]
        found: list[tuple[Doer, ...]] = []
        seen: dict[str, int] = {}
        while queue and len(found) < _PATHS:
            way, state = queue.pop(0)
            if not states or state in states:
                found.append(way)
            if len(way) >= STEPS or seen.get(state, 0) >= 2:
                continue
            seen[state] = seen.get(state, 0) + 1
            for doer in self._likely:
                shape = self._shapes[doer.name]
                if doer.record == record and not getattr(shape, "creates", "") and (not shape.froms or state in shape.froms):
                    queue += [((*way, doer), after) for after in self._after(doer, record) if after != state]
        return found

    def _start(self, record: str) -> str:
        states = self._checked.scopes.records[record].states
        return states.start.name if states is not None else ""

    def _state(self, record: str, shape: Action | Timer) -> str:
        return shape.to or self._start(record)

    def _after(self, doer: Doer, record: str) -> list[str]:
        seen = self._checked.found.actions.get(doer.name) or self._checked.found.timers.get(doer.name)
        moved = [state for name, state in seen.moves if name == record] if seen is not None else []
        to = getattr(self._shapes[doer.name], "to", "")
        return [*([to] if to else []), *moved]


# One way, filled in by the solver.


def _asks_time(checked: Checked, way: Sequence[Doer]) -> bool:
    """Whether anything on the way asks what day it is, so that it may have to wait."""
    paths = tuple(f"{each.path}." for each in way)
    typed = [each for path, each in checked.typed.items() if path.startswith(paths)]
    return any(isinstance(each, Ask) and each.read in ("now", "today") for tree in typed for each in walk(tree))


def _filled(checked: Checked, promise: Promised, way: Sequence[Doer], *, waits: bool) -> tuple[Trail | None, int]:
    """The way filled in by the solver, and its steps; None where it cannot break the promise, or the model does not cover it."""
    try:
        return _solved(checked, promise, way, waits=waits)
    except Outside:
        return None, 0


def _solved(checked: Checked, promise: Promised, way: Sequence[Doer], *, waits: bool) -> tuple[Trail | None, int]:
    stage = Stage(checked, exact=True, empty=True)
    symbols = stage.symbols
    dones, facts = played(stage, way, waits=waits)
    last = dones[-1]
    ref = any_record(stage, promise)
    facts.append(breaks(stage, promise, last, ref, stage.said(promise, last.after, ref, last.before)))
    facts += [formula for _, formula in stage.assume([stage.start, last.before, last.after])]
    answer = solve(symbols, (), facts, LIMIT)
    return Trail(stage, tuple(dones), answer.model, ref) if answer.result == "possible" else None, answer.steps


def played(stage: Stage, way: Sequence[Doer], *, waits: bool, last_too: bool = False) -> tuple[list[Done], list[Z]]:
    """What is done one after the other in a stage, and what must hold for it: that none of it is refused, but for the promises
    after the last (unless `last_too`).
    """
    symbols = stage.symbols
    facts: list[Z] = [symbols.named("zone", z3.IntSort(symbols.context)) == _ZONE]
    dones: list[Done] = []
    world, before = stage.start, symbols.number(BEGINS)
    for place, doer in enumerate(way):
        stage.records.time = symbols.ranged(symbols.named(f"time {place}", z3.IntSort(symbols.context)), types.TIME)
        done = do(stage, doer, _untouched(stage, world), f"step {place} ")
        dones.append(done)
        facts += [rule.formula for rule in done.rules]
        facts += _timed(stage, doer, done, before, waits=waits)
        before, world = stage.records.time, done.after
        if last_too or place < len(way) - 1:
            facts += _kept(stage, done)
    return dones, facts


def _untouched(stage: Stage, world: World) -> World:
    """The world as the next thing finds it: it is about no record yet."""
    found = world.copy()
    for record in stage.records.shapes:
        if found.is_changed(f"{record}.touched"):
            found.put(f"{record}.touched", z3.K(stage.symbols.refs[record], stage.symbols.false))
    return found


def _timed(stage: Stage, doer: Doer, done: Done, before: Z, *, waits: bool) -> list[Z]:
    """When it happens: at once, or after a wait; a timer at its own time."""
    time = stage.records.time
    if doer.kind == "timer":
        typed = stage.checked.typed.get(f"{doer.path}.at")
        if typed is not None:
            due = stage.reading(done.before, {"this": stage.symbols.term(done.this)}).read(typed)
            return [time == due.value, time >= before, time <= before + WAIT_MOST]
    return [time >= before, time <= before + (WAIT_MOST if waits else 1)]


def _kept(stage: Stage, done: Done) -> list[Z]:
    """That what has happened broke no promise of the record that it is about, or it would have been refused."""
    symbols, found = stage.symbols, []
    for promise in stage.promises.get(done.doer.record, ()):
        try:
            said = stage.said(promise, done.after, done.this, done.before)
        except Outside:
            continue
        asked = stage.records.exists(done.before, promise.record, done.this) if promise.two_state else symbols.true
        found.append(symbols.where(asked, symbols.both(said.ok, said.value)))
    return found
