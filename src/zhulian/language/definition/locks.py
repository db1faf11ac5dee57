"""Whether anything can be locked for ever: holdings without a way out, final records that get something, timers in a circle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhulian.language.definition.actions import Found
from zhulian.language.definition.authority import credits_of, moved_asset
from zhulian.language.definition.effects import Seen, VerbUse
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Action, Record, Timer
from zhulian.language.definition.verdicts import FinalHolds, NoWayOut, TimersCircle
from zhulian.language.definition.views import Tree
from zhulian.language.definition.words import ALL_ROLES
from zhulian.language.expressions.tree import Typed, Variable
from zhulian.language.expressions.types import Record as RecordType

__all__ = ["check_locks", "check_timer_circles", "held_by", "locked_states"]

Doer = Action | Timer


def check_locks(judge: Judge, found: Found) -> None:
    """Every record type that may hold an asset, in every state in which it may."""
    doers = _doers(judge.tree, found)
    for record in _records(judge.tree):
        final = _finals(record)
        for gift in _gifts(doers, record):
            for state in gift.states:
                if state in final and gift.doer.on == record.name:
                    judge.fault(FinalHolds, gift.path, record=record.name, state=state, asset=gift.asset)
                elif state not in final and not _way_out(doers, record, state, gift.asset):
                    judge.fault(NoWayOut, gift.path, record=record.name, state=state or "–", asset=gift.asset)


def held_by(tree: Tree, found: Found) -> dict[tuple[str, str], tuple[str, ...]]:
    """By record type and asset, the states in which a record may hold some; `""` where it has no states."""
    doers = _doers(tree, found)
    held: dict[tuple[str, str], dict[str, None]] = {}
    for record in _records(tree):
        final = _finals(record)
        for gift in _gifts(doers, record):
            states = held.setdefault((record.name, gift.asset), {})
            states.update(dict.fromkeys(each for each in gift.states if each not in final))
    return {key: tuple(states) for key, states in held.items() if states}


def locked_states(tree: Tree, found: Found, record: Record, states: Sequence[str], asset: str) -> list[str]:
    """Those of the states, and of those that a record may enter from them while it holds, from which an asset has no way out."""
    doers, final = _doers(tree, found), _finals(record)
    there = _still_held(doers, record, list(states), asset)
    return [each for each in there if each not in final and not _way_out(doers, record, each, asset)]


@dataclass(frozen=True, slots=True)
class _Gift:
    """What gives an asset to records of a type, and the states in which they may be with it."""

    doer: Doer
    path: str
    asset: str
    states: tuple[str, ...]


def _gifts(doers: list[tuple[Doer, Seen]], record: Record) -> Iterator[_Gift]:
    for doer, seen in doers:
        for use in seen.verbs:
            for asset in _held(use, record.name):
                states = _still_held(doers, record, _states_after(doer, seen, record, use), asset)
                yield _Gift(doer, use.path, asset, tuple(states))


def _records(tree: Tree) -> tuple[Record, ...]:
    return (*tree.records, *((tree.instance,) if tree.instance is not None else ()))


def _finals(record: Record) -> list[str]:
    return [each.name for each in record.states.final] if record.states is not None else []


def _doers(tree: Tree, found: Found) -> list[tuple[Doer, Seen]]:
    doers: list[tuple[Doer, Seen]] = [(each, found.actions[each.name]) for each in tree.actions if each.name in found.actions]
    doers += [(each, found.timers[each.name]) for each in tree.timers if each.name in found.timers]
    return doers


def _held(use: VerbUse, record: str) -> list[str]:
    """The assets that a verb gives to a record of the type."""
    return [moved_asset(use)] if any(_is_record(each, record) for each in credits_of(use)) else []


def _is_record(found: Typed, record: str) -> bool:
    return isinstance(found.type, RecordType) and found.type.name == record


def _states_after(doer: Doer, seen: Seen, record: Record, use: VerbUse) -> list[str]:
    """The states in which the record may be behind an effect that gives it something; `""` of one that has none."""
    if record.states is None:
        return [""]
    this = any(isinstance(each, Variable) and each.name == "this" for each in credits_of(use))
    if not this:
        return [each.name for each in (record.states.start, *record.states.open)]
    moves = [state for name, state in seen.moves if name == record.name]
    if isinstance(doer, Action) and doer.creates == record.name:
        return [doer.to or record.states.start.name, *moves]
    return [*([doer.to] if doer.to else doer.froms), *moves]


def _still_held(doers: list[tuple[Doer, Seen]], record: Record, states: list[str], asset: str) -> list[str]:
    """The states with those that the record may enter while it still holds: final ones only where the gift itself leads there."""
    final = _finals(record)
    found, queue = dict.fromkeys(states), [each for each in states if each not in final]
    while queue:
        state = queue.pop(0)
        for doer, seen in doers:
            if not _is_from(doer, record, state) or any(_takes(use, record.name, asset) for use in seen.verbs):
                continue
            for after in [*([doer.to] if doer.to else []), *(to for name, to in seen.moves if name == record.name)]:
                if after not in found and after not in final:
                    found[after] = None
                    queue.append(after)
    return list(found)


def _way_out(doers: list[tuple[Doer, Seen]], record: Record, start: str, asset: str) -> bool:
    """Whether time, or one who signs alone for what is theirs, gets the asset out, if need be over other states."""
    reached, queue = {start: None}, [start]
    while queue:
        state = queue.pop()
        for doer, seen in doers:
            if not _is_from(doer, record, state) or not _by_itself(doer, record):
                continue
            if any(_takes(use, record.name, asset) for use in seen.verbs):
                return True
            for after in [*([doer.to] if doer.to else []), *(to for name, to in seen.moves if name == record.name)]:
                if after not in reached:
                    reached[after] = None
                    queue.append(after)
    return False


def _is_from(doer: Doer, record: Record, state: str) -> bool:
    return doer.on == record.name and (record.states is None or state in doer.froms)


def _by_itself(doer: Doer, record: Record) -> bool:
    """A timer with a time, an action of whoever comes, or of the one party that the record names; the whole is the operator's."""
    if isinstance(doer, Timer):
        return doer.at is not None  # a sweep, and what comes after it, wait for somebody to begin it
    owners = (ALL_ROLES, "operator") if record.name == "instance" else (ALL_ROLES,)
    return len(doer.by) == 1 and all(each.equals is not None or each.role in owners for each in doer.by[0].any)


def _takes(use: VerbUse, record: str, asset: str) -> bool:
    losers = [use.arguments[name] for name in use.verb.debits if name in use.arguments]
    return moved_asset(use) == asset and any(_is_record(each, record) for each in losers)


def check_timer_circles(judge: Judge, found: Found) -> None:
    """Timers that bring each other about, by states or by new records, would run for ever without anybody's doing."""
    alarms = _alarms(judge, found)
    after = {name: [other for other, each in alarms.items() if _brings_about(alarm, each)] for name, alarm in alarms.items()}
    for name, alarm in alarms.items():
        circle = _circle(after, name)
        if circle and name == min(circle):
            judge.fault(TimersCircle, alarm.path, names=", ".join(circle))


@dataclass(frozen=True, slots=True)
class _Alarm:
    """A timer, or the end of the time for tasks: for which entries of which record type it is set, and what it makes enter."""

    path: str
    on: str
    froms: tuple[str, ...]
    enters: tuple[tuple[str, str], ...]


def _alarms(judge: Judge, found: Found) -> dict[str, _Alarm]:
    starts = {each.name: each.states.start.name if each.states is not None else "" for each in judge.tree.records}
    alarms: dict[str, _Alarm] = {}
    for timer in judge.tree.timers:
        seen = found.timers.get(timer.name)
        enters = [(timer.on, timer.to)] if timer.to else []
        if seen is not None:
            enters += [*seen.moves, *((name, starts.get(name, "")) for name in seen.created)]
        froms = timer.froms or (starts.get(timer.on, ""),)
        alarms[timer.name] = _Alarm(f"timers.{timer.name}", timer.on, froms, tuple(enters))
    for record in judge.tree.records:
        tasks = record.tasks
        if tasks is not None:
            enters = [(record.name, tasks.expired)] if tasks.expired else []
            during = tasks.during or starts[record.name]
            alarms[f"{record.name}.tasks"] = _Alarm(f"records.{record.name}.tasks", record.name, (during,), tuple(enters))
    return alarms


def _brings_about(one: _Alarm, other: _Alarm) -> bool:
    return any(record == other.on and state in other.froms for record, state in one.enters)


def _circle(after: dict[str, list[str]], name: str) -> list[str]:
    """The names of a circle that begins with this one, sorted; none if there is no circle."""
    queue: list[tuple[str, tuple[str, ...]]] = [(each, (name,)) for each in after[name]]
    seen: dict[str, None] = {}
    while queue:
        at, names = queue.pop(0)
        if at == name:
            return sorted(names)
        if at not in seen:
            seen[at] = None
            queue += [(each, (*names, at)) for each in after[at]]
    return []
