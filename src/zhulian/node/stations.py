"""When the newest transactions that came in here passed each station on their way, by this node's clock.

It is this process's own note: not on the chain, not proved, bounded, and gone with a restart.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from zhulian.consensus.solo import Outcome

__all__ = ["KEPT_MAX", "Stations"]

KEPT_MAX = 4_096
"""How many transactions are remembered, the newest; some 2 MB."""
_NAMES = ("received_ms", "verified_ms", "proposed_ms", "committed_ms", "sealed_ms")
_PROPOSED, _COMMITTED, _SEALED = 2, 3, 4


class Stations:
    """The stations of each transaction, in Unix milliseconds; one that was not reached yet is 0."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._times: OrderedDict[str, list[int]] = OrderedDict()

    def admitted(self, transactions: Iterable[str], received_ms: int) -> None:
        """These came in at `received_ms`, and their signatures have just been verified."""
        now = time.time_ns() // 1_000_000
        for each in transactions:
            self._times[each] = [received_ms, now, 0, 0, 0]
        while len(self._times) > self._kept_max:
            self._times.popitem(last=False)

    def settled(self, outcomes: Sequence[Outcome], proposed_ms: int, *, sealed: bool) -> None:
        """A block with these was made, of a proposal that was here at `proposed_ms`; or it has its seals by now."""
        now = time.time_ns() // 1_000_000
        for each in outcomes:
            times = self._times.get(each.transaction)
            if times is None:
                continue
            if not each.height:  # it was dropped, and no block will have it
                del self._times[each.transaction]
                continue
            if not times[_COMMITTED]:
                times[_PROPOSED], times[_COMMITTED] = proposed_ms, now
            if sealed:
                times[_SEALED] = now

    def of(self, transaction: str) -> dict[str, int]:
        """The stations that a transaction has passed, by name; empty where it came in elsewhere, or too long ago."""
        return {name: at for name, at in zip(_NAMES, self._times.get(transaction, ()), strict=False) if at}
