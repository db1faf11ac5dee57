"""Texts that stand on the chain only as commitments, and that this organisation's own keys or openings let it read.

Each organisation indexes what it can open, under its own name (`holder`), and shows it to nobody else. `Openable` is the seam:
what can be read from this home is handed over once, in order, and whatever keeps it may add to it at any time.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

__all__ = ["JournalTexts", "NoTexts", "Openable", "Opened", "opened_text"]


@dataclass(frozen=True)
class Opened:
    """The texts of one record or deposit that a transaction committed to.

    `number` grows. Of a record, `openings` are its entries `{field, salt, digest, commitment, value}` as an opening file has them,
    each with the `record` text that its commitment names. Of a deposit, `record` is empty, `instance` what it is on the chain, and
    there is one opening: `{commitment, salt, owner, descriptor}`. `holder` is whose key opened them; empty: the home's organisation.
    """

    number: int
    transaction: str
    instance: str
    record: str
    text: str
    openings: Sequence[dict[str, Any]]
    holder: str = ""


class Openable(Protocol):
    """What this home can open."""

    def after(self, number: int, limit: int) -> list[Opened]:
        """The texts with a greater number, in their order."""


class NoTexts:
    """A home that opens nothing."""

    def after(self, number: int, limit: int) -> list[Opened]:
        """Nothing."""
        _ = number, limit
        return []


class JournalTexts:
    """The openings that this home's client keeps in its journal (`client/journal/journal.db`) for the private values it handed in."""

    def __init__(self, folder: Path, chain: str) -> None:
        self._file = folder / "journal" / "journal.db"
        self._chain = chain

    def after(self, number: int, limit: int) -> list[Opened]:
        """The texts with a greater number; none while there is no journal."""
        if not self._file.exists():
            return []
        asked = "SELECT rowid, id, instance, record, opening FROM openings WHERE chain = ? AND rowid > ? ORDER BY rowid LIMIT ?"
        try:
            with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True, timeout=5)) as journal:
                rows = journal.execute(asked, (self._chain, number, limit)).fetchall()
        except sqlite3.OperationalError:  # it is being made
            return []
        return [_opened(*row) for row in rows]


def _opened(number: int, transaction: str, instance: str, record: str, opening: str) -> Opened:
    document = json.loads(opening)
    if "descriptor" in document:
        entry = {name: document[name] for name in ("commitment", "descriptor", "owner", "salt")}
        return Opened(number, transaction, instance, "", "", [entry], str(document["holder"]))
    fields = [{**each, "record": record} for each in document.get("fields", []) if isinstance(each, dict)]
    return Opened(number, transaction, instance, record.partition("/")[0], opened_text(fields), fields)


def opened_text(entries: Sequence[dict[str, Any]]) -> str:
    """Opened values as one text to search in."""
    return "；".join(said for said in map(_text, entries) if said)


def _text(entry: dict[str, Any]) -> str:
    """What people search by: the value where it is text or a figure, the name where it is a file."""
    value = entry.get("file") if entry.get("file") not in (None, "-") else entry.get("value")
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False) if value is not None else ""
