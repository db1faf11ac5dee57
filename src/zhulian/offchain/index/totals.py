"""Counting and adding up for boards: by a field, the state, or the day, month or year of the first recording."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from zhulian.errors import Words
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import NoSuchTotal
from zhulian.offchain.index.methods import Totals
from zhulian.offchain.index.models import Document, Field, Progress

__all__ = ["KeptTotals", "Totaller"]

_LIMIT_MAX = 1_000
_PERIODS = {"day": 10, "month": 7, "year": 4}
_LOW = 2**20
_QUICK_S: Final = 0.1
"""What is counted within this is counted anew each time."""
_REST: Final = 20
"""Slower figures count for so many times as long as they took: then at most a twentieth of a core counts for one board."""
_KEPT_MAX: Final = 200
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


@dataclass(frozen=True)
class _Counted:
    found: dict[str, Any]
    at: float
    took: float


class KeptTotals:
    """Counts in a thread, one after the other, so that searches and the follower go on and memory stays small, and keeps what took long; each answer says of which height it is.

    Figures that are too old are given once more while newer ones are counted, so that nobody waits for a large count twice.
    """

    def __init__(self, count: Callable[[Totals], dict[str, Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._clock = clock
        self._one = asyncio.Lock()
        self._kept: OrderedDict[Totals, _Counted] = OrderedDict()
        self._counting: dict[Totals, asyncio.Task[_Counted]] = {}

    async def totals(self, asked: Totals) -> dict[str, Any]:
        """See `Totaller.totals`.

        Raises:
            NoSuchTotal, IndexDatabaseFailed.
        """
        kept = self._kept.get(asked)
        if kept is not None and kept.took > _QUICK_S and self._clock() - kept.at < kept.took * _REST:
            return kept.found
        counting = self._counting.get(asked)
        if counting is None:
            counting = self._counting[asked] = asyncio.ensure_future(self._counted(asked))
            counting.add_done_callback(lambda done: self._keep(asked, done))
        if kept is not None and kept.took > _QUICK_S:
            return kept.found
        return (await asyncio.shield(counting)).found

    async def _counted(self, asked: Totals) -> _Counted:
        async with self._one:
            began = self._clock()
            found = await asyncio.to_thread(self._count, asked)
            now = self._clock()
        return _Counted(found, now, now - began)

    def _keep(self, asked: Totals, done: "asyncio.Task[_Counted]") -> None:
        del self._counting[asked]
        if done.cancelled() or done.exception() is not None:
            self._kept.pop(asked, None)
            return
        self._kept[asked] = done.result()
        self._kept.move_to_end(asked)
        while len(self._kept) > _KEPT_MAX:
            self._kept.popitem(last=False)
