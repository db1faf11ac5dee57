"""A disk that loses power at any step: before a write, in its middle, or right after it; what was not synced may be gone.

A batch of the store is whole or absent, as the store that stands for it promises; a file may be torn anywhere after what was
synced last.
"""

import random
from collections.abc import Sequence
from typing import Literal

from zhulian.ledger.store import MemoryStore

__all__ = ["PLACES", "Disk", "Place", "PowerCut", "SimulatedFile", "SimulatedStore"]

Place = Literal["before", "middle", "after"]
PLACES: tuple[Place, ...] = ("before", "middle", "after")


class PowerCut(BaseException):
    """The machine has lost its power in the middle of what it did."""


class Disk:
    """What survives of one machine: its store and its seal log."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._cut: tuple[int, Place] | None = None
        self.steps = 0
        """Writes and syncs so far."""
        self.store = SimulatedStore(self)
        self.log = SimulatedFile(self)

    def cut_at(self, step: int, place: Place) -> None:
        """Lose power at the step with this number, counted from the beginning."""
        self._cut = step, place

    def cut_off(self) -> None:
        """Keep the power after all."""
        self._cut = None

    def begin(self) -> Place | None:
        """A step begins: where in it the power goes, if it does; before it, that is now."""
        self.steps += 1
        if self._cut is None or self._cut[0] > self.steps:
            return None
        place = self._cut[1]
        self._cut = None
        if place == "before":
            raise PowerCut()
        return place

    def wipe_store(self) -> None:
        """Let the store be empty; the seal log stays."""
        self.store = SimulatedStore(self)

    def lose(self, *, power: bool = True) -> None:
        """Take away what memory held, and with the power what was not on the medium yet; the machine starts from what is left."""
        self._cut = None
        if power:
            self.store.lose(self._chance)
            self.log.lose(self._chance)


class SimulatedStore(MemoryStore):
    """A store whose unsynced batches may be lost from the end."""

    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self._disk = disk
        self._undo: list[list[tuple[bytes, bytes | None]]] = []

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = (), *, sync: bool = True) -> None:
        """As every store; the power may go."""
        place = self._disk.begin()
        if place == "middle":  # the batch is torn, and dropped when the store is opened again
            raise PowerCut()
        if sync:
            self._undo.clear()
        else:
            self._undo.append([(key, self.get(key)) for key in dict.fromkeys([*deletes, *(key for key, _ in puts)])])
        super().write(puts, deletes)
        if place == "after":
            raise PowerCut()

    def lose(self, chance: random.Random) -> None:
        """Keep as many of the unsynced batches as chance will have it, the first ones."""
        kept = chance.randint(0, len(self._undo))
        for batch in reversed(self._undo[kept:]):
            super().write(
                [(key, value) for key, value in batch if value is not None], [key for key, value in batch if value is None]
            )
        self._undo.clear()


class SimulatedFile:
    """An append-only file (`consensus.seal_log.LogFile`) whose unsynced end may be torn off anywhere."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._data = bytearray()
        self._synced = 0

    def size(self) -> int:
        """How many bytes it has."""
        return len(self._data)

    def read(self, at: int, count: int) -> bytes:
        """So many bytes from `at` on."""
        return bytes(self._data[at : at + count])

    def append(self, data: bytes) -> int:
        """Write at the end."""
        place = self._disk.begin()
        self._data += data[: len(data) // 2] if place == "middle" else data
        if place is not None:
            raise PowerCut()
        return len(data)

    def truncate(self, size: int) -> None:
        """Cut it."""
        del self._data[size:]
        self._synced = min(self._synced, size)

    def sync(self) -> None:
        """Bring everything to the medium."""
        place = self._disk.begin()
        if place == "middle":
            raise PowerCut()
        self._synced = len(self._data)
        if place == "after":
            raise PowerCut()

    def close(self) -> None:
        """Nothing to let go of."""

    def lose(self, chance: random.Random) -> None:
        """Tear off what chance will have it of what was not synced."""
        del self._data[chance.randint(self._synced, len(self._data)) :]
        self._synced = len(self._data)
