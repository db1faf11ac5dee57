"""The readings of a device in time: appending a batch, and the figures of any period, both in work that hardly grows.

Of every 2^level batches that stand together the figures are kept, so that a period is put together from few of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.device.format import BatchPaper
from zhulian.modules.device.judging import weight_of
from zhulian.modules.device.state import BATCHES, LINES, SPANS, Figures, Line, Recorded, number_text

__all__ = ["Period", "append", "look_over"]


class Period(NamedTuple):
    """The batches that ended within a period: the first and last of them, and the figures of all behind the first."""

    first: Recorded
    last: Recorded
    behind: Figures | None

    @property
    def figures(self) -> Figures:
        """The figures of them all."""
        return self.first.figures if self.behind is None else self.first.figures.and_then(self.behind)


def append(context: Context, paper: BatchPaper, line: Line | None) -> Recorded:
    """Record a batch that was judged behind those of `line`."""
    batch, name = paper.batch, paper.batch.device
    number = 0 if line is None else line.batches
    missing = batch.last - batch.first + 1 - batch.count + (0 if line is None else batch.first - line.last - 1)
    silence = max(batch.pause, 0 if line is None else batch.since - line.until)
    figures = Figures(count=batch.count, least=batch.least, missing=missing, most=batch.most, silence=silence, total=batch.total)
    recorded = Recorded(
        figures=figures,
        first=batch.first,
        height=context.block.height,
        key=paper.key,
        last=batch.last,
        newest=batch.newest,
        pause=batch.pause,
        root=batch.root,
        since=batch.since,
        time_ms=context.block.time_ms,
        transaction=context.transaction,
        until=batch.until,
    )
    BATCHES.set(context.state, name, number_text(number), value=recorded)
    _complete(context.state, name, number, figures)
    value = Line(
        batches=number + 1,
        last=batch.last,
        missing=missing + (0 if line is None else line.missing),
        newest=batch.newest,
        readings=batch.count + (0 if line is None else line.readings),
        until=batch.until,
        weight=weight_of(batch) + (0 if line is None else line.weight),
    )
    LINES.set(context.state, name, value=value)
    return recorded


def _complete(state: State, name: str, number: int, figures: Figures) -> None:
    """Keep the figures of every span that the batch `number` is the last of."""
    level, place = 0, number
    while place % 2:
        figures = _span(state, name, level, place - 1).and_then(figures)
        level, place = level + 1, place // 2
        SPANS.set(state, name, f"{level:02d}", number_text(place), value=figures)


def look_over(state: StateView, name: str, since_ms: int, until_ms: int) -> Period | None:
    """The batches whose last reading lies from `since_ms` on and before `until_ms`; None if there is none."""
    line = LINES.find(state, name)
    if line is None:
        return None
    first = _first_from(state, name, since_ms, line.batches)
    behind = _first_from(state, name, until_ms, line.batches)
    if first >= behind:
        return None
    start = BATCHES.get(state, name, number_text(first))
    if behind - first == 1:
        return Period(start, start, None)
    total: Figures | None = None
    for level, place in _cover(first + 1, behind):
        part = _span(state, name, level, place)
        total = part if total is None else total.and_then(part)
    return Period(start, BATCHES.get(state, name, number_text(behind - 1)), total)


def _first_from(state: StateView, name: str, time_ms: int, count: int) -> int:
    """The number of the first batch that ended at `time_ms` or later; `count` if all ended before. Clocks never run back."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if BATCHES.get(state, name, number_text(middle)).until >= time_ms:
            high = middle
        else:
            low = middle + 1
    return low


def _cover(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans (level, place) that together are the batches from `start` to before `end`, from the left."""
    right: list[tuple[int, int]] = []
    level = 0
    while start < end:
        if start % 2:
            yield level, start
            start += 1
        if end % 2:
            end -= 1
            right.append((level, end))
        level, start, end = level + 1, start // 2, end // 2
    yield from reversed(right)


def _span(state: StateView, name: str, level: int, place: int) -> Figures:
    if level == 0:
        return BATCHES.get(state, name, number_text(place)).figures
    return SPANS.get(state, name, f"{level:02d}", number_text(place))
