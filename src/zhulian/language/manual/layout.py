"""A small layered layout for state diagrams (Sugiyama, Tagawa, Toda 1981): layers, order, places; whole geometry, no drawing.

Boxes and the labels of edges are both items of layers, so that no label ever lies on a box or on another label. Reading goes from
top to bottom. All numbers are pixels; the result depends on the input alone.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Box", "Laid", "Line", "lay_out"]

_SPACE = 20
_THIN = 10
_GAP = 20
_ROUNDS = 16
_WIDE = 350
"""How wide a layer of boxes may be: about what a telephone shows without making letters small."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram, or (in the result) a box or label at its place; `x` and `y` are its centre."""

    name: str
    width: float
    height: float
    x: float = 0
    y: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """An edge with the size of its label; in the result with its points, from the source to the target, and the label's centre."""

    source: str
    target: str
    width: float
    height: float
    points: tuple[tuple[float, float], ...] = ()
    label: tuple[float, float] = (0, 0)


@dataclass(frozen=True, slots=True)
class Laid:
    """Everything at its place within `width` and `height`."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Item:
    """A box (`line` < 0), or one step of a line through a layer."""

    layer: int
    width: float
    height: float
    line: int = -1
    label: bool = False
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    x: float = 0
    y: float = 0


def lay_out(boxes: Sequence[Box], lines: Sequence[Line]) -> Laid:
    """Lay boxes out in layers by the lines between them; `boxes` stand in the order in which they should come."""
    names = {each.name: index for index, each in enumerate(boxes)}
    ends = [(names[each.source], names[each.target]) for each in lines]
    turned = _turned(len(boxes), ends)
    downward = [(b, a) if back else (a, b) for (a, b), back in zip(ends, turned, strict=True)]
    layers = _narrowed(boxes, downward, _layers([0] * len(boxes), downward))
    items = [_Item(2 * layers[index], each.width, each.height) for index, each in enumerate(boxes)]
    chains = _chains(items, lines, downward)
    rows: list[list[int]] = [[] for _ in range(max(each.layer for each in items) + 1)]
    for index, item in enumerate(items):
        rows[item.layer].append(index)
    rows = _ordered(items, rows)
    _place(items, [each for each in rows if each])
    left = min(each.x - each.width / 2 for each in items)
    for each in items:
        each.x -= left
    return _result(boxes, lines, items, chains, turned)


def _turned(count: int, ends: Sequence[tuple[int, int]]) -> list[bool]:
    """Which lines go back up: those that close a circle when the diagram is walked in the order of the boxes."""
    ways: list[list[int]] = [[] for _ in range(count)]
    for index, (source, _) in enumerate(ends):
        ways[source].append(index)
    state = [0] * count
    turned = [False] * len(ends)

    def walk(here: int) -> None:
        state[here] = 1
        for index in ways[here]:
            target = ends[index][1]
            if state[target] == 1:
                turned[index] = True
            elif state[target] == 0:
                walk(target)
        state[here] = 2

    for start in range(count):
        if state[start] == 0:
            walk(start)
    return turned


def _layers(least: Sequence[int], ends: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each box: one below the lowest box that leads to it, and `least` or lower."""
    layers = list(least)
    for _ in layers:
        for source, target in ends:
            layers[target] = max(layers[target], layers[source] + 1)
    return layers


def _narrowed(boxes: Sequence[Box], ends: Sequence[tuple[int, int]], layers: list[int]) -> list[int]:
    """Layers of which none is wider than a telephone shows: what does not fit moves down, boxes that lead nowhere first."""
    leads = {source for source, _ in ends}
    layer = 0
    while layer <= max(layers):
        here = [index for index, each in enumerate(layers) if each == layer]
        if len(here) > 1 and sum(boxes[index].width for index in here) + _SPACE * (len(here) - 1) > _WIDE:
            moved = max(here, key=lambda index: (index not in leads, index))
            layers[moved] += 1
            layers = _layers(layers, ends)
        else:
            layer += 1
    return layers


def _chains(items: list[_Item], lines: Sequence[Line], ends: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The items of each line from top to bottom; its label goes to the emptiest layer between two layers of boxes."""
    taken: dict[int, float] = {}
    chains = []
    for number, (line, (top, bottom)) in enumerate(zip(lines, ends, strict=True)):
        between = range(items[top].layer + 1, items[bottom].layer)
        odd = [each for each in between if each % 2]
        home = min(odd, key=lambda each: (taken.get(each, 0.0), -each))
        taken[home] = taken.get(home, 0.0) + line.width + _SPACE
        chain = [top]
        for layer in between:
            label = layer == home
            items.append(_Item(layer, line.width if label else _THIN, line.height if label else 0, number, label))
            chain.append(len(items) - 1)
        chain.append(bottom)
        for above, below in itertools.pairwise(chain):
            items[above].below.append(below)
            items[below].above.append(above)
        chains.append(chain)
    return chains


def _crossings(items: list[_Item], rows: list[list[int]]) -> int:
    """How often lines cross between neighbouring layers."""
    total = 0
    for row, after in itertools.pairwise(rows):
        at = {each: place for place, each in enumerate(after)}
        ends = [sorted(at[each] for each in items[one].below) for one in row]
        for left, several in enumerate(ends):
            for others in ends[left + 1 :]:
                total += sum(1 for one in several for other in others if one > other)
    return total


def _ordered(items: list[_Item], rows: list[list[int]]) -> list[list[int]]:
    """The order within each layer with the fewest crossings that some rounds of barycentres find."""
    best, fewest = [list(each) for each in rows], _crossings(items, rows)
    for turn in range(_ROUNDS):
        down = turn % 2 == 0
        for layer in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
            beside = {each: place for place, each in enumerate(rows[layer - 1 if down else layer + 1])}

            def weight(each: int, beside: dict[int, int] = beside, down: bool = down) -> float:
                found = [beside[one] for one in (items[each].above if down else items[each].below)]
                return sum(found) / len(found) if found else -1

            old = {each: place for place, each in enumerate(rows[layer])}
            rows[layer].sort(key=lambda each: (weight(each) if weight(each) >= 0 else old[each], old[each]))
        count = _crossings(items, rows)
        if count < fewest:
            best, fewest = [list(each) for each in rows], count
    return best


def _place(items: list[_Item], rows: list[list[int]]) -> None:
    """Where each item stands: as near to its neighbours as the width of the others in its layer, and that of the whole, allow."""
    room = max(_WIDE, *(sum(items[each].width + _SPACE for each in row) - _SPACE for row in rows))
    for row in rows:
        _pack(items, row, [items[each].x for each in row], room)
    for turn in range(2 * _ROUNDS):
        down = turn % 2 == 0
        for row in rows if down else rows[::-1]:
            _pack(items, row, [_wish(items, each, down, turn) for each in row], room)
    y = 0.0
    for row in rows:
        tall = max((items[each].height for each in row), default=0)
        for each in row:
            items[each].y = y + tall / 2
            if items[each].line >= 0 and not items[each].label:
                items[each].height = tall  # a line passes the boxes beside it upright
        y += tall + _GAP


def _wish(items: list[_Item], index: int, down: bool, turn: int) -> float:
    item = items[index]
    near = (item.above if down else item.below) if turn < _ROUNDS else [*item.above, *item.below]
    return sum(items[each].x for each in near) / len(near) if near else item.x


def _pack(items: list[_Item], row: list[int], wishes: list[float], room: float) -> None:
    """The places nearest to the wishes (least squares) that keep order, distance and a width: pool adjacent violators, then cut."""
    offsets = [0.0]
    for left, right in itertools.pairwise(row):
        offsets.append(offsets[-1] + (items[left].width + items[right].width) / 2 + _SPACE)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        mean, count = wish - offset, 1
        while pools and pools[-1][0] > mean:
            before, several = pools.pop()
            mean = (mean * count + before * several) / (count + several)
            count += several
        pools.append((mean, count))
    least, most = items[row[0]].width / 2 - room / 2, room / 2 - items[row[-1]].width / 2 - offsets[-1]
    flat = [min(max(mean, least), most) for mean, count in pools for _ in range(count)]
    for each, mean, offset in zip(row, flat, offsets, strict=True):
        items[each].x = mean + offset


def _result(boxes: Sequence[Box], lines: Sequence[Line], items: list[_Item], chains: list[list[int]], turned: list[bool]) -> Laid:
    placed = tuple(Box(each.name, each.width, each.height, items[index].x, items[index].y) for index, each in enumerate(boxes))
    drawn = []
    for number, line in enumerate(lines):
        chain = chains[number]
        first, last = items[chain[0]], items[chain[-1]]
        points = [(_port(items, chain[0], chain[1], below=True), first.y + first.height / 2)]
        label = (0.0, 0.0)
        for each in chain[1:-1]:
            half = 0 if items[each].label else items[each].height / 2
            points += [(items[each].x, items[each].y + step) for step in ((-half, half) if half else (0,))]
            if items[each].label:
                label = (items[each].x, items[each].y)
        points.append((_port(items, chain[-1], chain[-2], below=False), last.y - last.height / 2))
        drawn.append(
            Line(line.source, line.target, line.width, line.height, tuple(points[::-1] if turned[number] else points), label)
        )
    width = max(each.x + each.width / 2 for each in items)
    height = max(each.y + each.height / 2 for each in items)
    return Laid(placed, tuple(drawn), width, height)


def _port(items: list[_Item], box: int, beside: int, *, below: bool) -> float:
    """Where a line meets the edge of a box: side by side in the order of where they come from."""
    item = items[box]
    several = sorted(item.below if below else item.above, key=lambda each: (items[each].x, each))
    room = min(item.width * 0.7, 26.0 * (len(several) - 1))
    place = several.index(beside)
    return item.x + (room * (place / (len(several) - 1) - 0.5) if len(several) > 1 else 0)
