"""How often one network address may ask: a token bucket each, in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable

from zhulian.gateway.origin import Address

__all__ = ["Buckets"]


class Buckets:
    """Token buckets by address; of IPv6 by /64, which is what one line is given. The one not seen longest is forgotten first.

    A forgotten address begins with a full bucket again: whoever has more addresses than are remembered is held by the gate.
    """

    def __init__(self, per_s: float, burst: int, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._most = most
        self._clock = clock
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._left)

    def take(self, address: Address | None) -> bool:
        """Whether one more request may come from `address` now. This machine's own (None: a Unix socket) always may."""
        if self._per_s == 0 or address is None or address.is_loopback:
            return True
        key = int(address) if address.version == 4 else (int(address) >> 64) + (1 << 64)
        now = self._clock()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_s)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return allowed
