"""What the courier keeps: webhooks with the height that each has acknowledged, and what became of the newest deliveries."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.offchain.courier.errors import NoSuchWebhook, TooManyWebhooks

__all__ = ["WEBHOOKS_MAX", "Book", "Webhook"]

WEBHOOKS_MAX = 100
_KEPT = 200
_SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    name TEXT PRIMARY KEY, party TEXT NOT NULL, url TEXT NOT NULL, topics TEXT NOT NULL, instance TEXT NOT NULL,
    secret TEXT NOT NULL, height INTEGER NOT NULL, ended TEXT NOT NULL DEFAULT '', feed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, height INTEGER NOT NULL, at_ms INTEGER NOT NULL, attempt INTEGER NOT NULL,
    status INTEGER NOT NULL, why TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_of ON deliveries (name, number);
"""


@dataclass(frozen=True)
class Webhook:
    """A subscription. `height` is the newest block that its target has, or that held nothing for it; `ended` says why it rests.

    `feed` is the newest number of the feed of alerts that it has.
    """

    name: str
    party: str
    url: str
    topics: tuple[str, ...]
    instance: str
    secret: str
    height: int
    ended: str = ""
    feed: int = 0

    @property
    def of_alerts(self) -> bool:
        """Whether it asks for alerts, which do not come from blocks."""
        return any(each.startswith("alert.") for each in self.topics)

    def shown(self) -> dict[str, Any]:
        """What its owner may see at any time: all but the secret."""
        kept = {"name": self.name, "url": self.url, "topics": list(self.topics), "height": self.height}
        return kept | ({"instance": self.instance} if self.instance else {}) | ({"ended": self.ended} if self.ended else {})


class Book:
    """The courier's file. What it has acknowledged is on disk when a call returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "courier.db", timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)
        if "feed" not in {row[1] for row in self._db.execute("PRAGMA table_info(webhooks)")}:
            self._db.execute("ALTER TABLE webhooks ADD COLUMN feed INTEGER NOT NULL DEFAULT 0")

    def add(self, party: str, url: str, topics: Sequence[str], instance: str, secret: str, height: int, feed: int = 0) -> Webhook:
        """A new webhook.

        Raises:
            TooManyWebhooks.
        """
        if self._db.execute("SELECT count(*) FROM webhooks").fetchone()[0] >= WEBHOOKS_MAX:
            raise TooManyWebhooks(most=WEBHOOKS_MAX)
        made = Webhook(f"wh-{secrets.token_hex(6)}", party, url, tuple(topics), instance, secret, height, feed=feed)
        self._db.execute(
            "INSERT INTO webhooks (name, party, url, topics, instance, secret, height, feed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (made.name, party, url, json.dumps(made.topics), instance, secret, height, feed),
        )
        return made

    def every(self, party: str | None = None) -> list[Webhook]:
        """All webhooks, or a party's."""
        rows = self._db.execute(
            "SELECT name, party, url, topics, instance, secret, height, ended, feed FROM webhooks WHERE ?1 IS NULL OR party = ?1 ORDER BY name",
            (party,),
        )
        return [Webhook(row[0], row[1], row[2], tuple(json.loads(row[3])), *row[4:]) for row in rows]

    def get(self, party: str, name: str) -> Webhook:
        """A party's webhook.

        Raises:
            NoSuchWebhook.
        """
        found = next((each for each in self.every(party) if each.name == name), None)
        if found is None:
            raise NoSuchWebhook(name=name[:64])
        return found

    def remove(self, name: str) -> None:
        """Forget a webhook and its deliveries."""
        self._db.execute("DELETE FROM webhooks WHERE name = ?", (name,))
        self._db.execute("DELETE FROM deliveries WHERE name = ?", (name,))

    def acknowledge(self, name: str, height: int) -> None:
        """Everything up to `height` has been delivered."""
        self._db.execute("UPDATE webhooks SET height = ? WHERE name = ? AND height < ?", (height, name, height))

    def acknowledge_feed(self, name: str, number: int) -> None:
        """Every alert up to `number` of the feed has been delivered."""
        self._db.execute("UPDATE webhooks SET feed = ? WHERE name = ? AND feed < ?", (number, name, number))

    def end(self, name: str, why: str) -> None:
        """Deliver no more to it: its target has said so."""
        self._db.execute("UPDATE webhooks SET ended = ? WHERE name = ?", (why, name))

    def note(self, name: str, height: int, at_ms: int, attempt: int, status: int, why: dict[str, Any] | None) -> None:
        """Write down a try; `status` 0 where no answer came. The newest 200 of each webhook are kept."""
        with self._db:
            self._db.execute(
                "INSERT INTO deliveries (name, height, at_ms, attempt, status, why) VALUES (?, ?, ?, ?, ?, ?)",
                (name, height, at_ms, attempt, status, json.dumps(why, default=str) if why else ""),
            )
            self._db.execute(
                "DELETE FROM deliveries WHERE name = ?1 AND number <= "
                "(SELECT number FROM deliveries WHERE name = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                (name, _KEPT),
            )

    def deliveries(self, name: str) -> list[dict[str, Any]]:
        """The newest tries first."""
        rows = self._db.execute(
            "SELECT height, at_ms, attempt, status, why FROM deliveries WHERE name = ? ORDER BY number DESC", (name,)
        )
        return [
            {"height": row[0], "at_ms": row[1], "attempt": row[2], "status": row[3]}
            | ({"why": json.loads(row[4])} if row[4] else {})
            for row in rows
        ]

    def close(self) -> None:
        """Close the file."""
        self._db.close()
