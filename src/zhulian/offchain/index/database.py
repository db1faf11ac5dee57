"""The index's database: SQLite in the home, or PostgreSQL by an address."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.offchain.database import SqlDatabase, why
from zhulian.offchain.index.errors import IndexDatabaseFailed, WrongDatabase
from zhulian.offchain.index.models import Base

__all__ = ["Database", "why"]


class Database(SqlDatabase):
    """One database with the index's tables, which can be built anew: it need not outlive a power cut whole."""

    name = "index"
    base = Base
    migrations = Path(__file__).parent / "migrations"
    newest = "0002"
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
