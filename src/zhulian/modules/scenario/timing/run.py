"""Timers when they fall due: each is a sub-transaction of its own; one that is refused rests, and somebody is told.

The queue's first entry is run by every block before its transactions; the due timers of records that an action names are run
just before that action. Whatever runs a timer takes it out of the queue by saving its record.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from zhulian.errors import Refusal, check
from zhulian.language.compile import CompiledTimer
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.acting.effects import Doing
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import Shelf, present
from zhulian.modules.scenario.errors import CalledTooDeep, Reentered
from zhulian.modules.scenario.events import Alerted, TimerRan, TimerRested
from zhulian.modules.scenario.freezing.free import frozen_until
from zhulian.modules.scenario.opening.migrate import at_present
from zhulian.modules.scenario.state import RECORDS, Held
from zhulian.modules.scenario.timing.calls import MODULE, Calls
from zhulian.modules.scenario.timing.pages import run_page
from zhulian.modules.scenario.timing.queue import first, insert, remove
from zhulian.modules.scenario.timing.schedule import OVER, SWEEP, TASKS, DueEntry, entry_of, name_of
from zhulian.modules.scenario.values import key_leaf

__all__ = ["Timers", "run_due"]


class Timers:
    """The chain's clockwork, where it has this module."""

    def __init__(self, shelf: Shelf, calls: Calls) -> None:
        self._shelf = shelf
        self._calls = calls

    def due(self, state: StateView) -> int | None:
        """When the next timer falls due, in Unix seconds; None where no record has one."""
        found = first(state)
        return None if found is None else found[0]

    def run_due(self, context: Context, stack: tuple[str, ...], names: Sequence[RecordName]) -> bool:
        """Run what is due of these records before somebody acts on them; `stack` are the instances at work, theirs last.

        Raises:
            StepsExceeded, Reentered, CalledTooDeep: as `run_due`.
        """
        return run_due(context, self._shelf, self._calls, names, stack[:-1]) > 0

    def run(self, context: Context) -> None:
        """Run the timer that falls due first; it is out of the queue, or has another time, afterwards."""
        found = first(context.state)
        check(found is not None, "something is due")
        if found is None:
            return
        entry = entry_of(found[1])
        if entry.timer.startswith(SWEEP):
            run_page(context, self._shelf, self._calls, entry)
        else:
            _run(context, self._shelf, self._calls, found[0], entry, ())


def run_due(context: Context, shelf: Shelf, calls: Calls, names: Sequence[RecordName], stack: tuple[str, ...] = ()) -> int:
    """Run what is due of these records, by time and then by name, also what falls due by that; answers how many timers ran.

    `stack` are the instances that are at work already, which no timer may enter. Whoever has a record in memory reads it anew.

    Raises:
        StepsExceeded: the transaction has too few steps left. Reentered, CalledTooDeep: a timer cannot run in this place, and
        will by itself.
    """
    ran = 0
    while names and (found := _first_of(context, names)) is not None:
        _run(context, shelf, calls, found[0], found[1], stack)
        ran += 1
    return ran


def _first_of(context: Context, names: Sequence[RecordName]) -> tuple[int, DueEntry] | None:
    due: list[tuple[int, str, DueEntry]] = []
    for name in dict.fromkeys(names):
        held = _find(context, name)
        for timer, time in held.timers.items() if held is not None else ():
            if OVER < time <= context.block.time:
                due.append((time, name_of(name, timer), DueEntry(name, timer)))
    if not due:
        return None
    time, _, entry = min(due)
    return time, entry


def _run(context: Context, shelf: Shelf, calls: Calls, time: int, entry: DueEntry, stack: tuple[str, ...]) -> None:
    try:
        context.apart(MODULE, lambda part: _fire(part, shelf, calls, time, entry, stack))
    except Refusal as refusal:
        if stack and isinstance(refusal, Reentered | CalledTooDeep):  # the fault of where it was run, not its own
            raise
        code = refusal.code
        context.apart(MODULE, lambda part: _rest(part, time, entry, code))


def _fire(part: Context, shelf: Shelf, calls: Calls, time: int, entry: DueEntry, stack: tuple[str, ...]) -> None:
    name = entry.record
    held = _find(part, name)
    check(held is not None and held.timers.get(entry.timer) == time, "queue and record say the same of a timer")
    if held is None:
        return
    until = frozen_until(shelf.freezes, part.state.quiet, part.block.time, name)
    if until is not None:
        _postpone(part, held, time, entry, until)
        return
    instance = present(shelf.instance(part.state, name.instance), part.block.time)
    now, _ = at_present(shelf, part.state.quiet, part.state, instance, name, held, part.block.time)
    scene = open_scene(part, shelf, name.instance, instance, now.version, (*stack, name.instance))
    work = Work(scene)
    record = work.records.at_key(name.record, name.key)
    work.begin()
    if now.version != held.version:  # its timers are those of the later version, with times of their own
        record.amend(record.held)
        work.save("upgrade")
        return
    record.amend(replace(record.held, timers={**record.held.timers, entry.timer: OVER}))
    if entry.timer == TASKS:
        _expire(record, part.block.time)
    else:
        _do(work, calls, record, scene.compiled.timers[entry.timer])
    work.require_promises()
    work.save(entry.timer)
    part.emit(TimerRan(due=time, instance=name.instance, key=record.leaf, record=name.record, timer=entry.timer))


def _postpone(part: Context, held: Held, time: int, entry: DueEntry, until: int) -> None:
    """Let a timer of what is frozen wait for the end of the freeze; its record has no event by that."""
    name, timer = entry
    held = replace(held, timers={**held.timers, timer: until})
    RECORDS.set(part.state, name.instance, name.record, key_leaf(name.key), value=held)
    remove(part.state, time, name_of(name, timer))
    insert(part.state, until, name_of(name, timer))


def _do(work: Work, calls: Calls, record: Open, timer: CompiledTimer) -> None:
    work.environment.names["this"] = record.ref
    if timer.to:
        record.enter(timer.to, work.scene.context.block.time)
    Doing(work, timer.name, calls(work)).run(timer.do)


def _expire(record: Open, time: int) -> None:
    """The time for the record's tasks is over: what was done of them counts no longer."""
    record.amend(replace(record.held, done={}))
    tasks = record.rules.shape.tasks
    if tasks is not None and tasks.expired:
        record.enter(tasks.expired, time)


def _rest(part: Context, time: int, entry: DueEntry, code: str) -> None:
    """Take the timer out of the queue until its record enters a state again, and tell."""
    name, timer = entry
    held, leaf = _find(part, name), key_leaf(name.key)
    if held is None:
        return
    held = replace(held, timers={**held.timers, timer: OVER})
    RECORDS.set(part.state, name.instance, name.record, leaf, value=held)
    remove(part.state, time, name_of(name, timer))
    part.emit(TimerRested(code=code, due=time, instance=name.instance, key=leaf, record=name.record, timer=timer))
    part.emit(Alerted(cause=f"timers.{timer}", instance=name.instance, key=leaf, level="high", name=timer, record=name.record))


def _find(context: Context, name: RecordName) -> Held | None:
    return RECORDS.find(context.state, name.instance, name.record, key_leaf(name.key))
