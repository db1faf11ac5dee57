"""Reading alerts out of the index's tables, with what the desk has done about each."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import BadIndexCursor
from zhulian.offchain.watch.desk import Desk
from zhulian.offchain.watch.errors import NoSuchAlert
from zhulian.offchain.watch.tables import Alert, WatchRule

__all__ = ["AlertBook"]

_ALERTS: Any = Alert.__table__
_SCANNED_MAX = 2_000
_PAGE = 500


class AlertBook:
    """Alerts as people look at them."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def page(self, *, state: str, level: str, instance: str, after: str, limit: int) -> dict[str, Any]:
        """Alerts, the newest first: `{items, next}`; a page looks at no more than 2,000 of them, and may be short for that.

        Raises:
            BadIndexCursor. IndexDatabaseFailed.
        """
        found: list[dict[str, Any]] = []
        at, looked = _cursor(after), 0
        while len(found) < limit and looked < _SCANNED_MAX:
            rows = self._rows(level, instance, at, _PAGE)
            standing = self._desk.standing([row.id for row in rows])
            for row in rows:
                looked += 1
                at = (row.height, row.id)
                if state in ("", standing[row.id]["state"]):
                    found.append({**_shown(row), **standing[row.id]})
                    if len(found) == limit:
                        break
            if len(rows) < _PAGE and (not rows or at == (rows[-1].height, rows[-1].id)):
                return {"items": found, "next": None}
        return {"items": found, "next": f"{at[0]}.{at[1]}" if at is not None else None}

    def one(self, name: str) -> dict[str, Any]:
        """An alert with its history.

        Raises:
            NoSuchAlert. IndexDatabaseFailed.
        """
        with self._database.reading() as connection:
            row = connection.execute(sa.select(_ALERTS).where(_ALERTS.c.id == name)).first()
        if row is None:
            raise NoSuchAlert(alert=name[:64])
        return {**_shown(row), **self._desk.standing([name])[name], "history": self._desk.history(name)}

    def rules(self) -> list[dict[str, Any]]:
        """The rules that are followed, each with the height above which it is.

        Raises:
            IndexDatabaseFailed.
        """
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(WatchRule.rule, WatchRule.height).order_by(WatchRule.rule)).all()
        return [{"rule": row.rule, "since": row.height} for row in rows]

    def fresh(self, above: int, upto: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """What was raised or has ended in blocks of these heights, for the feed; in the order of heights.

        Raises:
            IndexDatabaseFailed.
        """
        raised = sa.select(_ALERTS).where(_ALERTS.c.height > above, _ALERTS.c.height <= upto)
        ended = sa.select(_ALERTS).where(_ALERTS.c.ended_height > max(above, 0), _ALERTS.c.ended_height <= upto)
        with self._database.reading() as connection:
            found = [(row.height, 0, row.id, "raised", row) for row in connection.execute(raised)]
            found += [(row.ended_height, 1, row.id, "ended", row) for row in connection.execute(ended)]
        for _, _, _, what, row in sorted(found, key=lambda each: each[:3]):
            yield what, _shown(row)

    def _rows(self, level: str, instance: str, at: tuple[int, str] | None, limit: int) -> list[Any]:
        asked = sa.select(_ALERTS).order_by(_ALERTS.c.height.desc(), _ALERTS.c.id.desc()).limit(limit)
        if level:
            asked = asked.where(_ALERTS.c.level == level)
        if instance:
            asked = asked.where(_ALERTS.c.instance == instance)
        if at is not None:
            asked = asked.where(sa.or_(_ALERTS.c.height < at[0], sa.and_(_ALERTS.c.height == at[0], _ALERTS.c.id < at[1])))
        with self._database.reading() as connection:
            return list(connection.execute(asked).all())


def _shown(row: Any) -> dict[str, Any]:
    """An alert as everybody sees it."""
    figures = json.loads(row.figures)
    ended = {"ended_height": row.ended_height, "ended_ms": row.ended_ms} if row.ended_height else {}
    named = {name: value for name, value in (("record", row.record), ("transaction", row.transaction)) if value}
    return {
        "id": row.id,
        "source": row.source,
        "instance": row.instance,
        "rule": row.rule,
        "level": row.level,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "about": row.label,
        "height": row.height,
        "time_ms": row.time_ms,
        "figures": figures,
        **named,
        **ended,
    }


def _cursor(after: str) -> tuple[int, str] | None:
    if not after:
        return None
    height, dot, name = after.partition(".")
    if not dot or not (height.isascii() and height.isdigit() and len(height) < 17):
        raise BadIndexCursor()
    return int(height), name[:64]
