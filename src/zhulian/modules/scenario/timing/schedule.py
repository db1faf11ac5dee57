"""When a record's timers fall due: worked out anew whenever the record is saved, kept in the record and in the queue alike."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec.structs import replace

from zhulian.errors import check
from zhulian.language.compile import CompiledRecord, Looks
from zhulian.language.expressions.closures import Program
from zhulian.language.lending import RecordName
from zhulian.ledger.overlay import State
from zhulian.modules.scenario.state import Held
from zhulian.modules.scenario.timing.queue import insert, remove
from zhulian.modules.scenario.values import key_leaf, key_of_leaf

__all__ = ["OVER", "SWEEP", "TASKS", "DueEntry", "entry_of", "name_of", "reschedule", "span_s"]

OVER: Final = -1
"""In a record's `timers`: the timer has run, or was refused and rests, until the record enters a state again."""
EARLIEST: Final = 10
"""The earliest time of a timer: none is written shorter than `OVER`, so that a timer can always be put to rest."""
TASKS: Final = "tasks.within"
"""The timer that ends the time for a record's tasks; no definition can call one of its own so."""
SWEEP: Final = "sweep."
"""What names the next page of a sweep in the queue, before the sweep's own name; no definition can call a timer so."""

_SPAN = re.compile(r"([0-9]+)(d|h|min|s)")
_SECONDS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}


class DueEntry(NamedTuple):
    """What falls due: a timer of a record."""

    record: RecordName
    timer: str


def name_of(record: RecordName, timer: str) -> str:
    """How the queue calls a timer of a record: entries of one time run in the order of these names."""
    return f"{record.instance}/{record.record}/{key_leaf(record.key)}/{timer}"


def entry_of(name: str) -> DueEntry:
    """The inverse of `name_of`."""
    rest, _, timer = name.rpartition("/")
    instance, record, leaf = rest.split("/", 2)
    return DueEntry(RecordName(instance, record, key_of_leaf(leaf)), timer)


def span_s(text: str) -> int:
    """A span of a definition, such as 30d, in seconds; a calendar day has 86,400 in a zone with a fixed offset."""
    match = _SPAN.fullmatch(text)
    check(match is not None, "a checked definition has spans")
    return 0 if match is None else int(match.group(1)) * _SECONDS[match.group(2)]


def reschedule(
    state: State,
    name: RecordName,
    record: CompiledRecord,
    before: Held | None,
    after: Held,
    worth: Callable[[Program], int],
    *,
    entered: bool = False,
) -> Held:
    """The record with its timers as they now are, the queue with it; to be called for every record that is saved.

    `before` is the record as it was last saved (None: new), under whatever version; `after` as it will be, of type `record`;
    `worth` answers an `at` for it, in Unix seconds; `entered` says that it entered a state, which within one second of block
    time does not show where it is the state that it was in. A time before 1970 counts as its first `EARLIEST` seconds.

    Raises:
        Refusal: if an `at` has no value.
    """
    if not record.timers and record.shape.tasks is None and (before is None or not before.timers):
        return after
    entered = entered or before is None or (before.state, before.since) != (after.state, after.since)
    moved = before is not None and before.version != after.version
    old = {} if before is None else before.timers
    timers: dict[str, int] = {}
    for timer in record.timers:
        if timer.froms and after.state not in timer.froms:
            continue
        known = None if entered else after.timers.get(timer.name)
        if timer.at is None:  # it comes after a sweep, whose end sets its time
            timers |= {} if known is None else {timer.name: known}
            continue
        if known is None or (known != OVER and (moved or before is None or _touches(timer.looks, before, after))):
            known = max(worth(timer.at), EARLIEST)
        timers[timer.name] = known
    after = _tasks(record, before, after, timers, entered=entered)
    _requeue(state, name, old, timers)
    return after if timers == after.timers else replace(after, timers=timers)


def _tasks(record: CompiledRecord, before: Held | None, after: Held, timers: dict[str, int], *, entered: bool) -> Held:
    """The record with its tasks begun anew where it enters their state, or is made; `timers` gets the end of their time."""
    tasks = record.shape.tasks
    if tasks is None or (tasks.during and after.state != tasks.during) or after.state in record.finals:
        return after
    if before is None or (entered and tasks.during):
        timers[TASKS] = after.since + span_s(tasks.within)
        return replace(after, done={}) if after.done else after
    known = after.timers.get(TASKS, OVER)
    timers[TASKS] = OVER if len(after.done) == len(tasks.items) else known
    return after


def _requeue(state: State, name: RecordName, old: dict[str, int], new: dict[str, int]) -> None:
    for timer, time in old.items():
        if time != OVER and new.get(timer) != time:
            remove(state, time, name_of(name, timer))
    for timer, time in new.items():
        if time != OVER and old.get(timer) != time:
            insert(state, time, name_of(name, timer))


def _touches(looks: Looks, before: Held, after: Held) -> bool:
    """Whether what `at` looks at may have changed."""
    if looks.beyond:
        return True
    return any(_seen(before, each) != _seen(after, each) for each in sorted(looks.fields))


def _seen(held: Held, name: str) -> object:
    return getattr(held, name) if name in ("state", "since", "owner") else held.fields.get(name)
