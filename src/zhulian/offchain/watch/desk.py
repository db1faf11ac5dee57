"""The alert desk: who was assigned an alert, who has seen it, who has closed it and why; and the feed by which webhooks learn of alerts.

What people did is in a file of its own, which no rebuilding of the index touches; it is on disk when a call returns. Times are
this machine's clock.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from zhulian.offchain.watch.errors import AlertClosed, ReasonDue

__all__ = ["CLOSED", "OPEN", "STATES", "WHY_MAX", "Desk", "Handling"]

OPEN: Final = "open"
SEEN: Final = "acknowledged"
CLOSED: Final = "closed"
STATES: Final = (OPEN, SEEN, CLOSED)
WHY_MAX: Final = 500
_KEPT = 100_000
Handling = dict[str, Any]
_TO_STATE = {"acknowledged": SEEN, "closed": CLOSED}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS handling (
    number INTEGER PRIMARY KEY, alert TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL, at_ms INTEGER NOT NULL, why TEXT NOT NULL,
    assigned TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS handling_of ON handling (alert, number);
CREATE TABLE IF NOT EXISTS standing (alert TEXT PRIMARY KEY, state TEXT NOT NULL, assigned TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feed (
    number INTEGER PRIMARY KEY AUTOINCREMENT, alert TEXT NOT NULL, what TEXT NOT NULL, once TEXT NOT NULL, event TEXT NOT NULL, UNIQUE (alert, once)
);
CREATE TABLE IF NOT EXISTS published (id INTEGER PRIMARY KEY CHECK (id = 1), height INTEGER NOT NULL);
INSERT OR IGNORE INTO published VALUES (1, -1);
"""


class Desk:
    """What lies in one home; one process has it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "desk.db", timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    # Handling.

    def handle(self, alert: Mapping[str, Any], what: str, who: str, at_ms: int, why: str = "", assigned: str = "") -> Handling:
        """Write down that somebody has assigned, acknowledged or closed an alert; how it stands then.

        Raises:
            AlertClosed: it is closed already. ReasonDue: a closing without a reason.
        """
        name = str(alert["id"])
        before = self.standing([name])[name]
        if before["state"] == CLOSED:
            raise AlertClosed(alert=name, who=str(self.history(name)[-1]["who"]))
        if what == "closed" and not why.strip():
            raise ReasonDue(most=WHY_MAX)
        state = _TO_STATE.get(what, str(before["state"]))
        holder = assigned if what == "assigned" else str(before["assigned"])
        self._db.execute("BEGIN IMMEDIATE")
        try:
            row = (name, what, who, at_ms, why[:WHY_MAX], assigned)
            made = self._db.execute(
                "INSERT INTO handling (alert, what, who, at_ms, why, assigned) VALUES (?, ?, ?, ?, ?, ?)", row
            )
            self._db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?)", (name, state, holder))
            event = {**alert, "type": f"alert.{what}", "who": who, "at_ms": at_ms, "why": why[:WHY_MAX], "assigned": holder}
            self._feed(name, what, f"{what}/{made.lastrowid}", event)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return {"state": state, "assigned": holder}

    def history(self, alert: str) -> list[Handling]:
        """What was done with an alert, in its order."""
        rows = self._db.execute("SELECT what, who, at_ms, why, assigned FROM handling WHERE alert = ? ORDER BY number", (alert,))
        names = ("what", "who", "at_ms", "why", "assigned")
        return [{name: value for name, value in zip(names, row, strict=True) if value != ""} for row in rows]

    def standing(self, alerts: Sequence[str]) -> dict[str, Handling]:
        """How alerts stand: state and whom they are assigned to."""
        places = ",".join("?" * len(alerts))
        rows = self._db.execute(f"SELECT alert, state, assigned FROM standing WHERE alert IN ({places})", tuple(alerts))  # noqa: S608 - question marks only
        found = {row[0]: {"state": row[1], "assigned": row[2]} for row in rows}
        return {each: found.get(each, {"state": OPEN, "assigned": ""}) for each in alerts}

    # The feed.

    @property
    def published(self) -> int:
        """The height up to which the alerts of the index are in the feed; -1 at first."""
        return int(self._db.execute("SELECT height FROM published").fetchone()[0])

    def publish(self, alerts: Iterable[tuple[str, Mapping[str, Any]]], height: int) -> None:
        """Take alerts that were raised or have ended into the feed, each once however often it comes, up to `height`."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for what, alert in alerts:
                self._feed(str(alert["id"]), what, what, {**alert, "type": f"alert.{what}"})
            self._db.execute("UPDATE published SET height = max(height, ?)", (height,))
            self._db.execute("DELETE FROM feed WHERE number <= (SELECT max(number) FROM feed) - ?", (_KEPT,))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def feed(self, after: int, limit: int) -> list[dict[str, Any]]:
        """What the feed has behind a number: `{number, event}` each. The newest 100,000 are kept."""
        rows = self._db.execute("SELECT number, event FROM feed WHERE number > ? ORDER BY number LIMIT ?", (after, limit))
        return [{"number": row[0], "event": json.loads(row[1])} for row in rows]

    @property
    def newest(self) -> int:
        """The number of the newest entry of the feed; 0 where there is none."""
        return int(self._db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'feed'").fetchone()[0] or 0)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _feed(self, alert: str, what: str, once: str, event: Mapping[str, Any]) -> None:
        row = (alert, what, once, json.dumps(event, sort_keys=True))
        self._db.execute("INSERT OR IGNORE INTO feed (alert, what, once, event) VALUES (?, ?, ?, ?)", row)
