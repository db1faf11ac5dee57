"""Counting and adding up for boards: by a field, the state, or the day, month or year of the first recording."""

from typing import Any

import sqlalchemy as sa

from zhulian.errors import Words
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import NoSuchTotal
from zhulian.offchain.index.methods import Totals
from zhulian.offchain.index.models import Document, Field, Progress

__all__ = ["Totaller"]

_LIMIT_MAX = 1_000
_PERIODS = {"day": 10, "month": 7, "year": 4}
_LOW = 2**20
_DOCUMENTS: Any = Document.__table__
_FIELDS: Any = Field.__table__


class Totaller:
    """Adds up in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self, asked: Totals) -> dict[str, Any]:
        """`{height, rows: [{group, value, count}]}`, groups in their order; values as text, and how many records each is of.

        Raises:
            NoSuchTotal, IndexDatabaseFailed.
        """
        if (asked.kind == "sum") != bool(asked.field):
            why = Words("合计须指明数值字段，计数不须", "a sum is of a field, a count is not")
            raise NoSuchTotal(record=asked.record, field=asked.field or "-", by=asked.by or "-", why=why)
        documents, summed, grouped = _DOCUMENTS, _FIELDS.alias("summed"), _FIELDS.alias("grouped")
        source: Any = documents
        if asked.field:
            source = source.join(summed, sa.and_(summed.c.document == documents.c.id, summed.c.name == asked.field))
        group: Any = sa.literal("")
        if asked.by in _PERIODS:
            group = sa.func.substr(documents.c.day, 1, _PERIODS[asked.by])
        elif asked.by == "state":
            group = documents.c.state
        elif asked.by:
            source = source.join(grouped, sa.and_(grouped.c.document == documents.c.id, grouped.c.name == asked.by))
            group = sa.func.coalesce(grouped.c.word, sa.cast(grouped.c.number, sa.String))
        # Sums are added up in two halves: the whole may not fit into 64 bits, and SQLite has no wider number.
        halves = [sa.func.sum(summed.c.number.op(">>")(sa.literal_column("20"))), sa.func.sum(summed.c.number.op("&")(_LOW - 1))]
        values = [sa.func.count(), *(halves if asked.field else ())]
        wanted = (
            sa.select(group.label("part"), *values)
            .select_from(source)
            .where(documents.c.instance == asked.instance, documents.c.record == asked.record)
            .where(documents.c.kind == "record", documents.c.holder == "", documents.c.first_ms >= asked.since_ms)
            .group_by(sa.text("part"))
            .order_by(sa.text("part"))
            .limit(min(asked.limit, _LIMIT_MAX))
        )
        with self._database.reading() as connection:
            height = connection.execute(sa.select(Progress.height)).scalar() or 0
            rows = connection.execute(wanted).all()
        found = [
            (row[0], int(row[2]) * _LOW + int(row[3]) if asked.field else int(row[1]), int(row[1])) for row in rows if row[1]
        ]
        return {
            "height": height,
            "rows": [{"count": count, "group": group or "", "value": str(value)} for group, value, count in found],
        }
