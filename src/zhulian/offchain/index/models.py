"""The tables. `alembic` makes and changes them (`migrations/`); full-text tokens lie in a table or column of the database's own kind."""

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Base", "Block", "Document", "Event", "Field", "OpenedText", "Party", "Progress", "Transaction"]

_HASH = String(64)
_NAME = String(128)


class Base(DeclarativeBase):
    """All tables of the index."""


class Progress(Base):
    """One row: the chain, the newest height that the other rows show, its header's digest, and the numbers to go on with."""

    __tablename__ = "progress"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    chain: Mapped[str] = mapped_column(String(160))
    height: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(_HASH)
    time_ms: Mapped[int] = mapped_column(BigInteger)
    next_document: Mapped[int] = mapped_column(BigInteger)
    texts_read: Mapped[int] = mapped_column(BigInteger)


class Block(Base):
    """A block."""

    __tablename__ = "blocks"
    height: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(_HASH)
    time_ms: Mapped[int] = mapped_column(BigInteger)
    transactions: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)


class Transaction(Base):
    """A transaction and where it stands; `types` and `signers` are JSON lists, empty where the body is not kept."""

    __tablename__ = "transactions"
    id: Mapped[str] = mapped_column(_HASH, primary_key=True)
    height: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[int] = mapped_column(Integer)
    time_ms: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(80))
    types: Mapped[str] = mapped_column(Text)
    signers: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("transactions_by_height", "height", "place"),)


class Event(Base):
    """An event; `transaction` is empty for what ran by itself. `number` counts within the block."""

    __tablename__ = "events"
    height: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(80))
    transaction: Mapped[str] = mapped_column(_HASH)
    instance: Mapped[str] = mapped_column(_NAME)
    record: Mapped[str] = mapped_column(_NAME)
    content: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("events_by_type", "type", "height"), Index("events_by_instance", "instance", "record", "height"))


class Document(Base):
    """What a search finds: a deposit, a party, an application, a record, a definition or an alert.

    `same` is a digest of kind, key and holder, by which a document is found again. `place` is its state key as a JSON list, `content` what the index knows of the value there; an empty place has no proof. `holder`
    is whose keys opened the texts in it; empty where everything is public. `height` is that of the newest change, `first_…` of the
    first; numbers grow with `first_ms`. `day` is the chain's own day of `first_ms`.
    """

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    same: Mapped[str] = mapped_column(_HASH, unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(_NAME)
    instance: Mapped[str] = mapped_column(_NAME)
    record: Mapped[str] = mapped_column(_NAME)
    state: Mapped[str] = mapped_column(_NAME)
    definition: Mapped[str] = mapped_column(_HASH)
    transaction: Mapped[str] = mapped_column(_HASH)
    height: Mapped[int] = mapped_column(BigInteger)
    time_ms: Mapped[int] = mapped_column(BigInteger)
    first_height: Mapped[int] = mapped_column(BigInteger)
    first_ms: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str] = mapped_column(String(10))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("documents_by_transaction", "transaction"),
        Index("documents_by_kind", "kind", "id"),
        Index("documents_by_record", "instance", "record", "state", "id"),
        Index("documents_by_type", "instance", "record", "id"),
        Index("documents_counted", "instance", "record", "kind", "holder", "state", "day", "first_ms", "id"),
        Index("documents_by_state", "state", "id"),
        Index("documents_by_time", "first_ms", "id"),
    )


class Party(Base):
    """That a document concerns a party, such as its depositor, owner or holder; a deposit also goes by its digest."""

    __tablename__ = "parties"
    party: Mapped[str] = mapped_column(_NAME, primary_key=True)
    document: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    __table_args__ = (Index("parties_by_document", "document"),)


class Field(Base):
    """A field of a record by which boards count and add up: a `word` of a choice or party, or a whole `number`."""

    __tablename__ = "fields"
    document: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(_NAME, primary_key=True)
    word: Mapped[str | None] = mapped_column(_NAME)
    number: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index("fields_counted", "name", "document", "number", "word"),)


class OpenedText(Base):
    """A text that the organisation's own keys opened; `done` once the document that it belongs to shows it."""

    __tablename__ = "opened_texts"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    transaction: Mapped[str] = mapped_column(_HASH)
    holder: Mapped[str] = mapped_column(_NAME)
    instance: Mapped[str] = mapped_column(_NAME)
    record: Mapped[str] = mapped_column(_NAME)
    text: Mapped[str] = mapped_column(Text)
    opened: Mapped[str] = mapped_column(Text)
    done: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (Index("opened_texts_waiting", "done", "transaction"),)
