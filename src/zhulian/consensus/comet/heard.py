"""Who was heard of lately: the newest header that each member has sealed, and how far its clock is from this node's.

This is for people who watch a network; nothing that is decided depends on it.
"""

from collections import deque
from collections.abc import Iterable
from statistics import median

from zhulian.ledger.types import Seal

__all__ = ["Heard"]

_SAMPLES = 15


class Heard:
    """What the seals that came in with votes tell about their givers."""

    def __init__(self) -> None:
        self._since: int | None = None
        self._newest: dict[str, int] = {}
        self._skews: dict[str, deque[int]] = {}

    def begin(self, height: int) -> None:
        """This node makes its own seals from `height` on; nobody is silent for what was before."""
        if self._since is None:
            self._since = height

    def is_news(self, sealer: str, height: int) -> bool:
        """Whether a seal at `height` is newer than what was heard of the member."""
        return height > self._newest.get(sealer, 0)

    def note(self, height: int, seal: Seal, own: Seal | None) -> None:
        """A good seal of `height` came in; `own` is this node's, given when it committed the same header."""
        self._newest[seal.sealer] = max(height, self._newest.get(seal.sealer, 0))
        if own is not None and own.sealer != seal.sealer:
            self._skews.setdefault(seal.sealer, deque(maxlen=_SAMPLES)).append(seal.time_ms - own.time_ms)

    def silent(self, head: int, sealers: Iterable[str]) -> dict[str, int]:
        """For each member, how many of the newest headers up to `head` have passed without a seal of it."""
        since = head if self._since is None else self._since - 1
        return {each: max(0, head - max(since, self._newest.get(each, 0))) for each in sealers}

    def skews_ms(self, sealers: Iterable[str]) -> dict[str, int]:
        """How far each member's clock is ahead of this node's, in milliseconds; the median of its latest seals.

        Both seal a header when they commit it, so what one of them lags behind counts as well.
        """
        return {each: int(median(self._skews[each])) for each in sealers if self._skews.get(each)}
