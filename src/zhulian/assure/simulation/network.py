"""Clock, events and the lines between members: all that happens stands in one queue, ordered by time and then by arrival."""

import hashlib
import heapq
import random
from collections.abc import Callable
from typing import Any

__all__ = ["Lines", "Timeline"]

_DROPPED = 0.03
_SLOW = 12


class Timeline:
    """What happens when. `elapsed_ms` only grows; `offset_ms` is how far the calendar was moved on besides."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._trace = hashlib.sha256()
        self.elapsed_ms = 0
        self.offset_ms = 0
        self.events = 0

    @property
    def now_ms(self) -> int:
        """What a clock that is right shows, Unix milliseconds."""
        return self._start_ms + self.elapsed_ms + self.offset_ms

    def after(self, delay_ms: int, call: Callable[[], None]) -> None:
        """Call something after so many milliseconds."""
        self._count += 1
        heapq.heappush(self._queue, (self.elapsed_ms + delay_ms, self._count, call))

    def step(self) -> bool:
        """Let the next thing happen; whether there was one."""
        if not self._queue:
            return False
        at, _, call = heapq.heappop(self._queue)
        self.elapsed_ms = max(at, self.elapsed_ms)
        self.events += 1
        call()
        return True

    def note(self, *said: Any) -> None:
        """Add to the trace, by whose digest two runs are compared."""
        self._trace.update(repr((self.elapsed_ms, self.offset_ms, *said)).encode())

    def trace(self) -> str:
        """The digest of everything that was noted, in hex."""
        return self._trace.hexdigest()


class Lines:
    """The lines between members, by name. Messages are delayed, overtake each other, get lost, and stop at a partition."""

    def __init__(self, timeline: Timeline, chance: random.Random) -> None:
        self._timeline = timeline
        self._chance = chance
        self._sides: dict[str, int] = {}
        self.slow: str | None = None
        self.calm = False
        self.sent = 0
        self.lost = 0

    def part(self, sides: dict[str, int]) -> None:
        """Let only members of the same side hear each other; an empty table heals all lines."""
        self._sides = dict(sides)

    def send(self, sender: str, to: str, deliver: Callable[[], None]) -> None:
        """Carry one message, perhaps."""
        self.sent += 1
        apart = self._sides.get(sender, 0) != self._sides.get(to, 0)
        if apart or (not self.calm and self._chance.random() < _DROPPED):
            self.lost += 1
            return
        delay = self._chance.randint(2, 30)
        if not self.calm and self._chance.random() < 0.05:
            delay += self._chance.randint(100, 1500)  # so that it is overtaken
        if self.slow in (sender, to):
            delay *= _SLOW
        self._timeline.after(delay, deliver)
