"""The intent journal: what was signed is on disk before it is sent, so that a crash in between is picked up again.

An *intent* is one thing that somebody wants done once. Its key names it (for a deposit, the commitment); as long as an
intent is open, whoever wants the same thing sends the same signed bytes and never signs it anew.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["DepositNote", "DescriptorDue", "Ended", "Intent", "Journal", "OpeningNote"]

Ended = Literal["applied", "refused", "turned_away", "lapsed"]
"""How an intent ends; `lapsed` is expired without a trace on the chain."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    sequence INTEGER PRIMARY KEY, chain TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL UNIQUE, expires INTEGER NOT NULL,
    envelope BLOB, ended TEXT, code TEXT
);
CREATE INDEX IF NOT EXISTS intents_by_key ON intents (chain, key);
CREATE UNIQUE INDEX IF NOT EXISTS open_intents ON intents (chain, key) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS deposits (
    chain TEXT NOT NULL, digest TEXT NOT NULL, salt TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (chain, digest, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS openings (
    chain TEXT NOT NULL, instance TEXT NOT NULL, record TEXT NOT NULL, opening TEXT NOT NULL, id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS openings_by_record ON openings (chain, instance, record);
CREATE TABLE IF NOT EXISTS descriptors_read (chain TEXT PRIMARY KEY, height INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS descriptors_due (
    chain TEXT NOT NULL, content TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (chain, content, owner)
) WITHOUT ROWID;
"""

_BLANK = "UPDATE openings SET chain = '', instance = '', record = '', opening = '{}'"
"""Takes an opening out, and leaves its number behind: the index reads on from the highest, which SQLite would give again."""


@dataclass(frozen=True)
class Intent:
    """A signed transaction and what it is for. `expires` in Unix seconds."""

    chain: str
    key: str
    transaction: str
    expires: int
    envelope: bytes


@dataclass(frozen=True)
class DepositNote:
    """That a file was deposited: its digest and salt in hex (no salt for a public deposit) and the transaction."""

    chain: str
    digest: str
    salt: str
    transaction: str


@dataclass(frozen=True)
class OpeningNote:
    """What opens the commitments of one record's private values, as the JSON of an opening file, and the transaction."""

    chain: str
    instance: str
    record: str
    opening: str
    transaction: str


@dataclass(frozen=True)
class DescriptorDue:
    """A descriptor that is to be looked at here: its commitment and its owner."""

    content: str
    owner: str


class Journal:
    """Intents, deposits and openings of one client, in one file that several processes may use at once.

    Every change is one SQLite transaction with `synchronous=FULL`: it is on disk when the call returns.
    """

    def __init__(self, folder: Path | None) -> None:
        """Open the journal in `folder`, or one in memory that ends with the process."""
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            ":memory:" if folder is None else folder / "journal.db", timeout=30, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def begin(
        self, intents: Sequence[Intent], notes: Sequence[DepositNote] = (), openings: Sequence[OpeningNote] = ()
    ) -> list[Intent]:
        """Write down what is about to be sent, and return what really is to be sent, in the same order.

        Where an intent of the same key is still open, that one comes back instead of the new one.
        """
        with self._change() as db:
            chosen = []
            for intent in intents:
                found = self._open(db, intent.chain, intent.key)
                if found is None:
                    db.execute(
                        "INSERT INTO intents (chain, key, id, expires, envelope) VALUES (?, ?, ?, ?, ?)",
                        (intent.chain, intent.key, intent.transaction, intent.expires, intent.envelope),
                    )
                chosen.append(found or intent)
            kept = {intent.transaction for intent in chosen}
            db.executemany(
                "INSERT OR IGNORE INTO deposits (chain, digest, salt, id) VALUES (?, ?, ?, ?)",
                [(note.chain, note.digest, note.salt, note.transaction) for note in notes if note.transaction in kept],
            )
            db.executemany(
                "INSERT INTO openings (chain, instance, record, opening, id) VALUES (?, ?, ?, ?, ?)",
                [
                    (one.chain, one.instance, one.record, one.opening, one.transaction)
                    for one in openings
                    if one.transaction in kept
                ],
            )
        return chosen

    def learn(self, note: OpeningNote) -> None:
        """Keep what opens a value that another party committed to, once; the index of this home then finds the record by it."""
        with self._change() as db:
            row = (note.chain, note.instance, note.record, note.opening, note.transaction)
            db.execute(
                "INSERT INTO openings (chain, instance, record, opening, id) SELECT ?, ?, ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM openings WHERE chain = ? AND instance = ? AND record = ? AND opening = ?)",
                (*row, *row[:4]),
            )

    def forget(self, chain: str, described: str, descriptor: str, holder: str) -> bool:
        """Drop what a holder has read of the descriptor of a deposit; whether there was anything."""
        with self._lock:
            rows = self._db.execute(
                "SELECT rowid FROM openings WHERE chain = ? AND instance = ? AND record = ?"
                " AND json_extract(opening, '$.holder') = ?",
                (chain, described, descriptor, holder),
            ).fetchall()
        if rows:
            with self._change() as db:
                db.executemany(f"{_BLANK} WHERE rowid = ?", rows)
        return bool(rows)

    def descriptors_read(self, chain: str) -> int:
        """The height up to which the chain was looked through for descriptors; 0 before the first."""
        with self._lock:
            row = self._db.execute("SELECT height FROM descriptors_read WHERE chain = ?", (chain,)).fetchone()
        return 0 if row is None else int(row[0])

    def note_descriptors(self, chain: str, height: int, due: Sequence[DescriptorDue]) -> None:
        """Note descriptors that are to be looked at, and the height up to which they were looked for."""
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO descriptors_read (chain, height) VALUES (?, ?)", (chain, height))
            db.executemany(
                "INSERT OR IGNORE INTO descriptors_due (chain, content, owner) VALUES (?, ?, ?)",
                [(chain, each.content, each.owner) for each in due],
            )

    def descriptors_due(self, chain: str) -> list[DescriptorDue]:
        """Descriptors that are to be looked at."""
        with self._lock:
            rows = self._db.execute(
                "SELECT content, owner FROM descriptors_due WHERE chain = ? ORDER BY content", (chain,)
            ).fetchall()
        return [DescriptorDue(*row) for row in rows]

    def settle_descriptor(self, chain: str, due: DescriptorDue) -> None:
        """A descriptor was opened, or may not be."""
        with self._change() as db:
            db.execute(
                "DELETE FROM descriptors_due WHERE chain = ? AND content = ? AND owner = ?", (chain, due.content, due.owner)
            )

    def note(self, note: DepositNote) -> None:
        """Remember a deposit that was found on the chain."""
        with self._change() as db:
            db.execute(
                "INSERT OR IGNORE INTO deposits (chain, digest, salt, id) VALUES (?, ?, ?, ?)",
                (note.chain, note.digest, note.salt, note.transaction),
            )

    def end(self, transactions: Sequence[str], ended: Ended, code: str | None = None) -> None:
        """Close intents; their signed bytes are dropped. A deposit or an opening of what came to nothing is forgotten."""
        with self._change() as db:
            db.executemany(
                "UPDATE intents SET ended = ?, code = ?, envelope = NULL WHERE id = ? AND ended IS NULL",
                [(ended, code, each) for each in transactions],
            )
            if ended != "applied":
                db.executemany("DELETE FROM deposits WHERE id = ?", [(each,) for each in transactions])
                db.executemany(f"{_BLANK} WHERE id = ?", [(each,) for each in transactions])

    def find_open(self, chain: str, key: str) -> Intent | None:
        """The open intent of that key."""
        with self._lock:
            return self._open(self._db, chain, key)

    def applied(self, chain: str, key: str) -> str | None:
        """The transaction by which what has this key was done; None where it was not."""
        with self._lock:
            row = self._db.execute(
                "SELECT id FROM intents WHERE chain = ? AND key = ? AND ended = 'applied' ORDER BY sequence LIMIT 1", (chain, key)
            ).fetchone()
        return None if row is None else str(row[0])

    def open_intents(self, chain: str) -> list[Intent]:
        """All open intents of the chain, the oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT chain, key, id, expires, envelope FROM intents WHERE chain = ? AND ended IS NULL ORDER BY sequence",
                (chain,),
            ).fetchall()
        return [Intent(*row) for row in rows]

    def deposits(self, chain: str, digest: str) -> list[DepositNote]:
        """What is remembered of deposits of the file with this digest (hex)."""
        with self._lock:
            rows = self._db.execute(
                "SELECT chain, digest, salt, id FROM deposits WHERE chain = ? AND digest = ?", (chain, digest)
            ).fetchall()
        return [DepositNote(*row) for row in rows]

    def openings(self, chain: str, instance: str, record: str) -> list[OpeningNote]:
        """What opens a record's private values, in the order in which they were handed in."""
        with self._lock:
            rows = self._db.execute(
                "SELECT chain, instance, record, opening, id FROM openings"
                " WHERE chain = ? AND instance = ? AND record = ? ORDER BY rowid",
                (chain, instance, record),
            ).fetchall()
        return [OpeningNote(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @staticmethod
    def _open(db: sqlite3.Connection, chain: str, key: str) -> Intent | None:
        row = db.execute(
            "SELECT chain, key, id, expires, envelope FROM intents WHERE chain = ? AND key = ? AND ended IS NULL", (chain, key)
        ).fetchone()
        return None if row is None else Intent(*row)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")  # the reads of this change see no other writer's half
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
