"""What the edge keeps: the devices, their readings, and their batches with what became of them. On disk when a call returns."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from zhulian.edge.packets import SEALED, Row, Sealed
from zhulian.modules.device.state import Device

__all__ = ["Held", "State", "Store", "Tail"]

State = Literal["held", "recorded", "refused"]
"""What became of a batch: it waits for the chain, stands on it, or a rule of the chain said no for good."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS devices (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (
    device TEXT NOT NULL, sequence INTEGER NOT NULL, time_ms INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (device, sequence)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    device TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, sealed BLOB NOT NULL, state TEXT NOT NULL DEFAULT 'held',
    until INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '', height INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (device, first)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batches_held ON batches (device, first) WHERE state = 'held';
"""


class Tail(msgspec.Struct):
    """How far the readings of a device are here: number and clock of the last, and the last number that is in a batch."""

    last: int = 0
    time_ms: int = 0
    sealed: int = 0


class Held(msgspec.Struct, frozen=True):
    """A batch: what the device signed, what became of it, and the transaction or the number of the refusal."""

    device: str
    sealed: Sealed
    state: State
    note: str
    height: int


class Store:
    """The edge's file. One process uses it at a time for writing; `write` makes a group of changes durable in one step."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / "edge.db"
        self._db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def devices(self) -> list[tuple[str, Device]]:
        """The devices as they were last seen on the chain."""
        rows = self._db.execute("SELECT name, value FROM devices ORDER BY name")
        return [(str(name), msgspec.json.decode(value, type=Device)) for name, value in rows]

    def keep_devices(self, devices: Iterable[tuple[str, Device]]) -> None:
        """Keep devices as they stand on the chain."""
        rows = [(name, msgspec.json.encode(device)) for name, device in devices]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO devices (name, value) VALUES (?, ?)", rows)

    def tail(self, device: str) -> Tail:
        """How far a device's readings are here."""
        last = self._db.execute(
            "SELECT sequence, time_ms FROM readings WHERE device = ? ORDER BY sequence DESC LIMIT 1", (device,)
        ).fetchone()
        sealed = self._db.execute("SELECT max(last) FROM batches WHERE device = ?", (device,)).fetchone()[0] or 0
        number, time_ms = last or (0, 0)
        return Tail(last=int(number), time_ms=int(time_ms), sealed=int(sealed))

    def reading(self, device: str, sequence: int) -> tuple[int, int] | None:
        """Clock and value of a reading, if it is here."""
        row = self._db.execute(
            "SELECT time_ms, value FROM readings WHERE device = ? AND sequence = ?", (device, sequence)
        ).fetchone()
        return None if row is None else (int(row[0]), int(row[1]))

    def readings(self, device: str, first: int, last: int) -> list[Row]:
        """The readings that are here from one number to another, in their order."""
        return self._db.execute(
            "SELECT sequence, time_ms, value FROM readings WHERE device = ? AND sequence BETWEEN ? AND ? ORDER BY sequence",
            (device, first, last),
        ).fetchall()

    def begin(self) -> None:
        """Begin a group of changes."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the group durable."""
        self._db.execute("COMMIT")

    def add_readings(self, device: str, rows: Sequence[Row]) -> None:
        """Add readings to the group."""
        self._db.executemany(
            "INSERT INTO readings (device, sequence, time_ms, value) VALUES (?, ?, ?, ?)", [(device, *each) for each in rows]
        )

    def add_batch(self, sealed: Sealed) -> None:
        """Add a batch to the group; it waits for the chain."""
        batch = sealed.paper.batch
        self._db.execute(
            "INSERT INTO batches (device, first, last, sealed, until) VALUES (?, ?, ?, ?, ?)",
            (batch.device, batch.first, batch.last, SEALED.encode(sealed), batch.until),
        )

    def waiting(self) -> list[Held]:
        """The oldest batch of each device that waits for the chain."""
        rows = self._db.execute(
            "SELECT device, sealed, state, note, height FROM batches b WHERE state = 'held' AND first = "
            "(SELECT min(first) FROM batches WHERE device = b.device AND state = 'held') ORDER BY until"
        )
        return [_held(row) for row in rows]

    def batch(self, device: str, sequence: int) -> Held | None:
        """The batch that holds a number."""
        row = self._db.execute(
            "SELECT device, sealed, state, note, height, last FROM batches WHERE device = ? AND first <= ? ORDER BY first DESC LIMIT 1",
            (device, sequence),
        ).fetchone()
        return None if row is None or row[5] < sequence else _held(row[:5])

    def settle(self, held: Held, state: State, note: str, height: int = 0) -> None:
        """What became of a batch, durable at once."""
        self._db.execute(
            "UPDATE batches SET state = ?, note = ?, height = ? WHERE device = ? AND first = ?",
            (state, note, height, held.device, held.sealed.paper.batch.first),
        )

    def counts(self) -> dict[str, int]:
        """How many batches wait, are recorded and were refused."""
        rows = dict(self._db.execute("SELECT state, count(*) FROM batches GROUP BY state").fetchall())
        return {state: int(rows.get(state, 0)) for state in ("held", "recorded", "refused")}

    def forget(self, before_ms: int) -> int:
        """Drop the readings of batches that ended before then and are settled; they can no more be proved from here."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            done = self._db.execute(
                "DELETE FROM readings WHERE time_ms < ?1 AND EXISTS (SELECT 1 FROM batches b WHERE b.device = readings.device AND b.state <> 'held'"
                " AND b.until < ?1 AND readings.sequence BETWEEN b.first AND b.last)",
                (before_ms,),
            )
        return done.rowcount


def _held(row: tuple[str, bytes, State, str, int]) -> Held:
    device, sealed, state, note, height = row
    return Held(device=device, sealed=SEALED.decode(sealed), state=state, note=note, height=height)
