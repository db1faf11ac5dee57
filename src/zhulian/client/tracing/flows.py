"""What a gift was spent on, and whose gifts a spending came from: each stretch is proved, and together they leave no gap."""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from zhulian.client import reading
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.tracing.errors import NotOnALine, TraceBroken
from zhulian.errors import Words
from zhulian.ledger.collections import Map
from zhulian.modules.earmark.state import FUNDS, GIFTS, PLACES, SPENDINGS, Fund, Place, Stretch, number_text

__all__ = ["Part", "Way", "trace"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Part:
    """How much of a gift went to a spending, or of a spending came from a gift; `time_ms` is when that was entered."""

    record: str
    amount: int
    time_ms: int


@dataclass(frozen=True)
class Way:
    """The way of a gift (`is_gift`) or of a spending: its parts in order, and for a gift what is not spent yet."""

    record: str
    fund: str
    is_gift: bool
    amount: int
    parts: tuple[Part, ...]
    unspent: int


def trace(core: Core, record: str) -> Flow[Way]:
    """Follow a gift to its spendings, or a spending back to its gifts.

    Raises:
        NotOnALine, TraceBroken. ProofFault, NotOurs, FromNode, Unreachable.
    """
    place = yield from _find(core, (PLACES.name, record), Place)
    if place is None:
        raise NotOnALine(record=record)
    fund = yield from _find(core, (FUNDS.name, place.fund), Fund)
    if fund is None:
        raise TraceBroken(why=Words(f"缺少 {place.fund}", f"{place.fund} is not there"))
    end = place.start + place.amount
    reached = min(end, fund.spent if place.gift else fund.poured)
    others, count = (SPENDINGS, fund.spendings) if place.gift else (GIFTS, fund.gifts)
    parts = yield from _overlaps(core, others, place.fund, place.start, reached, count)
    return Way(record, place.fund, place.gift, place.amount, tuple(parts), max(0, end - max(reached, place.start)))


def _overlaps(core: Core, others: Map[Stretch], fund: str, start: int, end: int, count: int) -> Flow[list[Part]]:
    """The stretches of the other kind between `start` and `end`, each proved; together they cover it without a gap."""
    parts: list[Part] = []
    if start >= end:
        return parts
    number = yield from _covering(core, others, fund, start, count)
    at = start
    while at < end:
        stretch = yield from _stretch(core, others, fund, number)
        if not stretch.start <= at < stretch.start + stretch.amount:
            raise TraceBroken(why=Words(f"{fund} 在 {at} 处不连续", f"{fund} has a gap at {at}"))
        behind = min(end, stretch.start + stretch.amount)
        parts.append(Part(stretch.record, behind - at, stretch.time_ms))
        at, number = behind, number + 1
    return parts


def _covering(core: Core, others: Map[Stretch], fund: str, at: int, count: int) -> Flow[int]:
    """The number of the stretch that covers a point of the line, by halving."""
    low, high = 0, count - 1
    while low < high:
        middle = (low + high + 1) // 2
        stretch = yield from _stretch(core, others, fund, middle)
        low, high = (middle, high) if stretch.start <= at else (low, middle - 1)
    return low


def _stretch(core: Core, others: Map[Stretch], fund: str, number: int) -> Flow[Stretch]:
    stretch = yield from _find(core, (others.name, fund, number_text(number)), Stretch)
    if stretch is None:
        raise TraceBroken(why=Words(f"{fund} 缺少第 {number} 段", f"stretch {number} of {fund} is not there"))
    return stretch


def _find(core: Core, key: tuple[str, ...], shape: type[_T]) -> Flow[_T | None]:
    proved = yield from reading.state(core, key)
    return msgspec.convert(proved.value, shape) if proved.present else None
