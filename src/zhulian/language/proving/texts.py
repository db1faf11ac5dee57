"""Texts that match a pattern, in a fixed order, for examples that a runner can play."""

from bisect import bisect_right
from collections.abc import Iterator

from zhulian.language.definition.patterns import Dfa

__all__ = ["matching"]

_PREFERRED = "A1a一B2b"
"""Characters that are taken first, so that examples read like names and numbers."""


def matching(pattern: Dfa) -> Iterator[str]:
    """Texts of the pattern: as short as each way through its table allows, and all different."""
    left = _least(pattern)
    if not left:
        return
    characters, most = _characters(pattern), left[0] + 2
    for length in range(left[0], most + 1):
        stack: list[tuple[int, str]] = [(0, "")]
        while stack:
            state, text = stack.pop()
            if len(text) == length:
                if pattern.accepting[state]:
                    yield text
                continue
            for character in reversed(characters):
                after = _step(pattern, state, character)
                if after >= 0 and after in left and left[after] <= length - len(text) - 1:
                    stack.append((after, text + character))


def _characters(pattern: Dfa) -> list[str]:
    """One character or a few of each range of the table."""
    found: dict[str, None] = {}
    edges = [0, *pattern.bounds]
    for place, low in enumerate(edges):
        high = edges[place + 1] if place + 1 < len(edges) else low + 1
        for character in _PREFERRED:
            if low <= ord(character) < high:
                found[character] = None
        for code in range(max(low, 0x21), min(high, max(low, 0x21) + 10)):
            if chr(code).isprintable():
                found[chr(code)] = None
    return sorted(found, key=lambda each: _PREFERRED.find(each) if each in _PREFERRED else len(_PREFERRED))


def _step(pattern: Dfa, state: int, character: str) -> int:
    return pattern.table[state][bisect_right(pattern.bounds, ord(character))]


def _least(pattern: Dfa) -> dict[int, int]:
    """By state, how many characters are needed at least to an end; states without one are missing."""
    left = {state: 0 for state, ends in enumerate(pattern.accepting) if ends}
    changed = True
    while changed:
        changed = False
        for state, row in enumerate(pattern.table):
            best = min((left[after] + 1 for after in row if after in left), default=None)
            if best is not None and best < left.get(state, best + 1):
                left[state] = best
                changed = True
    return left if 0 in left else {}
