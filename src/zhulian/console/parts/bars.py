"""A row of bars: one number a block, the newest on the right; the numbers stand in the titles and, for readers of text, in words."""

from collections.abc import Sequence

from zhulian.console.parts.html import Safe, number, tag

__all__ = ["bars"]

_WIDTH, _HEIGHT, _GAP = 600, 88, 2
_PLACES = 30
"""There is room for so many at least, so that a few do not look like a wall."""


def bars(title: str, pairs: Sequence[tuple[str, int]], told: str) -> Safe:
    """Bars of `(name, value)`; values are whole and not negative. `told` is the sentence that says the same."""
    most = max((value for _, value in pairs), default=0) or 1
    places = max(len(pairs), _PLACES)
    step = _WIDTH / places
    drawn = []
    for place, (name, value) in enumerate(pairs, places - len(pairs)):
        high = max(1.0, (_HEIGHT - 2) * value / most)
        mark = tag("title", f"{name}: {number(value)}")
        drawn.append(
            tag(
                "rect", mark, x=f"{place * step:.1f}", y=f"{_HEIGHT - high:.1f}", width=f"{max(step - _GAP, 1):.1f}", height=f"{high:.1f}"
            )
        )  # fmt: skip
    svg = tag("svg", *drawn, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", preserveAspectRatio="none", role="img", aria_label=told)
    return tag("figure", tag("figcaption", title, tag("span", told, class_="soft small")), svg, class_="bars")
