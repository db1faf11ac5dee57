"""The map of origins: what a thing was made of, drawn from the left to the right, or nothing where that is no picture."""

from collections.abc import Collection, Mapping, Sequence
from html import escape

__all__ = ["draw_map"]

_NODES_MAX = 24
_WIDE, _HIGH, _GAP_X, _GAP_Y = 152, 48, 40, 16
_LETTERS = 18


def draw_map(
    labels: Mapping[str, str], makers: Mapping[str, str], recalled: Collection[str], edges: Sequence[tuple[str, str]]
) -> str:
    """An SVG of things, each with its label and its maker (HTML already), those recalled marked by shape and colour.

    Empty where nothing came together, or too much to be seen at once.
    """
    known = list(dict.fromkeys((old, new) for old, new in edges if old in labels and new in labels and old != new))
    nodes = list(dict.fromkeys(each for pair in known for each in pair))
    if not known or len(nodes) > _NODES_MAX:
        return ""
    column = dict.fromkeys(nodes, 0)
    for _ in nodes:  # the longest way from a beginning; as many rounds as there are nodes, whatever a chain may hold
        for old, new in known:
            column[new] = max(column[new], min(column[old] + 1, len(nodes) - 1))
    rows: dict[int, list[str]] = {}
    for each in nodes:
        rows.setdefault(column[each], []).append(each)
    place = {
        each: (at * (_WIDE + _GAP_X) + 1, row * (_HIGH + _GAP_Y) + 1)
        for at, several in enumerate(rows[key] for key in sorted(rows))
        for row, each in enumerate(several)
    }
    width = max(x for x, _ in place.values()) + _WIDE + 2
    height = max(y for _, y in place.values()) + _HIGH + 2
    lines = "".join(_line(place[old], place[new]) for old, new in known)
    boxes = "".join(_box(place[each], labels[each], makers[each], each in recalled) for each in nodes)
    return f'<svg class="map" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">{lines}{boxes}</svg>'


def _line(old: tuple[int, int], new: tuple[int, int]) -> str:
    x, y, to_x, to_y = old[0] + _WIDE, old[1] + _HIGH // 2, new[0], new[1] + _HIGH // 2
    half = (x + to_x) // 2
    return f'<path d="M{x} {y}C{half} {y} {half} {to_y} {to_x} {to_y}"/>'


def _box(at: tuple[int, int], label: str, maker: str, is_recalled: bool) -> str:
    x, y = at
    short = label if len(label) <= _LETTERS else f"…{label[1 - _LETTERS :]}"
    mark = f'<path class="bad" d="M{x + _WIDE - 14} {y + 14}l5 -9l5 9z"/>' if is_recalled else ""
    return (
        f'<g><rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="6"/>'
        f'<text x="{x + 12}" y="{y + 20}">{escape(short)}</text><text class="soft" x="{x + 12}" y="{y + 38}">{maker}</text>{mark}</g>'
    )
