"""The index process: follows the ledger of its home, and answers searches on a socket between two batches.

Run by the supervisor as `python -m zhulian.offchain.index.process HOME`. Its end is no end of the node.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.methods import Nothing
from zhulian.node.rpc import LedgerClient
from zhulian.node.server import Handler, Server
from zhulian.offchain.index import methods
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import IndexDatabaseFailed
from zhulian.offchain.index.finding import Finder
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.texts import JournalTexts, NoTexts
from zhulian.offchain.index.totals import Totaller
from zhulian.offchain.index.writing import Writer

__all__ = ["IndexProcess", "holder_of", "main", "open_database"]

_REFUSED = 3
_NICE = 5


def open_database(home: Home) -> Database:
    """The database that the home's settings name, with its tables in the newest shape.

    Raises:
        BadConfig, WrongDatabase, IndexDatabaseFailed.
    """
    database = Database(os.environ.get("ZHULIAN_INDEX_DATABASE") or home.config().index.database, home.index)
    database.migrate()
    return database


def holder_of(home: Home) -> str:
    """The organisation whose home this is, by the default signer; empty where none is set."""
    return home.config().client.signer.partition(".")[0]


class IndexProcess:
    """One index at work: follower and door."""

    def __init__(self, home: Home, database: Database, chain: str, guard: Guard, log: Log) -> None:
        holder = holder_of(home)
        texts = JournalTexts(home.client, chain) if holder else NoTexts()
        self._ledger = LedgerClient(home.socket)
        self._database = database
        self._guard = guard
        self._follower = Follower(self._ledger, Writer(database, holder), texts, log.write)
        self._finder = Finder(database)
        self._totaller = Totaller(database)
        handlers: dict[str, Handler] = {"status": self.status, "search": self.search, "totals": self.totals}
        self._server = Server(handlers, guard, methods.METHODS)

    async def run(self, socket: Path) -> None:
        """Follow and answer until the guard ends.

        Raises:
            Refusal: what only a person can mend.
        """
        await self._server.start(socket)
        self._guard.spawn(self._follower.run())
        try:
            await self._guard.wait()
            self._server.refuse_new()
            await self._server.drain()
        finally:
            await self._server.close()
            await self._ledger.close()

    async def status(self, _: Nothing) -> dict[str, Any]:
        """See `IndexClient.status`."""
        fault = self._follower.fault
        found = {
            "height": self._follower.height,
            "ledger_height": self._follower.ledger_height,
            "database": "sqlite" if self._database.is_sqlite else "postgresql",
        }
        return found if fault is None else {**found, "fault": fault.as_problem()}

    async def search(self, asked: methods.Search) -> dict[str, Any]:
        """See `IndexClient.search`."""
        return {**self._finder.search(asked), "ledger_height": self._follower.ledger_height}

    async def totals(self, asked: methods.Totals) -> dict[str, Any]:
        """See `IndexClient.totals`."""
        return {**self._totaller.totals(asked), "ledger_height": self._follower.ledger_height}


async def _serve(home: Home, log: Log) -> None:
    loop = asyncio.get_running_loop()
    guard = Guard(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, guard.stop)
    database = await _opened(home, guard, log)
    if database is None:
        return
    ledger = LedgerClient(home.socket)
    chain = str((await ledger.status())["chain"])
    await ledger.close()
    log.write("started", pid=os.getpid(), database="sqlite" if database.is_sqlite else "postgresql")
    try:
        await IndexProcess(home, database, chain, guard, log).run(home.index_socket)
    finally:
        database.close()
    log.write("stopped")


async def _opened(home: Home, guard: Guard, log: Log) -> Database | None:
    """The database, as soon as it answers; None where a stop came first."""
    said = False
    while not guard.stopping:
        try:
            return open_database(home)
        except IndexDatabaseFailed as refusal:
            if not said:
                log.write("waiting", **refusal.as_problem())
            said = True
            await asyncio.sleep(1.0)
    return None


def main(arguments: list[str]) -> int:
    """Run the index of a home until SIGTERM; 0 after an orderly stop, 3 where a refusal stopped it (its JSON is on stderr)."""
    os.umask(0o077)
    os.nice(_NICE)
    home = Home(Path(arguments[0]))
    log = Log(home.logs, "index")
    try:
        asyncio.run(_serve(home, log))
    except Refusal as reason:
        log.write("ended", **reason.as_problem())
        sys.stderr.write(msgspec.json.encode(reason.as_problem(), enc_hook=str).decode() + "\n")
        return _REFUSED
    finally:
        log.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
