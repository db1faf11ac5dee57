"""Remembering the nonces of signed requests for as long as their time is good; never more than fit."""

from collections import deque

from zhulian.gateway.errors import Overloaded, UsedNonce

__all__ = ["NonceMemory"]


class NonceMemory:
    """Refuses what it has seen within `window_s`. A full memory refuses rather than forget what could be replayed."""

    def __init__(self, window_s: int, most: int) -> None:
        self._window_s = window_s
        self._most = most
        self._seen: set[tuple[str, str]] = set()
        self._order: deque[tuple[float, tuple[str, str]]] = deque()

    def spend(self, key: str, nonce: str, now: float) -> None:
        """Note that `key` used `nonce`; call it for requests whose signature holds, so that nobody else can fill it.

        Raises:
            UsedNonce: it was used before. Overloaded: as many as may be are remembered.
        """
        while self._order and self._order[0][0] <= now:
            self._seen.discard(self._order.popleft()[1])
        entry = (key, nonce)
        if entry in self._seen:
            raise UsedNonce()
        if len(self._order) >= self._most:
            raise Overloaded(retry_after_s=max(1, int(self._order[0][0] - now) + 1))
        self._seen.add(entry)
        self._order.append((now + self._window_s, entry))

    def __len__(self) -> int:
        return len(self._order)
