"""A database beside the node: SQLite in the home, or PostgreSQL by an address; its tables are made and migrated here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase

from zhulian.errors import Refusal, Words

__all__ = ["SqlDatabase", "why"]

_CONNECT_S = 5
_STATEMENT_MS = 60_000


class SqlDatabase:
    """One database with the tables of `base`. `is_sqlite` says which of the two kinds it is."""

    name: ClassVar[str]
    """What it is for: the file is `<name>.db`, and PostgreSQL sees `zhulian-<name>`."""
    base: ClassVar[type[DeclarativeBase]]
    migrations: ClassVar[Path]
    newest: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    """What each connection to SQLite begins with."""
    wrong: ClassVar[type[Refusal]]
    """The refusal of an address that is none."""
    failed: ClassVar[type[Refusal]]
    """The refusal where the database does not do its work."""

    def __init__(self, address: str, folder: Path) -> None:
        """`address` is empty (SQLite in `folder`), or `postgresql://…`; nothing is opened yet.

        Raises:
            Refusal: `wrong`.
        """
        self.is_sqlite = not address
        if self.is_sqlite:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.engine = _sqlite(folder / f"{self.name}.db", self.settings)
        else:
            self.engine = self._postgresql(address)

    def migrate(self) -> None:
        """Bring the tables to the newest shape.

        Raises:
            Refusal: `failed`.
        """
        with self._worded(), self.engine.connect() as connection:
            if sa.inspect(connection).has_table("alembic_version"):
                found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
                if found == self.newest:
                    return
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(self.migrations).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept where the block ends well.

        Raises:
            Refusal: `failed`.
        """
        with self._worded(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read by.

        Raises:
            Refusal: `failed`.
        """
        with self._worded(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _postgresql(self, address: str) -> Engine:
        try:
            url = sa.make_url(address)
        except ArgumentError:
            raise self.wrong(why=Words("不是数据库地址", "it is no address of a database")) from None
        if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
            raise self.wrong(why=Words(f"不支持 {url.drivername[:40]}", f"{url.drivername[:40]} is not supported"))
        options = f"-c statement_timeout={_STATEMENT_MS} -c jit=off -c timezone=UTC"
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=2,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_S, "options": options, "application_name": f"zhulian-{self.name}"},
        )

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as wrong:
            if isinstance(wrong, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
                raise  # a fault of our own statements, which no waiting mends
            self.engine.dispose()  # broken connections are not used again
            raise self.failed(why=why(wrong)) from None
        except SQLAlchemyError as wrong:
            raise self.failed(why=why(wrong)) from None


def why(wrong: Exception) -> Words:
    """What the database says, without statement and address."""
    said: Any = getattr(wrong, "orig", None) or wrong
    return Words.quote(" ".join(str(said).split())[:200])


def _sqlite(file: Path, settings: tuple[str, ...]) -> Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    return engine
