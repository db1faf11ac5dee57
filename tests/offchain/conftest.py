"""A real chain in memory whose blocks the index reads, and both kinds of database, PostgreSQL being a real server."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.offchain.postgres import Cluster
from tests.solo import Solo, open_solo
from zhulian.node import methods
from zhulian.node.reads import Reads
from zhulian.offchain.index.database import Database

_names = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL for this session."""
    made = Cluster()
    made.start()
    yield made
    made.stop("immediate")
    made.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty index on either kind of database."""
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("cluster").make(f"index_{next(_names)}")
    made = Database(address, tmp_path / "index")
    made.migrate()
    yield made
    made.close()


class LedgerOfSolo:
    """Answers as `LedgerClient` does, from a chain in memory."""

    def __init__(self, solo: Solo) -> None:
        self._solo = solo
        self._reads = Reads(solo.application)

    async def status(self) -> dict[str, Any]:
        application = self._solo.application
        head = application.head
        return {
            "height": head.height,
            "chain": application.world.chain,
            "first": application.first(),
            "time_ms": head.time_ms,
        }

    async def genesis(self) -> dict[str, Any]:
        return await self._reads.genesis(methods.Nothing())

    async def follow(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        return await self._reads.follow(methods.Follow(after_height, limit, wait_ms))

    async def page(self, collection: str, prefix: Any = (), after: str | None = None, limit: int = 50) -> dict[str, Any]:
        return await self._reads.page(methods.Page(collection, list(prefix), after, limit))


@pytest.fixture
def solo(tmp_path: Path) -> Solo:
    """A chain of two organisations."""
    return open_solo(tmp_path)


@pytest.fixture
def ledger(solo: Solo) -> LedgerOfSolo:
    """What the index asks of that chain."""
    return LedgerOfSolo(solo)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
