"""A page of a sweep: each is a sub-transaction of its own, so that a chain that stops between two goes on where it was.

A page that is refused is done again one record at a time; a record that refuses then is passed over, and somebody is told. Records
that are in another state than the sweep is for are passed over in silence. Nothing is missed: a record that is made while the sweep
is under way stands behind its place in the list.
"""

from typing import NamedTuple

from msgspec.structs import replace

from zhulian.errors import Refusal
from zhulian.language.compile import CompiledTimer
from zhulian.language.definition.sweeps import REACH_STEPS, TURN_STEPS
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.effects import Doing
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import Shelf, as_of, present
from zhulian.modules.scenario.events import Alerted, TimerRan, TimerRested
from zhulian.modules.scenario.freezing.errors import Frozen
from zhulian.modules.scenario.freezing.free import frozen_until
from zhulian.modules.scenario.opening.migrate import at_present
from zhulian.modules.scenario.state import RECORDS, SWEPT, SWEPT_COUNTS, Held, Instance, Sweeping
from zhulian.modules.scenario.timing.calls import MODULE, Calls
from zhulian.modules.scenario.timing.queue import insert
from zhulian.modules.scenario.timing.schedule import OVER, SWEEP, DueEntry, name_of
from zhulian.modules.scenario.timing.sweeps import move_on, sweep_of
from zhulian.modules.scenario.values import key_leaf, key_of_leaf

__all__ = ["run_page"]


class _Page(NamedTuple):
    """One page: the sweep for `record` of this name, and how far it had come."""

    record: RecordName
    name: str
    sweep: Sweeping

    @property
    def type(self) -> str:
        """The type of the records that are swept."""
        return self.sweep.by.partition(".")[0]

    @property
    def size(self) -> int:
        """The most records of this page."""
        return 1 if self.sweep.next < self.sweep.alone else self.sweep.page


def run_page(context: Context, shelf: Shelf, calls: Calls, entry: DueEntry) -> None:
    """Run the next page of a sweep, or end it; afterwards it stands in the queue for its next page, or no longer."""
    name = entry.timer.removeprefix(SWEEP)
    page = _Page(entry.record, name, sweep_of(context.state, entry.record, name))
    try:
        context.apart(MODULE, lambda part: _run(part, shelf, calls, page))
    except Refusal as refusal:
        code = refusal.code
        context.apart(MODULE, lambda part: _narrow(part, page, code))


def _run(part: Context, shelf: Shelf, calls: Calls, page: _Page) -> None:
    record, sweep, now = page.record, page.sweep, part.block.time
    until = frozen_until(shelf.freezes, part.state.quiet, now, record)
    if until is not None:
        move_on(part, record, page.name, replace(sweep, queued=until))
        return
    instance = present(shelf.instance(part.state, record.instance), now)
    leaf = key_leaf(record.key)
    count = SWEPT_COUNTS.find(part.state, record.instance, sweep.by, leaf) or 0
    last = min(sweep.next + page.size, count)
    if sweep.next == last:
        move_on(part, record, page.name, replace(sweep, queued=OVER))
        _set_what_comes_after(part, shelf, instance, page)
        return
    places = range(sweep.next, last)
    leaves = [SWEPT.get(part.state, record.instance, sweep.by, leaf, str(place)) for place in places]
    done = _Turning(part, shelf, calls, instance, page).run(leaves)
    move_on(part, record, page.name, replace(sweep, done=sweep.done + done, next=last, queued=now))


class _Turning:
    """The records of a page in their turn, those that follow each other under one version at work together."""

    def __init__(self, part: Context, shelf: Shelf, calls: Calls, instance: Instance, page: _Page) -> None:
        self._part = part
        self._shelf = shelf
        self._calls = calls
        self._instance = instance
        self._page = page
        self._work: Work | None = None
        self._ran: list[str] = []
        self._done = 0

    def run(self, leaves: list[str]) -> int:
        """Run the sweep on the records with these keys, and say on how many it did something."""
        for leaf in leaves:
            self._part.state.charge(REACH_STEPS)
            name = RecordName(self._page.record.instance, self._page.type, key_of_leaf(leaf))
            work = self._under(self._version(name))
            record = work.records.at_key(name.record, name.key)
            timer = work.scene.compiled.timers.get(self._page.name)
            if timer is None or not self._is_same(timer) or (timer.froms and record.held.state not in timer.froms):
                continue
            self._turn(work, record)
        self._finish()
        return self._done

    def _is_same(self, timer: CompiledTimer) -> bool:
        """Whether what a version calls by the name is a sweep over the same list: another version may call another thing so."""
        return f"{timer.record}.{timer.shape.sweep}" == self._page.sweep.by

    def _version(self, name: RecordName) -> int:
        """The version that a record lives under, or will once it is touched."""
        part, now = self._part, self._part.block.time
        held: Held = RECORDS.get(part.state.quiet, name.instance, name.record, key_leaf(name.key))
        if held.version == self._instance.version:
            return held.version
        return at_present(self._shelf, part.state.quiet, part.state, self._instance, name, held, now)[0].version

    def _under(self, version: int) -> Work:
        if self._work is None or self._work.scene.version != version:
            self._finish()
            instance = self._page.record.instance
            self._work = Work(open_scene(self._part, self._shelf, instance, self._instance, version, (instance,)))
        return self._work

    def _turn(self, work: Work, record: Open) -> None:
        timer, now = work.scene.compiled.timers[self._page.name], self._part.block.time
        until = frozen_until(self._shelf.freezes, self._part.state.quiet, now, record.name)
        if until is not None:
            raise Frozen(target=record.name.text[:200], until=until)
        self._part.state.charge(TURN_STEPS)
        work.begin()
        record.mark()
        work.environment.names["this"] = record.ref
        if timer.to:
            record.enter(timer.to, now)
        Doing(work, timer.name, self._calls(work)).run(timer.do)
        work.require_promises()
        self._ran.append(record.leaf)

    def _finish(self) -> None:
        """Save what was done under one version."""
        if self._work is not None:
            self._work.save(self._page.name)
        page = self._page
        for leaf in self._ran:
            instance = page.record.instance
            self._part.emit(TimerRan(due=page.sweep.began, instance=instance, key=leaf, record=page.type, timer=page.name))
        self._done += len(self._ran)
        self._ran = []


def _set_what_comes_after(part: Context, shelf: Shelf, instance: Instance, page: _Page) -> None:
    """Let the timers of the record that come after this sweep fall due, those for the state that it is in."""
    name, now = page.record, part.block.time
    held = RECORDS.find(part.state, name.instance, name.record, key_leaf(name.key))
    if held is None:
        return
    rules = shelf.compiled(part.state.quiet, as_of(instance, held.version).definition).records[name.record]
    due = [each.name for each in rules.timers if each.shape.after == page.name and (not each.froms or held.state in each.froms)]
    due = [each for each in due if held.timers.get(each, OVER) == OVER]
    if due:
        held = replace(held, timers={**held.timers, **dict.fromkeys(due, now)})
        RECORDS.set(part.state, name.instance, name.record, key_leaf(name.key), value=held)
    for each in due:
        insert(part.state, now, name_of(name, each))


def _narrow(part: Context, page: _Page, code: str) -> None:
    """Behind a page that was refused: go one record at a time, or pass over the one that refused and tell."""
    record, sweep, now = page.record, page.sweep, part.block.time
    count = SWEPT_COUNTS.find(part.state, record.instance, sweep.by, key_leaf(record.key)) or 0
    if min(page.size, count - sweep.next) > 1:
        move_on(part, record, page.name, replace(sweep, alone=sweep.next + page.size, queued=now))
        return
    leaf = SWEPT.get(part.state, record.instance, sweep.by, key_leaf(record.key), str(sweep.next))
    told = {"instance": record.instance, "key": leaf, "record": page.type}
    part.emit(TimerRested(code=code, due=sweep.began, timer=page.name, **told))
    part.emit(Alerted(cause=f"timers.{page.name}", level="high", name=page.name, **told))
    move_on(part, record, page.name, replace(sweep, next=sweep.next + 1, queued=now, rested=sweep.rested + 1))
