"""How often somebody may fail to sign in: by the address that tries, and by the name that is tried."""

import time
from collections import OrderedDict
from collections.abc import Callable

from zhulian.console.errors import TooOften

__all__ = ["Attempts"]

_MOST = {"address": 20, "name": 6}
_REST_S, _REST_MAX_S = 30.0, 1_800.0
_FORGOTTEN_S = 3_600.0
_KEPT = 20_000


class Attempts:
    """Counts each attempt before it is judged, and takes it back where it was right. The rest doubles with each failure more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[tuple[str, str], tuple[int, float, float]] = OrderedDict()

    def begin(self, address: str, name: str = "") -> None:
        """Count an attempt.

        Raises:
            TooOften: it is not judged.
        """
        now = self._clock()
        keys = [("address", address), *([("name", name.casefold())] if name else [])]
        known = {key: self._known(key, now) for key in keys}
        waits = max((until - now for _, _, until in known.values()), default=0.0)
        if waits > 0:
            raise TooOften(retry_after_s=int(waits) + 1)
        for key, (failed, _, _) in known.items():
            over = failed + 1 - _MOST[key[0]]
            rest = min(_REST_MAX_S, _REST_S * 2.0 ** min(over, 12)) if over >= 0 else 0.0
            self._failed[key] = (failed + 1, now, now + rest)
            self._failed.move_to_end(key)
        while len(self._failed) > _KEPT:
            self._failed.popitem(last=False)

    def succeed(self, address: str, name: str = "") -> None:
        """The attempt was right: the name begins anew, the address has this one back."""
        self._failed.pop(("name", name.casefold()), None)
        failed, last, _ = self._failed.get(("address", address), (0, 0.0, 0.0))
        if failed:
            self._failed["address", address] = (failed - 1, last, 0.0)

    def _known(self, key: tuple[str, str], now: float) -> tuple[int, float, float]:
        failed, last, until = self._failed.get(key, (0, now, 0.0))
        return (0, now, 0.0) if now - last > _FORGOTTEN_S else (failed, last, until)
