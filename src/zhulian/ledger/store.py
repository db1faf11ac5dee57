"""The ordered byte map under a ledger, and its fake in memory."""

import bisect
from collections.abc import Iterator, Sequence
from typing import Protocol

__all__ = ["MemoryStore", "Store"]


class Store(Protocol):
    """An ordered map from bytes to bytes. `write` is atomic, and durable when it returns unless it is told otherwise."""

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of `keys`, in their order."""

    def scan(self, start: bytes, end: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start <= key < end` in order of the keys, or backwards."""

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = (), *, sync: bool = True) -> None:
        """Delete and put as one batch that survives a crash whole or not at all; puts win over deletes.

        Without `sync` the crash of the machine may take it, and whatever was written after it without; never less than that.
        """


class MemoryStore:
    """A `Store` that forgets everything at the end; for tests, sandboxes and rehearsals."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._keys: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""
        return self._values.get(key)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of `keys`, in their order."""
        return [self._values.get(key) for key in keys]

    def scan(self, start: bytes, end: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Pairs with `start <= key < end` in order of the keys, or backwards."""
        found = self._keys[bisect.bisect_left(self._keys, start) : bisect.bisect_left(self._keys, end)]
        for key in reversed(found) if reverse else found:
            yield key, self._values[key]

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = (), *, sync: bool = True) -> None:
        """Delete and put as one batch; puts win over deletes."""
        fresh = False
        for key in deletes:
            if self._values.pop(key, None) is not None:
                del self._keys[bisect.bisect_left(self._keys, key)]
        for key, value in puts:
            if key not in self._values:
                self._keys.append(key)
                fresh = True
            self._values[key] = value
        if fresh:
            self._keys.sort()
