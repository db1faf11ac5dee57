"""Whether readings and batches of a device are taken: flat lists of guards over what is here. Signatures are verified before."""

from dataclasses import dataclass

from zhulian.crypto import Hasher
from zhulian.edge.errors import (
    BatchDiffers,
    ClockWrong,
    NotCalibrated,
    PacketMalformed,
    ReadingChanged,
    ReadingHeld,
    ReadingRefused,
    ReadingReplayed,
    ReadingsMissing,
)
from zhulian.edge.packets import Row, Said, Sealed
from zhulian.edge.store import Store, Tail
from zhulian.errors import Words
from zhulian.modules.device.format import Reading, gather
from zhulian.modules.device.limits import CLOCK_AHEAD_MS
from zhulian.modules.device.state import Device

__all__ = ["Window", "judge_batch", "judge_readings", "missing_numbers"]

_SHOWN = 8


@dataclass(frozen=True)
class Window:
    """What clocks of devices may say: the edge's own clock, how far they may be ahead, and how late readings may come."""

    now_ms: int
    ahead_ms: int = CLOCK_AHEAD_MS
    late_ms: int = 30 * 86_400_000


def judge_readings(store: Store, device: Device, tail: Tail, said: Said, window: Window) -> list[Row]:
    """Hold that the readings of a packet can be right; those that are new, which is at least one.

    Raises:
        PacketMalformed, ReadingReplayed, ReadingHeld, ReadingChanged, ClockWrong, NotCalibrated, ReadingRefused.
    """
    before = 0
    for row in said.readings:
        if row[0] <= before:
            raise PacketMalformed(why=Words("读数编号没有递增", "its numbers do not go up"))
        before = row[0]
    since, until = max(window.now_ms - window.late_ms, device.time_ms - window.ahead_ms), window.now_ms + window.ahead_ms
    clock = tail.time_ms
    fresh: list[Row] = []
    for row in said.readings:
        if row[0] <= tail.last and _is_held(store, said.device, row):
            continue
        if row[0] <= tail.sealed:
            raise ReadingReplayed(device=said.device, sealed=tail.sealed, sequence=row[0])
        earliest = max(since, clock) if row[0] > tail.last else since  # what fills a gap lies before the newest
        if not earliest <= row[1] <= until:
            raise ClockWrong(device=said.device, sequence=row[0], since=earliest, time_ms=row[1], until=until)
        clock = max(clock, row[1])
        _require_measured(device, said.device, row)
        fresh.append(row)
    if not fresh and before <= tail.sealed:
        raise ReadingReplayed(device=said.device, sealed=tail.sealed, sequence=said.readings[0][0])
    if not fresh:
        raise ReadingHeld(device=said.device, sequence=said.readings[0][0])
    return fresh


def _is_held(store: Store, name: str, row: Row) -> bool:
    there = store.reading(name, row[0])
    if there is not None and there != (row[1], row[2]):
        raise ReadingChanged(device=name, sequence=row[0])
    return there is not None


def _require_measured(device: Device, name: str, row: Row) -> None:
    if row[1] > device.calibration.until * 1000:
        raise NotCalibrated(device=name, sequence=row[0], until=device.calibration.until)
    if not device.low <= row[2] <= device.high:
        raise ReadingRefused(device=name, high=device.high, low=device.low, sequence=row[0], value=row[2])


def judge_batch(store: Store, hasher: Hasher, tail: Tail, sealed: Sealed) -> bool:
    """Hold that a batch is what the readings that are here give; whether it is a new one.

    Raises:
        ReadingReplayed, ReadingsMissing, BatchDiffers.
    """
    batch = sealed.paper.batch
    name = batch.device
    if batch.first <= tail.sealed:
        there = store.batch(name, batch.first)
        if there is not None and there.sealed.paper.batch == batch:
            return False  # sent again, since the answer was lost
        raise ReadingReplayed(device=name, sealed=tail.sealed, sequence=batch.first)
    rows = store.readings(name, batch.first, batch.last) if batch.last - batch.first < 2**20 else []
    if len(rows) < batch.count or not rows or rows[0][0] != batch.first or rows[-1][0] != batch.last:
        raise ReadingsMissing(device=name, missing=missing_numbers(rows, batch.first, batch.last))
    readings = [Reading(device=name, sequence=number, time_ms=time_ms, value=value) for number, time_ms, value in rows]
    if gather(hasher, readings, bytes.fromhex(sealed.seed))[0] != batch:
        raise BatchDiffers(device=name, first=batch.first, last=batch.last)
    return True


def missing_numbers(rows: list[Row], first: int, last: int) -> str:
    """The numbers from `first` to `last` that are not among `rows`, as people write them: 3-5, 9."""
    found: list[str] = []
    expected = first
    for number in [*(row[0] for row in rows), last + 1]:
        if number > expected:
            found.append(str(expected) if number == expected + 1 else f"{expected}-{number - 1}")
        expected = number + 1
        if len(found) == _SHOWN:
            return ", ".join(found) + ", …"
    return ", ".join(found)
