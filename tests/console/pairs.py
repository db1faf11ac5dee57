"""Samples in which every pair of values of any two factors occurs (pairwise covering arrays)."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

__all__ = ["covering", "pairs_of"]

Row = dict[str, str]
Pair = tuple[tuple[str, str], tuple[str, str]]


def covering(factors: Mapping[str, Sequence[str]]) -> list[Row]:
    """Rows, fewer by far than all combinations, in which each pair of values of two factors occurs; the same rows each time.

    Greedy: each row begins with a pair that is missing and takes, factor by factor, the value that covers most of what is missing.
    """
    missing = {((one, a), (two, b)) for one, two in combinations(factors, 2) for a, b in product(factors[one], factors[two])}
    rows: list[Row] = []
    while missing:
        row: Row = dict(min(missing))
        for name in sorted((each for each in factors if each not in row), key=lambda each: -len(factors[each])):
            row[name] = max(factors[name], key=lambda value: _gain(row | {name: value}, name, factors, missing))
        row = {name: row[name] for name in factors}
        missing -= pairs_of(row)
        rows.append(row)
    return rows


def pairs_of(row: Row) -> set[Pair]:
    """The pairs that occur in a row."""
    return set(combinations(row.items(), 2))


def _gain(row: Row, name: str, factors: Mapping[str, Sequence[str]], missing: set[Pair]) -> int:
    held = [each for each in factors if each in row]
    return sum(((one, row[one]), (two, row[two])) in missing for one, two in combinations(held, 2) if name in (one, two))
