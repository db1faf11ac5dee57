r"""Patterns of texts: characters, classes, groups and bounded repeats, matched whole by a table and never by trying back.

pattern = choice ; choice = run *( "|" run ) ; run = *( piece [ "?" / "{n}" / "{n,m}" ] )
piece = character / "\\" sign / "[" classes "]" / "(" choice ")"
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from zhulian.language.expressions.types import Said

__all__ = ["STATES_MAX", "BadPattern", "Dfa", "TooLargePattern", "compile_pattern"]

STATES_MAX = 1024
"""The most states of a table, and the most characters that a pattern unfolds to."""
_WORK_MAX = 400_000
_SIGNS = "\\.-[](){}?|*+^$/ "
_RANGES_MAX = 64

_Chars = tuple[tuple[int, int], ...]


class BadPattern(Exception):
    """A pattern that is not in the language, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Said(zh, en)
        super().__init__(en)


class TooLargePattern(Exception):
    """A pattern that unfolds too far."""


@dataclass(frozen=True, slots=True)
class Dfa:
    """A table: for each state the next state by the range that a character falls in; -1 is the end of hope."""

    bounds: tuple[int, ...]
    table: tuple[tuple[int, ...], ...]
    accepting: tuple[bool, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text has the form; one look-up a character."""
        state = 0
        for character in text:
            state = self.table[state][bisect_right(self.bounds, ord(character))]
            if state < 0:
                return False
        return self.accepting[state]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Dfa:
    """The table of a pattern.

    Raises:
        BadPattern, TooLargePattern.
    """
    builder = _Builder(pattern)
    start, end = builder.choice(0)
    builder.finish()
    return _determine(builder, start, end)


class _Builder:
    """Parses a pattern straight into a net of states: `steps` eat a character, `skips` do not."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._here = 0
        self.skips: list[list[int]] = []
        self.steps: list[tuple[_Chars, int] | None] = []

    def _state(self) -> int:
        if len(self.steps) >= 4 * STATES_MAX:
            raise TooLargePattern
        self.skips.append([])
        self.steps.append(None)
        return len(self.steps) - 1

    def _peek(self) -> str:
        return self._text[self._here : self._here + 1]

    def finish(self) -> None:
        """Refuse what stands behind the pattern."""
        if self._here < len(self._text):
            raise BadPattern("括号没有成对", "a bracket does not close")

    def choice(self, depth: int) -> tuple[int, int]:
        """One or more runs, any of which will do."""
        if depth > 8:
            raise BadPattern("括号嵌套过深", "the brackets nest too deep")
        start, end = self._state(), self._state()
        while True:
            first, last = self._run(depth)
            self.skips[start].append(first)
            self.skips[last].append(end)
            if self._peek() != "|":
                return start, end
            self._here += 1

    def _run(self, depth: int) -> tuple[int, int]:
        start = end = self._state()
        while self._peek() not in ("", "|", ")"):
            begin = self._here
            first, last = self._piece(depth)
            least, most = self._repeat()
            after = self._here
            for count in range(most):
                if count:  # the piece once more
                    self._here = begin
                    first, last = self._piece(depth)
                self.skips[end].append(first)
                if count >= least:
                    self.skips[end].append(last)
                end = last
            if most == 0:
                raise BadPattern("重复次数为零", "a repeat of zero says nothing")
            self._here = after
        return start, end

    def _repeat(self) -> tuple[int, int]:
        sign = self._peek()
        if sign in ("*", "+"):
            raise BadPattern(f"{sign} 没有上限", f"{sign} has no bound")
        if sign == "?":
            self._here += 1
            least, most = 0, 1
        elif sign == "{":
            close = self._text.find("}", self._here)
            inner = self._text[self._here + 1 : close] if close > 0 else ""
            low, comma, high = inner.partition(",")
            if not (low.isascii() and low.isdigit() and len(low) < 5) or (
                comma and not (high.isascii() and high.isdigit() and len(high) < 5)
            ):
                raise BadPattern("重复次数须写成 {n} 或 {n,m}", "write a repeat as {n} or {n,m}")
            least, most = int(low), int(high if comma else low)
            self._here = close + 1
        else:
            return 1, 1
        if most > STATES_MAX:
            raise TooLargePattern
        if least > most or self._peek() in ("*", "+", "?", "{"):
            raise BadPattern("重复写法有误", "the repeat is wrong")
        return least, most

    def _piece(self, depth: int) -> tuple[int, int]:
        sign = self._text[self._here]
        self._here += 1
        if sign == "(":
            found = self.choice(depth + 1)
            if self._peek() != ")":
                raise BadPattern("括号没有成对", "a bracket does not close")
            self._here += 1
            return found
        if sign == "[":
            chars = self._class()
        elif sign == "\\":
            code = self._escaped()
            chars = ((code, code),)
        elif sign in ".^$*+?{}]":
            raise BadPattern(
                f"{sign} 须写成 \\{sign}，或在此处没有意义", f"write {sign} as \\{sign}; bare, it means nothing here"
            )
        else:
            chars = ((ord(sign), ord(sign)),)
        start, end = self._state(), self._state()
        self.steps[start] = (chars, end)
        return start, end

    def _escaped(self) -> int:
        sign = self._peek()
        if not sign or sign not in _SIGNS:
            raise BadPattern(f"不认识 \\{sign}", f"\\{sign} is unknown")
        self._here += 1
        return ord(sign)

    def _class(self) -> _Chars:
        ranges: list[tuple[int, int]] = []
        if self._peek() == "^":
            raise BadPattern("不能用排除类 [^…]", "a class cannot say what it is not")
        while (sign := self._peek()) != "]":
            if not sign:
                raise BadPattern("方括号没有成对", "a class does not close")
            self._here += 1
            low = high = self._escaped() if sign == "\\" else ord(sign)
            if self._peek() == "-" and self._text[self._here + 1 : self._here + 2] not in ("]", ""):
                self._here += 1
                last = self._peek()
                self._here += 1
                high = self._escaped() if last == "\\" else ord(last)
            if high < low:
                raise BadPattern("字符范围首尾颠倒", "a range runs backwards")
            ranges.append((low, high))
        self._here += 1
        if not ranges or len(ranges) > _RANGES_MAX:
            raise BadPattern("字符类为空或过长", "a class is empty or too long")
        return tuple(ranges)


def _determine(builder: _Builder, start: int, end: int) -> Dfa:
    """The table over sets of states of the net."""
    edges = sorted({edge for step in builder.steps if step for low, high in step[0] for edge in (low, high + 1)})
    work = 0

    def close(states: list[int]) -> tuple[int, ...]:
        nonlocal work
        seen = dict.fromkeys(states)
        queue = list(seen)
        while queue:
            for after in builder.skips[queue.pop()]:
                work += 1
                if after not in seen:
                    seen[after] = None
                    queue.append(after)
        return tuple(sorted(seen))

    first = close([start])
    numbers, order = {first: 0}, [first]
    table: list[tuple[int, ...]] = []
    while len(table) < len(order):
        moves: list[list[int]] = [[] for _ in range(len(edges) + 1)]
        for state in order[len(table)]:
            step = builder.steps[state]
            for low, high in step[0] if step else ():
                for place in range(bisect_right(edges, low), bisect_right(edges, high) + 1):
                    moves[place].append(step[1] if step else 0)
                    work += 1
        row: list[int] = []
        for targets in moves:
            closed = close(targets)
            if not closed:
                row.append(-1)
                continue
            if closed not in numbers:
                numbers[closed] = len(order)
                order.append(closed)
            row.append(numbers[closed])
        table.append(tuple(row))
        if len(order) > STATES_MAX or work > _WORK_MAX:
            raise TooLargePattern
    return Dfa(tuple(edges), tuple(table), tuple(end in each for each in order))
