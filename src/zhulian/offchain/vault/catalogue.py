"""What a vault knows of its objects beside their bytes: who brought them, when, of which content, and when they were last checked."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Catalogue", "Entry"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    digest TEXT PRIMARY KEY, size INTEGER NOT NULL, party TEXT NOT NULL, about TEXT NOT NULL, stored INTEGER NOT NULL,
    checked INTEGER NOT NULL, fault TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS objects_party ON objects (party);
CREATE INDEX IF NOT EXISTS objects_about ON objects (about);
CREATE TABLE IF NOT EXISTS uploads (
    digest TEXT PRIMARY KEY, size INTEGER NOT NULL, party TEXT NOT NULL, about TEXT NOT NULL, begun INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, height INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Entry:
    """An object or an upload. Times in Unix seconds; `fault` is empty, `damaged` or `missing`."""

    digest: str
    size: int
    party: str
    about: str
    stored: int
    checked: int = 0
    fault: str = ""


class Catalogue:
    """A SQLite file beside the store; may be used from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def begin(self, entry: Entry) -> None:
        """Note an upload."""
        with self._change() as db:
            db.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
                (entry.digest, entry.size, entry.party, entry.about, entry.stored),
            )

    def find_upload(self, digest: str) -> Entry | None:
        """The upload of that digest that is under way."""
        with self._lock:
            row = self._db.execute("SELECT digest, size, party, about, begun FROM uploads WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else Entry(*row)

    def uploads(self) -> list[Entry]:
        """All uploads under way."""
        with self._lock:
            rows = self._db.execute("SELECT digest, size, party, about, begun FROM uploads ORDER BY digest").fetchall()
        return [Entry(*row) for row in rows]

    def drop_upload(self, digest: str) -> None:
        """Forget an upload."""
        with self._change() as db:
            db.execute("DELETE FROM uploads WHERE digest = ?", (digest,))

    def finish(self, entry: Entry) -> None:
        """An upload has become an object."""
        with self._change() as db:
            db.execute(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)",
                (entry.digest, entry.size, entry.party, entry.about, entry.stored, entry.checked, entry.fault),
            )
            db.execute("DELETE FROM uploads WHERE digest = ?", (entry.digest,))

    def find(self, digest: str) -> Entry | None:
        """The object of that digest."""
        with self._lock:
            row = self._db.execute("SELECT * FROM objects WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else Entry(*row)

    def after(self, digest: str, limit: int = 500) -> list[Entry]:
        """Objects behind `digest` in the order of their names."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM objects WHERE digest > ? ORDER BY digest LIMIT ?", (digest, limit)).fetchall()
        return [Entry(*row) for row in rows]

    def about(self, content: str) -> list[Entry]:
        """Objects that were brought for a content."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM objects WHERE about = ? ORDER BY digest", (content,)).fetchall()
        return [Entry(*row) for row in rows]

    def check(self, digest: str, when: int, fault: str) -> None:
        """Note that an object was looked at, and what was wrong with it."""
        with self._change() as db:
            db.execute("UPDATE objects SET checked = ?, fault = ? WHERE digest = ?", (when, fault, digest))

    def delete(self, digest: str) -> None:
        """Forget an object."""
        with self._change() as db:
            db.execute("DELETE FROM objects WHERE digest = ?", (digest,))

    def held(self, party: str | None = None) -> tuple[int, int]:
        """Objects and bytes of a party, or of all; uploads under way count as if they were done."""
        where, given = ("WHERE party = ?", (party,)) if party is not None else ("", ())
        count = size = 0
        with self._lock:
            for kind in ("objects", "uploads"):
                found = self._db.execute(f"SELECT COUNT(*), COALESCE(SUM(size), 0) FROM {kind} {where}", given).fetchone()  # noqa: S608 (no text from outside)
                count, size = count + int(found[0]), size + int(found[1])
        return count, size

    def mark(self, name: str) -> int | None:
        """The height that whoever follows the chain by that name has reached."""
        with self._lock:
            row = self._db.execute("SELECT height FROM marks WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def set_mark(self, name: str, height: int) -> None:
        """Note that height."""
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, height))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
