"""The tables of watching, beside the index's own and written in the same transactions; and windows that are kept in them."""

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from zhulian.offchain.index.bulk import insert_rows
from zhulian.offchain.index.models import Base
from zhulian.offchain.watch.windows import Group, Seen

__all__ = ["Alert", "SqlStore", "WatchGroup", "WatchInstance", "WatchProposal", "WatchRule", "WatchSeen", "WatchValue"]

_HASH = String(64)
_NAME = String(128)
_PAGE = 5_000
_SHORT = 32


class WatchInstance(Base):
    """An application with the definition that it follows, and the one that it will follow from `since` on (Unix seconds)."""

    __tablename__ = "watch_instances"
    instance: Mapped[str] = mapped_column(_NAME, primary_key=True)
    definition: Mapped[str] = mapped_column(_HASH)
    coming: Mapped[str] = mapped_column(_HASH)
    since: Mapped[int] = mapped_column(BigInteger)


class WatchRule(Base):
    """A rule that is followed, since which height, and as what it is written (a digest)."""

    __tablename__ = "watch_rules"
    rule: Mapped[str] = mapped_column(_NAME, primary_key=True)
    digest: Mapped[str] = mapped_column(_HASH)
    height: Mapped[int] = mapped_column(BigInteger)


class WatchGroup(Base):
    """The numbers of a group of a rule, and the alert that stands for it."""

    __tablename__ = "watch_groups"
    rule: Mapped[str] = mapped_column(_NAME, primary_key=True)
    name: Mapped[str] = mapped_column(_HASH, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    seen: Mapped[int] = mapped_column(BigInteger)
    different: Mapped[int] = mapped_column(BigInteger)
    sum: Mapped[str] = mapped_column(String(40))
    alert: Mapped[str] = mapped_column(String(40))


class WatchSeen(Base):
    """What is in a window: one row for each event that a rule counts."""

    __tablename__ = "watch_seen"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(_NAME)
    time: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(String(_SHORT))
    amount: Mapped[int] = mapped_column(BigInteger)
    weight: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("watch_seen_by_time", "rule", "time", "number"),)


class WatchValue(Base):
    """How often a value stands in the window of a group."""

    __tablename__ = "watch_values"
    rule: Mapped[str] = mapped_column(_NAME, primary_key=True)
    name: Mapped[str] = mapped_column(_HASH, primary_key=True)
    value: Mapped[str] = mapped_column(String(_SHORT), primary_key=True)
    seen: Mapped[int] = mapped_column(BigInteger)


class WatchProposal(Base):
    """What a proposal of an action hands in, until it is done, taken back or over (`expires`, Unix seconds)."""

    __tablename__ = "watch_proposals"
    proposal: Mapped[str] = mapped_column(_HASH, primary_key=True)
    action: Mapped[str] = mapped_column(_NAME)
    input: Mapped[str] = mapped_column(Text)
    expires: Mapped[int] = mapped_column(BigInteger)


class Alert(Base):
    """An alert: which rule or cause, for which group or record, when it was raised, and when what it tells of ended (0: it stands).

    `id` follows from rule, group and height, so that an index that is built anew gives the same. `figures` is JSON.
    """

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    instance: Mapped[str] = mapped_column(_NAME)
    rule: Mapped[str] = mapped_column(_NAME)
    level: Mapped[str] = mapped_column(String(8))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(_NAME)
    transaction: Mapped[str] = mapped_column(_HASH)
    height: Mapped[int] = mapped_column(BigInteger)
    time_ms: Mapped[int] = mapped_column(BigInteger)
    figures: Mapped[str] = mapped_column(Text)
    ended_height: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("alerts_by_height", "height", "id"), Index("alerts_by_end", "ended_height"))


_GROUPS: Any = WatchGroup.__table__
_SEEN: Any = WatchSeen.__table__
_VALUES: Any = WatchValue.__table__


class SqlStore:
    """Windows in the tables, for one batch: what is new is held back until `flush`, in the order of block times."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = int(connection.execute(sa.select(sa.func.max(WatchSeen.number))).scalar() or 0) + 1
        self._fresh: dict[str, list[Seen]] = {}
        self._taken: dict[str, int] = {}
        """Per rule how many of the fresh ones have expired already."""
        self._oldest: dict[str, int | None] = {}
        self._groups: dict[tuple[str, str], Group] = {}
        self._values: dict[tuple[str, str, str], int] = {}

    def add(self, rule: str, seen: Seen) -> None:
        """See `Store`."""
        self._fresh.setdefault(rule, []).append(seen)

    def expired(self, rule: str, until: int) -> Iterator[Seen]:
        """See `Store`."""
        if rule not in self._oldest:
            self._oldest[rule] = self._connection.execute(
                sa.select(sa.func.min(WatchSeen.time)).where(WatchSeen.rule == rule)
            ).scalar()
        oldest = self._oldest[rule]
        if oldest is not None and oldest <= until:
            yield from self._stored(rule, until)
        fresh, taken = self._fresh.get(rule, ()), self._taken.get(rule, 0)
        while taken < len(fresh) and fresh[taken].time <= until:
            yield fresh[taken]
            taken += 1
        self._taken[rule] = taken

    def _stored(self, rule: str, until: int) -> Iterator[Seen]:
        """Rows of the table, page by page, which are then gone."""
        old = (
            sa.select(_SEEN)
            .where(_SEEN.c.rule == rule, _SEEN.c.time <= until)
            .order_by(_SEEN.c.time, _SEEN.c.number)
            .limit(_PAGE)
        )
        while rows := self._connection.execute(old).all():
            for row in rows:
                yield Seen(row.time, row.label, None if row.value is None else f"\x00{row.value}", row.amount, row.weight)
            last = rows[-1]
            self._connection.execute(
                sa.delete(_SEEN).where(
                    _SEEN.c.rule == rule,
                    sa.or_(_SEEN.c.time < last.time, sa.and_(_SEEN.c.time == last.time, _SEEN.c.number <= last.number)),
                )
            )
        del self._oldest[rule]

    def group(self, rule: str, name: str) -> Group:
        """See `Store`."""
        found = self._groups.get((rule, name))
        if found is None:
            row = self._connection.execute(
                sa.select(_GROUPS).where(_GROUPS.c.rule == rule, _GROUPS.c.name == _hash(name))
            ).first()
            found = Group() if row is None else Group(row.seen, row.different, int(row.sum), row.alert)
            self._groups[rule, name] = found
        return found

    def tally(self, rule: str, group: str, value: str, by: int) -> int:
        """See `Store`."""
        place = (rule, group, _short(value))
        if place not in self._values:
            same = (_VALUES.c.rule == rule, _VALUES.c.name == _hash(group), _VALUES.c.value == place[2])
            self._values[place] = int(self._connection.execute(sa.select(_VALUES.c.seen).where(*same)).scalar() or 0)
        self._values[place] += by
        return self._values[place]

    def forget(self, rule: str) -> None:
        """Forget everything of a rule."""
        self._fresh.pop(rule, None)
        self._taken.pop(rule, None)
        self._oldest.pop(rule, None)
        self._groups = {place: each for place, each in self._groups.items() if place[0] != rule}
        self._values = {place: each for place, each in self._values.items() if place[0] != rule}
        for table in (_GROUPS, _SEEN, _VALUES):
            self._connection.execute(sa.delete(table).where(table.c.rule == rule))

    def flush(self) -> None:
        """Write what is new."""
        rows: list[tuple[Any, ...]] = []
        for rule, several in self._fresh.items():
            for each in several[self._taken.get(rule, 0) :]:
                value = None if each.value is None else _short(each.value)
                rows.append((self._next, rule, each.time, each.group, value, each.amount, each.weight))
                self._next += 1
        insert_rows(self._connection, "watch_seen", [each.name for each in _SEEN.columns], rows)
        self._flush_groups()
        self._flush_values()

    def _flush_groups(self) -> None:
        gone = [{"r": rule, "n": _hash(name)} for rule, name in self._groups]
        if gone:
            delete = sa.delete(_GROUPS).where(_GROUPS.c.rule == sa.bindparam("r"), _GROUPS.c.name == sa.bindparam("n"))
            self._connection.execute(delete, gone)
        rows = [
            (rule, _hash(name), name, each.count, each.different, str(each.sum), each.alert)
            for (rule, name), each in self._groups.items()
            if not each.idle
        ]
        insert_rows(self._connection, "watch_groups", [each.name for each in _GROUPS.columns], rows)

    def _flush_values(self) -> None:
        places = [{"r": rule, "n": _hash(group), "v": value} for rule, group, value in self._values]
        if places:
            same = (
                _VALUES.c.rule == sa.bindparam("r"),
                _VALUES.c.name == sa.bindparam("n"),
                _VALUES.c.value == sa.bindparam("v"),
            )
            self._connection.execute(sa.delete(_VALUES).where(*same), places)
        rows = [(rule, _hash(group), value, count) for (rule, group, value), count in self._values.items() if count]
        insert_rows(self._connection, "watch_values", [each.name for each in _VALUES.columns], rows)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _short(text: str) -> str:
    """A value by a digest of fixed length, unless it is one already (as the tables give it back)."""
    return text[1:] if text.startswith("\x00") else _hash(text)[:_SHORT]
