"""Deposits as those find them who may read what describes them: rows of their own beside the public ones, each its holder's."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.errors import Words, check
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.descriptors import read_descriptor, tell_described
from zhulian.offchain.index.drafts import Draft, same_of
from zhulian.offchain.index.models import Document, Event, OpenedText, Party, Progress
from zhulian.offchain.index.rows import draft_of
from zhulian.offchain.index.telling import Telling

__all__ = ["DescribedDeposits", "key_of_text", "parties_of", "reached_height", "reading_events"]

_DOCUMENTS: Any = Document.__table__
_READING = ("share.registered", "share.rewrapped", "share.withdrawn", "share.restricted", "share.erased")


def key_of_text(row: Any) -> str:
    """The key of the deposit that an opened descriptor is about."""
    return f"{row.instance}/{json.loads(row.opened)[0]['owner']}"


class DescribedDeposits:
    """Works out such rows within one transaction of the index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_text(self, row: Any) -> list[Draft]:
        """The holder's own row of the deposit, with what the descriptor says; none while the deposit does not show."""
        key = key_of_text(row)
        public, before = self._draft(same_of("evidence", key)), self._draft(same_of("evidence", key, row.holder))
        if public is None:
            return []
        return _overlay(public, json.loads(row.opened), row.holder, before)

    def of_changed(self, changed: Sequence[Draft]) -> list[Draft]:
        """Holders' own rows of deposits that have changed, as by a withdrawal, changed alike."""
        found: list[Draft] = []
        for public in changed:
            if public.kind != "evidence" or not public.id or public.holder:
                continue
            asked = sa.select(OpenedText.holder).where(OpenedText.record == "", OpenedText.instance == public.place[1]).distinct()
            for holder in self._connection.execute(asked).scalars().all():
                before = self._draft(same_of("evidence", public.key, holder))
                if before is not None:
                    found += _overlay(public, before.content["opened"], holder, before)
        return found

    def drop(self, described: str, owner: str, descriptor: str, holder: str) -> list[int]:
        """Forget the descriptor that a holder has opened of the deposit; answers the numbers of the rows that go with it."""
        asked = sa.select(OpenedText.number, OpenedText.opened)
        asked = asked.where(OpenedText.record == "", OpenedText.instance == described, OpenedText.holder == holder)
        rows = self._connection.execute(asked).all()
        gone = [row.number for row in rows if json.loads(row.opened)[0]["commitment"] == descriptor]
        self._connection.execute(sa.delete(OpenedText).where(OpenedText.number.in_(gone)))
        shown = self._draft(same_of("evidence", f"{described}/{owner}", holder))
        return [shown.id] if shown is not None and shown.content["opened"][0]["commitment"] == descriptor else []

    def _draft(self, same: str) -> Draft | None:
        row = self._connection.execute(sa.select(_DOCUMENTS).where(_DOCUMENTS.c.same == same)).first()
        return None if row is None else draft_of(row, parties_of(self._connection, row.id))


def reached_height(database: Database) -> int:
    """The height that the index has reached; 0 where it is empty.

    Raises:
        IndexDatabaseFailed.
    """
    with database.reading() as connection:
        return connection.execute(sa.select(Progress.height)).scalar() or 0


def reading_events(database: Database, after: int, upto: int) -> list[dict[str, Any]]:
    """The events above one height and up to another by which somebody may read content that it could not before, or no more.

    Raises:
        IndexDatabaseFailed.
    """
    asked = sa.select(Event.content).where(Event.type.in_(_READING), Event.height > after, Event.height <= upto)
    with database.reading() as connection:
        found = [json.loads(each) for each in connection.execute(asked.order_by(Event.height, Event.number)).scalars()]
    return [each for each in found if each]  # empty: the members took it down


def parties_of(connection: Connection, document: int) -> tuple[str, ...]:
    """The parties that a document concerns."""
    return tuple(connection.execute(sa.select(Party.party).where(Party.document == document).order_by(Party.party)).scalars())


def _overlay(public: Draft, opened: list[dict[str, Any]], holder: str, before: Draft | None) -> list[Draft]:
    """The row; none where what was opened is no descriptor."""
    descriptor = read_descriptor(opened[0]["descriptor"])
    if descriptor is None:
        return []
    check(public.telling is not None, "a document that is written was put into words")
    told = tell_described(public.telling or Telling(Words("", ""), Words("", "")), descriptor)
    content = {**public.content, "opened": opened}
    return [replace(public, id=0 if before is None else before.id, holder=holder, content=content, telling=told)]
