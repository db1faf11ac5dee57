"""`mutants_of`: every definition that differs from a given one by one small fault, such as an author may make.

A mutant keeps all promises and stories of the original. Sentences, alerts, notices, pages and watch rules are left alone: nothing of
what they say is promised.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from zhulian.assure.mutation.effects import effect_faults
from zhulian.assure.mutation.expressions import flipped, weakened
from zhulian.errors import Words
from zhulian.language.definition.shapes import Action, Guard, Input, Record, Timer, Total
from zhulian.language.definition.views import Tree

__all__ = ["KINDS", "Mutant", "mutants_of"]

KINDS: dict[str, Words] = {
    "drop_guard": Words("去掉一条校验规则", "a guard is dropped"),
    "weaken_bound": Words("放宽一个界限", "a bound is weakened"),
    "flip_comparison": Words("颠倒一个比较", "a comparison is flipped"),
    "swap_parties": Words("对调两方", "two parties are swapped"),
    "drop_set": Words("漏写一处赋值", "a set is dropped"),
    "flip_sign": Words("加减写反", "plus and minus are mixed up"),
    "drop_effect": Words("漏写一项处理", "an effect is dropped"),
    "change_target": Words("转入另一状态", "it goes to another state"),
    "widen_from": Words("不问原状态", "it starts from any state"),
    "drop_where": Words("合计不再设条件", "a total loses its where"),
}
"""The faults that are made, with what they are called."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A definition with one fault: its kind, where it is, what stood there, and the action or timer that it is in (or none)."""

    kind: str
    place: str
    detail: str
    doer: str
    tree: Tree

    @property
    def name(self) -> str:
        """What the mutant is called, the same in every run as long as the definition is the same."""
        return f"{self.kind} {self.place}{f' [{self.detail}]' if self.detail else ''}"


def mutants_of(tree: Tree) -> Iterator[Mutant]:
    """All mutants of a definition, in the order of its parts."""
    records = {each.name: each for each in tree.records}
    for place, action in enumerate(tree.actions):
        path = f"actions.{action.name}"
        for kind, where, detail, changed in _of_action(action, records):
            actions = _with(tree.actions, place, changed)
            yield Mutant(kind, f"{path}{where}", detail, action.name, replace(tree, actions=actions))
    for place, timer in enumerate(tree.timers):
        for kind, where, detail, altered in _of_timer(timer, records):
            timers = _with(tree.timers, place, altered)
            yield Mutant(kind, f"timers.{timer.name}{where}", detail, timer.name, replace(tree, timers=timers))
    for place, total in enumerate(tree.totals):
        for kind, where, detail, counted in _of_total(total):
            totals = _with(tree.totals, place, counted)
            yield Mutant(kind, f"totals.{total.name}{where}", detail, "", replace(tree, totals=totals))


Fault = tuple[str, str, str, T]
"""Kind, where in the part, what stood there, and the part with the fault."""


def _of_action(action: Action, records: dict[str, Record]) -> Iterator[Fault[Action]]:
    for place, guard in enumerate(action.require):
        where = f".require.{guard.refusal}"
        yield "drop_guard", where, "", replace(action, require=_without(action.require, place))
        for kind, change in (("weaken_bound", weakened), ("flip_comparison", flipped)):
            for detail, that in change(guard.that):
                mutated = Guard(refusal=guard.refusal, that=that)
                yield kind, where, detail, replace(action, require=_with(action.require, place, mutated))
    for place, each in enumerate(action.input):
        for bound in ("min", "max", "forbid"):
            if getattr(each, bound) is not None and not each.field:
                free: Input = replace(each, **{bound: None})
                yield "weaken_bound", f".input.{each.name}.{bound}", "", replace(action, input=_with(action.input, place, free))
    if len(action.by) > 1 and action.by[0].any != action.by[1].any:
        first, second, *more = action.by
        swapped = (replace(first, any=second.any), replace(second, any=first.any), *more)
        yield "swap_parties", ".by", f"{first.name}, {second.name}", replace(action, by=swapped)
    names = tuple(each.name for each in action.by if each.name)
    for kind, where, detail, do in effect_faults(action.do, names, _states_of(records.get(action.on))):
        yield kind, f".do{where}", detail, replace(action, do=do)
    for kind, where, detail, do in effect_faults(action.otherwise, names, _states_of(records.get(action.on))):
        yield kind, f".else{where}", detail, replace(action, otherwise=do)
    yield from _of_states(action, records.get(action.on))


def _of_timer(timer: Timer, records: dict[str, Record]) -> Iterator[Fault[Timer]]:
    for kind, where, detail, do in effect_faults(timer.do, (), _states_of(records.get(timer.on))):
        yield kind, f".do{where}", detail, replace(timer, do=do)
    yield from _of_states(timer, records.get(timer.on))


A = TypeVar("A", Action, Timer)


def _of_states(doer: A, record: Record | None) -> Iterator[Fault[A]]:
    """Where it leads, and from where."""
    states = _states_of(record)
    if doer.to:
        for other in states:
            if other != doer.to:
                yield "change_target", ".to", f"{doer.to} → {other}", replace(doer, to=other)
    free = _unended(record)
    if doer.froms and set(free) - set(doer.froms):
        yield "widen_from", ".from", ", ".join(doer.froms), replace(doer, froms=free)


def _of_total(total: Total) -> Iterator[Fault[Total]]:
    if total.where is None:
        return
    yield "drop_where", ".where", "", replace(total, where=None)
    for detail, that in flipped(total.where):
        yield "flip_comparison", ".where", detail, replace(total, where=that)


def _states_of(record: Record | None) -> tuple[str, ...]:
    return () if record is None or record.states is None else tuple(each.name for each in record.states.every)


def _unended(record: Record | None) -> tuple[str, ...]:
    """The states from which something may still happen."""
    states = None if record is None else record.states
    return () if states is None else tuple(each.name for each in (states.start, *states.open))


def _with(parts: Sequence[T], place: int, part: T) -> tuple[T, ...]:
    return (*parts[:place], part, *parts[place + 1 :])


def _without(parts: Sequence[T], place: int) -> tuple[T, ...]:
    return (*parts[:place], *parts[place + 1 :])
