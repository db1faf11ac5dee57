"""The device's side: numbering readings, keeping them until the edge has them, and closing a batch now and then.

It stands for what runs inside a device; `zhulian device simulate` and the tests use it. What it must remember is on disk before a
reading is handed out, so that no number is ever used twice.
"""

import secrets
from pathlib import Path

import msgspec

from zhulian.client.devices.papers import make_batch
from zhulian.crypto import Hasher, Signer
from zhulian.edge.packets import SEALED, Row, Sealed, make_packet
from zhulian.files import write_atomically
from zhulian.modules.device.format import Reading

__all__ = ["Recorder"]


class _Kept(msgspec.Struct):
    """What a device remembers: its last number, the readings of the open batch, and the batches that nobody has acknowledged."""

    last: int = 0
    open: list[Row] = msgspec.field(default_factory=list)
    closed: list[tuple[str, list[Row]]] = msgspec.field(default_factory=list)


class Recorder:
    """One device. `file` is its memory; None keeps nothing beyond the process."""

    def __init__(self, hasher: Hasher, signer: Signer, device: str, file: Path | None = None) -> None:
        self._hasher = hasher
        self._signer = signer
        self.device = device
        self._file = file
        self._kept = _Kept()
        if file is not None and file.is_file():
            self._kept = msgspec.json.decode(file.read_bytes(), type=_Kept)

    @property
    def unacknowledged(self) -> int:
        """How many closed batches nobody has acknowledged."""
        return len(self._kept.closed)

    def read(self, time_ms: int, *values: int) -> bytes:
        """Take readings at a moment; the packet to send."""
        rows: list[Row] = []
        for value in values:
            self._kept.last += 1
            rows.append((self._kept.last, time_ms, value))
        self._kept.open += rows
        self._save()
        return self._packet(rows)

    def close(self) -> bytes | None:
        """Close the batch; the message to send, or None where nothing was read."""
        if not self._kept.open:
            return None
        self._kept.closed.append((secrets.token_hex(32), self._kept.open))
        self._kept.open = []
        self._save()
        return self._sealed(*self._kept.closed[-1])

    def again(self, last: int) -> list[tuple[str, bytes]]:
        """Everything that the edge, which has the readings up to `last` only, must still get: (kind, message) in order."""
        found: list[tuple[str, bytes]] = []
        for seed, rows in self._kept.closed:
            missing = [each for each in rows if each[0] > last]
            found += [("readings", self._packet(missing[start : start + 256])) for start in range(0, len(missing), 256)]
            found.append(("batch", self._sealed(seed, rows)))
        still = [each for each in self._kept.open if each[0] > last]
        found += [("readings", self._packet(still[start : start + 256])) for start in range(0, len(still), 256)]
        return found

    def acknowledge(self, last: int) -> None:
        """The batches up to number `last` are on the chain; their readings need not be kept here."""
        self._kept.closed = [each for each in self._kept.closed if each[1][-1][0] > last]
        self._save()

    def _packet(self, rows: list[Row]) -> bytes:
        return make_packet(self._hasher, self._signer, self._readings(rows))

    def _sealed(self, seed: str, rows: list[Row]) -> bytes:
        paper = make_batch(self._hasher, self._signer, self._readings(rows), bytes.fromhex(seed))
        return SEALED.encode(Sealed(format="zhulian/sealed-readings/1", paper=paper, seed=seed))

    def _readings(self, rows: list[Row]) -> list[Reading]:
        return [Reading(device=self.device, sequence=row[0], time_ms=row[1], value=row[2]) for row in rows]

    def _save(self) -> None:
        if self._file is not None:
            write_atomically(self._file, msgspec.json.encode(self._kept), mode=0o600)
