"""What notices keep: people with their addresses and wishes, and each notice until it is sent. In one file of the home, never on chain.

A notice is written down once for each person, channel and event, together with how far the events have been read. What goes into one
message is written down before the message is sent (a *batch*), so that every try of it is the same message with the same id.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from zhulian.errors import Words
from zhulian.offchain.notices.errors import EventsGone, NoSuchPerson

__all__ = ["CHANNELS", "KINDS", "Batch", "Book", "Channel", "Kind", "Notice", "Person"]

Kind = Literal["tasks", "alerts", "expiries"]
KINDS: Final[tuple[Kind, ...]] = ("tasks", "alerts", "expiries")
Channel = Literal["mail", "hook"]
CHANNELS: Final[tuple[Channel, ...]] = ("mail", "hook")
_KEPT_MS = 30 * 86_400_000
_BATCH_MAX = 1_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    name TEXT PRIMARY KEY, mail TEXT NOT NULL, phone TEXT NOT NULL, language TEXT NOT NULL, kinds TEXT NOT NULL, apps TEXT NOT NULL,
    stopped_ms INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), height INTEGER NOT NULL, feed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS gaps (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, channel TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL,
    title_zh TEXT NOT NULL, title_en TEXT NOT NULL, text_zh TEXT NOT NULL, text_en TEXT NOT NULL, made_ms INTEGER NOT NULL,
    batch INTEGER NOT NULL DEFAULT 0, UNIQUE (person, channel, key)
);
CREATE INDEX IF NOT EXISTS notices_by_batch ON notices (batch, channel, person);
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, channel TEXT NOT NULL, made_ms INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, again_ms INTEGER NOT NULL DEFAULT 0, ended_ms INTEGER NOT NULL DEFAULT 0,
    ended TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS batches_by_person ON batches (person, channel, number);
CREATE INDEX IF NOT EXISTS batches_open ON batches (ended_ms, channel);
"""

_WAITING = (
    "SELECT count(*) FROM notices LEFT JOIN batches ON batches.number = batch"
    " WHERE notices.channel = ? AND coalesce(ended_ms, 0) = 0"
)
_ENDED = "SELECT count(*) FROM batches WHERE channel = ? AND ended = ?"


@dataclass(frozen=True)
class Person:
    """Whom to tell, where, in which language, of what (`apps` empty: of all applications). `stopped_ms`: opted out, Unix milliseconds."""

    name: str
    mail: str = ""
    phone: str = ""
    language: Literal["zh", "en"] = "zh"
    kinds: tuple[Kind, ...] = KINDS
    apps: tuple[str, ...] = ()
    stopped_ms: int = 0

    @property
    def party(self) -> str:
        """The organisation, or the person's own handle."""
        return self.name if self.name.startswith("~") else self.name.partition(".")[0]

    def wants(self, kind: Kind, instance: str) -> bool:
        """Whether this person is told of such a thing."""
        return not self.stopped_ms and kind in self.kinds and (not self.apps or not instance or instance in self.apps)

    def at(self, channel: Channel) -> str:
        """The address on a channel; empty where there is none."""
        return self.mail if channel == "mail" else self.phone


@dataclass(frozen=True)
class Notice:
    """Something that somebody is told. `key` names what it is of, once for each person and channel."""

    kind: Kind
    key: str
    title: Words
    text: Words


@dataclass(frozen=True)
class Batch:
    """What goes into one message; `number` is the same for every try."""

    number: int
    person: Person
    channel: Channel
    attempt: int
    notices: tuple[Notice, ...]


class Book:
    """The file of notices. What it has taken is on disk when a call returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "notices.db", timeout=30, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    # People.

    def put(self, person: Person) -> None:
        """Set a person's addresses and wishes."""
        self._db.execute(
            "INSERT OR REPLACE INTO people (name, mail, phone, language, kinds, apps, stopped_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                person.name,
                person.mail,
                person.phone,
                person.language,
                json.dumps(person.kinds),
                json.dumps(person.apps),
                person.stopped_ms,
            ),
        )

    def every(self) -> list[Person]:
        """All people, those who have opted out included."""
        rows = self._db.execute("SELECT name, mail, phone, language, kinds, apps, stopped_ms FROM people ORDER BY name")
        return [
            Person(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), tuple(json.loads(row[5])), row[6]) for row in rows
        ]

    def get(self, name: str) -> Person:
        """One person.

        Raises:
            NoSuchPerson.
        """
        found = next((each for each in self.every() if each.name == name), None)
        if found is None:
            raise NoSuchPerson(person=name[:64])
        return found

    def remove(self, name: str) -> None:
        """Forget a person, and what was still to be sent."""
        with self._change():
            self._drop(name)
            self._db.execute("DELETE FROM people WHERE name = ?", (name,))

    def stop(self, name: str, at_ms: int) -> None:
        """A person has opted out: addresses go, the wish stays, nothing more is sent."""
        with self._change():
            self._drop(name)
            self._db.execute("UPDATE people SET mail = '', phone = '', stopped_ms = ? WHERE name = ?", (at_ms, name))

    def _drop(self, name: str) -> None:
        self._db.execute("DELETE FROM notices WHERE person = ?", (name,))
        self._db.execute("DELETE FROM batches WHERE person = ?", (name,))

    # Events.

    def position(self) -> tuple[int, int] | None:
        """The height and the number of the feed up to which events have been read."""
        row = self._db.execute("SELECT height, feed FROM position").fetchone()
        return None if row is None else (int(row[0]), int(row[1]))

    def begin(self, height: int, feed: int) -> None:
        """Read events from above here on; where that was said before, it stays."""
        self._db.execute("INSERT OR IGNORE INTO position VALUES (1, ?, ?)", (height, feed))

    def take(
        self, told: Iterable[tuple[Person, Notice]], at_ms: int, *, height: int | None = None, feed: int | None = None
    ) -> int:
        """Write notices down, each once, and how far the events have been read; how many were new."""
        before = self._db.total_changes
        with self._change():
            for person, notice in told:
                title, text = notice.title, notice.text
                for channel in CHANNELS:
                    if person.at(channel):
                        self._db.execute(
                            "INSERT OR IGNORE INTO notices (person, channel, key, kind, title_zh, title_en, text_zh, text_en, made_ms)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            (person.name, channel, notice.key, notice.kind, title.zh, title.en, text.zh, text.en, at_ms),
                        )
            new = self._db.total_changes - before
            if height is not None:
                self._db.execute("UPDATE position SET height = ?1 WHERE height < ?1", (height,))
            if feed is not None:
                self._db.execute("UPDATE position SET feed = ?1 WHERE feed < ?1", (feed,))
        return new

    def skip(self, first: int, last: int, at_ms: int) -> None:
        """The blocks from `first` to `last` are gone: their events are never read, which stays written down."""
        with self._change():
            self._db.execute("INSERT OR REPLACE INTO gaps VALUES (?, ?, ?)", (first, last, at_ms))
            self._db.execute("UPDATE position SET height = ?1 WHERE height < ?1", (last,))

    # Sending.

    def next_due(self, channel: Channel, gather_ms: int, interval_ms: int) -> tuple[int, str] | None:
        """When the next message is due (Unix milliseconds), and for whom; None where nothing waits."""
        rows = self._db.execute(
            "SELECT again_ms, person FROM batches WHERE ended_ms = 0 AND channel = ?1 UNION ALL"
            " SELECT max(min(made_ms) + ?2, coalesce((SELECT max(made_ms) FROM batches"
            "   WHERE batches.person = notices.person AND batches.channel = ?1) + ?3, 0)), person"
            " FROM notices WHERE batch = 0 AND channel = ?1 AND NOT EXISTS"
            "   (SELECT 1 FROM batches WHERE batches.person = notices.person AND batches.channel = ?1 AND ended_ms = 0)"
            " GROUP BY person ORDER BY 1 LIMIT 1",
            (channel, gather_ms, interval_ms),
        ).fetchone()
        return None if rows is None else (int(rows[0]), str(rows[1]))

    def batch(self, name: str, channel: Channel, at_ms: int) -> Batch:
        """The message that is to be sent to a person now: the one that was begun, else a new one of all that waits."""
        with self._change():
            row = self._db.execute(
                "SELECT number, attempt FROM batches WHERE person = ? AND channel = ? AND ended_ms = 0", (name, channel)
            ).fetchone()
            if row is None:
                made = self._db.execute("INSERT INTO batches (person, channel, made_ms) VALUES (?, ?, ?)", (name, channel, at_ms))
                row = (made.lastrowid, 0)
                self._db.execute(
                    "UPDATE notices SET batch = ?1 WHERE number IN (SELECT number FROM notices WHERE batch = 0 AND channel = ?2"
                    " AND person = ?3 ORDER BY number LIMIT ?4)",
                    (row[0], channel, name, _BATCH_MAX),
                )
        notices = self._db.execute(
            "SELECT kind, key, title_zh, title_en, text_zh, text_en FROM notices WHERE batch = ? ORDER BY number", (row[0],)
        )
        listed = tuple(Notice(each[0], each[1], Words(each[2], each[3]), Words(each[4], each[5])) for each in notices)
        return Batch(int(row[0]), self.get(name), channel, int(row[1]), listed)

    def sent(self, batch: Batch, at_ms: int) -> None:
        """The message has gone; what is older than 30 days is forgotten."""
        with self._change():
            self._end(batch, at_ms, "sent", "")
            self._db.execute(
                "DELETE FROM notices WHERE batch IN (SELECT number FROM batches WHERE ended_ms > 0 AND ended_ms < ?)",
                (at_ms - _KEPT_MS,),
            )
            self._db.execute("DELETE FROM batches WHERE ended_ms > 0 AND ended_ms < ?", (at_ms - _KEPT_MS,))

    def refused(self, batch: Batch, at_ms: int, why: dict[str, Any]) -> None:
        """The receiver wants no such message: it is not tried again."""
        self._end(batch, at_ms, "refused", json.dumps(why, default=str))

    def again(self, batch: Batch, again_ms: int, why: dict[str, Any]) -> None:
        """The message could not go now; it is tried again then."""
        self._db.execute(
            "UPDATE batches SET attempt = attempt + 1, again_ms = ?, why = ? WHERE number = ?",
            (again_ms, json.dumps(why, default=str), batch.number),
        )

    def _end(self, batch: Batch, at_ms: int, ended: str, why: str) -> None:
        self._db.execute(
            "UPDATE batches SET attempt = attempt + 1, ended_ms = ?, ended = ?, why = ? WHERE number = ?",
            (at_ms, ended, why, batch.number),
        )

    def status(self) -> dict[str, Any]:
        """How many notices wait and were sent, and the newest fault of each channel."""
        told: dict[str, Any] = {"people": self._db.execute("SELECT count(*) FROM people WHERE stopped_ms = 0").fetchone()[0]}
        told["stopped"] = self._db.execute("SELECT count(*) FROM people WHERE stopped_ms > 0").fetchone()[0]
        for channel in CHANNELS:
            waits = self._count(_WAITING, channel)
            counted = {name: self._count(_ENDED, channel, name) for name in ("sent", "refused")}
            why = self._db.execute(
                "SELECT why FROM batches WHERE channel = ? AND why <> '' ORDER BY number DESC LIMIT 1", (channel,)
            ).fetchone()
            told[channel] = {"waiting": waits, **counted} | ({"fault": json.loads(why[0])} if why else {})
        position: Sequence[int] = self.position() or (0, 0)
        gap = self._db.execute("SELECT first, last FROM gaps ORDER BY first DESC LIMIT 1").fetchone()
        if gap is not None:
            told["gap"] = EventsGone(first=gap[0], last=gap[1]).as_problem()
        return told | {"height": position[0], "feed": position[1]}

    def _count(self, question: str, *given: str) -> int:
        return int(self._db.execute(question, given).fetchone()[0])

    def _change(self) -> "_Change":
        return _Change(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class _Change:
    """One transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
