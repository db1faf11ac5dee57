"""From the sums of a box and the trustees' parts to the counts, by looking for the small number behind a point."""

from collections.abc import Mapping, Sequence
from math import isqrt

from zhulian.crypto.group import Curve, Point
from zhulian.crypto.sharing import combine_points
from zhulian.modules.ballot.state import Box, Sums

__all__ = ["count_sums", "number_behind"]


def count_sums(group: Curve, box: Box, sums: Sums, parts: Mapping[str, Sequence[str]]) -> list[int] | None:
    """The counts of the choices in their order; None if a sum holds no number of as many ballots as there are.

    `parts` are the points of at least `threshold` trustees by their names.
    """
    counts = []
    for choice in range(box.choices):
        shares = [
            (box.trustees.index(trustee) + 1, group.decode(bytes.fromhex(points[choice])))
            for trustee, points in list(parts.items())[: box.threshold]
        ]
        opened = group.decode(bytes.fromhex(sums.seconds[choice])) - combine_points(group, shares)
        found = number_behind(group, opened, box.ballots + box.merged)
        if found is None:
            return None
        counts.append(found)
    return counts


def number_behind(group: Curve, point: Point, most: int) -> int | None:
    """The number m from 0 to `most` with m·G = `point`; None if there is none. About 2·√most additions (Shanks 1971)."""
    stride = isqrt(most) + 1
    baby: dict[bytes, int] = {}
    step, walked = group.base_times(1), group.infinity()
    for number in range(stride):
        baby[walked.encode()] = number
        walked = walked + step
    giant, left = -walked, point
    for leap in range(stride + 1):
        found = baby.get(left.encode())
        if found is not None and leap * stride + found <= most:
            return leap * stride + found
        left = left + giant
    return None
