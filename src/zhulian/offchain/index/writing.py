"""Writing a batch of blocks into the tables: all of it and the height reached in one transaction, or nothing."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.errors import Words, check
from zhulian.language.values import key_text, split_key
from zhulian.offchain.index.blocks import Background, ReadBlock
from zhulian.offchain.index.bulk import insert_rows
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.described import DescribedDeposits, key_of_text, parties_of
from zhulian.offchain.index.drafts import Draft, Drafts, document_json, same_of, taken_down_by, touched
from zhulian.offchain.index.errors import IndexDatabaseFailed
from zhulian.offchain.index.models import Block, Document, Event, Field, OpenedText, Party, Progress, Transaction
from zhulian.offchain.index.rows import draft_of
from zhulian.offchain.index.telling import Telling, plain
from zhulian.offchain.index.texts import Opened, opened_text
from zhulian.offchain.index.tokens import facets, tokens, tsvector
from zhulian.offchain.watch.tables import WatchInstance
from zhulian.offchain.watch.watcher import Watcher
from zhulian.zones import offset_of

__all__ = ["Reached", "Writer"]

_ASK_AT_ONCE = 500
_DOCUMENTS: Any = Document.__table__
_COLUMNS = [each.name for each in _DOCUMENTS.columns]


class Reached:
    """Where the index stands."""

    def __init__(self, row: Any) -> None:
        self.chain: str = row.chain
        self.height: int = row.height
        self.digest: str = row.digest
        self.time_ms: int = row.time_ms
        self.next_document: int = row.next_document
        self.texts_read: int = row.texts_read


class Writer:
    """Writes into one database. There is one writer at a time: the progress row is locked while a batch is written."""

    def __init__(self, database: Database, holder: str = "", watcher: Watcher | None = None) -> None:
        """`holder` is the organisation whose keys open texts here; empty where none are opened."""
        self._database = database
        self._holder = holder
        self._watcher = watcher or Watcher()

    def reached(self) -> Reached | None:
        """Where the index stands; None where it is empty.

        Raises:
            IndexDatabaseFailed.
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(Progress.__table__)).first()
        return None if row is None else Reached(row)

    def definitions(self) -> list[str]:
        """The definitions by which watch rules are followed where the index stands.

        Raises:
            IndexDatabaseFailed.
        """
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(WatchInstance.definition, WatchInstance.coming)).all()
        return sorted({each for row in rows for each in row if each})

    def begin(
        self, chain: str, height: int, drafts: Sequence[Draft], zone: str, instances: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Drop whatever is there, and begin anew above `height` of `chain` with documents that stem from its state there.

        `instances` are rows of applications whose opening lies in blocks that are not there.

        Raises:
            IndexDatabaseFailed: everything is as it was.
        """
        with self._database.writing() as connection:
            self._database.empty(connection)
            following = self.put(connection, drafts, 1, zone)
            first = {"id": 1, "chain": chain, "height": height, "digest": "", "time_ms": 0, "texts_read": 0}
            connection.execute(sa.insert(Progress), [{**first, "next_document": following}])
            if instances:
                connection.execute(sa.insert(WatchInstance), list(instances))

    def write(self, blocks: Sequence[ReadBlock], background: Background) -> int:
        """Write blocks that follow what is there; answers the height reached. What another process has written is left out.

        Raises:
            IndexDatabaseFailed: nothing was written.
        """
        with self._database.writing() as connection:
            reached = self._lock(connection)
            fresh = [each for each in blocks if each.height > reached.height]
            if not fresh:
                return reached.height
            if fresh[0].height != reached.height + 1:
                raise _begun_anew()
            known = self._known(connection, touched(fresh))
            drafts = Drafts(background, known)
            watching = self._watcher.open(connection, background, _Records(connection, drafts), reached.height)
            for block in fresh:
                watching.before(block)
                drafts.take(block)
                watching.take(block)
            watching.finish()
            self._put_blocks(connection, fresh)
            made = drafts.finish()
            if reached.texts_read:
                made += self._overlays_of(connection, made) + DescribedDeposits(connection).of_changed(made)
            following = self.put(connection, made, reached.next_document, background.zone)
            self._take_down(connection, taken_down_by(fresh))
            last = fresh[-1]
            where = {"height": last.height, "digest": last.digest, "time_ms": last.time_ms, "next_document": following}
            connection.execute(sa.update(Progress).values(where))
        return last.height

    def add_texts(self, texts: Sequence[Opened]) -> None:
        """Take in opened texts; they show once their transaction does.

        Raises:
            IndexDatabaseFailed.
        """
        rows: list[dict[str, Any]] = [
            {
                "number": each.number,
                "transaction": each.transaction,
                "holder": each.holder or self._holder,
                "instance": each.instance,
                "record": each.record,
                "text": plain(each.text),
                "opened": document_json(list(each.openings)),
                "done": False,
            }
            for each in texts
        ]
        with self._database.writing() as connection:
            reached = self._lock(connection)
            rows = [row for row in rows if row["number"] > reached.texts_read]
            if rows:
                connection.execute(sa.insert(OpenedText), rows)
                connection.execute(sa.update(Progress).values(texts_read=rows[-1]["number"]))

    def show_texts(self, background: Background, limit: int = 500) -> int:
        """Let opened texts show whose transactions were applied by now; answers how many there were.

        Raises:
            IndexDatabaseFailed.
        """
        waiting = (
            sa.select(OpenedText.__table__)
            .join(Transaction, Transaction.id == OpenedText.transaction)
            .where(OpenedText.done.is_(False), OpenedText.record != "", Transaction.status == "applied")
            .order_by(OpenedText.number)
            .limit(limit)
        )
        with self._database.writing() as connection:
            rows = connection.execute(waiting).all()
            if not rows:
                return 0
            reached = self._lock(connection)
            drafts: dict[str, Draft] = {}
            for row in rows:
                for key in self._records_of(connection, row):
                    self._open(connection, key, json.loads(row.opened), drafts)
            following = self.put(connection, list(drafts.values()), reached.next_document, background.zone)
            connection.execute(sa.update(Progress).values(next_document=following))
            numbers = [row.number for row in rows]
            connection.execute(sa.update(OpenedText).where(OpenedText.number.in_(numbers)).values(done=True))
        return len(rows)

    def show_descriptors(self, background: Background, limit: int = 500) -> int:
        """Let those find deposits by name and words who may read what describes them; answers how many there were.

        Raises:
            IndexDatabaseFailed.
        """
        waiting = sa.select(OpenedText.__table__).where(OpenedText.done.is_(False), OpenedText.record == "")
        with self._database.writing() as connection:
            rows = connection.execute(waiting.order_by(OpenedText.number).limit(limit)).all()
            if not rows:
                return 0
            reached = self._lock(connection)
            overlays = DescribedDeposits(connection)
            drafts = [each for row in rows for each in overlays.of_text(row)]
            following = self.put(connection, drafts, reached.next_document, background.zone)
            connection.execute(sa.update(Progress).values(next_document=following))
            shown = {(each.key, each.holder) for each in drafts}
            numbers = [row.number for row in rows if (key_of_text(row), row.holder) in shown]
            connection.execute(sa.update(OpenedText).where(OpenedText.number.in_(numbers)).values(done=True))
        return len(numbers)

    def forget_descriptor(self, described: str, owner: str, descriptor: str, holder: str) -> None:
        """Drop what a holder has read of a descriptor of a deposit; the public document stays.

        Raises:
            IndexDatabaseFailed.
        """
        with self._database.writing() as connection:
            self._forget(connection, DescribedDeposits(connection).drop(described, owner, descriptor, holder))

    def tidy(self) -> bool:
        """While there is nothing to write, make searching quicker by a step; whether there is more to do.

        Raises:
            IndexDatabaseFailed.
        """
        return self._database.tidy()

    def put(self, connection: Connection, drafts: Sequence[Draft], following: int, zone: str) -> int:
        """Insert new documents and change known ones; answers the next free number."""
        made, changed = [], []
        for draft in drafts:
            if draft.id:
                changed.append(draft)
            else:
                draft.id, following = following, following + 1
                made.append(draft)
        ordered = (*made, *changed)
        rows = [_row(draft, zone) for draft in ordered]
        under = [_facets(draft, row) for draft, row in zip(ordered, rows, strict=True)]
        if changed:
            self._forget(connection, [each.id for each in changed])
        self._insert(connection, rows, under)
        parties = [(party[:128], draft.id) for draft in drafts for party in dict.fromkeys(_told(draft).parties)]
        insert_rows(connection, "parties", ("party", "document"), parties)
        fields: list[tuple[Any, ...]] = []
        for draft in drafts:
            if draft.holder:
                continue  # boards count each record once
            for name, value in _told(draft).fields.items():
                fields.append(
                    (draft.id, name, value if isinstance(value, str) else None, value if isinstance(value, int) else None)
                )
        insert_rows(connection, "fields", ("document", "name", "word", "number"), fields)
        return following

    def _insert(self, connection: Connection, rows: Sequence[dict[str, Any]], under: Sequence[list[str]]) -> None:
        if self._database.is_sqlite:
            insert_rows(connection, "documents", _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in rows])
            words = [
                (row["id"], " ".join(tokens(_titles(row))), " ".join([*tokens(_texts(row)), *more]))
                for row, more in zip(rows, under, strict=True)
            ]
            insert_rows(connection, "tokens", ("rowid", "title", "body"), words)
            return
        columns = [*_COLUMNS, "tokens"]
        filled = [
            (*(row[name] for name in _COLUMNS), tsvector(_titles(row), _texts(row), more))
            for row, more in zip(rows, under, strict=True)
        ]
        insert_rows(connection, "documents", columns, filled)

    def _forget(self, connection: Connection, numbers: Sequence[int]) -> None:
        for start in range(0, len(numbers), _ASK_AT_ONCE):
            some = list(numbers[start : start + _ASK_AT_ONCE])
            connection.execute(sa.delete(Document).where(Document.id.in_(some)))
            connection.execute(sa.delete(Party).where(Party.document.in_(some)))
            connection.execute(sa.delete(Field).where(Field.document.in_(some)))
            if self._database.is_sqlite:
                statement = sa.text("DELETE FROM tokens WHERE rowid IN :some").bindparams(sa.bindparam("some", expanding=True))
                connection.execute(statement, {"some": some})

    def _take_down(self, connection: Connection, transactions: Sequence[str]) -> None:
        """Remove what stems from transactions that the members took down; the blocks and the proofs stay as they are."""
        for start in range(0, len(transactions), _ASK_AT_ONCE):
            some = list(transactions[start : start + _ASK_AT_ONCE])
            numbers = connection.scalars(sa.select(Document.id).where(Document.transaction.in_(some))).all()
            self._forget(connection, list(numbers))
            connection.execute(sa.delete(OpenedText).where(OpenedText.transaction.in_(some)))
            connection.execute(sa.update(Event).where(Event.transaction.in_(some)).values(content="{}"))

    def _put_blocks(self, connection: Connection, blocks: Iterable[ReadBlock]) -> None:
        heads: list[tuple[Any, ...]] = []
        transactions: list[tuple[Any, ...]] = []
        events: list[tuple[Any, ...]] = []
        for block in blocks:
            refused = sum(each.status == "refused" for each in block.transactions)
            heads.append((block.height, block.digest, block.time_ms, len(block.transactions), refused))
            for place, each in enumerate(block.transactions):
                said = document_json(each.types), document_json(each.signers)
                transactions.append((each.id, block.height, place, block.time_ms, each.status, each.code, *said))
            for one in block.events:
                event = one.event
                named = str(event.get("instance", ""))[:128], str(event.get("record", ""))[:128]
                events.append((block.height, one.number, event["type"], one.transaction, *named, document_json(event)))
        insert_rows(connection, "blocks", _names(Block), heads)
        insert_rows(connection, "transactions", _names(Transaction), transactions)
        insert_rows(connection, "events", _names(Event), events)

    def _lock(self, connection: Connection) -> Reached:
        row = connection.execute(sa.select(Progress.__table__).with_for_update()).first()
        if row is None:
            raise _begun_anew()
        return Reached(row)

    def _known(self, connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Draft]:
        """The public documents of these kinds and keys."""
        by_same = {same_of(*each): each for each in sorted(wanted)}
        found: dict[tuple[str, str], Draft] = {}
        names = list(by_same)
        for start in range(0, len(names), _ASK_AT_ONCE):
            some = names[start : start + _ASK_AT_ONCE]
            for row in connection.execute(sa.select(_DOCUMENTS).where(_DOCUMENTS.c.same.in_(some))):
                found[by_same[row.same]] = draft_of(row)
        return found

    def _records_of(self, connection: Connection, row: Any) -> list[str]:
        """The keys of the records that the transaction of an opened text has made or changed."""
        asked = sa.select(Event.content).where(
            Event.type == "scenario.record_changed",
            Event.instance == row.instance,
            Event.record == row.record,
            Event.height == sa.select(Transaction.height).where(Transaction.id == row.transaction).scalar_subquery(),
            Event.transaction == row.transaction,
        )
        commitments = {each.get("commitment") for each in json.loads(row.opened)}
        found = []
        for content in connection.execute(asked).scalars():
            event = json.loads(content)
            if commitments & {each for each in event.get("fields", {}).values() if isinstance(each, str)}:
                found.append(key_text((event["instance"], event["record"], event["key"])))
        return list(dict.fromkeys(found))

    def _open(self, connection: Connection, key: str, opened: list[dict[str, Any]], drafts: dict[str, Draft]) -> None:
        """Add opened values to the holder's own copy of a record."""
        copy = drafts.get(key)
        if copy is None:
            same = [same_of("record", key), same_of("record", key, self._holder)]
            rows = connection.execute(
                sa.select(_DOCUMENTS).where(_DOCUMENTS.c.same.in_(same)).order_by(_DOCUMENTS.c.holder)
            ).all()
            if not rows:
                return
            public = draft_of(rows[0], parties_of(connection, rows[0].id))
            copy = _overlay(public, [], 0, public.first_ms, self._holder)
            if len(rows) == 2:
                before = draft_of(rows[1])
                copy = _overlay(public, before.content["opened"], before.id, before.first_ms, self._holder)
        known = copy.content["opened"]
        fresh = [each for each in opened if each not in known]
        base = _draft_of_overlay(copy)
        drafts[key] = _overlay(base, [*known, *fresh], copy.id, copy.first_ms, self._holder)

    def _overlays_of(self, connection: Connection, changed: Sequence[Draft]) -> list[Draft]:
        """The holder's own copies of records that have changed, changed alike."""
        by_same = {same_of("record", each.key, self._holder): each for each in changed if each.kind == "record"}
        names = list(by_same)
        found = []
        for start in range(0, len(names), _ASK_AT_ONCE):
            asked = sa.select(_DOCUMENTS).where(_DOCUMENTS.c.same.in_(names[start : start + _ASK_AT_ONCE]))
            for row in connection.execute(asked):
                before = draft_of(row)
                found.append(_overlay(by_same[row.same], before.content["opened"], before.id, before.first_ms, self._holder))
        return found


class _Records:
    """Records behind the newest block that a batch has taken: those it has changed, and what the tables hold of the others."""

    def __init__(self, connection: Connection, drafts: Drafts) -> None:
        self._connection = connection
        self._drafts = drafts
        self._kept: dict[str, dict[str, Any] | None] = {}

    def one(self, instance: str, record: str, leaf: str) -> dict[str, Any] | None:
        """See `RecordsOf`."""
        key = key_text((instance, record, leaf))
        found = self._drafts.drafts.get(("record", key))
        if found is not None:
            return found.content
        if key not in self._kept:
            asked = sa.select(Document.content).where(Document.same == same_of("record", key))
            content = self._connection.execute(asked).scalar()
            self._kept[key] = None if content is None else json.loads(content)
        return self._kept[key]

    def every(self, instance: str, record: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """See `RecordsOf`."""
        mine = {
            key: each.content
            for (kind, key), each in self._drafts.drafts.items()
            if kind == "record" and each.place[1:3] == (instance, record)
        }
        asked = sa.select(Document.key, Document.content).where(
            Document.kind == "record", Document.holder == "", Document.instance == instance, Document.record == record
        )
        for row in self._connection.execute(asked):
            if row.key not in mine:
                yield split_key(row.key)[2], json.loads(row.content)
        for key, content in mine.items():
            yield split_key(key)[2], content


def _overlay(base: Draft, opened: list[dict[str, Any]], number: int, first_ms: int, holder: str) -> Draft:
    """A record as its holder reads it: what everybody sees, and the values that its keys opened."""
    told = _told(base)
    more = opened_text(opened)
    words = Words(f"{told.text.zh}；{more}", f"{told.text.en}; {more}")
    content = {**base.content, "opened": opened, "public": [told.text.zh, told.text.en]}
    telling = Telling(told.title, words, told.parties, told.state)
    return replace(base, id=number, holder=holder, first_ms=first_ms, content=content, telling=telling)


def _draft_of_overlay(copy: Draft) -> Draft:
    """The record under a holder's copy."""
    told = _told(copy)
    content = {name: value for name, value in copy.content.items() if name not in ("opened", "public")}
    public = Words(*copy.content["public"])
    return replace(copy, content=content, telling=Telling(told.title, public, told.parties, told.state))


def _begun_anew() -> IndexDatabaseFailed:
    return IndexDatabaseFailed(why=Words("另一进程刚开始重建", "another process has just begun to build it anew"))


def _names(model: Any) -> list[str]:
    return [each.name for each in model.__table__.columns]


def _told(draft: Draft) -> Telling:
    check(draft.telling is not None, "a document that is written was put into words")
    return draft.telling or Telling(Words("", ""), Words("", ""))


def _facets(draft: Draft, row: dict[str, Any]) -> list[str]:
    parties = dict.fromkeys(party[:128] for party in _told(draft).parties)
    named = {name: row[name] for name in ("kind", "instance", "record", "state")}
    values = [] if draft.holder else [(name, value) for name, value in _told(draft).fields.items() if isinstance(value, str)]
    return facets(**named, parties=parties, values=values)


def _titles(row: dict[str, Any]) -> str:
    return f"{row['title_zh']} {row['title_en']}" if row["title_zh"] != row["title_en"] else str(row["title_zh"])


def _texts(row: dict[str, Any]) -> str:
    return f"{row['text_zh']} {row['text_en']}" if row["text_zh"] != row["text_en"] else str(row["text_zh"])


def _row(draft: Draft, zone: str) -> dict[str, Any]:
    told = _told(draft)
    return {
        "id": draft.id,
        "same": same_of(draft.kind, draft.key, draft.holder),
        "kind": draft.kind,
        "key": plain(draft.key),
        "holder": draft.holder,
        "instance": draft.instance,
        "record": draft.record,
        "state": told.state[:128],
        "definition": draft.definition,
        "transaction": draft.transaction,
        "height": draft.height,
        "time_ms": draft.time_ms,
        "first_height": draft.first_height,
        "first_ms": draft.first_ms,
        "day": day_of(draft.first_ms, zone),
        "title_zh": told.title.zh,
        "title_en": told.title.en,
        "text_zh": told.text.zh,
        "text_en": told.text.en,
        "place": document_json(list(draft.place)),
        "content": document_json(draft.content),
    }


def day_of(time_ms: int, zone: str) -> str:
    """The day of a moment by the chain's own calendar, as YYYY-MM-DD."""
    return datetime.fromtimestamp(time_ms // 1000 + offset_of(zone, time_ms // 1000), UTC).strftime("%Y-%m-%d")
