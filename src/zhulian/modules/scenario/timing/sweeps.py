"""Sweeps as the queue knows them: where one begins, moves on and ends; what it does on the records of a page is in `pages`."""

from zhulian.language.definition.shapes import Timer
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.events import Swept
from zhulian.modules.scenario.state import SWEEPS, Sweeping
from zhulian.modules.scenario.timing.errors import SweepUnderway
from zhulian.modules.scenario.timing.queue import insert, remove
from zhulian.modules.scenario.timing.schedule import OVER, SWEEP, name_of
from zhulian.modules.scenario.values import key_leaf

__all__ = ["begin_sweep", "move_on", "sweep_of"]


def begin_sweep(context: Context, record: RecordName, timer: Timer) -> None:
    """Begin a sweep for a record; its first page is due at once, that is, in the next block.

    Raises:
        SweepUnderway.
    """
    leaf = key_leaf(record.key)
    known = SWEEPS.find(context.state, record.instance, timer.name, leaf)
    if known is not None and known.queued != OVER:
        raise SweepUnderway(key=leaf[:200], record=record.record, sweep=timer.name)
    time = context.block.time
    sweep = Sweeping(began=time, by=f"{timer.on}.{timer.sweep}", page=timer.page, queued=time)
    SWEEPS.set(context.state, record.instance, timer.name, leaf, value=sweep)
    insert(context.state, time, name_of(record, SWEEP + timer.name))


def sweep_of(state: StateView, record: RecordName, sweep: str) -> Sweeping:
    """How far a sweep for a record has come; it must have begun."""
    return SWEEPS.get(state, record.instance, sweep, key_leaf(record.key))


def move_on(part: Context, record: RecordName, sweep: str, after: Sweeping) -> None:
    """Write how far a sweep has come, put its next page into the queue where it has one, and tell if it came further."""
    state: State = part.state
    before = sweep_of(state, record, sweep)
    _requeue(state, name_of(record, SWEEP + sweep), before.queued, after.queued)
    SWEEPS.set(state, record.instance, sweep, key_leaf(record.key), value=after)
    if after.next != before.next or after.queued == OVER:
        part.emit(
            Swept(
                done=after.done,
                ended=after.queued == OVER,
                instance=record.instance,
                key=key_leaf(record.key),
                next=after.next,
                record=record.record,
                rested=after.rested,
                sweep=sweep,
            )
        )


def _requeue(state: State, name: str, old: int, new: int) -> None:
    if old == new:
        return
    remove(state, old, name)
    if new != OVER:
        insert(state, new, name)
