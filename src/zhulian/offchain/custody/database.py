"""Custody's database: SQLite in the home, or PostgreSQL by an address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from zhulian.offchain.custody.errors import CustodyDatabaseFailed, WrongCustodyDatabase
from zhulian.offchain.custody.models import Base
from zhulian.offchain.database import SqlDatabase

__all__ = ["Database"]


class Database(SqlDatabase):
    """One database with custody's tables."""

    name = "custody"
    base = Base
    migrations = Path(__file__).parent / "migrations"
    newest = "0003"
    wrong = WrongCustodyDatabase
    failed = CustodyDatabaseFailed

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Rows as objects, in one transaction that is kept where the block ends well; they stay readable after it.

        Raises:
            CustodyDatabaseFailed.
        """
        with self.writing() as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.flush()
            session.expunge_all()
