"""The index's database: SQLite in the home, or PostgreSQL by an address."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.offchain.database import SqlDatabase, why
from zhulian.offchain.index.errors import IndexDatabaseFailed, WrongDatabase
from zhulian.offchain.index.models import Base

__all__ = ["Database", "why"]

_TIDY_PAGES = 400


class Database(SqlDatabase):
    """One database with the index's tables, which can be built anew: it need not outlive a power cut whole."""

    name = "index"
    base = Base
    migrations = Path(__file__).parent / "migrations"
    newest = "0004"
    settings = (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-65536",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    )
    wrong = WrongDatabase
    failed = IndexDatabaseFailed

    def empty(self, connection: Connection) -> None:
        """Drop every row of the index, as part of a transaction."""
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        if self.is_sqlite:
            connection.execute(sa.text("DELETE FROM tokens"))

    def tidy(self) -> bool:
        """Bring the word lists of what was written in many parts a step closer together; whether there is more to do.

        SQLite alone needs it, some 100 ms a step; PostgreSQL does so by itself.

        Raises:
            IndexDatabaseFailed.
        """
        if not self.is_sqlite:
            return False
        with self.writing() as connection:
            raw: Any = connection.connection.driver_connection
            before = raw.total_changes
            connection.exec_driver_sql("INSERT INTO tokens(tokens, rank) VALUES ('merge', ?)", (_TIDY_PAGES,))
            return bool(raw.total_changes - before >= 2)
