"""A waterfall: what came after what, and how long each step took. A table in words, with a bar in each row that shows where it lies in the whole."""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.console.parts.html import Safe, number, table, tag

__all__ = ["Step", "waterfall"]

_LEAST_PART = 0.6
"""The least width of a bar, in hundredths of the whole: what took no time at all is still to be seen."""


class Step(NamedTuple):
    """What was done, from when until when (Unix milliseconds)."""

    name: str
    begin_ms: int
    end_ms: int


def waterfall(heads: tuple[str, str, str], steps: Sequence[Step]) -> Safe:
    """The steps one below the other; `heads` name the columns for the step, the bars, and how long it took."""
    first = min(each.begin_ms for each in steps)
    whole = max(1, max(each.end_ms for each in steps) - first)
    rows = []
    for each in steps:
        begin = 100 * (each.begin_ms - first) / whole
        width = max(_LEAST_PART, 100 * (each.end_ms - each.begin_ms) / whole)
        bar = tag("rect", x=f"{min(begin, 100 - _LEAST_PART):.2f}", y="2", width=f"{width:.2f}", height="8", rx="0.6")
        drawn = tag("svg", bar, viewBox="0 0 100 12", preserveAspectRatio="none", aria_hidden="true")
        rows.append((each.name, drawn, number(max(0, each.end_ms - each.begin_ms))))
    return tag("div", table(heads, rows, right=(2,)), class_="waterfall")
