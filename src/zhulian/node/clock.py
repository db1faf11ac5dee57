"""The machine's clock, believed only as long as it behaves: block time is evidence."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from zhulian.node.errors import ClockBehind, ClockJumped, StopNode

__all__ = ["BEHIND_MS_MAX", "JUMP_MS_MAX", "GuardedClock"]

JUMP_MS_MAX = 10 * 60 * 1000
"""How far the clock may run away from the time that has passed since the start; less is a correction."""
BEHIND_MS_MAX = 2 * 60 * 1000
"""How far the clock may be behind the newest block at the start; less is waited out in block time, which never goes back."""


class GuardedClock:
    """Unix milliseconds, after a check against the machine's uptime at each reading."""

    def __init__(self, wall: Callable[[], int] | None = None, uptime: Callable[[], int] | None = None) -> None:
        self._wall = wall or _wall_ms
        self._uptime = uptime or _uptime_ms
        self._started = self._wall(), self._uptime()

    def check_start(self, newest_block_ms: int, *, confirmed: bool = False) -> None:
        """Refuse to begin on a clock that stands before the newest block, unless a person has confirmed it.

        A clock that is ahead cannot be told from a node that has rested, so that is not judged here.

        Raises:
            ClockBehind: by more than two minutes.
        """
        now = self._wall()
        behind = newest_block_ms - now
        if behind > BEHIND_MS_MAX and not confirmed:
            raise ClockBehind(now=_say(now), last=_say(newest_block_ms), behind_s=behind // 1000)

    def now_ms(self) -> int:
        """The time, in Unix milliseconds.

        Raises:
            StopNode: the clock was set by more than ten minutes, either way, since the node began.
        """
        now = self._wall()
        jump = (now - self._started[0]) - (self._uptime() - self._started[1])
        if abs(jump) > JUMP_MS_MAX:
            raise StopNode(ClockJumped(jump_s=jump // 1000))
        return now

    def now(self) -> int:
        """The time, in Unix seconds; raises as `now_ms`."""
        return self.now_ms() // 1000


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _uptime_ms() -> int:
    # Counts a suspended machine's sleep too, so that an opened laptop has made no jump.
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def _say(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
