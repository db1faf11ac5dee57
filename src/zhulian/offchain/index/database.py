"""Opening the index's database: SQLite in the home, or PostgreSQL by an address; its tables are made and migrated here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from zhulian.errors import Words
from zhulian.offchain.index.errors import IndexDatabaseFailed, WrongDatabase
from zhulian.offchain.index.models import Base

__all__ = ["Database", "why"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_NEWEST = "0002"
_CONNECT_S = 5
_STATEMENT_MS = 60_000


class Database:
    """One database with the index's tables. `is_sqlite` says which of the two kinds it is."""

    def __init__(self, address: str, folder: Path) -> None:
        """`address` is empty (SQLite in `folder`), or `postgresql://…`; nothing is opened yet.

        Raises:
            WrongDatabase.
        """
        self.is_sqlite = not address
        if self.is_sqlite:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.engine = _sqlite(folder / "index.db")
        else:
            self.engine = _postgresql(address)

    def migrate(self) -> None:
        """Bring the tables to the newest shape.

        Raises:
            IndexDatabaseFailed.
        """
        with self._worded(), self.engine.connect() as connection:
            if sa.inspect(connection).has_table("alembic_version"):
                found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
                if found == _NEWEST:
                    return
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def empty(self, connection: Connection) -> None:
        """Drop every row of the index, as part of a transaction."""
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        if self.is_sqlite:
            connection.execute(sa.text("DELETE FROM tokens"))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept where the block ends well.

        Raises:
            IndexDatabaseFailed.
        """
        with self._worded(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read by.

        Raises:
            IndexDatabaseFailed.
        """
        with self._worded(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as wrong:
            if isinstance(wrong, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
                raise  # a fault of our own statements, which no waiting mends
            self.engine.dispose()  # broken connections are not used again
            raise IndexDatabaseFailed(why=why(wrong)) from None
        except SQLAlchemyError as wrong:
            raise IndexDatabaseFailed(why=why(wrong)) from None


def why(wrong: Exception) -> Words:
    """What the database says, without statement and address."""
    said: Any = getattr(wrong, "orig", None) or wrong
    return Words.quote(" ".join(str(said).split())[:200])


def _sqlite(file: Path) -> Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for setting in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "cache_size=-65536",
            "mmap_size=268435456",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {setting}")

    return engine


def _postgresql(address: str) -> Engine:
    try:
        url = sa.make_url(address)
    except ArgumentError:
        raise WrongDatabase(why=Words("不是数据库地址", "it is no address of a database")) from None
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise WrongDatabase(why=Words(f"不支持 {url.drivername[:40]}", f"{url.drivername[:40]} is not supported"))
    options = f"-c statement_timeout={_STATEMENT_MS} -c jit=off -c timezone=UTC"
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=2,
        hide_parameters=True,
        connect_args={"connect_timeout": _CONNECT_S, "options": options, "application_name": "zhulian-index"},
    )
