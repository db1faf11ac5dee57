"""Writes that have not happened yet: one overlay for a block, one for each transaction, above a read-only state.

Dropping a transaction's overlay undoes it; nothing is copied. Every read and write costs steps, so that the cost of a
transaction is the same on every machine.
"""

from collections.abc import Iterator
from typing import Protocol

from zhulian.errors import check
from zhulian.ledger.errors import StepsExceeded, ValueTooLarge
from zhulian.ledger.limits import HARD

__all__ = ["READ_STEPS", "SIGNATURE_STEPS", "WRITE_STEPS", "BlockOverlay", "Quiet", "State", "StateView", "TransactionOverlay"]

READ_STEPS = 1
WRITE_STEPS = 5
SIGNATURE_STEPS = 20
_KEY_MAX, _VALUE_MAX = HARD.key_bytes_max, HARD.value_bytes_max
_FREE, _PER_STEP = HARD.write_free_bytes, HARD.write_bytes_per_step


class StateView(Protocol):
    """The state that a block starts from; keys and values are canonical JSON."""

    def get(self, key: bytes) -> bytes | None:
        """The value at `key`, or None."""


class State(StateView, Protocol):
    """What a handler reads and writes."""

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the value at `key`; None deletes it."""

    def put_shared(self, key: bytes, value: bytes) -> None:
        """Set a value that many have a part in, so that its size is nobody's to pay for; whoever keeps it bounds it."""


class BlockOverlay:
    """The writes of a block so far."""

    def __init__(self, base: StateView) -> None:
        self._base = base
        self.writes: dict[bytes, bytes | None] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value at `key` as the block has it now, or None."""
        if key in self.writes:
            return self.writes[key]
        return self._base.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the value at `key`; None deletes it."""
        self.writes[key] = value

    def put_shared(self, key: bytes, value: bytes) -> None:
        """Set the value at `key`."""
        self.writes[key] = value

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """What differs from the base when the block ends."""
        for key, value in self.writes.items():
            if self._base.get(key) != value:
                yield key, value


class Quiet:
    """A transaction's state without its meter: for reads that were charged already, and for an overlay within the transaction."""

    __slots__ = ("_base", "writes")

    def __init__(self, base: "BlockOverlay | Quiet", writes: dict[bytes, bytes | None]) -> None:
        self._base = base
        self.writes = writes

    def get(self, key: bytes) -> bytes | None:
        """The value at `key` as the transaction has it now, or None."""
        if key in self.writes:
            return self.writes[key]
        return self._base.get(key)


class TransactionOverlay:
    """The writes of one transaction, metered; `merge` makes them the block's."""

    def __init__(self, block: BlockOverlay | Quiet, steps_max: int) -> None:
        self._block = block
        self._writes: dict[bytes, bytes | None] = {}
        self._steps_max = steps_max
        self.steps = 0
        self.beside = 0
        """Steps that only the block and the organisations are asked for (`charge_block`)."""

    def get(self, key: bytes) -> bytes | None:
        """The value at `key` as the transaction has it now, or None.

        Raises:
            StepsExceeded: when the transaction has used up its steps.
        """
        self.steps += READ_STEPS
        if self.steps > self._steps_max:
            raise StepsExceeded(most=self._steps_max)
        if key in self._writes:
            return self._writes[key]
        return self._block.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the value at `key`; None deletes it. What it costs follows from the size of the value (`limits.HARD`).

        Raises:
            StepsExceeded, ValueTooLarge.
        """
        size = len(value) if value is not None else 0
        self.charge(WRITE_STEPS if size <= _FREE else WRITE_STEPS + (size - _FREE) // _PER_STEP)
        if len(key) > _KEY_MAX:
            size = max(len(key) - _KEY_MAX + _VALUE_MAX, size)
        if size > _VALUE_MAX:
            raise ValueTooLarge(key=key[:200].decode("utf-8", "replace"), size=size, most=_VALUE_MAX)
        self._writes[key] = value

    def put_shared(self, key: bytes, value: bytes) -> None:
        """Set a value that many have a part in, at the price of a small one.

        Raises:
            StepsExceeded.
        """
        self.charge(WRITE_STEPS)
        check(len(key) <= _KEY_MAX and len(value) <= _VALUE_MAX, "a value that many share is bounded by whoever keeps it")
        self._writes[key] = value

    def charge_block(self, steps: int) -> None:
        """Count steps against the block and the organisations that sign, of which a transaction may take more than of its own.

        Whoever asks for such work bounds it beforehand, by what one block may spend on it.
        """
        self.beside += steps

    @property
    def spent(self) -> int:
        """All steps that the block is asked for."""
        return self.steps + self.beside

    def charge(self, steps: int) -> None:
        """Count `steps`.

        Raises:
            StepsExceeded: when the transaction has used up its steps.
        """
        self.steps += steps
        if self.steps > self._steps_max:
            raise StepsExceeded(most=self._steps_max)

    @property
    def quiet(self) -> Quiet:
        """The same state without the meter."""
        return Quiet(self._block, self._writes)

    @property
    def touched(self) -> bool:
        """Whether anything was written."""
        return bool(self._writes)

    def inner(self, steps_max: int, *, inside: bool = False) -> "TransactionOverlay":
        """An overlay for a part that is done whole or not at all, with `steps_max` steps or as many as are left here.

        It lies directly above what this one lies above as long as nothing was written here. From then on, or where it is to be
        `inside`, it lies inside this overlay and falls with it.
        """
        base = self.quiet if inside or self._writes else self._block
        return TransactionOverlay(base, min(steps_max, self._steps_max - self.steps))

    def absorb(self, inner: "TransactionOverlay") -> None:
        """Make writes and steps of an overlay that `inner` gave part of this one.

        Raises:
            StepsExceeded: never, as long as nothing was charged here meanwhile.
        """
        self.charge(inner.steps)
        self._writes.update(inner._writes)

    def merge(self) -> None:
        """Make the writes part of the block."""
        self._block.writes.update(self._writes)
