"""Following a party, record, instance or asset class through all applications: every event that names it, in its order; and what the regulator did."""

import json
from typing import Any

import sqlalchemy as sa

from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import BadIndexCursor
from zhulian.offchain.index.models import Block, Event

__all__ = ["CaseBook"]

_EVENTS: Any = Event.__table__
_MANDATE = "mandate."


class CaseBook:
    """Reads events out of the index's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, scope: str, after: str, limit: int) -> dict[str, Any]:
        """The events that name what a scope is about, the oldest first: `{entries, next}`.

        Raises:
            BadIndexCursor. IndexDatabaseFailed.
        """
        return self._read(self._about(scope), after, limit)

    def uses(self, after: str, limit: int) -> dict[str, Any]:
        """What the regulator did under its mandate, the oldest first.

        Raises:
            BadIndexCursor. IndexDatabaseFailed.
        """
        return self._read(_EVENTS.c.type.between(_MANDATE, _MANDATE + "~"), after, limit)

    def _about(self, scope: str) -> Any:
        if scope.startswith("@"):
            return _EVENTS.c.instance == scope[1:]
        instance, slash, rest = scope.partition("/")
        if slash:
            record, _, key = rest.partition("/")
            own = sa.and_(_EVENTS.c.instance == instance, _EVENTS.c.record == record)
            return sa.or_(sa.and_(own, self._names(key)) if key else own, self._names(scope))
        instance, dot, asset = scope.partition(".")
        if dot:
            return sa.and_(_EVENTS.c.instance == instance, self._names(asset), _EVENTS.c.type.like("asset.%"))
        return self._names(scope)

    def _names(self, text: str) -> Any:
        """That a whole text value of an event is this one."""
        return (sa.func.instr if self._database.is_sqlite else sa.func.strpos)(_EVENTS.c.content, json.dumps(text)) > 0

    def _read(self, condition: Any, after: str, limit: int) -> dict[str, Any]:
        asked = (
            sa.select(_EVENTS.c.height, _EVENTS.c.number, _EVENTS.c.transaction, _EVENTS.c.content, Block.time_ms)
            .join(Block, Block.height == _EVENTS.c.height)
            .where(condition)
            .order_by(_EVENTS.c.height, _EVENTS.c.number)
            .limit(limit + 1)
        )
        if after:
            height, number = _cursor(after)
            asked = asked.where(sa.or_(_EVENTS.c.height > height, sa.and_(_EVENTS.c.height == height, _EVENTS.c.number > number)))
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
        entries = [
            {"height": row.height, "time_ms": row.time_ms, "transaction": row.transaction, "event": json.loads(row.content)}
            for row in rows[:limit]
        ]
        more = f"{rows[limit - 1].height}.{rows[limit - 1].number}" if len(rows) > limit else None
        return {"entries": entries, "next": more}


def _cursor(after: str) -> tuple[int, int]:
    parts = after.split(".")
    if len(parts) != 2 or not all(each.isascii() and each.isdigit() and len(each) < 17 for each in parts):
        raise BadIndexCursor()
    return int(parts[0]), int(parts[1])
