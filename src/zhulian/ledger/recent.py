"""Remembers transaction ids until block time has passed their expiry, so that nothing is applied twice.

Ids are kept in lists by minute of expiry. The state holds one leaf for each minute, with the count and a digest chained
over the ids in the order in which they came, so that all members prove to hold the same lists.
"""

from collections.abc import Iterable, Mapping

from zhulian.crypto import Hasher
from zhulian.ledger.collections import Map
from zhulian.ledger.overlay import BlockOverlay
from zhulian.ledger.types import Digest, Wire

__all__ = ["IDS", "MinuteOfIds", "RecentIds", "minute_of"]


class MinuteOfIds(Wire, frozen=True):
    """How many ids expire within the minute, and the digest chained over them."""

    count: int
    digest: Digest


IDS: Map[MinuteOfIds] = Map("ledger/ids", MinuteOfIds, ("minute",))


def minute_of(expires: int, time_ms: int) -> int:
    """The minute under which an id is remembered; one that has expired already stays for the current minute."""
    return max(expires, time_ms // 1000) // 60


class RecentIds:
    """The lists in memory: for each minute the ids in the order in which blocks recorded them."""

    def __init__(self, minutes: Mapping[int, Iterable[str]]) -> None:
        self._minutes: dict[int, list[str]] = {minute: list(ids) for minute, ids in minutes.items()}
        self._all: dict[str, None] = dict.fromkeys(each for ids in self._minutes.values() for each in ids)

    def __contains__(self, transaction: str) -> bool:
        return transaction in self._all

    def lapsed(self, time_ms: int) -> list[int]:
        """The minutes whose last second lies before block time."""
        return sorted(minute for minute in self._minutes if (minute + 1) * 60 <= time_ms // 1000)

    def record(self, fresh: Mapping[int, list[str]], time_ms: int) -> None:
        """Add the ids of a committed block and forget the lapsed minutes."""
        for minute, ids in fresh.items():
            self._minutes.setdefault(minute, []).extend(ids)
            self._all.update(dict.fromkeys(ids))
        for minute in self.lapsed(time_ms):
            for each in self._minutes.pop(minute):
                self._all.pop(each, None)

    def write_leaves(self, overlay: BlockOverlay, hasher: Hasher, fresh: Mapping[int, list[str]], time_ms: int) -> None:
        """Write the block's ids into the state leaves, and drop those of lapsed minutes."""
        for minute in sorted(fresh):
            key = f"{minute:010d}"
            before = IDS.find(overlay, key)
            digest = bytes.fromhex(before.digest) if before else bytes(32)
            for transaction in fresh[minute]:
                digest = hasher.digest("ids", digest + bytes.fromhex(transaction))
            IDS.set(
                overlay, key, value=MinuteOfIds(count=(before.count if before else 0) + len(fresh[minute]), digest=digest.hex())
            )
        for minute in self.lapsed(time_ms):
            IDS.delete(overlay, f"{minute:010d}")
